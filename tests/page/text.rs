//! What a reader of a page sees, as plain lines.

/// The text of a page: a line for each block, cells and figures apart.
pub(super) fn text(page: &str) -> String {
    let page = without(&without(page, "<style>", "</style>"), "<script>", "</script>");
    let mut text = String::new();
    let mut rest = page.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap();
        let name = tag.split([' ', '>']).next().unwrap();
        text.push_str(match name {
            "/td" | "/th" | "/dt" | "/span" => " | ",
            "/p" | "/tr" | "/li" | "/h1" | "/h2" | "/h3" | "/dd" | "/summary" | "/title"
            | "/section" | "/thead" => "\n",
            "h2" => "\n# ",
            "h3" => "\n## ",
            "p" => " ",
            "summary" => "> ",
            _ => "",
        });
        rest = after;
    }
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .into_iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character));
    let lines = text.lines().map(|line| line.trim().trim_end_matches('|').trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n") + "\n"
}

fn without(page: &str, begin: &str, end: &str) -> String {
    let (before, rest) = page.split_once(begin).unwrap();
    format!("{before}{}", rest.split_once(end).unwrap().1)
}

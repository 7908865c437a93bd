//! The scripts of `sed`: which half of a replacement something stands in.

/// Whether what follows `before`, the beginning of a word of `sed`, is written by an `s` command
/// that looks for something else than CCR.
pub(super) fn is_replacement(before: &str) -> bool {
    let before = before.strip_prefix("-e").unwrap_or(before);
    let script = before.rsplit(['\n', ';']).next().unwrap_or(before);
    // An address may stand in front of the command.
    let commands = script.char_indices().filter(|(at, letter)| {
        let before = script[..*at].chars().next_back();
        *letter == 's' && !before.is_some_and(|it| it.is_alphanumeric() || it == '_')
    });
    let Some((delimiter, rest)) = commands.into_iter().find_map(|(at, _)| {
        let delimiter = script[at + 1..].chars().next()?;
        let is_delimiter = delimiter.is_ascii_punctuation() && delimiter != '\\';
        is_delimiter.then(|| (delimiter, &script[at + 1 + delimiter.len_utf8()..]))
    }) else {
        return false;
    };
    let mut halves = 1;
    let mut is_escaped = false;
    let mut looked_for = rest;
    for (at, letter) in rest.char_indices() {
        if letter == delimiter && !is_escaped {
            halves += 1;
            if halves == 2 {
                looked_for = &rest[..at];
            }
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    halves == 2 && !looked_for.to_ascii_lowercase().contains("tencentyun")
}

#[cfg(test)]
mod tests {
    use super::is_replacement;

    #[test]
    fn only_the_second_half_is_written() {
        assert!(is_replacement("'s|IMAGE|"));
        assert!(is_replacement("s#image: .*#image: "));
        assert!(is_replacement("\"s/__IMAGE__/"));
        assert!(is_replacement("-es,a,"));
        assert!(is_replacement("/^x/s@a@"));
        assert!(is_replacement("s|a|b|;s|c|"));
        for before in ["s|", "'s#", "", "/", "s|ccr.ccs.tencentyun.com/a|", "s|a|b|", "s/a\\/", "x"]
        {
            assert!(!is_replacement(before), "{before}");
        }
    }
}

//! The command lines of a page: what stands behind `$ ` in its console blocks, and where code names
//! one of the plugins. Also compiled into the tests of both plugins, which have to take them.

use super::page::Page;

/// A command line, without comment, pipe or redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) page: String,
    /// The line of the page.
    pub(crate) at: usize,
    pub(crate) line: String,
    /// Typed in a block; `code` within a sentence may be a part of a command.
    pub(crate) whole: bool,
}

/// What is typed at a prompt of the page, without comments.
pub(crate) fn typed(page: &Page) -> Vec<Found> {
    let blocks =
        page.code().into_iter().filter(|code| code.it.language.as_deref() == Some("console"));
    let lines = blocks.flat_map(|code| {
        let lines: Vec<String> = code.it.text.lines().map(str::to_owned).collect();
        lines.into_iter().enumerate().map(move |(index, line)| (code.line + index, line))
    });
    let typed = lines.filter_map(|(at, line)| {
        let line = before(line.strip_prefix("$ ")?, &["#"]).trim().to_owned();
        Some(Found { page: page.name.clone(), at, line, whole: true })
    });
    typed.collect()
}

/// Each call of a program by one of its names, wherever code has one: behind a prompt, in the output
/// of another command, in YAML, in a sentence.
pub(crate) fn calls(page: &Page, names: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    for code in page.code() {
        let whole = code.it.language.is_some();
        for (index, line) in code.it.text.lines().enumerate() {
            for name in names {
                for (at, _) in line.match_indices(name) {
                    let (ahead, behind) = (&line[..at], &line[at + name.len()..]);
                    let free =
                        |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/' | '.');
                    if !ahead.chars().next_back().is_none_or(free)
                        || !behind.chars().next().is_none_or(free)
                    {
                        continue;
                    }
                    let line = before(behind, &["  ", "#", "|", ";", "&", ">", "`", ")"]);
                    let line = format!("{name}{}", line.trim_end());
                    found.push(Found {
                        page: page.name.clone(),
                        at: code.line + index,
                        line,
                        whole,
                    });
                }
            }
        }
    }
    found
}

/// The line as far as one of these marks outside of quotes: help has spaces before a remark. `#` begins a comment behind a space alone.
fn before<'a>(line: &'a str, ends: &[&str]) -> &'a str {
    let (mut quote, mut last) = (None, ' ');
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if ends.iter().any(|end| line[at..].starts_with(end)) => {
                if c != '#' || last == ' ' {
                    return &line[..at];
                }
            }
            // The end of a text in which the command stands.
            None if c == '"' && !matches!(last, ' ' | '=') => return &line[..at],
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None => {}
        }
        last = c;
    }
    line
}

/// The words of a line as a shell reads them, quotes removed.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

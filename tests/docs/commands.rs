//! The command lines of a page: what stands behind `$ ` in its console blocks, and where code names
//! one of the plugins. Also compiled into the tests of both plugins, which have to take them.

use super::page::{At, Code, Page};

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

/// A command as it stands behind a prompt, and what is shown below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The line of the page.
    pub(crate) at: usize,
    pub(crate) command: String,
    pub(crate) shown: Vec<String>,
}

/// What is typed in the console blocks of the page, and what is shown for it.
pub(crate) fn sessions(page: &Page) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let is_console = |code: &&At<Code>| code.it.language.as_deref() == Some("console");
    for code in page.code().iter().filter(is_console) {
        let mut of_block: Vec<Session> = Vec::new();
        for (index, line) in code.it.text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                let command = before(command, &["#"]).trim().to_owned();
                of_block.push(Session { at: code.line + index, command, shown: Vec::new() });
            } else if let Some(session) = of_block.last_mut() {
                session.shown.push(line.to_owned());
            }
        }
        for session in &mut of_block {
            while session.shown.last().is_some_and(|line| line.trim().is_empty()) {
                session.shown.pop();
            }
        }
        sessions.append(&mut of_block);
    }
    sessions
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
                        || is_an_argument(ahead)
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

/// Whether what stands behind this, typed at a prompt, is an argument of another program:
/// `scoop install docker-ccr2tcr`.
fn is_an_argument(ahead: &str) -> bool {
    let prompts = ["$ ", "> ", "PS> "];
    let Some(typed) = prompts.iter().find_map(|prompt| ahead.strip_prefix(prompt)) else {
        return false;
    };
    let last = typed.split_whitespace().next_back().unwrap_or_default();
    !last.is_empty() && !last.contains('=') && !last.ends_with(['|', ';', '&', '('])
}

/// The line as far as one of these marks outside of quotes: help has spaces before a remark. `#` begins a comment behind a space alone.
fn before<'a>(line: &'a str, ends: &[&str]) -> &'a str {
    let (mut quote, mut last) = (None, ' ');
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if ends.iter().any(|end| line[at..].starts_with(end))
                && (c != '#' || last == ' ') =>
            {
                return &line[..at];
            }
            // The end of a text in which the command stands.
            None if c == '"' && !matches!(last, ' ' | '=') => return &line[..at],
            None if matches!(c, '\'' | '"') => quote = Some(c),
            _ => {}
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

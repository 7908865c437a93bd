//! What is said on stderr, for people as a line, for machines as a JSON object.

use serde::Serialize;

use super::clean::is_dangerous;
use super::wrap::wrap;
use super::{Ink, clean, clean_lines};

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Bold for people, a note for machines.
    #[serde(rename = "note")]
    Heading,
    Note,
    Warning,
    Error,
    Hint,
    /// What an error means, in the language of the locale.
    Explanation,
    /// A line of the log, by `-v`.
    Log,
}

/// Something said. All its text is cleaned.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "message", rename_all = "camelCase")]
pub(super) struct Message {
    level: Level,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
}

impl Message {
    pub(super) fn new(level: Level, text: &str) -> Self {
        let text = match level {
            Level::Heading => clean(text),
            Level::Log => clean_lines(text.trim_end()),
            _ => clean_lines(text),
        };
        Self { level, text: text.into_owned(), causes: Vec::new() }
    }

    pub(super) fn with_causes<Cause: AsRef<str>>(mut self, causes: &[Cause]) -> Self {
        self.causes = causes.iter().map(|cause| clean_lines(cause.as_ref()).into_owned()).collect();
        self
    }

    /// For people, wrapped to `width`, with a line break at the end.
    pub(super) fn as_text(&self, colour: bool, width: Option<usize>) -> String {
        let (label, ink) = match self.level {
            Level::Heading => ("", Ink::Bold),
            Level::Note | Level::Log => return self.wrapped(self.text.clone(), width) + "\n",
            Level::Warning => ("warning:", Ink::Yellow),
            Level::Error => ("error:", Ink::Red),
            Level::Hint => ("hint:", Ink::Cyan),
            Level::Explanation => ("说明:", Ink::Cyan),
        };
        let mut text = format!("{label} {}", indented(&self.text)).trim_start().to_owned();
        for cause in &self.causes {
            text = format!("{text}\n  {}", indented(cause));
        }
        let text = self.wrapped(text, width);
        let painted = if label.is_empty() { text.len() } else { label.len() };
        format!("{}{}\n", ink.paint(&text[..painted], colour), &text[painted..])
    }

    fn wrapped(&self, text: String, width: Option<usize>) -> String {
        match width {
            Some(width) if self.level != Level::Log => wrap(&text, width),
            _ => text,
        }
    }
}

/// JSON with everything that a terminal might act on escaped, not removed: the reader gets the same
/// strings.
#[must_use]
pub fn escaped(json: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_dangerous(c) && c != '\n' {
            // All of them lie in the basic plane. Writing to a String can't fail.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_causes_below_and_no_blank_lines() {
        let error = Message::new(Level::Error, "can't sync")
            .with_causes(&["shop/web:v1", "denied\nfor you"]);
        assert_eq!(
            error.as_text(false, None),
            "error: can't sync\n  shop/web:v1\n  denied\n  for you\n"
        );
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"type":"message","level":"error","text":"can't sync","causes":["shop/web:v1","denied\nfor you"]}"#
        );
    }

    #[test]
    fn a_long_line_is_wrapped_with_its_causes_and_a_log_is_not() {
        let error = Message::new(Level::Error, "the images can't be synced")
            .with_causes(&["denied for you all"]);
        let text = "error: the images\n  can't be synced\n  denied for you\n    all\n";
        assert_eq!(error.as_text(false, Some(17)), text);
        let painted = text.replace("error:", "\x1b[1;31merror:\x1b[0m");
        assert_eq!(error.as_text(true, Some(17)), painted);
        let log = Message::new(Level::Log, "INFO the host answered");
        assert_eq!(log.as_text(true, Some(10)), "INFO the host answered\n");
    }

    #[test]
    fn colour_marks_the_label_only_and_text_can_not_bring_its_own() {
        let hint = Message::new(Level::Hint, "type \x1b[31mthis");
        assert_eq!(hint.as_text(true, None), "\x1b[36mhint:\x1b[0m type this\n");
        assert_eq!(
            serde_json::to_string(&hint).unwrap(),
            r#"{"type":"message","level":"hint","text":"type this"}"#
        );
    }
}

//! When colour is allowed, and the few colours that are used.

use std::ffi::OsStr;

/// A way to set text off. The text must be readable without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Bold,
    /// What went wrong.
    Red,
    /// What deserves a second look.
    Yellow,
    /// A hint, or something to type.
    Cyan,
}

impl Ink {
    /// `text` between the escape sequences, or as it is if `allowed` is false.
    #[must_use]
    pub fn paint(self, text: &str, allowed: bool) -> String {
        if !allowed {
            return text.to_owned();
        }
        let code = match self {
            Self::Bold => "1",
            Self::Red => "1;31",
            Self::Yellow => "33",
            Self::Cyan => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Whether a stream may be coloured: it is a terminal, which is not `dumb`, and `NO_COLOR` is not
/// set.
///
/// Any value of `NO_COLOR` counts, the empty one too, as kubectl reads it (cli-runtime,
/// `AllowsColorOutput`).
#[must_use]
pub fn colour_allowed(is_terminal: bool, term: Option<&OsStr>, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none() && term.is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_needs_a_capable_terminal_and_nobody_who_objects() {
        let xterm = Some(OsStr::new("xterm-256color"));
        assert!(colour_allowed(true, xterm, None));
        assert!(colour_allowed(true, None, None));
        assert!(!colour_allowed(false, xterm, None));
        assert!(!colour_allowed(true, Some(OsStr::new("dumb")), None));
        assert!(!colour_allowed(true, xterm, Some(OsStr::new("1"))));
        assert!(!colour_allowed(true, xterm, Some(OsStr::new(""))));
    }

    #[test]
    fn paint_that_is_not_allowed_leaves_no_mark() {
        assert_eq!(Ink::Cyan.paint("hint:", false), "hint:");
        assert_eq!(Ink::Cyan.paint("hint:", true), "\x1b[36mhint:\x1b[0m");
    }
}

//! Glob patterns, one dialect for the whole project.

use std::fmt;
use std::str::FromStr;

/// A glob: `*` and `?` stop at `/`, `**` does not, `[a-z]` and `{a,b}` as in a shell.
#[derive(Clone)]
pub struct Glob {
    text: String,
    matcher: globset::GlobMatcher,
}

/// A pattern that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a valid pattern: {reason}")]
pub struct GlobError {
    /// The pattern as it was given.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Whether a character of a pattern may stand for something else than itself.
pub(super) fn is_special(character: char) -> bool {
    matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\')
}

impl Glob {
    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same as a regular expression in RE2's syntax, for a part of a longer one.
    #[must_use]
    pub fn regex(&self) -> String {
        let whole = self.matcher.glob().regex();
        let part = whole.trim_start_matches("(?-u)").trim_start_matches('^');
        format!("(?:{})", part.strip_suffix('$').unwrap_or(part))
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let glob = globset::GlobBuilder::new(text)
            .literal_separator(true)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| GlobError {
                pattern: text.to_owned(),
                reason: error.kind().to_string(),
            })?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stops_at_a_slash_and_two_do_not() {
        let one: Glob = "dev/*".parse().unwrap();
        assert!(one.matches("dev/app"));
        assert!(!one.matches("dev/team/app"));
        let two: Glob = "dev/**".parse().unwrap();
        assert!(two.matches("dev/team/app"));
    }

    #[test]
    fn a_regular_expression_says_the_same() {
        let regex = |text: &str| text.parse::<Glob>().unwrap().regex();
        assert_eq!(regex("dev/*"), "(?:dev/[^/]*)");
        assert_eq!(regex("v1.?{a,b}"), r"(?:v1\.[^/](?:a|b))");
    }

    #[test]
    fn a_dot_is_a_dot() {
        let glob: Glob = "v1.*".parse().unwrap();
        assert!(glob.matches("v1.2.3"));
        assert!(!glob.matches("v10"));
    }

    #[test]
    fn an_open_bracket_is_an_error_that_names_the_pattern() {
        let error = "a[".parse::<Glob>().unwrap_err();
        assert_eq!(error.pattern, "a[");
    }
}

//! Text of a report, made fit to be shown: what can't be seen is written out.
//!
//! A page escapes markup by itself. What is left are characters that a browser acts on: an override
//! of the writing direction makes one name look like another (UTS #36, UTR #36 2.10.2), a character
//! without width hides in a name.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Deref;

use serde::{Deserialize, Deserializer};

/// Text in which every character can be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self(visible(text).into_owned())
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match visible(&text) {
            Cow::Borrowed(_) => Self(text),
            Cow::Owned(text) => Self(text),
        })
    }
}

/// `\u{202e}` in the place of each character that can't be seen, `↵` before that of a line break.
fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("↵ "),
            _ if is_invisible(c) => {
                // Writing into a String can't fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            _ => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Controls, and what Unicode calls format characters and fillers that look like nothing.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'                // no width, marks of direction
            | '\u{2028}'..='\u{202e}'                // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'                // joiners, isolates
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}') // tags, variation selectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_act_on_is_written_out() {
        for (text, shown) in [
            ("团队/app:v1 – ok", "团队/app:v1 – ok"),
            ("app\u{202e}gpj.exe", "app\\u{202e}gpj.exe"),
            ("a\0b\u{1b}[31mc\u{7f}\u{85}", "a\\u{0}b\\u{1b}[31mc\\u{7f}\\u{85}"),
            ("pay\u{200b}pal\u{feff}\u{2066}", "pay\\u{200b}pal\\u{feff}\\u{2066}"),
            ("one\ntwo\tthree", "one↵ two\\u{9}three"),
        ] {
            assert_eq!(&*Text::new(text), shown);
        }
    }

    #[test]
    fn it_is_so_from_the_first_moment() {
        let text: Text = serde_json::from_str(r#""a\u202eb""#).unwrap();
        assert_eq!(&*text, "a\\u{202e}b");
    }
}

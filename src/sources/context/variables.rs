//! Variables that end up in a push or a login, wherever their value is set.

use std::collections::{HashMap, HashSet};

use super::Purpose;

/// What a file does with its variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Variables {
    /// Those that are pushed to or logged in to.
    used: HashMap<String, Purpose>,
    /// The variables that each is made of.
    made_of: HashMap<String, HashSet<String>>,
}

/// No name of a variable that is followed is longer, in bytes.
const LONGEST: usize = 128;

/// No more variables are followed in one file.
const MOST: usize = 4096;

impl Variables {
    /// Each variable in `text` is pushed to, or logged in to.
    pub(super) fn used(&mut self, text: &str, purpose: &Purpose) {
        for name in names(text) {
            if self.used.len() < MOST {
                self.note(name.to_owned(), purpose.clone());
            }
        }
    }

    /// `name` is set to `value`, which may be made of other variables.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if self.made_of.len() < MOST {
            let parts = names(value).filter(|part| *part != name).map(str::to_owned);
            self.made_of.entry(name.to_owned()).or_default().extend(parts);
        }
    }

    fn note(&mut self, name: String, purpose: Purpose) {
        let used = self.used.entry(name).or_insert(Purpose::Push);
        if purpose == Purpose::Login {
            *used = purpose;
        }
    }

    /// What another text of the same file does, too.
    pub(super) fn extend(&mut self, other: Self) {
        for (name, purpose) in other.used {
            self.note(name, purpose);
        }
        for (name, parts) in other.made_of {
            self.made_of.entry(name).or_default().extend(parts);
        }
    }

    /// What each variable is used for in the end.
    pub(super) fn resolved(&self) -> HashMap<&str, &Purpose> {
        let mut all: HashMap<&str, &Purpose> = HashMap::new();
        let mut left: Vec<(&str, &Purpose)> =
            self.used.iter().map(|(name, purpose)| (name.as_str(), purpose)).collect();
        // A login counts more than a push, which is nothing without it.
        left.sort_by_key(|(name, purpose)| (**purpose == Purpose::Login, *name));
        while let Some((name, purpose)) = left.pop() {
            if all.contains_key(name) {
                continue;
            }
            all.insert(name, purpose);
            let parts = self.made_of.get(name).into_iter().flatten();
            left.extend(parts.map(|part| (part.as_str(), purpose)));
        }
        all
    }
}

/// The variables that a text names: `$X`, `${X:-…}`, `$(X)`, `%X%`, `$env:X`, `${env.X}`,
/// `${{ env.X }}`. Of `${a.b}` both `a.b` and `a`.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.match_indices(['$', '%']).flat_map(move |(at, sign)| {
        let mut rest = &text[at + 1..];
        let is_braced = rest.starts_with('{');
        rest = match rest.strip_prefix("{{") {
            Some(expression) => expression.trim_start(),
            None => rest.strip_prefix(['{', '(']).unwrap_or(rest),
        };
        for scope in ["env:", "env.", "params.", "local.", "var."] {
            rest = rest.strip_prefix(scope).unwrap_or(rest);
        }
        let length = |of: &dyn Fn(&u8) -> bool| rest.bytes().take(LONGEST).take_while(of).count();
        let plain = &rest[..length(&is_letter)];
        let whole = &rest[..length(&|byte| is_letter(byte) || matches!(byte, b'.' | b'-'))];
        let is_name = plain.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && (sign == "$" || rest[plain.len()..].starts_with('%'));
        let is_longer = is_name && is_braced && whole.len() > plain.len();
        [is_name.then_some(plain), is_longer.then_some(whole)].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_in_many_ways() {
        let text =
            "$A ${B} ${C:-x} $(D) %E% $env:F ${env.G} ${h.i} ${{ env.J }} $1 $$ 50% %s ${} $";
        let expected = ["A", "B", "C", "D", "E", "F", "G", "h", "h.i", "J"];
        assert_eq!(names(text).collect::<Vec<_>>(), expected);
        assert_eq!(names("a$ß").count(), 0);
    }

    #[test]
    fn what_is_pushed_is_known_where_it_was_set() {
        let mut variables = Variables::default();
        variables.used("$IMAGE:v1", &Purpose::Push);
        variables.used("$HOST", &Purpose::Push);
        variables.used("$HOST", &Purpose::Login);
        variables.set("IMAGE", "$HOST/$TEAM/web");
        variables.set("TEAM", "$IMAGE");
        let all = variables.resolved();
        assert_eq!(all.get("IMAGE"), Some(&&Purpose::Push));
        assert_eq!(all.get("TEAM"), Some(&&Purpose::Push));
        assert_eq!(all.get("HOST"), Some(&&Purpose::Login));
        assert_eq!(all.get("OTHER"), None);
    }
}

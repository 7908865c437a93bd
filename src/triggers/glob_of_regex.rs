//! A regular expression as the glob that means the same, where there is one. Pure.
//!
//! Whether CCR looks for the expression anywhere in a tag or wants it to be the whole tag isn't
//! documented. So only expressions are translated that mean the same either way: anchored at both
//! ends, or with `.*` in the place of an anchor.

/// The doublestar glob of a tag that is equal to `expression`; `None` if there is none.
pub(super) fn glob_of_regex(expression: &str) -> Option<String> {
    let (is_begun, rest) = match expression.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (expression.starts_with(".*"), expression),
    };
    let (is_ended, rest) = match rest.strip_suffix('$').filter(|rest| !rest.ends_with('\\')) {
        Some(rest) => (true, rest),
        None => (rest.ends_with(".*"), rest),
    };
    if !is_begun || !is_ended || rest.is_empty() {
        return None;
    }
    let mut glob = String::new();
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        let piece = match character {
            '.' => match characters.peek() {
                Some('*') => {
                    characters.next();
                    "*".to_owned()
                }
                Some('+') => {
                    characters.next();
                    "?*".to_owned()
                }
                _ => "?".to_owned(),
            },
            '\\' => characters.next().filter(|&it| it == '.' || it == '-')?.to_string(),
            '(' => {
                let mut words = String::new();
                loop {
                    match characters.next()? {
                        ')' => break,
                        '|' => words.push(','),
                        '\\' => words.push(characters.next().filter(|&it| it == '.' || it == '-')?),
                        letter if is_literal(letter) => words.push(letter),
                        _ => return None,
                    }
                }
                // An empty alternative means that it may be left out.
                let is_whole = words.split(',').all(|word| !word.is_empty());
                if !is_whole {
                    return None;
                }
                format!("{{{words}}}")
            }
            letter if is_literal(letter) => letter.to_string(),
            _ => return None,
        };
        // What comes next must not change what was read: `a*`, `(a|b)+`, `.?`
        if matches!(characters.peek(), Some('*' | '+' | '?' | '{')) {
            return None;
        }
        glob.push_str(&piece);
    }
    Some(glob)
}

/// What stands for itself in a regular expression and in a glob, and can be in a tag.
fn is_literal(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::glob_of_regex;

    #[test]
    fn what_means_the_same_as_a_glob_is_one() {
        for (expression, glob) in [
            (".*", "*"),
            ("^.*$", "*"),
            ("^v1$", "v1"),
            (r"^v1\.2$", "v1.2"),
            (r"^v1\..*$", "v1.*"),
            ("^release-.+$", "release-?*"),
            ("^v.$", "v?"),
            ("^(dev|test)-.*$", "{dev,test}-*"),
            (r"^(v1\.0|v2)$", "{v1.0,v2}"),
            (".*-rc.*", "*-rc*"),
            (".*-rc$", "*-rc"),
        ] {
            assert_eq!(glob_of_regex(expression).as_deref(), Some(glob), "{expression}");
        }
    }

    #[test]
    fn anything_else_is_not_guessed_at() {
        for expression in [
            "",
            "^$",
            "v1",
            "^v1",
            "v1$",
            "^v[0-9]+$",
            "^v1*$",
            "^va?$",
            "^(a|b)+$",
            "^(a|)$",
            "^(a$",
            r"^\d$",
            r"^v1\$",
            "^a{2}$",
            "^.?$",
            "^a|b$",
            "^.*?$",
            "^(?i)a$",
            "^a,b$",
            "^a*b$",
        ] {
            assert_eq!(glob_of_regex(expression), None, "{expression}");
        }
    }
}

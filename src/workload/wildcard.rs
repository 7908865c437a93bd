//! Patterns in the host of a pull secret's key, as Go's `path.Match` reads them: `*`, `?`, `[a-z]`,
//! `[^a-z]`, `\` in front of a plain character.

/// Whether the whole of `text` matches. A malformed pattern matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut at = (pattern, text);
    // Where to go on if what follows the last star does not match: one character later.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        if let Some(rest) = at.0.strip_prefix('*') {
            retry = Some((rest, at.1));
            at.0 = rest;
            continue;
        }
        if at.0.is_empty() && at.1.is_empty() {
            return true;
        }
        if let Some(next) = one(at.0, at.1) {
            at = next;
            continue;
        }
        let Some((rest, from)) = retry else { return false };
        let mut characters = from.chars();
        if characters.next().is_none() {
            return false;
        }
        at = (rest, characters.as_str());
        retry = Some(at);
    }
}

/// Matches one character, and gives what is left of both.
fn one<'a>(pattern: &'a str, text: &'a str) -> Option<(&'a str, &'a str)> {
    let mut characters = text.chars();
    let character = characters.next()?;
    let mut left = pattern.chars();
    let fits = match left.next()? {
        '?' => true,
        '[' => {
            let (fits, rest) = class(left.as_str(), character)?;
            left = rest.chars();
            fits
        }
        '\\' => left.next()? == character,
        plain => plain == character,
    };
    fits.then_some((left.as_str(), characters.as_str()))
}

/// Whether `character` is in the class that `pattern` begins with, and what follows the class.
fn class(pattern: &str, character: char) -> Option<(bool, &str)> {
    let (negated, pattern) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let mut left = pattern.chars();
    let mut found = false;
    let mut empty = true;
    loop {
        let low = match left.next()? {
            ']' if !empty => return Some((found != negated, left.as_str())),
            ']' | '-' => return None,
            '\\' => left.next()?,
            plain => plain,
        };
        let mut high = low;
        if let Some(rest) = left.as_str().strip_prefix('-') {
            left = rest.chars();
            high = match left.next()? {
                ']' | '-' => return None,
                '\\' => left.next()?,
                plain => plain,
            };
        }
        found |= (low..=high).contains(&character);
        empty = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_gos_do() {
        // From Go's own table of path.Match.
        for (pattern, text, expected) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*b*c*d*e*", "axbxcxdxexxx", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("a?b", "a☺b", true),
            ("[a-ζ]*", "α", true),
            ("[]a]", "]", false),
            ("[x-]", "x", false),
            ("[", "a", false),
            ("[^", "a", false),
            ("[^bc", "a", false),
            ("a[", "a", false),
            ("*x", "xxx", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&"*a".repeat(100), &"a".repeat(60)));
        assert!(!matches(&format!("{}b", "a*".repeat(50)), &"a".repeat(2_000)));
    }
}

//! What a namespace may be called in TCR, and which CCR namespaces are Tencent's own.

/// Why a namespace can't exist in TCR.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("namespace `{0}` can't exist in TCR: 2–30 characters, a–z 0–9, single . _ - between")]
pub struct NamespaceError(pub String);

/// Checks a name against the rule of `CreateNamespace`: 2–30 characters, lower-case letters,
/// digits, and single `.` `_` `-` between them.
///
/// # Errors
/// [`NamespaceError`] with the name, if it breaks the rule.
pub fn check_enterprise_name(name: &str) -> Result<(), NamespaceError> {
    let words = name.split(['.', '_', '-']);
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if (2..=30).contains(&name.len()) && words.into_iter().all(word) {
        Ok(())
    } else {
        Err(NamespaceError(name.to_owned()))
    }
}

/// The namespaces of CCR that are Tencent's. An exact list: a prefix such as `tke` would swallow
/// namespaces that customers have made.
pub const TENCENTS_OWN: [&str; 6] =
    ["ccs-dev", "library", "paas", "tcrimages", "tke-market", "tkeimages"];

/// Whether a CCR namespace is one of Tencent's, not the user's to move.
///
/// Used where no API key can list the user's own.
#[must_use]
pub fn is_tencents_own(namespace: &str) -> bool {
    TENCENTS_OWN.contains(&namespace)
}

/// A name similar to `name` that TCR accepts; a proposal, for a person to judge.
#[must_use]
pub fn propose_namespace(name: &str) -> String {
    let mut valid = String::new();
    for character in name.to_lowercase().chars() {
        let separator = matches!(character, '.' | '_' | '-');
        match character {
            'a'..='z' | '0'..='9' => valid.push(character),
            _ if valid.is_empty() || valid.ends_with(['.', '_', '-']) => {}
            _ if separator => valid.push(character),
            _ => valid.push('-'),
        }
    }
    valid.truncate(30);
    let mut valid = valid.trim_end_matches(['.', '_', '-']).to_owned();
    while valid.len() < 2 {
        valid.push('x');
    }
    valid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_of_the_api() {
        for good in ["ab", "team-a", "a.b_c-d", "0x", &"a".repeat(30)] {
            assert!(check_enterprise_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "Dev", "a__b", "-ab", "ab-", "a.-b", "ä1", &"a".repeat(31), "a/b"] {
            assert!(check_enterprise_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_proposed_name_is_always_accepted() {
        for (name, wanted) in [
            ("", "xx"),
            ("Dev_", "dev"),
            ("team_a__x", "team_a_x"),
            ("-.-", "xx"),
            ("a", "ax"),
            ("Ünï", "n"),
            (&"a-".repeat(40), &*"a-".repeat(15)),
        ] {
            let proposed = propose_namespace(name);
            assert!(check_enterprise_name(&proposed).is_ok(), "{name} → {proposed}");
            assert!(proposed.starts_with(wanted.trim_end_matches('-')), "{name} → {proposed}");
        }
    }

    #[test]
    fn only_exact_names_are_tencents() {
        assert!(is_tencents_own("tkeimages"));
        assert!(!is_tencents_own("tkeimages2"));
        assert!(!is_tencents_own("shop"));
    }
}

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

/// Whether a CCR namespace is one of Tencent's, not the user's to move.
///
/// Used where no API key can list the user's own. An exact list: a prefix such as `tke` would
/// swallow namespaces that customers have made.
#[must_use]
pub fn is_tencents_own(namespace: &str) -> bool {
    const TENCENTS: [&str; 6] =
        ["ccs-dev", "library", "paas", "tcrimages", "tke-market", "tkeimages"];
    TENCENTS.contains(&namespace)
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
    fn only_exact_names_are_tencents() {
        assert!(is_tencents_own("tkeimages"));
        assert!(!is_tencents_own("tkeimages2"));
        assert!(!is_tencents_own("shop"));
    }
}

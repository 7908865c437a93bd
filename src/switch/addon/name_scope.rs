//! Which namespaces or `ServiceAccounts` an `ImagePullSecret` is for.

use std::fmt;

use crate::diagnostic::shortened;

/// How many names are shown.
const SHOWN: usize = 5;

/// The names in `spec.namespaces` or `spec.serviceAccounts`: all of them (`*` or nothing), or a list
/// with commas. There are no patterns (TKE doc 457/49225).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameScope {
    /// `None` is all.
    names: Option<Vec<String>>,
}

impl NameScope {
    /// Reads a field. The documents don't say what `*` among other names is: it is taken for all,
    /// and spaces don't count.
    pub(super) fn parse(text: &str) -> Self {
        let names = || text.split(',').map(str::trim);
        let is_all = text.trim().is_empty() || names().any(|name| name == "*");
        let listed = || names().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { names: (!is_all).then(listed) }
    }

    /// Whether this name is among them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.iter().any(|known| known == name))
    }
}

impl fmt::Display for NameScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names.as_deref() {
            None => f.write_str("*"),
            Some([]) => f.write_str("none"),
            Some(names) => f.write_str(&shortened(names, SHOWN)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(text: &str, name: &str) -> bool {
        NameScope::parse(text).contains(name)
    }

    #[test]
    fn a_star_or_nothing_is_every_name() {
        for text in ["*", "", " ", " * ", "shop, *"] {
            assert!(contains(text, "shop") && contains(text, "kube-system"), "{text:?}");
            assert_eq!(NameScope::parse(text).to_string(), "*");
        }
    }

    #[test]
    fn a_list_is_for_the_names_in_it_whatever_spaces_it_has() {
        for text in ["shop,infra", " shop , infra ", "infra,\n shop,", ",shop"] {
            assert!(contains(text, "shop"), "{text:?}");
            assert!(!contains(text, "sho") && !contains(text, "shop2"), "{text:?}");
        }
        assert!(!contains(",", "shop"), "commas alone name nothing");
        assert_eq!(NameScope::parse(" , ").to_string(), "none");
    }

    #[test]
    fn patterns_are_names_as_any_other() {
        assert!(!contains("shop*", "shop-1"));
        assert!(!contains("shop-.*", "shop-1"));
        assert!(!contains("Shop", "shop"));
    }

    #[test]
    fn a_long_list_is_shown_cut_short() {
        let names: Vec<String> = (0..2000).map(|number| format!("n{number}")).collect();
        let scope = NameScope::parse(&names.join(", "));
        assert!(scope.contains("n1999"));
        assert_eq!(scope.to_string(), "n0, n1, n2, n3, n4 and 1,995 more");
    }
}

//! Which checks a run has.

use super::check::Check;
use super::checks::ALL;

/// The check that makes pods.
pub(super) const MAKES_PODS: &str = "cluster.nodes";

/// An id that no check has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no check `{0}`")]
pub struct UnknownCheck(pub String);

/// The checks with these ids or below them (`tcr` means all of `tcr.…`), and what they need; all if
/// none is named. Those of clusters only if there is a cluster, and the one that makes pods only if
/// that was asked for, or if they are named.
///
/// # Errors
/// [`UnknownCheck`]
pub fn select(
    only: &[String],
    with_clusters: bool,
    with_pods: bool,
) -> Result<Vec<&'static Check>, UnknownCheck> {
    if only.is_empty() {
        let wanted = |check: &&&'static Check| {
            (with_clusters || !check.is_of_a_cluster()) && (with_pods || check.id != MAKES_PODS)
        };
        return Ok(ALL.iter().filter(wanted).copied().collect());
    }
    let mut wanted: Vec<&str> = Vec::new();
    for id in only {
        let below = format!("{id}.");
        let named = |check: &&&Check| check.id == id || check.id.starts_with(&below);
        let before = wanted.len();
        wanted.extend(ALL.iter().filter(named).map(|check| check.id));
        if wanted.len() == before {
            return Err(UnknownCheck(id.clone()));
        }
    }
    let mut next = 0;
    while let Some(id) = wanted.get(next) {
        let needs = ALL.iter().filter(|check| check.id == *id).flat_map(|check| check.needs);
        let needs: Vec<&str> = needs.copied().filter(|need| !wanted.contains(need)).collect();
        wanted.extend(needs);
        next += 1;
    }
    Ok(ALL.iter().filter(|check| wanted.contains(&check.id)).copied().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        select(&only, true, true).unwrap().iter().map(|check| check.id).collect()
    }

    #[test]
    fn a_check_brings_what_it_needs() {
        assert_eq!(ids(&["identity"]), ["clock", "identity"]);
        let token = ids(&["tcr.token"]);
        assert_eq!(token.first(), Some(&"clock"));
        assert!(token.contains(&"tcr.instance") && !token.contains(&"ccr.quota"), "{token:?}");
        assert!(ids(&["ccr"]).contains(&"ccr.login"));
        let unknown = select(&["tcr.tokn".into()], true, true).unwrap_err();
        assert_eq!(unknown, UnknownCheck("tcr.tokn".into()));
    }

    #[test]
    fn every_need_is_a_check_that_stands_before() {
        let mut seen = HashSet::new();
        for check in ALL {
            for need in check.needs.iter().chain(check.after) {
                assert!(seen.contains(need), "{} needs {need}", check.id);
            }
            assert!(seen.insert(check.id), "{} is there twice", check.id);
        }
    }
}

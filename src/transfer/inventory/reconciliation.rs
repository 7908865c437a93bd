//! What was counted, compared with what was listed. Pure.
//!
//! A selection narrows what is copied and not what is compared: whatever was counted, was not
//! listed and may be meant is unread. What the API counts and lists is read in `account`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Facts, SourceNamespace, Unread, UnreadScope};
use crate::diagnostic::counted as in_words;
use crate::image::Host;
use crate::tencent::{Listing, PersonalNamespace, PersonalRepository};
use crate::transfer::report::{Failure, FailureClass};
use crate::transfer::selection::Selection;

/// A part of a list that did not come.
pub(super) struct Missing {
    /// `101–200`, if it is known which part.
    pub(super) range: Option<String>,
    /// How many entries, if anybody said.
    pub(super) held: Option<u64>,
    /// Why.
    pub(super) failure: Failure,
}

/// What is missing of a list of `what`, of which somewhere else `counted` were counted.
pub(super) fn missing<T>(listing: &Listing<T>, counted: u64, what: &str) -> Vec<Missing> {
    let counted = counted.max(listing.counted);
    let listed = listing.items.len() as u64;
    let gaps = listing.gaps.iter().map(|gap| Missing {
        range: Some(gap.to_string()),
        held: gap.size(),
        failure: Failure::from(&*gap.error),
    });
    let short = counted.saturating_sub(listed).saturating_sub(in_gaps(listing));
    let rest = (short > 0).then(|| Missing {
        range: None,
        held: Some(short),
        failure: Failure::short(&format!("the API counts {counted} {what} and lists {listed}")),
    });
    gaps.chain(rest).collect()
}

/// How many entries the pages that failed held; all that there may be, if nobody said.
fn in_gaps<T>(listing: &Listing<T>) -> u64 {
    listing.gaps.iter().fold(0, |sum: u64, gap| sum.saturating_add(gap.size().unwrap_or(u64::MAX)))
}

/// The lists of one host of CCR, side by side.
pub(super) struct Reconciliation<'a> {
    pub(super) host: &'a Host,
    pub(super) namespaces: &'a Listing<PersonalNamespace>,
    pub(super) repositories: &'a Listing<PersonalRepository>,
    /// Whether permissions have cut the list of repositories short.
    pub(super) is_filtered: bool,
}

impl Reconciliation<'_> {
    /// What `selection` may mean and nobody has listed.
    pub(super) fn unread(&self, selection: &Selection) -> Vec<Unread> {
        let host = self.host;
        let listed = self.listed();
        let may_mean = |namespace: Option<&str>| {
            selection.may_mean_unlisted(host, namespace, &|name| match namespace {
                Some(_) => self.repositories.items.iter().any(|found| found.name == name),
                None => self.namespaces.items.iter().any(|found| found.name == name),
            })
        };
        let anywhere =
            may_mean(None) || self.namespaces.items.iter().any(|found| may_mean(Some(&found.name)));
        let unread = |what: String, missing: Missing| Unread {
            what,
            scope: UnreadScope::Repositories(host.clone()),
            held: missing.held,
            failure: missing.failure,
        };
        let whole = |what: &str, missing: Missing| {
            let range = missing.range.as_ref().map(|range| format!(" {range}"));
            unread(format!("{what}{} of {host}", range.unwrap_or_default()), missing)
        };

        let mut all = Vec::new();
        if may_mean(None) {
            let missing = missing(self.namespaces, 0, "namespaces");
            all.extend(missing.into_iter().map(|missing| whole("namespaces", missing)));
        }
        // What the namespaces lack by their own count is named by them, unless pages that failed
        // explain it.
        let short: Vec<(&PersonalNamespace, u64)> = self
            .namespaces
            .items
            .iter()
            .map(|namespace| {
                (namespace, namespace.repositories.saturating_sub(found(&listed, &namespace.name)))
            })
            .filter(|(_, short)| *short > 0)
            .collect();
        let by_namespaces = short.iter().fold(0, |sum: u64, (_, short)| sum.saturating_add(*short));
        if by_namespaces > in_gaps(self.repositories) {
            for (namespace, held) in short {
                if !may_mean(Some(&namespace.name)) {
                    continue;
                }
                let listed = found(&listed, &namespace.name);
                let reason = format!(
                    "the namespace counts {}, and {listed} {} listed",
                    in_words(namespace.repositories, "repository", "repositories"),
                    if listed == 1 { "is" } else { "are" },
                );
                let missing =
                    Missing { range: None, held: Some(held), failure: Failure::short(&reason) };
                all.push(unread(
                    format!("repositories of namespace {host}/{}", namespace.name),
                    missing,
                ));
            }
        }
        if anywhere {
            for mut missing in missing(self.repositories, 0, "repositories") {
                if missing.range.is_none() {
                    missing.held = missing.held.map(|held| held.saturating_sub(by_namespaces));
                }
                if missing.held != Some(0) {
                    all.push(whole("repositories", missing));
                }
            }
        }
        if self.is_filtered && may_mean(None) {
            all.push(Unread {
                what: format!("repositories of {host} that this key may not see"),
                scope: UnreadScope::Repositories(host.clone()),
                held: None,
                failure: Failure::new(
                    FailureClass::Auth,
                    "the listing was cut short by permissions (PrivilegeFiltered)",
                )
                .with_hint("use a key that may see all of CCR (QcloudTCRReadOnlyAccess), or name what to copy: docker ccr2tcr sync NAMESPACE…"),
            });
        }
        all
    }

    /// Notes what later decisions need, whatever is selected.
    pub(super) fn note(&self, facts: &mut Facts) {
        let namespaces = self.namespaces.items.iter().map(|namespace| SourceNamespace {
            host: self.host.clone(),
            name: namespace.name.clone(),
            counted: namespace.repositories,
        });
        facts.source_namespaces.extend(namespaces);
        if !self.repositories.is_complete() || !self.namespaces.is_complete() || self.is_filtered {
            facts.not_whole.insert(self.host.clone());
        }
        if self.is_filtered {
            facts.filtered.insert(self.host.clone());
        }
    }

    /// Repositories that were listed, by namespace.
    fn listed(&self) -> BTreeMap<&str, u64> {
        let mut listed = BTreeMap::new();
        for repository in &self.repositories.items {
            let namespace = repository.name.split('/').next().unwrap_or_default();
            *listed.entry(namespace).or_default() += 1;
        }
        listed
    }
}

fn found(listed: &BTreeMap<&str, u64>, namespace: &str) -> u64 {
    listed.get(namespace).copied().unwrap_or(0)
}

/// What an earlier report left over and nobody lists any more.
///
/// `listed` are the images, and `named` the repositories that are unread by themselves, as
/// `HOST/NAMESPACE/REPOSITORY`.
pub(super) fn left_over(
    selection: &Selection,
    listed: &BTreeSet<String>,
    named: &BTreeSet<String>,
) -> Vec<Unread> {
    let Some(only) = &selection.only else { return Vec::new() };
    let gone =
        |source: &&String| !listed.contains(*source) && !named.contains(repository_of(source));
    let mut gone: Vec<&String> =
        only.sources.iter().chain(&only.unread_repositories).filter(gone).collect();
    gone.sort();
    gone.into_iter()
        .map(|source| Unread {
            what: format!("{source}, which the report leaves over"),
            scope: UnreadScope::Tags(repository_of(source).to_owned()),
            held: None,
            failure: Failure::new(FailureClass::Incomplete, "the API doesn't list it any more")
                .with_hint("if it was deleted in CCR there is nothing left to do for it; else run docker ccr2tcr sync without --retry-from"),
        })
        .collect()
}

/// The repository of an image, or of itself. A host may have a port.
fn repository_of(source: &str) -> &str {
    match source.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => source,
    }
}

#[cfg(test)]
mod tests;

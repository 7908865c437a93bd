//! Putting the parts of names together: which stand in front of which.

use super::reference::{NamePart, SplitReference};
use super::siblings::{Role, Scalar, Sibling, Siblings};
use crate::image::CcrHosts;
use crate::workload::found_name::names_ccr;

/// What siblings make together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairing<'a> {
    /// The references.
    pub(super) references: Vec<SplitReference<'a>>,
    /// Keys that name CCR, and are no reference.
    pub(super) aside: Vec<(&'a str, Aside)>,
}

/// Why a key that names CCR is part of no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    /// A registry, and no repository beside it.
    Registry,
    /// It says which images to look for elsewhere.
    Matcher,
}

/// The references that fields beside each other make, as a file has them.
pub fn split_references<'a>(
    siblings: impl IntoIterator<Item = (&'a str, Scalar<'a>)>,
    ccr: &CcrHosts,
) -> Vec<SplitReference<'a>> {
    pair(siblings, ccr).references
}

/// Pairs what stands beside each other. A key that stands twice has its last value, as in Go's
/// JSON. Takes time linear in the number of siblings.
pub(super) fn pair<'a>(
    siblings: impl IntoIterator<Item = (&'a str, Scalar<'a>)>,
    ccr: &CcrHosts,
) -> Pairing<'a> {
    let seen = Siblings::of(siblings);
    let mut pairing = Pairing::default();
    let on_ccr = |sibling: &Sibling<'a>| names_ccr(sibling.text(), ccr);
    let paths = seen.paths().filter(|sibling| on_ccr(sibling));
    for anchor in paths.clone() {
        if anchor.role == Role::Name && seen.text_of(Role::NewName).is_some() {
            pairing.aside.push((anchor.key, Aside::Matcher));
        } else {
            let reference = seen.at_path(anchor);
            // What is written beside it leaves it to look for the same.
            if reference.name.iter().all(|part| part.key != anchor.key) {
                pairing.aside.push((anchor.key, Aside::Matcher));
            }
            pairing.references.push(reference);
        }
    }
    let mut registries = seen.registries().filter(|sibling| on_ccr(sibling));
    if let Some(registry) = registries.next() {
        let is_free = paths.clone().next().is_none();
        match seen.below(registry, ccr) {
            Some(reference) if is_free => pairing.references.push(reference),
            _ => pairing.aside.push((registry.key, Aside::Registry)),
        }
    }
    pairing.aside.extend(registries.map(|registry| (registry.key, Aside::Registry)));
    pairing
}

impl<'a> Siblings<'a> {
    /// The reference that `anchor` begins, which names a host and a path below it.
    pub(super) fn at_path(&self, anchor: &Sibling<'a>) -> SplitReference<'a> {
        let part = NamePart::of(anchor.key, anchor.text());
        let is_whole = !part.after.is_empty();
        let mut doubt = None;
        if let Some(registry) = self.text_of(Role::Registry)
            && (anchor.role.is_repository() || !is_whole)
        {
            let (key, text) = (registry.key, registry.text());
            doubt = Some(format!(
                "its registry can't be told: `{key}` beside it says {text}, and `{}` names one, too",
                anchor.key
            ));
        }
        let mut parts = vec![part];
        if anchor.role == Role::Repository && !is_whole {
            doubt = doubt.or(self.join_image(&mut parts, None));
        }
        self.with_version(anchor.role, parts, doubt)
    }

    /// The reference whose registry stands in `registry`; `None` if no repository does.
    pub(super) fn below(
        &self,
        registry: &Sibling<'a>,
        ccr: &CcrHosts,
    ) -> Option<SplitReference<'a>> {
        let is_bare = |sibling: &&Sibling<'a>| {
            let text = sibling.text().trim();
            // Logins and mirrors of a registry have a name as well.
            let is_path = sibling.role != Role::Name || text.contains('/') || self.has_version();
            !text.is_empty() && !names_ccr(text, ccr) && is_path
        };
        let path = self.paths().find(is_bare)?;
        let mut parts = vec![
            NamePart::of(registry.key, registry.text()),
            NamePart::below(path.key, path.text()),
        ];
        let stray = parts[0].after.trim_matches('/');
        let mut doubt = (!stray.is_empty())
            .then(|| format!("its registry can't be told: `{}` says {stray}", registry.key));
        if path.role == Role::Repository {
            doubt = doubt.or(self.join_image(&mut parts, Some(path)));
        }
        Some(self.with_version(path.role, parts, doubt))
    }

    /// Joins `image`, or `name`, to a repository that is a namespace alone: the GPU operator has
    /// `{repository: HOST/nvidia, image: driver, version: …}`. Says what can't be told.
    fn join_image(
        &self,
        parts: &mut Vec<NamePart<'a>>,
        path: Option<&Sibling<'a>>,
    ) -> Option<String> {
        let segments: usize = parts.iter().map(NamePart::segments).sum();
        let is_namespace = segments < 3 && parts.iter().all(|part| !part.after.contains(':'));
        let last = |role: Role| {
            let sibling = self.text_of(role)?;
            let is_bare = !sibling.text().contains([':', '@', '.']);
            (is_bare && path.is_none_or(|path| path.key != sibling.key)).then_some(sibling)
        };
        match last(Role::Image) {
            Some(image) if is_namespace => parts.push(NamePart::below(image.key, image.text())),
            Some(image) => {
                return Some(format!(
                    "its repository can't be told: `{}` beside it says {}",
                    image.key,
                    image.text()
                ));
            }
            None if is_namespace => {
                let name = last(Role::Name);
                parts.extend(name.map(|name| NamePart::below(name.key, name.text())));
            }
            None => {}
        }
        None
    }
}

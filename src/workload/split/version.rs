//! Which tag and digest belong to a name: its own, or those beside it.

use super::reference::{DIGEST, NOWHERE, NamePart, SplitReference, TAG, joined};
use super::siblings::{Role, Scalar, Sibling, Siblings};
use crate::image::{Digest, Tag};

/// A digest in front of whose value the algorithm stands, in the repository: the value is in `tag`.
const HALF_A_DIGEST: &str = "@sha256";

/// Tag and digest, and what they were read from.
#[derive(Default)]
struct Version<'a> {
    tag: Option<String>,
    /// The key that the tag is from, if it isn't the name's own.
    tag_key: Option<&'a str>,
    digest: Option<String>,
    kept: Vec<&'a str>,
    doubt: Option<String>,
}

impl<'a> Siblings<'a> {
    /// The reference that a name makes with what stands beside it.
    pub(super) fn with_version(
        &self,
        role: Role,
        mut name: Vec<NamePart<'a>>,
        doubt: Option<String>,
    ) -> SplitReference<'a> {
        let own = name.last().map(|part| part.after).unwrap_or_default();
        let version = self.version(role, own);
        let mut text = joined(&name);
        if version.doubt.is_none() {
            text.extend(version.tag.iter().flat_map(|tag| [":", tag]));
            text.extend(version.digest.iter().flat_map(|digest| ["@", digest]));
        } else {
            text.push_str(own);
        }
        let mut kept = version.kept;
        // Kustomize looks for `name`: what it becomes is added beside it.
        if role == Role::Name && self.has(Role::NewTag) {
            let matcher = name[0].key;
            kept.push(matcher);
            let old = self.with(Role::NewName).next();
            name[0] = NamePart {
                key: old.map_or("newName", |old| old.key),
                old: old.map(Sibling::text),
                before: String::new(),
                after: "",
                ..name[0].clone()
            };
        }
        SplitReference { text, name, kept, doubt: doubt.or(version.doubt) }
    }

    fn version(&self, role: Role, own: &str) -> Version<'a> {
        let mut version = Version::default();
        if own == HALF_A_DIGEST {
            self.half_a_digest(&mut version);
            return version;
        }
        let (tag, digest) = own.split_once('@').map_or((own, None), |(tag, it)| (tag, Some(it)));
        version.tag = tag.strip_prefix(':').map(str::to_owned);
        version.digest = digest.map(str::to_owned);
        for sibling in self.with(Role::Digest) {
            if let Some(digest) = as_digest(sibling.text()) {
                version.take_digest(sibling.key, digest);
            }
        }
        for sibling in self.with(Role::Tag).chain(self.with(Role::NewTag)) {
            version.take_tag(sibling);
        }
        if version.tag.is_none() && version.digest.is_none() && version.doubt.is_none() {
            self.take_version(role, &mut version);
        }
        // Whatever the tags say, the digest is what is pulled.
        if version.digest.is_some() {
            version.doubt.take_if(|doubt| doubt.starts_with(TAG));
        }
        if let (Role::Name, None, "", Some(digest)) =
            (role, &version.tag, own, version.kept.first())
        {
            version.doubt = Some(format!(
                "with `{digest}` beside it, it may say which images to look for, as in kustomize"
            ));
        }
        version
    }

    /// `version` is a tag where there is no key for one, or where the Prometheus operator reads it
    /// so; beside an image with a tag of its own it names the software (its `BuildImagePath`).
    fn take_version(&self, role: Role, version: &mut Version<'a>) {
        let empty = self.with(Role::Tag).chain(self.with(Role::NewTag)).next();
        let named = self.with(Role::Version).next().filter(|sibling| is_tag(sibling));
        match (empty, named) {
            (None, Some(named)) => version.take_tag(named),
            (Some(_), Some(named)) if role == Role::BaseImage => version.take_tag(named),
            (Some(empty), _) => {
                version.doubt = Some(format!(
                    "{TAG}: `{}` is empty, and the default for that isn't in the object",
                    empty.key
                ));
            }
            (None, None) if role == Role::NewName => {
                version.doubt = Some(format!("{TAG}: it stays that of the files"));
            }
            (None, None) => version.doubt = Some(NOWHERE.to_owned()),
        }
    }

    fn half_a_digest(&self, version: &mut Version<'a>) {
        let value = self
            .with(Role::Tag)
            .chain(self.with(Role::Digest))
            .find_map(|sibling| Some((sibling.key, as_digest(sibling.text())?)));
        match value {
            Some((key, digest)) => version.take_digest(key, digest),
            None => {
                version.doubt = Some(format!("{DIGEST}: it isn't in a tag beside it"));
            }
        }
    }
}

impl<'a> Version<'a> {
    fn take_tag(&mut self, sibling: &Sibling<'a>) {
        let key = sibling.key;
        let text = match sibling.value {
            _ if sibling.is_empty() => return,
            Scalar::Text(text) => text.to_owned(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Lossy => {
                self.kept.push(key);
                self.doubt = Some(format!(
                    "{TAG}: `{key}` is no text, and 1.10 can't be told from 1.1: put it in quotes"
                ));
                return;
            }
        };
        if let Some(digest) = as_digest(&text).filter(|_| text.starts_with("sha256:")) {
            return self.take_digest(key, digest);
        }
        let tag = match text.split_once('@') {
            Some((tag, digest)) => {
                self.take_digest(key, digest.to_owned());
                tag.to_owned()
            }
            None => {
                self.kept.push(key);
                text
            }
        };
        match &self.tag {
            _ if tag.is_empty() => {}
            None => (self.tag, self.tag_key) = (Some(tag), Some(key)),
            Some(known) if *known == tag => {}
            Some(known) => {
                let other = match self.tag_key {
                    Some(key) => format!("`{key}` says {known}"),
                    None => format!("it says {known} itself"),
                };
                self.doubt = Some(format!("{TAG}: `{key}` beside it says {tag}, and {other}"));
            }
        }
    }

    fn take_digest(&mut self, key: &'a str, digest: String) {
        self.kept.push(key);
        match &self.digest {
            None => self.digest = Some(digest),
            Some(known) if *known == digest => {}
            Some(known) => {
                self.doubt = Some(format!("{DIGEST}: `{key}` says {digest}, another {known}"));
            }
        }
    }
}

/// Flux has ranges of versions, `>=1.0`, beside names as well.
fn is_tag(sibling: &Sibling<'_>) -> bool {
    match sibling.value {
        Scalar::Text(text) => {
            let (tag, digest) = text.split_once('@').map_or((text, None), |(a, b)| (a, Some(b)));
            tag.parse::<Tag>().is_ok() && digest.is_none_or(|it| as_digest(it).is_some())
                || as_digest(text).is_some()
        }
        Scalar::Integer(_) | Scalar::Lossy => true,
    }
}

/// `sha256:…`, or the 64 digits alone.
fn as_digest(text: &str) -> Option<String> {
    let whole = match text.len() {
        64 => format!("sha256:{text}"),
        _ => text.to_owned(),
    };
    whole.parse::<Digest>().is_ok().then_some(whole)
}

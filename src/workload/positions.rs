//! What an object holds: image references, pull secrets, and places that name CCR.
//!
//! Which kind is searched where is in `kinds`; pod specs are read in `pod_spec`, custom resources
//! in `custom`, longer texts in `mentions`.

use serde::Serialize;
use serde_json::Value;

use super::image_class::{CcrNames, ImageClass};
use super::kinds::{Holds, KindRules, Path};
use super::pointer::{Pointer, Trail};
use super::{custom, mentions, pod_spec};

/// No more mentions than this are kept for one object; the rest is counted.
pub const MENTIONS_KEPT: usize = 50;

/// All that one object holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Positions {
    /// The pod specs, with all their images.
    pub pod_specs: Vec<PodSpec>,
    /// Strings of a custom resource that are, as a whole, a reference to CCR; outside of its pod
    /// specs.
    pub fields: Vec<ImagePosition>,
    /// Places that name CCR and are not changed. At most [`MENTIONS_KEPT`].
    pub mentions: Vec<Mention>,
    /// How many mentions were found beyond those.
    pub mentions_left_out: usize,
    /// A `ServiceAccount`'s pull secrets.
    pub account: Option<AccountSecrets>,
}

/// One pod spec inside an object: a Pod's own, a template's, one found in a custom resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodSpec {
    /// Where the pod spec is.
    pub pointer: Pointer,
    /// All images, whatever their host.
    pub images: Vec<ImagePosition>,
    /// The names in `imagePullSecrets`; `None` if the field is absent or null. An empty list is
    /// what Kubernetes treats as an absent one.
    pub pull_secrets: Option<Vec<String>>,
    /// The list as it stands, if an entry of it is something else than a name: `[{}]`, say, which
    /// charts leave behind.
    pub odd_pull_secrets: Option<Value>,
    /// `serviceAccountName`, else the deprecated `serviceAccount`; `None` is `default`.
    pub service_account: Option<String>,
}

/// A string that is an image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePosition {
    /// Where the string is.
    pub pointer: Pointer,
    /// What it is the image of.
    pub role: ImageRole,
    /// The name of the container, or of the volume.
    pub container: Option<String>,
    /// The string, as it is.
    pub text: String,
    /// What that is to a switch.
    pub class: ImageClass,
}

/// What an image is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ImageRole {
    /// `containers[].image`
    Container,
    /// `initContainers[].image`
    InitContainer,
    /// `ephemeralContainers[].image`
    EphemeralContainer,
    /// `volumes[].image.reference`
    Volume,
    /// A field of a custom resource.
    Field,
}

/// A place that names CCR but is not changed: values in `env`, arguments, a `ConfigMap`'s data,
/// annotations, text in a custom resource that holds a reference among other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where the text is.
    pub pointer: Pointer,
    /// The reference or host found in it, not the whole text; at most 256 bytes.
    pub text: String,
}

/// A `ServiceAccount`'s pull secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSecrets {
    /// The names in `imagePullSecrets`; `None` if the field is absent or null.
    pub pull_secrets: Option<Vec<String>>,
    /// The list as it stands, if an entry of it is something else than a name.
    pub odd_pull_secrets: Option<Value>,
}

impl PodSpec {
    /// The names of the pod's own list, if that has any entry: then its `ServiceAccount`'s list is
    /// not used, even if no entry names a Secret.
    #[must_use]
    pub fn own_pull_secrets(&self) -> Option<&[String]> {
        let names = self.pull_secrets.as_deref()?;
        (!names.is_empty() || self.odd_pull_secrets.is_some()).then_some(names)
    }
}

/// Finds all that `object` holds.
///
/// Built-in kinds are looked at in the places that their API knows, everything else is searched as
/// a whole. What a controller wrote about the object (`status`, `managedFields`, the copy of the
/// last applied file) is never looked at. Takes time linear in the object's size, whatever stands
/// in it.
#[must_use]
pub fn positions(object: &Value, names: &CcrNames) -> Positions {
    let mut search = Search { names, trail: Trail::default(), found: Positions::default() };
    match KindRules::of(object).holds {
        Holds::PodSpec(path) => search.template(object, path),
        Holds::PullSecrets => {
            search.annotations(object);
            search.found.account = Some(AccountSecrets {
                pull_secrets: pod_spec::pull_secrets(object),
                odd_pull_secrets: pod_spec::odd_pull_secrets(object),
            });
        }
        Holds::Texts => search.within(object, "data", |search, data| {
            search.texts(data, &[]);
        }),
        Holds::Logins | Holds::Nothing => {}
        Holds::Anything => custom::search(&mut search, object),
    }
    search.found
}

/// A search under way: where it stands, and what it has found so far.
pub(super) struct Search<'a> {
    pub(super) names: &'a CcrNames,
    pub(super) trail: Trail,
    pub(super) found: Positions,
}

impl Search<'_> {
    /// Goes into the entry `key` of a map, if there is one.
    pub(super) fn within(
        &mut self,
        value: &Value,
        key: &str,
        look: impl FnOnce(&mut Self, &Value),
    ) {
        if let Some(inner) = value.get(key) {
            let step = self.trail.enter_key(key);
            look(self, inner);
            self.trail.leave(&step);
        }
    }

    /// Goes into each entry of a list; nothing, if it is none.
    pub(super) fn each(&mut self, value: &Value, mut look: impl FnMut(&mut Self, &Value)) {
        for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
            let step = self.trail.enter_index(index);
            look(self, inner);
            self.trail.leave(&step);
        }
    }

    /// Looks for mentions in each text of a map or list, one level deep.
    pub(super) fn texts(&mut self, value: &Value, except: &[&str]) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if let Value::String(text) = inner
                        && !except.contains(&key.as_str())
                    {
                        let step = self.trail.enter_key(key);
                        self.text(text);
                        self.trail.leave(&step);
                    }
                }
            }
            Value::Array(_) => self.each(value, |search, inner| {
                if let Value::String(text) = inner {
                    search.text(text);
                }
            }),
            _ => {}
        }
    }

    /// Looks for mentions in one text.
    pub(super) fn text(&mut self, text: &str) {
        mentions::each(text, &self.names.ccr, |mention| {
            if self.found.mentions.len() == MENTIONS_KEPT {
                self.found.mentions_left_out += 1;
                return;
            }
            let mention = Mention { pointer: self.trail.pointer(), text: mention.to_owned() };
            // A script that names one image ten times is one mention.
            if !self.found.mentions.contains(&mention) {
                self.found.mentions.push(mention);
            }
        });
    }

    /// Looks for mentions in the annotations of an object or a template.
    pub(super) fn annotations(&mut self, object: &Value) {
        self.within(object, "metadata", |search, metadata| {
            search.within(metadata, "annotations", |search, annotations| {
                search.texts(annotations, &COPIES);
            });
        });
    }

    /// The pod spec at the end of `path`, and the annotations of what lies on the way to it.
    fn template(&mut self, value: &Value, path: Path) {
        self.annotations(value);
        match path {
            [] => {}
            ["spec"] => self.within(value, "spec", pod_spec::read),
            [key, rest @ ..] => {
                self.within(value, key, |search, inner| search.template(inner, rest));
            }
        }
    }
}

/// The annotation in which a switch keeps the old images, if that is wished for.
pub const OLD_IMAGES: &str = "tcr-switch/old-images";

/// Annotations that hold a copy of the whole object, as it was applied by kubectl, kapp or kopf, or
/// what an earlier switch kept: they name CCR and pull nothing.
pub(super) const COPIES: [&str; 4] = [
    super::managed::LAST_APPLIED,
    OLD_IMAGES,
    "kapp.k14s.io/original",
    "kopf.zalando.org/last-handled-configuration",
];

#[cfg(test)]
mod tests;

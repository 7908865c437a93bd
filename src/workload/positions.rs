//! What an object holds: image references, pull secrets, and places that name CCR.
//!
//! Finding them is in `find`.

use serde::Serialize;
use serde_json::{Value, json};

use super::image_class::{CcrNames, ImageClass};
use super::patch::Change;
use super::pointer::Pointer;
use super::secret_list::SecretList;
use super::split::SplitFields;
use crate::image::ParsedReference;

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

/// One pod spec inside an object: a Pod's own, a template's, one found in a custom resource. In a
/// custom resource also what has no containers of its own: images that are pulled with one list of
/// pull secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodSpec {
    /// Where the pod spec is.
    pub pointer: Pointer,
    /// All images, whatever their host.
    pub images: Vec<ImagePosition>,
    /// Which of the object's [`Positions::fields`] are pulled with the same list.
    pub fields: Vec<usize>,
    /// Where its list of pull secrets is: `imagePullSecrets`, if its kind has no other place for it.
    pub list: SecretList,
    /// The names in that list; `None` if it is absent or null. An empty list is what Kubernetes
    /// treats as an absent one.
    pub pull_secrets: Option<Vec<String>>,
    /// The list as it stands, if an entry of it is something else than a name: `[{}]`, say, which
    /// charts leave behind.
    pub odd_pull_secrets: Option<Value>,
    /// `serviceAccountName`, else the deprecated `serviceAccount`; `None` is `default`.
    pub service_account: Option<String>,
    /// Accounts under which some of the pods run besides.
    pub other_accounts: Vec<String>,
    /// Whether the object says under which account its pods run.
    pub account_source: AccountSource,
}

/// What says under which `ServiceAccount` pods run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountSource {
    /// The object itself.
    Object,
    /// What runs it: a `TaskRun` for a Task.
    Run,
    /// Nothing that is known.
    Unknown,
}

/// An image reference: a string, or several that make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePosition {
    /// Where the string is, or the one of several that names the host.
    pub pointer: Pointer,
    /// What it is the image of.
    pub role: ImageRole,
    /// The name of the container, or of the volume.
    pub container: Option<String>,
    /// The reference, as it is written there.
    pub text: String,
    /// What that is to a switch.
    pub class: ImageClass,
    /// The fields that it is made of, and what of it can't be told; `None` where it is one string as
    /// the kubelet reads it.
    pub split: Option<SplitFields>,
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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mention {
    /// Where the text is.
    pub pointer: Pointer,
    /// The reference or host found in it, not the whole text; at most 256 bytes.
    pub text: String,
    /// What it is there for.
    pub kind: MentionKind,
}

/// What a place that names CCR is there for, as far as that can be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MentionKind {
    /// Text that is told to a program, or to people.
    #[default]
    Text,
    /// A registry, and no repository beside it that it is joined with.
    Registry,
    /// It says which images to look for elsewhere, as kustomize's `name`.
    Matcher,
    /// A policy for images, or a pattern of them.
    Policy,
}

/// A `ServiceAccount`'s pull secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSecrets {
    /// The names in `imagePullSecrets`; `None` if the field is absent or null.
    pub pull_secrets: Option<Vec<String>>,
    /// The list as it stands, if an entry of it is something else than a name.
    pub odd_pull_secrets: Option<Value>,
}

impl MentionKind {
    /// What to do about it, if that is plain.
    #[must_use]
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Matcher => None,
            Self::Registry => Some(
                "a registry without a repository beside it: which images it is joined with can't be told; change it by hand when all of them are in TCR",
            ),
            Self::Policy => Some(
                "a policy or a pattern for images: let it allow TCR too, before pods are switched",
            ),
        }
    }
}

impl ImagePosition {
    /// Where it stands: each of the fields that it is made of.
    #[must_use]
    pub fn pointers(&self) -> Vec<&Pointer> {
        match &self.split {
            Some(fields) => fields.pointers().collect(),
            None => vec![&self.pointer],
        }
    }

    /// The changes that make `new` of it, which has the same tag and digest.
    #[must_use]
    pub fn changes(&self, new: &ParsedReference) -> Vec<Change> {
        match &self.split {
            Some(fields) => fields.changes(&format!("{}/{}", new.host, new.repository)),
            None => vec![Change {
                pointer: self.pointer.clone(),
                old: Some(json!(self.text)),
                new: Some(json!(new.to_string())),
            }],
        }
    }

    /// Says again what it is to a switch, with what is known now of the owners of namespaces.
    pub fn reclassify(&mut self, names: &CcrNames) {
        match self.split.as_ref().and_then(|fields| fields.doubt.as_deref()) {
            None => names.reclassify(&mut self.class),
            doubt => self.class = names.classify(&self.text).doubted(&self.text, doubt),
        }
    }
}

impl Positions {
    /// The images that are pulled with the list of `spec`, one of [`Self::pod_specs`].
    pub fn pulled_by<'a>(&'a self, spec: &'a PodSpec) -> impl Iterator<Item = &'a ImagePosition> {
        let fields = spec.fields.iter().filter_map(|index| self.fields.get(*index));
        spec.images.iter().chain(fields)
    }

    /// The fields of which it is not known with which list they are pulled.
    pub fn loose_fields(&self) -> impl Iterator<Item = &ImagePosition> {
        let is_loose =
            |index: &usize| !self.pod_specs.iter().any(|spec| spec.fields.contains(index));
        let fields = self.fields.iter().enumerate();
        fields.filter(move |(index, _)| is_loose(index)).map(|(_, field)| field)
    }
}

impl PodSpec {
    /// The names of the accounts that the object gives its pods.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        let first = self.service_account.as_deref().unwrap_or("default");
        std::iter::once(first).chain(self.other_accounts.iter().map(String::as_str))
    }

    /// The names of the pod's own list, if that has any entry: then its `ServiceAccount`'s list is
    /// not used, even if no entry names a Secret.
    #[must_use]
    pub fn own_pull_secrets(&self) -> Option<&[String]> {
        let names = self.pull_secrets.as_deref()?;
        (!names.is_empty() || self.odd_pull_secrets.is_some()).then_some(names)
    }
}

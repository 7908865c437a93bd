//! References in fields beside each other, as values files have them.

use super::name::Outcome;
use super::rules::Rules;
use super::verdict::{ByHand, Verdict};
use crate::image::Reference;
use crate::sources::context::{FieldValue, Fields};
use crate::sources::edit::Edit;
use crate::sources::span::Span;
use crate::workload::{ImageClass, RenameError, Scalar, SplitReference, split_references};

/// What a reference in several fields becomes.
pub(super) struct SplitOutcome {
    /// Where its host stands.
    pub(super) host_field: Span,
    /// `HOST/REPOSITORY`
    pub(super) name: String,
    /// It, put together.
    pub(super) text: String,
    pub(super) outcome: SplitVerdict,
}

pub(super) enum SplitVerdict {
    /// The edits, the whole new name, and the images if it is known which.
    Rewrite(Vec<Edit>, String, Option<(Reference, Reference)>),
    Stays(Verdict),
}

impl SplitOutcome {
    /// Why its parts can't be put together, if they can't.
    pub(super) fn doubt(&self) -> Option<&String> {
        match &self.outcome {
            SplitVerdict::Stays(Verdict::ByHand(ByHand::Split(why))) => Some(why),
            _ => None,
        }
    }
}

impl Rules {
    /// What becomes of the references that `fields` make together. One that stands in a single field,
    /// with nothing beside it that belongs to it, isn't among them.
    pub(super) fn split(&self, fields: &Fields) -> Vec<SplitOutcome> {
        let siblings = fields.0.iter().map(|field| {
            let value = match &field.value {
                FieldValue::Text(text) => Scalar::Text(text),
                FieldValue::Integer(number) => Scalar::Integer(*number),
                FieldValue::Lossy => Scalar::Lossy,
            };
            (field.key.as_str(), value)
        });
        let references = split_references(siblings, &self.names.ccr);
        // A namespace with a version beside it is put in front of something: kubeadm's
        // `imageRepository`.
        let is_prefix = |it: &SplitReference<'_>| {
            let is_sure = it.doubt.is_none() || it.is_version_in_doubt();
            is_sure && it.name_keys().count() == 1 && it.bare_name().matches('/').count() < 2
        };
        let together = references.into_iter().filter(|it| !it.is_alone() && !is_prefix(it));
        together.filter_map(|reference| self.of_fields(&reference, fields)).collect()
    }

    fn of_fields(&self, reference: &SplitReference<'_>, fields: &Fields) -> Option<SplitOutcome> {
        let field_of = |key: &str| fields.0.iter().rev().find(|field| field.key == key);
        let host_field = field_of(reference.name_keys().next()?)?.span.clone();
        let outcome = |outcome| {
            let (name, text) = (reference.bare_name(), reference.text.clone());
            Some(SplitOutcome { host_field: host_field.clone(), name, text, outcome })
        };
        if let Some(doubt) = &reference.doubt
            && !reference.is_version_in_doubt()
        {
            return outcome(SplitVerdict::Stays(Verdict::ByHand(ByHand::Split(doubt.clone()))));
        }
        let is_malformed = matches!(
            self.names.classify(&reference.text),
            ImageClass::Refused(RenameError::Malformed { .. })
        );
        // A tag may be a template.
        let renamed = match reference.doubt.is_some() || is_malformed {
            true => self.classified(&reference.bare_name(), false),
            false => self.classified(&reference.text, true),
        };
        let renamed = match renamed {
            Outcome::Renamed(renamed) => renamed,
            Outcome::Stays(verdict) => return outcome(SplitVerdict::Stays(verdict)),
        };
        let name = format!("{}/{}", self.target, renamed.path);
        let mut edits = Vec::new();
        for (key, old, new) in reference.renamed(&name) {
            if old == Some(&*new) {
                continue;
            }
            match field_of(key) {
                Some(field) if field.is_verbatim => {
                    edits.push(Edit { span: field.span.clone(), new });
                }
                _ => {
                    let why =
                        format!("`{key}` has to become {new}, and isn't written in one piece");
                    return outcome(SplitVerdict::Stays(Verdict::ByHand(ByHand::Split(why))));
                }
            }
        }
        let version = reference.text.strip_prefix(&reference.bare_name()).unwrap_or_default();
        outcome(SplitVerdict::Rewrite(edits, format!("{name}{version}"), renamed.image))
    }
}

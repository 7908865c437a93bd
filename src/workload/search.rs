//! A search of one object: where it stands, and what it has found so far.

use serde_json::Value;

use super::image_class::CcrNames;
use super::mentions;
use super::pointer::Trail;
use super::positions::{MENTIONS_KEPT, Mention, MentionKind, Positions};

/// A search under way: where it stands, and what it has found so far.
pub(super) struct Search<'a> {
    pub(super) names: &'a CcrNames,
    pub(super) trail: Trail,
    pub(super) found: Positions,
    /// What mentions are there for, if nothing else is known of one.
    pub(super) mentions_are: MentionKind,
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
        self.text_as(text, self.mentions_are);
    }

    /// The same, where it is known what they are there for.
    pub(super) fn text_as(&mut self, text: &str, kind: MentionKind) {
        mentions::each(text, &self.names.ccr, |mention| {
            if self.found.mentions.len() == MENTIONS_KEPT {
                self.found.mentions_left_out += 1;
                return;
            }
            let mention = Mention { pointer: self.trail.pointer(), text: mention.to_owned(), kind };
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
}

/// The annotation in which a switch keeps the old images, if that is wished for.
pub const OLD_IMAGES: &str = "tcr-switch/old-images";

/// Annotations that hold a copy of the whole object, as it was applied by kubectl, kapp or kopf, or
/// what an earlier switch kept: they name CCR and pull nothing.
pub(crate) const COPIES: [&str; 4] = [
    super::managed::LAST_APPLIED,
    OLD_IMAGES,
    "kapp.k14s.io/original",
    "kopf.zalando.org/last-handled-configuration",
];

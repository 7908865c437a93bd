//! References in parts as objects hold them: in a map, and in a list of `{name, value}`.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::fields::SplitFields;
use super::pair::{Aside, Pairing, pair};
use super::reference::SplitReference;
use super::siblings::Scalar;
use crate::workload::found_name::names_ccr;
use crate::workload::pointer::Pointer;
use crate::workload::positions::{ImagePosition, ImageRole, MentionKind};
use crate::workload::search::Search;

/// What is to be done with a value that was looked at together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::workload) enum Paired {
    /// Nothing more.
    Done,
    /// It is a mention, of this kind.
    Mention(MentionKind),
}

impl Search<'_> {
    /// Pairs the entries of a map, and says what becomes of their keys.
    pub(in crate::workload) fn pair_map<'v>(
        &mut self,
        map: &'v Map<String, Value>,
    ) -> HashMap<&'v str, Paired> {
        let ccr = &self.names.ccr;
        if !map.values().any(|value| value.as_str().is_some_and(|text| names_ccr(text, ccr))) {
            return HashMap::new();
        }
        let siblings = map.iter().filter_map(|(key, value)| Some((key.as_str(), scalar(value)?)));
        let pairing = pair(siblings, ccr);
        let place = self.trail.pointer();
        self.take(pairing, |key| Some(place.key(key)), |key| map.get(key))
    }

    /// Pairs the entries of a list of `{name, value}` by what their names have in common, as Argo
    /// CD's Helm parameters have it: `image.repository`, `image.tag`. Says what becomes of their
    /// values.
    pub(in crate::workload) fn pair_parameters(
        &mut self,
        list: &[Value],
    ) -> HashMap<usize, Paired> {
        let ccr = &self.names.ccr;
        let text = |at: usize, key: &str| list[at].get(key).and_then(Value::as_str);
        let mut groups: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
        for at in 0..list.len() {
            if let (Some(name), Some(_)) = (text(at, "name"), text(at, "value")) {
                let (group, key) = name.rsplit_once('.').unwrap_or(("", name));
                // What is set twice is what it is set to last.
                groups.entry(group).or_default().insert(key, at);
            }
        }
        let mut becomes = HashMap::new();
        let place = self.trail.pointer();
        for group in groups.into_values() {
            let value = |key: &str| group.get(key).and_then(|at| text(*at, "value"));
            let siblings = group.keys().filter_map(|key| Some((*key, Scalar::Text(value(key)?))));
            let taken = self.take(
                pair(siblings, ccr),
                |key| group.get(key).map(|at| place.index(*at).key("value")),
                |key| group.get(key).and_then(|at| list[*at].get("value")),
            );
            becomes.extend(taken.into_iter().map(|(key, paired)| (group[key], paired)));
        }
        becomes
    }

    fn take<'k, 'v>(
        &mut self,
        pairing: Pairing<'k>,
        pointer: impl Fn(&str) -> Option<Pointer>,
        value: impl Fn(&str) -> Option<&'v Value>,
    ) -> HashMap<&'k str, Paired> {
        let mut becomes = HashMap::new();
        for reference in pairing.references.into_iter().filter(|it| !it.is_alone()) {
            let Some(fields) = SplitFields::of(&reference, &pointer, &value) else { continue };
            let keys = reference.name.iter().map(|part| part.key);
            becomes.extend(keys.chain(reference.kept).map(|key| (key, Paired::Done)));
            self.field(reference.text, fields);
        }
        becomes
            .extend(pairing.aside.into_iter().map(|(key, it)| (key, Paired::Mention(it.into()))));
        becomes
    }

    /// Takes note of a reference in fields of a custom resource.
    fn field(&mut self, text: String, fields: SplitFields) {
        let class = self.names.classify(&text).doubted(&text, fields.doubt.as_deref());
        let Some(pointer) = fields.pointers().next().cloned() else { return };
        self.found.fields.push(ImagePosition {
            pointer,
            role: ImageRole::Field,
            container: None,
            text,
            class,
            split: Some(fields),
        });
    }

    /// Takes note of the reference that stands where the search is: `text`, behind `before` if that
    /// is what is written there.
    pub(in crate::workload) fn whole(&mut self, reference: &SplitReference<'_>) {
        let pointer = self.trail.pointer();
        let fields = SplitFields::of(reference, |_| Some(pointer.clone()), |_| None);
        if let Some(fields) = fields {
            self.field(reference.text.clone(), fields);
        }
    }
}

impl From<Aside> for MentionKind {
    fn from(aside: Aside) -> Self {
        match aside {
            Aside::Registry => Self::Registry,
            Aside::Matcher => Self::Matcher,
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar<'_>> {
    match value {
        Value::String(text) => Some(Scalar::Text(text)),
        Value::Null => Some(Scalar::Text("")),
        Value::Number(number) => Some(number.as_i64().map_or(Scalar::Lossy, Scalar::Integer)),
        Value::Bool(_) => Some(Scalar::Lossy),
        Value::Array(_) | Value::Object(_) => None,
    }
}

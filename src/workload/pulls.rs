//! Which images of a custom resource are pulled with which list of pull secrets: as the row of its
//! kind says, else with the nearest list around them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::kinds::{Accounts, Pulls};
use super::places::{expand, from_root, includes};
use super::pod_spec;
use super::pointer::Pointer;
use super::positions::{AccountSource, ImagePosition, ImageRole, PodSpec, Positions};
use super::search::Search;
use super::secret_list::{ListForm, ListedSecrets, SecretList};

/// Gives each field its list, as far as that is known.
pub(super) fn sort(search: &mut Search<'_>, object: &Value, rows: &[Pulls]) {
    for row in rows {
        for (at, value) in expand(object, row.at) {
            row.read_images(search, object, &at);
            row.sort(&mut search.found, object, &at, value.unwrap_or(&Value::Null));
        }
    }
    give_loose_fields_to_lists(&mut search.found);
}

impl Pulls {
    /// The images in the places of the row, whatever their host, as in a pod spec: a container gets
    /// them as they are, so that one without a tag is `latest`, whatever stands beside it.
    fn read_images(&self, search: &mut Search<'_>, object: &Value, at: &Pointer) {
        let (found, names) = (&mut search.found, search.names);
        let in_pods = found.pod_specs.iter().flat_map(|spec| &spec.images);
        let in_pods: HashSet<Pointer> = in_pods.map(|image| image.pointer.clone()).collect();
        let mut known: HashMap<Pointer, usize> = HashMap::new();
        for (index, field) in found.fields.iter().enumerate() {
            known.extend(field.pointers().into_iter().map(|pointer| (pointer.clone(), index)));
        }
        for pattern in self.images.iter().filter(|pattern| !pattern.ends_with("**")) {
            for (pointer, value) in expand(object, &from_root(pattern, at)) {
                let Some(Value::String(text)) = value else { continue };
                let is_base = pointer.as_str().ends_with("/baseImage");
                if in_pods.contains(&pointer) || is_base && known.contains_key(&pointer) {
                    continue;
                }
                found.mentions.retain(|mention| mention.pointer != pointer);
                let image = ImagePosition {
                    role: ImageRole::Field,
                    container: None,
                    text: text.clone(),
                    class: names.classify(text),
                    split: None,
                    pointer: pointer.clone(),
                };
                match known.get(&pointer) {
                    Some(index) => found.fields[*index] = image,
                    None => {
                        known.insert(pointer, found.fields.len());
                        found.fields.push(image);
                    }
                }
            }
        }
    }

    fn sort(&self, found: &mut Positions, object: &Value, at: &Pointer, value: &Value) {
        let images: Vec<String> = self.images.iter().map(|one| from_root(one, at)).collect();
        let is_its = |place: &Pointer| images.iter().any(|pattern| includes(pattern, place));
        let mut spec = pod_spec::listed(at.clone(), value, "imagePullSecrets");
        let (mut inner, outer) = std::mem::take(&mut found.pod_specs)
            .into_iter()
            .partition::<Vec<_>, _>(|one| one.pointer == *at || is_its(&one.pointer));
        found.pod_specs = outer;
        for one in &mut inner {
            spec.images.append(&mut one.images);
        }
        // A list that is none of the row's is still one that names Secrets.
        inner.retain(|one| one.pointer != *at && one.own_pull_secrets().is_some());
        found.pod_specs.extend(inner);
        let fields = found.fields.iter().enumerate();
        spec.fields =
            fields.filter(|(_, one)| is_its(&one.pointer)).map(|(index, _)| index).collect();
        self.list(&mut spec, object, at);
        self.accounts(&mut spec, object, at);
        let has_images = !spec.images.is_empty() || !spec.fields.is_empty();
        if has_images || spec.own_pull_secrets().is_some() {
            found.pod_specs.push(spec);
        }
    }

    /// The first of the row's lists that names something, else the first.
    fn list(&self, spec: &mut PodSpec, object: &Value, at: &Pointer) {
        let read = |(pattern, form): &(&str, ListForm)| {
            let pointer = at_root(pattern, at);
            let value = pointer.find(object);
            // The usual form may be written otherwise by kinds of one's own.
            let form = if *form == ListForm::Names { ListForm::of(value) } else { *form };
            (form.read(value), SecretList { pointer, form })
        };
        let mut lists = self.lists.iter().map(read);
        let first = lists.next();
        let names = |(listed, _): &(ListedSecrets, SecretList)| {
            listed.odd.is_some() || listed.names.as_ref().is_some_and(|names| !names.is_empty())
        };
        let chosen = match first {
            Some(first) if !names(&first) => lists.find(|one| names(one)).or(Some(first)),
            first => first,
        };
        let (listed, list) =
            chosen.unwrap_or_else(|| (ListedSecrets::default(), spec.list.clone()));
        (spec.pull_secrets, spec.odd_pull_secrets, spec.list) = (listed.names, listed.odd, list);
    }

    fn accounts(&self, spec: &mut PodSpec, object: &Value, at: &Pointer) {
        let named = |pattern: &&str| {
            let places = expand(object, &from_root(pattern, at)).into_iter();
            let texts = places.filter_map(|(_, value)| value?.as_str().map(str::to_owned));
            texts.filter(|text| !text.is_empty()).collect::<Vec<_>>()
        };
        match self.accounts {
            Accounts::OfPodSpec => {}
            Accounts::At { first, others } => {
                spec.service_account = first.iter().flat_map(named).next();
                spec.other_accounts = others.iter().flat_map(named).collect();
            }
            Accounts::OfRun => spec.account_source = AccountSource::Run,
            Accounts::Unknown => spec.account_source = AccountSource::Unknown,
        }
    }
}

/// A place without `*`.
fn at_root(place: &str, at: &Pointer) -> Pointer {
    let from_root = from_root(place, at);
    let unescaped = from_root.split('/').map(|key| key.replace("~1", "/").replace("~0", "~"));
    unescaped.fold(Pointer::root(), |pointer, key| pointer.key(&key))
}

/// A list of pull secrets is for the images beside it and below.
fn give_loose_fields_to_lists(found: &mut Positions) {
    let is_given =
        |index: &usize, specs: &[PodSpec]| specs.iter().any(|spec| spec.fields.contains(index));
    for (index, field) in found.fields.iter().enumerate() {
        if is_given(&index, &found.pod_specs) {
            continue;
        }
        let specs = found.pod_specs.iter_mut();
        let around = specs
            .filter(|spec| spec.own_pull_secrets().is_some() && is_around(spec, &field.pointer))
            .max_by_key(|spec| spec.pointer.as_str().len());
        if let Some(spec) = around {
            spec.fields.push(index);
        }
    }
}

fn is_around(spec: &PodSpec, place: &Pointer) -> bool {
    let rest = place.as_str().strip_prefix(spec.pointer.as_str());
    rest.is_some_and(|rest| rest.starts_with('/'))
}

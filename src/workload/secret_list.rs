//! Lists of pull secrets, and the forms that kinds give them.

use serde_json::{Value, json};

use super::pointer::Pointer;

/// Where an object names its pull secrets, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretList {
    /// Where the list is.
    pub pointer: Pointer,
    /// How it is written.
    pub form: ListForm,
}

/// How a list of pull secrets is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    /// `[{name: a}, {name: b}]`, as in a pod spec.
    Names,
    /// `[a, b]`
    Strings,
    /// `a`: one Secret at most.
    One,
    /// `a;b`: the value of an option.
    Joined,
}

/// What a list says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ListedSecrets {
    /// The names; `None` if there is no list.
    pub(super) names: Option<Vec<String>>,
    /// The list as it stands, if its names alone don't tell it.
    pub(super) odd: Option<Value>,
}

impl ListForm {
    /// The form of a list under the keys that pod specs and most kinds have for it. An empty list is
    /// taken for one of the usual form.
    pub(super) fn of(list: Option<&Value>) -> Self {
        match list.and_then(Value::as_array) {
            Some(entries) if !entries.is_empty() && entries.iter().all(Value::is_string) => {
                Self::Strings
            }
            _ => Self::Names,
        }
    }

    pub(super) fn read(self, list: Option<&Value>) -> ListedSecrets {
        let entries = || list.and_then(Value::as_array).map(Vec::as_slice);
        let string = || list.and_then(Value::as_str);
        let names: Option<Vec<String>> = match self {
            Self::Names => entries().map(|all| all.iter().filter_map(name).collect()),
            Self::Strings => entries().map(|all| all.iter().filter_map(text).collect()),
            Self::One => string().map(|one| some(one).collect()),
            Self::Joined => string().map(|all| all.split(';').flat_map(some).collect()),
        };
        let is_plain = |entry: &Value| match self {
            Self::Names => {
                entry.as_object().is_some_and(|map| map.len() == 1) && name(entry).is_some()
            }
            _ => entry.is_string(),
        };
        let is_odd = entries().is_some_and(|all| !all.iter().all(is_plain));
        ListedSecrets { names, odd: list.filter(|_| is_odd).cloned() }
    }

    /// The list with these names alone. Where there is room for one only, the last is kept.
    pub(crate) fn write(self, names: &[String]) -> Value {
        match self {
            Self::Names => names.iter().map(|name| json!({"name": name})).collect(),
            Self::Strings => json!(names),
            Self::One => json!(names.last()),
            Self::Joined => json!(names.join(";")),
        }
    }

    /// The list with these names; what it holds besides names stays. `None` if nothing would be left
    /// in it: the server keeps no empty list.
    pub(crate) fn rewrite(self, list: Option<&Value>, names: &[String]) -> Option<Value> {
        if names.is_empty() {
            return None;
        }
        if self != Self::Names {
            return Some(self.write(names));
        }
        let old = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let stays = |entry: &&Value| name(entry).is_none_or(|name| names.contains(&name));
        let mut new: Vec<Value> = old.iter().filter(stays).cloned().collect();
        let is_new =
            |wanted: &&String| !old.iter().any(|entry| name(entry).as_ref() == Some(wanted));
        new.extend(names.iter().filter(is_new).map(|name| json!({"name": name})));
        Some(Value::Array(new))
    }

    /// Whether there is room for one name only.
    pub(crate) fn holds_one(self) -> bool {
        self == Self::One
    }

    /// Whether a name can be added to a list, which may hold these other things.
    pub(crate) fn takes_names(self, odd: Option<&Value>) -> bool {
        let is_room = |odd: &Value| {
            self == Self::Names && odd.as_array().into_iter().flatten().all(Value::is_object)
        };
        !self.holds_one() && odd.is_none_or(is_room)
    }
}

fn some(text: &str) -> impl Iterator<Item = String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).into_iter()
}

fn name(entry: &Value) -> Option<String> {
    entry.get("name").and_then(text)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_strings_is_known_by_its_entries() {
        assert_eq!(ListForm::of(Some(&json!(["a"]))), ListForm::Strings);
        for list in [json!([{"name": "a"}]), json!([]), json!("a"), json!(["a", {}]), json!(null)] {
            assert_eq!(ListForm::of(Some(&list)), ListForm::Names, "{list}");
        }
        assert!(!ListForm::Names.takes_names(Some(&json!(["a", {"name": "b"}]))));
        assert!(ListForm::Names.takes_names(Some(&json!([{}, {"name": "b"}]))));
    }

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for (form, list, names) in [
            (ListForm::Names, json!([{"name": "a"}, {"name": "b"}]), vec!["a", "b"]),
            (ListForm::Strings, json!(["a", "b"]), vec!["a", "b"]),
            (ListForm::One, json!("a"), vec!["a"]),
            (ListForm::Joined, json!("a;b"), vec!["a", "b"]),
        ] {
            let ListedSecrets { names: read, odd } = form.read(Some(&list));
            let read = read.unwrap();
            assert_eq!((&read, odd), (&names.into_iter().map(str::to_owned).collect(), None));
            assert_eq!(form.rewrite(Some(&list), &read), Some(list));
        }
    }
}

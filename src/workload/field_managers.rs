//! `metadata.managedFields`: which program wrote which fields of an object.

use json_patch::Patch;
use serde_json::{Map, Value, json};

use super::pointer::Pointer;

/// What one program wrote.
pub(super) struct Entry<'a> {
    /// The program.
    pub(super) name: &'a str,
    /// By server-side apply, not by an update.
    pub(super) is_apply: bool,
    fields: Option<&'a Value>,
}

/// The entries for the object itself, without those for a subresource such as `status`.
pub(super) fn of(metadata: &Value) -> impl Iterator<Item = Entry<'_>> {
    let entries = metadata.get("managedFields").and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        if text("subresource").is_some_and(|subresource| !subresource.is_empty()) {
            return None;
        }
        Some(Entry {
            name: text("manager")?,
            is_apply: text("operation") == Some("Apply"),
            fields: entry.get("fieldsV1"),
        })
    })
}

impl Entry<'_> {
    /// Whether the program wrote what the object is, not only its status, a finalizer or an order to
    /// refresh: controllers leave those on objects that belong to others.
    pub(super) fn owns_what_it_is(&self) -> bool {
        let Some(Value::Object(fields)) = self.fields else { return true };
        fields.iter().any(|(key, inner)| match key.as_str() {
            "f:status" | "f:operation" => false,
            "f:metadata" => inner.get("f:labels").is_some(),
            _ => true,
        })
    }

    /// Whether the program has set what stands at `pointer`, alone or with others.
    pub(super) fn owns(&self, object: &Value, pointer: &Pointer) -> bool {
        let Some(mut fields) = self.fields.and_then(Value::as_object) else { return false };
        let mut value = object;
        for step in pointer.steps() {
            // Nothing is told of what is below: it is owned as a whole.
            if fields.keys().all(|key| key == ".") {
                return true;
            }
            let next = match value {
                Value::Array(items) => {
                    let item = step.parse().ok().and_then(|index: usize| items.get(index));
                    let Some(item) = item else { return false };
                    value = item;
                    fields.iter().find(|(key, _)| is_key_of(key, item)).map(|(_, inner)| inner)
                }
                _ => {
                    let Some(inner) = value.get(&step) else { return false };
                    value = inner;
                    fields.get(&format!("f:{step}"))
                }
            };
            let Some(next) = next.and_then(Value::as_object) else { return false };
            fields = next;
        }
        true
    }
}

/// Whether `k:{"name":"main"}` means this item of a list.
fn is_key_of(key: &str, item: &Value) -> bool {
    let keys = key.strip_prefix("k:").and_then(|keys| serde_json::from_str(keys).ok());
    let keys: Map<String, Value> = keys.unwrap_or_default();
    !keys.is_empty() && keys.iter().all(|(key, value)| item.get(key) == Some(value))
}

/// The patch by which `manager` gives up all fields that it has updated, if somebody applies the
/// object server-side: for them these fields would be in conflict for ever.
///
/// A patch of the fields themselves can't do so, since the server adds its author as an owner after
/// everything else (apimachinery `managedfields/internal/structuredmerge.go`).
#[must_use]
pub fn giving_up(object: &Value, manager: &str) -> Option<Patch> {
    let metadata = object.get("metadata")?;
    of(metadata).find(|entry| entry.is_apply && entry.name != manager)?;
    let entries = metadata.get("managedFields")?.as_array()?;
    let place = entries.iter().position(|entry| {
        let has = |key: &str, value: &str| entry[key].as_str() == Some(value);
        has("manager", manager) && has("operation", "Update") && entry["subresource"].is_null()
    })?;
    let path = format!("/metadata/managedFields/{place}");
    let operations = json!([
        {"op": "test", "path": format!("{path}/manager"), "value": manager},
        {"op": "test", "path": format!("{path}/operation"), "value": "Update"},
        {"op": "remove", "path": path},
    ]);
    serde_json::from_value(operations).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn owners(managed_fields: &Value) -> Vec<String> {
        let metadata = json!({"managedFields": managed_fields});
        of(&metadata).filter(Entry::owns_what_it_is).map(|entry| entry.name.to_owned()).collect()
    }

    #[test]
    fn who_wrote_the_spec_owns_the_object() {
        let fields = json!([
            {"manager": "helm", "fieldsV1": {"f:spec": {}}},
            {"manager": "argocd-controller", "fieldsV1": {"f:metadata": {"f:labels": {}}}},
            {"manager": "old-server"},
        ]);
        assert_eq!(owners(&fields), ["helm", "argocd-controller", "old-server"]);
    }

    #[test]
    fn who_has_set_a_field_is_told_by_keys_of_lists() {
        let object = json!({"spec": {"containers": [
            {"name": "side", "image": "a"}, {"name": "main", "image": "b"}]}, "image": "c"});
        let owns = |fields: &Value, pointer: &Pointer| {
            let metadata = json!({"managedFields": [{"manager": "x", "fieldsV1": fields}]});
            of(&metadata).all(|entry| entry.owns(&object, pointer))
        };
        let image =
            |index: usize| Pointer::root().key("spec").key("containers").index(index).key("image");
        let main = json!({"f:spec": {"f:containers": {"k:{\"name\":\"main\"}":
            {".": {}, "f:name": {}, "f:image": {}}}}});
        assert!(owns(&main, &image(1)));
        assert!(!owns(&main, &image(0)));
        let resources = json!({"f:spec": {"f:containers": {"k:{\"name\":\"main\"}":
            {"f:resources": {}}}}});
        assert!(!owns(&resources, &image(1)));
        assert!(owns(&json!({"f:spec": {"f:containers": {}}}), &image(0)), "as a whole");
        assert!(owns(&json!({"f:image": {}}), &Pointer::root().key("image")));
        assert!(!owns(&json!({"f:metadata": {}}), &image(0)));
    }

    #[test]
    fn fields_are_given_up_where_somebody_applies() {
        let entry = |manager: &str, operation: &str| json!({"manager": manager, "operation": operation, "fieldsV1": {"f:spec": {}}});
        let given = |entries: &[Value]| {
            giving_up(&json!({"metadata": {"managedFields": entries}}), "tcr-switch")
        };
        let (ours, applier) = (entry("tcr-switch", "Update"), entry("argo", "Apply"));
        let patch = json!(given(&[applier.clone(), ours.clone()]).unwrap());
        assert_eq!(patch[2], json!({"op": "remove", "path": "/metadata/managedFields/1"}));
        assert_eq!(given(&[entry("kubectl-edit", "Update"), ours]), None);
        assert_eq!(given(&[applier]), None);
        assert_eq!(given(&[]), None);
    }

    #[test]
    fn who_wrote_a_status_or_a_finalizer_does_not() {
        let fields = json!([
            {"manager": "a", "subresource": "status", "fieldsV1": {"f:spec": {}}},
            {"manager": "b", "fieldsV1": {"f:status": {}, "f:operation": {}}},
            {"manager": "c", "fieldsV1": {"f:metadata": {"f:finalizers": {}}}},
        ]);
        assert_eq!(owners(&fields), Vec::<String>::new());
    }
}

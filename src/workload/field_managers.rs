//! `metadata.managedFields`: which program wrote which fields of an object.

use serde_json::Value;

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
    fn who_wrote_a_status_or_a_finalizer_does_not() {
        let fields = json!([
            {"manager": "a", "subresource": "status", "fieldsV1": {"f:spec": {}}},
            {"manager": "b", "fieldsV1": {"f:status": {}, "f:operation": {}}},
            {"manager": "c", "fieldsV1": {"f:metadata": {"f:finalizers": {}}}},
        ]);
        assert_eq!(owners(&fields), Vec::<String>::new());
    }
}

//! What is written on an object: labels, annotations and owners.

use serde_json::Value;

/// Labels and annotations.
pub(super) struct Marks<'a> {
    pub(super) metadata: &'a Value,
}

impl<'a> Marks<'a> {
    pub(super) fn label(&self, key: &str) -> Option<&'a str> {
        self.text("labels", key)
    }

    pub(super) fn annotation(&self, key: &str) -> Option<&'a str> {
        self.text("annotations", key)
    }

    fn text(&self, field: &str, key: &str) -> Option<&'a str> {
        self.metadata.get(field)?.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// What charts and tools call the instance, for want of a better name.
    pub(super) fn instance(&self) -> String {
        let name = self.label("app.kubernetes.io/instance").or_else(|| self.label("release"));
        name.unwrap_or_default().to_owned()
    }
}

/// Something that an object names as its owner.
pub(super) struct OwnerReference<'a> {
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) is_controller: bool,
}

impl<'a> Marks<'a> {
    pub(super) fn owners(&self) -> impl Iterator<Item = OwnerReference<'a>> + use<'a> {
        let owners = self.metadata.get("ownerReferences").and_then(Value::as_array);
        owners.into_iter().flatten().map(|owner| {
            let text = |key: &str| owner.get(key).and_then(Value::as_str).unwrap_or_default();
            OwnerReference {
                api_version: text("apiVersion"),
                kind: text("kind"),
                name: text("name"),
                is_controller: owner.get("controller").and_then(Value::as_bool) == Some(true),
            }
        })
    }

    /// Who manages it, as `app.kubernetes.io/managed-by` says. Our own mark is none.
    pub(super) fn managed_by(&self) -> Option<&'a str> {
        let known = self.label("app.kubernetes.io/managed-by");
        known.filter(|name| !matches!(*name, "tcr-switch" | "kubectl"))
    }
}

//! What a guard would meet, what is to be applied for one, and where one holds.

use ccr2tcr::guard::{Binding, Foretold, GuardState, Rewriting};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;
use serde_json::Value;

/// What a guard would meet of what stands. It has no JSON: `scan` has all of it.
#[derive(Serialize)]
pub(crate) struct ForetoldView<'a> {
    #[serde(skip)]
    pub(crate) foretold: &'a [Foretold<'a>],
}

impl View for ForetoldView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        let columns = ["namespace", "object", "image", "managed by"].map(Column::text);
        let mut table = Table::new(columns);
        for one in self.foretold {
            let manager = one.found.manager.as_ref().map(ToString::to_string).unwrap_or_default();
            let object = one.found.object.to_string();
            for image in &one.images {
                table.row([one.found.namespace(), &object, image, &manager]);
            }
        }
        (!self.foretold.is_empty()).then_some(table)
    }
}

/// What new Pods will pull from TCR, and what from CCR as before. It has no JSON: the plan of a switch
/// has all of it.
#[derive(Serialize)]
pub(crate) struct RewritingView<'a> {
    #[serde(skip)]
    pub(crate) rewriting: &'a Rewriting,
}

impl View for RewritingView<'_> {
    fn table(&self, _: bool) -> Option<Table> {
        let Rewriting { namespaces, left, .. } = self.rewriting;
        let columns = ["namespace", "image", "new pods pull", "or why not"].map(Column::text);
        let mut table = Table::new(columns);
        for (namespace, here) in namespaces {
            for (old, new) in &here.images {
                table.row([namespace, old, new, ""]);
            }
        }
        for one in left {
            let namespace = one.object.namespace.as_deref().unwrap_or_default();
            let why = format!("{}: {}", one.object, one.why);
            table.row([namespace, &one.image, "from CCR", &why]);
        }
        (!namespaces.is_empty() || !left.is_empty()).then_some(table)
    }
}

/// A `List`, which `kubectl apply -f` takes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManifestsView {
    api_version: &'static str,
    items: Vec<Value>,
    kind: &'static str,
}

impl ManifestsView {
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self { api_version: "v1", items, kind: "List" }
    }
}

impl View for ManifestsView {
    fn table(&self, _: bool) -> Option<Table> {
        None
    }
}

const SCHEMA_VERSION: u32 = 1;

/// What `guard status -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GuardStatusView {
    bindings: Vec<Binding>,
    /// `guardStatus`
    kind: &'static str,
    /// 1
    schema_version: u32,
}

impl GuardStatusView {
    pub(crate) fn new(state: &GuardState) -> Self {
        Self { bindings: state.bindings(), kind: "guardStatus", schema_version: SCHEMA_VERSION }
    }
}

impl View for GuardStatusView {
    fn table(&self, _: bool) -> Option<Table> {
        let columns = ["binding", "does", "namespaces", "but not", "in effect"].map(Column::text);
        let mut table = Table::new(columns);
        for binding in &self.bindings {
            let namespaces = match binding.namespaces.is_empty() {
                true => "all".to_owned(),
                false => binding.namespaces.join(","),
            };
            let observed = match binding.observed {
                Some(true) => "yes",
                Some(false) => "not yet",
                None => "not told",
            };
            let (actions, exempt) = (binding.actions.join(","), binding.exempt.join(","));
            table.row([binding.name.as_str(), &actions, &namespaces, &exempt, observed]);
        }
        (!self.bindings.is_empty()).then_some(table)
    }

    fn names(&self) -> Vec<String> {
        self.bindings.iter().map(|binding| binding.name.clone()).collect()
    }
}

//! The instances that an API key can see.

use ccr2tcr::image::Host;
use ccr2tcr::tencent::Instance;
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// What `instances` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstancesView<'a> {
    instances: Vec<InstanceView<'a>>,
    kind: &'static str,
    schema_version: u32,
}

/// One instance.
#[derive(Serialize)]
struct InstanceView<'a> {
    /// `NAME.tencentcloudcr.com`
    host: Option<&'a Host>,
    id: &'a str,
    name: &'a str,
    region: String,
    status: &'a str,
    /// `basic`, `standard` or `premium`.
    tier: String,
}

impl<'a> InstancesView<'a> {
    pub(crate) fn of(instances: &'a [Instance]) -> Self {
        let view = |instance: &'a Instance| InstanceView {
            host: instance.public_domain.as_ref(),
            id: &instance.id,
            name: &instance.name,
            region: instance.region.to_string(),
            status: &instance.status,
            tier: instance.kind.to_string(),
        };
        Self {
            instances: instances.iter().map(view).collect(),
            kind: "instances",
            schema_version: SCHEMA_VERSION,
        }
    }
}

impl View for InstancesView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let columns = ["name", "id", "region", "tier", "status", "host"];
        let mut table = Table::new(columns.map(Column::text));
        for instance in &self.instances {
            let host = instance.host.map(ToString::to_string).unwrap_or_default();
            table.row([
                instance.name,
                instance.id,
                &instance.region,
                &instance.tier,
                instance.status,
                &host,
            ]);
        }
        Some(table)
    }
}

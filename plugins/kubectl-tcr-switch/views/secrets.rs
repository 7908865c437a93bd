//! Pull secrets, their hosts and who uses them.

use std::collections::BTreeSet;

use ccr2tcr::switch::{CcrUsage, SecretState, SecretUse, ThroughAccount, Unread};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::workload::{ObjectRef, PullSecret, SecretEntry, SecretFormat};
use serde::Serialize;

const SCHEMA_VERSION: u32 = 1;

/// What `secrets list -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretsView<'a> {
    /// `pullSecrets`
    kind: &'static str,
    /// 1
    schema_version: u32,
    secrets: Vec<SecretView<'a>>,
    summary: Summary,
    /// What could not be listed.
    unread: &'a [Unread],
    #[serde(skip)]
    uses: &'a [SecretUse],
}

#[derive(Serialize)]
struct Summary {
    secrets: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<EntryView<'a>>>,
    /// Why its content can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_ccr: Option<bool>,
    /// `dockerconfigjson`, `dockercfg`, or `broken`, `missing`, `not read`.
    format: &'static str,
    name: &'a str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_for_ccr: Option<bool>,
    /// Whether the kubelet can use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    readable: Option<bool>,
    used_by: &'a [ObjectRef],
    used_through_service_account: Vec<ThroughView<'a>>,
}

#[derive(Serialize)]
struct EntryView<'a> {
    host: String,
    username: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThroughView<'a> {
    object: &'a ObjectRef,
    service_account: &'a str,
}

impl<'a> SecretsView<'a> {
    pub(crate) fn new(uses: &'a [SecretUse], usage: &'a CcrUsage) -> Self {
        Self {
            kind: "pullSecrets",
            schema_version: SCHEMA_VERSION,
            secrets: uses.iter().map(|one| SecretView::new(one, usage)).collect(),
            summary: Summary { secrets: uses.len() },
            unread: &usage.inventory.unread,
            uses,
        }
    }
}

impl<'a> SecretView<'a> {
    fn new(one: &'a SecretUse, usage: &CcrUsage) -> Self {
        let secret = match &one.state {
            SecretState::Read(secret) => Some(secret),
            _ => None,
        };
        let entry = |entry: &'a SecretEntry| EntryView {
            host: host(entry),
            username: entry.username.as_deref(),
        };
        let through = |ThroughAccount { object, account }: &'a ThroughAccount| ThroughView {
            object,
            service_account: account,
        };
        Self {
            entries: secret.map(|secret| secret.entries.iter().map(entry).collect()),
            error: match &one.state {
                SecretState::Broken(error) => Some(error.to_string()),
                _ => None,
            },
            for_ccr: secret.map(|secret| secret.is_for_ccr(&usage.ccr)),
            format: format(&one.state),
            name: &one.name,
            namespace: &one.namespace,
            only_for_ccr: secret.map(|secret| secret.is_only_for_ccr(&usage.ccr)),
            readable: secret.map(|secret| secret.is_readable),
            used_by: &one.users,
            used_through_service_account: one.through_accounts.iter().map(through).collect(),
        }
    }
}

impl View for SecretsView<'_> {
    fn table(&self, wide: bool) -> Option<Table> {
        (!self.uses.is_empty()).then(|| table(self.uses, wide))
    }

    fn names(&self) -> Vec<String> {
        let exists = self.uses.iter().filter(|one| one.exists());
        exists.map(|one| format!("secret/{}", one.name)).collect()
    }
}

fn table(uses: &[SecretUse], is_wide: bool) -> Table {
    let used_by = match is_wide {
        true => Column::text("used by"),
        false => Column::number("used by"),
    };
    let columns = ["namespace", "name", "format", "hosts"].map(Column::text);
    let mut table = Table::new(columns.into_iter().chain([used_by]));
    for one in uses {
        let users = users(one);
        let users = if is_wide { users.join(",") } else { users.len().to_string() };
        let hosts = match &one.state {
            SecretState::Read(secret) => hosts(secret).join(","),
            _ => String::new(),
        };
        table.row([&one.namespace, &one.name, format(&one.state), &hosts, &users]);
    }
    table
}

/// Who names it, and who gets it all the same.
fn users(one: &SecretUse) -> Vec<String> {
    let through = one
        .through_accounts
        .iter()
        .map(|one| format!("{} (through ServiceAccount {})", one.object, one.account));
    one.users.iter().map(ToString::to_string).chain(through).collect()
}

fn format(state: &SecretState) -> &'static str {
    match state {
        SecretState::Read(secret) => match secret.format {
            SecretFormat::DockerCfg => "dockercfg",
            SecretFormat::DockerConfigJson => "dockerconfigjson",
        },
        SecretState::Broken(_) => "broken",
        SecretState::Missing => "missing",
        SecretState::Unread => "not read",
    }
}

/// The hosts, each once.
fn hosts(secret: &PullSecret) -> Vec<String> {
    secret.entries.iter().map(host).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A registry, with the path that the entry is for; a pattern as it is written.
fn host(entry: &SecretEntry) -> String {
    match &entry.host {
        Some(host) => format!("{host}{}", entry.path),
        // Somebody may have written a login in front of it.
        None => entry.key.rsplit('@').next().unwrap_or_default().to_owned(),
    }
}

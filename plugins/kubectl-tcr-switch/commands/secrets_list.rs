//! `secrets list`: pull secrets, their hosts, their users.

use std::collections::BTreeSet;

use ccr2tcr::account::ccr_hosts;
use ccr2tcr::image::CcrHosts;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{Inventory, SecretState, SecretUse, scan, secret_uses};
use ccr2tcr::terminal::{Column, Printer, Table};
use ccr2tcr::workload::{PullSecret, SecretEntry, SecretFormat};
use serde_json::{Value, json};

use super::look;
use super::show;
use crate::cli::{ListArgs, ListFormat, Target};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: ListArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let ccr = ccr_hosts(&args.target.account)?;
    let inventory = tokio::select! {
        read = inventory(&args.target, &ccr) => read?,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let uses = secret_uses(&inventory);
    let shown = match args.output {
        ListFormat::Table | ListFormat::Wide if uses.is_empty() => Ok(()),
        ListFormat::Table | ListFormat::Wide => {
            printer.table(&table(&uses, args.output == ListFormat::Wide))
        }
        ListFormat::Name => {
            let is_there = |one: &&SecretUse| {
                matches!(one.state, SecretState::Read(_) | SecretState::Broken(_))
            };
            let there = uses.iter().filter(is_there);
            let names = there.map(|one| format!("secret/{}", one.name));
            show::lines(printer, names)
        }
        ListFormat::Json => printer.json(&as_json(&uses, &inventory, &ccr)),
        ListFormat::Yaml => show::yaml(printer, &as_json(&uses, &inventory, &ccr)),
    };
    show::unread(printer, &inventory.unread, &args.target.connection);
    talk(printer, &uses, &ccr);
    if args.target.scope.selector.is_some() || args.target.scope.field_selector.is_some() {
        printer.note("workloads that the selector leaves out are not counted as users");
    }
    let code = if inventory.unread.is_empty() { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

/// Everything with pods: it may have its Secret from its `ServiceAccount`.
async fn inventory(target: &Target, ccr: &CcrHosts) -> anyhow::Result<Inventory> {
    let cluster = Cluster::connect(&target.connection).await?;
    let mut scope = look::scope(&target.scope, &cluster, None);
    scope.all_with_pods = true;
    Ok(scan(&cluster, &scope, &ccr.into()).await?)
}

fn talk(printer: &Printer, uses: &[SecretUse], ccr: &CcrHosts) {
    for one in uses {
        match &one.state {
            SecretState::Broken(error) => {
                printer.warning(&error.to_string());
                printer.hint(&error.hint());
            }
            SecretState::Missing => {
                let by: Vec<String> = one.users.iter().map(ToString::to_string).collect();
                printer.warning(&format!(
                    "there is no pull secret {} in namespace {}, but {} names it",
                    one.name,
                    one.namespace,
                    by.join(", ")
                ));
            }
            SecretState::Read(secret) if !secret.is_readable => printer.warning(&format!(
                "pull secret `{}/{}`: no kubelet reads it, because its type and its content don't belong together",
                one.namespace, one.name
            )),
            SecretState::Read(_) | SecretState::Unread => {}
        }
    }
    let is_for_ccr = |one: &&SecretUse| match &one.state {
        SecretState::Read(secret) => secret.is_for_ccr(ccr),
        _ => false,
    };
    let of_ccr = uses.iter().filter(is_for_ccr).count();
    let is_there =
        |one: &&SecretUse| matches!(one.state, SecretState::Read(_) | SecretState::Broken(_));
    let there = uses.iter().filter(is_there).count();
    printer.note(&format!("{there} pull secrets, {of_ccr} for CCR"));
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

fn as_json(uses: &[SecretUse], inventory: &Inventory, ccr: &CcrHosts) -> Value {
    let secrets: Vec<Value> = uses.iter().map(|one| secret_json(one, ccr)).collect();
    json!({
        "schemaVersion": 1, "kind": "pullSecrets", "summary": {"secrets": secrets.len()},
        "secrets": secrets, "unread": inventory.unread,
    })
}

fn secret_json(one: &SecretUse, ccr: &CcrHosts) -> Value {
    let mut json = json!({
        "namespace": one.namespace, "name": one.name, "format": format(&one.state),
        "usedBy": one.users,
    });
    let through = one.through_accounts.iter();
    let through: Vec<Value> =
        through.map(|one| json!({"object": one.object, "serviceAccount": one.account})).collect();
    json["usedThroughServiceAccount"] = through.into();
    match &one.state {
        SecretState::Read(secret) => {
            let entries: Vec<Value> = secret
                .entries
                .iter()
                .map(|entry| json!({"host": host(entry), "username": entry.username}))
                .collect();
            json["entries"] = entries.into();
            json["readable"] = secret.is_readable.into();
            json["forCcr"] = secret.is_for_ccr(ccr).into();
            json["onlyForCcr"] = secret.is_only_for_ccr(ccr).into();
        }
        SecretState::Broken(error) => json["error"] = error.to_string().into(),
        SecretState::Missing | SecretState::Unread => {}
    }
    json
}

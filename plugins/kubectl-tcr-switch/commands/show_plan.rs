//! A plan on the screen, as JSON, as patches.

use std::io;

use ccr2tcr::switch::{Entry, Reason, SwitchPlan, Verdict};
use ccr2tcr::terminal::{Column, Printer, Table, escaped};
use ccr2tcr::workload::{ObjectPatch, ObjectRef};
use serde_json::{Value, json};

use super::look::Looked;
use super::remarks::remarks;
use super::show::{self, place};
use super::sync_lines;
use crate::account_flags::account_flags;
use crate::cli::{PlanFormat, Target};
use crate::shell::{connection_flags, quoted, scope_flags};

/// The plan as data. Its connection is repeated in lines that are to be pasted.
pub(super) fn data(
    printer: &Printer,
    plan: &SwitchPlan,
    format: PlanFormat,
    target: &Target,
) -> io::Result<()> {
    match format {
        PlanFormat::Table | PlanFormat::Wide if plan.entries.is_empty() => Ok(()),
        PlanFormat::Table => printer.table(&table(plan, false)),
        PlanFormat::Wide => printer.table(&table(plan, true)),
        PlanFormat::Json => printer.json(&as_json(plan, target)),
        PlanFormat::Yaml => show::yaml(printer, &as_json(plan, target)),
        PlanFormat::Name => {
            show::lines(printer, plan.switched().map(|entry| entry.object.to_string()))
        }
        PlanFormat::Patch => {
            let flags = connection_flags(&target.connection);
            let lines =
                written(plan).map(|(object, plural, patch)| command(&flags, object, plural, patch));
            printer.data(&lines.collect::<String>())
        }
    }
}

/// What would be written, in this order.
fn written(plan: &SwitchPlan) -> impl Iterator<Item = (&ObjectRef, &str, &ObjectPatch)> {
    let accounts =
        plan.accounts.iter().map(|entry| (&entry.object, "serviceaccounts", &entry.patch));
    let entries = plan.switched().filter_map(|entry| {
        entry.patch.as_ref().map(|patch| (&entry.object, entry.plural.as_str(), patch))
    });
    accounts.chain(entries)
}

/// As kubectl takes it: `serviceaccounts`, `deployments.v1.apps`.
fn resource(object: &ObjectRef, plural: &str) -> String {
    match object.group() {
        "" => plural.to_owned(),
        // The version, too: a group may have several, and the patch is of this one.
        group => {
            let version = object.api_version.split('/').nth(1).unwrap_or_default();
            format!("{plural}.{version}.{group}")
        }
    }
}

/// A line for a shell.
fn command(flags: &str, object: &ObjectRef, plural: &str, patch: &ObjectPatch) -> String {
    let namespace = object
        .namespace
        .as_ref()
        .map(|name| format!(" --namespace={}", quoted(name)))
        .unwrap_or_default();
    // A `test` must hold the very same text, so nothing may be taken out of it later.
    let json = escaped(&serde_json::to_string(&patch.forward()).unwrap_or_default());
    format!(
        "kubectl patch {} {}{namespace}{flags} --type=json --field-manager=tcr-switch --patch={}\n",
        quoted(&resource(object, plural)),
        quoted(&object.name),
        quoted(&json)
    )
}

fn table(plan: &SwitchPlan, is_wide: bool) -> Table {
    let mut columns = vec![
        Column::text("namespace"),
        Column::text("object"),
        Column::text("plan"),
        Column::text("image"),
    ];
    if is_wide {
        columns.extend([
            Column::text("becomes"),
            Column::text("place"),
            Column::text("pull secrets"),
        ]);
    }
    let mut table = Table::new(columns);
    for entry in &plan.accounts {
        let added = entry.new.iter().filter(|name| !entry.old.contains(name));
        let added: Vec<&str> = added.map(String::as_str).collect();
        let secrets = format!("+{}", added.join(",+"));
        table.row([entry.namespace(), &entry.object.to_string(), "add secret", &secrets]);
    }
    for entry in &plan.entries {
        let name = entry.object.to_string();
        let verdict = entry.verdict.word();
        let secrets: Vec<String> = entry
            .pull_secrets
            .iter()
            .map(|change| format!("{} → {}", change.old.join(","), change.new.join(",")))
            .collect();
        let secrets = secrets.join("; ");
        for image in &entry.images {
            table.row([
                entry.namespace(),
                &name,
                verdict,
                &image.old,
                image.new.as_deref().unwrap_or_default(),
                &place(image.role, image.container.as_deref(), &image.pointer),
                &secrets,
            ]);
        }
        for mention in &entry.mentions {
            let place = mention.pointer.to_string();
            table.row([entry.namespace(), &name, "mentioned", &mention.text, "", &place, ""]);
        }
    }
    table
}

/// Why objects stay as they are, what to know, and the sum.
pub(super) fn talk(printer: &Printer, plan: &SwitchPlan, looked: &Looked, target: &Target) {
    for remark in remarks(plan, target) {
        match remark.is_warning {
            true => printer.warning(&remark.text),
            false => printer.note(&remark.text),
        }
        if let Some(hint) = &remark.hint {
            printer.hint(hint);
        }
    }
    sync_lines::show(printer, plan, looked, target);
    show::unread(printer, &plan.unread, &target.connection);
    show::tencents(printer, plan.tencents);
    printer.heading(&sum(plan));
}

/// What to type next, with the flags of this run where it is a command.
pub(super) fn hint(reason: &Reason, target: &Target) -> Option<String> {
    match reason {
        Reason::NoSecret { namespace, .. } | Reason::UselessLogin { namespace, .. } => {
            Some(secrets_copy(namespace, target))
        }
        _ => reason.hint(),
    }
}

/// The command that gives a namespace a login.
pub(super) fn secrets_copy(namespace: &str, target: &Target) -> String {
    let connection = connection_flags(&target.connection);
    let account = account_flags(&target.account);
    format!("kubectl tcr-switch secrets copy -n {}{connection}{account}", quoted(namespace))
}

/// The same for all namespaces of a run that need one.
pub(super) fn secrets_copy_to_all(target: &Target) -> String {
    let (scope, account) = (scope_flags(target), account_flags(&target.account));
    format!("kubectl tcr-switch secrets copy{scope}{account}")
}

/// `deployment.apps/web in shop`
pub(super) fn at(object: &ObjectRef) -> String {
    match &object.namespace {
        Some(namespace) => format!("{object} in {namespace}"),
        None => object.to_string(),
    }
}

/// `12 to switch, 3 blocked, …`
pub(super) fn sum(plan: &SwitchPlan) -> String {
    if plan.entries.is_empty() {
        let nothing = match show::hides_images(&plan.unread) {
            true => "nothing that could be read names CCR",
            false => "nothing in scope names CCR",
        };
        return nothing.to_owned();
    }
    let count =
        |word: &str| plan.entries.iter().filter(|entry| entry.verdict.word() == word).count();
    let parts: Vec<String> = [
        ("switch", "to switch"),
        ("blocked", "blocked"),
        ("managed", "written by others"),
        ("immutable", "that can't be changed"),
        ("mentioned", "mentioning CCR only"),
        ("finished", "finished"),
    ]
    .iter()
    .filter_map(|(word, text)| match count(word) {
        0 => None,
        count => Some(format!("{count} {text}")),
    })
    .collect();
    format!("Plan: {}", parts.join(", "))
}

/// The plan for programs.
pub(super) fn as_json(plan: &SwitchPlan, target: &Target) -> Value {
    let entries: Vec<Value> = plan.entries.iter().map(|entry| entry_json(entry, target)).collect();
    let accounts: Vec<Value> = plan
        .accounts
        .iter()
        .map(|entry| {
            json!({
                "object": entry.object, "resource": resource(&entry.object, "serviceaccounts"),
                "old": entry.old, "new": entry.new,
                "patch": entry.patch.forward(),
            })
        })
        .collect();
    json!({
        "schemaVersion": 1, "kind": "plan", "target": plan.target,
        "summary": {
            "switch": plan.switched().count(), "objects": entries.len(),
            "tencents": plan.tencents, "left": plan.leaves_something(true),
        },
        "serviceAccounts": accounts, "objects": entries, "unread": plan.unread,
    })
}

fn entry_json(entry: &Entry, target: &Target) -> Value {
    let reasons: Vec<Value> = match &entry.verdict {
        Verdict::Blocked(reasons) => reasons
            .iter()
            .map(|reason| {
                json!({"class": reason.class(), "message": reason.to_string(), "hint": hint(reason, target)})
            })
            .collect(),
        Verdict::Managed(manager) => {
            vec![json!({"class": "managed", "message": manager.to_string(), "hint": manager.advice()})]
        }
        Verdict::Immutable(instead) => vec![json!({"class": "immutable", "message": instead})],
        Verdict::Switch | Verdict::Mentioned | Verdict::Finished => Vec::new(),
    };
    let mentions: Vec<Value> = entry
        .mentions
        .iter()
        .map(|mention| json!({"pointer": mention.pointer, "text": mention.text}))
        .collect();
    json!({
        "object": entry.object, "resource": resource(&entry.object, &entry.plural),
        "verdict": entry.verdict.word(), "reasons": reasons,
        "images": entry.images, "pullSecrets": entry.pull_secrets, "mentions": mentions,
        "notes": entry.notes, "patch": entry.patch.as_ref().map(ObjectPatch::forward),
    })
}

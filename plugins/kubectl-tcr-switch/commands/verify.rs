//! `verify`: has the cluster arrived?

use ccr2tcr::account::RequiredApis;
use ccr2tcr::image::{Host, RepositoryName};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::proof::prove_public;
use ccr2tcr::switch::{
    Inventory, ScannedObject, WaitingPod, WithoutLogin, in_use, pulled_from, scan, try_logins,
    waiting_pods, without_login,
};
use ccr2tcr::terminal::Printer;
use ccr2tcr::workload::ImagePosition;
use serde_json::{Value, json};

use super::look::{names, open, scope};
use super::scan::tell_tencents;
use super::show;
use super::show_plan::{at, secrets_copy};
use crate::cli::{VerdictFormat, VerifyArgs};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

pub(crate) async fn run(
    args: VerifyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    tokio::select! {
        verdict = verify(&args, printer) => verdict,
        () = stop.soft.cancelled() => Ok(ExitCode::Interrupted),
    }
}

/// What is not as it should be.
struct Findings<'a> {
    left: Vec<&'a ScannedObject>,
    waiting: Vec<WaitingPod>,
    without_login: Vec<WithoutLogin>,
}

async fn verify(args: &VerifyArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let (account, host) = match open(&args.target.account, RequiredApis::None, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let cluster = Cluster::connect(&args.target.connection).await?;
    let scope = scope(&args.target.scope, &cluster, Some(host.clone()));
    let mut inventory = scan(&cluster, &scope, &names(&account)).await?;
    let (waiting, unread) = waiting_pods(&cluster, &scope).await?;
    inventory.unread.extend(
        unread.into_iter().filter(|new| !inventory.unread.contains(new)).collect::<Vec<_>>(),
    );
    let (images, pulled) = (in_use(&inventory, &host), pulled_from(&inventory, &host));
    // A registry that can't be reached is waited for once.
    let (public, notices) = tokio::join!(
        prove_public(&images, &account),
        try_logins(&cluster, &mut inventory, &pulled, &host, &account.registries)
    );
    for notice in notices {
        printer.warning(&notice);
    }
    let is_public = |name: &RepositoryName| public.contains(name.namespace());
    let findings = Findings {
        left: left(&inventory, args.ignore_mentions),
        waiting,
        without_login: without_login(&inventory, &host, is_public),
    };
    let shown = match args.output {
        VerdictFormat::Text => Ok(()),
        VerdictFormat::Json => printer.json(&as_json(&findings, &inventory, &host)),
        VerdictFormat::Yaml => show::yaml(printer, &as_json(&findings, &inventory, &host)),
    };
    tell(printer, &findings, args);
    tell_tencents(printer, &inventory);
    show::unread(printer, &inventory.unread, &args.target.connection);
    let is_fine = findings.left.is_empty()
        && findings.waiting.is_empty()
        && findings.without_login.is_empty();
    let is_whole = inventory.unread.is_empty();
    printer.heading(match (is_fine, is_whole) {
        (true, true) => "all is well: nothing names CCR, no pod waits for an image",
        (true, false) => "all that could be read is well; not everything could be read",
        (false, _) => "something is left to do",
    });
    let code = if is_fine && is_whole { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

/// The objects that still name CCR, other than for images of Tencent's own. What a controller has made changes with its owner, and what
/// has ended pulls nothing.
fn left(inventory: &Inventory, ignore_mentions: bool) -> Vec<&ScannedObject> {
    let names = |found: &&ScannedObject| {
        !found.is_finished
            && (found.is_on_ccr() || (!ignore_mentions && !found.positions.mentions.is_empty()))
    };
    inventory.objects.iter().filter(names).collect()
}

fn tell(printer: &Printer, findings: &Findings<'_>, args: &VerifyArgs) {
    for found in &findings.left {
        let place = at(&found.object);
        let writer = found.manager.as_ref().map(|manager| format!("; {manager} writes it"));
        let writer = writer.unwrap_or_default();
        for image in found.on_ccr() {
            let why = image
                .class
                .excluded_by()
                .map(|pattern| format!(", excluded by the mapping file: {pattern}"));
            let (image, why) = (&image.text, why.unwrap_or_default());
            printer.warning(&format!("{place} names {image}{why}{writer}"));
        }
        for mention in found.positions.mentions.iter().filter(|_| !args.ignore_mentions) {
            printer.warning(&format!("{place} mentions {} at {}", mention.text, mention.pointer));
        }
    }
    for waiting in &findings.waiting {
        let failure = &waiting.failure;
        printer.warning(&format!(
            "pod/{} in {} waits for {}: {}",
            failure.pod, waiting.namespace, failure.image, failure.why
        ));
    }
    for lacking in &findings.without_login {
        let namespace = lacking.object.namespace.as_deref().unwrap_or_default();
        let secrets = match (&lacking.useless, lacking.secrets.as_slice()) {
            (Some(useless), _) => useless.to_string(),
            (None, []) => "its pods get no pull secret".to_owned(),
            (None, names) => {
                format!("none of its pull secrets ({}) is for that host", names.join(", "))
            }
        };
        printer.warning(&format!("{} pulls {}, and {secrets}", at(&lacking.object), lacking.image));
        printer.hint(&secrets_copy(namespace, &args.target));
    }
}

fn as_json(findings: &Findings<'_>, inventory: &Inventory, host: &Host) -> Value {
    let left: Vec<Value> = findings
        .left
        .iter()
        .map(|found| {
            let text = |image: &ImagePosition| image.text.clone();
            let images: Vec<String> = found.on_ccr().map(text).collect();
            let mentions: Vec<&str> =
                found.positions.mentions.iter().map(|mention| mention.text.as_str()).collect();
            let is_excluded = |image: &&ImagePosition| image.class.excluded_by().is_some();
            let excluded: Vec<String> = found.on_ccr().filter(is_excluded).map(text).collect();
            json!({
                "object": found.object, "images": images, "excluded": excluded,
                "mentions": mentions,
            })
        })
        .collect();
    let waiting: Vec<Value> = findings
        .waiting
        .iter()
        .map(|waiting| {
            let failure = &waiting.failure;
            json!({
                "namespace": waiting.namespace, "pod": failure.pod,
                "container": failure.container, "image": failure.image, "why": failure.why,
            })
        })
        .collect();
    let without_login: Vec<Value> = findings
        .without_login
        .iter()
        .map(|lacking| {
            let mut lacks = json!({
                "object": lacking.object, "image": lacking.image, "pullSecrets": lacking.secrets,
            });
            if let Some(useless) = &lacking.useless {
                lacks["useless"] = json!({"pullSecret": useless.name, "fault": useless.fault});
            }
            lacks
        })
        .collect();
    json!({
        "schemaVersion": 1, "kind": "verify", "target": host,
        "summary": {
            "namesCcr": left.len(), "waitingPods": waiting.len(),
            "withoutLogin": without_login.len(), "unread": inventory.unread.len(),
        },
        "namesCcr": left, "waitingPods": waiting, "withoutLogin": without_login,
        "unread": inventory.unread,
    })
}

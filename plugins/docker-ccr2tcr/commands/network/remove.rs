//! `network remove`: names first, then the link.

use ccr2tcr::diagnostic::{counted, shortened};
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::network::{Plan, Removal};
use ccr2tcr::prompt::Stop;
use ccr2tcr::tencent::{Instance, LinkDomain};
use ccr2tcr::terminal::Printer;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, read, undo_file, unless_stopped};
use super::pods::{SeenPods, look};
use crate::cli::NetworkRemoveArgs;
use crate::exit::ExitCode;

/// Pods that are named; the rest is counted.
const NAMED: usize = 3;

pub(super) async fn run(
    args: NetworkRemoveArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let undo = match undo_file("remove", &instance, args.undo_file.as_deref(), printer) {
        Ok(undo) => undo,
        Err(code) => return Ok(code),
    };
    let state = match read(&enterprise, stop, printer).await {
        Ok(state) => state,
        Err(code) => return Ok(code),
    };
    let plan = Plan::removing(&Removal { vpcs: args.vpc.clone() }, &state);
    if plan.changes_anything()
        && let Err(code) = may_go(&args, &instance, stop, printer).await
    {
        return Ok(code);
    }
    let question = format!("remove links of {}?", instance.name);
    carry(Change { plan, undo, question }, &enterprise, &args.write, stop, printer).await
}

/// Refuses a link that pods are known to pull through, or that nobody was asked about. A node that
/// misses it can't start their containers anew.
async fn may_go(
    args: &NetworkRemoveArgs,
    instance: &Instance,
    stop: &Stop,
    printer: &Printer,
) -> Result<(), ExitCode> {
    let vpcs = args.vpc.join(", ");
    let refuse = |message: &str, hint: &str| match args.force || args.write.dry_run {
        true => {
            printer.warning(message);
            Ok(())
        }
        false => Err(problems::plain(printer, message, Some(hint))),
    };
    if args.kube_context.is_empty() {
        return refuse(
            &format!(
                "the link of {vpcs} may be in use: no cluster was asked whether its pods pull through it"
            ),
            "name the clusters of the VPC, --kube-context CONTEXT; or --force removes the link all the same",
        );
    }
    let mut hosts: Vec<String> =
        LinkDomain::ALL.map(|domain| domain.name_of(instance)).into_iter().collect();
    hosts.extend(instance.public_domain.iter().map(ToString::to_string));
    hosts.extend(args.write.settings.tcr_host.iter().map(ToString::to_string));
    let kubeconfig = args.kubeconfig.clone();
    let connection = ConnectionSettings { kubeconfig, ..ConnectionSettings::default() };
    let mut seen = SeenPods::default();
    for context in &args.kube_context {
        let looking = look(context, &connection, &hosts, &mut seen);
        if let Err(error) = unless_stopped(stop, printer, looking).await? {
            refuse(
                &format!("whether pods of {context} pull through the link can't be read: {error}"),
                "--force removes the link all the same",
            )?;
        }
    }
    let clusters = counted(args.kube_context.len(), "cluster", "clusters");
    if !seen.on_tcr.is_empty() {
        let named: Vec<&str> = seen.on_tcr.iter().map(String::as_str).collect();
        return refuse(
            &format!(
                "{} of {clusters} {} on TCR, and need the link if {vpcs} is their VPC: {}",
                counted(seen.on_tcr.len(), "pod", "pods"),
                if seen.on_tcr.len() == 1 { "is" } else { "are" },
                shortened(&named, NAMED)
            ),
            "switch them elsewhere first; or --force removes the link all the same",
        );
    }
    let pods = counted(seen.count, "pod", "pods");
    printer.note(&format!("none of {pods} seen in {clusters} is on TCR"));
    Ok(())
}

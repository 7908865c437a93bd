//! `guard`: an admission policy that meets new images of CCR.

use std::collections::BTreeSet;

use anyhow::Context as _;
use ccr2tcr::account;
use ccr2tcr::diagnostic::counted;
use ccr2tcr::guard::{
    Foretold, GuardMode, GuardRules, GuardScope, GuardState, Installed, Parts, Trial, foretell,
    manifests, put, read_state, remove,
};
use ccr2tcr::kubernetes::{Cluster, ConnectionSettings, Write};
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{Unread, read_usage};
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::workload::{CcrNames, Manager};

use super::guard_refusals::{failed, is_taken};
use super::{problems, show};
use crate::cli::ManifestFormat;
use crate::cli::{DryRun, GuardArgs, GuardCommand, GuardRemoveArgs, GuardStatusArgs, SetGuardArgs};
use crate::exit::ExitCode;
use crate::shell::connection_flags;
use crate::views::{ForetoldView, GuardStatusView, ManifestsView};

pub(crate) async fn run(
    args: GuardArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    match args.command {
        None => set(args.set, stop, printer).await,
        Some(GuardCommand::Status(args)) => status(*args, printer).await,
        Some(GuardCommand::Rewrite(args)) => {
            Box::pin(super::guard_rewrite::run(*args, stop, printer)).await
        }
        Some(GuardCommand::Remove(args)) => take_away(*args, stop, printer).await,
    }
}

async fn set(args: SetGuardArgs, stop: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    let names = match account::ccr_names(&args.account) {
        Ok((ccr, mapping)) => CcrNames { ccr, mapping, owned: None },
        Err(error) => return problems::prepare(printer, error.into()),
    };
    let rules = GuardRules::new(&names, args.exempt_images());
    let cluster = Cluster::connect(&args.connection).await?;
    let scope = args.scope(cluster.default_namespace());
    if let Err(error) = scope.check() {
        return Ok(failed(printer, &error));
    }
    if let Some(format) = args.output {
        let format = match format {
            ManifestFormat::Yaml => OutputFormat::Yaml,
            ManifestFormat::Json => OutputFormat::Json,
        };
        let shown = render(printer, format, &ManifestsView::new(manifests(&rules, &scope)));
        return Ok(ExitCode::Done.after(shown)?);
    }
    let state = match read_state(&cluster).await {
        Ok(state) => state,
        Err(error) => return Ok(failed(printer, &error)),
    };
    for images in state.exempt_images().filter(|images| !rules.exempts(images)) {
        printer.warning(&format!(
            "{images} is exempt now, and would be so nowhere any more: --exempt '{images}' keeps it"
        ));
    }
    let inputs = args.inputs();
    let usage = tokio::select! {
        read = read_usage(&inputs, false) => read,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let usage = match usage {
        Ok(usage) => usage,
        Err(error) => return problems::prepare(printer, error),
    };
    let inventory = &usage.inventory;
    let foretold = foretell(inventory, &rules, &scope);
    show::unread(printer, &inventory.unread, &args.connection);
    render(printer, OutputFormat::Table, &ForetoldView { foretold: &foretold })?;
    let is_unknown = inventory.unread.iter().any(Unread::may_hide_images);
    tell(printer, &foretold, &scope);
    let is_too_soon = is_unknown || !foretold.is_empty();
    if scope.mode == GuardMode::Deny && is_too_soon && !args.force {
        too_soon(printer, foretold.len(), &scope, &args.connection);
        return Ok(ExitCode::Left);
    }
    if args.write.dry_run != DryRun::None {
        let is_refused = args.write.dry_run == DryRun::Server
            && !is_taken(printer, &cluster, &manifests(&rules, &scope)).await;
        if is_refused {
            return Ok(ExitCode::Error);
        }
        printer.note(&format!("would be set: {}", words(&scope)));
        return Ok(if is_too_soon { ExitCode::Left } else { ExitCode::Done });
    }
    let question = format!("set a guard: {} of {}?", words(&scope), cluster.words());
    if !args.write.yes
        && let Err(code) =
            show::agreed(printer, stop, &question, "--yes sets it without asking").await
    {
        return Ok(code);
    }
    let installed = tokio::select! {
        installed = put(&cluster, &rules, &scope, args.timeout) => installed,
        () = stop.hard.cancelled() => return Ok(ExitCode::Interrupted),
    };
    Ok(match installed {
        Ok(installed) => written(printer, &installed, &scope, &args),
        Err(error) => failed(printer, &error),
    })
}

/// Says why nothing is refused yet.
fn too_soon(
    printer: &Printer,
    objects: usize,
    scope: &GuardScope,
    connection: &ConnectionSettings,
) {
    let why = match objects {
        0 => "not everything could be read".to_owned(),
        _ => format!("{} still name CCR", counted(objects, "object", "objects")),
    };
    let place = scope.namespace.as_ref().map_or("-A".to_owned(), |name| format!("-n {name}"));
    let hint = format!(
        "switch them first: kubectl tcr-switch {place}{}; --mode warn refuses nothing, --force sets it all the same",
        connection_flags(connection)
    );
    problems::plain(printer, &format!("nothing was changed: {why}"), Some(&hint));
}

/// Says what was written, and whether it was seen to hold.
fn written(
    printer: &Printer,
    installed: &Installed,
    scope: &GuardScope,
    args: &SetGuardArgs,
) -> ExitCode {
    for name in &installed.written {
        printer.note(&format!("{name}: written"));
    }
    complaints(printer, &installed.state);
    match &installed.trial {
        Trial::Proven => {
            let words = words(scope);
            let how = "proven by server-side dry runs, of an image of CCR and of another";
            printer.heading(&format!("{words}: {how}"));
            ExitCode::Done
        }
        Trial::NotYet => {
            let what = format!("set, and not in effect after {} s", args.timeout.as_secs());
            let flags = connection_flags(&args.connection);
            let hint = format!("look again in a while: kubectl tcr-switch guard status{flags}");
            problems::plain(printer, &what, Some(&hint));
            ExitCode::Left
        }
        Trial::NotProven(why) => {
            printer.heading(&format!("{}: set, and not proven: {why}", words(scope)));
            if scope.mode == GuardMode::Audit { ExitCode::Done } else { ExitCode::Left }
        }
    }
}

/// What the server's own check has against the policy.
fn complaints(printer: &Printer, state: &GuardState) {
    for complaint in state.complaints() {
        printer.warning(&format!("the server's check of the policy: {complaint}"));
    }
}

/// `new images of CCR are refused in namespace shop`
fn words(scope: &GuardScope) -> String {
    let what = match scope.mode {
        GuardMode::Warn => "are warned of",
        GuardMode::Audit => "are noted in the audit log",
        GuardMode::Deny => "are refused",
    };
    let place = match &scope.namespace {
        Some(namespace) => format!("in namespace {namespace}"),
        None => "in all namespaces but the exempt ones".to_owned(),
    };
    format!("new images of CCR {what} {place}")
}

/// What the guard would meet, and where it comes from.
fn tell(printer: &Printer, foretold: &[Foretold<'_>], scope: &GuardScope) {
    let managers = foretold.iter().filter_map(|one| one.found.manager.as_ref());
    for advice in managers.map(Manager::advice).collect::<BTreeSet<_>>() {
        printer.hint(&advice);
    }
    if !foretold.is_empty() {
        let objects = counted(foretold.len(), "object names", "objects name");
        let what = match scope.mode {
            GuardMode::Deny => "refused",
            GuardMode::Warn | GuardMode::Audit => "noticed",
        };
        printer.note(&format!(
            "{objects} CCR: that stays as it is, and would be {what} if it were made anew"
        ));
    }
}

async fn status(args: GuardStatusArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let cluster = Cluster::connect(&args.connection).await?;
    let state = match read_state(&cluster).await {
        Ok(state) => state,
        Err(error) => return Ok(failed(printer, &error)),
    };
    let shown = render(printer, args.output.into(), &GuardStatusView::new(&state));
    unread(printer, &state);
    complaints(printer, &state);
    let bindings = state.bindings();
    if bindings.is_empty() {
        printer.note("no guard holds anywhere");
    }
    let holds = bindings.iter().all(|binding| binding.observed != Some(false)) && !state.is_empty();
    Ok(if holds { ExitCode::Done } else { ExitCode::Left }.after(shown)?)
}

fn unread(printer: &Printer, state: &GuardState) {
    if let Some(why) = &state.rewriting_unread {
        printer.warning(&format!("can't tell whether new Pods are rewritten: {why}"));
    }
}

async fn take_away(
    args: GuardRemoveArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let cluster = Cluster::connect(&args.connection).await?;
    let state = match read_state(&cluster).await {
        Ok(state) => state,
        Err(error) => return Ok(failed(printer, &error)),
    };
    unread(printer, &state);
    let done = if state.rewriting_unread.is_some() { ExitCode::Left } else { ExitCode::Done };
    let namespace = (!args.all_namespaces).then(|| cluster.default_namespace());
    let parts = Parts { namespace, only_rewriting: args.rewrite };
    let (policies, bindings) = state.of(parts);
    if policies.is_empty() && bindings.is_empty() {
        printer.note("nothing of a guard is there");
        if !state.is_empty() {
            printer.hint("it holds elsewhere: kubectl tcr-switch guard status");
        }
        return Ok(done);
    }
    for name in bindings.iter().chain(&policies) {
        printer.note(&format!("{name}: to be deleted"));
    }
    if args.write.dry_run == DryRun::Server
        && let Err(error) = remove(&cluster, parts, Write::DryRun).await
    {
        return Ok(failed(printer, &error));
    }
    if args.write.dry_run != DryRun::None {
        return Ok(ExitCode::Left);
    }
    let question = format!("delete the guard of {}?", cluster.words());
    if !args.write.yes
        && let Err(code) =
            show::agreed(printer, stop, &question, "--yes deletes it without asking").await
    {
        return Ok(code);
    }
    let removed = match remove(&cluster, parts, Write::Real).await {
        Ok(removed) => removed,
        Err(error) => return Ok(failed(printer, &error)),
    };
    for name in &removed {
        printer.note(&format!("{name}: deleted"));
    }
    let left = read_state(&cluster).await.context("what is left can't be read")?;
    let (policies, bindings) = left.of(parts);
    match namespace.is_none() && !(policies.is_empty() && bindings.is_empty()) {
        true => {
            printer.warning("something of a guard is there again");
            Ok(ExitCode::Left)
        }
        false => Ok(done),
    }
}

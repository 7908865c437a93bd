//! `guard rewrite`: TCR's images for new Pods, as a stopgap.

use std::collections::BTreeSet;

use ccr2tcr::account;
use ccr2tcr::diagnostic::counted;
use ccr2tcr::guard::{
    GuardRules, GuardState, Rewriting, Trial, hosts_toml, kyverno_policy, mutating_version,
    put_rewriting, read_state, rewrite_manifests,
};
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{PreparedSwitch, SwitchOptions, Unread, prepare_plan};
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::workload::CcrNames;

use super::guard_refusals::{failed, is_taken};
use super::{problems, show};
use crate::cli::{DryRun, GuardRewriteArgs, RewriteFormat};
use crate::exit::ExitCode;
use crate::shell::connection_flags;
use crate::views::{ManifestsView, RewritingView};

pub(crate) async fn run(
    args: GuardRewriteArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let names = match account::ccr_names(&args.account) {
        Ok((ccr, mapping)) => CcrNames { ccr, mapping, owned: None },
        Err(error) => return problems::prepare(printer, error.into()),
    };
    let rules = GuardRules::new(&names, args.exempt_images());
    let inputs = args.inputs();
    let options =
        SwitchOptions { include_managed: true, for_new_pods: true, ..SwitchOptions::default() };
    let prepared = tokio::select! {
        prepared = prepare_plan(&inputs, options) => prepared,
        () = stop.soft.cancelled() => return Ok(ExitCode::Interrupted),
    };
    show::notices(printer, &prepared.notices);
    let prepared = match prepared.result {
        Ok(prepared) => prepared,
        Err(error) => return problems::prepare(printer, error),
    };
    let cluster = prepared.cluster();
    if let Err(error) = args.scope(cluster.default_namespace()).check() {
        return Ok(failed(printer, &error));
    }
    let inventory = &prepared.inventory;
    show::unread(printer, &inventory.unread, &args.connection);
    let rewriting = Rewriting::new(&prepared.plan, inventory, &rules, args.any_tag);
    let is_all = rewriting.left.is_empty() && !inventory.unread.iter().any(Unread::may_hide_images);
    let done = if is_all { ExitCode::Done } else { ExitCode::Left };
    let version = mutating_version(cluster).await?;
    if let (None, Some(version)) = (args.output, version) {
        render(printer, OutputFormat::Table, &RewritingView { rewriting: &rewriting })?;
        tell(printer, &rewriting);
        let code = write(&args, stop, printer, &prepared, (&rewriting, &rules, version)).await?;
        return Ok(if code == ExitCode::Done { done } else { code });
    }
    for left in &rewriting.left {
        printer.warning(&format!("{}: {}: {}", left.object, left.image, left.why));
    }
    tell(printer, &rewriting);
    if rewriting.namespaces.is_empty() {
        return Ok(done);
    }
    let manifests = || rewrite_manifests(&rewriting, &rules, version.unwrap_or("v1"));
    let (format, objects) = match args.output {
        Some(RewriteFormat::HostsToml) => {
            let text = hosts_toml(&rewriting, &rules, &prepared.plan.target, &names.mapping);
            return Ok(match text {
                Ok(text) => done.after(printer.data(&text))?,
                Err(error) => failed(printer, &error),
            });
        }
        Some(RewriteFormat::Kyverno) => (OutputFormat::Yaml, vec![kyverno_policy(&rewriting)]),
        Some(RewriteFormat::Yaml) => (OutputFormat::Yaml, manifests()),
        Some(RewriteFormat::Json) => (OutputFormat::Json, manifests()),
        None => {
            let what = "this API server has no MutatingAdmissionPolicy: nothing is written, and what is printed needs Kyverno in the cluster";
            let hint =
                "-o hosts-toml prints how nodes ask TCR first, where the mapping renames nothing";
            problems::plain(printer, what, Some(hint));
            (OutputFormat::Yaml, vec![kyverno_policy(&rewriting)])
        }
    };
    let shown = render(printer, format, &ManifestsView::new(objects));
    Ok(if args.output.is_some() { done } else { ExitCode::Left }.after(shown)?)
}

/// Says what is rewritten and what isn't, and what the latter lacks.
fn tell(printer: &Printer, rewriting: &Rewriting) {
    let copied = "docker ccr2tcr sync copies what TCR lacks or has otherwise; then run this again";
    let hints = rewriting.left.iter().map(|left| left.hint.as_deref().unwrap_or(copied));
    for hint in hints.collect::<BTreeSet<_>>() {
        printer.hint(hint);
    }
    if !rewriting.left.is_empty() {
        let images = counted(rewriting.left.len(), "image stays", "images stay");
        printer.note(&format!("{images} on CCR: new Pods pull as before"));
    }
    if rewriting.namespaces.is_empty() {
        printer.note("nothing is to be rewritten");
        return;
    }
    printer.note(&words(rewriting));
    if rewriting.any_tag {
        printer.warning(
            "with --any-tag, other tags of these repositories are rewritten, too, and nothing looks whether TCR has them: push each new tag to both",
        );
    }
}

/// Whether a policy stands of which nothing is proven any more; says how to take it away.
fn outdated(
    args: &GuardRewriteArgs,
    place: &str,
    printer: &Printer,
    rewriting: &Rewriting,
    state: &GuardState,
) -> bool {
    let flags = connection_flags(&args.connection);
    let mut is_outdated = false;
    for namespace in state.rewritten().filter(|name| args.all_namespaces || *name == place) {
        if !rewriting.namespaces.contains_key(namespace) {
            is_outdated = true;
            printer.warning(&format!(
                "new Pods of namespace {namespace} are rewritten by an earlier run, and nothing of that is proven now"
            ));
            printer
                .hint(&format!("kubectl tcr-switch guard remove --rewrite -n {namespace}{flags}"));
        }
    }
    is_outdated
}

/// `3 images of CCR in 2 namespaces are rewritten for new Pods`
fn words(rewriting: &Rewriting) -> String {
    let (images, namespaces) = rewriting.counts();
    format!(
        "{} in {}, proven to be in TCR, for new Pods",
        counted(images, "image of CCR", "images of CCR"),
        counted(namespaces, "namespace", "namespaces"),
    )
}

async fn write(
    args: &GuardRewriteArgs,
    stop: &Stop,
    printer: &Printer,
    prepared: &PreparedSwitch,
    (rewriting, rules, version): (&Rewriting, &GuardRules, &str),
) -> anyhow::Result<ExitCode> {
    let cluster = prepared.cluster();
    let state = match read_state(cluster).await {
        Ok(state) => state,
        Err(error) => return Ok(failed(printer, &error)),
    };
    let is_outdated = outdated(args, cluster.default_namespace(), printer, rewriting, &state);
    let done = if is_outdated { ExitCode::Left } else { ExitCode::Done };
    if rewriting.namespaces.is_empty() {
        return Ok(done);
    }
    let objects = rewrite_manifests(rewriting, rules, version);
    if args.write.dry_run != DryRun::None {
        let is_refused =
            args.write.dry_run == DryRun::Server && !is_taken(printer, cluster, &objects).await;
        return Ok(if is_refused { ExitCode::Error } else { done });
    }
    let question = format!("rewrite {} of {}?", words(rewriting), cluster.words());
    if !args.write.yes
        && let Err(code) =
            show::agreed(printer, stop, &question, "--yes sets it without asking").await
    {
        return Ok(code);
    }
    let put = tokio::select! {
        put = put_rewriting(cluster, rewriting, &objects, args.timeout) => put,
        () = stop.hard.cancelled() => return Ok(ExitCode::Interrupted),
    };
    let (written, trial) = match put {
        Ok(put) => put,
        Err(error) => return Ok(failed(printer, &error)),
    };
    for name in &written {
        printer.note(&format!("{name}: written"));
    }
    Ok(match trial {
        Trial::Proven => {
            let how = "proven by a server-side dry run of a Pod in each namespace";
            printer.heading(&format!("{}: {how}", words(rewriting)));
            done
        }
        Trial::NotYet => {
            let what = format!("written, and not in effect after {} s", args.timeout.as_secs());
            let flags = connection_flags(&args.connection);
            let hint = format!("take it away: kubectl tcr-switch guard remove --rewrite -A{flags}");
            problems::plain(printer, &what, Some(&hint));
            ExitCode::Left
        }
        Trial::NotProven(why) => {
            printer.heading(&format!("{}: written, and not proven: {why}", words(rewriting)));
            ExitCode::Left
        }
    })
}

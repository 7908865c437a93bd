//! `docker ccr2tcr triggers apply`: makes the webhooks, once everything has been copied.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ccr2tcr::account::{Account, AccountError, RequiredApis};
use ccr2tcr::diagnostic::counted;
use ccr2tcr::environment::Environment;
use ccr2tcr::image::Pattern;
use ccr2tcr::prompt::{Stop, confirm};
use ccr2tcr::terminal::{Printer, ProgressMode, render};
use ccr2tcr::transfer::{self, Depth, Selection, SyncOptions, verify};
use ccr2tcr::triggers::{
    Applied, TriggerPlan, WebhookOutcome, apply, outcome_of, prepare_plan, read_triggers, translate,
};
use jiff::Timestamp;

use super::receiver;
use super::tell::tell;
use crate::cli::ApplyTriggersArgs;
use crate::commands::watch::Watch;
use crate::commands::{problems, tell_report};
use crate::exit::ExitCode;
use crate::views::AppliedView;

const INSTEAD: &str = "look at the plan with --dry-run, then give --yes";

pub(super) async fn run(
    args: ApplyTriggersArgs,
    asked: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let stop = &transfer::Stop::new(asked.soft.clone());
    let environment = Environment::from_process();
    let receiver = match receiver::read(&args.receiver, &environment, printer).await {
        Ok(Some(receiver)) => receiver,
        Ok(None) => {
            let message = "no receiver is named: TCR can only send a webhook to an address";
            let hint = "name one: --receiver URL, --receiver-file FILE or CCR2TCR_RECEIVER";
            return Ok(problems::plain(printer, message, Some(hint)));
        }
        Err(code) => return Ok(code),
    };
    let opening = Account::open(&args.settings, &environment, RequiredApis::Both);
    let account = match stop.unless_asked(opening).await {
        Some(Ok(account)) => account,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "anything was made")),
    };
    let (Some(enterprise), Some(instance)) = (&account.enterprise, &account.instance) else {
        return Ok(problems::account(printer, &AccountError::NoTarget));
    };
    account.notices.iter().for_each(|notice| printer.note(notice));
    let Some(inventory) = stop.unless_asked(read_triggers(&account.sources)).await else {
        return Ok(problems::interrupted(printer, "anything was made"));
    };
    tell(printer, inventory.unread.iter());
    let translated = translate(&inventory.triggers, &account.mapping);
    let planning = prepare_plan(&translated, &receiver, enterprise);
    let Some(plan) = stop.unless_asked(planning).await else {
        return Ok(problems::interrupted(printer, "anything was made"));
    };
    let is_left = plan.leaves_something() || !inventory.unread.is_empty();
    let rest = if is_left { ExitCode::Left } else { ExitCode::Done };
    let count = plan.to_create().count();
    if count > 0 {
        match is_copied(&account, &plan, args.progress, stop, printer).await {
            Copied::Yes => {}
            Copied::No if args.dry_run => {}
            Copied::No => return Ok(ExitCode::Left),
            Copied::Unknown(code) => return Ok(code),
        }
    }
    if args.dry_run || count == 0 {
        let results: Vec<_> = plan.webhooks.iter().map(outcome_of).collect();
        let view = AppliedView::new(&plan, &results, &receiver, args.dry_run);
        return Ok(rest.after(render(printer, args.output.into(), &view))?);
    }
    if !args.yes {
        let webhooks = counted(count, "webhook", "webhooks");
        let question =
            format!("make {webhooks} in {}, which send to {}?", instance.name, receiver.host());
        if let Err(answer) = confirm(printer, asked, &question, INSTEAD).await {
            return Ok(answer.into());
        }
    }
    let undo = args.undo_file.unwrap_or_else(undo_file);
    let applied = apply(&plan, &receiver, (enterprise, &instance.id), &undo, stop).await;
    let Applied { results, undo_file_lost } = match applied {
        Ok(applied) => applied,
        Err(error) => {
            return Ok(problems::plain(printer, &error.to_string(), Some(error.hint())));
        }
    };
    if let Some(error) = undo_file_lost {
        printer.warning(&format!("{error}; it has what was made, the last of it by its name"));
    }
    // What can't be translated stands in the table.
    let failed = results
        .iter()
        .filter(|it| matches!(it.outcome, WebhookOutcome::Failed | WebhookOutcome::Conflict));
    tell(printer, failed.filter_map(|result| result.why.as_ref()));
    let shown =
        render(printer, args.output.into(), &AppliedView::new(&plan, &results, &receiver, false));
    printer.note(&format!("what undoes this is in {}", undo.display()));
    printer.hint(&format!("docker ccr2tcr triggers rollback {}", undo.display()));
    let is_failed = results.iter().any(|it| {
        use WebhookOutcome::{Conflict, Failed, Skipped};
        matches!(it.outcome, Failed | Skipped | Conflict)
    });
    let code = match (stop.is_asked(), is_failed) {
        (true, _) => ExitCode::Interrupted,
        (false, true) => ExitCode::Left,
        (false, false) => rest,
    };
    Ok(code.after(shown)?)
}

fn undo_file() -> PathBuf {
    format!("ccr2tcr-triggers-{}.json", Timestamp::now().strftime("%Y%m%dT%H%M%SZ")).into()
}

enum Copied {
    Yes,
    No,
    /// How the run ends.
    Unknown(ExitCode),
}

/// Whether nothing is left to copy in the repositories of the webhooks: each tag that comes later
/// would fire them.
async fn is_copied(
    account: &Account,
    plan: &TriggerPlan,
    progress: ProgressMode,
    stop: &transfer::Stop,
    printer: &Printer,
) -> Copied {
    // In a repository without tags there is nothing to compare.
    let with_tags = plan.to_create().filter(|(planned, _)| planned.tags > 0);
    let names: BTreeSet<&str> = with_tags.map(|(planned, _)| planned.repository.as_str()).collect();
    if names.is_empty() {
        return Copied::Yes;
    }
    let patterns: Vec<Pattern> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let options = SyncOptions {
        selection: Selection { patterns, ..Selection::default() },
        ..SyncOptions::default()
    };
    let watch = Arc::new(Watch::of_verify(progress, &account.registries, printer));
    let compared = verify(account, &options, Depth::Tags, watch.clone(), stop).await;
    watch.finish();
    problems::tell_logins(printer, account);
    if let Ok(report) = &compared {
        tell_report::notices(printer, report);
    }
    match compared {
        Ok(report) if report.is_clean() => Copied::Yes,
        Ok(report) if report.interrupted => {
            Copied::Unknown(problems::interrupted(printer, "anything was made"))
        }
        Ok(report) => {
            tell_report::failures(printer, &report);
            let names = names.into_iter().collect::<Vec<_>>().join(" ");
            problems::plain(
                printer,
                "not everything is copied: a webhook that is made now fires for each tag that is \
                 copied later, and its receiver may deploy old ones",
                Some(&format!("docker ccr2tcr sync {names}")),
            );
            Copied::No
        }
        Err(error) => Copied::Unknown(problems::could_not_start(printer, &error)),
    }
}

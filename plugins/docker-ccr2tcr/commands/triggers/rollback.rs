//! `docker ccr2tcr triggers rollback`: deletes the webhooks of a run.

use ccr2tcr::account::{Account, AccountError, RequiredApis};
use ccr2tcr::diagnostic::counted;
use ccr2tcr::environment::Environment;
use ccr2tcr::prompt::{Stop, confirm};
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer;
use ccr2tcr::triggers::{Found, RollbackEntry, UndoFile, look, roll_back};

use crate::cli::RollbackTriggersArgs;
use crate::commands::problems;
use crate::exit::ExitCode;
use crate::views::RolledBackView;

const INSTEAD: &str = "look at the plan with --dry-run, then give --yes";

pub(super) async fn run(
    args: RollbackTriggersArgs,
    asked: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let stop = &transfer::Stop::new(asked.soft.clone());
    let undo = match UndoFile::read(&args.file) {
        Ok(undo) => undo,
        Err(error) => return Ok(problems::plain(printer, &error.to_string(), Some(error.hint()))),
    };
    let environment = Environment::from_process();
    let opening = Account::open(&args.settings, &environment, RequiredApis::Tcr);
    let account = match stop.unless_asked(opening).await {
        Some(Ok(account)) => account,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "anything was deleted")),
    };
    let (Some(enterprise), Some(instance)) = (&account.enterprise, &account.instance) else {
        return Ok(problems::account(printer, &AccountError::NoTarget));
    };
    if instance.id != undo.instance {
        let message = format!(
            "{} is about the instance {}, and this is {}",
            args.file.display(),
            undo.instance,
            instance.id
        );
        let hint = "name the instance that the run was about: --tcr-name NAME";
        return Ok(problems::plain(printer, &message, Some(hint)));
    }
    let Some(mut entries) = stop.unless_asked(look(undo.webhooks, enterprise)).await else {
        return Ok(problems::interrupted(printer, "anything was deleted"));
    };
    let is_unchanged = |entry: &&RollbackEntry| matches!(entry.found, Found::Unchanged(_));
    let count = entries.iter().filter(is_unchanged).count();
    if !args.dry_run && count > 0 {
        if !args.yes {
            let webhooks = counted(count, "webhook", "webhooks");
            let question = format!("delete {webhooks} of {}?", instance.name);
            if let Err(answer) = confirm(printer, asked, &question, INSTEAD).await {
                return Ok(answer.into());
            }
        }
        roll_back(&mut entries, enterprise).await;
    }
    for entry in &entries {
        if let Found::Failed(why) | Found::Unread(why) = &entry.found {
            printer.warning(&format!("{}: {}", entry.made.name, why.message));
        }
    }
    let shown = render(printer, args.output.into(), &RolledBackView::new(&entries));
    let is_left = |entry: &RollbackEntry| match entry.found {
        Found::Gone | Found::Deleted => false,
        Found::Unchanged(_) => !args.dry_run,
        Found::Changed | Found::Unread(_) | Found::Failed(_) => true,
    };
    let code = if entries.iter().any(is_left) { ExitCode::Left } else { ExitCode::Done };
    Ok(code.after(shown)?)
}

//! `kubectl tcr-switch`: kubectl's plugin protocol around the commands.

mod cli;
mod commands;
mod complete;
mod exit;
mod first_run;
mod hints;
mod invocation;
mod known_names;
#[cfg(test)]
mod language;
#[cfg(test)]
mod reference;
mod render;
mod shell;
mod views;

use std::{env, process};

use ccr2tcr::account::{AccountError, Settings};
use ccr2tcr::environment::Environment;
use ccr2tcr::kubernetes::{ClusterError, ConnectionSettings};
use ccr2tcr::language::Lang;
use ccr2tcr::prompt::help::Help;
use ccr2tcr::prompt::usage::{self, NotRun};
use ccr2tcr::prompt::{self, Stop, logging, on_signal, problems};
use ccr2tcr::terminal::Printer;

use cli::{Cli, Command, SecretsCommand};
use exit::ExitCode;
use invocation::{CommandLine, Invocation};

/// By this name the plugin is known to those who translate it.
const PLUGIN: &str = "kubectl-tcr-switch";

fn main() -> process::ExitCode {
    let printer = Printer::standard();
    let lang = Lang::of(&Environment::from_process());
    printer.speak(lang);
    let invocation = Invocation::parse(env::args_os());
    let is_bare = matches!(&invocation.line, CommandLine::Run(args) if args.is_empty());
    let code = run(invocation, lang, &printer).unwrap_or_else(|error| failed(&error, &printer));
    // Without a word it is the switch itself, so that a newcomer gets here.
    if is_bare && code == ExitCode::Error {
        printer.note(first_run::page().trim_end());
    }
    // An aborted task may still be drawing.
    printer.close(&code.line());
    code.into()
}

fn run(invocation: Invocation, lang: Lang, printer: &Printer) -> anyhow::Result<ExitCode> {
    let command = cli::command(&invocation.program);
    let help = || Help::new(lang, PLUGIN);
    let args = match invocation.line {
        CommandLine::Complete(words) => {
            // kubectl lets stderr through, into the middle of the line that is being typed.
            std::panic::set_hook(Box::new(|_| {}));
            printer.data(&complete::candidates(command, words))?;
            return Ok(ExitCode::Done);
        }
        CommandLine::Run(args) if args.is_empty() && first_run::has_no_cluster() => {
            printer.note(help().short(&command).trim_end());
            return Ok(ExitCode::Error);
        }
        CommandLine::Run(args) => cli::behind_the_command(&command, args),
    };
    prompt::report_panics(printer);
    if usage::asks_for_json(&args) {
        printer.talk_json();
    }
    match usage::parse(command.clone(), &args) {
        Ok(Cli { command: Some(Command::Completion(args)), .. }) => {
            commands::completion::run(args, &invocation.file, printer)
        }
        Ok(cli) => prompt::run(
            printer,
            |stop| {
                let stop = stop.clone();
                on_signal(move || stop.ask())
            },
            async |stop| Box::pin(execute(cli, stop, printer)).await,
            Ok(ExitCode::Interrupted),
        )?,
        Err(NotRun::Help(text)) => {
            printer.data(&help().asked(text, &command, &args))?;
            Ok(ExitCode::Done)
        }
        Err(NotRun::UsageError(text, common)) => {
            printer.note(text.trim_end());
            printer.explain(common);
            Ok(ExitCode::Error)
        }
    }
}

async fn execute(cli: Cli, stop: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    logging::start(cli.verbose, env!("CARGO_CRATE_NAME"), printer);
    if cli.account().is_some_and(Settings::has_secret_in_flags) {
        problems::secret_in_flag(printer, "a secret", "TENCENTCLOUD_SECRET_KEY");
    }
    if cli.connection().is_some_and(ConnectionSettings::has_secret_in_flags) {
        problems::secret_in_flag(printer, "a token", "a kubeconfig");
    }
    match cli.command {
        None => commands::apply::run(cli.switch, stop, printer).await,
        Some(Command::Apply(args)) => commands::apply::run(*args, stop, printer).await,
        Some(Command::Scan(args)) => commands::scan::run(*args, stop, printer).await,
        Some(Command::Diff(args)) => commands::diff::run(*args, stop, printer).await,
        Some(Command::Rollback(args)) => commands::rollback::run(*args, stop, printer).await,
        Some(Command::Verify(args)) => commands::verify::run(*args, stop, printer).await,
        Some(Command::Images(args)) => commands::images::run(*args, stop, printer).await,
        Some(Command::Rewrite(args)) => commands::rewrite::run(*args, stop, printer).await,
        Some(Command::Secrets(args)) => match args.command {
            SecretsCommand::List(args) => commands::secrets_list::run(*args, stop, printer).await,
            SecretsCommand::Copy(args) => commands::secrets_copy::run(*args, stop, printer).await,
            SecretsCommand::Prune(args) => commands::secrets_prune::run(*args, stop, printer).await,
        },
        Some(Command::Guard(args)) => commands::guard::run(*args, stop, printer).await,
        Some(Command::Doctor(args)) => commands::doctor::run(*args, stop, printer).await,
        Some(Command::Report(args)) => Ok(commands::report::run(&args, printer)),
        Some(Command::Completion(_)) => unreachable!("done before the runtime is set up"),
    }
}

fn failed(error: &anyhow::Error, printer: &Printer) -> ExitCode {
    let cluster = error.chain().find_map(|cause| cause.downcast_ref().map(ClusterError::hint));
    let hint = cluster
        .or_else(|| error.chain().find_map(|cause| AccountError::hint(cause.downcast_ref()?)));
    if !problems::unforeseen(printer, error.as_ref(), hint.as_deref()) {
        return ExitCode::Done;
    }
    printer.explain(error.chain().find_map(|cause| match cause.downcast_ref::<ClusterError>() {
        Some(cluster) => cluster.common(),
        None => AccountError::common(cause.downcast_ref()?),
    }));
    ExitCode::Error
}

//! `docker ccr2tcr`: the docker plugin's protocol around the commands.

mod cancel;
mod cli;
mod commands;
mod complete;
mod exit;
mod first_run;
mod hook;
mod invocation;
#[cfg(test)]
mod language;
mod legacy;
mod metadata;
mod rate;
#[cfg(test)]
mod reference;
mod since;
mod views;

use std::env;
use std::ffi::OsString;
use std::process;

use ccr2tcr::account::{AccountError, Settings};
use ccr2tcr::environment::Environment;
use ccr2tcr::language::Lang;
use ccr2tcr::prompt::help::Help;
use ccr2tcr::prompt::usage::{self, NotRun};
use ccr2tcr::prompt::{self, Stop, logging, problems};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::{ImageListError, ReportError};

use cli::{Cli, Command};
use exit::{ExitCode, RunEnd};
use invocation::{DockerFlags, Invocation, PluginCall};
use legacy::Legacy;

/// By this name the plugin is known to those who translate it.
const PLUGIN: &str = "docker-ccr2tcr";

fn main() -> process::ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    // docker asks on every `docker --help`: answered before anything else is set up.
    if metadata::is_wanted(&args) {
        metadata::print();
        return ExitCode::Done.into();
    }
    // After a command of docker's, if config.json asks for it: a few lines, or none.
    if let Some(request) = hook::request(&args) {
        hook::answer(request);
        return ExitCode::Done.into();
    }
    let printer = Printer::standard();
    let lang = Lang::of(&Environment::from_process());
    printer.speak(lang);
    prompt::report_panics(&printer);
    let invocation = Invocation::parse(args, &|name| env::var_os(name));
    let end =
        run(invocation, lang, &printer).unwrap_or_else(|error| failed(&error, &printer).into());
    // What was left behind at once may still be drawing.
    printer.close(&end.line());
    end.code.into()
}

fn run(invocation: Invocation, lang: Lang, printer: &Printer) -> anyhow::Result<RunEnd> {
    let command = usage::command::<Cli>(invocation.program());
    let args = match invocation.call {
        PluginCall::Complete(words) => {
            printer.data(&complete::candidates(command, words))?;
            return Ok(ExitCode::Done.into());
        }
        PluginCall::Help(mut path) => {
            path.push("--help".into());
            path
        }
        PluginCall::Command(args) => args,
    };
    if usage::asks_for_json(&args) {
        printer.talk_json();
    }
    let (args, legacy) = match legacy::translate_command(&args) {
        Ok(translated) => translated,
        Err(error) => {
            printer.error(&error.to_string(), &[""; 0], error.hint());
            if error.exit_code() == ExitCode::Usage {
                printer.note(&format!("\n{}", usage::see_help(&command, &args)));
            }
            return Ok(error.exit_code().into());
        }
    };
    match usage::parse(command.clone(), &args) {
        Ok(cli) => execute(Request { cli, docker: invocation.docker, legacy }, printer),
        Err(NotRun::Help(text)) => {
            printer.data(&Help::new(lang, PLUGIN).asked(text, &command, &args))?;
            if args.is_empty() {
                printer.data(&first_run::page(invocation.docker.config))?;
            }
            Ok(ExitCode::Done.into())
        }
        Err(NotRun::UsageError(text, common)) => {
            printer.note(text.trim_end());
            printer.explain(common);
            Ok(ExitCode::Usage.into())
        }
    }
}

/// What a command is to do.
struct Request {
    cli: Cli,
    docker: DockerFlags,
    legacy: Option<Legacy>,
}

fn execute(request: Request, printer: &Printer) -> anyhow::Result<RunEnd> {
    prompt::run(
        printer,
        |stop| cancel::listen(stop, env::var_os("DOCKER_CLI_PLUGIN_SOCKET").as_deref()),
        async |stop| command(request, stop, printer).await,
        Ok(ExitCode::Interrupted.into()),
    )?
}

async fn command(request: Request, stop: &Stop, printer: &Printer) -> anyhow::Result<RunEnd> {
    let Request { mut cli, docker, legacy } = request;
    logging::start(cli.verbose.max(docker.verbosity()), env!("CARGO_CRATE_NAME"), printer);
    for note in legacy.iter().flat_map(|legacy| &legacy.notes) {
        printer.warning(note);
    }
    if cli.command.settings().is_some_and(Settings::has_secret_in_flags) {
        problems::secret_in_flag(printer, "a secret", "TENCENTCLOUD_SECRET_KEY");
    }
    let asked = ccr2tcr::transfer::Stop::new(stop.soft.clone());
    if let Some(settings) = cli.command.settings_mut() {
        settings.docker_config = docker.config;
    }
    match cli.command {
        Command::Sync(args) => commands::sync::run(*args, legacy, &asked, printer).await,
        Command::Job(args) => commands::job::run(*args, stop, printer).await.map(RunEnd::from),
        Command::Verify(args) => commands::verify::run(*args, &asked, printer).await,
        Command::Rewrite(args) => {
            commands::rewrite::run(*args, &stop.soft, printer).await.map(RunEnd::from)
        }
        Command::Doctor(args) => {
            commands::doctor::run(*args, &stop.soft, printer).await.map(RunEnd::from)
        }
        Command::Network(args) => {
            commands::network::run(args.command, stop, printer).await.map(RunEnd::from)
        }
        Command::Domain(args) => {
            commands::network::domain::run(args.command, stop, printer).await.map(RunEnd::from)
        }
        Command::Replicate(args) => {
            commands::network::replicate::run(*args, stop, printer).await.map(RunEnd::from)
        }
        Command::Usage(args) => {
            commands::usage::run(*args, &asked, printer).await.map(RunEnd::from)
        }
        Command::Report(args) => Ok(commands::report::run(&args, printer).into()),
        Command::Triggers(args) => {
            commands::triggers::run(*args, stop, printer).await.map(RunEnd::from)
        }
        Command::Login(args) => {
            commands::login::run(*args, &asked, printer).await.map(RunEnd::from)
        }
        Command::Instances(args) => {
            commands::instances::run(*args, &asked, printer).await.map(RunEnd::from)
        }
        Command::Policy(args) => {
            commands::policy::run(*args, &asked, printer).await.map(RunEnd::from)
        }
    }
}

fn failed(error: &anyhow::Error, printer: &Printer) -> ExitCode {
    let hint = error.chain().find_map(|cause| match cause.downcast_ref::<ImageListError>() {
        Some(list) => list.hint(),
        None => AccountError::hint(cause.downcast_ref()?),
    });
    if !problems::unforeseen(printer, error.as_ref(), hint.as_deref()) {
        return ExitCode::Done;
    }
    printer.explain(error.chain().find_map(|cause| match cause.downcast_ref::<ReportError>() {
        Some(report) => report.common(),
        None => AccountError::common(cause.downcast_ref()?),
    }));
    ExitCode::CouldNotStart
}

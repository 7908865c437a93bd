//! `docker ccr2tcr`: the docker plugin's protocol around the commands.

mod cancel;
mod cli;
mod commands;
mod completion;
mod exit;
mod invocation;
mod legacy;
mod logging;
mod metadata;
mod rate;
mod since;
mod usage;

use std::env;
use std::ffi::OsString;
use std::process;

use anyhow::Context as _;
use ccr2tcr::account::AccountError;
use ccr2tcr::terminal::{Printer, is_closed};

use cancel::Stop;
use cli::{Cli, Command};
use exit::ExitCode;
use invocation::{DockerFlags, Invocation, Mode};
use legacy::Legacy;
use usage::Instead;

fn main() -> process::ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    // docker asks on every `docker --help`: answered before anything else is set up.
    if metadata::is_wanted(&args) {
        metadata::print();
        return ExitCode::Done.into();
    }
    let printer = Printer::standard();
    admit_faults(&printer);
    let code = run(Invocation::parse(args, &|name| env::var_os(name)), &printer)
        .unwrap_or_else(|error| failed(&error, &printer));
    code.into()
}

/// A fault in this program is told as what it is; the report and the exit code name what it cost.
fn admit_faults(printer: &Printer) {
    let printer = printer.clone();
    std::panic::set_hook(Box::new(move |fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        let hint = "please report it, with what -vv says";
        printer.error(&format!("this program has a fault, at {place}"), &[""; 0], Some(hint));
    }));
}

fn run(invocation: Invocation, printer: &Printer) -> anyhow::Result<ExitCode> {
    let program = invocation.program();
    let args = match invocation.mode {
        Mode::Complete(words) => {
            printer.data(&completion::candidates(usage::command(program), words))?;
            return Ok(ExitCode::Done);
        }
        Mode::Help(mut path) => {
            path.push("--help".into());
            path
        }
        Mode::Command(args) => args,
    };
    let (args, legacy) = match legacy::translate_command(&args) {
        Ok(translated) => translated,
        Err(error) => {
            printer.error(&error.to_string(), &[""; 0], error.hint());
            if error.exit_code() == ExitCode::Usage {
                printer.note(&format!("\n{}", usage::see_help(program, &args)));
            }
            return Ok(error.exit_code());
        }
    };
    match usage::parse(program, &args) {
        Ok(cli) => execute(Request { cli, docker: invocation.docker, legacy }, printer),
        Err(Instead::Answer(text)) => {
            printer.data(&text)?;
            Ok(ExitCode::Done)
        }
        Err(Instead::Refusal(text)) => {
            printer.note(text.trim_end());
            Ok(ExitCode::Usage)
        }
    }
}

/// What a command is to do.
struct Request {
    cli: Cli,
    docker: DockerFlags,
    legacy: Option<Legacy>,
}

fn execute(request: Request, printer: &Printer) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("can't start the asynchronous runtime")?;
    let result = runtime.block_on(async {
        let stop = Stop::listen(env::var_os("DOCKER_CLI_PLUGIN_SOCKET").as_deref())
            .context("can't listen for signals")?;
        tokio::spawn(announce(stop.clone(), printer.clone()));
        tokio::select! {
            result = command(request, &stop, printer) => result,
            () = stop.hard.cancelled() => Ok(ExitCode::Interrupted),
        }
    });
    // Whoever asked twice doesn't wait for what blocks.
    runtime.shutdown_background();
    result
}

async fn announce(stop: Stop, printer: Printer) {
    stop.soft.cancelled().await;
    printer.note("stopping: what has begun is finished; Ctrl-C again leaves at once");
}

async fn command(request: Request, stop: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    let Request { cli, docker, legacy } = request;
    logging::start(cli.verbose, &docker, printer);
    for note in legacy.iter().flat_map(|legacy| &legacy.notes) {
        printer.warning(note);
    }
    if cli.command.settings().has_secret_in_flags() {
        printer.warning("a secret in a flag can be seen by everybody on this machine; TENCENTCLOUD_SECRET_KEY is a better place");
    }
    let asked = ccr2tcr::transfer::Stop::new(stop.soft.clone());
    match cli.command {
        Command::Sync(mut args) => {
            args.settings.docker_config = docker.config;
            commands::sync::run(*args, legacy, &asked, printer).await
        }
        Command::Verify(mut args) => {
            args.settings.docker_config = docker.config;
            commands::verify::run(*args, &asked, printer).await
        }
        Command::Login(mut args) => {
            args.settings.docker_config = docker.config;
            commands::login::run(*args, printer).await
        }
        Command::Instances(args) => commands::instances::run(*args, printer).await,
    }
}

fn failed(error: &anyhow::Error, printer: &Printer) -> ExitCode {
    // Nobody reads stdout any more, as in `… | head`: ripgrep, too, leaves quietly then. A command
    // that has a verdict of its own to give must look for this itself.
    if error.chain().filter_map(|cause| cause.downcast_ref()).any(is_closed) {
        return ExitCode::Done;
    }
    let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
    let known = error.chain().find_map(|cause| cause.downcast_ref::<AccountError>());
    let hint = known.and_then(AccountError::hint);
    printer.error(&error.to_string(), &causes, hint.as_deref());
    ExitCode::CouldNotStart
}

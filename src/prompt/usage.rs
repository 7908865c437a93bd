//! Reading a command line with clap, and what is printed instead of running it: help, the
//! version, and usage errors in the form that docker has (`cli/cobra.go`, `FlagErrorFunc`).

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, FromArgMatches};

use crate::diagnostic::CommonError;
use crate::environment::is_blank;

/// What to print instead of running a command.
#[derive(Debug, PartialEq, Eq)]
pub enum NotRun {
    /// Help or the version. Asked for, so it is data and a success.
    Help(String),
    /// The command line is wrong, and which of the common errors that is.
    UsageError(String, Option<CommonError>),
}

/// The clap command, with usage lines that begin as the user's command line does.
#[must_use]
pub fn command<Cli: CommandFactory>(program: &str) -> Command {
    // clap leaves out the program's name in front: it may be two words, as in `docker ccr2tcr`.
    without_empty_variables(Cli::command()).bin_name(program.to_owned()).no_binary_name(true)
}

/// A variable that is set to nothing counts as not set: CI systems hand over those that have no value.
fn without_empty_variables(command: Command) -> Command {
    let is_empty =
        |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| is_blank(&value));
    command
        .mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg })
        .mut_subcommands(without_empty_variables)
}

/// Reads the words after the plugin's name.
///
/// # Errors
/// [`NotRun`], if there is no command to run.
pub fn parse<Cli: FromArgMatches>(mut command: Command, args: &[OsString]) -> Result<Cli, NotRun> {
    command
        .try_get_matches_from_mut(args)
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches))
        .map_err(|error| not_run(&command, args, &error))
}

fn not_run(command: &Command, args: &[OsString], error: &clap::Error) -> NotRun {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => NotRun::Help(text),
        _ => {
            let text = text.trim_end();
            let message = text.rsplit_once("\n\nFor more information").map_or(text, |(m, _)| m);
            let origin = variable_behind(command, args, error)
                .map(|variable| format!("\n  from the variable {variable}"))
                .unwrap_or_default();
            let text = format!("{message}{origin}\n\n{}\n", see_help(command, args));
            NotRun::UsageError(text, common(error.kind()))
        }
    }
}

fn common(kind: ErrorKind) -> Option<CommonError> {
    match kind {
        ErrorKind::UnknownArgument
        | ErrorKind::InvalidSubcommand
        | ErrorKind::InvalidValue
        | ErrorKind::ValueValidation => Some(CommonError::UnknownArgument),
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::TooManyValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::ArgumentConflict => Some(CommonError::MissingArgument),
        _ => None,
    }
}

/// The variable that a refused value is from: clap names the flag, even if it wasn't typed.
fn variable_behind(command: &Command, args: &[OsString], error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = shown.split(' ').next()?.strip_prefix("--")?;
    let typed = |arg: &OsString| {
        let name = arg.to_str().and_then(|arg| arg.strip_prefix("--"));
        name.is_some_and(|name| name.split('=').next() == Some(flag))
    };
    if args.iter().any(typed) {
        return None;
    }
    let variable = named(args, command)
        .flat_map(Command::get_arguments)
        .find(|arg| arg.get_long() == Some(flag))?
        .get_env()?;
    Some(variable.to_string_lossy().into_owned())
}

/// `Run 'docker ccr2tcr sync --help' for more information`
#[must_use]
pub fn see_help(command: &Command, args: &[OsString]) -> String {
    let mut path = command.get_bin_name().unwrap_or_default().to_owned();
    for command in named(args, command).skip(1) {
        path = format!("{path} {}", command.get_name());
    }
    format!("Run '{path} --help' for more information")
}

/// The command, and those below it that the line names.
fn named<'a>(args: &'a [OsString], command: &'a Command) -> impl Iterator<Item = &'a Command> {
    let mut words = args.iter();
    std::iter::successors(Some(command), move |command| {
        words.next()?.to_str().and_then(|word| command.find_subcommand(word))
    })
}

/// Whether stderr is for a program (`--progress json`). Asked before the command line is parsed,
/// so that a usage error is JSON, too.
#[must_use]
pub fn asks_for_json(args: &[OsString]) -> bool {
    let separate = args.windows(2).any(|pair| pair[0] == "--progress" && pair[1] == "json");
    separate || args.iter().any(|arg| arg == "--progress=json")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    #[command(version, arg_required_else_help = true)]
    struct Cli {
        #[command(subcommand)]
        _command: Tool,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Tool {
        Cut {
            #[arg(long, env = "CUT_DEPTH_OF_THIS_TEST")]
            depth: Option<u8>,
        },
    }

    fn read(line: &[&str]) -> NotRun {
        let args: Vec<OsString> = line.iter().map(OsString::from).collect();
        parse::<Cli>(command::<Cli>("docker tool"), &args).unwrap_err()
    }

    #[test]
    fn a_mistyped_flag_gets_message_suggestion_usage_and_the_way_to_help() {
        let NotRun::UsageError(text, _) = read(&["cut", "--detph=1"]) else { panic!() };
        assert!(text.starts_with("error: unexpected argument '--detph' found\n"), "{text}");
        assert!(text.contains("a similar argument exists: '--depth'"), "{text}");
        assert!(text.contains("\n\nUsage: docker tool cut "), "{text}");
        let end = "\n\nRun 'docker tool cut --help' for more information\n";
        assert!(text.ends_with(end), "{text}");
        assert!(!text.contains("For more information, try"), "{text}");
    }

    #[test]
    fn a_mistyped_command_is_told_of_the_right_one() {
        let NotRun::UsageError(text, _) = read(&["cutt"]) else { panic!() };
        assert!(text.contains("similar subcommand exists: 'cut'"), "{text}");
        assert!(text.ends_with("\n\nRun 'docker tool --help' for more information\n"), "{text}");
    }

    #[test]
    fn help_and_version_are_no_errors() {
        for (line, words) in [
            (&["--version"][..], env!("CARGO_PKG_VERSION")),
            (&[], "Usage: docker tool <COMMAND>"),
            (&["cut", "-h"], "Usage: docker tool cut [OPTIONS]"),
        ] {
            let NotRun::Help(text) = read(line) else { panic!("{line:?}") };
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn json_is_known_to_be_wanted_before_the_line_is_parsed() {
        let asks =
            |line: &[&str]| asks_for_json(&line.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(asks(&["--nonsense", "--progress=json"]));
        assert!(asks(&["x", "--progress", "json"]));
        assert!(!asks(&["--progress", "plain", "json"]));
    }
}

//! Reading a command line with clap, and what is printed instead of running it: help, the
//! version, and usage errors in docker's form (`cli/cobra.go`, `FlagErrorFunc`).

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _, FromArgMatches as _};

use crate::cli::Cli;

/// What to print instead of running.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Asked for, so it is data and a success.
    Answer(String),
    /// The command line is wrong.
    Refusal(String),
}

/// The clap command, with usage lines that begin as the user's command line does.
pub(crate) fn command(program: &'static str) -> Command {
    // clap leaves out the program's name in front: docker's name for it may be two words.
    Cli::command().bin_name(program).no_binary_name(true)
}

/// Reads what stands behind the plugin's name.
pub(crate) fn parse(program: &'static str, args: &[OsString]) -> Result<Cli, Instead> {
    command(program)
        .try_get_matches_from(args)
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches))
        .map_err(|error| instead(program, args, &error))
}

fn instead(program: &'static str, args: &[OsString], error: &clap::Error) -> Instead {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Instead::Answer(text),
        _ => {
            let text = text.trim_end();
            let message = text.rsplit_once("\n\nFor more information").map_or(text, |(m, _)| m);
            let origin = variable_behind(program, args, error)
                .map(|variable| format!("\n  from the variable {variable}"))
                .unwrap_or_default();
            Instead::Refusal(format!("{message}{origin}\n\n{}\n", see_help(program, args)))
        }
    }
}

/// The variable that a refused value is from: clap names the flag, which nobody may have typed.
fn variable_behind(
    program: &'static str,
    args: &[OsString],
    error: &clap::Error,
) -> Option<String> {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = shown.split(' ').next()?.strip_prefix("--")?;
    let typed = |arg: &OsString| {
        let name = arg.to_str().and_then(|arg| arg.strip_prefix("--"));
        name.is_some_and(|name| name.split('=').next() == Some(flag))
    };
    if args.iter().any(typed) {
        return None;
    }
    let root = command(program);
    let mut all = root.get_subcommands().flat_map(Command::get_arguments);
    let variable = all.find(|arg| arg.get_long() == Some(flag))?.get_env()?;
    Some(variable.to_string_lossy().into_owned())
}

/// `Run 'docker ccr2tcr sync --help' for more information`
pub(crate) fn see_help(program: &'static str, args: &[OsString]) -> String {
    let mut path = program.to_owned();
    let root = command(program);
    let mut command = &root;
    for word in args {
        let Some(next) = word.to_str().and_then(|word| command.find_subcommand(word)) else {
            break;
        };
        path = format!("{path} {}", next.get_name());
        command = next;
    }
    format!("Run '{path} --help' for more information")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> String {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        match parse("docker ccr2tcr", &args) {
            Err(Instead::Refusal(text)) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn answered(line: &str) -> String {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        match parse("docker ccr2tcr", &args) {
            Err(Instead::Answer(text)) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_declaration_is_sound() {
        command("docker ccr2tcr").debug_assert();
    }

    #[test]
    fn a_mistyped_flag_gets_message_suggestion_usage_and_the_way_to_help() {
        let text = refused("sync --hepl");
        assert!(text.starts_with("error: unexpected argument '--hepl' found\n"), "{text}");
        assert!(text.contains("a similar argument exists: '--help'"), "{text}");
        assert!(text.contains("\n\nUsage: docker ccr2tcr sync "), "{text}");
        assert!(
            text.ends_with("\n\nRun 'docker ccr2tcr sync --help' for more information\n"),
            "{text}"
        );
        assert!(!text.contains("For more information, try"), "{text}");
    }

    #[test]
    fn a_mistyped_command_is_told_of_the_right_one() {
        let text = refused("snyc");
        assert!(text.contains("similar subcommand exists: 'sync'"), "{text}");
        assert!(text.ends_with("\n\nRun 'docker ccr2tcr --help' for more information\n"), "{text}");
    }

    #[test]
    fn help_and_version_are_answers() {
        assert!(answered("--version").contains(env!("CARGO_PKG_VERSION")));
        assert!(answered("").contains("Usage: docker ccr2tcr [OPTIONS] <COMMAND>"));
        for line in ["sync --help", "sync -h"] {
            let usage = "Usage: docker ccr2tcr sync [OPTIONS] [PATTERN]...";
            assert!(answered(line).contains(usage), "{line}");
        }
    }
}

//! What kubectl asks `kubectl_complete-tcr_switch`: what could the last word become?
//!
//! Where the names come from is in `known_names`.

use std::ffi::OsString;
use std::sync::Arc;

use ccr2tcr::kubernetes::ConnectionSettings;
use clap::{Arg, ArgMatches, Command, FromArgMatches as _};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::cli::behind_the_command;
use crate::known_names::KnownNames;
use ccr2tcr::prompt::completion;

/// The answer in kubectl's form. `words` stand behind the plugin's name.
pub(crate) fn candidates(command: Command, mut words: Vec<OsString>) -> String {
    let last = words.pop();
    let mut words = behind_the_command(&command, words);
    let names = Arc::new(KnownNames::new(connection(command.clone(), &words)));
    words.extend(last);
    completion::candidates(with_names(command, &names), words)
}

/// The cluster's flags among the words that stand there already, up to one that makes no sense.
fn connection(command: Command, words: &[OsString]) -> ConnectionSettings {
    let read = command.ignore_errors(true).try_get_matches_from(words);
    let Ok(mut matches) = read else { return ConnectionSettings::default() };
    while let Some((_, below)) = matches.remove_subcommand() {
        matches = below;
    }
    let has_flags = |matches: &ArgMatches| matches.try_contains_id("kubeconfig").is_ok();
    let flags = Some(matches).filter(has_flags);
    flags
        .and_then(|matches| ConnectionSettings::from_arg_matches(&matches).ok())
        .unwrap_or_default()
}

/// Flags that take a name get those that there are.
fn with_names(command: Command, names: &Arc<KnownNames>) -> Command {
    command
        .mut_args(|arg| match arg.get_id().as_str() {
            "context" | "contexts" => offering(arg, names, KnownNames::contexts),
            "cluster" => offering(arg, names, KnownNames::clusters),
            "user" => offering(arg, names, KnownNames::users),
            "namespace" | "exclude_namespace" => offering(arg, names, KnownNames::namespaces),
            "exclude_object" => offering(arg, names, KnownNames::kinds),
            "secret_name" => offering(arg, names, KnownNames::pull_secrets),
            "from_secret" => offering(arg, names, KnownNames::pull_secrets_anywhere),
            _ => arg,
        })
        .mut_subcommands(|below| with_names(below, names))
}

fn offering(arg: Arg, names: &Arc<KnownNames>, which: fn(&KnownNames) -> Vec<String>) -> Arg {
    let names = Arc::clone(names);
    arg.add(ArgValueCandidates::new(move || -> Vec<CompletionCandidate> {
        which(&names).into_iter().map(CompletionCandidate::new).collect()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        candidates(crate::cli::command("kubectl tcr-switch"), words)
    }

    #[test]
    fn commands_flags_and_values_are_completed() {
        assert_eq!(complete("sc"), "scan\tShow what names CCR, and change nothing\n:4\n");
        assert!(complete("secrets ").contains("\nprune\t"), "{}", complete("secrets "));
        assert!(complete("scan --all").starts_with("--all-namespaces\tAll namespaces\n"));
        assert!(complete("--pull-secret a").starts_with("add\t"));
        assert_eq!(complete("scan -o w"), "wide\tThe same with more columns\n:4\n");
        assert_eq!(
            complete("--dry-run=s"),
            "--dry-run=server\tSend every change as a server-side dry run\n:4\n"
        );
    }

    #[test]
    fn a_flag_in_front_of_the_command_changes_nothing() {
        assert!(complete("-v sc").starts_with("scan\t"), "{}", complete("-v sc"));
        assert!(complete("-A scan -o n").starts_with("name\t"));
    }

    #[test]
    fn names_are_those_of_the_kubeconfig_that_the_line_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "{contexts: [{name: prod}, {name: test}], users: [{name: jane}]}";
        std::fs::write(file.path(), text).unwrap();
        let flag = format!("--kubeconfig {}", file.path().display());
        for (line, expected) in [
            (format!("scan {flag} --context "), "prod\ntest\n:4\n"),
            (format!("{flag} scan --context p"), "prod\n:4\n"),
            (format!("verify {flag} --contexts t"), "test\n:4\n"),
            (format!("rollback {flag} --user j"), "jane\n:4\n"),
            (format!("{flag} --cluster "), ":4\n"),
            (format!("{flag} --namespace "), ":4\n"),
        ] {
            assert_eq!(complete(&line), expected, "{line}");
        }
    }

    #[test]
    fn nothing_to_suggest_is_only_the_directive() {
        assert_eq!(complete("scan --nonsense"), ":4\n");
    }
}

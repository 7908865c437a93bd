//! What a shell offers for the last word: the declaration's own values, and the contexts of the
//! kubeconfig that the line names. Nothing is asked of a server.

use std::ffi::OsString;

use ccr2tcr::kubernetes::{ConnectionSettings, KubeconfigNames};
use ccr2tcr::prompt::completion;
use clap::Command;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

/// The answer in docker's form. `words` stand behind the plugin's name.
pub(crate) fn candidates(command: Command, words: Vec<OsString>) -> String {
    let kubeconfig = value_of("--kubeconfig", &words).map(Into::into);
    let settings = ConnectionSettings { kubeconfig, ..ConnectionSettings::default() };
    completion::candidates(with_contexts(command, &settings), words)
}

fn value_of(flag: &str, words: &[OsString]) -> Option<String> {
    let mut rest = words.iter().filter_map(|word| word.to_str());
    while let Some(word) = rest.next() {
        if word == flag {
            return rest.next().map(str::to_owned);
        }
        if let Some(value) = word.strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

fn with_contexts(command: Command, settings: &ConnectionSettings) -> Command {
    command
        .mut_args(|arg| {
            if arg.get_id() != "kube_context" {
                return arg;
            }
            let settings = settings.clone();
            arg.add(ArgValueCandidates::new(move || -> Vec<CompletionCandidate> {
                // The user is in the middle of typing: whatever goes wrong, there are none.
                let names = KubeconfigNames::read(&settings).unwrap_or_default();
                names.contexts.into_iter().map(CompletionCandidate::new).collect()
            }))
        })
        .mut_subcommands(|below| with_contexts(below, settings))
}

#[cfg(test)]
mod tests {
    use ccr2tcr::prompt::usage::command;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn contexts_are_those_of_the_kubeconfig_that_the_line_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{contexts: [{name: prod}, {name: test}]}").unwrap();
        for flag in ["--kubeconfig ", "--kubeconfig="] {
            let flag = format!("{flag}{}", file.path().display());
            for (line, expected) in [
                (format!("sync --in-use {flag} --kube-context "), "prod\ntest\n:4\n"),
                (format!("usage {flag} --kube-context t"), "test\n:4\n"),
            ] {
                let words = line.split(' ').map(OsString::from).collect();
                assert_eq!(candidates(command::<Cli>("docker ccr2tcr"), words), expected, "{line}");
            }
        }
    }
}

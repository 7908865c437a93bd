//! Shell completion: the candidates for the last word, in the form that docker and kubectl expect
//! of a plugin.

use std::ffi::OsString;

use crate::terminal::clean;

// cobra's ShellCompDirectiveNoFileComp. Where a file belongs, the files are among the candidates.
const NO_FILES: &str = ":4\n";

/// `value<TAB>description` lines and the directive. `words` follow the plugin's name; the last one
/// is being typed, and may be empty.
#[must_use]
pub fn candidates(mut command: clap::Command, mut words: Vec<OsString>) -> String {
    if words.is_empty() {
        words.push(OsString::new());
    }
    let last = words.len() - 1;
    let here = std::env::current_dir().ok();
    // An error means that there is nothing to suggest. Nothing may be printed about it: stderr
    // would land in the middle of the line that is being typed.
    let candidates = clap_complete::engine::complete(&mut command, words, last, here.as_deref())
        .unwrap_or_default();
    let mut text = String::new();
    for candidate in candidates.iter().filter(|candidate| !candidate.is_hide_set()) {
        text.push_str(&clean(&candidate.get_value().to_string_lossy()));
        if let Some(help) = candidate.get_help() {
            let help = help.to_string();
            text.push('\t');
            text.push_str(&clean(help.lines().next().unwrap_or_default()));
        }
        text.push('\n');
    }
    text + NO_FILES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(words: &[&str]) -> String {
        let tool = clap::Command::new("tool").no_binary_name(true);
        let tool = tool.subcommand(clap::Command::new("cut").about("Make it shorter"));
        candidates(tool, words.iter().map(OsString::from).collect())
    }

    #[test]
    fn commands_come_with_their_descriptions() {
        assert_eq!(complete(&["c"]), "cut\tMake it shorter\n:4\n");
        assert!(complete(&[""]).contains("cut\t"));
        assert!(complete(&[]).contains("cut\t"));
    }

    #[test]
    fn flags_of_a_command_are_completed() {
        assert!(complete(&["cut", "--h"]).starts_with("--help\t"));
    }

    #[test]
    fn nothing_to_suggest_is_only_the_directive() {
        assert_eq!(complete(&["cut", "--nonsense"]), ":4\n");
    }
}

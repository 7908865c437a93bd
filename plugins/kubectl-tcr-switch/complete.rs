//! What kubectl asks `kubectl_complete-tcr_switch`: what could the last word become?

use std::ffi::OsString;

use crate::cli::behind_the_command;
use crate::prompt::completion;

/// The answer in kubectl's form. `words` stand behind the plugin's name.
pub(crate) fn candidates(command: clap::Command, mut words: Vec<OsString>) -> String {
    let last = words.pop();
    let mut words = behind_the_command(&command, words);
    words.extend(last);
    completion::candidates(command, words)
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
        assert_eq!(complete("scan -o w"), "wide\tLikewise, with more columns\n:4\n");
        assert_eq!(
            complete("--dry-run=s"),
            "--dry-run=server\tSend every change, to be judged and not kept\n:4\n"
        );
    }

    #[test]
    fn a_flag_in_front_of_the_command_changes_nothing() {
        assert!(complete("-v sc").starts_with("scan\t"), "{}", complete("-v sc"));
        assert!(complete("-A scan -o n").starts_with("name\t"));
    }

    #[test]
    fn nothing_to_suggest_is_only_the_directive() {
        assert_eq!(complete("scan --nonsense"), ":4\n");
    }
}

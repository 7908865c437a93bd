//! Flags that stand in front of a command: `kubectl tcr-switch -n shop scan`.
//!
//! Commands made with cobra, kubectl's own among them, take them there. clap would take them for
//! flags of the main command, so they are moved behind the command that they are meant for.

use std::ffi::OsString;

use clap::{Arg, Command};

/// The line with the command first. A line without a command, or with a flag that nobody knows,
/// stays as it is.
pub(crate) fn behind_the_command(command: &Command, args: Vec<OsString>) -> Vec<OsString> {
    let (mut path, mut flags) = (Vec::new(), Vec::new());
    let mut here = command;
    let mut rest = args.as_slice();
    while let Some((word, behind)) = rest.split_first() {
        let text = word.to_str().unwrap_or_default();
        if let Some(next) = here.find_subcommand(text) {
            path.push(word.clone());
            here = next;
            rest = behind;
        } else if let Some(used) = flag(command, text) {
            let used = used.min(rest.len());
            flags.extend_from_slice(&rest[..used]);
            rest = &rest[used..];
        } else {
            break;
        }
    }
    if path.is_empty() || flags.is_empty() {
        return args;
    }
    path.append(&mut flags);
    path.extend_from_slice(rest);
    path
}

/// How many words this flag of the main command takes, itself among them.
fn flag(command: &Command, word: &str) -> Option<usize> {
    if let Some(long) = word.strip_prefix("--") {
        let (name, attached) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(name))?;
        return Some(1 + usize::from(!attached && takes_the_next_word(arg)));
    }
    // `-Av`, `-nshop`, `-An shop`: letters up to the one that takes the rest for its value.
    let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
    for (place, letter) in letters.char_indices() {
        let arg = command.get_arguments().find(|arg| arg.get_short() == Some(letter))?;
        if arg.get_action().takes_values() {
            let attached = place + letter.len_utf8() < letters.len();
            return Some(1 + usize::from(!attached && takes_the_next_word(arg)));
        }
    }
    Some(1)
}

fn takes_the_next_word(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn ordered(line: &str) -> String {
        let args = line.split_whitespace().map(OsString::from).collect();
        let words = behind_the_command(&command("kubectl tcr-switch"), args);
        words.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn flags_in_front_of_a_command_go_behind_it() {
        for (line, expected) in [
            ("-n shop scan", "scan -n shop"),
            ("-n scan scan -o json", "scan -n scan -o json"),
            ("-nshop scan", "scan -nshop"),
            ("-An shop scan", "scan -An shop"),
            ("--context=a -v scan -A", "scan --context=a -v -A"),
            ("--dry-run apply -A", "apply --dry-run -A"),
            ("-A secrets --context a list -o json", "secrets list -A --context a -o json"),
            ("--map a=b --wait apply", "apply --map a=b --wait"),
        ] {
            assert_eq!(ordered(line), expected, "{line}");
        }
    }

    #[test]
    fn any_other_line_stays_as_it_is() {
        for line in [
            "",
            "-A",
            "scan -A",
            "-n scan",
            "--nonsense scan",
            "-x scan",
            "-A sacn",
            "-A -- scan",
            "--help scan",
            "rollback scan -n shop",
            "-n",
        ] {
            assert_eq!(ordered(line), line);
        }
    }
}

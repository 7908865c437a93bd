//! A page of Markdown with all commands of a plugin: what each is for, its flags with their values,
//! defaults and variables, its examples and exit codes.
//!
//! Not by clap-markdown: it repeats in each command the forty flags that all of them have, and
//! leaves out headings and variables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};

/// Flags below one heading that so many commands have, word for word, stand once.
const SHARED_BY: usize = 3;

struct Entry {
    /// `docker ccr2tcr sync`
    path: String,
    about: String,
    long_about: String,
    usage: String,
    groups: Vec<Group>,
    after: Option<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    heading: String,
    rows: String,
}

/// The whole page.
pub(super) fn page(mut command: Command) -> String {
    command.build();
    let root = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let mut entries = Vec::new();
    collect(&command, &root, true, &mut entries);
    let shared = shared(&entries);

    let mut text = format!(
        "# Reference: {root}\n\n<!-- Made from the program itself by scripts/reference. -->\n\n\
         | Command | |\n|---|---|\n"
    );
    for entry in &entries {
        let _ =
            writeln!(text, "| [`{}`](#{}) | {} |", entry.path, anchor(&entry.path), entry.about);
    }
    text.push_str(
        "\nEvery command takes `-h` and `--help`, and `-v`, `-vv` to say more on stderr.\n",
    );
    for entry in &entries {
        write_entry(&mut text, entry, &shared);
    }
    text.push_str("\n## Flags of many commands\n");
    for group in &shared {
        let _ = write!(text, "\n### {}\n\n{}", group.heading, table(group));
    }
    text
}

fn collect(command: &Command, path: &str, is_root: bool, entries: &mut Vec<Entry>) {
    entries.push(entry(command, path, is_root));
    let mut below: Vec<&Command> =
        command.get_subcommands().filter(|command| !command.is_hide_set()).collect();
    below.sort_by_key(|command| command.get_name());
    for command in below {
        collect(command, &format!("{path} {}", command.get_name()), false, entries);
    }
}

fn entry(command: &Command, path: &str, is_root: bool) -> Entry {
    let mut rows: BTreeMap<(usize, String), Vec<(String, String)>> = BTreeMap::new();
    for arg in
        command.get_arguments().filter(|arg| is_shown(arg) && (is_root || !arg.is_global_set()))
    {
        // Arguments, the command's own flags, then the headings.
        let group = match arg.get_help_heading() {
            _ if arg.is_positional() => (0, "Arguments".to_owned()),
            None => (1, "Options".to_owned()),
            Some(heading) => (2, heading.to_owned()),
        };
        rows.entry(group).or_default().push((sorted_by(arg), row(arg)));
    }
    let groups = rows.into_iter().map(|((order, heading), mut rows)| {
        if order > 0 {
            rows.sort();
        }
        Group { heading, rows: rows.into_iter().map(|(_, row)| row).collect() }
    });
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let long_about = command.get_long_about().map(ToString::to_string);
    let after = command.get_after_long_help().or(command.get_after_help());
    let usage = command.clone().render_usage().to_string();
    Entry {
        path: path.to_owned(),
        long_about: escaped(&long_about.unwrap_or_else(|| about.clone())),
        about: escaped(&about),
        // A second line stands below the first one's command.
        usage: usage.trim_start_matches("Usage: ").trim_end().replace("\n       ", "\n"),
        groups: groups.collect(),
        after: after.map(ToString::to_string),
    }
}

fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version")
}

fn sorted_by(arg: &Arg) -> String {
    arg.get_long().unwrap_or(arg.get_id().as_str()).to_owned()
}

fn row(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("`-{short}`, ")).unwrap_or_default();
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut cell = vec![escaped(help.trim()).replace("\n\n", "<br>").replace('\n', " ")];
    if arg.get_action().takes_values() && !arg.is_hide_possible_values_set() {
        cell.extend(arg.get_possible_values().iter().filter(|value| !value.is_hide_set()).map(
            |value| match value.get_help() {
                Some(help) => format!("`{}`: {}", value.get_name(), escaped(&help.to_string())),
                None => format!("`{}`", value.get_name()),
            },
        ));
    }
    if arg.get_action().takes_values() && !arg.is_hide_default_value_set() {
        let defaults: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        if !defaults.is_empty() {
            cell.push(format!("Default: {}", defaults.join(", ")));
        }
    }
    cell.extend(arg.get_env().map(|name| format!("Variable: `{}`", name.to_string_lossy())));
    // clap shows with dots that a flag may be given several times.
    let shown = arg.to_string();
    let flag = match arg.get_action() {
        ArgAction::Count => shown.trim_end_matches("..."),
        _ => &shown,
    };
    let flag = flag.replace('|', "\\|");
    format!("| {short}`{flag}` | {} |\n", cell.join("<br>"))
}

/// What stands once at the end: of each heading the rows that most commands have.
fn shared(entries: &[Entry]) -> Vec<Group> {
    let mut counts: BTreeMap<&Group, usize> = BTreeMap::new();
    let groups = entries.iter().flat_map(|entry| &entry.groups);
    for group in groups.filter(|group| !matches!(group.heading.as_str(), "Arguments" | "Options")) {
        *counts.entry(group).or_default() += 1;
    }
    let mut most: BTreeMap<&str, (usize, &Group)> = BTreeMap::new();
    for (group, count) in counts {
        let kept = most.entry(&group.heading).or_insert((count, group));
        if count > kept.0 {
            *kept = (count, group);
        }
    }
    let often = most.into_values().filter(|(count, _)| *count >= SHARED_BY);
    often.map(|(_, group)| group.clone()).collect()
}

fn write_entry(text: &mut String, entry: &Entry, shared: &[Group]) {
    let Entry { path, long_about, usage, groups, after, .. } = entry;
    let _ = write!(text, "\n## {path}\n\n{long_about}\n\n```text\n{usage}\n```\n");
    let (elsewhere, own): (Vec<&Group>, Vec<&Group>) =
        groups.iter().partition(|group| shared.contains(group));
    for group in own {
        let _ = write!(text, "\n**{}**\n\n{}", group.heading, table(group));
    }
    if !elsewhere.is_empty() {
        let links: Vec<String> = elsewhere
            .iter()
            .map(|group| format!("[{}](#{})", group.heading, anchor(&group.heading)))
            .collect();
        let _ = writeln!(text, "\nAnd the flags of {}.", links.join(", "));
    }
    if let Some(after) = after {
        let _ = write!(text, "\n```text\n{}\n```\n", after.trim_end());
    }
}

fn table(group: &Group) -> String {
    format!("| | |\n|---|---|\n{}", group.rows)
}

/// How GitHub names a heading.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// Text for a cell: what Markdown would take for itself is marked, but for what stands in backticks.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for (i, part) in text.split('`').enumerate() {
        let is_code = i % 2 == 1;
        if i > 0 {
            escaped.push('`');
        }
        for c in part.chars() {
            if c == '|' || (!is_code && matches!(c, '<' | '>' | '*' | '_')) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_flag_takes_stands_beside_it() {
        let depth = Arg::new("depth")
            .short('d')
            .long("depth")
            .value_name("N|M")
            .env("CUT_DEPTH")
            .value_parser(["1", "2"])
            .default_value("2")
            .help("How *deep*, as in `a_b|c`");
        let secret = Arg::new("secret").long("secret").hide(true);
        let command = Command::new("tool").bin_name("docker tool").about("A <tool>");
        let cut =
            Command::new("cut").about("Cut").arg(depth).arg(secret).after_help("Exit codes: 0");
        let page = page(command.subcommand(cut).disable_help_subcommand(true));
        assert!(page.starts_with("# Reference: docker tool\n"), "{page}");
        assert!(page.contains(r"A \<tool\>"), "{page}");
        assert!(page.contains("[`docker tool cut`](#docker-tool-cut) | Cut |"), "{page}");
        let row = r"| `-d`, `--depth <N\|M>` | How \*deep\*, as in `a_b\|c`<br>`1`<br>`2`<br>Default: `2`<br>Variable: `CUT_DEPTH` |";
        assert!(page.contains(row), "{page}");
        assert!(!page.contains("secret"), "{page}");
        assert!(page.contains("```text\nExit codes: 0\n```"), "{page}");
    }

    #[test]
    fn flags_of_many_commands_stand_once() {
        let flag = || Arg::new("host").long("host").help_heading("Net").help("Which host");
        let below = ["a", "b", "c"].map(|name| Command::new(name).arg(flag()));
        let page = page(Command::new("tool").subcommands(below).disable_help_subcommand(true));
        assert_eq!(page.matches("Which host").count(), 1, "{page}");
        assert_eq!(page.matches("And the flags of [Net](#net).").count(), 3, "{page}");
    }
}

//! The help in the language of the locale: clap's own, with a table's words in the place of the
//! English ones, and with lines that are broken where Chinese may be.
//!
//! It is a copy of the command that is rendered and dropped. What parses a command line, completes it
//! or makes the reference of it stays English.

use std::ffi::OsString;

use clap::builder::{PossibleValue, Resettable, StyledStr};
use clap::{Arg, Command};
use unicode_width::UnicodeWidthStr as _;

use crate::language::{Lang, Table, chinese};
use crate::terminal::wrapped_lines;

/// What clap itself writes above the lists of a help, before a colon.
pub const HEADINGS: [&str; 3] = ["Commands", "Arguments", "Options"];

/// What clap itself writes beside a flag, before a colon and in brackets.
pub const NOTES: [&str; 4] = ["default", "env", "possible values", "Possible values"];

const USAGE: &str = "Usage:";

/// Of clap's flag for help, if there is a longer one than `-h` shows.
const HAS_LONG: &str = "Print help (see more with '--help')";

/// Keeps clap from breaking a line: it would take a character for one column.
const NO_BREAK: &str = "\u{a0}";

/// As clap has it, where neither the terminal nor `COLUMNS` says it.
const USUAL_WIDTH: usize = 100;

/// Beside something that is longer, what is said of it goes on in the next line.
const LEAST_COLUMN: usize = 20;

/// The help of a plugin in one language.
pub struct Help {
    table: Option<Table>,
    width: usize,
}

impl Help {
    /// `plugin` names the table.
    #[must_use]
    pub fn new(lang: Lang, plugin: &str) -> Self {
        let table = (lang == Lang::Zh).then(|| chinese(plugin));
        let terminal = terminal_size::terminal_size().map(|(width, _)| width.0.into());
        let told = || std::env::var("COLUMNS").ok()?.parse().ok();
        Self { table, width: terminal.or_else(told).unwrap_or(USUAL_WIDTH) }
    }

    /// The help that these words ask for; `english` is what clap has made of it.
    #[must_use]
    pub fn asked(&self, english: String, command: &Command, args: &[OsString]) -> String {
        let Some(table) = &self.table else { return english };
        match self.translated(command, table).try_get_matches_from(args) {
            Err(error) => laid_out(&error.render().to_string(), table, self.width),
            Ok(_) => english,
        }
    }

    /// The short help of the whole command.
    #[must_use]
    pub fn short(&self, command: &Command) -> String {
        match &self.table {
            Some(table) => {
                let help = self.translated(command, table).render_help().to_string();
                laid_out(&help, table, self.width)
            }
            None => command.clone().render_help().to_string(),
        }
    }

    fn translated(&self, command: &Command, table: &Table) -> Command {
        let mut command = command.clone().term_width(self.width);
        // Then clap's own flags are there.
        command.build();
        translated(command, table)
    }
}

/// What a help says in English, and what of it is in the table.
pub fn texts(command: &Command) -> Vec<String> {
    let mut command = command.clone();
    command.build();
    let mut texts: Vec<String> = HEADINGS.iter().chain(&NOTES).map(ToString::to_string).collect();
    texts.push(USAGE.trim_end_matches(':').to_owned());
    collect(&command, &mut texts);
    texts
}

fn collect(command: &Command, texts: &mut Vec<String>) {
    let mut add = |text: Option<&StyledStr>| texts.extend(text.map(ToString::to_string));
    add(command.get_about());
    add(command.get_long_about());
    add(command.get_after_help());
    add(command.get_after_long_help());
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        add(arg.get_help());
        add(arg.get_long_help());
        for value in arg.get_possible_values() {
            add(value.get_help());
        }
    }
    let headings = command.get_arguments().filter_map(Arg::get_help_heading);
    texts.extend(headings.map(str::to_owned));
    command.get_subcommands().for_each(|command| collect(command, texts));
}

fn translated(command: Command, table: &Table) -> Command {
    let text =
        |text: Option<&StyledStr>| Resettable::from(text.map(|text| unbroken(&said(text, table))));
    let about = text(command.get_about());
    let long_about = text(command.get_long_about());
    let after = text(command.get_after_help());
    let after_long = text(command.get_after_long_help());
    let is_help = |arg: &Arg| arg.get_help().is_some_and(|help| help.to_string() == HAS_LONG);
    let has_long = command.get_arguments().any(is_help);
    command
        .about(about)
        .long_about(long_about)
        .after_help(after)
        .after_long_help(after_long)
        .mut_args(|arg| translated_arg(&arg, has_long, table))
        .mut_subcommands(|command| translated(command, table))
}

fn translated_arg(arg: &Arg, has_long: bool, table: &Table) -> Arg {
    let (short, long) = (arg.get_help(), arg.get_long_help());
    let in_chinese = |one: Option<&StyledStr>, other: Option<&StyledStr>| {
        one.or(other).map(|text| said(text, table)).unwrap_or_default()
    };
    let (notes, list) = (notes(arg, table), list_of_values(arg, table));
    let values = bracketed("possible values", &names_of_values(arg), table);
    let short_parts = [vec![in_chinese(short, long)], notes.clone(), values.clone()].concat();
    let help = unbroken(&short_parts.join(" "));
    let arg = arg.clone().hide_default_value(true).hide_possible_values(true).hide_env(true);
    if !has_long {
        return arg.help(help);
    }
    let notes = [notes, if list.is_none() { values } else { Vec::new() }].concat().join("\n");
    let long_parts = [Some(in_chinese(long, short)), list, Some(notes)].into_iter().flatten();
    let long_parts: Vec<String> = long_parts.filter(|part| !part.is_empty()).collect();
    arg.help(help).long_help(unbroken(&long_parts.join("\n\n")))
}

/// `[env: …]`, `[default: …]`, as clap has them.
fn notes(arg: &Arg, table: &Table) -> Vec<String> {
    let env = arg.get_env().filter(|_| !arg.is_hide_env_set()).map(|name| {
        let name = name.to_string_lossy();
        match std::env::var(&*name) {
            // Not what is secret.
            Ok(value) if !arg.is_hide_env_values_set() => format!("{name}={value}"),
            _ => name.into_owned(),
        }
    });
    let takes_values = arg.get_action().takes_values() && !arg.is_hide_default_value_set();
    let defaults = arg.get_default_values().iter().filter(|_| takes_values);
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    let env = bracketed("env", &env.unwrap_or_default(), table);
    [env, bracketed("default", &defaults.join(" "), table)].concat()
}

fn names_of_values(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let shown = values.iter().filter(|value| !value.is_hide_set());
    let names: Vec<&str> = shown.map(PossibleValue::get_name).collect();
    if arg.is_hide_possible_values_set() { String::new() } else { names.join(", ") }
}

/// What each value means, below the text of a flag; `None` if no value says it.
fn list_of_values(arg: &Arg, table: &Table) -> Option<String> {
    let values = arg.get_possible_values();
    let shown = || values.iter().filter(|value| !value.is_hide_set());
    if arg.is_hide_possible_values_set() || shown().all(|value| value.get_help().is_none()) {
        return None;
    }
    let longest = shown().map(|value| value.get_name().len()).max().unwrap_or(0) + 1;
    let lines = shown().map(|value| match value.get_help() {
        Some(help) => {
            format!("- {:longest$} {}", format!("{}:", value.get_name()), said(help, table))
        }
        None => format!("- {}", value.get_name()),
    });
    let title = format!("{}：", word("Possible values", table));
    Some([title].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}

fn bracketed(note: &str, value: &str, table: &Table) -> Vec<String> {
    let note = || format!("[{}: {value}]", word(note, table));
    if value.is_empty() { Vec::new() } else { vec![note()] }
}

fn said(english: &StyledStr, table: &Table) -> String {
    word(&english.to_string(), table)
}

fn word(english: &str, table: &Table) -> String {
    table.get(english).unwrap_or(english).to_owned()
}

fn unbroken(text: &str) -> StyledStr {
    text.replace(' ', NO_BREAK).into()
}

/// What clap has rendered, with its headings translated and its lines broken.
fn laid_out(help: &str, table: &Table, width: usize) -> String {
    let mut text = String::new();
    for line in help.replace(NO_BREAK, " ").lines().map(str::trim_end) {
        let heading = line.strip_suffix(':').and_then(|heading| table.get(heading));
        let line = match (heading, line.strip_prefix(USAGE)) {
            (Some(heading), _) => format!("{heading}："),
            // As wide as the English one, for a second line stands below the first.
            (_, Some(usage)) => format!("{}：{usage}", word("Usage", table)),
            _ => broken(line, width),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// A line whose text goes on below itself, not below the flag or command in front of it.
fn broken(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let (head, text) = line.split_at(beginning_of_text(line));
    let room = width.saturating_sub(head.width());
    let (head, indent) = match room < LEAST_COLUMN {
        true => (format!("{}\n", head.trim_end()), indent_of(line) + 4),
        false => (head.to_owned(), head.width()),
    };
    let lines = wrapped_lines(text, width.saturating_sub(indent));
    let indent = " ".repeat(indent);
    let first = if head.ends_with('\n') { indent.as_str() } else { "" };
    format!("{head}{first}{}", lines.join(&format!("\n{indent}")))
}

/// Behind two spaces after the first word, or behind a dash.
fn beginning_of_text(line: &str) -> usize {
    let indent = indent_of(line);
    let behind = &line[indent..];
    if behind.starts_with("- ") {
        return indent + 2;
    }
    match behind.find("  ") {
        Some(gap) => line.len() - behind[gap..].trim_start().len(),
        None => indent,
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_below_itself() {
        for (width, line, wanted) in [
            (
                40,
                "  -o, --output  标准输出的格式，供程序使用",
                "  -o, --output  标准输出的格式，供程序使\n                用",
            ),
            (30, "  - text: 供人阅读的文本，默认为此", "  - text: 供人阅读的文本，默认\n    为此"),
            (
                30,
                "  供人阅读的文本，默认使用这一种格式",
                "  供人阅读的文本，默认使用这一\n  种格式",
            ),
            (30, "  docker x --long  做些什么事情", "  docker x --long\n      做些什么事情"),
            (80, "  docker x --long  做些什么事情", "  docker x --long  做些什么事情"),
        ] {
            assert_eq!(broken(line, width), wanted);
        }
    }

    #[test]
    fn a_command_is_shown_in_chinese_and_stays_english() {
        let table = Table::read(
            "msgid \"Cut\"\nmsgstr \"切\"\nmsgid \"How deep\"\nmsgstr \"深度\"\nmsgid \"env\"\nmsgstr \"环境变量\"\n\
             msgid \"Options\"\nmsgstr \"选项\"\nmsgid \"Usage\"\nmsgstr \"用法\"\nmsgid \"default\"\nmsgstr \"默认值\"\n",
        );
        let depth = Arg::new("depth").long("depth").env("CUT_DEPTH").default_value("2");
        let depth = depth.hide_env_values(true).help("How deep");
        let tool = Command::new("tool").no_binary_name(true).about("Cut").arg(depth);
        let help = Help { table: Some(table), width: 80 };
        let chinese = help.short(&tool);
        assert!(chinese.starts_with("切\n\n用法： tool [OPTIONS]\n\n选项：\n"), "{chinese}");
        assert!(chinese.contains("  深度 [环境变量: CUT_DEPTH] [默认值: 2]\n"), "{chinese}");
        assert_eq!(tool.get_about().unwrap().to_string(), "Cut");
    }
}

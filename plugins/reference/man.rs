//! Man pages: sections of `clap_mangen`, but for two of its own. Its synopsis lists all flags, forty of
//! them, and it fills lines of examples into paragraphs.

use std::fmt::Write as _;
use std::io;

use clap::Command;
use clap_mangen::Man;

/// A page for the command and each below it, by file name.
pub(super) fn pages(mut command: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let source = concat!("ccr2tcr ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    page.extend(synopsis(command).into_bytes());
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut below: Vec<&Command> =
        command.get_subcommands().filter(|command| !command.is_hide_set()).collect();
    if !below.is_empty() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = command.get_after_long_help().or(command.get_after_help());
    page.extend(after.map(|after| after_help(&after.to_string())).unwrap_or_default().into_bytes());
    pages.push((man.get_filename(), page));
    below.sort_by_key(|command| command.get_name());
    below.into_iter().try_for_each(|command| collect(command, pages))
}

fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("\n       ", "\n");
    format!(".SH SYNOPSIS\n{}", as_it_is(&usage))
}

/// What stands below a help, by the headings that man pages have for it.
fn after_help(text: &str) -> String {
    let mut page = String::new();
    for part in text.trim().split("\n\n") {
        match (part.strip_prefix("Examples:\n"), part.strip_prefix("Exit codes: ")) {
            (Some(examples), _) => {
                let _ = write!(page, ".SH EXAMPLES\n{}", as_it_is(examples));
            }
            (_, Some(codes)) => {
                let _ = writeln!(page, ".SH EXIT STATUS\n{}", escaped(codes));
            }
            _ => {
                let _ = write!(page, ".PP\n{}", as_it_is(part));
            }
        }
    }
    page
}

/// Lines that stay lines.
fn as_it_is(text: &str) -> String {
    format!(".nf\n{}\n.fi\n", escaped(text.trim_end()))
}

/// Text that roff takes for text: no requests, no escapes, hyphens and quotes that can be copied.
fn escaped(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.replace('\\', r"\(rs").replace('-', r"\-").replace('\'', r"\(aq");
        if line.starts_with('.') { format!(r"\&{line}") } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_stay_lines_and_exit_codes_have_their_heading() {
        let after = "Examples:\n  docker tool cut '.a'   some\n\nExit codes: 0 all is\nwell";
        let cut = Command::new("cut").about("Cut").after_help(after);
        let command = Command::new("docker-tool").bin_name("docker tool").subcommand(cut);
        let pages = pages(command.disable_help_subcommand(true)).unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["docker-tool.1", "docker-tool-cut.1"]);
        let cut = String::from_utf8(pages[1].1.clone()).unwrap();
        assert!(cut.contains(".SH SYNOPSIS\n.nf\ndocker tool cut\n.fi\n"), "{cut}");
        let examples = ".SH EXAMPLES\n.nf\n  docker tool cut \\(aq.a\\(aq   some\n.fi\n";
        assert!(cut.contains(examples), "{cut}");
        assert!(cut.contains(".SH EXIT STATUS\n0 all is\nwell\n"), "{cut}");
    }
}

//! The commands of README and docs, which their plugin has to take.

#[allow(dead_code, reason = "tests/docs needs all of it")]
#[path = "../../tests/docs/commands.rs"]
mod commands;
#[allow(dead_code, reason = "tests/docs needs all of it")]
#[path = "../../tests/docs/page.rs"]
mod page;

use std::path::Path;

use clap::error::{Error, ErrorKind};

use commands::{Found, calls, words};

/// What a word in capitals stands for, where not every text will do.
const PLACEHOLDERS: &[(&str, &str)] = &[("STEP", "sync"), ("VPC", "vpc-1a2b3c4d"), ("N", "3")];

/// What `…` stands for behind a plugin's name: both have it.
const ANY_COMMAND: &str = "verify";

/// Fails with each call of the plugin in a page that `parse` refuses: what stands behind the name.
pub(crate) fn are_taken(names: &[&str], parse: impl Fn(&[String]) -> Result<(), Error>) {
    let pages = page::read_all(Path::new(env!("CARGO_MANIFEST_DIR")));
    let all: Vec<Found> = pages.iter().flat_map(|page| calls(page, names)).collect();
    assert!(all.len() > 50, "{} commands", all.len());
    let refused: Vec<String> =
        all.iter().filter_map(|found| refused(found, names, &parse)).collect();
    assert!(
        refused.is_empty(),
        "{} of {} commands:\n{}",
        refused.len(),
        all.len(),
        refused.join("\n")
    );
}

fn refused(
    found: &Found,
    names: &[&str],
    parse: impl Fn(&[String]) -> Result<(), Error>,
) -> Option<String> {
    // A line of usage.
    if found.line.contains("[OPTIONS]") || found.line.contains('<') {
        return None;
    }
    let name = names.iter().find(|name| found.line.starts_with(**name))?;
    let words = filled(&found.line[name.len()..]);
    if words.is_empty() {
        // That prints help.
        return None;
    }
    let error = parse(&words).err()?;
    // A sentence may name a command without all that it needs.
    let is_a_part = error.kind() == ErrorKind::MissingSubcommand
        || error.kind() == ErrorKind::MissingRequiredArgument
        || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        || error.to_string().contains("a value is required");
    let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if shown || is_a_part && !found.whole {
        return None;
    }
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    Some(format!("{}:{}: {}: {message}", found.page, found.at, found.line))
}

/// The words, with something in the place of what a page leaves to its reader.
fn filled(line: &str) -> Vec<String> {
    let mut words = words(line);
    if let Some(word) = words.first_mut().filter(|word| *word == "…") {
        ANY_COMMAND.clone_into(word);
    }
    let words = words.into_iter().filter(|word| word != "…");
    let filled = words.map(|word| match PLACEHOLDERS.iter().find(|(name, _)| *name == word) {
        Some((_, value)) => (*value).to_owned(),
        None => word.trim_matches(['[', ']']).to_owned(),
    });
    filled.collect()
}

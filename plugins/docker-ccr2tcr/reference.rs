//! The reference of this plugin, its man pages and completions. What makes them is in
//! plugins/reference.

#[path = "../reference/mod.rs"]
mod made;

use ccr2tcr::prompt::usage;
use clap::{Command, FromArgMatches as _};

use crate::cli::Cli;

const PROGRAM: &str = "docker-ccr2tcr";

fn command() -> Command {
    usage::command::<Cli>("docker ccr2tcr")
}

#[test]
fn the_reference_says_what_the_command_line_takes() {
    made::reference(PROGRAM, command());
}

#[test]
fn man_pages_are_made_of_every_command() {
    made::man_pages(PROGRAM, &command());
}

#[test]
fn completions_are_made_for_four_shells() {
    made::completions(PROGRAM, &command());
}

#[test]
fn commands_of_the_pages_are_taken() {
    made::pages::are_taken(&["docker ccr2tcr", PROGRAM], |words| {
        // Old flags become today's before clap sees them: crate::legacy.
        if words.iter().any(|word| word.contains("image-transfer")) {
            return Ok(());
        }
        Cli::from_arg_matches(&command().try_get_matches_from(words)?).map(drop)
    });
}

//! The reference of this plugin, its man pages and completions. What makes them is in
//! plugins/reference.

#[path = "../reference/mod.rs"]
mod made;

use std::ffi::OsString;

use clap::{Command, FromArgMatches as _};

use crate::cli::{Cli, behind_the_command};

const PROGRAM: &str = "kubectl-tcr_switch";

fn command() -> Command {
    crate::cli::command("kubectl tcr-switch")
}

#[test]
fn the_reference_says_what_the_command_line_takes() {
    made::reference("kubectl-tcr-switch", command());
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
    made::pages::are_taken(&["kubectl tcr-switch", PROGRAM], |words| {
        let words = behind_the_command(&command(), words.iter().map(OsString::from).collect());
        Cli::from_arg_matches(&command().try_get_matches_from(words)?).map(drop)
    });
}

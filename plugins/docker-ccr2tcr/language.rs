//! The Chinese of this plugin's help. What looks at it is in plugins/language.

#[path = "../language/mod.rs"]
mod complete;

use ccr2tcr::prompt::usage;

use crate::cli::Cli;

#[test]
fn the_help_is_all_there_in_chinese() {
    complete::check(crate::PLUGIN, &usage::command::<Cli>("docker ccr2tcr"));
}

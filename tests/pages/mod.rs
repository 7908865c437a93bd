//! What the pages show below a command is what the command prints: pasted from the page into a shell
//! that has docker's plugin, one after the other, against the sandbox.
//!
//! That the Chinese pages have the same commands and output is tested in tests/docs.

#[allow(dead_code, reason = "tests/docs needs all of it")]
#[path = "../docs/commands.rs"]
mod commands;
#[allow(dead_code, reason = "tests/docs needs all of it")]
#[path = "../docs/page.rs"]
mod page;

mod compare;
mod moving;
mod paste;
mod picture;
mod small_accounts;
mod trees;

use commands::{Session, sessions};
pub(crate) use compare::Compared;
use paste::Shell;

/// The commands of a page, with what is shown below them.
pub(crate) fn shown_in(name: &str) -> Vec<Session> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = page::read_all(root).into_iter().find(|page| page.name == name);
    sessions(&page.unwrap_or_else(|| panic!("there is no {name}")))
}

//! The command `rewrite`, which both plugins have: its flags, what it does, and what it prints.

mod args;
mod command;
mod emit;
mod groups;
mod proofs;
mod view;
mod words;

pub use args::RewriteArgs;
pub use command::{InUse, RewriteEnd, references, run};

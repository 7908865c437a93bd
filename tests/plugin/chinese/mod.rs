//! What a locale changes, and what it doesn't: help and explanations are in Chinese; what programs
//! read, and the line of an error, are not.

mod errors;
mod help;
mod same;

use std::process::Command;

use crate::support::{Run, run};

const CHINESE: &str = "zh_CN.UTF-8";

/// Runs it where Chinese is spoken.
fn in_chinese(command: &mut Command) -> Run {
    run(command.env("LANG", CHINESE))
}

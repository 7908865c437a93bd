//! When and on what a table was made.

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;

use super::tools::Tool;

/// A line on the machine, and one on the tools.
pub(crate) fn text(tools: &[(Tool, Option<String>)], folder: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let build = if cfg!(debug_assertions) {
        " **Ours was built without optimisation: its figures mean nothing.**"
    } else {
        ""
    };
    let tools: Vec<String> = tools
        .iter()
        .map(|(tool, version)| match version {
            Some(version) => format!("{} {version}", tool.text()),
            None => format!("{}: not found, not measured", tool.text()),
        })
        .collect();
    format!(
        "{}, {cores} cores ({}), Linux {}, files on {}; docker-registry {}; {}.{build}",
        Timestamp::now().strftime("%Y-%m-%d %H:%M UTC"),
        processor(),
        first_line("uname", &["-r"]),
        first_line("stat", &["-f", "-c", "%T", &folder.to_string_lossy()]),
        first_line("docker-registry", &["--version"]).rsplit(' ').next().unwrap_or_default(),
        tools.join(", "),
    )
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    line.trim_start_matches([' ', '\t', ':']).to_owned()
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next().unwrap_or("unknown").to_owned()
}

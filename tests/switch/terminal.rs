//! A terminal to be asked at: `script` of util-linux, which every Debian has.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use super::fixtures::World;
use crate::support::tool;

/// `kubectl tcr-switch` at a terminal where this is typed, still to be run.
pub(super) fn on_a_terminal(world: &World, arguments: &[&str], typed: &str) -> Command {
    let mut command = terminal(world, arguments);
    let file = world.cluster.file("typed", typed);
    command.stdin(Stdio::from(std::fs::File::open(file).unwrap()));
    command
}

/// The same, run up to its first question; what is typed then goes to its standard input.
pub(super) fn asked_on_a_terminal(world: &World, arguments: &[&str]) -> (Child, String) {
    let mut command = terminal(world, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"[y/N]") {
        let length = child.stdout.as_mut().unwrap().read(&mut byte).unwrap();
        assert!(length > 0, "it asked nothing: {}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
    (child, String::from_utf8_lossy(&said).into_owned())
}

fn terminal(world: &World, arguments: &[&str]) -> Command {
    let inner = world.switch_command(arguments);
    let words: Vec<String> = std::iter::once(inner.get_program())
        .chain(inner.get_args())
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    let mut command = tool("script");
    command.args(["-qec", &words.join(" "), "/dev/null"]).env("TERM", "dumb");
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(world.cluster.folder());
    command
}

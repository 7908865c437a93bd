//! The README's picture of a terminal, and what the demo prints.

use std::path::Path;

use super::Compared;
use crate::support::{Sandbox, run};

const PICTURE: &str = include_str!("../../docs/images/terminal.svg");

#[test]
fn the_picture_shows_what_the_demo_prints() {
    let sandbox = Sandbox::demo();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let programs = Path::new(crate::support::plugin()).parent().unwrap();
    let script = format!("exec 2>&1; exec '{}/scripts/demo' --inside", root.display());
    let mut demo = sandbox.command("sh");
    let printed =
        run(demo.env("DEMO_PROGRAMS", programs).args(["-c", &script])).ends_with(0).stdout;
    let names =
        [(sandbox.ccr(), "ccr.ccs.tencentyun.com"), (sandbox.tcr(), "demo.tencentcloudcr.com")];

    let mut printed = sessions(&printed).into_iter();
    let shown = sessions(&text(PICTURE));
    assert_eq!(shown.len(), 4, "{shown:?}");
    for (command, lines) in shown {
        let Some((_, below)) = printed.find(|(printed, _)| *printed == command) else {
            panic!("the demo doesn't run {command}, or earlier");
        };
        let below: Vec<_> = below.iter().take_while(|line| !line.is_empty()).cloned().collect();
        let at =
            format!("docs/images/terminal.svg: {command} (scripts/terminal-picture draws it anew)");
        Compared::new(&below.join("\n"), &names).shows(&at, &lines);
    }
}

#[test]
fn the_picture_is_small_and_asks_for_nothing() {
    assert!(PICTURE.len() < 30_000);
    for never in ["<script", "<image", "<foreignObject", "@import", "url(", "href"] {
        assert!(!PICTURE.contains(never), "{never}");
    }
    let addresses = PICTURE.matches("://").count();
    assert_eq!(addresses, 1, "that of its own namespace");
    assert!(PICTURE.contains("<title") && PICTURE.contains("<desc"));
}

/// The rows of the picture, with those that a narrow terminal continues joined.
fn text(svg: &str) -> String {
    let mut rows: Vec<String> = Vec::new();
    for row in svg.lines().filter(|line| line.starts_with("<text")) {
        let mut plain = String::new();
        for piece in row.split('<') {
            plain.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let is_continued = plain.starts_with("  ")
            && rows
                .last()
                .is_some_and(|row| row.starts_with("warning:") || row.starts_with("hint:"));
        match rows.last_mut() {
            Some(row) if is_continued => *row = format!("{row} {}", plain.trim()),
            _ => rows.push(plain),
        }
    }
    rows.join("\n")
}

/// Each command with the lines below it; without the file that the demo has a report written to.
fn sessions(text: &str) -> Vec<(String, Vec<String>)> {
    let mut sessions: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.split(" --report").next().unwrap_or_default();
            // The demo calls the plugin by its own name where there is no docker.
            let words = command.split_whitespace().skip_while(|word| word.contains("docker"));
            let words: Vec<_> = words.filter(|word| *word != "ccr2tcr").collect();
            sessions.push((words.join(" "), Vec::new()));
        } else if let Some((_, lines)) = sessions.last_mut() {
            lines.push(line.to_owned());
        }
    }
    sessions
}

//! The matrix as it is printed.

use std::fmt::Write as _;
use std::time::Duration;

use super::check::Verdict;

/// One line: all schedules of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) name: String,
    tried: u32,
    /// Schedules of which a trouble met a request.
    hit: u32,
    converged: u32,
    named: u32,
    /// Named, though a few more tries would have seen the trouble pass.
    hasty: u32,
    healed: u32,
    wrong: u32,
    longest: Duration,
}

/// How one schedule went.
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    pub(super) was_hit: bool,
    /// What the program gave up for, though the trouble would have passed.
    pub(super) hasty: Option<String>,
    /// A run without troubles afterwards converged.
    pub(super) healed: bool,
    pub(super) took: Duration,
    pub(super) wrongs: Vec<String>,
    pub(super) story: String,
}

impl Line {
    pub(super) fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.tried += 1;
        self.hit += u32::from(outcome.was_hit);
        self.wrong += u32::from(!outcome.wrongs.is_empty());
        match outcome.verdict {
            Verdict::Converged => self.converged += 1,
            Verdict::Named => self.named += 1,
        }
        self.hasty += u32::from(outcome.hasty.is_some());
        self.healed += u32::from(outcome.healed);
        self.longest = self.longest.max(outcome.took);
    }
}

/// The whole as Markdown, with a sum.
pub(super) fn markdown(lines: &[Line]) -> String {
    let mut text = String::from(
        "| trouble | tried | met a request | converged | failed and named | though it would pass | healed by a clean run | wrong | longest run |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut sum = Line::new("all".to_owned());
    for line in lines {
        sum.tried += line.tried;
        sum.hit += line.hit;
        sum.converged += line.converged;
        sum.named += line.named;
        sum.hasty += line.hasty;
        sum.healed += line.healed;
        sum.wrong += line.wrong;
        sum.longest = sum.longest.max(line.longest);
    }
    for line in lines.iter().chain([&sum]) {
        let Line { name, tried, hit, converged, named, hasty, healed, wrong, longest } = line;
        let seconds = longest.as_secs_f64();
        let row = format!(
            "| {name} | {tried} | {hit} | {converged} | {named} | {hasty} | {healed} | {wrong} | {seconds:.1} s |"
        );
        writeln!(text, "{row}").unwrap();
    }
    text
}

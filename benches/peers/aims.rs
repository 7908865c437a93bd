//! What ours is to reach, and whether it did in this run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::corpus::Name;
use super::results::{Case, Figures, Phase, Results, figure};
use super::tools::Tool;

/// The table of aims, for what was run.
pub(crate) fn table(results: &Results) -> String {
    let mut table = Table(String::from("| aim | case | limit | is | |\n|---|---|---:|---:|---|\n"));
    let mut bulk = [None, None];
    for ours in results.cases().into_iter().filter(|case| case.tool == Tool::Ours) {
        match (ours.corpus, ours.phase) {
            (Name::Big, _) => bulk[0] = Some(ours),
            (Name::Wide, _) => bulk[1] = Some(ours),
            (_, Phase::Cold) => table.cold(results, ours),
            (_, Phase::Warm) => table.warm(results, ours),
            (_, Phase::Changed) => {}
        }
    }
    let [big, wide] = bulk;
    if let Some(big) = big {
        table.big(results, big);
    }
    if let Some(wide) = wide {
        table.line(
            "memory, 64 layers under way, MiB",
            wide,
            96.0,
            results.median(wide, figure::memory),
        );
    }
    table.0
}

struct Table(String);

impl Table {
    fn line(&mut self, aim: &str, case: Case, limit: f64, is: Option<f64>) {
        let case = format!("{} {}", case.place(), case.phase.text());
        let (is, met) = match is {
            Some(is) => (format!("{is:.3}"), if is <= limit { "met" } else { "**not met**" }),
            None => ("–".to_owned(), "not measured"),
        };
        // Writing to a string can't fail.
        let _ = writeln!(self.0, "| {aim} | {case} | ≤ {limit} | {is} | {met} |");
    }

    fn against_peers(
        &mut self,
        what: &str,
        results: &Results,
        case: Case,
        limit: f64,
        figure: fn(&Figures) -> f64,
    ) {
        let best = results.best_peer(case, figure);
        let name = best.map_or("the best peer", |(peer, _)| peer.text());
        let is = best.and_then(|(_, best)| Some(results.median(case, figure)? / best));
        self.line(&format!("{what}, × {name}"), case, limit, is);
    }

    fn cold(&mut self, results: &Results, ours: Case) {
        self.against_peers("wall", results, ours, 0.65, figure::wall);
        self.against_peers("requests in all", results, ours, 0.65, figure::requests);
        self.against_peers("requests at the target", results, ours, 0.55, figure::target);
        if ours.corpus == Name::Company {
            let distinct = bytes(ours.corpus);
            let is = results.median(ours, figure::read).map(|read| read / distinct);
            self.line("bytes read, × all distinct blobs", ours, 1.01, is);
        }
    }

    fn warm(&mut self, results: &Results, ours: Case) {
        let corpus = ours.corpus.corpus();
        let limit = 2 * (corpus.images.len() + corpus.repositories().len());
        let is = results.median(ours, figure::requests);
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        self.line("requests, two for each tag and each repository", ours, limit as f64, is);
        self.against_peers("requests in all", results, ours, 1.0, figure::requests);
        self.against_peers("wall", results, ours, 0.6, figure::wall);
    }

    fn big(&mut self, results: &Results, ours: Case) {
        let curl = results.median(Case { tool: Tool::Curl, ..ours }, figure::wall);
        let wall = results.median(ours, figure::wall);
        self.line("wall, × pairs of curl", ours, 1.15, wall.zip(curl).map(|(is, of)| is / of));
        self.line("memory, MiB", ours, 48.0, results.median(ours, figure::memory));
        let user = results.median(ours, figure::user);
        let is = user.zip(results.openssl).map(|(is, of)| is / of);
        self.line("user CPU, × openssl dgst -sha256", ours, 1.5, is);
    }
}

/// Layers before the change; the configs' few hundred bytes each don't matter here.
fn bytes(name: Name) -> f64 {
    let corpus = name.corpus();
    let used: BTreeSet<usize> =
        corpus.images.iter().flat_map(|image| image.layers.iter().copied()).collect();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = used.iter().map(|layer| corpus.layers[*layer].size).sum::<u64>() as f64;
    bytes
}

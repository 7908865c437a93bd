//! The results as Markdown: a table for each corpus and delay, and what was asked of the
//! registries.

use std::fmt::Write as _;

use super::link::Access;
use super::results::{Case, Phase, Results, Spread, figure};

/// All tables.
pub(crate) fn tables(results: &Results) -> String {
    let mut text = String::new();
    let mut last = None;
    for case in results.cases() {
        let heading = (case.corpus, case.access, case.delay);
        if last != Some(heading) {
            text.push_str(&head(case));
            last = Some(heading);
        }
        text.push_str(&row(results, case));
    }
    text + &asked(results)
}

fn head(case: Case) -> String {
    let corpus = case.corpus.corpus();
    let floor = corpus.floor();
    format!(
        "\n### {}\n\n{} tags of {} repositories, {} blobs; computed floor: {} requests at the source, {} at the target.\n\n\
         | | | wall s (from–to) | × best peer | requests: source | target | tokens | in all | × best peer: in all | at the target | read MB | CPU s: user | kernel | the registries | memory MiB |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        case.place(),
        corpus.images.len(),
        corpus.repositories().len(),
        corpus.blobs(),
        floor.source,
        floor.target,
    )
}

fn row(results: &Results, case: Case) -> String {
    let begin = format!("| {} | {} ", case.phase.text(), case.tool.text());
    if let Some(trouble) = results.trouble(case) {
        return format!("{begin}| {} {}\n", trouble.replace('|', "/"), "| ".repeat(13));
    }
    let figure = |of| results.median(case, of).unwrap_or_default();
    let ratio = |of| {
        let best = results.best_peer(case, of).map(|(_, best)| best);
        best.map_or_else(|| "–".to_owned(), |best| format!("{:.2}", figure(of) / best))
    };
    let wall = results.spread(case, figure::wall).map_or_else(String::new, seconds);
    format!(
        "{begin}| {wall} | {} | {:.0} | {:.0} | {:.0} | {:.0} | {} | {} | {:.1} | {:.2} | {:.2} | {:.2} | {:.1} |\n",
        ratio(figure::wall),
        figure(figure::source),
        figure(figure::target),
        figure(figure::tokens),
        figure(figure::requests),
        ratio(figure::requests),
        ratio(figure::target),
        figure(figure::read) / 1e6,
        figure(figure::user),
        figure(figure::system),
        figure(figure::registries),
        figure(figure::memory),
    )
}

fn seconds(Spread { low, median, high }: Spread) -> String {
    format!("{median:.2} ({low:.2}–{high:.2})")
}

/// By kind, from the last run of each cold and warm case: at the shortest delay, and where tokens
/// and connections are counted.
fn asked(results: &Results) -> String {
    let cases = results.cases();
    let mut text = String::from("\n### What was asked\n\n");
    for case in &cases {
        let of_corpus = |other: &&Case| (other.corpus, other.access) == (case.corpus, case.access);
        let delays = cases.iter().filter(of_corpus).map(|other| other.delay);
        let shown = match case.access {
            Access::Open => delays.min(),
            Access::Tls | Access::Tokens => delays.max(),
        };
        if case.phase == Phase::Changed || Some(case.delay) != shown {
            continue;
        }
        if let Some(last) = results.figures(*case).last() {
            // Writing to a string can't fail.
            let _ = writeln!(
                text,
                "- {} {} {}: source: {}; target: {}",
                case.place(),
                case.phase.text(),
                case.tool.text(),
                last.source,
                last.target
            );
        }
    }
    text
}

//! Every run, and what the runs of one kind come to.

use std::fmt::Write as _;

use super::measure::Cost;

/// What a run took, and what it asked of the API server.
pub(crate) struct Figures {
    pub(crate) cost: Cost,
    /// Seconds of CPU that API server and etcd took meanwhile.
    pub(crate) server: f64,
    pub(crate) requests: usize,
}

/// All runs, by what was run.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<(&'static str, Vec<Figures>)>,
}

/// How ours must stand to its peer.
pub(crate) struct Aim {
    pub(crate) ours: &'static str,
    pub(crate) peer: &'static str,
    /// Wall time, as a share of the peer's.
    pub(crate) at_most: f64,
}

impl Rows {
    /// Adds a run.
    pub(crate) fn add(&mut self, what: &'static str, figures: Figures) {
        match self.rows.iter_mut().find(|(known, _)| *known == what) {
            Some((_, runs)) => runs.push(figures),
            None => self.rows.push((what, vec![figures])),
        }
    }

    /// Medians of all.
    pub(crate) fn table(&self) -> String {
        let mut text = String::from(
            "| | runs | wall s (from–to) | CPU s: user | kernel | API server and etcd | memory MiB | requests |\n\
             |---|---:|---:|---:|---:|---:|---:|---:|\n",
        );
        for (what, runs) in &self.rows {
            let of = |figure: fn(&Figures) -> f64| middle(&sorted(runs, figure));
            let wall = sorted(runs, |run| run.cost.wall);
            let (least, most) = (wall.first(), wall.last());
            let span = least.zip(most).filter(|(least, most)| least < most);
            let span = span.map(|(least, most)| format!(" ({least:.2}–{most:.2})"));
            // Writing to a string can't fail.
            let _ = writeln!(
                text,
                "| {what} | {} | {:.2}{} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} |",
                runs.len(),
                middle(&wall),
                span.unwrap_or_default(),
                of(|run| run.cost.user),
                of(|run| run.cost.system),
                of(|run| run.server),
                of(memory),
                of(requests),
            );
        }
        text
    }

    /// How ours stand to their peers.
    pub(crate) fn aims(&self, aims: &[Aim]) -> String {
        let mut text = String::from("| | against | wall × | aim |\n|---|---|---:|---:|\n");
        for Aim { ours, peer, at_most } in aims {
            if let (Some(one), Some(other)) = (self.wall(ours), self.wall(peer)) {
                let ratio = one / other;
                let _ = writeln!(text, "| {ours} | {peer} | {ratio:.3} | ≤ {at_most} |");
            }
        }
        text
    }

    /// What a switch takes beyond its plan, and the least that this could take.
    pub(crate) fn against_floor(&self, floor: f64, at_once: usize) -> String {
        let Some((apply, plan)) = self.wall("apply").zip(self.wall("plan")) else {
            return String::new();
        };
        let writing = apply - plan;
        let ratio = writing / floor;
        format!(
            "| writing: apply less plan, s | floor: patches alone, judged once, s | at once | wall × | aim |\n\
             |---:|---:|---:|---:|---:|\n\
             | {writing:.2} | {floor:.2} | {at_once} | {ratio:.2} | ≤ 1.25 |\n"
        )
    }

    fn wall(&self, what: &str) -> Option<f64> {
        let (_, runs) = self.rows.iter().find(|(known, _)| *known == what)?;
        Some(middle(&sorted(runs, |run| run.cost.wall)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn memory(run: &Figures) -> f64 {
    run.cost.memory as f64 / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn requests(run: &Figures) -> f64 {
    run.requests as f64
}

fn sorted(runs: &[Figures], figure: fn(&Figures) -> f64) -> Vec<f64> {
    let mut figures: Vec<f64> = runs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures
}

/// The median of what is sorted.
pub(crate) fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

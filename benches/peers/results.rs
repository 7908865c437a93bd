//! Every run, and what the runs of one tool come to: medians, and how far apart they lie.

use super::corpus::Name;
use super::link::Access;
use super::measure::Cost;
use super::requests::Requests;
use super::tools::Tool;

/// What the target had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing.
    Cold,
    /// Everything.
    Warm,
    /// Everything, but 5 % of the tags have a new image at the source.
    Changed,
}

impl Phase {
    /// As it is called in the tables.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Changed => "5 % changed",
        }
    }
}

/// What was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) corpus: Name,
    pub(crate) access: Access,
    /// Milliseconds for a round trip.
    pub(crate) delay: u64,
    pub(crate) phase: Phase,
    pub(crate) tool: Tool,
}

impl Case {
    /// `` `tiny`, 10 ms, TLS and tokens ``
    pub(crate) fn place(&self) -> String {
        format!("`{}`, {} ms, {}", self.corpus.text(), self.delay, self.access.text())
    }
}

/// A run that ended well, with a target that is equal.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) cost: Cost,
    /// Seconds of CPU that the two registries took.
    pub(crate) registries: f64,
    pub(crate) source: Requests,
    pub(crate) target: Requests,
}

/// All runs, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The figures, or what went wrong.
    pub(crate) runs: Vec<(Case, Result<Figures, String>)>,
    /// User seconds of `openssl dgst -sha256` over the layers of `big`.
    pub(crate) openssl: Option<f64>,
}

/// A median, and between what it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = match values.len() {
            0 => return None,
            count if count % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        };
        Some(Self { low: values[0], median, high: *values.last()? })
    }
}

impl Results {
    /// The runs of one case that ended well.
    pub(crate) fn figures(&self, case: Case) -> impl Iterator<Item = &Figures> {
        let of_case = self.runs.iter().filter(move |(other, _)| *other == case);
        of_case.filter_map(|(_, run)| run.as_ref().ok())
    }

    /// What went wrong in a case, if anything did.
    pub(crate) fn trouble(&self, case: Case) -> Option<&str> {
        let mut of_case = self.runs.iter().filter(|(other, _)| *other == case);
        of_case.find_map(|(_, run)| run.as_ref().err().map(String::as_str))
    }

    /// One figure of a case. Nothing if a run of it went wrong: half a result would look like one.
    pub(crate) fn spread(&self, case: Case, figure: fn(&Figures) -> f64) -> Option<Spread> {
        if self.trouble(case).is_some() {
            return None;
        }
        Spread::of(self.figures(case).map(figure).collect())
    }

    /// The median of a figure.
    pub(crate) fn median(&self, case: Case, figure: fn(&Figures) -> f64) -> Option<f64> {
        self.spread(case, figure).map(|spread| spread.median)
    }

    /// The least median among the peers, for what is otherwise the same case.
    pub(crate) fn best_peer(&self, case: Case, figure: fn(&Figures) -> f64) -> Option<(Tool, f64)> {
        let peers = [Tool::Crane, Tool::Regsync, Tool::Skopeo];
        peers
            .into_iter()
            .filter_map(|tool| Some((tool, self.median(Case { tool, ..case }, figure)?)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    /// The cases that were run, each once, in order of corpus, access, delay, phase and tool.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let mut cases: Vec<Case> = self.runs.iter().map(|(case, _)| *case).collect();
        cases.sort_by_key(|case| {
            (case.corpus, case.access, case.delay, case.phase as u8, case.tool)
        });
        cases.dedup();
        cases
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and bytes far below 2^52")]
pub(crate) mod figure {
    //! The single figures of a run.

    use super::Figures;

    /// Seconds.
    pub(crate) fn wall(figures: &Figures) -> f64 {
        figures.cost.wall
    }

    /// Seconds of CPU in user mode.
    pub(crate) fn user(figures: &Figures) -> f64 {
        figures.cost.user
    }

    /// Seconds of CPU in the kernel.
    pub(crate) fn system(figures: &Figures) -> f64 {
        figures.cost.system
    }

    /// Seconds of CPU of the two registries.
    pub(crate) fn registries(figures: &Figures) -> f64 {
        figures.registries
    }

    /// MiB.
    pub(crate) fn memory(figures: &Figures) -> f64 {
        figures.cost.memory as f64 / 1024.0
    }

    /// Requests at the source.
    pub(crate) fn source(figures: &Figures) -> f64 {
        figures.source.all() as f64
    }

    /// Requests at the target.
    pub(crate) fn target(figures: &Figures) -> f64 {
        figures.target.all() as f64
    }

    /// Requests at the token service, for both.
    pub(crate) fn tokens(figures: &Figures) -> f64 {
        (figures.source.tokens + figures.target.tokens) as f64
    }

    /// Requests at both registries and at the token service.
    pub(crate) fn requests(figures: &Figures) -> f64 {
        source(figures) + target(figures) + tokens(figures)
    }

    /// Bytes of blobs that the source sent.
    pub(crate) fn read(figures: &Figures) -> f64 {
        figures.source.blob_bytes as f64
    }
}

//! One corpus in a running source registry, and what each tool makes of it: cold, warm and changed,
//! each time compared with the source.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use tempfile::TempDir;

use super::corpus::{Corpus, Name};
use super::equality;
use super::fill::{Filled, Tagged};
use super::link::{Access, Link, Side};
use super::measure::{self, End};
use super::options::Options;
use super::proxy::Proxy;
use super::registry::Registry;
use super::results::{Case, Figures, Phase, Results, figure};
use super::tools::{Job, Tool};
use super::way::Way;

/// The files of a source, and a folder for all else.
pub(crate) struct Stage<'a> {
    pub(crate) options: &'a Options,
    pub(crate) name: Name,
    pub(crate) folder: PathBuf,
    pub(crate) filled: Filled,
}

/// A running source behind a link.
pub(crate) struct Series {
    pub(crate) link: Link,
    pub(crate) source: Registry,
    /// The way to the source, if it takes time.
    way: Option<Proxy>,
}

/// The target of one tool, and the way to it.
struct Goal {
    registry: Registry,
    way: Option<Proxy>,
    folder: TempDir,
}

impl Series {
    /// An empty target in this folder.
    pub(crate) fn target(&self, folder: &TempDir) -> Result<Registry> {
        Registry::start(&folder.path().join("target"), &self.link, Side::Target)
    }
}

impl<'a> Stage<'a> {
    /// Fills a registry in this folder.
    pub(crate) fn set(name: Name, options: &'a Options, folder: &Path) -> Result<Self> {
        let corpus: Corpus = name.corpus();
        eprintln!("{}: {} images, {} blobs", name.text(), corpus.images.len(), corpus.blobs());
        let folder = folder.join(name.text());
        let filled = Filled::write(&corpus, Registry::store_in(&folder.join("source")))?;
        Ok(Self { options, name, folder, filled })
    }

    /// Starts the source.
    pub(crate) fn series(&self, access: Access, delay: u64) -> Result<Series> {
        let link = Link::start(access, Duration::from_millis(delay), &self.folder.join("link"))?;
        let mut source = Registry::start(&self.folder.join("source"), &link, Side::Source)?;
        let way = link.way(source.host())?;
        if let (Some(way), Access::Open) = (&way, access) {
            eprintln!("  {}", Way::measure(source.host(), way.host(), &self.filled.tags[0])?);
            source.requests()?;
        }
        Ok(Series { link, source, way })
    }

    /// Runs every tool as often as it is to run, in another order each time.
    pub(crate) fn play(&mut self, tools: &[Tool], results: &mut Results) -> Result<()> {
        if self.name == Name::Big {
            results.openssl = self.hash()?;
        }
        let (mut accesses, mut delays) = (&self.options.access[..], &self.options.delay[..]);
        if self.name.is_bulk() {
            (accesses, delays) = (&[Access::Open], &[0]);
        }
        for (access, delay) in
            accesses.iter().flat_map(|access| delays.iter().map(move |delay| (*access, *delay)))
        {
            let mut series = self.series(access, delay)?;
            for round in 0..self.options.repeat {
                let mut tools: Vec<Tool> =
                    tools.iter().copied().filter(|tool| self.plays(*tool)).collect();
                let turn = round % tools.len().max(1);
                tools.rotate_left(turn);
                for tool in tools {
                    let cold = Case { corpus: self.name, access, delay, phase: Phase::Cold, tool };
                    if round == 0 || self.again(cold, results) {
                        self.turn(cold, &mut series, results)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn plays(&self, tool: Tool) -> bool {
        tool != Tool::Curl || self.name == Name::Big
    }

    /// Slow ones run once; so do peers where only ours and curl are compared.
    fn again(&self, cold: Case, results: &Results) -> bool {
        if self.name.is_bulk() && cold.tool.is_peer() {
            return false;
        }
        let limit = Duration::from_secs(self.options.once_over).as_secs_f64();
        results.median(cold, figure::wall).is_some_and(|wall| wall <= limit)
    }

    /// One tool on an empty registry, then again, then once more after a change.
    fn turn(&self, cold: Case, series: &mut Series, results: &mut Results) -> Result<()> {
        let folder = tempfile::tempdir_in(&self.folder)?;
        let registry = series.target(&folder)?;
        let way = series.link.way(registry.host())?;
        let mut goal = Goal { registry, way, folder };
        let unchanged = self.filled.tags.clone();
        if !self.act(cold, series, &mut goal, &unchanged, results)? || self.name.is_bulk() {
            return Ok(());
        }
        let warm = Case { phase: Phase::Warm, ..cold };
        if self.act(warm, series, &mut goal, &unchanged, results)? {
            let case = Case { phase: Phase::Changed, ..cold };
            let changed = self.filled.change()?;
            let ended = self.act(case, series, &mut goal, &changed, results);
            self.filled.restore()?;
            ended?;
        }
        Ok(())
    }

    /// One run. Whether it ended well.
    fn act(
        &self,
        case: Case,
        series: &mut Series,
        goal: &mut Goal,
        tags: &[Tagged],
        results: &mut Results,
    ) -> Result<bool> {
        let Series { link, source, way } = series;
        let target = &mut goal.registry;
        let host = |registry: &Registry, way: &Option<Proxy>| {
            way.as_ref().map_or_else(|| registry.host(), Proxy::host).to_owned()
        };
        let hosts = [host(source, way), host(target, &goal.way)];
        let job = Job {
            corpus: self.name,
            link,
            source: &hosts[0],
            target: &hosts[1],
            tags,
            overwrite: case.phase == Phase::Changed,
        };
        let folder = goal.folder.path();
        let line = case.tool.command(&self.options.ours, &job, folder)?;
        link.log_in(&measure::home(folder), &hosts)?;
        let before = source.cpu()? + target.cpu()?;
        let limit = Duration::from_secs(self.options.limit);
        let end = measure::run(&line, &link.variables(), folder, limit)?;
        let mut from = source.requests()?;
        let mut to = target.requests()?;
        for (requests, side, way) in
            [(&mut from, Side::Source, way), (&mut to, Side::Target, &mut goal.way)]
        {
            requests.tokens = link.tokens(side);
            requests.connections = way.as_ref().map(Proxy::connections);
        }
        let registries = source.cpu()? + target.cpu()? - before;
        let run = match end {
            End::Failed(said) => Err(format!("failed: {said}")),
            End::TooLong => Err(format!("> {} s", self.options.limit)),
            End::Well(cost) => {
                let equal = if case.tool == Tool::Curl {
                    equality::check_blobs(target.store(), tags)
                } else {
                    equality::check(target.store(), tags)
                };
                equal
                    .map(|()| Figures { cost, registries, source: from, target: to })
                    .map_err(|difference| format!("not equal: {difference}"))
            }
        };
        let what = format!("{} {} {}", case.place(), case.phase.text(), case.tool.text());
        match &run {
            Ok(figures) => eprintln!(
                "  {what}: {:.2} s, {} + {} requests, {} tokens",
                figures.cost.wall,
                figures.source.all(),
                figures.target.all(),
                figures.source.tokens + figures.target.tokens,
            ),
            Err(trouble) => eprintln!("  {what}: {trouble}"),
        }
        let well = run.is_ok();
        results.runs.push((case, run));
        Ok(well)
    }

    /// User seconds of hashing all layers.
    fn hash(&self) -> Result<Option<f64>> {
        let limit = Duration::from_secs(self.options.limit);
        let mut line = ["openssl", "dgst", "-sha256"].map(str::to_owned).to_vec();
        for file in self.filled.layer_files() {
            line.push(file.to_string_lossy().into_owned());
        }
        match measure::run(&line, &[], &self.folder, limit)? {
            End::Well(cost) => Ok(Some(cost.user)),
            End::Failed(said) => bail!("openssl: {said}"),
            End::TooLong => bail!("openssl took longer than {} s", self.options.limit),
        }
    }
}

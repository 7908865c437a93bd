//! One corpus in a running source registry, and what each tool makes of it: cold, warm and changed,
//! each time compared with the source.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use super::corpus::{Corpus, Name};
use super::equality;
use super::fill::{Filled, Tagged};
use super::measure::{self, End};
use super::options::Options;
use super::proxy::Proxy;
use super::registry::Registry;
use super::results::{Case, Figures, Phase, Results, figure};
use super::tools::{Job, Tool};
use super::way::Way;

/// A source, filled.
pub(crate) struct Stage<'a> {
    pub(crate) options: &'a Options,
    pub(crate) name: Name,
    pub(crate) folder: PathBuf,
    pub(crate) filled: Filled,
    pub(crate) source: Registry,
}

impl<'a> Stage<'a> {
    /// Fills a registry in this folder.
    pub(crate) fn set(name: Name, options: &'a Options, folder: &Path) -> Result<Self> {
        let corpus: Corpus = name.corpus();
        eprintln!("{}: {} images, {} blobs", name.text(), corpus.images.len(), corpus.blobs());
        let folder = folder.join(name.text());
        let source = Registry::start(&folder.join("source"))?;
        let filled = Filled::write(&corpus, source.store().clone())?;
        Ok(Self { options, name, folder, filled, source })
    }

    /// Runs every tool as often as it is to run, in another order each time.
    pub(crate) fn play(&mut self, tools: &[Tool], results: &mut Results) -> Result<()> {
        if self.name == Name::Big {
            results.openssl = self.hash()?;
        }
        let delays = if self.name.is_bulk() { &[0][..] } else { &self.options.delay };
        for &delay in delays {
            let way = Proxy::start(self.source.host(), Duration::from_millis(delay))?;
            if delay > 0 {
                let layer = &self.filled.tags[0];
                eprintln!("  {}", Way::measure(self.source.host(), way.host(), layer)?);
                self.source.requests()?;
            }
            for round in 0..self.options.repeat {
                let mut tools: Vec<Tool> =
                    tools.iter().copied().filter(|tool| self.plays(*tool)).collect();
                let turn = round % tools.len().max(1);
                tools.rotate_left(turn);
                for tool in tools {
                    let cold = Case { corpus: self.name, delay, phase: Phase::Cold, tool };
                    if round == 0 || self.again(cold, results) {
                        self.turn(cold, &way, results)?;
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
    fn turn(&mut self, cold: Case, way: &Proxy, results: &mut Results) -> Result<()> {
        let folder = tempfile::tempdir_in(&self.folder)?;
        let mut target = Registry::start(&folder.path().join("target"))?;
        let proxy = Proxy::start(target.host(), Duration::from_millis(cold.delay))?;
        let hosts = if cold.delay > 0 {
            [way.host().to_owned(), proxy.host().to_owned()]
        } else {
            [self.source.host().to_owned(), target.host().to_owned()]
        };
        let unchanged = self.filled.tags.clone();
        if !self.act(cold, &hosts, &mut target, &unchanged, folder.path(), results)?
            || self.name.is_bulk()
        {
            return Ok(());
        }
        let warm = Case { phase: Phase::Warm, ..cold };
        if self.act(warm, &hosts, &mut target, &unchanged, folder.path(), results)? {
            let case = Case { phase: Phase::Changed, ..cold };
            let changed = self.filled.change()?;
            let ended = self.act(case, &hosts, &mut target, &changed, folder.path(), results);
            self.filled.restore()?;
            ended?;
        }
        Ok(())
    }

    /// One run. Whether it ended well.
    fn act(
        &mut self,
        case: Case,
        [source, target_host]: &[String; 2],
        target: &mut Registry,
        tags: &[Tagged],
        folder: &Path,
        results: &mut Results,
    ) -> Result<bool> {
        let job = Job {
            corpus: self.name,
            source,
            target: target_host,
            tags,
            overwrite: case.phase == Phase::Changed,
        };
        let line = case.tool.command(&self.options.ours, &job, folder)?;
        let before = self.source.cpu()? + target.cpu()?;
        let end = measure::run(&line, folder, Duration::from_secs(self.options.limit))?;
        let (from, to) = (self.source.requests()?, target.requests()?);
        let registries = self.source.cpu()? + target.cpu()? - before;
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
        let what = format!(
            "{} {} ms {} {}",
            case.corpus.text(),
            case.delay,
            case.phase.text(),
            case.tool.text()
        );
        match &run {
            Ok(figures) => eprintln!(
                "  {what}: {:.1} s, {} + {} requests",
                figures.cost.wall,
                figures.source.all(),
                figures.target.all()
            ),
            Err(trouble) => eprintln!("  {what}: {trouble}"),
        }
        let well = run.is_ok();
        results.runs.push((case, run));
        Ok(well)
    }

    /// User seconds of hashing all layers.
    fn hash(&self) -> Result<Option<f64>> {
        let mut line = ["openssl", "dgst", "-sha256"].map(str::to_owned).to_vec();
        for file in self.filled.layer_files() {
            line.push(file.to_string_lossy().into_owned());
        }
        match measure::run(&line, &self.folder, Duration::from_secs(self.options.limit))? {
            End::Well(cost) => Ok(Some(cost.user)),
            End::Failed(said) => bail!("openssl: {said}"),
            End::TooLong => bail!("openssl took longer than {} s", self.options.limit),
        }
    }
}

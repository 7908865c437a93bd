//! `make bench`: made-up corpora are copied from one registry of this machine to another with every
//! tool that is found; what comes out is a page of tables. `docs/benchmarks.md` holds the last one,
//! and how it was made.
//!
//! Tables go to stdout, talk to stderr. The registries' own logs are what requests are counted by,
//! and GNU `time` says what a tool cost, so that ours and its peers are measured by the same thing.

// What it prints is what it is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod aims;
mod certificates;
mod corpus;
mod equality;
mod fill;
mod link;
#[path = "../measure.rs"]
mod measure;
mod noise;
mod options;
mod proxy;
mod registry;
mod requests;
mod results;
mod stage;
mod store;
mod surroundings;
mod table;
mod token_service;
mod tools;
mod trials;
mod way;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use self::options::Options;
use self::results::Results;
use self::stage::Stage;
use self::tools::Tool;

fn main() -> Result<()> {
    let options = Options::parse();
    let found: Vec<(Tool, Option<String>)> =
        options.tool.iter().map(|tool| (*tool, tool.version(&options.ours))).collect();
    for (tool, _) in found.iter().filter(|(_, version)| version.is_none()) {
        eprintln!("{} is not here, and is not measured", tool.text());
    }
    let tools: Vec<Tool> =
        found.iter().filter(|(_, version)| version.is_some()).map(|(tool, _)| *tool).collect();

    let parent = std::env::var_os("CCR2TCR_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::Builder::new()
        .prefix("ccr2tcr-bench.")
        .tempdir_in(&parent)
        .with_context(|| format!("can't make a folder in {}", parent.display()))?;
    let mut results = Results::default();
    if options.kill.is_some() || options.slow.is_some() {
        for name in &options.corpus {
            let stage = Stage::set(*name, &options, folder.path())?;
            if let Some(count) = options.kill {
                println!("{}", stage.kills(count)?);
            }
            if let Some(seconds) = options.slow {
                println!("{}", stage.slow(seconds)?);
            }
        }
        return Ok(());
    }
    for name in &options.corpus {
        Stage::set(*name, &options, folder.path())?.play(&tools, &mut results)?;
        std::fs::remove_dir_all(folder.path().join(name.text()))?;
    }

    println!("{}\n", surroundings::text(&found, folder.path()));
    println!("### Aims\n\n{}", aims::table(&results));
    println!("{}", table::tables(&results).trim_start());
    Ok(())
}

//! `make bench`, the cluster's half: a made-up fleet stands in a real API server, and what
//! `kubectl tcr-switch` does with it is done by kubectl itself beside it, in the same run.
//!
//! Tables go to stdout, talk to stderr. GNU `time` says what a program cost, the API server's own
//! audit log what was asked of it.

// What it prints is what it is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod first_byte;
mod fleet;
mod floor;
#[path = "../measure.rs"]
mod measure;
mod objects;
mod options;
mod results;
mod stage;
#[path = "../../tests/support/mod.rs"]
#[allow(dead_code, unused_imports, clippy::unwrap_used, reason = "it is made for the tests")]
mod support;

use anyhow::Result;
use clap::Parser as _;

use self::options::Options;
use self::results::{Aim, Rows};
use self::stage::Stage;

const AIMS: [Aim; 2] = [
    Aim { ours: "scan", peer: "kubectl get", at_most: 0.25 },
    Aim { ours: "apply", peer: "kubectl set image", at_most: 0.08 },
];

const AIMS_WITH_PODS: [Aim; 3] = [
    Aim { ours: "scan", peer: "kubectl get", at_most: 0.25 },
    Aim { ours: "scan of all pods", peer: "kubectl get", at_most: 0.25 },
    Aim { ours: "verify", peer: "kubectl get", at_most: 0.25 },
];

fn main() -> Result<()> {
    let options = Options::parse();
    let stage = Stage::set(&options)?;
    println!("{}\n", stage.surroundings());
    println!("{}", stage.help()?);
    let mut rows = Rows::default();
    if options.pods > 0 {
        for _ in 0..options.repeat {
            stage.read_pods(&mut rows)?;
        }
        println!("{}\n{}", rows.table(), rows.aims(&AIMS_WITH_PODS));
        return Ok(());
    }
    for _ in 0..options.repeat {
        stage.scan(&mut rows)?;
    }
    for _ in 0..options.repeat {
        stage.switch(&mut rows)?;
    }
    let (floor, at_once) = stage.floor()?;
    stage.set_image(&mut rows)?;
    println!("{}\n{}", rows.table(), rows.aims(&AIMS));
    println!("{}", rows.against_floor(floor, at_once));
    Ok(())
}

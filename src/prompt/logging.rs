//! The log: `-v` and `-vv`.

use crate::terminal::Printer;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// Sends the log of the library and of `plugin`, a crate's name, to stderr, above the progress
/// bars. What other crates log is left out: nothing keeps that free of secrets.
pub fn start(verbose: u8, plugin: &'static str, printer: &Printer) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let printer = printer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(move || printer.talk_writer())
        .finish()
        .with(Targets::new().with_targets([LIBRARY, plugin].map(|target| (target, level))));
    // Only a second call could fail, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

const LIBRARY: &str = env!("CARGO_CRATE_NAME");

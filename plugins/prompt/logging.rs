//! What is said on the side, by `-v` and `-vv`.

use ccr2tcr::terminal::Printer;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// Sends the log of this program's own rooms to stderr, above the progress bars. What the crates
/// below would say is nobody's to read, and not ours to keep free of secrets.
pub(crate) fn start(verbose: u8, printer: &Printer) {
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
        .with(Targets::new().with_targets(OWN.map(|target| (target, level))));
    // Only a second call could fail, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

// The library, and the plugin that this is compiled into.
const OWN: [&str; 2] = ["ccr2tcr", env!("CARGO_CRATE_NAME")];

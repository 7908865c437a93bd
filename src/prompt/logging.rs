//! The log: `-v` and `-vv`; and what the library warns of without being asked.

use std::fmt::{Debug, Write as _};

use crate::terminal::Printer;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

/// Sends the log of the library and of `plugin`, a crate's name, to stderr, above the progress
/// bars. What other crates log is left out: nothing keeps that free of secrets.
pub fn start(verbose: u8, plugin: &'static str, printer: &Printer) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let targets = Targets::new().with_targets([LIBRARY, plugin].map(|target| (target, level)));
    let registry = tracing_subscriber::registry();
    let talk = printer.clone();
    // Only a second call could fail, and there is none.
    let _ = match verbose {
        // A warning alone is none of a log.
        0 => tracing::subscriber::set_global_default(
            registry.with(Warnings(talk).with_filter(targets)),
        ),
        _ => {
            let lines = tracing_subscriber::fmt::layer()
                .with_ansi(false)
                .with_target(false)
                .with_writer(move || talk.talk_writer());
            tracing::subscriber::set_global_default(registry.with(lines.with_filter(targets)))
        }
    };
}

const LIBRARY: &str = env!("CARGO_CRATE_NAME");

/// Shows warnings as those of a plugin are shown.
struct Warnings(Printer);

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.warning(&message.0);
    }
}

/// The text of an event, without its other fields.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // To a string nothing can fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}

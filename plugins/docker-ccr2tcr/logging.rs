//! What is said on the side: `-v`, `-vv`, docker's `-D` and `--log-level`.

use ccr2tcr::terminal::Printer;
use tracing::Level;

use crate::invocation::DockerFlags;

/// Sends the log of this program's own rooms to stderr, above the progress bars.
pub(crate) fn start(verbose: u8, docker: &DockerFlags, printer: &Printer) {
    let by_docker = match docker.log_level.as_deref() {
        Some("debug") => 2,
        _ if docker.debug => 2,
        _ => 0,
    };
    let level = match verbose.max(by_docker) {
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
        .finish();
    // Only a second call could fail, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

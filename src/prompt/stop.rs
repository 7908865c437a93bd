//! Being asked to stop: once to end in order, twice to quit at once.

use std::io;

use tokio_util::sync::CancellationToken;

/// The two ways to stop.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Take no new work, finish what commits within seconds, print the report.
    pub soft: CancellationToken,
    /// Quit at once.
    pub hard: CancellationToken,
}

impl Stop {
    /// Asks the run to stop: the first time in order, from then on at once.
    pub fn ask(&self) {
        if self.soft.is_cancelled() {
            self.hard.cancel();
        } else {
            self.soft.cancel();
        }
    }
}

/// Calls `heard` at each SIGINT and SIGTERM (on Windows Ctrl-C).
///
/// # Errors
/// If no handler can be installed.
#[cfg(unix)]
pub fn on_signal(heard: impl Fn() + Clone + Send + 'static) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let mut signals = signal(kind)?;
        let heard = heard.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                heard();
            }
        });
    }
    Ok(())
}

/// Calls `heard` at each SIGINT and SIGTERM (on Windows Ctrl-C).
///
/// # Errors
/// If no handler can be installed.
#[cfg(not(unix))]
pub fn on_signal(heard: impl Fn() + Clone + Send + 'static) -> io::Result<()> {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            heard();
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_once_is_soft_and_asking_again_is_hard() {
        let stop = Stop::default();
        stop.ask();
        assert!(stop.soft.is_cancelled());
        assert!(!stop.hard.is_cancelled());
        stop.ask();
        assert!(stop.hard.is_cancelled());
    }
}

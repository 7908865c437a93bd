//! How a run is told to end early.

use tokio_util::sync::CancellationToken;

/// A request to stop: take no new work, finish what commits within seconds.
///
/// Leaving at once is the program's own affair; nothing here has to be cleaned up for it.
#[derive(Debug, Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// The request that `token` stands for.
    #[must_use]
    pub fn new(token: CancellationToken) -> Self {
        Self(token)
    }

    /// Whether the user has asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the user asks.
    pub async fn asked(&self) {
        self.0.cancelled().await;
    }
}

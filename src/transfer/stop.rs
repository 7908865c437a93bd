//! How a run is told to end early.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long what commits may take once the user has asked to stop.
const GRACE: Duration = Duration::from_secs(5);

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

    /// What `work` comes to; `None` as soon as the user asks. For what only reads.
    pub fn unless_asked<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Option<T>> {
        // On the heap: what is waited for here is large.
        let work = Box::pin(work);
        async move {
            tokio::select! {
                biased;
                () = self.asked() => None,
                done = work => Some(done),
            }
        }
    }

    /// What `work` comes to; `None` if it isn't done within seconds after the user has asked. For
    /// what writes.
    pub fn within_grace<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Option<T>> {
        let work = Box::pin(work);
        async move {
            let over = async {
                self.asked().await;
                tokio::time::sleep(GRACE).await;
            };
            tokio::select! {
                biased;
                done = work => Some(done),
                () = over => None,
            }
        }
    }
}

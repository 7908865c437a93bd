//! Sending one patch for real: through a server that is away for a while, and read again where it is
//! unknown whether it was made.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::run::Run;
use super::watched::FIRST_LOOK;
use super::written::WrittenObject;
use crate::kubernetes::{ClusterError, Write};
use crate::workload::{ObjectPatch, PatchState};

/// How long an API server that can't be reached is waited for: one that restarts, or hands its
/// address over, is back by then.
const AWAY: Duration = Duration::from_secs(60);
/// How often a patch is sent at most of which nobody said what became of it.
const ATTEMPTS: u32 = 3;

impl Run<'_> {
    /// Makes a patch, and gives the object as it was then; without a wait no more than its metadata
    /// is asked for. It tests all that it changes, so that it is made once however often it is sent.
    ///
    /// # Errors
    /// [`ClusterError`]. If the server can't be reached, the run is over.
    pub(super) async fn put(
        &self,
        path: &str,
        patch: &ObjectPatch,
    ) -> Result<WrittenObject, ClusterError> {
        let end = Instant::now() + AWAY;
        let (mut pause, mut attempts) = (FIRST_LOOK, 1);
        loop {
            let error = match self.send(path, patch).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            let mut is_away = matches!(error, ClusterError::Unreachable { .. });
            if error.may_have_been_done() {
                match self.cluster.get(path).await {
                    Ok(object) => match patch.state_in(&object) {
                        PatchState::After => return Ok(WrittenObject::new(object)),
                        PatchState::Before if attempts < ATTEMPTS => attempts += 1,
                        _ => return Err(error),
                    },
                    Err(ClusterError::Unreachable { .. }) => is_away = true,
                    Err(_) => return Err(error),
                }
            } else if !is_away {
                return Err(error);
            }
            if is_away && (Instant::now() >= end || self.is_over()) {
                self.lost.store(true, Ordering::Relaxed);
                return Err(error);
            }
            self.pause(&mut pause).await;
        }
    }

    async fn send(&self, path: &str, patch: &ObjectPatch) -> Result<WrittenObject, ClusterError> {
        let patch = patch.forward();
        match self.options.wait {
            true => self.cluster.patched(path, &patch).await.map(WrittenObject::new),
            false => {
                let sent = self.cluster.patch(path, &patch, Write::Real).await;
                sent.map(|()| WrittenObject::default())
            }
        }
    }
}

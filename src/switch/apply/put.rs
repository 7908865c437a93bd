//! Sending one patch for real, and reading the object again where it is unknown whether it was made.

use std::sync::atomic::Ordering;

use super::run::Run;
use super::watched::FIRST_LOOK;
use super::written::WrittenObject;
use crate::kubernetes::{ClusterError, Write};
use crate::workload::{ObjectPatch, PatchState};

/// How often a patch is sent at most of which nobody said what became of it.
const ATTEMPTS: u32 = 3;

impl Run<'_> {
    /// Makes a patch, and gives the object as it was then; without a wait no more than its metadata
    /// is asked for. It tests all that it changes, so that it is made once however often it is sent.
    ///
    /// # Errors
    /// [`ClusterError`]. If the server can't be reached, the run is over.
    pub(in crate::switch) async fn put(
        &self,
        path: &str,
        patch: &ObjectPatch,
    ) -> Result<WrittenObject, ClusterError> {
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
                        PatchState::Before if attempts < ATTEMPTS => {
                            attempts += 1;
                            self.pause(&mut pause).await;
                            continue;
                        }
                        _ => {}
                    },
                    Err(unread) => is_away = matches!(unread, ClusterError::Unreachable { .. }),
                }
            }
            // The connection has waited for it long enough.
            self.lost.fetch_or(is_away, Ordering::Relaxed);
            return Err(error);
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

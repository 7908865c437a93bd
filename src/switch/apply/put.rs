//! Sending one patch for real, and reading the object again where it is unknown whether it was made.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::run::Run;
use super::watched::FIRST_LOOK;
use super::written::WrittenObject;
use crate::kubernetes::{ClusterError, FIELD_MANAGER, Write};
use crate::workload::{ObjectPatch, PatchState, giving_up};

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
                Ok(written) => {
                    self.give_up_fields(path, &written).await;
                    return Ok(match self.options.wait {
                        true => WrittenObject::new(written),
                        false => WrittenObject::default(),
                    });
                }
                Err(error) => error,
            };
            let mut is_away = matches!(error, ClusterError::Unreachable { .. });
            if error.may_have_been_done() {
                match self.cluster.get(path).await {
                    Ok(object) => match patch.state_in(&object) {
                        PatchState::After => {
                            self.give_up_fields(path, &object).await;
                            return Ok(WrittenObject::new(object));
                        }
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

    async fn send(&self, path: &str, patch: &ObjectPatch) -> Result<Value, ClusterError> {
        let patch = patch.forward();
        match self.options.wait {
            true => self.cluster.patched(path, &patch).await,
            false => self.cluster.patched_metadata(path, &patch).await,
        }
    }

    /// Where somebody applies the object server-side, lets go of the fields that were written: else
    /// the next release, with another tag, would be in conflict with `tcr-switch`. It is no failure
    /// if that can't be done; the write stands.
    async fn give_up_fields(&self, path: &str, written: &Value) {
        let mut object = Cow::Borrowed(written);
        for _ in 0..ATTEMPTS {
            let Some(patch) = giving_up(&object, FIELD_MANAGER) else { return };
            match self.cluster.patch(path, &patch, Write::Real).await {
                // Somebody else's entry has come or gone meanwhile.
                Err(ClusterError::Changed { .. }) => match self.cluster.get(path).await {
                    Ok(now) => object = Cow::Owned(now),
                    Err(error) => return told(path, &error),
                },
                Err(error) => return told(path, &error),
                Ok(()) => return,
            }
        }
    }
}

fn told(path: &str, error: &ClusterError) {
    tracing::warn!(
        "`tcr-switch` stays an owner of what it wrote to {path}; the next server-side apply may need \
         --force-conflicts: {error}"
    );
}

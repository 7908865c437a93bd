//! What kinds an API server knows: two requests where it can, a request a version where it can't.
//!
//! Not kube's `Discovery`: it ends at the first group that can't be asked, and a metrics adapter that
//! is down is everyday life. Here that group is missing, and named.

mod aggregated;
mod known_kinds;
mod legacy;

use super::client::Cluster;
use super::error::ClusterError;

pub use known_kinds::Discovery;

impl Cluster {
    /// Asks the server for all its kinds.
    ///
    /// What an API server behind this one doesn't tell is named in [`Discovery::unread`], and not
    /// waited for.
    ///
    /// # Errors
    /// [`ClusterError`] if the server itself doesn't answer, or says nothing of its kinds.
    pub async fn discover(&self) -> Result<Discovery, ClusterError> {
        let (core, groups) =
            futures::join!(self.discover_below("/api"), self.discover_below("/apis"));
        let (mut all, groups) = (core?, groups?);
        all.add(groups.resources);
        all.unread.extend(groups.unread);
        Ok(all)
    }

    async fn discover_below(&self, root: &str) -> Result<Discovery, ClusterError> {
        match aggregated::read(self, root).await {
            // Older servers, and some proxies, answer with the old document: it has no such kinds.
            Ok(Some(found)) if !found.resources.is_empty() => Ok(found),
            Err(
                error @ (ClusterError::Unreachable { .. }
                | ClusterError::Certificate { .. }
                | ClusterError::Unauthorized { .. }
                | ClusterError::Forbidden { .. }
                | ClusterError::Timeout { .. }
                | ClusterError::ExecPlugin { .. }),
            ) => Err(error),
            _ => legacy::read(self, root).await,
        }
    }
}

#[cfg(test)]
mod tests;

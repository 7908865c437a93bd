//! What kinds an API server knows: two requests where it can, a request a version where it can't.

mod aggregated;
mod legacy;

use super::client::Cluster;
use super::error::ClusterError;
use super::resource::Resource;

/// All kinds of an API server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// One entry a kind, in the preferred version of its group, or in the first that has it. No
    /// subresources.
    pub resources: Vec<Resource>,
    /// Group versions whose kinds could not be found out (`metrics.k8s.io/v1beta1`), and why: mostly
    /// an API server behind the API server that doesn't run.
    pub unread: Vec<(String, String)>,
}

impl Discovery {
    /// The kind with this name in paths (`deployments`) and group.
    #[must_use]
    pub fn resource(&self, group: &str, plural: &str) -> Option<&Resource> {
        self.resources.iter().find(|known| known.group == group && known.plural == plural)
    }

    /// The kind with this name in objects (`Deployment`) and group.
    #[must_use]
    pub fn kind(&self, group: &str, kind: &str) -> Option<&Resource> {
        self.resources.iter().find(|known| known.group == group && known.kind == kind)
    }

    /// Those that can be listed.
    pub fn listable(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(|resource| resource.can("list"))
    }

    /// Adds the kinds of one version of a group; versions come in the order of preference.
    fn add(&mut self, resources: Vec<Resource>) {
        for resource in resources {
            if self.resource(&resource.group, &resource.plural).is_none() {
                self.resources.push(resource);
            }
        }
    }
}

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

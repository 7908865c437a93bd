//! The kinds that an API server is known to have.

use crate::kubernetes::resource::Resource;

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
    pub(super) fn add(&mut self, resources: Vec<Resource>) {
        for resource in resources {
            if self.resource(&resource.group, &resource.plural).is_none() {
                self.resources.push(resource);
            }
        }
    }
}

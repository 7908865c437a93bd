//! What a check is: its id, what it needs, and how it is carried out.

use std::time::Duration;

use futures::future::BoxFuture;

use super::finding::Found;
use super::ground::{ClusterGround, Ground};

/// One thing that is looked at. Each is a file in `checks`.
#[derive(Debug)]
pub struct Check {
    /// Stable: `tcr.token`. What begins with `cluster.` is asked once for each cluster.
    pub id: &'static str,
    /// What it looks at, in a line.
    pub about: &'static str,
    /// The checks that must not have failed for this one to make sense.
    pub needs: &'static [&'static str],
    /// Checks whose results are used if they ran; they may fail.
    pub(super) after: &'static [&'static str],
    pub(super) run: Run,
}

/// How it is carried out.
pub(super) enum Run {
    /// Once.
    Once(for<'a> fn(&'a Ground) -> BoxFuture<'a, Found>),
    /// For each cluster.
    EachCluster(for<'a> fn(&'a Ground, &'a ClusterGround) -> BoxFuture<'a, Found>),
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Once(_) => "Once",
            Self::EachCluster(_) => "EachCluster",
        })
    }
}

impl Check {
    /// How long one check may take. API calls, registries and nodes have limits of their own below it.
    pub(super) const LIMIT: Duration = Duration::from_secs(150);

    pub(super) fn is_of_a_cluster(&self) -> bool {
        matches!(self.run, Run::EachCluster(_))
    }
}

//! Whether a rollback file is of this cluster.

use futures::{StreamExt as _, stream};

use super::super::rollback_file::RollbackFile;
use super::super::run::cluster_id;
use crate::kubernetes::Cluster;

/// How many objects are read at once.
const AT_ONCE: usize = 16;

/// Why a file can't be used on a cluster.
#[derive(Debug, thiserror::Error)]
#[error("the rollback file belongs to another cluster: it was written for {server}")]
pub struct WrongCluster {
    /// The API server's address in the file.
    pub server: String,
}

/// By the `uid` of `kube-system`, whatever the server's address. Who may not read that has the
/// address, and if that is another, the objects: what has the same `uid` is the same object.
pub(super) async fn check(cluster: &Cluster, file: &RollbackFile) -> Result<(), WrongCluster> {
    let here = cluster_id(cluster).await;
    let is_same = match (file.cluster.as_str(), here.as_str()) {
        ("", _) | (_, "") => file.server == cluster.server() || has_any(cluster, file).await,
        (known, here) => known == here,
    };
    if is_same { Ok(()) } else { Err(WrongCluster { server: file.server.clone() }) }
}

async fn has_any(cluster: &Cluster, file: &RollbackFile) -> bool {
    let is_there = async |entry: &super::super::rollback_file::RollbackEntry| {
        let object = cluster.get(&entry.path).await;
        object.is_ok_and(|object| object["metadata"]["uid"] == entry.uid)
    };
    let mut found = stream::iter(&file.entries).map(is_there).buffer_unordered(AT_ONCE);
    while let Some(is_there) = found.next().await {
        if is_there {
            return true;
        }
    }
    false
}

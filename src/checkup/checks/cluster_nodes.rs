//! Whether nodes can really pull from TCR: a pod on one of each kind. Only with `--probe-nodes`.

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::checkup::image::some_image;
use crate::checkup::probe::{Pulled, clean, groups, pull_on};
use crate::diagnostic::{counted, shortened};

const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "cluster.nodes",
    about: "with --probe-nodes: a node of each pool and runtime pulls an image from TCR",
    needs: &["cluster.runtimes", "tcr.instance"],
    after: &["speed"],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(ground: &Ground, of: &ClusterGround) -> Found {
    let Some(namespace) = &ground.probe_in else {
        return Err(Finding::not_proven("no pods are made without --probe-nodes"));
    };
    let Some(host) = &ground.account.get()?.target_host else {
        return Err(Finding::not_proven("the registry's host isn't known"));
    };
    let (repository, digest) = some_image(ground).await?;
    let image = format!("{host}/{repository}@{digest}");
    let cluster = of.cluster.get()?;
    let left = clean(cluster, namespace).await.map_err(|error| Finding::cluster(&error))?;
    let groups = groups(of.nodes.get()?);
    let mut probes: FuturesUnordered<_> = groups
        .iter()
        .map(async |group| (group, pull_on(cluster, namespace, group, &image).await))
        .collect();
    let (mut failed, mut silent, mut hint) = (Vec::new(), Vec::new(), None);
    while let Some((group, pulled)) = probes.next().await {
        let node = format!("{} ({})", group.node, group.name);
        match pulled.map_err(|error| Finding::cluster(&error))? {
            Pulled::Yes => {}
            Pulled::No(why, what) => {
                failed.push(format!("{node}: {why}"));
                hint = Some(what);
            }
            Pulled::Silent => silent.push(node),
        }
    }
    drop(probes);
    let earlier = match left {
        0 => String::new(),
        left => format!("; {} of an earlier run deleted", counted(left, "pod", "pods")),
    };
    if let Some(hint) = hint {
        return Err(Finding::fail(format!("{}{earlier}", shortened(&failed, SHOWN))).hint(hint));
    }
    if !silent.is_empty() {
        let nodes = shortened(&silent, SHOWN);
        return Err(Finding::not_proven(format!("nothing heard in time from {nodes}{earlier}")));
    }
    let kinds = counted(groups.len(), "kind of node", "kinds of nodes");
    Ok(Finding::ok(format!("{kinds} pulled {repository}@{}{earlier}", short(&digest.to_string()))))
}

/// `sha256:` and twelve digits.
fn short(digest: &str) -> &str {
    digest.get(..19).unwrap_or(digest)
}

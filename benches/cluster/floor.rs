//! The least that a switch can take: its patches alone, each judged once and then made, as many at
//! once as serve best. Nothing is scanned, planned, proven or written to a file.

use std::time::Instant;

use anyhow::{Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

use super::fleet::OnCcr;
use super::support::cluster::Api;

/// As ours sends them.
const PATCH: &str = "application/json-patch+json";
const METADATA_ALONE: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
/// How many are sent at once; the best counts.
const AT_ONCE: [usize; 4] = [4, 8, 16, 32];

/// Wall seconds for all of `fleet`, from one host to the other; and with how many at once. There and
/// back again for each number.
pub(crate) async fn best(api: &Api, fleet: &[OnCcr], hosts: [&str; 2]) -> Result<(f64, usize)> {
    let mut best = (f64::INFINITY, 0);
    for at_once in AT_ONCE {
        for [old, new] in [hosts, [hosts[1], hosts[0]]] {
            let begin = Instant::now();
            send(api, fleet, (old, new), at_once, "&dryRun=All").await?;
            send(api, fleet, (old, new), at_once, "").await?;
            let took = begin.elapsed().as_secs_f64();
            if took < best.0 {
                best = (took, at_once);
            }
        }
    }
    Ok(best)
}

async fn send(
    api: &Api,
    fleet: &[OnCcr],
    (old, new): (&str, &str),
    at_once: usize,
    mode: &str,
) -> Result<()> {
    let one = |app: &OnCcr| {
        let OnCcr { namespace, name, image } = app;
        let path = format!(
            "/apis/apps/v1/namespaces/{namespace}/deployments/{name}?fieldManager=tcr-switch{mode}"
        );
        let pointer = "/spec/template/spec/containers/0/image";
        let patch: Value = json!([
            {"op": "test", "path": pointer, "value": format!("{old}/{image}")},
            {"op": "replace", "path": pointer, "value": format!("{new}/{image}")},
        ]);
        async move {
            let request = api.request("PATCH", &path).header("Content-Type", PATCH);
            let request = request.header("Accept", METADATA_ALONE).body(patch.to_string());
            let answer = request.send().await?;
            let (status, text) = (answer.status(), answer.text().await?);
            ensure!(status.is_success(), "{path}: {status} {text}");
            Ok(())
        }
    };
    stream::iter(fleet.iter().map(one)).buffer_unordered(at_once).try_collect().await
}

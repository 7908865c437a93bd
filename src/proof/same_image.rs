//! Whether what runs is what a reference names: `imageID` of a pod against a digest of TCR.
//!
//! What a kubelet calls `imageID` depends on its container runtime. containerd gives the digest that
//! the reference led to, of an index or of a manifest; CRI-O that of a platform's manifest or of an
//! image's config; Docker either, with a scheme in front. All three are tried.

use std::collections::{BTreeMap, BTreeSet};

use crate::image::{Digest, ManifestView, Reference, TagOrDigest};
use crate::registry::Registry;

/// No more manifests than this are read for one index.
const MANIFESTS_READ: usize = 200;

/// Whether what runs is the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// It is.
    Same,
    /// It is another one.
    Other(Digest),
    /// That can't be told; why.
    Unknown(String),
}

/// The digest in an `imageID`: `HOST/NAME@sha256:…`, `docker-pullable://…@sha256:…`,
/// `docker://sha256:…`, `sha256:…`, or the hexadecimal digits alone.
fn digest_of(id: &str) -> Option<Digest> {
    let last = id.rsplit(['@', '/']).next().unwrap_or(id);
    let is_bare = last.len() == 64 && last.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_bare { format!("sha256:{last}").parse().ok() } else { last.parse().ok() }
}

/// Compares what runs with the image at `digest`, which `new` names in TCR. What is no digest of it
/// at sight is looked for in its manifests.
pub(super) async fn compare(
    registry: &Registry,
    new: &Reference,
    digest: &Digest,
    ids: BTreeSet<String>,
) -> BTreeMap<String, Runs> {
    let mut told = BTreeMap::new();
    let mut open: BTreeMap<String, Digest> = BTreeMap::new();
    for id in ids {
        match digest_of(&id) {
            Some(same) if same == *digest => drop(told.insert(id, Runs::Same)),
            Some(other) => drop(open.insert(id, other)),
            None => {
                let why = format!("the node names it {id}, which is no digest");
                told.insert(id, Runs::Unknown(why));
            }
        }
    }
    let mut unread = None;
    let (mut left, mut seen) = (vec![digest.clone()], BTreeSet::from([digest.clone()]));
    while let Some(next) = left.pop() {
        if open.is_empty() {
            break;
        }
        let manifest = registry.manifest(&new.repository, &TagOrDigest::Digest(next.clone())).await;
        let read = manifest.map_err(|error| error.to_string()).and_then(|manifest| {
            ManifestView::parse(&manifest.bytes).map_err(|error| format!("{next}: {error}"))
        });
        let view = match read {
            Ok(view) => view,
            Err(why) => {
                unread = Some(why);
                continue;
            }
        };
        // A config is among the blobs; that a layer has the digest that runs can't be.
        let parts = view.children.iter().chain(&view.blobs).map(|part| &part.digest);
        let parts: BTreeSet<&Digest> = parts.collect();
        open.retain(|id, digest| {
            let is_part = parts.contains(digest);
            if is_part {
                told.insert(id.clone(), Runs::Same);
            }
            !is_part
        });
        for child in view.children {
            if seen.len() == MANIFESTS_READ {
                unread = Some(format!("it has more than {MANIFESTS_READ} manifests"));
            } else if seen.insert(child.digest.clone()) {
                left.push(child.digest);
            }
        }
    }
    told.extend(open.into_iter().map(|(id, other)| {
        let runs = match &unread {
            Some(why) => Runs::Unknown(why.clone()),
            None => Runs::Other(other),
        };
        (id, runs)
    }));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_id_is_read_as_each_runtime_writes_it() {
        let digest = Digest::of(b"image");
        let hex = digest.as_str().strip_prefix("sha256:").unwrap();
        for id in [
            format!("ccr.ccs.tencentyun.com/shop/web@{digest}"),
            format!("docker-pullable://ccr.ccs.tencentyun.com/shop/web@{digest}"),
            format!("docker://{digest}"),
            digest.to_string(),
            hex.to_owned(),
        ] {
            assert_eq!(digest_of(&id), Some(digest.clone()), "{id}");
        }
        for id in ["", "shop/web:v1", "docker://4b0a", "sha256:xyz"] {
            assert_eq!(digest_of(id), None, "{id}");
        }
    }
}

//! The graphs of one repository, one after the other; one that several tags share is fetched once.

use std::collections::HashMap;
use std::sync::Arc;

use super::CopyError;
use super::graph::{Graph, discover};
use super::schedule::Run;
use crate::image::Digest;
use crate::transfer::plan::{RepositoryCopy, TagCopy};

/// Fetches graphs, and keeps those that a later tag needs again.
pub(super) struct Graphs {
    uses: HashMap<Digest, usize>,
    kept: HashMap<Digest, Arc<Graph>>,
}

impl Graphs {
    pub(super) fn of(repository: &RepositoryCopy) -> Self {
        let mut uses: HashMap<Digest, usize> = HashMap::new();
        let digests = repository.tags.iter().filter(|tag| tag.action.writes());
        for digest in digests.filter_map(|tag| tag.digest.as_ref()) {
            *uses.entry(digest.clone()).or_default() += 1;
        }
        Self { uses, kept: HashMap::new() }
    }

    pub(super) async fn get(
        &mut self,
        run: &Run,
        repository: &RepositoryCopy,
        tag: &TagCopy,
    ) -> Result<Arc<Graph>, CopyError> {
        let left = tag.digest.as_ref().and_then(|digest| self.uses.get_mut(digest)).map(|left| {
            *left -= 1;
            *left
        });
        if let Some(digest) = &tag.digest {
            let kept = if left == Some(0) {
                self.kept.remove(digest)
            } else {
                self.kept.get(digest).cloned()
            };
            if let Some(graph) = kept {
                return Ok(graph);
            }
        }
        let registry = run.registry(&repository.source_host);
        let graph =
            discover(&registry, &repository.source, &tag.version, tag.digest.as_ref()).await?;
        let graph = Arc::new(graph);
        if let (Some(1..), Some(digest)) = (left, &tag.digest) {
            // What the tag points at now may be another manifest than the listing's.
            if *digest == graph.root.manifest.digest {
                self.kept.insert(digest.clone(), graph.clone());
            }
        }
        Ok(graph)
    }
}

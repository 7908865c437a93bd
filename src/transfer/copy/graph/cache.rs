//! The graphs of one repository; one that several tags share is fetched once.

use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::discover::{Graph, complete, discover, root};
use crate::image::{Digest, TagOrDigest};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::run::Run;
use crate::transfer::plan::{RepositoryCopy, TagCopy};

/// Indexes that are kept for tags of which no listing says what they point at.
const KEPT: usize = 8;

type Cell = Arc<OnceCell<Arc<Graph>>>;

/// Fetches graphs, and keeps those that a later tag needs again.
pub(crate) struct GraphCache {
    /// By the digest that the listing gave, with the number of tags that still need it.
    listed: Mutex<HashMap<Digest, (usize, Cell)>>,
    recent: Mutex<VecDeque<Arc<Graph>>>,
}

impl GraphCache {
    pub(crate) fn of(repository: &RepositoryCopy) -> Self {
        let mut listed: HashMap<Digest, (usize, Cell)> = HashMap::new();
        let digests = repository.tags.iter().filter(|tag| tag.action.writes());
        for digest in digests.filter_map(|tag| tag.digest.as_ref()) {
            listed.entry(digest.clone()).or_default().0 += 1;
        }
        Self { listed: Mutex::new(listed), recent: Mutex::default() }
    }

    /// The graph of a tag.
    ///
    /// It is fetched by the digest that the listing gave, so that what is copied is what was
    /// planned. If that is gone, the tag has moved, and what it points at now is copied.
    pub(crate) async fn get(
        &self,
        run: &Run,
        repository: &RepositoryCopy,
        tag: &TagCopy,
    ) -> Result<Arc<Graph>, CopyError> {
        let registry = run.registry(&repository.source_host);
        let name = &repository.source;
        if let Some(digest) = &tag.digest {
            let planned = TagOrDigest::Digest(digest.clone());
            let fetch = || async { discover(&registry, name, &planned).await.map(Arc::new) };
            match self.cell(digest).get_or_try_init(fetch).await {
                Err(CopyError::NotFound { .. }) if tag.version.digest().is_none() => {}
                graph => return graph.cloned(),
            }
        }
        let root = root(&registry, name, &tag.version).await?;
        let known = |graph: &&Arc<Graph>| graph.root.manifest.digest == root.manifest.digest;
        if let Some(graph) = self.recent.lock().iter().find(known) {
            return Ok(Arc::clone(graph));
        }
        let graph = Arc::new(complete(&registry, name, root).await?);
        if !graph.below.is_empty() {
            let mut recent = self.recent.lock();
            recent.push_back(Arc::clone(&graph));
            while recent.len() > KEPT {
                recent.pop_front();
            }
        }
        Ok(graph)
    }

    /// Where the graph of a digest is kept, as long as another tag needs it too.
    fn cell(&self, digest: &Digest) -> Cell {
        let mut listed = self.listed.lock();
        let Some((left, cell)) = listed.get_mut(digest) else { return Cell::default() };
        let cell = Arc::clone(cell);
        *left -= 1;
        if *left == 0 {
            listed.remove(digest);
        }
        cell
    }
}

//! Whether a copy is the same as its source, read from the target's files. That a blob's bytes are
//! those of its digest was checked by the registry when it took them.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use super::fill::Tagged;
use super::store::Store;

/// Fails, naming the first difference, unless the target has every tag with the same bytes, each of
/// its blobs with its size, and no tag besides.
pub(crate) fn check(target: &Store, tags: &[Tagged]) -> Result<()> {
    check_blobs(target, tags)?;
    let mut expected = BTreeMap::<&str, usize>::new();
    for Tagged { repository, tag, digest, manifest, .. } in tags {
        let found = target.tagged(repository, tag);
        ensure!(
            found.as_ref() == Some(digest),
            "{repository}:{tag} is {}, not {digest}",
            found.as_deref().unwrap_or("missing")
        );
        let bytes = std::fs::read(target.data(digest))?;
        ensure!(&bytes == manifest, "{repository}:{tag} has other bytes");
        *expected.entry(repository).or_default() += 1;
    }
    for (repository, count) in expected {
        let found = target.tags(repository);
        ensure!(found == count, "{repository} has {found} tags, not {count}");
    }
    Ok(())
}

/// How many of the tags the target has; fails if one of those lacks anything.
pub(crate) fn whole(target: &Store, tags: &[Tagged]) -> Result<usize> {
    let there = |tag: &&Tagged| target.tagged(&tag.repository, &tag.tag).is_some();
    let there: Vec<Tagged> = tags.iter().filter(there).cloned().collect();
    for Tagged { repository, tag, digest, .. } in &there {
        let found = target.tagged(repository, tag);
        ensure!(found.as_ref() == Some(digest), "{repository}:{tag} is not what it should be");
    }
    check_blobs(target, &there)?;
    Ok(there.len())
}

/// Fails unless the target has all blobs, each with its size.
pub(crate) fn check_blobs(target: &Store, tags: &[Tagged]) -> Result<()> {
    for Tagged { repository, tag, blobs, .. } in tags {
        for blob in blobs {
            let size = target.layer_size(repository, &blob.digest);
            ensure!(
                size == Some(blob.size),
                "{repository}:{tag}: blob {} is {}",
                blob.digest,
                size.map_or_else(|| "missing".to_owned(), |size| format!("{size} bytes"))
            );
        }
    }
    Ok(())
}

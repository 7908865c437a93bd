//! One blob: taken from another repository of the target where that can be, else streamed across.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::sync::watch;

use super::ledger::{Claim, Progress, Provide};
use super::schedule::Run;
use super::{CopyError, retry};
use crate::image::{Descriptor, MediaType, RepositoryName};
use crate::registry::{BlobStream, Registry, RegistryError, Upload};
use crate::transfer::observer::Event;

/// The longest wait for somebody else's upload or commit. After that the blob crosses once more:
/// slower, never wrong.
const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// From where to where.
pub(super) struct Ends<'a> {
    pub(super) source: &'a Registry,
    pub(super) source_name: &'a RepositoryName,
    pub(super) target: &'a Registry,
    pub(super) target_name: &'a RepositoryName,
}

/// Bytes that one image took.
#[derive(Default)]
pub(super) struct Moved {
    pub(super) crossed: AtomicU64,
    pub(super) mounted: AtomicU64,
    pub(super) present: AtomicU64,
}

/// Sees to it that the blob is in the target repository.
pub(super) async fn ensure(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    claim: &Claim,
    moved: &Moved,
) -> Result<(), CopyError> {
    match claim {
        Claim::Present => Ok(()),
        Claim::Wait(progress) => match wait_for(progress, Progress::Uploaded).await {
            true => Ok(()),
            // Whoever had it gave up; his error is reported with his image.
            false => provide(run, ends, blob, None, moved).await,
        },
        Claim::Provide(duty) => {
            let from = mountable(duty).await;
            provide(run, ends, blob, from, moved).await?;
            duty.uploaded();
            Ok(())
        }
    }
}

/// Sees to it without regard to what this run knows of the target: it may have been wrong.
pub(super) async fn ensure_anew(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    moved: &Moved,
) -> Result<(), CopyError> {
    provide(run, ends, blob, None, moved).await
}

/// The repository to mount from, once the manifest that commits the blob is there.
async fn mountable(duty: &Provide) -> Option<&RepositoryName> {
    let (repository, progress) = duty.from.as_ref()?;
    wait_for(progress, Progress::Committed).await.then_some(repository)
}

async fn wait_for(progress: &watch::Receiver<Progress>, wanted: Progress) -> bool {
    let reached = |progress: &Progress| {
        *progress == Progress::Failed || *progress == Progress::Committed || *progress == wanted
    };
    let mut progress = progress.clone();
    let end = tokio::time::timeout(LONGEST_WAIT, progress.wait_for(reached)).await;
    matches!(end, Ok(Ok(state)) if *state != Progress::Failed)
}

async fn provide(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    from: Option<&RepositoryName>,
    moved: &Moved,
) -> Result<(), CopyError> {
    retry::until_done(|| async {
        let _permit = run.blob_permit().await;
        // Mounting from the repository itself asks whether the blob is there and opens an upload
        // if it isn't, in one request (seen on distribution 2.8).
        let mount_from = from.unwrap_or(ends.target_name);
        match ends.target.start_upload(ends.target_name, &blob.digest, Some(mount_from)).await? {
            Upload::Present => {
                let size = blob.size.unwrap_or(0);
                if from.is_some() {
                    moved.mounted.fetch_add(size, Ordering::Relaxed);
                    run.observer().event(Event::Mounted(size));
                } else {
                    moved.present.fetch_add(size, Ordering::Relaxed);
                    run.observer().event(Event::Present(size));
                }
                Ok(())
            }
            Upload::Open(session) => {
                let opened = ends.source.blob(ends.source_name, &blob.digest, blob.size).await;
                let stream = match opened {
                    Ok(stream) => stream,
                    Err(error) => {
                        return foreign_or(blob, error);
                    }
                };
                let size = stream
                    .length()
                    .ok_or_else(|| CopyError::UnknownSize { digest: blob.digest.clone() })?;
                let counted = counted(run, stream);
                match ends.target.finish_upload(session, &blob.digest, size, counted).await {
                    Err(RegistryError::MonolithicRefused { .. }) => {
                        in_pieces(run, ends, blob, size).await?;
                    }
                    sent => sent?,
                }
                moved.crossed.fetch_add(size, Ordering::Relaxed);
                Ok(())
            }
        }
    })
    .await
}

/// The stream, with what passes told to whoever watches.
fn counted(
    run: &Run,
    stream: BlobStream,
) -> impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static {
    let observer = run.observer();
    stream.inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            observer.event(Event::Bytes(chunk.len() as u64));
        }
    })
}

/// Some front proxies take no large body in one request.
async fn in_pieces(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    size: u64,
) -> Result<(), CopyError> {
    let opened =
        ends.target.start_upload(ends.target_name, &blob.digest, Some(ends.target_name)).await?;
    let Upload::Open(session) = opened else { return Ok(()) };
    let stream = ends.source.blob(ends.source_name, &blob.digest, blob.size).await?;
    let counted = counted(run, stream);
    ends.target.finish_upload_by_patch(session, &blob.digest, size, counted).await?;
    Ok(())
}

/// What it means that the source doesn't hand out a blob.
///
/// A Windows base layer need not be in a registry: clients fetch it from its `urls`.
fn foreign_or(blob: &Descriptor, error: RegistryError) -> Result<(), CopyError> {
    let elsewhere = MediaType::is_foreign_layer(&blob.media_type) && !blob.urls.is_empty();
    match error.is_not_found() {
        true if elsewhere => Ok(()),
        true => Err(CopyError::Missing { what: format!("blob {}", blob.digest) }),
        false => Err(error.into()),
    }
}

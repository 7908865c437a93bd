//! One blob: taken from another repository of the target where that can be, else streamed across.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::sync::watch;

use super::CopyError;
use super::ledger::{Claim, Progress, Provide};
use super::retry::Tries;
use super::run::Run;
use super::tally::Doing;
use crate::image::{Descriptor, MediaType, RepositoryName};
use crate::registry::{BlobStream, Registry, RegistryError, Upload, UploadSession};
use crate::transfer::crossing::Crossing;
use crate::transfer::observer::Event;

/// The longest wait for somebody else's upload or commit. After that the blob crosses once more:
/// slower, never wrong.
const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// Bytes from which on a blob that breaks again and again is sent in pieces.
const WORTH_PIECES: u64 = 8 * 1024 * 1024;

/// Tries in one request before that.
const BEFORE_PIECES: u32 = 2;

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

/// How an attempt failed.
enum Broken {
    /// For good, or after all its tries.
    Final(CopyError),
    /// As streams do; another attempt may do better.
    Stream(CopyError),
    /// The target doesn't take it in one request.
    Refused,
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
        Claim::Wait(progress) => match wait_for(run, progress, Progress::Uploaded).await {
            true => Ok(()),
            // Whoever had it gave up; his error is reported with his image.
            false => provide(run, ends, blob, None, moved).await,
        },
        Claim::Provide(duty) => {
            let from = mountable(run, ends, duty).await;
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
async fn mountable<'a>(
    run: &Run,
    ends: &Ends<'_>,
    duty: &'a Provide,
) -> Option<&'a RepositoryName> {
    let (repository, progress) = duty.from.as_ref()?;
    if !run.abilities.mounts(ends.target.host()) {
        return None;
    }
    wait_for(run, progress, Progress::Committed).await.then_some(repository)
}

async fn wait_for(run: &Run, progress: &watch::Receiver<Progress>, wanted: Progress) -> bool {
    let reached = |progress: &Progress| {
        *progress == Progress::Failed || *progress == Progress::Committed || *progress == wanted
    };
    let mut progress = progress.clone();
    let waiting = tokio::time::timeout(LONGEST_WAIT, progress.wait_for(reached));
    let end = run.tally.time(Doing::Waiting, waiting).await;
    matches!(end, Ok(Ok(state)) if *state != Progress::Failed)
}

async fn provide(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    from: Option<&RepositoryName>,
    moved: &Moved,
) -> Result<(), CopyError> {
    let mut opened = None;
    // A mount is one small request and needs no place among those that move.
    if let Some(from) = from {
        let mount = ends.target.start_upload(ends.target_name, &blob.digest, Some(from));
        let mounted = run.tally.time(Doing::Moving, mount).await?;
        run.abilities.note_mount(ends.target.host(), matches!(mounted, Upload::Present));
        match mounted {
            Upload::Present => {
                let size = blob.size.unwrap_or(0);
                moved.mounted.fetch_add(size, Ordering::Relaxed);
                run.observer().event(Event::Mounted(size));
                return Ok(());
            }
            Upload::Open(session) => opened = Some(session),
        }
    }
    let mut tries = Tries::new(run.has_spent_tries(ends));
    let mut was_refused = false;
    loop {
        let place = run.queue.place(blob.size, ends);
        let place = run.tally.time(Doing::Queueing, place).await;
        let passed = Arc::new(AtomicU64::new(0));
        let in_pieces = was_refused || wants_pieces(run, ends, blob, &tries);
        let try_now = Try { opened: opened.take(), in_pieces, is_first: tries.failures() == 0 };
        let attempt = send(run, ends, blob, try_now, &passed, moved);
        let attempt = run.tally.time(Doing::Moving, attempt).await;
        drop(place);
        match attempt {
            Ok(()) => {
                run.note_tries(ends, false);
                if was_refused {
                    run.abilities.note_pieces(ends.target.host());
                }
                return Ok(());
            }
            Err(Broken::Refused) => was_refused = true,
            Err(Broken::Final(error)) => return Err(error),
            Err(Broken::Stream(error)) => {
                let again = tries.after(error, passed.load(Ordering::Relaxed)).await;
                again.inspect_err(|error| run.note_tries(ends, error.is_transient()))?;
            }
        }
    }
}

/// One attempt at a blob.
struct Try {
    /// An upload that the target has opened already.
    opened: Option<UploadSession>,
    in_pieces: bool,
    is_first: bool,
}

/// Some front proxies take no large body in one request, and don't always say so.
fn wants_pieces(run: &Run, ends: &Ends<'_>, blob: &Descriptor, tries: &Tries) -> bool {
    let is_worth_it = blob.size.is_some_and(|size| size >= WORTH_PIECES);
    run.abilities.wants_pieces(ends.target.host())
        || (is_worth_it && tries.failures() >= BEFORE_PIECES)
}

async fn send(
    run: &Run,
    ends: &Ends<'_>,
    blob: &Descriptor,
    attempt: Try,
    passed: &Arc<AtomicU64>,
    moved: &Moved,
) -> Result<(), Broken> {
    let session = match attempt.opened {
        Some(session) => session,
        // Mounting from the repository itself asks whether the blob is there (an upload that
        // seemed to break may have landed) and opens an upload if it isn't, in one request.
        None => match open(ends, blob).await? {
            Upload::Open(session) => session,
            Upload::Present => {
                let size = blob.size.unwrap_or(0);
                // What an earlier attempt has sent is no saving.
                if attempt.is_first {
                    moved.present.fetch_add(size, Ordering::Relaxed);
                    run.observer().event(Event::Present(size));
                } else {
                    moved.crossed.fetch_add(size, Ordering::Relaxed);
                }
                return Ok(());
            }
        },
    };
    if !attempt.is_first {
        // Waits as long as a source that is down altogether is waited for.
        let there = ends.source.blob_exists(ends.source_name, &blob.digest).await;
        there.map_err(|error| Broken::Final(error.into()))?;
    }
    let stream = match ends.source.blob(ends.source_name, &blob.digest, blob.size).await {
        Ok(stream) => stream,
        Err(error) => return foreign_or(blob, error),
    };
    let unknown = || CopyError::UnknownSize { digest: blob.digest.clone() };
    let size = stream.length().ok_or_else(|| Broken::Final(unknown()))?;
    let target = ends.target;
    let crossing = Crossing::begin(run.observer(), ends.target_name, &blob.digest, size);
    let bytes = counted(run, crossing, stream, passed);
    let sent = match attempt.in_pieces {
        true => target.finish_upload_by_patch(session, &blob.digest, size, bytes).await,
        false => target.finish_upload(session, &blob.digest, size, bytes).await,
    };
    sent.map_err(|error| match error {
        RegistryError::MonolithicRefused { .. } => Broken::Refused,
        error => Broken::Stream(error.into()),
    })?;
    moved.crossed.fetch_add(size, Ordering::Relaxed);
    Ok(())
}

async fn open(ends: &Ends<'_>, blob: &Descriptor) -> Result<Upload, Broken> {
    let name = ends.target_name;
    let opened = ends.target.start_upload(name, &blob.digest, Some(name)).await;
    opened.map_err(|error| Broken::Final(error.into()))
}

/// The stream as the user's limit lets it pass, with what passes told to whoever watches.
fn counted(
    run: &Run,
    crossing: Crossing,
    stream: BlobStream,
    passed: &Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static {
    let (rate, passed) = (run.rate(), Arc::clone(passed));
    stream.then(move |chunk| {
        let rate = rate.clone();
        if let Ok(chunk) = &chunk {
            passed.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            crossing.moved(chunk.len() as u64);
        }
        async move {
            if let (Some(rate), Ok(chunk)) = (rate, &chunk) {
                rate.pass(chunk.len() as u64).await;
            }
            chunk
        }
    })
}

/// What it means that the source doesn't hand out a blob.
///
/// A Windows base layer need not be in a registry: clients fetch it from its `urls`.
fn foreign_or(blob: &Descriptor, error: RegistryError) -> Result<(), Broken> {
    let elsewhere = MediaType::is_foreign_layer(&blob.media_type) && !blob.urls.is_empty();
    match error.is_not_found() {
        true if elsewhere => Ok(()),
        true => Err(Broken::Final(CopyError::Missing { what: format!("blob {}", blob.digest) })),
        false => Err(Broken::Stream(error.into())),
    }
}

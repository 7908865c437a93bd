//! One blob: taken from another repository of the target where that can be, else streamed across.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::sync::watch;

use super::ledger::{BlobClaim, BlobProgress, UploadClaim};
use super::tries::Tries;
use crate::image::{Descriptor, RepositoryName};
use crate::registry::{BlobStream, RegistryError, Upload, UploadSession};
use crate::transfer::copy::error::CopyError;
use crate::transfer::copy::phases::Phase;
use crate::transfer::copy::route::{BytesMoved, Route};
use crate::transfer::copy::run::Run;
use crate::transfer::crossing::Crossing;
use crate::transfer::observer::Event;

/// Stall limits without a byte, of whatever blob of the run, after which another image's upload or
/// commit isn't waited for any longer, and the blob is sent again. While bytes move, whoever was
/// first is on its way, or waits for one that is.
const WITHOUT_PROGRESS: u32 = 15;

/// Bytes from which on a blob that breaks again and again is sent in pieces.
const WORTH_PIECES: u64 = 8 * 1024 * 1024;

/// Tries in one request before that.
const BEFORE_PIECES: u32 = 2;

/// How an attempt failed.
enum AttemptError {
    /// For good, or after all its tries.
    Final(CopyError),
    /// As streams do; another attempt may do better.
    Stream(CopyError),
    /// The target doesn't take it in one request.
    Refused,
}

/// Sees to it that the blob is in the target repository.
pub(crate) async fn ensure(
    run: &Run,
    route: &Route<'_>,
    blob: &Descriptor,
    claim: &BlobClaim,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    match claim {
        BlobClaim::Present => Ok(()),
        BlobClaim::Wait(progress) => {
            match wait_for(run, route, progress, BlobProgress::Uploaded).await {
                true => Ok(()),
                // The other image gave up; its error is reported with it.
                false => provide(run, route, blob, None, moved).await,
            }
        }
        BlobClaim::Upload(upload) => {
            let from = mountable(run, route, upload).await;
            provide(run, route, blob, from, moved).await?;
            upload.uploaded();
            Ok(())
        }
    }
}

/// Sees to it without regard to what this run knows of the target: it may have been wrong.
pub(crate) async fn ensure_anew(
    run: &Run,
    route: &Route<'_>,
    blob: &Descriptor,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    provide(run, route, blob, None, moved).await
}

/// The repository to mount from, once the manifest that commits the blob is there.
async fn mountable<'a>(
    run: &Run,
    route: &Route<'_>,
    upload: &'a UploadClaim,
) -> Option<&'a RepositoryName> {
    let from = upload.from.as_ref()?;
    if !run.capabilities.mounts(route.target.host()) {
        return None;
    }
    let is_there = match &from.progress {
        Some(progress) => wait_for(run, route, progress, BlobProgress::Committed).await,
        None => true,
    };
    is_there.then_some(&from.repository)
}

async fn wait_for(
    run: &Run,
    route: &Route<'_>,
    progress: &watch::Receiver<BlobProgress>,
    wanted: BlobProgress,
) -> bool {
    let reached = |progress: &BlobProgress| {
        *progress == BlobProgress::Failed
            || *progress == BlobProgress::Committed
            || *progress == wanted
    };
    let mut progress = progress.clone();
    let patience = route.target.stall_timeout() * WITHOUT_PROGRESS;
    let waiting = while_bytes_move(&run.passed, patience, progress.wait_for(reached));
    let end = run.tally.time(Phase::Waiting, waiting).await;
    matches!(end, Some(Ok(state)) if *state != BlobProgress::Failed)
}

/// What `work` comes to; `None` once `passed` has stood still for as long as `patience`.
async fn while_bytes_move<T>(
    passed: &AtomicU64,
    patience: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let still = async {
        loop {
            let before = passed.load(Ordering::Relaxed);
            tokio::time::sleep(patience).await;
            if passed.load(Ordering::Relaxed) == before {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = still => None,
    }
}

async fn provide(
    run: &Run,
    route: &Route<'_>,
    blob: &Descriptor,
    from: Option<&RepositoryName>,
    moved: &BytesMoved,
) -> Result<(), CopyError> {
    let mut opened = None;
    // A mount is one small request and needs no place among those that move.
    if let Some(from) = from {
        let mount = route.target.start_upload(route.target_name, &blob.digest, Some(from));
        let mounted = run.tally.time(Phase::Moving, mount).await?;
        run.capabilities.note_mount(route.target.host(), matches!(mounted, Upload::Present));
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
    let mut tries = Tries::new(run.has_spent_tries(route));
    let mut was_refused = false;
    loop {
        let place = run.queue.place(blob.size, route);
        let place = run.tally.time(Phase::Queueing, place).await;
        let passed = Arc::new(AtomicU64::new(0));
        let in_pieces = was_refused || wants_pieces(run, route, blob, &tries);
        let attempt = Attempt { opened: opened.take(), in_pieces, is_first: tries.failures() == 0 };
        let attempt = send(run, route, blob, attempt, &passed, moved);
        let attempt = run.tally.time(Phase::Moving, attempt).await;
        drop(place);
        match attempt {
            Ok(()) => {
                run.note_tries(route, false);
                if was_refused {
                    run.capabilities.note_pieces(route.target.host());
                }
                return Ok(());
            }
            Err(AttemptError::Refused) => was_refused = true,
            Err(AttemptError::Final(error)) => return Err(error),
            Err(AttemptError::Stream(error)) => {
                let again = tries.after(error, passed.load(Ordering::Relaxed)).await;
                again.inspect_err(|error| run.note_tries(route, error.is_transient()))?;
            }
        }
    }
}

/// One attempt at a blob.
struct Attempt {
    /// An upload that the target has opened already.
    opened: Option<UploadSession>,
    in_pieces: bool,
    is_first: bool,
}

/// Some front proxies take no large body in one request, and don't always say so.
fn wants_pieces(run: &Run, route: &Route<'_>, blob: &Descriptor, tries: &Tries) -> bool {
    let is_worth_it = blob.size.is_some_and(|size| size >= WORTH_PIECES);
    run.capabilities.wants_pieces(route.target.host())
        || (is_worth_it && tries.failures() >= BEFORE_PIECES)
}

async fn send(
    run: &Run,
    route: &Route<'_>,
    blob: &Descriptor,
    attempt: Attempt,
    passed: &Arc<AtomicU64>,
    moved: &BytesMoved,
) -> Result<(), AttemptError> {
    let session = match attempt.opened {
        Some(session) => session,
        // Mounting from the repository itself asks whether the blob is there (an upload that
        // seemed to break may have landed) and opens an upload if it isn't, in one request.
        None => match open(route, blob).await? {
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
        let there = route.source.blob_exists(route.source_name, &blob.digest).await;
        there.map_err(|error| AttemptError::Final(error.into()))?;
    }
    let stream = match route.source.blob(route.source_name, &blob.digest, blob.size).await {
        Ok(stream) => stream,
        Err(error) => return foreign_or(blob, error),
    };
    let unknown = || CopyError::UnknownSize { digest: blob.digest.clone() };
    let size = stream.length().ok_or_else(|| AttemptError::Final(unknown()))?;
    let target = route.target;
    let crossing = Crossing::begin(run.observer(), route.target_name, &blob.digest, size);
    let bytes = counted(run, crossing, stream, passed);
    let sent = match attempt.in_pieces {
        true => target.finish_upload_by_patch(session, &blob.digest, size, bytes).await,
        false => target.finish_upload(session, &blob.digest, size, bytes).await,
    };
    sent.map_err(|error| match error {
        RegistryError::MonolithicRefused { .. } => AttemptError::Refused,
        error => AttemptError::Stream(error.into()),
    })?;
    moved.crossed.fetch_add(size, Ordering::Relaxed);
    Ok(())
}

async fn open(route: &Route<'_>, blob: &Descriptor) -> Result<Upload, AttemptError> {
    let name = route.target_name;
    let opened = route.target.start_upload(name, &blob.digest, Some(name)).await;
    opened.map_err(|error| AttemptError::Final(error.into()))
}

/// The stream as the user's limit lets it pass, its bytes reported to the observer.
fn counted(
    run: &Run,
    crossing: Crossing,
    stream: BlobStream,
    passed: &Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, RegistryError>> + Send + 'static {
    let (rate, passed, of_run) = (run.rate(), Arc::clone(passed), Arc::clone(&run.passed));
    stream.then(move |chunk| {
        let rate = rate.clone();
        if let Ok(chunk) = &chunk {
            passed.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            of_run.fetch_add(chunk.len() as u64, Ordering::Relaxed);
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
fn foreign_or(blob: &Descriptor, error: RegistryError) -> Result<(), AttemptError> {
    match error.is_not_found() {
        true if blob.may_be_elsewhere() => Ok(()),
        true => {
            Err(AttemptError::Final(CopyError::NotFound { what: format!("blob {}", blob.digest) }))
        }
        false => Err(AttemptError::Stream(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn a_wait_has_no_end_while_bytes_move_and_ends_when_they_do_not() {
        let passed = Arc::new(AtomicU64::new(0));
        let others = Arc::clone(&passed);
        let moving = tokio::spawn(async move {
            loop {
                tokio::time::sleep(PATIENCE / 5).await;
                others.fetch_add(1, Ordering::Relaxed);
            }
        });
        let long = tokio::time::sleep(PATIENCE * 6);
        assert!(while_bytes_move(&passed, PATIENCE, long).await.is_some());
        moving.abort();
        let endless = std::future::pending::<()>();
        assert!(while_bytes_move(&passed, PATIENCE, endless).await.is_none());
    }
}

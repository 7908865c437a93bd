//! Serving a blob piece by piece: whole or in part, as it is or broken.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream;

use crate::content::Blob;

const PIECE_SIZE: u64 = 64 * 1024;

/// A blob that is being served.
pub(super) struct Outgoing {
    pub(super) blob: Arc<Blob>,
    /// Where the next piece begins.
    pub(super) offset: u64,
    /// Where the last piece ends.
    pub(super) end: u64,
    /// Serve other bytes than those that the digest is of.
    pub(super) wrong: bool,
    /// Break the connection after so many bytes.
    pub(super) cut_after: Option<u64>,
    /// Counts what the client took.
    pub(super) counter: Arc<AtomicU64>,
}

impl Outgoing {
    /// As the body of an answer.
    pub(super) fn into_body(self) -> Body {
        Body::from_stream(stream::unfold(Some(self), |state| async move {
            let mut outgoing = state?;
            let mut limit = (outgoing.end - outgoing.offset).min(PIECE_SIZE);
            if limit == 0 {
                return None;
            }
            if let Some(left) = &mut outgoing.cut_after {
                limit = limit.min(*left);
                *left -= limit;
                if limit == 0 {
                    // hyper sends what it has while it waits, and drops it on an error.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    return Some((Err(io::Error::other("cut by a fault")), None));
                }
            }
            let mut piece = outgoing.blob.read(outgoing.offset, limit);
            outgoing.offset += piece.len() as u64;
            outgoing.counter.fetch_add(piece.len() as u64, Ordering::Relaxed);
            if outgoing.wrong {
                piece = piece.iter().map(|byte| !byte).collect::<Bytes>();
            }
            Some((Ok(piece), Some(outgoing)))
        }))
    }
}

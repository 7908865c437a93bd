//! What the servers of the sandbox have in common.

use std::io;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use futures::{StreamExt as _, stream};
use tokio::net::TcpListener;

/// Serves until the process ends.
pub(crate) async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    // Small answers must not wait for the one before to be acknowledged.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await
}

/// Reads a body that is not needed, unless it is long: a client that is still sending when the
/// connection closes may never see the answer.
pub(crate) async fn drain(body: Body) {
    let _ = to_bytes(body, 1 << 20).await;
}

/// Takes so many bytes of the body, then ends the connection without an answer.
pub(crate) async fn hang_up(body: Body, after: u64) -> Response {
    let mut pieces = body.into_data_stream();
    let mut taken = 0;
    while taken < after {
        match pieces.next().await {
            Some(Ok(piece)) => taken += piece.len() as u64,
            _ => break,
        }
    }
    // hyper drops the connection, and the answer's head with it, if the body fails at once.
    Response::new(Body::from_stream(stream::once(async {
        Err::<Vec<u8>, _>(io::Error::other("cut by a fault"))
    })))
}

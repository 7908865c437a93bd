//! A way to a registry that takes time: each byte comes half a round trip later, in both
//! directions, and a new connection costs one round trip before its first byte. Bandwidth is not
//! limited.
//!
//! Threads rather than tasks: their sleep is good to 0.1 ms, a timer of tokio's to one or two.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The largest piece that is read at a time.
const PIECE: usize = 64 * 1024;

/// How many pieces may be under way in one direction of a connection: 16 MiB at most. That is
/// 3 GB/s at 5 ms.
const UNDER_WAY: usize = 256;

/// A listening proxy. When it is dropped it takes no new connections; the old ones end with their
/// ends.
pub(crate) struct Proxy {
    host: String,
    ended: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    /// A way to this registry.
    pub(crate) fn start(registry: &str, round_trip: Duration) -> Result<Self> {
        Self::with(registry, round_trip, None)
    }

    /// A way to this registry on which all connections together send so many bytes in a second.
    pub(crate) fn narrow(registry: &str, bytes_per_second: u64) -> Result<Self> {
        let narrows = Arc::new(Narrows { bytes_per_second, free: Mutex::new(Instant::now()) });
        Self::with(registry, Duration::ZERO, Some(narrows))
    }

    fn with(registry: &str, round_trip: Duration, narrows: Option<Arc<Narrows>>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let ended = Arc::new(AtomicBool::new(false));
        let (registry, end) = (registry.to_owned(), Arc::clone(&ended));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                count.fetch_add(1, Ordering::Relaxed);
                let (registry, narrows) = (registry.clone(), narrows.clone());
                // An error ends this connection; both sides see it closed.
                spawn(move || connect(&client, &registry, round_trip, narrows));
            }
        });
        Ok(Self { host, ended, connections })
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// How many connections were opened since the last time that this was called.
    pub(crate) fn connections(&self) -> usize {
        self.connections.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the listener up, so that it sees it.
        let _ = TcpStream::connect(&self.host);
    }
}

/// A place through which all bytes to a registry have to go, one after the other.
struct Narrows {
    bytes_per_second: u64,
    free: Mutex<Instant>,
}

impl Narrows {
    fn pass(&self, bytes: usize) {
        let nanos = bytes as u64 * 1_000_000_000 / self.bytes_per_second;
        let due = {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            *free = (*free).max(Instant::now()) + Duration::from_nanos(nanos);
            *free
        };
        sleep(due.saturating_duration_since(Instant::now()));
    }
}

fn connect(
    client: &TcpStream,
    registry: &str,
    round_trip: Duration,
    narrows: Option<Arc<Narrows>>,
) -> Result<()> {
    // A real handshake takes this long; here the kernel answered it at once.
    sleep(round_trip);
    let server = TcpStream::connect(registry)?;
    for (from, to, narrows) in [(client, &server, narrows), (&server, client, None)] {
        to.set_nodelay(true)?;
        // Where it is narrow, what is under way waits at the sender's.
        let under_way = if narrows.is_some() { 1 } else { UNDER_WAY };
        let (sender, receiver) = sync_channel(under_way);
        let (from, to) = (from.try_clone()?, to.try_clone()?);
        spawn(move || take(from, &sender, round_trip / 2));
        spawn(move || deliver(&receiver, to, narrows.as_deref()));
    }
    Ok(())
}

/// A piece, and when it is due. An empty one says that there is no more.
type Piece = (Instant, Vec<u8>);

fn take(mut from: TcpStream, pieces: &SyncSender<Piece>, delay: Duration) {
    let mut buffer = vec![0; PIECE];
    loop {
        let length = from.read(&mut buffer).unwrap_or(0);
        let piece = (Instant::now() + delay, buffer[..length].to_vec());
        if pieces.send(piece).is_err() || length == 0 {
            return;
        }
    }
}

fn deliver(pieces: &Receiver<Piece>, mut to: TcpStream, narrows: Option<&Narrows>) {
    while let Ok((due, bytes)) = pieces.recv() {
        sleep(due.saturating_duration_since(Instant::now()));
        if bytes.is_empty() {
            // It may be closed from the other side already.
            let _ = to.shutdown(Shutdown::Write);
            return;
        }
        if let Some(narrows) = narrows {
            narrows.pass(bytes.len());
        }
        if to.write_all(&bytes).is_err() {
            // The one who reads for this end sees it, too.
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
}

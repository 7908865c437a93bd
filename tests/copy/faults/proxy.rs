//! The proxy before one registry: its connections, the requests, the faults that are set.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use super::exchange::serve;
use super::fault::Fault;
use super::newer_push::Pushed;
use super::presigned::{Expiry, Store};
use super::request::{Kind, Request};
use super::token::Tokens;

/// Which exchanges a trouble hits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub(super) kinds: Vec<Kind>,
    /// A part of the path, for one repository or one blob.
    pub(super) only: Option<String>,
    /// So many go through before.
    pub(super) skip: u32,
    /// So many are hit; `u32::MAX` is for ever.
    pub(super) times: u32,
    pub(super) fault: Fault,
}

/// One request that came through, and how it ended.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) kind: Kind,
    pub(super) path: String,
    /// 0: no answer reached the program.
    pub(super) status: u16,
    pub(super) faults: Vec<Fault>,
    /// Bytes of the answer's body that the program was sent.
    pub(super) answered: u64,
}

/// What all connections of one proxy share.
pub(super) struct Desk {
    pub(super) registry: String,
    pub(super) host: String,
    /// Where the store's addresses are, if there is one.
    pub(super) store_host: String,
    pub(super) tokens: Option<Tokens>,
    pub(super) store: Option<Store>,
    hits: Mutex<Vec<Hit>>,
    has_met: AtomicBool,
    pub(super) uploads: Mutex<HashMap<String, Uploads>>,
    seen: Mutex<Vec<Seen>>,
    /// What the registry has taken, as repository and digest.
    taken: Mutex<HashSet<(String, String)>>,
    /// What somebody else has pushed.
    pub(super) pushed: Mutex<Vec<Pushed>>,
    wrongs: Mutex<Vec<String>>,
    connections: Mutex<Vec<AbortHandle>>,
}

impl Desk {
    /// The troubles for this request.
    pub(super) fn troubles(&self, request: &Request) -> Vec<Fault> {
        let busy =
            self.uploads.lock().unwrap().get(&request.repository).is_some_and(Uploads::go_on);
        let mut troubles = Vec::new();
        for hit in self.hits.lock().unwrap().iter_mut() {
            let is_redirect = matches!(hit.fault, Fault::Redirect(..));
            let is_meant = hit.kinds.contains(&request.kind)
                && !(is_redirect && request.is_moved)
                && hit.only.as_ref().is_none_or(|only| request.path.contains(only))
                && (hit.fault != Fault::WhileUploading || busy);
            if !is_meant || hit.times == 0 {
                continue;
            }
            if hit.skip > 0 {
                hit.skip -= 1;
                continue;
            }
            if hit.times != u32::MAX {
                hit.times -= 1;
            }
            troubles.push(hit.fault);
            self.has_met.store(true, Ordering::SeqCst);
        }
        troubles
    }

    pub(super) fn note(&self, seen: Seen) {
        self.seen.lock().unwrap().push(seen);
    }

    /// The registry has taken a blob or a manifest.
    pub(super) fn take(&self, repository: &str, digest: &str) {
        self.taken.lock().unwrap().insert((repository.to_owned(), digest.to_owned()));
    }

    /// The registry has refused a manifest because of a part that it says it doesn't have.
    ///
    /// If it has taken that part, the program is not to blame: while a docker-registry writes a
    /// link for the second time, whoever looks sees an empty one.
    pub(super) fn refused(&self, request: &Request, text: &str) {
        let told: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let missing = told["errors"].as_array().into_iter().flatten();
        let missing = missing.filter(|error| error["code"] == "MANIFEST_BLOB_UNKNOWN");
        for digest in missing.filter_map(|error| error["detail"].as_str()) {
            let part = (request.repository.clone(), digest.to_owned());
            if !self.taken.lock().unwrap().contains(&part) {
                self.wrong(format!("{} was put before {digest}", request.path));
            }
        }
    }

    /// Something that no program may do.
    pub(super) fn wrong(&self, what: String) {
        self.wrongs.lock().unwrap().push(what);
    }
}

/// Uploads into one repository.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    pub(super) open: u32,
    pub(super) ended: Option<Instant>,
}

impl Uploads {
    /// A registry is not done with a blob the moment it has the last byte.
    const SETTLING: Duration = Duration::from_millis(150);

    fn go_on(&self) -> bool {
        self.open > 0 || self.ended.is_some_and(|ended| ended.elapsed() < Self::SETTLING)
    }
}

/// Which host a connection was made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The one that the program was told.
    Registry,
    /// The one that it is redirected to.
    Store,
}

/// What a proxy is besides a proxy.
#[derive(Debug, Clone, Default)]
pub(super) struct Role {
    pub(super) tokens: bool,
    pub(super) store: Option<Expiry>,
}

/// A running proxy. It ends when it is dropped.
pub(super) struct Proxy {
    pub(super) desk: Arc<Desk>,
    tasks: Vec<AbortHandle>,
}

impl Proxy {
    /// A proxy before `registry` (`HOST:PORT`).
    pub(super) fn start(registry: &str, role: &Role) -> Self {
        runtime().block_on(async {
            let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
            let front = TcpListener::bind(nowhere).await.unwrap();
            let store = TcpListener::bind(nowhere).await.unwrap();
            let desk = Arc::new(Desk {
                registry: registry.to_owned(),
                host: front.local_addr().unwrap().to_string(),
                store_host: store.local_addr().unwrap().to_string(),
                tokens: role.tokens.then(Tokens::default),
                store: role.store.map(Store::new),
                hits: Mutex::default(),
                has_met: AtomicBool::default(),
                uploads: Mutex::default(),
                seen: Mutex::default(),
                taken: Mutex::default(),
                pushed: Mutex::default(),
                wrongs: Mutex::default(),
                connections: Mutex::default(),
            });
            let listen = |listener: TcpListener, door| {
                let desk = desk.clone();
                tokio::spawn(async move {
                    while let Ok((connection, _)) = listener.accept().await {
                        let served = tokio::spawn(serve(desk.clone(), connection, door));
                        desk.connections.lock().unwrap().push(served.abort_handle());
                    }
                })
                .abort_handle()
            };
            let tasks = vec![listen(front, Door::Registry), listen(store, Door::Store)];
            Self { desk, tasks }
        })
    }

    /// `127.0.0.1:PORT`
    pub(super) fn host(&self) -> &str {
        &self.desk.host
    }

    /// From now on these troubles are there to be had.
    pub(super) fn arm(&self, hits: &[Hit]) {
        *self.desk.hits.lock().unwrap() = hits.to_vec();
    }

    /// What somebody else has pushed to the registry meanwhile.
    pub(super) fn pushed(&self) -> Vec<Pushed> {
        self.desk.pushed.lock().unwrap().clone()
    }

    /// From now on all goes well.
    pub(super) fn heal(&self) {
        self.desk.hits.lock().unwrap().clear();
        self.desk.store.iter().for_each(Store::heal);
    }

    /// Whether some trouble met a request.
    pub(super) fn has_met(&self) -> bool {
        self.desk.has_met.load(Ordering::SeqCst)
    }

    /// All that came through so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.desk.seen.lock().unwrap().clone()
    }

    /// How many requests of this sort came.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.seen().iter().filter(|seen| seen.kind == kind).count()
    }

    /// What the program did that it may never do.
    pub(super) fn wrongs(&self) -> Vec<String> {
        self.desk.wrongs.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let connections = self.desk.connections.lock().unwrap();
        for task in self.tasks.iter().chain(&*connections) {
            task.abort();
        }
    }
}

/// One runtime for all proxies of the process.
pub(super) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().unwrap()
    })
}

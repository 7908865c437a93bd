//! Which of a host's addresses is tried first: one that answers.
//!
//! The HTTP library tries addresses in turn and gives each an equal part of the time for
//! connecting, on every new connection. With one dead address of two, half of them would lose
//! seconds. So if there are several, connections race (as in RFC 8305, "Happy Eyeballs"), and the
//! winner is remembered for a while.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// The head start that an address has over the next one (RFC 8305, section 8).
const HEAD_START: Duration = Duration::from_millis(250);
/// How long the race may take.
const RACE: Duration = Duration::from_secs(5);
/// How long its winner counts as alive.
const REMEMBERED: Duration = Duration::from_secs(60);

/// The addresses of one host. Other names, such as a proxy's, are looked up as usual.
pub(super) struct Addresses {
    name: String,
    port: u16,
    /// Instead of what DNS says.
    fixed: Vec<IpAddr>,
    winner: Arc<Mutex<Option<(IpAddr, Instant)>>>,
}

impl Addresses {
    pub(super) fn new(name: &str, port: u16, fixed: Vec<IpAddr>) -> Self {
        Self { name: name.to_owned(), port, fixed, winner: Arc::default() }
    }
}

impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let is_own = name.as_str().eq_ignore_ascii_case(&self.name);
        let fixed = if is_own { self.fixed.clone() } else { Vec::new() };
        let (port, winner) = (self.port, Arc::clone(&self.winner));
        Box::pin(async move {
            let mut addresses = match fixed.is_empty() {
                true => look_up(name.as_str()).await?,
                false => fixed,
            };
            if is_own && addresses.len() > 1 {
                put_first_who_answers(&mut addresses, port, &winner).await;
            }
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

async fn look_up(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
}

async fn put_first_who_answers(
    addresses: &mut [IpAddr],
    port: u16,
    winner: &Mutex<Option<(IpAddr, Instant)>>,
) {
    // Held during the race: other callers wait for its end.
    let mut winner = winner.lock().await;
    let known =
        winner.filter(|(_, since)| since.elapsed() < REMEMBERED).map(|(address, _)| address);
    let first = match known.filter(|known| addresses.contains(known)) {
        Some(known) => Some(known),
        None => {
            let first = race(addresses, port).await;
            *winner = first.map(|first| (first, Instant::now()));
            first
        }
    };
    // A stable sort: the others stay in the order of DNS.
    addresses.sort_by_key(|address| Some(*address) != first);
}

/// The first address that accepts a connection; `None` if none does in time.
async fn race(addresses: &[IpAddr], port: u16) -> Option<IpAddr> {
    let mut runners: FuturesUnordered<_> = (0_u32..)
        .zip(addresses)
        .map(|(place, &address)| async move {
            tokio::time::sleep(HEAD_START * place).await;
            TcpStream::connect((address, port)).await.ok().map(|_| address)
        })
        .collect();
    let first = async {
        while let Some(arrived) = runners.next().await {
            if arrived.is_some() {
                return arrived;
            }
        }
        None
    };
    timeout(RACE, first).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn listening() -> (tokio::net::TcpListener, u16) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    async fn order(addresses: &Addresses) -> Vec<String> {
        let found = addresses.resolve("a.b".parse().unwrap()).await.unwrap();
        found.map(|address| address.ip().to_string()).collect()
    }

    #[tokio::test]
    async fn a_dead_address_does_not_come_first() {
        let (_listener, port) = listening().await;
        let fixed = ["127.0.0.9", "127.0.0.1"].map(|address| address.parse().unwrap());
        let addresses = Addresses::new("a.b", port, fixed.to_vec());
        assert_eq!(order(&addresses).await, ["127.0.0.1", "127.0.0.9"]);
    }

    #[tokio::test]
    async fn who_won_is_remembered_and_nobody_has_to_run_again() {
        let (listener, port) = listening().await;
        let fixed = ["127.0.0.9", "127.0.0.1"].map(|address| address.parse().unwrap());
        let addresses = Addresses::new("a.b", port, fixed.to_vec());
        order(&addresses).await;
        drop(listener);
        assert_eq!(order(&addresses).await, ["127.0.0.1", "127.0.0.9"]);
    }

    #[tokio::test]
    async fn if_none_answers_the_order_stays() {
        let (listener, port) = listening().await;
        drop(listener);
        let fixed = ["127.0.0.9", "127.0.0.8"].map(|address| address.parse().unwrap());
        let addresses = Addresses::new("a.b", port, fixed.to_vec());
        assert_eq!(order(&addresses).await, ["127.0.0.9", "127.0.0.8"]);
    }
}

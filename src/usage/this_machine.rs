//! What tells this program's own pulls: the users that it pulls as, and the addresses of this machine.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::account::CcrSide;
use crate::image::Host;
use crate::tencent::identity;

/// A name that takes longer to be resolved tells nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The users of CCR's logins and of the API key, by name or number. One that can't be told is left
/// out: its pulls count as somebody else's.
pub async fn users(ccr: &CcrSide) -> BTreeSet<String> {
    let mut users = BTreeSet::new();
    for region in &ccr.regions {
        if let Some(host) = region.host(None)
            && let Ok(Some(login)) = ccr.registries.lasting_login(&host).await
        {
            users.insert(login.username);
        }
    }
    if let Some(region) = ccr.regions.first()
        && let Ok(identity) = identity(region.personal.api()).await
    {
        users.insert(identity.user);
    }
    users.retain(|user| !user.is_empty());
    users
}

/// The addresses from which this machine reaches CCR, as it knows them itself. Behind a NAT gateway
/// CCR sees another.
pub async fn addresses(ccr: &CcrSide) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for host in ccr.regions.iter().filter_map(|region| region.host(None)) {
        if let Ok(Some(address)) = timeout(PATIENCE, local_address(&host)).await {
            addresses.insert(address);
        }
    }
    addresses
}

/// The address that the system would send from. Connecting a UDP socket sends nothing.
async fn local_address(host: &Host) -> Option<String> {
    const HTTPS: u16 = 443;
    let (name, port) = match host.as_str().rsplit_once(':') {
        Some((name, port)) => (name, port.parse().ok()?),
        None => (host.as_str(), HTTPS),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    for to in tokio::net::lookup_host((name, port)).await.ok()? {
        let any = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await.ok()?;
        if socket.connect(to).await.is_ok() {
            return Some(socket.local_addr().ok()?.ip().to_string());
        }
    }
    None
}

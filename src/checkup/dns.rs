//! What a name resolves to here: by the system's resolver, or by one that is named.
//!
//! Asking a named one is a question and an answer of one datagram each (RFC 1035), so no crate is
//! needed for it; hickory-resolver would bring forty.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;

/// How long an answer is waited for, and how often it is asked for.
const WAIT: Duration = Duration::from_secs(2);
const TRIES: u16 = 2;

/// An address and its port, 53 if none is given.
///
/// # Errors
/// If it is neither.
pub(super) fn parse_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(|address| SocketAddr::new(address, 53)))
        .map_err(|_| format!("`{text}` is not ADDRESS or ADDRESS:PORT, as in 183.60.83.19"))
}

/// The IPv4 addresses of a name; empty if it has none.
///
/// # Errors
/// If no answer came, or none that can be read.
pub(super) async fn resolve(name: &str, server: Option<SocketAddr>) -> io::Result<Vec<Ipv4Addr>> {
    let Some(server) = server else {
        let found = tokio::time::timeout(WAIT * 2, tokio::net::lookup_host((name, 443))).await;
        let found = found.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        return Ok(found
            .filter_map(|address| match address.ip() {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            })
            .collect());
    };
    let mut error = io::Error::from(io::ErrorKind::TimedOut);
    for id in 1..=TRIES {
        match tokio::time::timeout(WAIT, ask(name, server, id)).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(failed)) => error = failed,
            Err(_) => {}
        }
    }
    Err(error)
}

async fn ask(name: &str, server: SocketAddr, id: u16) -> io::Result<Vec<Ipv4Addr>> {
    let here: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(here).await?;
    // Connected: answers from elsewhere are not heard.
    socket.connect(server).await?;
    let question = question(name, id).ok_or(io::ErrorKind::InvalidInput)?;
    socket.send(&question).await?;
    let mut answer = [0; 1500];
    let length = socket.recv(&mut answer).await?;
    read(&answer[..length], id)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its answer can't be understood"))
}

/// A recursive question for the addresses of a name.
fn question(name: &str, id: u16) -> Option<Vec<u8>> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length))?;
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.extend([0, 0, 1, 0, 1]);
    Some(bytes)
}

/// The addresses in an answer. `None` if it is no answer to this question; a name that doesn't exist
/// has none.
fn read(answer: &[u8], id: u16) -> Option<Vec<Ipv4Addr>> {
    let number = |at: usize| Some(u16::from_be_bytes([*answer.get(at)?, *answer.get(at + 1)?]));
    let (flags, questions, answers) = (number(2)?, number(4)?, number(6)?);
    let code = flags & 0xf;
    // NOERROR or NXDOMAIN, and an answer at all.
    if number(0)? != id || flags & 0x8000 == 0 || !matches!(code, 0 | 3) {
        return None;
    }
    let mut at = 12;
    for _ in 0..questions {
        at = behind_name(answer, at)? + 4;
    }
    let mut found = Vec::new();
    for _ in 0..answers {
        at = behind_name(answer, at)?;
        let (kind, length) = (number(at)?, usize::from(number(at + 8)?));
        let data = answer.get(at + 10..at + 10 + length)?;
        if let (1, &[a, b, c, d]) = (kind, data) {
            found.push(Ipv4Addr::new(a, b, c, d));
        }
        at += 10 + length;
    }
    Some(found)
}

/// Where a name ends that begins here: at an empty label, or at a pointer.
fn behind_name(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            pointer if pointer >= 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_an_alias_is_followed() {
        let mut answer = question("a.example.com", 7).unwrap();
        answer[2] = 0x81;
        answer[7] = 2;
        // An alias, then the address of what it stands for.
        answer.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, b'b', 0xc0, 14]);
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 5]);
        assert_eq!(read(&answer, 7), Some(vec![Ipv4Addr::new(10, 0, 0, 5)]));
        assert_eq!(read(&answer, 8), None, "to another question");
        for length in 0..answer.len() {
            assert_eq!(read(&answer[..length], 7), None);
        }
    }

    #[test]
    fn a_name_that_can_not_be_is_not_asked_for() {
        assert!(question("a..b", 1).is_none());
        assert!(question(&"a".repeat(64), 1).is_none());
    }
}

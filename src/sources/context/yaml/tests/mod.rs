//! Files of each shape, and what is said of them.

mod agree;
mod hostile;

use memchr::memmem;

use crate::image::Host;
use crate::sources::find::{Found, Name, Segment, Slash, What};

/// What is found in a text: hosts of CCR with what looks like a reference behind them.
fn find(bytes: &[u8]) -> Vec<Found> {
    const HOST: &str = "ccr.ccs.tencentyun.com";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memmem::find(&bytes[at..], HOST.as_bytes()).map(|it| at + it) {
        let host = start..start + HOST.len();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(byte);
        let end = host.end + bytes[host.end..].iter().take_while(is_part).count();
        let text = String::from_utf8_lossy(&bytes[host.end..end]).into_owned();
        let name = Name {
            host: Host::try_from(HOST.to_owned()).unwrap(),
            host_span: host.clone(),
            scheme: start..start,
            slash: Slash::Plain,
            path: vec![Segment { span: host.end..end, text, is_template: false }],
            ends_in_slash: false,
            tag: None,
            digest: None,
        };
        found.push(Found { span: start..end, what: What::Name(name) });
        at = end;
    }
    found
}

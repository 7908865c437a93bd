//! How a host ends: with a port, in a sentence, or by going on as another host.

use super::bytes::{is_name, run};
use super::escape::colon_at;
use super::template::{self, Around};

/// What ends a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostEnd {
    /// Something that doesn't belong to it; a path may follow.
    Here,
    /// The signs of a sentence.
    Sentence,
    /// `:PORT` up to here.
    Port(usize, u16),
    /// A port that is made elsewhere.
    Unknown,
}

/// How the host ends at `end`; `None` if it goes on, and is another one.
pub(super) fn host_end(bytes: &[u8], end: usize) -> Option<HostEnd> {
    let signs = run(bytes, end, usize::MAX, |byte| matches!(byte, b'.' | b'-' | b'_'));
    let next = bytes.get(end + signs).copied();
    if signs > 0 {
        let is_dots = bytes[end..end + signs].iter().all(|&byte| byte == b'.');
        let goes_on =
            next.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"${%".contains(&byte));
        let is_over = next.is_none_or(|byte| byte.is_ascii_whitespace());
        return (is_over || (is_dots && !goes_on)).then_some(HostEnd::Sentence);
    }
    if next.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let Some(colon) = colon_at(bytes, end) else { return Some(HostEnd::Here) };
    let at = end + colon;
    let digits = run(bytes, at, 6, |byte| byte.is_ascii_digit());
    let behind = at + digits;
    let is_over = bytes.get(behind).is_none_or(|&byte| !is_name(byte) || byte == b'.');
    let port = std::str::from_utf8(&bytes[at..behind]).ok().and_then(|text| text.parse().ok());
    let is_template = |at: usize| {
        let opens = bytes.get(at).is_some_and(|byte| b"${%<".contains(byte));
        opens && template::length(bytes, at, Around::default()).is_some()
    };
    Some(match port {
        Some(port) if is_over => HostEnd::Port(behind, port),
        _ if is_template(at) => HostEnd::Unknown,
        _ => HostEnd::Here,
    })
}

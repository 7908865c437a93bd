//! The finder: bytes in, places out.

use super::bytes::{before, is_name};
use super::domain::Domain;
use super::encoded;
use super::escape::Escape;
use super::fallback;
use super::found::{Found, Name, What};
use super::front::{Front, Wanted, is_label};
use super::host_end::{HostEnd, host_end};
use super::needles::{Needle, Needles};
use super::tail::{Reader, Tail};
use crate::image::{CcrHosts, Host};
use crate::sources::span::Span;

/// Finds what has to do with CCR. Made once, for all files and threads.
pub(in crate::sources) struct Finder {
    needles: Needles,
    ccr: CcrHosts,
}

impl Finder {
    /// For CCR's own hosts, and those that were named besides. One that was named and has less than
    /// three letters is not looked for.
    pub(in crate::sources) fn new(ccr: &CcrHosts) -> Self {
        Self { needles: Needles::new(ccr), ccr: ccr.clone() }
    }

    /// Whether anything may be found: no is certain, yes is not. Hardly slower than the memory.
    pub(in crate::sources) fn is_worth_reading(&self, bytes: &[u8]) -> bool {
        self.needles.next(bytes, 0).is_some()
    }

    /// All places, in their order. Of two, the spans never overlap.
    ///
    /// The time grows with the length of `bytes`, whatever they are.
    pub(in crate::sources) fn find(&self, bytes: &[u8]) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        let (mut from, mut floor) = (0, 0);
        while let Some(hit) = self.needles.next(bytes, from) {
            from = hit.at + 1;
            let found = self.place(bytes, &hit.needle, floor);
            if let Some(found) = found.filter(|it| floor <= it.span.start && !it.span.is_empty()) {
                floor = found.span.end;
                from = from.max(floor);
                all.push(found);
            }
        }
        all
    }

    fn place(&self, bytes: &[u8], needle: &Needle, floor: usize) -> Option<Found> {
        match needle {
            Needle::Domain(domain) if domain.is_plain => self.ccr(bytes, domain, floor),
            Needle::Domain(domain) => pattern(bytes, domain),
            Needle::Named(host, span) => self.named(bytes, host, span, floor),
            Needle::Secret(span) => secret(bytes, span),
            Needle::EditionFlag(span) => {
                Some(Found { span: span.clone(), what: What::EditionFlag })
            }
            Needle::Encoded(span) => self.encoded(bytes, span, floor),
        }
    }

    /// A host of CCR's own.
    fn ccr(&self, bytes: &[u8], domain: &Domain, floor: usize) -> Option<Found> {
        let Some(dot) = &domain.dot else {
            let is_whole = !before(bytes, domain.start).is_some_and(is_name);
            let ends = host_end(bytes, domain.end).is_some();
            let found = Found { span: domain.start..domain.end, what: What::Partial };
            return (is_whole && ends).then_some(found);
        };
        let front = Front::of(bytes, Wanted::Ccr(dot.start))?;
        self.host(bytes, front, domain.end, floor)
    }

    /// A host that was named, whose letters are at `span`.
    fn named(&self, bytes: &[u8], host: &Host, span: &Span, floor: usize) -> Option<Found> {
        let front = front_of_named(bytes, host, span)?;
        let port = host.port().map_or(0, |_| host.as_str().len() - port_start(host.as_str()));
        self.host(bytes, front, span.end - port, floor)
    }

    /// A host that ends at `end`, in front of its port.
    fn host(&self, bytes: &[u8], front: Front, end: usize, floor: usize) -> Option<Found> {
        let ending = host_end(bytes, end)?;
        let partial = |start| Some(Found { span: start..end, what: What::Partial });
        let (start, scheme) = match front {
            Front::Partial { start } => return partial(start.max(floor)),
            Front::Host { start, .. } if ending == HostEnd::Unknown => return partial(start),
            Front::Host { start, scheme } => (start, Some(scheme)),
            Front::Nested { start } => (start, None),
        };
        let name = String::from_utf8_lossy(bytes.get(start..end)?).to_ascii_lowercase();
        let host = self.known(&name, ending)?;
        let Some(scheme) = scheme else {
            return Some(Found { span: start..end, what: What::Nested });
        };
        let behind = if let HostEnd::Port(behind, _) = ending { behind } else { end };
        let is_free = |span| self.is_free(bytes, span);
        let reader = Reader { bytes, opening: before(bytes, scheme.start), is_free: &is_free };
        let tail = match ending {
            HostEnd::Sentence => Tail { end: behind, ..Tail::default() },
            _ => reader.read(behind),
        };
        let behind_fallback = || self.behind_fallback(bytes, scheme.start..behind);
        let is_bare = tail.path.is_empty() && !tail.ends_in_slash;
        let fallback = if is_bare { behind_fallback() } else { None };
        let is_fallback = fallback.is_some();
        let tail = fallback.unwrap_or(tail);
        // What stands in front may belong to the place before.
        let scheme = if scheme.start < floor { start..start } else { scheme };
        let span = scheme.start..tail.end;
        let Tail { slash, path, ends_in_slash, tag, digest, .. } = tail;
        let host_span = start..behind;
        let name =
            Name { host, host_span, is_fallback, scheme, slash, path, ends_in_slash, tag, digest };
        Some(Found { span, what: What::Name(name) })
    }

    /// The path behind the variable or template that falls back to the host at `host`.
    fn behind_fallback(&self, bytes: &[u8], host: Span) -> Option<Tail> {
        let whole = fallback::around(bytes, host.clone())?;
        let is_free = |span| self.is_free(bytes, span);
        let opening = before(bytes, whole.start);
        let tail = Reader { bytes, opening, is_free: &is_free }.read(whole.end);
        let is_alone = is_free(host.end..whole.end);
        (is_alone && !tail.path.is_empty() && !tail.ends_in_slash).then_some(tail)
    }

    /// The host of CCR with this name and this end.
    fn known(&self, name: &str, ending: HostEnd) -> Option<Host> {
        let is_ccr = |host: &Host| self.ccr.contains(host);
        if let HostEnd::Port(_, port) = ending {
            let with_port: Option<Host> = format!("{name}:{port}").parse().ok().filter(is_ccr);
            if with_port.is_some() || port != 443 {
                return with_port;
            }
        }
        name.parse().ok().filter(is_ccr)
    }

    /// Whether no host stands in `span`.
    fn is_free(&self, bytes: &[u8], span: Span) -> bool {
        let bytes = &bytes[..span.end];
        let next = |from| self.needles.next(bytes, from);
        let mut hits = std::iter::successors(next(span.start), |hit| next(hit.at + 1));
        !hits.any(|hit| match &hit.needle {
            Needle::Domain(_) => true,
            Needle::Named(host, span) => front_of_named(bytes, host, span).is_some(),
            _ => false,
        })
    }

    fn encoded(&self, bytes: &[u8], fragment: &Span, floor: usize) -> Option<Found> {
        let is_ccr = |found: &Found| matches!(found.what, What::Name(_) | What::Nested);
        let names_ccr = |text: &Vec<u8>| self.find(text).iter().any(is_ccr);
        let is_of_ccr = encoded::decoded(bytes, fragment).iter().any(names_ccr);
        let span = is_of_ccr.then(|| encoded::whole(bytes, fragment, floor))?;
        Some(Found { span, what: What::Encoded })
    }
}

/// What stands in front of a host that was named. One without a dot or a port may be any word, and
/// is a host in front of a path only.
fn front_of_named(bytes: &[u8], host: &Host, span: &Span) -> Option<Front> {
    let is_word = !host.as_str().contains(['.', ':']) && host.as_str() != "localhost";
    let is_host = !is_word || bytes.get(span.end) == Some(&b'/');
    is_host.then(|| Front::of(bytes, Wanted::Named(span.start))).flatten()
}

/// Where `:PORT` begins, or the end.
fn port_start(host: &str) -> usize {
    host.rfind(':').unwrap_or(host.len())
}

/// A host in a regular expression: its first label is CCR's, or is a pattern itself.
fn pattern(bytes: &[u8], domain: &Domain) -> Option<Found> {
    let end = domain.dot.as_ref()?.start;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let start = end - super::bytes::run_before(bytes, end, 63, is_letter);
    let escaped = Escape::around(bytes, start).map_or(start, |escape| escape.end.min(end));
    let begin = [escaped, start].into_iter().find(|&at| is_label(&bytes[at..end]));
    // `[a-z]*\.ccs…`, `\.ccs…`
    let is_any = start == end && before(bytes, end) != Some(b'.');
    let is_below = begin.is_some_and(|at| before(bytes, at) == Some(b'.'));
    let begin = begin.or(is_any.then_some(end)).filter(|_| !is_below)?;
    let goes_on = bytes.get(domain.end).is_some_and(|&byte| is_letter(byte));
    (!goes_on).then_some(Found { span: begin..domain.end, what: What::Pattern })
}

/// The name of a pull secret, if the whole word is.
fn secret(bytes: &[u8], span: &Span) -> Option<Found> {
    let ends = !bytes.get(span.end).is_some_and(|&byte| is_name(byte) && byte != b'.');
    let begins = Front::of(bytes, Wanted::Named(span.start));
    let begins = matches!(begins, Some(Front::Host { .. } | Front::Nested { .. }));
    (begins && ends).then_some(Found { span: span.clone(), what: What::PullSecret })
}

//! Where a host begins, and what stands in front of it.

use super::bytes::{before, ends, is_name, run_before};
use super::escape::{Escape, slash_before};
use super::template;
use crate::image::Host;
use crate::sources::span::Span;

/// A host's name has at most 253 characters; an escape in front of it has a few.
const LONGEST: usize = 262;

/// How long the word in front of `://` may be.
const LONGEST_SCHEME: usize = 32;

/// What a host begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Front {
    /// It stands for itself, behind `scheme`, which may be empty.
    Host { start: usize, scheme: Span },
    /// Something else stands in front of a slash, or of a backslash that escapes nothing.
    Nested { start: usize },
    /// Its first letters are made elsewhere, or not written, or can be read in two ways.
    Partial { start: usize },
}

/// Which letters are a host.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// CCR's, whose first label ends here, in front of a dot.
    Ccr(usize),
    /// One that was named, which begins here.
    Named(usize),
}

impl Wanted {
    fn end(self) -> usize {
        match self {
            Self::Ccr(at) | Self::Named(at) => at,
        }
    }

    /// Whether one begins at `start`.
    fn is_at(self, bytes: &[u8], start: usize) -> bool {
        match self {
            Self::Ccr(end) => bytes.get(start..end).is_some_and(is_label),
            Self::Named(named) => start == named,
        }
    }

    /// Whether it is one that is known of, or was named.
    fn is_known_at(self, bytes: &[u8], start: usize) -> bool {
        let known = |label: &[u8]| {
            let host = format!("{}.ccs.tencentyun.com", String::from_utf8_lossy(label));
            host.parse::<Host>().is_ok_and(|host| host.is_known_ccr_name())
        };
        match self {
            Self::Ccr(end) => self.is_at(bytes, start) && bytes.get(start..end).is_some_and(known),
            Self::Named(_) => self.is_at(bytes, start),
        }
    }
}

/// Whether it is the first label of one of CCR's names: `^[a-z]*ccr$`, in whatever case.
pub(super) fn is_label(label: &[u8]) -> bool {
    label.len() <= 63
        && label.iter().all(u8::is_ascii_alphabetic)
        && ends(label, label.len(), "ccr").is_some()
}

impl Front {
    /// Of the host that `wanted` says; `None` if it is a part of another host's name.
    pub(super) fn of(bytes: &[u8], wanted: Wanted) -> Option<Self> {
        let run = run_before(bytes, wanted.end(), LONGEST, is_name);
        if run == LONGEST {
            return None;
        }
        let start = wanted.end() - run;
        let partial = |from: usize| {
            let label = &bytes[start..wanted.end()];
            let may_be = label.is_empty()
                || wanted.is_at(bytes, start)
                || (!label.contains(&b'.') && ends(label, label.len(), "ccr").is_some());
            may_be.then_some(Self::Partial { start: from })
        };
        if wanted.is_at(bytes, start + 1)
            && let Some(from) = template::start_before(bytes, start + 1)
        {
            return Some(Self::Partial { start: from });
        }
        if let Some(from) = template::start_before(bytes, start) {
            return partial(from);
        }
        if let Some(slash) = slash_before(bytes, start)
            && wanted.is_at(bytes, start)
        {
            return Some(Self::behind_slash(bytes, start, slash));
        }
        match before(bytes, start) {
            Some(b'@') if wanted.is_at(bytes, start) && is_behind_login(bytes, start) => {
                return Some(Self::Nested { start });
            }
            // `$REGION.ccs…`, `$HKccr.ccs…`
            Some(b'$') => {
                let is_label = !bytes[start..wanted.end()].contains(&b'.');
                return is_label.then_some(Self::Partial { start: start - 1 });
            }
            // "`nccr.ccs…" of PowerShell
            Some(b'`')
                if bytes.get(start).is_some_and(|byte| b"nrtfbvae0".contains(byte))
                    && wanted.is_known_at(bytes, start + 1)
                    && !wanted.is_known_at(bytes, start) =>
            {
                return Some(Self::host(start + 1));
            }
            Some(b'\\' | b'%' | b'[' | b';') => {
                if let Some(front) = Self::behind_sign(bytes, start, wanted) {
                    return Some(front);
                }
            }
            _ => {}
        }
        if run == 0 && matches!(wanted, Wanted::Ccr(_)) {
            return Some(Self::Partial { start });
        }
        Self::in_text(bytes, start, wanted)
    }

    fn host(start: usize) -> Self {
        Self::Host { start, scheme: start..start }
    }

    /// Of a host at `start`, with a slash at `slash` right in front of it.
    fn behind_slash(bytes: &[u8], start: usize, slash: usize) -> Self {
        let Some(second) = slash_before(bytes, slash) else { return Self::Nested { start } };
        let colon = [":", "%3a", "&#58;"].iter().find_map(|colon| ends(bytes, second, colon));
        if let Some(colon) = colon {
            let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
            let length = run_before(bytes, colon, LONGEST_SCHEME, is_scheme);
            let word = colon - length;
            let word = Escape::around(bytes, word).map_or(word, |it| it.end.min(colon));
            if word < colon {
                return Self::Host { start, scheme: word..start };
            }
        }
        // `//ccr.ccs…`, a comment or an address without a scheme.
        let begins = before(bytes, second)
            .is_none_or(|byte| byte.is_ascii_whitespace() || byte == b'"' || byte == b'\'');
        if begins { Self::host(start) } else { Self::Nested { start } }
    }

    /// Of a host with a sign in front of it that begins escapes; `None` if it does nothing here.
    fn behind_sign(bytes: &[u8], start: usize, wanted: Wanted) -> Option<Self> {
        let is_backslash = before(bytes, start) == Some(b'\\');
        let escape = Escape::around(bytes, start);
        if let Some(escape) = escape.filter(|escape| wanted.is_at(bytes, escape.end)) {
            let end = escape.end;
            // `\thccr`, `\\tpeccr`: of two readings, the escape is not the one with a known host.
            let is_doubtful =
                is_backslash && wanted.is_known_at(bytes, start) && !wanted.is_known_at(bytes, end);
            let stands_for = escape.stands_for;
            return match stands_for {
                _ if is_doubtful => Some(Self::Nested { start }),
                '/' => Some(Self::behind_slash(bytes, end, escape.start)),
                '\\' => Some(Self::Nested { start: end }),
                _ if stands_for.is_ascii_alphanumeric() || ".-_".contains(stands_for) => {
                    Some(Self::Partial { start: escape.start })
                }
                _ => Some(Self::host(end)),
            };
        }
        if !wanted.is_at(bytes, start) {
            // `%sccr.ccs…`, `%s.ccs…`
            let is_host = start + 1 == wanted.end() || wanted.is_at(bytes, start + 1);
            let is_verb = before(bytes, start) == Some(b'%') && is_host;
            return is_verb.then_some(Self::Partial { start: start - 1 });
        }
        match before(bytes, start) {
            Some(b'\\') => Some(Self::Nested { start }),
            Some(b'%') if !wanted.is_known_at(bytes, start) => {
                Some(Self::Partial { start: start - 1 })
            }
            _ => Some(Self::host(start)),
        }
    }

    /// Of a host with nothing in front of `start` that would say more; the signs of words may be
    /// between.
    fn in_text(bytes: &[u8], start: usize, wanted: Wanted) -> Option<Self> {
        let word = &bytes[start..wanted.end()];
        let at_sign = |sign: u8| word.iter().take_while(|&&byte| byte == sign).count();
        if let Some(begin) = behind_default(bytes, start, wanted) {
            return Some(Self::host(begin));
        }
        match word.first() {
            Some(b'-') => Self::behind_hyphens(bytes, start, at_sign(b'-'), wanted),
            // Markdown's emphasis.
            Some(b'_') => {
                let begin = start + at_sign(b'_');
                wanted.is_at(bytes, begin).then_some(Self::host(begin))
            }
            // All hosts below.
            Some(b'.') => {
                let begin = start + at_sign(b'.');
                let is_below = begin == wanted.end() || wanted.is_at(bytes, begin);
                is_below.then_some(Self::Partial { start })
            }
            _ => wanted.is_at(bytes, start).then_some(Self::host(start)),
        }
    }

    /// A host can't begin with a hyphen. One may be the sign of a flag of one letter, and the host
    /// its value: `docker build -tccr.ccs…`. It is where that gives a known host and nothing else
    /// does: `-thccr` may be Bangkok's `thccr`, `-tccr` is no region's.
    fn behind_hyphens(bytes: &[u8], start: usize, hyphens: usize, wanted: Wanted) -> Option<Self> {
        let begin = start + hyphens;
        // `${IMAGE:-ccr.ccs…`
        let is_default = before(bytes, start) == Some(b':');
        let may_be_flag = hyphens == 1
            && !is_default
            && bytes.get(begin).is_some_and(u8::is_ascii_alphabetic)
            && !wanted.is_known_at(bytes, begin);
        if may_be_flag && wanted.is_known_at(bytes, begin + 1) {
            return Some(Self::host(begin + 1));
        }
        if may_be_flag && wanted.is_at(bytes, begin + 1) {
            return Some(Self::Partial { start });
        }
        wanted.is_at(bytes, begin).then_some(Self::host(begin))
    }
}

/// Where the host begins behind a variable's name and a hyphen: `${IMAGE-ccr.ccs…}`.
fn behind_default(bytes: &[u8], start: usize, wanted: Wanted) -> Option<usize> {
    let hyphen = bytes[start..wanted.end()].iter().position(|&byte| byte == b'-')?;
    let is_variable = hyphen > 0 && bytes[..start].ends_with(b"${");
    let begin = start + hyphen + 1;
    (is_variable && wanted.is_at(bytes, begin)).then_some(begin)
}

/// Whether a scheme and a login stand in front: `https://USER:PASSWORD@`.
fn is_behind_login(bytes: &[u8], start: usize) -> bool {
    let is_login = |byte: u8| byte.is_ascii_graphic() && !b"/\"'`<>".contains(&byte);
    let login = run_before(bytes, start, LONGEST, is_login);
    bytes[..start - login].ends_with(b"://")
}

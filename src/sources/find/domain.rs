//! `ccs.tencentyun.com`, which every host of CCR ends in, as it is written and in regular
//! expressions.

use super::bytes::{has, run, run_before};
use crate::sources::span::Span;

/// No more backslashes than these are read in front of a dot: text that is escaped three times.
const BACKSLASHES: usize = 8;

/// A place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain {
    /// Where `ccs` begins.
    pub(super) start: usize,
    /// Behind `com`.
    pub(super) end: usize,
    /// The dot in front of it, if one is there.
    pub(super) dot: Option<Span>,
    /// Whether all dots are plain ones; else it is for a regular expression.
    pub(super) is_plain: bool,
}

impl Domain {
    /// What `tyu` at `at` is a part of.
    pub(super) fn around(bytes: &[u8], at: usize) -> Option<Self> {
        let name =
            at.checked_sub("tencen".len()).filter(|&start| has(bytes, start, "tencentyun"))?;
        let behind = name + "tencentyun".len();
        let behind = behind + dot_at(bytes, behind)?;
        let end = has(bytes, behind, "com").then_some(behind + "com".len())?;
        let middle = name.checked_sub(dot_before(bytes, name)?)?;
        let start = middle.checked_sub("ccs".len()).filter(|&start| has(bytes, start, "ccs"))?;
        let dot = dot_before(bytes, start).map(|length| start - length..start);
        // Each plain dot is one byte.
        let dots = (end - start) - "ccstencentyuncom".len() + dot.as_ref().map_or(1, Span::len);
        Some(Self { start, end, dot, is_plain: dots == 3 })
    }
}

/// The length of the dot at `at`: `.`, `\.`, `\\.`, `[.]`, `\x2e`, `\u002e`, `%2E`.
fn dot_at(bytes: &[u8], at: usize) -> Option<usize> {
    let signs = run(bytes, at, BACKSLASHES, |byte| byte == b'\\');
    let dots: &[&str] = if signs == 0 { &[".", "[.]", "%2e"] } else { &[".", "x2e", "u002e"] };
    dots.iter().find(|dot| has(bytes, at + signs, dot)).map(|dot| signs + dot.len())
}

/// The length of the dot that ends at `end`.
fn dot_before(bytes: &[u8], end: usize) -> Option<usize> {
    [".", "[.]", "%2e", "x2e", "u002e"].iter().find_map(|dot| {
        let start = end.checked_sub(dot.len()).filter(|&start| has(bytes, start, dot))?;
        let signs = run_before(bytes, start, BACKSLASHES, |byte| byte == b'\\');
        (dot_at(bytes, start - signs) == Some(end - start + signs)).then_some(end - start + signs)
    })
}

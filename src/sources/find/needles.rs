//! Where in a file something of CCR may stand: a search for a few rare letters.
//!
//! All words are looked for in one pass. Of each word only three bytes are, in every case that they
//! are written in; what stands around them is compared where they are. The search takes many bytes
//! at a time as long as its fragments are few and equally long, so that it costs hardly more than a
//! search for one word.

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::bytes::has;
use super::domain::Domain;
use super::encoded::fragments;
use super::flag;
use crate::image::{CcrHosts, Host};
use crate::sources::span::Span;

/// How long a fragment is.
const LENGTH: usize = 3;

/// Names of pull secrets that TKE makes, and where a rare fragment stands in them, in the cases that
/// such words are written in.
const SECRETS: [(&str, usize, &[&str]); 2] = [
    ("qcloudregistrykey", 0, &["qcl", "Qcl", "QCL", "QCl", "qCl"]),
    ("tencenthubkey", 8, &["ubk", "ubK", "UBK"]),
];

/// The search, made once for all files.
pub(super) struct Needles {
    /// `None` if it can't be built, which the library does not rule out: each place is compared then.
    search: Option<AhoCorasick>,
    fragments: Vec<String>,
    /// For each fragment, what it may be a part of.
    words: Vec<Vec<Word>>,
    /// The hosts that were named, but for CCR's own.
    named: Vec<Host>,
}

/// What a fragment is a part of, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Domain,
    Named(usize, usize),
    Secret(&'static str, usize),
    EditionFlag,
    Encoded(String),
}

/// A place where one of the words stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where the fragment is. The next search begins behind it.
    pub(super) at: usize,
    /// What stands there.
    pub(super) needle: Needle,
}

/// A word that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needle {
    /// `ccs.tencentyun.com`
    Domain(Domain),
    /// A host that was named, without regard to what stands around it.
    Named(Host, Span),
    /// The name of a pull secret, without regard to what stands around it.
    Secret(Span),
    /// All of `imageType: personal`.
    EditionFlag(Span),
    /// base64 of a part of a host.
    Encoded(Span),
}

impl Needles {
    pub(super) fn new(ccr: &CcrHosts) -> Self {
        let named = ccr.named().iter().filter(|host| !host.is_ccr_name());
        let named: Vec<Host> = named.cloned().collect();
        let mut lists = vec![with(casings("tyu"), &Word::Domain)];
        lists.extend(SECRETS.map(|(word, at, cases)| {
            with(cases.iter().map(ToString::to_string).collect(), &Word::Secret(word, at))
        }));
        for fragment in ["rso", "ccr"] {
            let cases = vec![fragment.to_owned(), fragment.to_ascii_uppercase()];
            lists.push(with(cases, &Word::EditionFlag));
        }
        // A line break may stand in one of the two, where base64 is broken into lines.
        for text in ["ccr.ccs.", "tencentyun"].into_iter().chain(named.iter().map(Host::as_str)) {
            let codes = fragments(text).into_iter();
            lists.extend(codes.map(|code| vec![(code[..LENGTH].to_owned(), Word::Encoded(code))]));
        }
        for (index, host) in named.iter().enumerate() {
            if let Some(at) = rarest(host.as_str()) {
                let fragment = &host.as_str()[at..at + LENGTH];
                lists.push(with(casings(fragment), &Word::Named(index, at)));
            }
        }
        Self::of(&lists, named)
    }

    /// The search for all fragments of `lists`, one list for each word.
    ///
    /// The first ones of all lists go in front. The search puts every eighth fragment in the same
    /// bucket, and two words in one bucket cost it five times the time.
    fn of(lists: &[Vec<(String, Word)>], named: Vec<Host>) -> Self {
        let mut fragments: Vec<String> = Vec::new();
        let mut words: Vec<Vec<Word>> = Vec::new();
        let rounds = lists.iter().map(Vec::len).max().unwrap_or_default();
        for round in 0..rounds {
            for (fragment, word) in lists.iter().filter_map(|list| list.get(round)) {
                if let Some(known) = fragments.iter().position(|known| known == fragment) {
                    words[known].push(word.clone());
                } else {
                    fragments.push(fragment.clone());
                    words.push(vec![word.clone()]);
                }
            }
        }
        // The fast search is for leftmost matches only.
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&fragments);
        Self { search: search.ok(), fragments, words, named }
    }

    /// The first word at `from` or behind it.
    pub(super) fn next(&self, bytes: &[u8], mut from: usize) -> Option<Hit> {
        loop {
            let (index, at) = self.fragment(bytes, from)?;
            let needle = self.words[index].iter().find_map(|word| self.needle(bytes, at, word));
            if let Some(needle) = needle {
                return Some(Hit { at, needle });
            }
            from = at + 1;
        }
    }

    fn fragment(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        if from >= bytes.len() {
            return None;
        }
        if let Some(search) = &self.search {
            let found = search.find(Input::new(bytes).range(from..))?;
            return Some((found.pattern().as_usize(), found.start()));
        }
        let is = |window: &[u8]| self.fragments.iter().position(|it| it.as_bytes() == window);
        bytes[from..].windows(LENGTH).enumerate().find_map(|(at, it)| Some((is(it)?, from + at)))
    }

    fn needle(&self, bytes: &[u8], at: usize, word: &Word) -> Option<Needle> {
        let whole = |text: &str, offset: usize| {
            let start = at.checked_sub(offset)?;
            has(bytes, start, text).then(|| start..start + text.len())
        };
        match word {
            Word::Domain => Domain::around(bytes, at).map(Needle::Domain),
            Word::Named(index, offset) => {
                let host = &self.named[*index];
                Some(Needle::Named(host.clone(), whole(host.as_str(), *offset)?))
            }
            Word::Secret(name, offset) => Some(Needle::Secret(whole(name, *offset)?)),
            Word::EditionFlag => {
                let value = whole("personal", 2).or_else(|| whole("ccr", 0))?;
                flag::with_value(bytes, &value).map(Needle::EditionFlag)
            }
            Word::Encoded(code) => {
                let span = at..at + code.len();
                (bytes.get(span.clone()) == Some(code.as_bytes())).then_some(Needle::Encoded(span))
            }
        }
    }
}

/// Each of `fragments` as a part of `word`.
fn with(fragments: Vec<String>, word: &Word) -> Vec<(String, Word)> {
    fragments.into_iter().map(|fragment| (fragment, word.clone())).collect()
}

/// `text`, which is ASCII, in every mix of upper and lower case.
fn casings(text: &str) -> Vec<String> {
    text.chars().fold(vec![String::new()], |starts, letter| {
        let mut cases = vec![letter.to_ascii_lowercase(), letter.to_ascii_uppercase()];
        cases.dedup();
        let grown = |start: &String| cases.iter().map(|case| format!("{start}{case}")).collect();
        starts.iter().flat_map::<Vec<String>, _>(grown).collect()
    })
}

/// Where in `host` the fragment begins that has the fewest letters: of it are the fewest casings.
/// `None` of a name of one or two letters, which is too short to be looked for.
fn rarest(host: &str) -> Option<usize> {
    let letters = |window: &[u8]| window.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let windows = host.as_bytes().windows(LENGTH).enumerate();
    windows.min_by_key(|(_, window)| letters(window)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragments_are_few_enough_to_be_searched_at_once() {
        // More than 32 take twice the time, more than 64 thirty times.
        let hosts = ["127.0.0.1:5000", "ccr.ccs.tencentyun.com"].map(|host| host.parse().unwrap());
        let named = CcrHosts::new(hosts.to_vec());
        assert!(Needles::new(&named).fragments.len() <= 32);
        let named = CcrHosts::new(vec!["registry.lan".parse().unwrap()]);
        assert!(Needles::new(&named).fragments.len() <= 64);
    }

    #[test]
    fn each_word_is_found_without_the_fast_search_too() {
        let named = CcrHosts::new(vec!["registry.lan".parse().unwrap()]);
        let fast = Needles::new(&named);
        let plain = Needles { search: None, ..Needles::new(&named) };
        let text = b"ccr.ccs.tencentyun.com REGISTRY.LAN tencentHubKey Y2NyLmNj registryType: ccr";
        let all = |needles: &Needles| {
            let next = |hit: &Hit| needles.next(text, hit.at + 1);
            std::iter::successors(needles.next(text, 0), next).collect::<Vec<_>>()
        };
        assert_eq!(all(&fast), all(&plain));
        assert_eq!(all(&fast).len(), 5);
    }
}

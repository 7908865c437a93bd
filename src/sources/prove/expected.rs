//! What is computed from other parts of a rendering, and changes with them: hashes of content.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Hashes with fewer digits could be something else.
const FEWEST: usize = 8;
/// Length of the hash that kustomize appends to names (`api/hasher/hasher.go`).
const SUFFIX: usize = 10;

/// Whether both lines say a hash of something under the same key, as `checksum/config` of Helm's
/// charts does.
pub(super) fn is_checksum(old: &[u8], new: &[u8]) -> bool {
    let (Some((key, old)), Some((new_key, new))) = (entry(old), entry(new)) else { return false };
    let is_named = |word: &[u8]| memchr::memmem::find(&key.to_ascii_lowercase(), word).is_some();
    key == new_key && (is_named(b"checksum") || is_named(b"hash")) && is_hash(old) && is_hash(new)
}

/// A line's key with all that stands before its value, and its value; of YAML or JSON.
fn entry(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memmem::find(line, b": ")?;
    let (key, value) = line.split_at(at);
    let value = value[2..].trim_ascii();
    let value = value.strip_suffix(b",").unwrap_or(value);
    let quoted = [b"\"", b"'"]
        .iter()
        .find_map(|quote| value.strip_prefix(quote.as_slice())?.strip_suffix(quote.as_slice()));
    Some((key, quoted.unwrap_or(value)))
}

fn is_hash(value: &[u8]) -> bool {
    value.len() >= FEWEST && value.iter().all(u8::is_ascii_hexdigit)
}

/// Names that kustomize has given another hash, because what they name has changed.
#[derive(Debug, Default)]
pub(super) struct Renamed(BTreeMap<Vec<u8>, Vec<u8>>);

impl Renamed {
    /// Names of which one rendering has one hash, and the other one another: everything that uses
    /// such a name has followed it.
    pub(super) fn between(old: &[u8], new: &[u8]) -> Self {
        let (old, mut new) = (hashes(old), hashes(new));
        let renamed = old.into_iter().filter_map(|(stem, old)| {
            let new = new.remove(stem)?;
            let (only, only_new) = (single(&old)?, single(&new)?);
            (only != only_new).then(|| ([stem, only].concat(), [stem, only_new].concat()))
        });
        Self(renamed.collect())
    }

    /// How many names they are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// An old rendering with the new names.
    pub(super) fn apply<'a>(&self, old: &'a [u8]) -> Cow<'a, [u8]> {
        if self.0.is_empty() {
            return old.into();
        }
        let mut text = Vec::with_capacity(old.len());
        for run in runs(old) {
            text.extend_from_slice(self.0.get(run).map_or(run, Vec::as_slice));
        }
        text.into()
    }
}

fn single<'a>(hashes: &BTreeSet<&'a [u8]>) -> Option<&'a [u8]> {
    hashes.first().filter(|_| hashes.len() == 1).copied()
}

/// For each name with such a hash, up to the hash: its hashes.
fn hashes(text: &[u8]) -> BTreeMap<&[u8], BTreeSet<&[u8]>> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for run in runs(text) {
        let Some(at) = run.len().checked_sub(SUFFIX).filter(|at| *at > 1) else { continue };
        let (stem, hash) = run.split_at(at);
        if stem.ends_with(b"-") && hash.iter().all(|byte| b"bcdfghkmt2456789".contains(byte)) {
            all.entry(stem).or_default().insert(hash);
        }
    }
    all
}

/// The text in pieces, of which each may be a name of Kubernetes, or holds nothing of one.
fn runs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_of_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    text.chunk_by(move |a, b| is_of_name(*a) == is_of_name(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_checksum(old: &str, new: &str) -> bool {
        super::is_checksum(old.as_bytes(), new.as_bytes())
    }

    #[test]
    fn hashes_under_a_key_that_says_so_are_expected_to_differ() {
        let long = |digit: &str| digit.repeat(64);
        for key in ["  checksum/config: ", "        config-hash: ", "- configChecksum: "] {
            assert!(is_checksum(&format!("{key}{}", long("a")), &format!("{key}{}", long("b"))));
            assert!(is_checksum(
                &format!("{key}\"{}\"", long("a")),
                &format!("{key}{}", long("b"))
            ));
        }
        assert!(is_checksum("\"checksum/a\": \"0123abcd\",", "\"checksum/a\": \"0123abce\","));
    }

    #[test]
    fn nothing_else_is() {
        for (old, new) in [
            ("checksum/a: 0123abcd", "checksum/b: 0123abce"),
            ("checksum/a: 0123abcd", "  checksum/a: 0123abce"),
            ("checksum/a: 0123abcd", "checksum/a: gone"),
            ("checksum/a: 0123abcd", "checksum/a: "),
            ("checksum/a: 012", "checksum/a: 013"),
            ("digest: 0123abcd", "digest: 0123abce"),
            ("image: a@sha256:0123abcd", "image: a@sha256:0123abce"),
            ("0123abcd", "0123abce"),
        ] {
            assert!(!is_checksum(old, new), "{old} {new}");
        }
    }

    #[test]
    fn a_name_that_all_follow_is_renamed() {
        let old = b"name: app-k57f6bkh9t\nuses: app-k57f6bkh9t\nname: other-2249kgf8c6\n";
        let new = b"name: app-9bf8cg75mh\nuses: app-9bf8cg75mh\nname: other-2249kgf8c6\n";
        let renamed = Renamed::between(old, new);
        assert_eq!(renamed.len(), 1);
        assert_eq!(renamed.apply(old).as_ref(), new);
    }

    #[test]
    fn a_name_that_one_does_not_follow_is_not() {
        let old = b"name: app-k57f6bkh9t\nuses: app-k57f6bkh9t\n";
        for new in [
            b"name: app-9bf8cg75mh\nuses: app-k57f6bkh9t\n",
            b"name: app-9bf8cg75mh\nuses: app-2249kgf8c6\n",
            b"name: app-9bf8cg75m0\nuses: app-9bf8cg75m0\n",
        ] {
            let renamed = Renamed::between(old, new);
            assert_eq!(renamed.len(), 0);
            assert_eq!(renamed.apply(old).as_ref(), old);
        }
    }
}

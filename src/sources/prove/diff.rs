//! Showing what differs between two renderings, without showing more of them.

use std::fmt::Write as _;
use std::ops::Range;

/// Places that are shown, and lines of one side of a place.
const PLACES: usize = 20;
const LINES: usize = 10;
/// A line is cut after so many characters.
const WIDTH: usize = 300;

/// Two renderings, in lines.
pub(super) struct Difference<'a> {
    pub(super) old: &'a [&'a [u8]],
    pub(super) new: &'a [&'a [u8]],
}

impl Difference<'_> {
    /// The lines of these ranges as a unified diff. Each says where it stands in its object instead
    /// of showing what is around it, and values of Secrets are hidden: the log of a CI is read by
    /// many.
    pub(super) fn unified(
        &self,
        ranges: impl ExactSizeIterator<Item = (Range<usize>, Range<usize>)>,
    ) -> String {
        let mut text = "--- old files, with the new names\n+++ new files\n".to_owned();
        let hidden = ranges.len().saturating_sub(PLACES);
        for (old, new) in ranges.take(PLACES) {
            let place = Place::of(self.new, new.start);
            let heading = format!("@@ -{} +{} @@ {}", span(&old), span(&new), place.name);
            let _ = writeln!(text, "{}", heading.trim_end());
            for (sign, lines, range) in [('-', self.old, old), ('+', self.new, new)] {
                let is_secret = Place::of(lines, range.start).is_secret;
                for line in lines[range.clone()].iter().take(LINES) {
                    let _ = writeln!(text, "{sign}{}", shown(line, is_secret));
                }
                if range.len() > LINES {
                    let _ = writeln!(text, "{sign}… ({} more)", range.len() - LINES);
                }
            }
        }
        if hidden > 0 {
            let _ = writeln!(text, "… ({hidden} more places)");
        }
        text
    }
}

/// Lines from 1 on, as `diff -u` counts them.
fn span(range: &Range<usize>) -> String {
    match range.len() {
        1 => (range.start + 1).to_string(),
        0 => format!("{},0", range.start),
        length => format!("{},{length}", range.start + 1),
    }
}

fn shown(line: &[u8], is_secret: bool) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches(['\n', '\r']);
    if is_secret {
        let key = line.find(": ").map_or("", |end| &line[..=end]);
        return format!(
            "{key} (hidden, {} characters)",
            line.chars().count() - key.chars().count()
        );
    }
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Where a line stands in YAML that is indented.
struct Place {
    /// `Deployment web: spec.template.spec.containers`; as much of it as there is.
    name: String,
    is_secret: bool,
}

impl Place {
    fn of(lines: &[&[u8]], index: usize) -> Self {
        let index = index.min(lines.len().saturating_sub(1));
        let is_start = |line: &&[u8]| line.trim_ascii_end() == b"---";
        let start = lines[..index].iter().rposition(is_start).map_or(0, |at| at + 1);
        let end = lines[index..].iter().position(is_start).map_or(lines.len(), |at| index + at);
        let document = &lines[start..end.max(start)];
        let is_secret =
            |line: &&[u8]| matches!(line.trim_ascii(), b"kind: Secret" | b"\"kind\": \"Secret\",");
        let kind = value(document, b"kind: ");
        let metadata = document.iter().position(|line| line.trim_ascii_end() == b"metadata:");
        let name = metadata.and_then(|at| value(&document[at..], b"  name: "));
        let path = path(document, index - start);
        let object = kind.into_iter().chain(name).collect::<Vec<_>>().join(" ");
        let parts = [object, path].into_iter().filter(|part| !part.is_empty());
        let name = parts.collect::<Vec<_>>().join(": ");
        Self { name, is_secret: document.iter().any(is_secret) }
    }
}

/// What follows this at the start of a line.
fn value(lines: &[&[u8]], start: &[u8]) -> Option<String> {
    let value = lines.iter().find_map(|line| line.strip_prefix(start))?;
    Some(String::from_utf8_lossy(value.trim_ascii()).into_owned())
}

/// The keys above a line, with dots between them.
fn path(lines: &[&[u8]], index: usize) -> String {
    let depth = |line: &[u8]| line.len() - line.trim_ascii_start().len();
    let is_item = |line: &[u8]| line.trim_ascii_start().starts_with(b"- ");
    let Some(line) = lines.get(index) else { return String::new() };
    let (mut at, mut was_item) = (depth(line), is_item(line));
    let mut keys = Vec::new();
    for line in lines[..index].iter().rev().filter(|line| !line.trim_ascii().is_empty()) {
        let is_above = depth(line) < at || (depth(line) == at && was_item && !is_item(line));
        if is_above {
            (at, was_item) = (depth(line), is_item(line));
            let key = line.trim_ascii().strip_suffix(b":");
            let key = key.map(|key| key.strip_prefix(b"- ").unwrap_or(key));
            keys.extend(key.map(|key| String::from_utf8_lossy(key).into_owned()));
        }
    }
    keys.reverse();
    keys.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unified(old: &str, new: &str, ranges: &[(Range<usize>, Range<usize>)]) -> String {
        let lines = |text: &'static str| text.split_inclusive('\n').map(str::as_bytes).collect();
        let (old, new): (Vec<_>, Vec<_>) =
            (lines(old.to_owned().leak()), lines(new.to_owned().leak()));
        Difference { old: &old, new: &new }.unified(ranges.iter().cloned())
    }

    const DEPLOYMENT: &str = "---\nkind: Deployment\nmetadata:\n  labels:\n    a: b\n  name: web\n\
        spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: a\n";

    #[test]
    fn a_difference_says_where_it_stands() {
        let diff =
            unified(DEPLOYMENT, &DEPLOYMENT.replace("image: a", "image: b"), &[(11..12, 11..12)]);
        assert_eq!(
            diff,
            "--- old files, with the new names\n+++ new files\n\
             @@ -12 +12 @@ Deployment web: spec.template.spec.containers\n\
             -        image: a\n+        image: b\n"
        );
    }

    #[test]
    fn what_a_secret_holds_is_hidden() {
        let old = "kind: Secret\nmetadata:\n  name: a\ndata:\n  key: c2VjcmV0\n";
        let diff = unified(old, &old.replace("c2VjcmV0", "b3RoZXI="), &[(4..5, 4..5)]);
        assert!(diff.contains("@@ Secret a: data\n-  key: (hidden, 9 characters)\n"), "{diff}");
        assert!(!diff.contains("c2V") && !diff.contains("b3R"), "{diff}");
    }

    #[test]
    fn a_large_difference_is_cut() {
        let (old, new) = ("x\n".repeat(100), "y\n".repeat(100));
        let all = unified(&old, &new, &[(0..100, 0..100)]);
        assert_eq!(all.lines().count(), 3 + 2 * (LINES + 1), "{all}");
        let each: Vec<_> = (0..100).map(|at| (at..at + 1, at..at + 1)).collect();
        let each = unified(&old, &new, &each);
        assert!(each.ends_with("… (80 more places)\n"), "{each}");
        let wide = unified(&"é".repeat(1000), "", &[(0..1, 0..0)]);
        assert_eq!(wide.lines().last().map(|line| line.chars().count()), Some(WIDTH + 2), "{wide}");
    }
}

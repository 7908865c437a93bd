//! A unified diff of edits: they never change the number of lines, so that hunks come from spans.

use std::fmt::Write as _;
use std::path::Path;

use super::edit::Edits;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The diff between `old` and what `edits` make of it, as `patch -p1` and `git apply` read it. Empty
/// if there are none. Bytes that are not UTF-8 stay as they are.
pub(in crate::sources) fn unified(path: &Path, old: &[u8], edits: &Edits) -> Vec<u8> {
    if edits.is_empty() {
        return Vec::new();
    }
    let new = edits.apply(old);
    let (before, after) = (lines(old), lines(&new));
    let mut diff = Vec::new();
    diff.extend_from_slice(&name("--- ", "a/", path));
    diff.extend_from_slice(&name("+++ ", "b/", path));
    let changed: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    let mut rest = changed.as_slice();
    while let Some(first) = rest.first() {
        // Changes so near that their contexts touch are one hunk.
        let near = rest.windows(2).take_while(|pair| pair[1] - pair[0] <= 2 * CONTEXT).count();
        let (hunk, behind) = rest.split_at(near + 1);
        let begin = first.saturating_sub(CONTEXT);
        let end = (hunk[near] + CONTEXT + 1).min(before.len());
        diff.extend_from_slice(header(begin, end).as_bytes());
        let mut at = begin;
        while at < end {
            let run = (at..end).take_while(|line| before[*line] != after[*line]).count();
            for (sign, lines) in [(b'-', &before), (b'+', &after)] {
                lines[at..at + run].iter().for_each(|text| line(&mut diff, sign, text));
            }
            at += run;
            if at < end {
                line(&mut diff, b' ', before[at]);
                at += 1;
            }
        }
        rest = behind;
    }
    diff
}

fn header(begin: usize, end: usize) -> String {
    let range = match end - begin {
        1 => format!("{}", begin + 1),
        count => format!("{},{count}", begin + 1),
    };
    format!("@@ -{range} +{range} @@\n")
}

/// Lines with their ends.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

fn line(diff: &mut Vec<u8>, sign: u8, text: &[u8]) {
    diff.push(sign);
    diff.extend_from_slice(text);
    if !text.ends_with(b"\n") {
        diff.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

/// A line that names a file; in quotes, as git has it, where it would be read wrongly.
fn name(sign: &str, side: &str, path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let bytes = bytes.strip_prefix(b"./").unwrap_or(bytes);
    let is_plain = |byte: &u8| !byte.is_ascii_control() && !matches!(byte, b'"' | b'\\');
    let mut line = sign.as_bytes().to_vec();
    if bytes.iter().all(is_plain) && bytes.is_ascii() {
        line.extend_from_slice(side.as_bytes());
        line.extend_from_slice(bytes);
        // What follows a tab is a time, so that names may hold blanks.
        if bytes.contains(&b' ') {
            line.push(b'\t');
        }
    } else {
        let mut quoted = format!("\"{side}");
        for byte in bytes {
            match byte {
                b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
                b' '..=b'~' => quoted.push(char::from(*byte)),
                // Writing to a string can't fail.
                _ => drop(write!(quoted, "\\{byte:03o}")),
            }
        }
        line.extend_from_slice(quoted.as_bytes());
        line.push(b'"');
    }
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::edit::Edit;

    fn diff(path: &str, text: &str, changes: &[(&str, &str)]) -> String {
        let edit = |(old, new): &(&str, &str)| {
            let start = text.find(old).unwrap();
            Edit { span: start..start + old.len(), new: (*new).to_owned() }
        };
        let edits = Edits::new(text.as_bytes(), changes.iter().map(edit).collect()).unwrap();
        String::from_utf8(unified(Path::new(path), text.as_bytes(), &edits)).unwrap()
    }

    #[test]
    fn near_changes_are_one_hunk_and_far_ones_two() {
        let text = "a\nb1\nc\nd\ne\nf\ng\nh2\ni\nj\nk\nl\nm\nn\no3";
        let expected = "\
--- a/x.yaml
+++ b/x.yaml
@@ -1,11 +1,11 @@
 a
-b1
+B1
 c
 d
 e
 f
 g
-h2
+H2
 i
 j
 k
@@ -12,4 +12,4 @@
 l
 m
 n
-o3
\\ No newline at end of file
+O3
\\ No newline at end of file
";
        assert_eq!(diff("./x.yaml", text, &[("b1", "B1"), ("h2", "H2"), ("o3", "O3")]), expected);
    }

    #[test]
    fn neighbouring_lines_change_together_and_keep_their_ends() {
        let text = "a\r\nb\r\n";
        let expected = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\r\n-b\r\n+A\r\n+B\r\n";
        assert_eq!(diff("f", text, &[("a", "A"), ("b", "B")]), expected);
    }

    #[test]
    fn odd_names_are_written_as_git_has_them() {
        assert!(diff("a b", "x", &[("x", "y")]).starts_with("--- a/a b\t\n+++ b/a b\t\n"));
        assert!(diff("ä\"\n", "x", &[("x", "y")]).starts_with("--- \"a/\\303\\244\\\"\\012\"\n"));
    }

    #[test]
    fn nothing_to_change_is_no_diff() {
        assert_eq!(diff("f", "x", &[("x", "x")]), "");
    }
}

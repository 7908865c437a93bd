//! base64 in a rendering, of text that was rewritten: what Helm's `b64enc` and kustomize's
//! `secretGenerator` make of files.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Shorter words are hardly ever base64 of something that names an image.
const FEWEST: usize = 16;

/// What the rewrite makes of a text.
type Map<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

/// Whether both lines are the same but for base64, of which the old text, mapped, is the new one.
pub(super) fn is_mapped(old: &[u8], new: &[u8], map: Map<'_>) -> bool {
    let (old, new): (Vec<_>, Vec<_>) = (words(old).collect(), words(new).collect());
    let is_same = |(old, new): (&&[u8], &&[u8])| {
        old == new || (old.len().min(new.len()) >= FEWEST && is_mapped_text(old, new, map))
    };
    old.len() == new.len() && old.iter().zip(&new).all(is_same)
}

/// The same of base64 that is folded into lines; it may begin above those that differ and end below.
pub(super) fn is_mapped_when_unfolded(
    (old, old_range): (&[&[u8]], Range<usize>),
    (new, new_range): (&[&[u8]], Range<usize>),
    map: Map<'_>,
) -> bool {
    match (unfolded(old, old_range), unfolded(new, new_range)) {
        (Some(old), Some(new)) => is_mapped_text(&old, &new, map),
        _ => false,
    }
}

fn is_mapped_text(old: &[u8], new: &[u8], map: Map<'_>) -> bool {
    let (old, new) = (STANDARD.decode(old), STANDARD.decode(new));
    matches!((old, new), (Ok(old), Ok(new)) if map(&old) == new)
}

/// Runs of what base64 is made of, and what stands between them.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.chunk_by(|a, b| is_base64(*a) == is_base64(*b))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// All of the folded base64 that these lines are a part of, in one piece.
fn unfolded(lines: &[&[u8]], range: Range<usize>) -> Option<Vec<u8>> {
    let indent = |line: &[u8]| line.len() - line.trim_ascii_start().len();
    let depth = indent(lines.get(range.start)?);
    let belongs = |line: &&&[u8]| {
        indent(line) == depth
            && !line.trim_ascii().is_empty()
            && line.trim_ascii().iter().all(|byte| is_base64(*byte))
    };
    let above = lines[..range.start].iter().rev().take_while(belongs).count();
    let below = lines[range.end..].iter().take_while(belongs).count();
    let all = &lines[range.start - above..range.end + below];
    let is_all = lines[range].iter().all(|line| belongs(&line));
    is_all.then(|| all.iter().flat_map(|line| line.trim_ascii()).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &[u8]) -> Vec<u8> {
        String::from_utf8_lossy(text)
            .replace("ccr.example", "tcr-of-a-company-with-a-long-name.example")
            .into_bytes()
    }

    fn lines(text: &str) -> Vec<&[u8]> {
        text.lines().map(str::as_bytes).collect()
    }

    #[test]
    fn base64_of_text_that_was_rewritten_is_explained() {
        let secret = |text: &str| format!("  a: \"{}\"\n", STANDARD.encode(text));
        let text = "image: ccr.example/shop/web:v1\n";
        let new = text.replace("ccr.", "tcr-of-a-company-with-a-long-name.");
        let is_mapped = |new: &str| super::is_mapped(secret(text).as_bytes(), new.as_bytes(), &map);
        assert!(is_mapped(&secret(&new)));
        assert!(is_mapped(&secret(text)), "the same is the same");
        assert!(!is_mapped(&secret(&new.replace("v1", "v2"))));
        assert!(!is_mapped("  a: none\n"));
    }

    #[test]
    fn base64_that_is_folded_is_read_as_one() {
        let secret = |text: &str| {
            let encoded = STANDARD.encode(text);
            let lines = encoded.as_bytes().chunks(70).map(|line| String::from_utf8_lossy(line));
            let lines: Vec<_> = lines.map(|line| format!("    {line}\n")).collect();
            format!("data:\n  a: |\n{}kind: Secret\n", lines.concat())
        };
        let text =
            format!("{}image: ccr.example/shop/web:v1\n{}", "# x\n".repeat(60), "# y\n".repeat(60));
        let new = text.replace("ccr.", "tcr-of-a-company-with-a-long-name.");
        let is_mapped = |new: &str| {
            let (old, new) = (secret(&text), secret(new));
            let (old, new) = (lines(&old), lines(&new));
            // Those that differ.
            let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
            let ends = [old.len() - 1, new.len() - 1];
            assert!(start > 3 && ends[0] != ends[1], "it is folded");
            is_mapped_when_unfolded((&old, start..ends[0]), (&new, start..ends[1]), &map)
        };
        assert!(is_mapped(&new));
        assert!(!is_mapped(&new.replace('y', "z")));
    }
}

//! Files as other people have them, with what becomes of them beside each: `tests/rewrite/shapes`.
//!
//! In each folder there, `before` holds files, `after` those of them that change, and `expected` a
//! line for each place that is found: `PATH:LINE VERDICT[/WHY] TEXT`. What is given for `--map` and
//! the like is in `rules`.

mod folder;
mod properties;
mod spoken;
mod values;

use folder::{Shape, ShapeFile, shapes};

use super::decide::{Finding, Verdict};
use super::edit::{Edit, Edits};
use super::find::Finder;
use super::rewriter::Rewriter;

#[test]
fn each_shape_becomes_what_stands_beside_it() {
    let shapes = shapes();
    assert!(shapes.len() > 60, "only {} shapes are there", shapes.len());
    let wrong: Vec<String> = shapes.iter().filter_map(differences).collect();
    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} shapes became something else:\n{}", wrong.join("\n"));
}

/// Where a shape becomes something else than it should; `-` is what should be.
fn differences(shape: &Shape) -> Option<String> {
    let rewriter = rewriter(shape);
    let mut lines = vec![shape.name.clone()];
    let mut missing = shape.expected.clone();
    for file in &shape.files {
        let (findings, unreadable) = rewriter.look(file.path.as_ref(), &file.before);
        lines.extend(unreadable.map(|why| format!("  {} is unreadable: {why}", file.path)));
        for finding in &findings {
            let line = spoken::line(&file.path, finding);
            match missing.iter().position(|it| spoken::is_same(it, &line)) {
                Some(place) => drop(missing.remove(place)),
                None => lines.push(format!("  + {line}")),
            }
        }
        match edits(&file.before, &findings) {
            Ok(edits) => lines.extend(other_bytes(file, &edits.apply(&file.before))),
            Err(edit) => lines.push(format!("  {} has an edit amiss: {edit:?}", file.path)),
        }
    }
    lines.extend(missing.iter().map(|line| format!("  - {line}")));
    (lines.len() > 1).then(|| lines.join("\n"))
}

/// The first line of a file that isn't as it should be.
fn other_bytes(file: &ShapeFile, after: &[u8]) -> Option<String> {
    if file.after == after {
        return None;
    }
    let line = |bytes: &[u8], number: usize| {
        let line = bytes.split_inclusive(|&byte| byte == b'\n').nth(number);
        String::from_utf8_lossy(line.unwrap_or_default()).escape_debug().to_string()
    };
    let is_other = |number: &usize| line(&file.after, *number) != line(after, *number);
    let number = (0..file.after.len()).find(is_other).unwrap_or(file.after.len());
    let [old, new] = [&file.after[..], after].map(|bytes| line(bytes, number));
    Some(format!("  {}:{} is then\n    - {old}\n    + {new}", file.path, number + 1))
}

fn rewriter(shape: &Shape) -> Rewriter {
    Rewriter { finder: Finder::new(&shape.rules.names.ccr), rules: shape.rules.clone() }
}

/// All edits of `findings`.
fn edits(bytes: &[u8], findings: &[Finding]) -> Result<Edits, Edit> {
    let edits = findings.iter().filter_map(|finding| match &finding.verdict {
        Verdict::Rewrite(rewrite) => Some(rewrite.edits.clone()),
        _ => None,
    });
    Edits::new(bytes, edits.flatten().collect())
}

/// `after` with what stood there before `edits`; `None` if it isn't what they make.
fn undone(before: &[u8], edits: &Edits, after: &[u8]) -> Option<Vec<u8>> {
    let mut undone = Vec::new();
    let (mut at, mut rest) = (0, after);
    for edit in edits.iter() {
        let kept = rest.get(..edit.span.start - at)?;
        undone.extend_from_slice(kept);
        undone.extend_from_slice(&before[edit.span.clone()]);
        rest = rest[kept.len()..].strip_prefix(edit.new.as_bytes())?;
        at = edit.span.end;
    }
    undone.extend_from_slice(rest);
    Some(undone)
}

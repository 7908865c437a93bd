//! A patch of one object, as kustomize has them in `patches`.

use std::fmt::Write as _;

use serde_json::Value;

use super::changes::{Change, pointer};
use super::lines::quoted;

/// Length of the hash that kustomize appends to the names of what it generates.
const HASH: usize = 10;

/// The entry of `patches` that makes these changes of `object`; nothing if no patch can name it.
///
/// Each is tested first: where a new version of a base has another image, the build fails instead of
/// bringing the old one back.
pub(super) fn patch(object: &Value, changes: &[Change<'_>]) -> Option<String> {
    let kind = object["kind"].as_str()?;
    let (api, metadata) = (object["apiVersion"].as_str()?, &object["metadata"]);
    let name = metadata["name"].as_str()?;
    let mut text = "- target:\n".to_owned();
    let (group, version) = api.rsplit_once('/').unwrap_or(("", api));
    let name = pattern(kind, name);
    let target = [
        ("group", Some(group).filter(|group| !group.is_empty())),
        ("version", Some(version)),
        ("kind", Some(kind)),
        ("name", Some(&*name)),
        ("namespace", metadata["namespace"].as_str()),
    ];
    for (key, value) in target {
        if let Some(value) = value {
            let _ = writeln!(text, "    {key}: {}", quoted(value));
        }
    }
    text.push_str("  patch: |-\n");
    for change in changes {
        let path = quoted(&pointer(&change.path));
        for (operation, value) in [("test", change.old), ("replace", change.new)] {
            let _ = writeln!(text, "    - op: {operation}");
            let _ = writeln!(text, "      path: {path}");
            let _ = writeln!(text, "      value: {}", quoted(value));
        }
    }
    Some(text)
}

/// A name for kustomize, which takes it as a regular expression. Where it ends in a hash, that may be
/// appended later, and be another one.
fn pattern(kind: &str, name: &str) -> String {
    let stem = name.len().checked_sub(HASH).filter(|_| matches!(kind, "ConfigMap" | "Secret"));
    let stem = stem.and_then(|at| name.split_at_checked(at)).filter(|(stem, hash)| {
        stem.ends_with('-') && hash.bytes().all(|byte| b"bcdfghkmt2456789".contains(&byte))
    });
    match stem {
        Some((stem, _)) => {
            let stem = stem.trim_end_matches('-').replace('.', r"\.");
            format!("{stem}(-[a-z0-9]{{{HASH}}})?")
        }
        None => name.replace('.', r"\."),
    }
}

//! Values for a chart that isn't ours, to be given to helm beside its own: `helm … -f FILE`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::emitted::{Emitted, MARK};
use super::error::EmitError;
use super::lines::{Lines, quoted};
use crate::text::without_mark;

const HEAD: &str = "\
values=…` of the chart's own values. Give it to helm:  -f this-file
# Lists are whole, for helm overlays none in part.
";

/// Those of a chart's values that the rewrite changes, as they are written there: `mapped` is what it
/// makes of `values`. They stand below the keys `below`, as values of a dependency do.
///
/// # Errors
/// If either is no YAML, or they aren't the same lines.
pub(in crate::sources) fn values(
    values: &[u8],
    mapped: &[u8],
    below: &[String],
) -> Result<Emitted, EmitError> {
    let [values, mapped] = [values, mapped].map(without_mark);
    let (old, new) = (Lines::of(values), Lines::of(mapped));
    let changed = old.iter().zip(new.iter()).enumerate().filter(|(_, (old, new))| old != new);
    let changed: Vec<usize> = changed.map(|(at, _)| at).collect();
    if old.len() != new.len() {
        return Err(EmitError::NotTheSame("there are more lines, or fewer".to_owned()));
    }
    let (old_value, new_value) = (value(values)?, value(mapped)?);
    if old_value == new_value {
        return Ok(Emitted::default());
    }
    // As little as will do.
    let every = (0..new.len()).collect();
    let tried = [smallest(&new, &changed), outermost(&new, &changed), every];
    let text = tried.into_iter().map(|lines| written(&new, &lines)).find(|text| {
        value(text).is_ok_and(|overlay| overlaid(old_value.clone(), overlay) == new_value)
    });
    let text =
        text.ok_or_else(|| EmitError::NotTheSame("helm would read it otherwise".to_owned()))?;
    let text = String::from_utf8(text).map_err(|error| EmitError::NotYaml(error.to_string()))?;
    let text = indented(&text.replace("\r\n", "\n"), below);
    Ok(Emitted { text: Some(MARK.to_owned() + HEAD + &text), left: Vec::new() })
}

/// The lines that changed, with what they can't be without, and the keys above them.
fn smallest(lines: &Lines<'_>, changed: &[usize]) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    for line in changed {
        if !chosen.contains(line) {
            let (above, block) = lines.around(*line);
            chosen.extend(above.into_iter().chain(block));
        }
    }
    chosen
}

/// All below each of the outermost keys with a change.
fn outermost(lines: &Lines<'_>, changed: &[usize]) -> BTreeSet<usize> {
    changed.iter().flat_map(|line| lines.outermost(*line)).collect()
}

fn written(lines: &Lines<'_>, chosen: &BTreeSet<usize>) -> Vec<u8> {
    let chosen = lines.iter().enumerate().filter(|(at, _)| chosen.contains(at));
    chosen.flat_map(|(_, line)| line).copied().collect()
}

/// The only document of a file of values, with what `<<` brings in.
fn value(text: &[u8]) -> Result<Value, EmitError> {
    let merged = || -> Result<Value, serde_yaml::Error> {
        let mut value: serde_yaml::Value = serde_yaml::from_slice(text)?;
        value.apply_merge()?;
        serde_yaml::from_value(value)
    };
    merged().map_err(|error| EmitError::NotYaml(error.to_string()))
}

/// What helm makes of a chart's values and others: maps are merged, all else is replaced.
fn overlaid(values: Value, overlay: Value) -> Value {
    match (values, overlay) {
        (Value::Object(mut values), Value::Object(overlay)) => {
            for (key, over) in overlay {
                let value = values.remove(&key).unwrap_or(Value::Null);
                values.insert(key, overlaid(value, over));
            }
            Value::Object(values)
        }
        (_, overlay) => overlay,
    }
}

/// The text below these keys.
fn indented(text: &str, below: &[String]) -> String {
    let mut all = String::new();
    let keys = below.iter().map(|key| format!("{}:\n", quoted(key)));
    for (depth, key) in keys.enumerate() {
        all.push_str(&"  ".repeat(depth));
        all.push_str(&key);
    }
    let indent = "  ".repeat(below.len());
    for line in text.split_inclusive('\n') {
        if !line.trim_end().is_empty() {
            all.push_str(&indent);
        }
        all.push_str(line);
    }
    if !all.ends_with('\n') {
        all.push('\n');
    }
    all
}

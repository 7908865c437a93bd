//! Variables of jobs: what they are set to, and which of them name what is pushed, or where somebody
//! logs in.

use memchr::memchr;

use super::at::At;
use super::fields::parameter;
use super::rules;
use super::structure::{Home, NodeId, Part, Structure};
use crate::sources::context::Purpose;
use crate::sources::context::keys::plain;
use crate::sources::context::variables::Variables;

/// Maps and lists of variables.
const MAPS: [&str; 6] = ["env", "environment", "variables", "vars", "params", "globalenv"];

/// The variable that a place is the value of, or begins that of.
pub(super) fn set_by(at: &At<'_>) -> Option<String> {
    let (name, value) = assignment(at.structure, at.home.node)?;
    let own = value.is_none() && at.before.ends_with('=') || value.is_some() && at.begins();
    (own && !at.is_key()).then(|| name.to_owned())
}

/// The variable that a scalar sets, and what to; in `NAME=VALUE`, the name alone.
fn assignment<'s>(structure: &'s Structure<'_>, id: NodeId) -> Option<(&'s str, Option<&'s str>)> {
    let node = structure.node(id);
    let text = &*node.scalar()?.text;
    let parent = node.parent?;
    let is_variables =
        |id: NodeId| structure.node(id).key().is_some_and(|key| MAPS.contains(&&*plain(key)));
    let default = || {
        let item = node.key() == Some("default") && !is_variables(parent);
        structure.text(parent, "name").filter(|_| item)
    };
    if let Some(name) = parameter(structure, id).or_else(default) {
        let list = structure.node(parent).parent?;
        return is_variables(list).then_some((name, Some(text)));
    }
    if !is_variables(parent) {
        return None;
    }
    match node.key() {
        Some(key) => Some((key, Some(text))),
        None => Some((text.split_once('=')?.0, None)),
    }
}

/// What a file does with its variables, outside of its scripts.
pub(super) fn variables(structure: &Structure<'_>, path: &str, bytes: &[u8]) -> Variables {
    let mut variables = Variables::default();
    for (id, scalar) in structure.scalars() {
        let Some(sign) = memchr(b'$', &bytes[scalar.span.clone()]) else { continue };
        if let Some((name, value)) = assignment(structure, id) {
            variables.set(name, value.unwrap_or(&scalar.text));
            continue;
        }
        let sign = scalar.span.start + sign;
        let home = Home { node: id, part: Part::Value };
        let purpose = rules::of_name(&At::new(structure, path, bytes, home, &(sign..sign)));
        if matches!(purpose, Purpose::Push | Purpose::Login) {
            variables.used(&scalar.text, &purpose);
        }
    }
    variables
}

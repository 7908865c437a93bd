//! Names of pull secrets.

use super::super::at::At;
use crate::sources::context::Purpose;

/// In a list of pull secrets it is a name that another may take the place of; elsewhere, it is the
/// Secret itself, or text about it.
pub(super) fn purpose(at: &At<'_>) -> Purpose {
    let is_list = |key: &String| {
        ["pullsecrets", "pullsecret", "pullsecretname"].iter().any(|end| key.ends_with(end))
    };
    let depth = usize::from(at.plain_key() == "name");
    let is_entry = at.plain_keys.get(depth).is_some_and(is_list);
    if is_entry && at.is_whole() && !at.is_key() { Purpose::Reference } else { Purpose::Auths }
}

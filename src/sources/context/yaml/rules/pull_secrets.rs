//! Names of pull secrets.

use super::super::at::At;
use crate::sources::context::Purpose;
use crate::sources::context::keys::plain;

/// In a list of pull secrets it is a name that another may take the place of; elsewhere, it is the
/// Secret itself, or text about it.
pub(super) fn purpose(at: &At<'_>) -> Purpose {
    let mut keys = at.keys().map(plain);
    let is_list = |key: Option<String>| {
        key.is_some_and(|key| {
            key.ends_with("pullsecrets")
                || key.ends_with("pullsecret")
                || key.ends_with("pullsecretname")
        })
    };
    let first = keys.next();
    let is_entry =
        if first.as_deref() == Some("name") { is_list(keys.next()) } else { is_list(first) };
    if is_entry && at.is_whole() && !at.is_key() { Purpose::Reference } else { Purpose::Auths }
}

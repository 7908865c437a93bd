//! Whether a `ServiceAccount` may have its old list of pull secrets back: not while something of its
//! namespace still pulls with what that list lacks. Pure.

use super::surroundings::{Lists, hides_pods, knows, reference, uses};
use crate::switch::inventory::{Inventory, ScannedObject};

/// Why the account has to keep its list; `None` if it may go back to the one in `lists`. `objects`
/// are the objects of all namespaces, as they will be by then.
pub(super) fn still_needed<'a>(
    (namespace, account): (&str, &str),
    lists: &Lists,
    inventory: &Inventory,
    objects: impl Iterator<Item = &'a ScannedObject>,
) -> Option<String> {
    let old = lists.get(&(namespace.to_owned(), account.to_owned()))?;
    let now = inventory.account(namespace, account)?.pull_secrets.clone().unwrap_or_default();
    // With nothing taken away nothing is lost.
    if now.iter().all(|name| old.contains(name)) {
        return None;
    }
    let unread = inventory.secrets_unread(namespace).or_else(|| hides_pods(inventory, namespace));
    let mut through = objects.filter(|found| found.namespace() == namespace && !found.is_finished);
    let needed = through.find_map(|found| {
        let specs = found.positions.pod_specs.iter();
        let specs = specs.filter(|spec| uses(spec, account));
        let mut images =
            specs.flat_map(|spec| found.positions.pulled_by(spec)).filter_map(reference);
        let is_lost = |image: &crate::image::ParsedReference| {
            knows(inventory, namespace, &now, image) && !knows(inventory, namespace, old, image)
        };
        images.find(is_lost).map(|image| (found, image))
    });
    match (needed, unread) {
        (Some((found, image)), _) => {
            Some(format!("{} still pulls {image} with a Secret of its list", found.object))
        }
        (None, Some(unread)) => Some(format!(
            "can't find out whether something still pulls with its list: can't list {} ({})",
            unread.what, unread.why
        )),
        (None, None) => None,
    }
}

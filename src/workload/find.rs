//! Finding what an object holds: which of its parts are searched, and how.
//!
//! Pod specs are read in `pod_spec`, custom resources in `custom`, longer texts in `mentions`.

use serde_json::Value;

use super::image_class::CcrNames;
use super::kinds::{Holds, KindRules, Path};
use super::pointer::Trail;
use super::positions::{AccountSecrets, MentionKind, Positions};
use super::search::Search;
use super::secret_list::{ListForm, ListedSecrets};
use super::{custom, pod_spec, pulls};

/// Finds all that `object` holds.
///
/// Built-in kinds are looked at in the places that their API knows, everything else is searched as
/// a whole. What a controller wrote about the object (`status`, `managedFields`, the copy of the
/// last applied file) is never looked at. Takes time linear in the object's size, whatever stands
/// in it.
#[must_use]
pub fn positions(object: &Value, names: &CcrNames) -> Positions {
    let mut search = Search {
        names,
        trail: Trail::default(),
        found: Positions::default(),
        mentions_are: MentionKind::Text,
    };
    let rules = KindRules::of(object);
    match rules.holds {
        Holds::PodSpec(path) => template(&mut search, object, path),
        Holds::PullSecrets => {
            search.annotations(object);
            let ListedSecrets { names, odd } = ListForm::Names.read(object.get("imagePullSecrets"));
            search.found.account =
                Some(AccountSecrets { pull_secrets: names, odd_pull_secrets: odd });
        }
        Holds::Texts => search.within(object, "data", |search, data| {
            search.texts(data, &[]);
        }),
        Holds::Logins | Holds::Nothing => {}
        Holds::Anything => {
            custom::search(&mut search, object);
            pulls::sort(&mut search, object, rules.pulls);
        }
        Holds::Policies => custom::search_policy(&mut search, object),
    }
    search.found
}

/// The pod spec at the end of `path`, and the annotations of what lies on the way to it.
fn template(search: &mut Search<'_>, value: &Value, path: Path) {
    search.annotations(value);
    match path {
        [] => {}
        ["spec"] => search.within(value, "spec", pod_spec::read),
        [key, rest @ ..] => {
            search.within(value, key, |search, inner| template(search, inner, rest));
        }
    }
}

#[cfg(test)]
mod tests;

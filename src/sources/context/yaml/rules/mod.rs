//! What a name is there for, by the keys that lead to it and by what stands beside it.

mod ci;
mod containers;
mod documents;
mod kustomize;
mod policies;
mod pull_secrets;
mod stores;

pub(super) use documents::Documents;

use super::at::At;
use crate::sources::context::Purpose;
use crate::sources::find::What;

/// The purpose of what stands in a scalar.
pub(super) fn purpose(at: &At<'_>) -> Purpose {
    if documents::is_copy(at) {
        return Purpose::Generated;
    }
    match at.found.what {
        What::PullSecret => return pull_secrets::purpose(at),
        What::Encoded => return Purpose::Auths,
        What::Pattern | What::Partial | What::Nested => return Purpose::Pattern,
        What::EditionFlag => return Purpose::Reference,
        What::Name(_) => {}
    }
    let rules =
        [stores::purpose, policies::purpose, kustomize::purpose, ci::purpose, containers::purpose];
    let purpose = rules.iter().find_map(|rule| rule(at)).unwrap_or(Purpose::Reference);
    match purpose {
        Purpose::Reference | Purpose::Container | Purpose::Push => {
            edition_flag(at).map_or(purpose, Purpose::BesideEditionFlag)
        }
        other => other,
    }
}

/// The flag that says Personal Edition in the map that it is in, or directly around or below that:
/// the two change together.
fn edition_flag(at: &At<'_>) -> Option<String> {
    let flag = at.maps().take(2).find_map(|map| at.structure.edition_flag(map))?;
    Some(format!("{}: {}", flag.key()?, flag.scalar()?.text))
}

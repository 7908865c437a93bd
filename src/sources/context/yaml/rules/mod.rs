//! What a name is there for, by the keys that lead to it and by what stands beside it.

mod arguments;
mod containers;
mod documents;
mod expressions;
mod kustomize;
mod logins;
mod policies;
mod pull_secrets;
mod pushes;
mod stores;
mod texts;

pub(super) use documents::Documents;
pub(super) use expressions::in_code;

use super::at::At;
use crate::sources::context::Purpose;
use crate::sources::find::What;

/// The purpose of what stands in a scalar.
pub(super) fn purpose(at: &At<'_>, what: &What) -> Purpose {
    if documents::is_copy(at) {
        return Purpose::Generated;
    }
    match what {
        What::PullSecret => pull_secrets::purpose(at),
        What::Encoded => Purpose::Auths,
        What::EditionFlag => Purpose::Reference,
        What::Name(_) | What::Pattern | What::Partial | What::Nested => of_name(at),
    }
}

/// The same of a name, or of a part of one.
pub(super) fn of_name(at: &At<'_>) -> Purpose {
    const RULES: [fn(&At<'_>) -> Option<Purpose>; 10] = [
        stores::purpose,
        policies::purpose,
        kustomize::purpose,
        texts::purpose,
        logins::purpose,
        expressions::purpose,
        pushes::purpose,
        containers::purpose,
        arguments::purpose,
        keys,
    ];
    let purpose = RULES.iter().find_map(|rule| rule(at)).unwrap_or(Purpose::Reference);
    match purpose {
        Purpose::Reference | Purpose::Container | Purpose::Push => {
            edition_flag(at).map_or(purpose, Purpose::BesideEditionFlag)
        }
        other => other,
    }
}

/// What is a key is what something is looked up by.
fn keys(at: &At<'_>) -> Option<Purpose> {
    at.is_key().then_some(Purpose::Comparison)
}

/// The flag that says Personal Edition in the map that it is in, or directly around or below that:
/// the two change together.
fn edition_flag(at: &At<'_>) -> Option<String> {
    let flag = at.maps().take(2).find_map(|map| at.structure.edition_flag(map))?;
    Some(format!("{}: {}", flag.key()?, flag.scalar()?.text))
}

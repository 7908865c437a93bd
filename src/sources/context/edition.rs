//! Flags of an edition beside a name: they have to change together.

use super::Purpose;
use super::outline::{Outline, within};
use crate::sources::find::{Found, What};

/// Marks what stands beside a flag in the same command or block.
pub(super) fn beside_flags(bytes: &[u8], found: &[Found], outline: &mut Outline) {
    let is_flag = |it: &&Found| it.what == What::EditionFlag;
    if !found.iter().any(|it| is_flag(&it)) {
        return;
    }
    for (meaning, place) in outline.meanings.iter_mut().zip(found) {
        let is_name = matches!(place.what, What::Name(_));
        let is_used = matches!(meaning.purpose, Purpose::Reference | Purpose::Container);
        let Some(unit) = meaning.unit.as_ref().filter(|_| is_name && is_used) else { continue };
        if let Some(flag) = found[within(found, unit)].iter().find(is_flag) {
            let text = String::from_utf8_lossy(&bytes[flag.span.clone()]).into_owned();
            meaning.purpose = Purpose::BesideEditionFlag(text);
        }
    }
}

//! What becomes of a cluster, told by examples: objects in, plan out.

mod addon;
mod credentials;
mod custom_kinds;
mod images;
mod in_place;
mod lists;
mod notes;
mod service_accounts;
mod verdicts;
mod world;

use std::collections::BTreeSet;

use super::Verdict;

#[test]
fn the_verdicts_have_words_of_their_own() {
    let words = [
        Verdict::Switch.word(),
        Verdict::Immutable("").word(),
        Verdict::Blocked(Vec::new()).word(),
        Verdict::Mentioned.word(),
        Verdict::Finished.word(),
    ];
    let distinct: BTreeSet<&str> = words.into_iter().collect();
    assert_eq!(distinct.len(), words.len());
}

use super::*;

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

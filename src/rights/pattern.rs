//! Patterns of CAM: text in which `*` stands for any characters, slashes too.
//!
//! Both sides of a comparison are patterns: a policy says `repository/tcr-1/*`, a step asks for all
//! that is in `repository/tcr-1/shop/*`.

/// What a pattern says of what another one stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cover {
    /// Nothing of it.
    None,
    /// Some of it.
    Part,
    /// All of it.
    All,
}

/// How much of what `wanted` stands for `pattern` covers.
pub(super) fn cover(pattern: &str, wanted: &str) -> Cover {
    if covers(pattern.as_bytes(), wanted.as_bytes()) {
        Cover::All
    } else if overlap(pattern.as_bytes(), wanted.as_bytes()) {
        Cover::Part
    } else {
        Cover::None
    }
}

/// Whether the pattern matches the text. A `*` of the text is matched by a `*` only, so that a
/// pattern that matches a pattern covers all of it.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                // Back to the last star, which takes one byte more.
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                from = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether there is a text that both match.
fn overlap(left: &[u8], right: &[u8]) -> bool {
    // reached[j]: the part of `left` so far and right[..j] have a text in common.
    let mut reached = vec![false; right.len() + 1];
    reached[0] = true;
    close(&mut reached, right);
    for byte in left {
        let mut next = vec![false; right.len() + 1];
        for (place, _) in reached.iter().enumerate().filter(|(_, held)| **held) {
            if *byte == b'*' {
                // Any number of the other side's characters.
                next[place..].fill(true);
            } else if let Some(other) = right.get(place) {
                if *other == b'*' {
                    next[place] = true;
                } else if other == byte {
                    next[place + 1] = true;
                }
            }
        }
        close(&mut next, right);
        reached = next;
    }
    reached[right.len()]
}

/// A star may stand for nothing.
fn close(reached: &mut [bool], pattern: &[u8]) {
    for (place, byte) in pattern.iter().enumerate() {
        if *byte == b'*' && reached[place] {
            reached[place + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_all_or_part_or_nothing() {
        for (pattern, wanted, expected) in [
            ("*", "anything/at/all", Cover::All),
            ("*", "*", Cover::All),
            ("repository/tcr-1/*", "repository/tcr-1/shop/web", Cover::All),
            ("repository/tcr-1/*", "repository/tcr-1/*", Cover::All),
            ("repository/*/shop/*", "repository/tcr-1/shop/*", Cover::All),
            ("repository/tcr-1/shop/*", "repository/tcr-1/*", Cover::Part),
            ("repository/tcr-1/*/web", "repository/tcr-1/shop/*", Cover::Part),
            ("repository/tcr-1/shop", "repository/tcr-1/shop/*", Cover::None),
            ("repository/tcr-1/shop/*", "repository/tcr-1/shop", Cover::None),
            ("repository/tcr-2/*", "repository/tcr-1/*", Cover::None),
            ("tcr:Describe*", "tcr:DescribeImages", Cover::All),
            ("tcr:Describe*", "tcr:CreateNamespace", Cover::None),
            ("*Personal", "tcr:PullRepositoryPersonal", Cover::All),
            ("**a**", "bab", Cover::All),
            ("a*b*c", "a*c", Cover::Part),
            ("", "", Cover::All),
            ("", "*", Cover::Part),
            ("*", "", Cover::All),
            ("ab", "ba", Cover::None),
        ] {
            assert_eq!(cover(pattern, wanted), expected, "{pattern} of {wanted}");
        }
    }
}

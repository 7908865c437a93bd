//! Which tags get a digest beside them: `repo:tag@sha256:…` names one image alone, wherever the tag goes.

use super::Tag;

/// Which tags get a digest beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Pin {
    /// `latest`, written or meant.
    Latest,
    /// Those that are usually pushed again: all but whole versions, dates and commits.
    Mutable,
    /// All.
    All,
}

impl Pin {
    /// Whether this tag is one of them.
    #[must_use]
    pub fn takes(self, tag: &Tag) -> bool {
        match self {
            Self::Latest => tag.as_str() == "latest",
            Self::Mutable => !names_one_build(tag.as_str()),
            Self::All => true,
        }
    }
}

/// Whether a tag looks as if it were pushed once: `1.2.3`, `v1.2.3-rc1`, a date, a commit.
fn names_one_build(tag: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut numbers = tag.strip_prefix('v').unwrap_or(tag).splitn(3, '.');
    let is_version = match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(major), Some(minor), Some(rest)) => {
            is_number(major)
                && is_number(minor)
                && rest.starts_with(|first: char| first.is_ascii_digit())
        }
        _ => false,
    };
    let word = |word: &str| {
        let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        (7..=40).contains(&word.len()) && is_hex && has_digit
    };
    // `1.2-SNAPSHOT`, `2.0.0-dev`: what is built again and again until the version is out.
    let is_unreleased = |part: &str| {
        ["snapshot", "dev", "nightly", "latest", "edge", "canary"]
            .iter()
            .any(|word| part.eq_ignore_ascii_case(word))
    };
    let mut parts = tag.split(['-', '_', '.', '+']);
    is_version && !parts.clone().any(is_unreleased) || parts.any(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_are_pushed_again_are_told_from_those_of_one_build() {
        let takes = |tag: &str| Pin::Mutable.takes(&tag.parse().unwrap());
        for tag in [
            "latest",
            "main",
            "stable",
            "v1",
            "1.2",
            "v1.2",
            "nightly",
            "pr-7",
            "1.x.3",
            "1.2.3-SNAPSHOT",
            "2.0.0-dev",
        ] {
            assert!(takes(tag), "{tag}");
        }
        for tag in ["1.2.3", "v1.2.3", "v1.2.3-rc.1", "20240131", "main-3f2a91c", "3f2a91cd"] {
            assert!(!takes(tag), "{tag}");
        }
        assert!(Pin::Latest.takes(&"latest".parse().unwrap()));
        assert!(!Pin::Latest.takes(&"main".parse().unwrap()));
        assert!(Pin::All.takes(&"1.2.3".parse().unwrap()));
    }
}

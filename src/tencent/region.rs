//! Regions, and the CCR host that serves each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::image::Host;

/// A region of Tencent Cloud, `ap-guangzhou`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(String);

/// What replicas of an instance don't leave: they don't cross the border of mainland China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Mainland China.
    Mainland,
    /// Everywhere else.
    Abroad,
    /// A finance zone, or a region that is new: on which side is not known here.
    Apart,
}

/// A string that is no region, or so close to a known one that it is probably a typo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a region of Tencent Cloud: {}", self.suggestion())]
pub struct RegionError {
    /// What was written.
    pub given: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl RegionError {
    // A part of the message: usage errors and those of the mapping file have no hint beside it.
    fn suggestion(&self) -> String {
        match self.nearest {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => "expected a name such as ap-guangzhou, ap-hongkong or eu-frankfurt".to_owned(),
        }
    }
}

// Region, prefix of its Personal Edition host below `ccs.tencentyun.com`, and the short names in
// use. From image-transfer's RegionPrefix and the chart of Tencent's opentelemetry-operator; the
// regions that mainland China shares are all served by `ccr`.
const KNOWN: &[(&str, Option<&str>, &[&str])] = &[
    ("ap-guangzhou", Some("ccr"), &["gz"]),
    ("ap-shanghai", Some("ccr"), &["sh"]),
    ("ap-nanjing", Some("ccr"), &["nj"]),
    ("ap-beijing", Some("ccr"), &["bj"]),
    ("ap-shenzhen", Some("ccr"), &["sz", "szx"]),
    ("ap-chongqing", Some("ccr"), &["cq"]),
    ("ap-chengdu", Some("ccr"), &["cd"]),
    ("ap-tianjin", Some("ccr"), &["tj", "tsn"]),
    ("ap-hongkong", Some("hkccr"), &["hk"]),
    ("ap-singapore", Some("sgccr"), &["sg"]),
    ("ap-seoul", Some("krccr"), &["kr"]),
    ("ap-tokyo", Some("jpccr"), &["jp"]),
    ("ap-mumbai", Some("inccr"), &["in"]),
    ("ap-bangkok", Some("thccr"), &["th"]),
    ("ap-jakarta", Some("jktccr"), &["jkt", "jak"]),
    ("ap-taipei", Some("tpeccr"), &["tpe", "tp"]),
    ("na-toronto", Some("caccr"), &["ca"]),
    ("na-siliconvalley", Some("uswccr"), &["usw"]),
    ("na-ashburn", Some("useccr"), &["use"]),
    ("eu-frankfurt", Some("deccr"), &["de"]),
    ("eu-moscow", Some("ruccr"), &["ru"]),
    ("sa-saopaulo", Some("saoccr"), &["sao"]),
    ("ap-shanghai-fsi", Some("shjrccr"), &["shjr"]),
    ("ap-shenzhen-fsi", Some("szjrccr"), &["szjr"]),
    ("ap-beijing-fsi", Some("bjjrccr"), &["bjjr"]),
    ("ap-shanghai-adc", Some("shadcccr"), &["shadc"]),
];

impl Region {
    /// CCR's home, `ap-guangzhou`.
    #[must_use]
    pub fn guangzhou() -> Self {
        Self("ap-guangzhou".to_owned())
    }

    /// A name from an answer of the API: taken as it is.
    pub(super) fn trusted(name: String) -> Self {
        Self(name)
    }

    /// `ap-guangzhou`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Personal Edition's registry host for this region, if it is known. What the API says
    /// (`Server`) is the authority.
    #[must_use]
    pub fn ccr_host(&self) -> Option<Host> {
        let (_, prefix, _) = KNOWN.iter().find(|(name, ..)| *name == self.0)?;
        format!("{}.ccs.tencentyun.com", (*prefix)?).parse().ok()
    }

    /// The hosts of the Personal Edition that are known, each with the first region that it serves.
    #[must_use]
    pub fn ccr_hosts() -> Vec<(Host, Self)> {
        let mut hosts: Vec<(Host, Self)> = Vec::new();
        for (name, ..) in KNOWN {
            let region = Self((*name).to_owned());
            let new = region.ccr_host().filter(|host| hosts.iter().all(|(known, _)| known != host));
            hosts.extend(new.map(|host| (host, region)));
        }
        hosts
    }

    /// Whether the region is one of the eight of mainland China that share one CCR deployment.
    #[must_use]
    pub fn shares_mainland_ccr(&self) -> bool {
        KNOWN.iter().any(|(name, prefix, _)| *name == self.0 && *prefix == Some("ccr"))
    }

    /// On which side of mainland China's border it is, as far as that is documented.
    #[must_use]
    pub fn area(&self) -> Area {
        let known = KNOWN.iter().any(|(name, ..)| *name == self.0);
        // Finance zones and the like are cut off from the other regions.
        let is_apart = self.0.matches('-').count() > 1;
        match self.shares_mainland_ccr() {
            true => Area::Mainland,
            false if known && !is_apart => Area::Abroad,
            false => Area::Apart,
        }
    }

    /// `hongkong` of `ap-hongkong`
    #[must_use]
    pub fn city(&self) -> &str {
        self.0.split_once('-').map_or(&self.0, |(_, city)| city)
    }

    /// Whether the API serves this region on a host of its own (API doc, request structure).
    pub(super) fn has_own_endpoint(&self) -> bool {
        matches!(self.0.as_str(), "ap-shanghai-fsi" | "ap-shenzhen-fsi")
    }
}

impl FromStr for Region {
    type Err = RegionError;

    /// Known regions, and what looks like one that is new. A name that is nearly a known one is an
    /// error: the API would answer for it with an empty list in some cases.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if KNOWN.iter().any(|(name, ..)| *name == text) {
            return Ok(Self(text.to_owned()));
        }
        match nearest(text) {
            None if is_well_formed(text) => Ok(Self(text.to_owned())),
            nearest => Err(RegionError { given: text.to_owned(), nearest }),
        }
    }
}

fn nearest(text: &str) -> Option<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    let city = |name: &'static str| name.split_once('-').map_or(name, |(_, city)| city);
    let by_name = KNOWN.iter().find(|(name, _, aliases)| {
        *name == text || city(name) == text || aliases.contains(&text.as_str())
    });
    if let Some((name, ..)) = by_name {
        return Some(name);
    }
    // Two typos at most; three lead from one region to another.
    KNOWN
        .iter()
        .map(|(name, ..)| (strsim::damerau_levenshtein(name, &text), *name))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, name)| name)
}

// `xx-word[-word]`
fn is_well_formed(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let plain = |word: &&str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    (2..=3).contains(&words.len())
        && words.iter().all(plain)
        && words[0].len() == 2
        && words[1].len() >= 3
}

impl TryFrom<String> for Region {
    type Error = RegionError;

    fn try_from(text: String) -> Result<Self, RegionError> {
        text.parse()
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Region {
        text.parse().unwrap()
    }

    fn nearest_of(text: &str) -> Option<&'static str> {
        text.parse::<Region>().unwrap_err().nearest
    }

    #[test]
    fn each_region_has_its_ccr_host() {
        for (name, host) in [
            ("ap-guangzhou", "ccr.ccs.tencentyun.com"),
            ("ap-tianjin", "ccr.ccs.tencentyun.com"),
            ("ap-hongkong", "hkccr.ccs.tencentyun.com"),
            ("ap-jakarta", "jktccr.ccs.tencentyun.com"),
            ("ap-shanghai-fsi", "shjrccr.ccs.tencentyun.com"),
        ] {
            assert_eq!(region(name).ccr_host().unwrap().as_str(), host);
        }
        for (name, prefix, _) in KNOWN {
            let host = region(name).ccr_host();
            assert!(host.is_some_and(|host| host.is_known_ccr_name()), "{prefix:?}");
        }
        assert!(region("ap-beijing").shares_mainland_ccr());
        assert!(!region("ap-beijing-fsi").shares_mainland_ccr());
    }

    #[test]
    fn each_region_is_on_one_side_of_the_border_or_apart() {
        for (name, area) in [
            ("ap-guangzhou", Area::Mainland),
            ("ap-hongkong", Area::Abroad),
            ("na-ashburn", Area::Abroad),
            ("ap-shanghai-fsi", Area::Apart),
            ("ap-shanghai-adc", Area::Apart),
            ("ap-osaka", Area::Apart),
        ] {
            assert_eq!(region(name).area(), area, "{name}");
        }
        assert_eq!(region("na-ashburn").city(), "ashburn");
    }

    #[test]
    fn a_new_region_is_taken() {
        for name in ["me-saudi-arabia", "ap-qingyuan", "ap-osaka", "ap-shenyang", "ap-jinan"] {
            assert_eq!(region(name).as_str(), name);
            assert_eq!(region(name).ccr_host(), None);
        }
    }

    #[test]
    fn a_typo_is_told_with_what_was_meant() {
        assert_eq!(nearest_of("ap-guangzou"), Some("ap-guangzhou"));
        assert_eq!(nearest_of("ap-gaungzhou"), Some("ap-guangzhou"));
        assert_eq!(nearest_of("ap-honkong"), Some("ap-hongkong"));
        assert_eq!(nearest_of("AP-Guangzhou"), Some("ap-guangzhou"));
        assert_eq!(nearest_of("guangzhou"), Some("ap-guangzhou"));
        assert_eq!(nearest_of("ap_shanghai"), Some("ap-shanghai"));
        let error = "ap-guangzou".parse::<Region>().unwrap_err();
        assert!(error.to_string().ends_with("did you mean ap-guangzhou?"), "{error}");
    }

    #[test]
    fn short_names_give_the_long_one() {
        assert_eq!(nearest_of("gz"), Some("ap-guangzhou"));
        assert_eq!(nearest_of("sh"), Some("ap-shanghai"));
        assert_eq!(nearest_of("hk"), Some("ap-hongkong"));
    }

    #[test]
    fn what_is_no_region_is_refused() {
        for text in ["", "China", "ap", "ap-", "ap--x", "asia-east-1", "ap-x", "a b"] {
            let error = text.parse::<Region>().unwrap_err();
            assert!(error.to_string().contains("ap-"), "{error}");
        }
    }
}

//! The editions of an instance, and what each allows.

use std::fmt;

use serde::Serialize;

use crate::tencent::InstanceKind;

/// An edition that can be bought. Upgrades only go upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// The smallest
    Basic,
    /// With rules that copy to other instances
    Standard,
    /// With replicas in other regions, too
    Premium,
}

/// What an edition allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Namespaces of the instance.
    pub namespaces: u64,
    /// Repositories of the instance.
    pub repositories: u64,
    /// Links into VPCs, by the older and lower of two tables.
    pub links: u64,
    /// The same by the newer one.
    pub links_at_most: u64,
    /// Instances that rules copy to from it; how many is documented nowhere.
    pub rules: u64,
    /// Replicas; likewise.
    pub replicas: u64,
}

impl Limits {
    /// Where no limit is documented.
    pub(super) const ANY: u64 = u64::MAX;
}

impl Tier {
    /// All of them, the smallest first.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Standard, Self::Premium];

    /// What it allows, by TCR's service levels (1141/40540). Of VPC links there are two tables, 3/5/10
    /// and a newer one with 5/10/20: the lower number is planned for.
    #[must_use]
    pub fn limits(self) -> Limits {
        let (namespaces, repositories, links, links_at_most) = match self {
            Self::Basic => (50, 1000, 3, 5),
            Self::Standard => (100, 3000, 5, 10),
            Self::Premium => (500, 5000, 10, 20),
        };
        let any = |allowed: bool| if allowed { Limits::ANY } else { 0 };
        let (rules, replicas) = (any(self >= Self::Standard), any(self == Self::Premium));
        Limits { namespaces, repositories, links, links_at_most, rules, replicas }
    }

    /// The edition of an instance; `None` for one that is not known here.
    #[must_use]
    pub fn of(kind: &InstanceKind) -> Option<Self> {
        match kind {
            InstanceKind::Basic => Some(Self::Basic),
            InstanceKind::Standard => Some(Self::Standard),
            InstanceKind::Premium => Some(Self::Premium),
            InstanceKind::Other(_) => None,
        }
    }

    /// The smallest that allows something.
    pub(super) fn smallest(allows: impl Fn(Limits) -> bool) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| allows(tier.limits()))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic => "basic",
            Self::Standard => "standard",
            Self::Premium => "premium",
        })
    }
}

//! What stands against a redirect.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, counted};

/// Why CCR's name must not be redirected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "obstacle")]
pub enum Obstacle {
    /// The VPC is in no region of the instance.
    NoVpc {
        /// `vpc-…`
        vpc: String,
    },
    /// There is no link into it, or one without an address yet.
    NoLink {
        /// `vpc-…`
        vpc: String,
    },
    /// The instance's name doesn't lead to the link there.
    NameUnresolved {
        /// The instance's name.
        name: String,
    },
    /// Somebody else's zone decides about CCR's name there.
    ForeignZone {
        /// Its domain.
        domain: String,
        /// Its id.
        zone: String,
    },
    /// The zone would hide all other names of its domain.
    NotForwarding {
        /// Its id.
        zone: String,
    },
    /// The name leads somewhere else.
    OtherRecord {
        /// The name.
        name: String,
        /// Where it leads.
        target: String,
    },
    /// Tags that TCR lacks, or has otherwise, in repositories that it would answer for.
    NotEqual {
        /// How many.
        tags: u64,
        /// Some of them.
        some: Vec<String>,
    },
    /// What was listed or counted and could not be compared.
    NotCompared {
        /// What.
        what: String,
    },
    /// Repositories with another name in TCR.
    Renamed {
        /// How many.
        repositories: u64,
        /// Some of them, `OLD → NEW`.
        some: Vec<String>,
    },
    /// The link doesn't answer for CCR's name as it has to.
    NotAnswered {
        /// What it did.
        reason: String,
    },
}

impl Obstacle {
    /// In words, with what to do about it.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (message, hint) = match self {
            Self::NoVpc { vpc } => (
                format!("{vpc} is in no region of the instance, nor of a replica"),
                "only a VPC in a region of the instance can be linked".to_owned(),
            ),
            Self::NoLink { vpc } => (
                format!("{vpc} has no link to the instance that is ready"),
                format!("docker ccr2tcr network apply --vpc {vpc}"),
            ),
            Self::NameUnresolved { name } => (
                format!("{name} doesn't lead to the link inside the VPC"),
                "docker ccr2tcr network apply --dns default sets it".to_owned(),
            ),
            Self::ForeignZone { domain, zone } => (
                format!("the private zone {domain} ({zone}) is bound to the VPC, and was not made by this program"),
                "whoever made the zone has to add the alias to it, or unbind it from the VPC".to_owned(),
            ),
            Self::NotForwarding { zone } => (
                format!("the private zone {zone} doesn't forward what it doesn't hold: metadata.tencentyun.com and others would be gone"),
                "switch its recursive resolution on at the console of Private DNS".to_owned(),
            ),
            Self::OtherRecord { name, target } => (
                format!("{name} in the private zone leads to {target} already"),
                "--remove takes that back first".to_owned(),
            ),
            Self::NotEqual { tags, some } => (
                format!("{} not known to be the same in TCR, and CCR would not be asked for them any more: {}", counted(*tags, "tag is", "tags are"), some.join(", ")),
                "docker ccr2tcr sync copies what is missing or older".to_owned(),
            ),
            Self::NotCompared { what } => (
                format!("not compared: {what}"),
                "docker ccr2tcr verify says more".to_owned(),
            ),
            Self::Renamed { repositories, some } => (
                format!("{} another name in TCR, and would not be found under CCR's: {}", counted(*repositories, "repository has", "repositories have"), some.join(", ")),
                "a redirect needs the same names; without it, --map may rename".to_owned(),
            ),
            Self::NotAnswered { reason } => (
                format!("the link doesn't answer for CCR's name: {reason}"),
                "run this on a machine that reaches the link's address, in the VPC or connected to it".to_owned(),
            ),
        };
        Diagnostic::new(message).with_hint(hint)
    }
}

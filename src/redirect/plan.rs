//! What is left to do, by what there is. Pure.

use serde::Serialize;

use super::state::{OwnZone, State};
use super::zone_name::ZoneName;
use crate::diagnostic::{Diagnostic, counted};
use crate::tencent::DnsStatus;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// The VPC asks TCR under CCR's name.
    Redirected,
    /// It asks CCR.
    Removed,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "step")]
pub enum Step {
    /// Private DNS is switched on for the account.
    EnablePrivateDns,
    /// A zone is made, bound to no VPC.
    CreateZone {
        /// `tencentyun.com`
        domain: String,
    },
    /// CCR's name becomes an alias in it.
    CreateRecord {
        /// `ccr.ccs`
        name: String,
        /// The instance's name.
        target: String,
    },
    /// The zone is bound to the VPC: from here on it counts.
    BindVpc {
        /// `vpc-…`
        vpc: String,
    },
    /// The alias goes: CCR answers again as soon as resolvers have forgotten it.
    DeleteRecord {
        /// `ccr.ccs`
        name: String,
    },
    /// The VPC doesn't ask the zone any more.
    UnbindVpc {
        /// `vpc-…`
        vpc: String,
    },
    /// The zone, which is bound to no VPC, goes.
    DeleteZone {
        /// `tencentyun.com`
        domain: String,
    },
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EnablePrivateDns => write!(f, "switch Private DNS on for the account"),
            Self::CreateZone { domain } => {
                write!(f, "create the private zone {domain}, bound to no VPC, forwarding the rest")
            }
            Self::CreateRecord { name, target } => write!(f, "create the alias {name} → {target}"),
            Self::BindVpc { vpc } => write!(f, "bind the zone to {vpc}"),
            Self::DeleteRecord { name } => write!(f, "delete the alias {name}"),
            Self::UnbindVpc { vpc } => write!(f, "unbind the zone from {vpc}"),
            Self::DeleteZone { domain } => write!(f, "delete the private zone {domain}"),
        }
    }
}

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

/// What is wanted, in names.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) goal: Goal,
    pub(super) vpc: String,
    pub(super) name: ZoneName,
    /// The instance's own name.
    pub(super) target: String,
}

impl Wanted {
    /// What keeps the VPC's resolvers from being told.
    pub(super) fn obstacles(&self, state: &State) -> Vec<Obstacle> {
        let mut found = Vec::new();
        if self.goal == Goal::Removed {
            return found;
        }
        if state.region.is_none() {
            found.push(Obstacle::NoVpc { vpc: self.vpc.clone() });
        } else if !state.link.as_ref().is_some_and(crate::tencent::Link::is_ready) {
            found.push(Obstacle::NoLink { vpc: self.vpc.clone() });
        } else if state.name != DnsStatus::Enabled {
            found.push(Obstacle::NameUnresolved { name: self.target.clone() });
        }
        found.extend(state.others.iter().map(|zone| Obstacle::ForeignZone {
            domain: zone.domain.clone(),
            zone: zone.id.clone(),
        }));
        if let Some(own) = &state.own {
            if !own.zone.forwards {
                found.push(Obstacle::NotForwarding { zone: own.zone.id.clone() });
            }
            let other = own.record(&self.name).filter(|record| !self.is_wanted(record));
            found.extend(other.map(|record| Obstacle::OtherRecord {
                name: record.name.clone(),
                target: record.value.clone(),
            }));
        }
        found
    }

    fn is_wanted(&self, record: &crate::tencent::ZoneRecord) -> bool {
        let value = record.value.trim_end_matches('.');
        record.kind.eq_ignore_ascii_case("CNAME") && value.eq_ignore_ascii_case(&self.target)
    }

    /// What is left to do, in order.
    pub(super) fn steps(&self, state: &State) -> Vec<Step> {
        match self.goal {
            Goal::Redirected => self.steps_there(state),
            Goal::Removed => self.steps_back(state),
        }
    }

    fn steps_there(&self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        let own = state.own.as_ref();
        if !state.has_private_dns {
            steps.push(Step::EnablePrivateDns);
        }
        if own.is_none() {
            steps.push(Step::CreateZone { domain: self.name.domain.to_owned() });
        }
        if own.and_then(|own| own.record(&self.name)).is_none() {
            let (name, target) = (self.name.name.clone(), self.target.clone());
            steps.push(Step::CreateRecord { name, target });
        }
        if !own.is_some_and(|own| own.zone.is_bound_to(&self.vpc)) {
            steps.push(Step::BindVpc { vpc: self.vpc.clone() });
        }
        steps
    }

    fn steps_back(&self, state: &State) -> Vec<Step> {
        let Some(OwnZone { zone, records }) = &state.own else { return Vec::new() };
        let mut steps = Vec::new();
        let is_bound = zone.is_bound_to(&self.vpc);
        let has_others = zone.vpcs.iter().any(|bound| bound.id != self.vpc);
        let has_record = records.iter().any(|record| record.name == self.name.name);
        // The alias counts for every VPC: it goes first if there is no other, for that is quickest.
        if has_record && !has_others {
            steps.push(Step::DeleteRecord { name: self.name.name.clone() });
        }
        if is_bound {
            steps.push(Step::UnbindVpc { vpc: self.vpc.clone() });
        }
        let has_other_names = records.iter().any(|record| record.name != self.name.name);
        if !has_others && !has_other_names {
            steps.push(Step::DeleteZone { domain: zone.domain.clone() });
        }
        steps
    }
}

#[cfg(test)]
mod tests;

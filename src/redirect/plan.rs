//! What is left to do, by what there is. Pure.

use serde::Serialize;

use super::obstacle::Obstacle;
use super::state::{OwnZone, State};
use super::zone_name::ZoneName;
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

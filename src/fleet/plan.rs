//! The plan: which instances, of which edition, reach which VPCs. A pure function of the fleet.

mod seats;
mod steps;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::model::{Fleet, Unread};
use super::names::{NamePlan, PlannedRule};
use super::tier::{Limits, Tier};
use crate::diagnostic::shortened;
use crate::tencent::{Area, Region};
use seats::{Seat, seats};

pub use steps::{MappingText, PlanStep};

/// What is wished.
#[derive(Debug, Default)]
pub struct PlanWish {
    /// The largest edition to plan with.
    pub largest: Option<Tier>,
    /// The instance that everything is copied to first, by its name.
    pub main: Option<String>,
    /// Where the mapping files are, or are to be.
    pub folder: PathBuf,
    /// Flags for the lines to paste, each with a blank in front.
    pub flags: String,
}

/// What the fleet needs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstancePlan {
    /// How much there is in CCR.
    pub ccr: Vec<CcrSize>,
    /// The instances, the one that everything is copied to first in front.
    pub instances: Vec<PlannedInstance>,
    /// The regions that have clusters.
    pub regions: Vec<PlannedRegion>,
    /// Rules for names of CCR that can't stay.
    pub rules: Vec<PlannedRule>,
    /// What to do, in this order. Nothing of it is done here.
    pub steps: Vec<PlanStep>,
    /// A mapping file for each instance.
    pub mappings: Vec<MappingText>,
    /// What to know beside it.
    pub notices: Vec<String>,
    /// What no edition that may be taken allows, and names that no rule helps.
    pub unmet: Vec<String>,
    /// What could not be read: the fleet may need more.
    pub unread: Vec<Unread>,
}

/// How much there is in one deployment of CCR. Bytes are not counted by its lists.
#[derive(Debug, Clone, Serialize)]
pub struct CcrSize {
    /// The region that was asked.
    pub region: Region,
    /// Namespaces.
    pub namespaces: usize,
    /// Repositories.
    pub repositories: usize,
    /// Tags.
    pub tags: u64,
}

/// An instance.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedInstance {
    /// Its name; `null` if it is to be made and nothing suggests one.
    pub name: Option<String>,
    /// Its id; `null` if it is to be made.
    pub id: Option<String>,
    /// Where it is, or is to be.
    pub region: Region,
    /// Its edition now, as the API names it.
    pub edition: Option<String>,
    /// The smallest edition that does; `null` if none does.
    pub needs: Option<Tier>,
    /// Why.
    pub requirements: Vec<Requirement>,
    /// The regions of the replicas that are to be made.
    pub new_replicas: Vec<Region>,
}

/// Something that an instance needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// What: `namespaces`, `VPC links`, …
    pub what: &'static str,
    /// How many the instance allows by its edition, or has in use if that is more; `null` if it is to be
    /// made, of an edition that is new, or if no number is documented.
    pub have: Option<u64>,
    /// How many are needed.
    pub needed: u64,
    /// Whether the instance allows that as it is.
    pub met: bool,
    /// The smallest edition that allows it; `null` if none does.
    pub edition: Option<Tier>,
}

/// A region that has clusters.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedRegion {
    /// The region.
    pub region: Region,
    /// Its clusters, as `cls-… (name)`, with the state of those that don't run.
    pub clusters: Vec<String>,
    /// Their nodes, as far as the API says.
    pub nodes: u64,
    /// Their VPCs.
    pub vpcs: BTreeSet<String>,
    /// How they reach an instance.
    pub reach: Reach,
    /// Which instance that is, by its place in the list.
    pub instance: usize,
}

/// How a region reaches an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// By links in the instance's own region.
    Link,
    /// By links in the region of a replica that is there.
    Replica,
    /// The same, and the replica is to be made.
    NewReplica,
}

impl InstancePlan {
    /// Makes the plan.
    #[must_use]
    pub fn new(fleet: &Fleet, names: &NamePlan, wish: &PlanWish) -> Self {
        let (seats, regions) = seats(fleet, wish);
        let instances: Vec<PlannedInstance> =
            seats.iter().map(|seat| instance(seat, seats.len() - 1, names, wish)).collect();
        let mut plan = Self {
            ccr: sizes(fleet),
            regions,
            rules: names.added.clone(),
            steps: Vec::new(),
            mappings: steps::mappings(&seats, names, fleet),
            notices: Vec::new(),
            unmet: Vec::new(),
            unread: fleet.unread.clone(),
            instances,
        };
        plan.steps = steps::steps(&seats, &plan, names, wish);
        plan.judge(names, wish);
        plan
    }

    /// Whether everything was read, and can be had.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unmet.is_empty() && self.unread.is_empty()
    }

    fn judge(&mut self, names: &NamePlan, wish: &PlanWish) {
        let largest = wish.largest.unwrap_or(Tier::Premium);
        let mut links_decide = false;
        for instance in &self.instances {
            let label = instance.label();
            for requirement in &instance.requirements {
                let Requirement { what, needed, edition, .. } = requirement;
                if requirement.met || requirement.edition.is_some_and(|tier| tier <= largest) {
                    let by_newer = Tier::smallest(|allows| allows.links_at_most >= *needed);
                    links_decide |= *what == LINKS && *edition != by_newer;
                    continue;
                }
                let advice = match (*what, edition) {
                    (_, Some(tier)) => format!("the {tier} edition has them"),
                    (LINKS, None) => "reach some of the VPCs over CCN or peering with a custom domain (1141/76084); by TCR's newer table 20 are allowed".to_owned(),
                    (NAMESPACES, None) => "fold them into one: --fold NAMESPACE".to_owned(),
                    (_, None) => "split them over several instances: `exclude` in each mapping file".to_owned(),
                };
                self.unmet.push(format!(
                    "{label} needs {needed} {what}, more than the {largest} edition allows: {advice}"
                ));
            }
            let folds = instance.requirements.iter().any(|it| {
                it.what == NAMESPACES && it.edition.is_some_and(|tier| tier > Tier::Basic)
            });
            if folds {
                self.notices.push(format!(
                    "the namespaces of {label} decide its edition: --fold NAMESPACE makes them levels of one"
                ));
            }
        }
        if links_decide {
            self.notices.push("of VPC links there are two tables, 3/5/10 and a newer one with 5/10/20: the lower number is planned for; what TCR answers to `network apply` is what holds".to_owned());
        }
        if self.regions.iter().any(|region| region.reach != Reach::Link) {
            self.notices.push("links are counted over all regions of an instance: whether a replica has a number of its own is documented nowhere".to_owned());
        }
        for instance in self.instances.iter().filter(|it| !it.new_replicas.is_empty()) {
            let regions: Vec<&str> = instance.new_replicas.iter().map(Region::as_str).collect();
            self.notices.push(format!(
                "a replica is billed as an instance is, and needs the premium edition: --edition standard plans instances of their own in {}",
                shortened(&regions, SHOWN)
            ));
        }
        if names.added.iter().any(|rule| !rule.to.contains('/')) {
            let hint = "--fold NAMESPACE makes namespaces of CCR levels of one in TCR instead, where more names are good";
            self.notices.push(hint.to_owned());
        }
        let is_apart = |it: &&PlannedRegion| it.region.area() == Area::Apart && it.instance > 0;
        for region in self.regions.iter().filter(is_apart) {
            self.notices.push(format!(
                "whether an instance elsewhere may have a replica in {} is not known here: it gets one of its own",
                region.region
            ));
        }
        if self.instances.len() > 1 && largest == Tier::Basic {
            self.notices.push("the basic edition has no rules: each instance is copied to by `docker ccr2tcr sync`, again after each push".to_owned());
        }
        self.unmet.extend(names.unresolved.iter().cloned());
    }
}

/// Regions that are named in a sentence.
const SHOWN: usize = 5;

const NAMESPACES: &str = "namespaces";
const LINKS: &str = "VPC links";

impl PlannedInstance {
    /// What it is called in sentences.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => format!("the new instance in {}", self.region),
        }
    }
}

fn sizes(fleet: &Fleet) -> Vec<CcrSize> {
    let size = |ccr: &super::CcrContent| CcrSize {
        region: ccr.region.clone(),
        namespaces: ccr.namespaces.len(),
        repositories: ccr.namespaces.iter().map(|held| held.repositories.len()).sum(),
        tags: ccr.namespaces.iter().map(|held| held.tags).sum(),
    };
    fleet.ccr.iter().map(size).collect()
}

/// `others` are the instances that are copied to from the first one.
fn instance(seat: &Seat<'_>, others: usize, names: &NamePlan, wish: &PlanWish) -> PlannedInstance {
    let held = seat.existing;
    let tier = held.and_then(|held| Tier::of(&held.instance.kind));
    // What it has in use is allowed, whatever the tables say.
    let required = |what, used: usize, needed: usize, limit: fn(Limits) -> u64| {
        let (used, needed) = (used as u64, needed as u64);
        let have = tier.map(|tier| limit(tier.limits()).max(used));
        let smallest = Tier::smallest(|allows| limit(allows) >= needed);
        let met = have.is_some_and(|have| have >= needed);
        let edition = if met { tier.min(smallest).or(tier) } else { smallest };
        let have = have.filter(|have| *have != Limits::ANY);
        Requirement { what, have, needed, met, edition }
    };
    let none = BTreeSet::new();
    let counted = |what, held: Option<&BTreeSet<String>>, more: &BTreeSet<String>, limit| {
        let held = held.unwrap_or(&none);
        required(what, held.len(), more.union(held).count(), limit)
    };
    let mut requirements = vec![
        counted(NAMESPACES, held.map(|held| &held.namespaces), &names.namespaces, |it| {
            it.namespaces
        }),
        counted("repositories", held.map(|held| &held.repositories), &names.repositories, |it| {
            it.repositories
        }),
        counted(LINKS, held.map(|held| &held.links), &seat.vpcs, |it| it.links),
    ];
    let old_replicas = held.map_or(0, |held| held.replicas.len());
    let replicas = old_replicas + seat.new_replicas.len();
    if replicas > 0 {
        requirements.push(required("replicas", old_replicas, replicas, |it| it.replicas));
    }
    if seat.is_main && others > 0 && wish.largest != Some(Tier::Basic) {
        requirements.push(required("instances to copy to", 0, others, |it| it.rules));
    }
    let needs = requirements
        .iter()
        .map(|it| it.edition)
        .try_fold(Tier::Basic, |most, tier| tier.map(|tier| most.max(tier)));
    PlannedInstance {
        name: seat.name.clone(),
        id: held.map(|held| held.instance.id.clone()),
        region: seat.region.clone(),
        edition: held.map(|held| held.instance.kind.to_string()),
        needs,
        requirements,
        new_replicas: seat.new_replicas.iter().cloned().collect(),
    }
}

#[cfg(test)]
mod tests;

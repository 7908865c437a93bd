//! The plan: which instances, of which edition, reach which VPCs. A pure function of the fleet.

mod data;
mod mapping;
mod requirements;
mod seats;
mod steps;

use super::model::Fleet;
use super::names::NamePlan;
use super::tier::Tier;
use crate::diagnostic::shortened;
use crate::tencent::{Area, Region};
use mapping::mapping;
use requirements::{LINKS, NAMESPACES, planned};
use seats::{has_rules, seats};

pub use data::{
    CcrSize, InstancePlan, MappingText, PlanStep, PlanWish, PlannedInstance, PlannedRegion, Reach,
    Requirement,
};

impl InstancePlan {
    /// Makes the plan.
    #[must_use]
    pub fn new(fleet: &Fleet, names: &NamePlan, wish: &PlanWish) -> Self {
        let (seats, regions) = seats(fleet, wish);
        let has_rules = has_rules(&seats, wish);
        let others = if has_rules { seats.len() - 1 } else { 0 };
        let instances = seats.iter().map(|seat| planned(seat, others, names)).collect();
        let mut plan = Self {
            ccr: sizes(fleet),
            regions,
            rules: names.added.clone(),
            steps: Vec::new(),
            mappings: seats.iter().map(|seat| mapping(seat, names, fleet, wish)).collect(),
            notices: Vec::new(),
            unmet: Vec::new(),
            unread: fleet.unread.clone(),
            instances,
        };
        plan.steps = steps::steps(&seats, &plan, names, wish);
        plan.judge(names, wish);
        if seats.len() > 1 && !has_rules {
            plan.notices.push("the basic edition has no rules: each instance is copied to by `docker ccr2tcr sync`, again after each push".to_owned());
        }
        plan
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
                "a replica is billed, and needs the premium edition: --edition standard plans instances of their own in {}",
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
        self.unmet.extend(names.unresolved.iter().cloned());
    }
}

/// Regions that are named in a sentence.
const SHOWN: usize = 5;

fn sizes(fleet: &Fleet) -> Vec<CcrSize> {
    let size = |ccr: &super::CcrContent| CcrSize {
        region: ccr.region.clone(),
        namespaces: ccr.namespaces.len(),
        repositories: ccr.namespaces.iter().map(|held| held.repositories.len()).sum(),
        tags: ccr.namespaces.iter().map(|held| held.tags).sum(),
    };
    fleet.ccr.iter().map(size).collect()
}

#[cfg(test)]
mod tests;

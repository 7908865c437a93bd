//! The plan as data, which serialises as its JSON.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use crate::fleet::model::Unread;
use crate::fleet::names::PlannedRule;
use crate::fleet::tier::Tier;
use crate::image::Host;
use crate::tencent::Region;

/// What is wished.
#[derive(Debug, Default)]
pub struct PlanWish {
    /// The largest edition to plan with.
    pub largest: Option<Tier>,
    /// The instance that everything is copied to first, by its name.
    pub main: Option<String>,
    /// The host that references will name, of the main instance.
    pub host: Option<Host>,
    /// Hosts of CCR that its mapping file names.
    pub ccr_hosts: Vec<Host>,
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
    /// Their nodes; `null` if the API says it of none, as of serverless ones.
    pub nodes: Option<u64>,
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

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// What it is.
    pub what: String,
    /// The line to paste.
    pub command: String,
    /// Whether Tencent bills it.
    pub costs_money: bool,
}

/// A mapping file for one instance.
#[derive(Debug, Clone, Serialize)]
pub struct MappingText {
    /// What the file is called.
    pub file: String,
    /// What is in it.
    pub content: String,
}

impl InstancePlan {
    /// Whether everything was read, and can be had.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unmet.is_empty() && self.unread.is_empty()
    }
}

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

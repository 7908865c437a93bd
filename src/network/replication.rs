//! Namespaces that are copied to another instance at each push: the plan of `replicate`.

use std::collections::BTreeSet;

use super::plan::{Plan, PlannedStep, StepVerdict};
use super::step::Step;
use crate::diagnostic::shortened;
use crate::tencent::{ApiError, Enterprise, Instance, InstanceKind, ReplicationRule};

/// No more names are shown of a list.
const SHOWN: usize = 5;

/// What is wanted.
pub struct ReplicationWish<'a> {
    /// The instance that is copied from.
    pub source: &'a Instance,
    /// The one that is copied to.
    pub destination: &'a Instance,
    /// Which namespaces; all if none is named.
    pub namespaces: &'a [String],
}

/// Why there is no plan.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReplicationError {
    /// A call failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Both are one.
    #[error("{0} can't be copied to itself")]
    SameInstance(String),
    /// The edition has no rules (service levels, 1141/40540).
    #[error("{0} is of the basic edition, which has no rules that copy to other instances")]
    Basic(String),
    /// Not in the source.
    #[error("{instance} has no namespace {missing}")]
    NoNamespace {
        /// The source.
        instance: String,
        /// Which.
        missing: String,
    },
    /// A rule of this name does something else.
    #[error("{instance} has a rule {rule} that copies something else, to {destination}")]
    Taken {
        /// The source.
        instance: String,
        /// The rule.
        rule: String,
        /// Where it copies to.
        destination: String,
    },
}

impl ReplicationError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::SameInstance(_) => Some("name the other instance: --to NAME".to_owned()),
            Self::Basic(_) => {
                Some("upgrade it to the standard edition; there is no way down".to_owned())
            }
            Self::NoNamespace { .. } => Some("docker ccr2tcr sync creates namespaces".to_owned()),
            Self::Taken { .. } => {
                Some("look at it in TCR's console; it is left as it is".to_owned())
            }
        }
    }
}

impl ReplicationWish<'_> {
    /// The plan: a rule for each namespace. Reads what there is; changes nothing.
    ///
    /// # Errors
    /// [`ReplicationError`]
    pub async fn plan(
        &self,
        source: &Enterprise,
        destination: &Enterprise,
    ) -> Result<Plan, ReplicationError> {
        if self.source.id == self.destination.id {
            return Err(ReplicationError::SameInstance(self.source.name.clone()));
        }
        if self.source.kind == InstanceKind::Basic {
            return Err(ReplicationError::Basic(self.source.name.clone()));
        }
        let held = source.namespaces().await?.items.into_iter().map(|held| held.name).collect();
        let rules = source.replication_rules().await?.items;
        let region = destination.region_number().await?;
        self.plan_of(&held, &rules, region)
    }

    fn plan_of(
        &self,
        held: &BTreeSet<String>,
        rules: &[ReplicationRule],
        region_number: u64,
    ) -> Result<Plan, ReplicationError> {
        let instance = || self.source.name.clone();
        let missing: Vec<_> = self.namespaces.iter().filter(|name| !held.contains(*name)).collect();
        if !missing.is_empty() {
            let missing = shortened(&missing, SHOWN);
            return Err(ReplicationError::NoNamespace { instance: instance(), missing });
        }
        let wanted: BTreeSet<&String> = match self.namespaces {
            [] => held.iter().collect(),
            named => named.iter().collect(),
        };
        let mut plan = Plan::default();
        for namespace in wanted {
            let rule = format!("ccr2tcr-{namespace}");
            let destination = self.destination.id.clone();
            let verdict = match rules.iter().find(|known| known.name == rule) {
                None => StepVerdict::Do,
                Some(known) if known.copies(namespace, &destination) => {
                    if !known.enabled {
                        plan.notices.push(format!("the rule {rule} is switched off"));
                    }
                    StepVerdict::Exists
                }
                Some(known) => {
                    let destination = known.destination.clone();
                    return Err(ReplicationError::Taken {
                        instance: instance(),
                        rule,
                        destination,
                    });
                }
            };
            let namespace = namespace.clone();
            let step = Step::CreateReplication { rule, namespace, destination, region_number };
            plan.steps.push(PlannedStep { step, verdict });
        }
        if plan.changes_anything() {
            plan.notices.push(format!(
                "pushes that arrive in {} fire the webhooks there; a tag that differs there is left as it is",
                self.destination.name
            ));
        }
        Ok(plan)
    }
}

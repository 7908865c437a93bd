//! Creating what the copies need: namespaces, and repositories that carry a description.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use futures::stream;

use super::plan::{CarriedDescription, MissingNamespace, Plan, RepositoryCopy};
use super::report::{
    DescriptionOutcome, DescriptionResult, Failure, NamespaceOutcome, NamespaceResult,
};
use super::stop::Stop;
use super::target_visibility;
use crate::account::Account;
use crate::tencent::{ApiError, Created, Enterprise};

/// Calls under way at once. Creating is limited to 20 a second (API overview, 1141/41605).
const CALLS: usize = 4;

/// The longest `BriefDescription` and `Description`, in characters (console documentation).
const BRIEF_LIMIT: usize = 100;
const DESCRIPTION_LIMIT: usize = 1000;

/// What was created, and what could not be.
#[derive(Debug, Default)]
pub struct TargetSetup {
    /// One for each namespace of the plan.
    pub namespaces: Vec<NamespaceResult>,
    /// One for each description of the plan.
    pub repositories: Vec<DescriptionResult>,
    /// Why the copies of a repository can't be tried, by its place in the plan.
    pub blocked: BTreeMap<usize, Failure>,
}

/// Creates namespaces, reads back who may pull from them, then copies descriptions.
///
/// A namespace that can't be created blocks its own copies and no others; one that is public blocks
/// those that are not known to be.
pub(super) async fn set_up_target(plan: &Plan, account: &Account, stop: &Stop) -> TargetSetup {
    let mut setup = TargetSetup::default();
    let mut created = Vec::new();
    if let Some(enterprise) = &account.enterprise {
        for namespace in &plan.namespaces {
            let (entry, blocks) = create(enterprise, namespace, stop).await;
            if entry.outcome == NamespaceOutcome::Created {
                created.push(entry.name.clone());
            }
            setup.namespaces.push(entry);
            let Some(failure) = blocks else { continue };
            for (place, copy) in plan.repositories.iter().enumerate() {
                let is_in = copy.target.namespace() == namespace.name
                    && account.target_host.as_ref() == Some(&copy.target_host);
                if is_in {
                    setup.blocked.insert(place, failure.clone());
                }
            }
        }
    }
    // Once the user has asked to stop, nothing is copied.
    let reading = async {
        let matters = target_visibility::matters(plan) || !plan.namespaces.is_empty();
        let namespaces = match matters {
            true => target_visibility::read_back(account).await,
            false => None,
        };
        if let Some(Ok(listed)) = &namespaces {
            for entry in &mut setup.namespaces {
                entry.public = listed.get(&entry.name).copied().unwrap_or(entry.public);
            }
        }
        let exposed =
            target_visibility::exposed(plan, account, namespaces.as_ref(), &created).await;
        for (place, failure) in exposed {
            setup.blocked.entry(place).or_insert(failure);
        }
    };
    stop.unless_asked(reading).await;
    if let Some(enterprise) = &account.enterprise {
        let described: Vec<(usize, &RepositoryCopy, &CarriedDescription)> = plan
            .repositories
            .iter()
            .enumerate()
            .filter_map(|(place, copy)| Some((place, copy, copy.description.as_ref()?)))
            .collect();
        let blocked = &setup.blocked;
        setup.repositories = stream::iter(described)
            .map(|(place, copy, description)| async move {
                let is_blocked = stop.is_asked() || blocked.contains_key(&place);
                describe(enterprise, copy, description, is_blocked, stop).await
            })
            .buffered(CALLS)
            .collect()
            .await;
    }
    setup
}

/// Creates a namespace. Comes back with why what goes there can't be copied.
async fn create(
    enterprise: &Enterprise,
    namespace: &MissingNamespace,
    stop: &Stop,
) -> (NamespaceResult, Option<Failure>) {
    let mut entry = NamespaceResult {
        name: namespace.name.clone(),
        public: namespace.public,
        outcome: NamespaceOutcome::Skipped,
        error: None,
    };
    if stop.is_asked() {
        return (entry, Some(Failure::interrupted()));
    }
    let creating = enterprise.create_namespace(&namespace.name, namespace.public);
    let Some(created) = stop.within_grace(creating).await else {
        return (entry, Some(Failure::interrupted()));
    };
    match created {
        Ok(Created::New) => entry.outcome = NamespaceOutcome::Created,
        Ok(Created::Existed) => entry.outcome = NamespaceOutcome::Existed,
        Err(error) => {
            entry.outcome = NamespaceOutcome::Failed;
            entry.error = Some(namespace_failure(&namespace.name, &error));
        }
    }
    let blocks = entry.error.clone();
    (entry, blocks)
}

fn namespace_failure(name: &str, error: &ApiError) -> Failure {
    let mut failure = Failure::from(error);
    failure.diagnostic.message =
        format!("can't create namespace {name}: {}", failure.diagnostic.message);
    if error.is_already_exists() {
        failure.diagnostic.hint =
            Some(format!("something else holds this name; choose another: --map '{name}=ANOTHER'"));
    }
    failure
}

async fn describe(
    enterprise: &Enterprise,
    copy: &RepositoryCopy,
    description: &CarriedDescription,
    is_blocked: bool,
    stop: &Stop,
) -> DescriptionResult {
    let mut entry = DescriptionResult {
        name: copy.target.to_string(),
        outcome: DescriptionOutcome::Skipped,
        error: None,
    };
    if !is_blocked {
        match stop.within_grace(carry(enterprise, copy, description)).await {
            None => {}
            Some(Ok(outcome)) => entry.outcome = outcome,
            Some(Err(error)) => {
                entry.outcome = DescriptionOutcome::Failed;
                entry.error = Some(Failure::from(&error));
            }
        }
    }
    entry
}

/// Writes a description where there is none. One that somebody has written since the plan was made
/// is left as it is.
async fn carry(
    enterprise: &Enterprise,
    copy: &RepositoryCopy,
    description: &CarriedDescription,
) -> Result<DescriptionOutcome, ApiError> {
    let (namespace, name) = (copy.target.namespace(), copy.target.below_namespace());
    let brief: String =
        description.text.lines().next().unwrap_or_default().chars().take(BRIEF_LIMIT).collect();
    let text: String = description.text.chars().take(DESCRIPTION_LIMIT).collect();
    if !description.repository_exists {
        match enterprise.create_repository(namespace, name, &brief, &text).await? {
            Created::New => return Ok(DescriptionOutcome::Described),
            Created::Existed => {}
        }
    }
    let now = enterprise.repository(namespace, name).await?;
    let is_empty = now.is_none_or(|now| {
        now.description.trim().is_empty() && now.brief_description.trim().is_empty()
    });
    if !is_empty {
        return Ok(DescriptionOutcome::Kept);
    }
    enterprise.modify_repository(namespace, name, &brief, &text).await?;
    Ok(DescriptionOutcome::Described)
}

//! Creating what the copies need: namespaces, and repositories that carry a description.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use futures::stream;

use super::plan::{CarriedDescription, Plan, RepositoryCopy};
use super::report::{
    DescriptionOutcome, DescriptionResult, Failure, NamespaceOutcome, NamespaceResult,
};
use super::stop::Stop;
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
    /// Why the copies into a namespace can't be tried, by its name.
    pub blocked: BTreeMap<String, Failure>,
}

/// Creates namespaces, then copies descriptions.
///
/// A namespace that can't be created blocks its own copies and no others.
pub(super) async fn set_up_target(
    plan: &Plan,
    enterprise: Option<&Enterprise>,
    stop: &Stop,
) -> TargetSetup {
    let mut setup = TargetSetup::default();
    let Some(enterprise) = enterprise else { return setup };
    for namespace in &plan.namespaces {
        let mut entry = NamespaceResult {
            name: namespace.name.clone(),
            public: namespace.public,
            outcome: NamespaceOutcome::Skipped,
            error: None,
        };
        if stop.is_asked() {
            setup.blocked.insert(namespace.name.clone(), Failure::interrupted());
            setup.namespaces.push(entry);
            continue;
        }
        let creating = enterprise.create_namespace(&namespace.name, namespace.public);
        let Some(created) = stop.within_grace(creating).await else {
            setup.blocked.insert(namespace.name.clone(), Failure::interrupted());
            setup.namespaces.push(entry);
            continue;
        };
        match created {
            Ok(Created::New) => entry.outcome = NamespaceOutcome::Created,
            Ok(Created::Existed) => entry.outcome = NamespaceOutcome::Existed,
            Err(error) => {
                entry.outcome = NamespaceOutcome::Failed;
                let failure = namespace_failure(&namespace.name, &error);
                setup.blocked.insert(namespace.name.clone(), failure.clone());
                entry.error = Some(failure);
            }
        }
        setup.namespaces.push(entry);
    }
    let described: Vec<(&RepositoryCopy, &CarriedDescription)> = plan
        .repositories
        .iter()
        .filter_map(|copy| Some((copy, copy.description.as_ref()?)))
        .collect();
    let blocked = &setup.blocked;
    setup.repositories = stream::iter(described)
        .map(|(copy, description)| async move {
            let mut entry = DescriptionResult {
                name: copy.target.to_string(),
                outcome: DescriptionOutcome::Skipped,
                error: None,
            };
            if stop.is_asked() || blocked.contains_key(copy.target.namespace()) {
                return entry;
            }
            match stop.within_grace(describe(enterprise, copy, description)).await {
                None => {}
                Some(Ok(())) => entry.outcome = DescriptionOutcome::Described,
                Some(Err(error)) => {
                    entry.outcome = DescriptionOutcome::Failed;
                    entry.error = Some(Failure::from(&error));
                }
            }
            entry
        })
        .buffered(CALLS)
        .collect()
        .await;
    setup
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
) -> Result<(), ApiError> {
    let (namespace, name) = (copy.target.namespace(), copy.target.below_namespace());
    let brief: String =
        description.text.lines().next().unwrap_or_default().chars().take(BRIEF_LIMIT).collect();
    let text: String = description.text.chars().take(DESCRIPTION_LIMIT).collect();
    if !description.repository_exists {
        match enterprise.create_repository(namespace, name, &brief, &text).await? {
            Created::New => return Ok(()),
            Created::Existed => {}
        }
    }
    enterprise.modify_repository(namespace, name, &brief, &text).await
}

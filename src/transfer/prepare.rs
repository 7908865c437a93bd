//! Making what the copies need: namespaces, and repositories that carry a description.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use futures::stream;

use super::plan::{CarriedDescription, Plan, RepositoryCopy};
use super::report::{Failure, NamespaceEntry, RepositoryEntry};
use super::stop::Stop;
use crate::tencent::{ApiError, Created, Enterprise};

/// Calls under way at once. Creating is limited to 20 a second (API overview, 1141/41605).
const CALLS: usize = 4;

/// The longest `BriefDescription` and `Description`, in characters (console documentation).
const BRIEF_LIMIT: usize = 100;
const DESCRIPTION_LIMIT: usize = 1000;

/// What was made, and what could not be.
#[derive(Debug, Default)]
pub struct Prepared {
    /// One for each namespace of the plan.
    pub namespaces: Vec<NamespaceEntry>,
    /// One for each description of the plan.
    pub repositories: Vec<RepositoryEntry>,
    /// Why the copies into a namespace can't be tried, by its name.
    pub blocked: BTreeMap<String, Failure>,
}

/// Makes namespaces, then carries descriptions.
///
/// A namespace that can't be made blocks its own copies and no others.
pub(super) async fn prepare(plan: &Plan, enterprise: Option<&Enterprise>, stop: &Stop) -> Prepared {
    let mut prepared = Prepared::default();
    let Some(enterprise) = enterprise else { return prepared };
    for namespace in &plan.namespaces {
        let mut entry = NamespaceEntry {
            name: namespace.name.clone(),
            public: namespace.public,
            outcome: "skipped".to_owned(),
            error: None,
        };
        if stop.is_asked() {
            prepared.blocked.insert(namespace.name.clone(), Failure::interrupted());
            prepared.namespaces.push(entry);
            continue;
        }
        match enterprise.create_namespace(&namespace.name, namespace.public).await {
            Ok(Created::New) => "created".clone_into(&mut entry.outcome),
            Ok(Created::Existed) => "existed".clone_into(&mut entry.outcome),
            Err(error) => {
                "failed".clone_into(&mut entry.outcome);
                let failure = namespace_failure(&namespace.name, &error);
                prepared.blocked.insert(namespace.name.clone(), failure.clone());
                entry.error = Some(failure);
            }
        }
        prepared.namespaces.push(entry);
    }
    let described: Vec<(&RepositoryCopy, &CarriedDescription)> = plan
        .repositories
        .iter()
        .filter_map(|copy| Some((copy, copy.description.as_ref()?)))
        .collect();
    let blocked = &prepared.blocked;
    prepared.repositories = stream::iter(described)
        .map(|(copy, description)| async move {
            let mut entry = RepositoryEntry {
                name: copy.target.to_string(),
                outcome: "skipped".to_owned(),
                error: None,
            };
            if stop.is_asked() || blocked.contains_key(copy.target.namespace()) {
                return entry;
            }
            match describe(enterprise, copy, description).await {
                Ok(()) => "described".clone_into(&mut entry.outcome),
                Err(error) => {
                    "failed".clone_into(&mut entry.outcome);
                    entry.error = Some(Failure::from(&error));
                }
            }
            entry
        })
        .buffered(CALLS)
        .collect()
        .await;
    prepared
}

fn namespace_failure(name: &str, error: &ApiError) -> Failure {
    let mut failure = Failure::from(error);
    failure.message = format!("namespace {name} can't be made: {}", failure.message);
    if error.is_already_exists() {
        failure.hint =
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

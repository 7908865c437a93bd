//! What CCR does by itself: its triggers with their last firing, and its clean-up rules. Only reads.

use futures::{StreamExt as _, stream};
use jiff::Timestamp;

use crate::account::CcrRegion;
use crate::diagnostic::Diagnostic;
use crate::image::Host;
use crate::tencent::{ApiError, CleanupRule, PersonalRepository, PersonalTrigger, TriggerLog};

/// Repositories that are asked about at once. The client keeps to the API's rates.
const AT_ONCE: usize = 8;

/// What was found.
#[derive(Debug, Default)]
pub struct TriggerInventory {
    /// The triggers, by region and repository.
    pub triggers: Vec<CcrTrigger>,
    /// The clean-up rules, with the registry that each is of.
    pub cleanup: Vec<(Host, CleanupRule)>,
    /// The repositories of each registry.
    pub repositories: Vec<(Host, String)>,
    /// What could not be read.
    pub unread: Vec<Diagnostic>,
}

/// A trigger of CCR.
#[derive(Debug, Clone)]
pub struct CcrTrigger {
    /// The region.
    pub region: String,
    /// The region's registry.
    pub host: Host,
    /// `namespace/repository`
    pub repository: String,
    /// How many tags that has.
    pub tags: u64,
    /// The trigger.
    pub trigger: PersonalTrigger,
    /// When it fired last.
    pub last: LastFiring,
}

/// When a trigger fired last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastFiring {
    /// This is the newest entry of it in the log.
    Fired {
        /// When, if that can be read.
        time: Option<Timestamp>,
        /// The tag that was pushed.
        tag: String,
        /// 0 is success.
        code: i64,
    },
    /// The log has no entry of it.
    NotLogged,
    /// The log is longer than what was read of it, or could not be read.
    Unknown,
}

/// Reads all regions.
pub async fn read_triggers(regions: &[CcrRegion]) -> TriggerInventory {
    let mut inventory = TriggerInventory::default();
    for region in regions {
        match read_region(region, &mut inventory).await {
            Ok(()) => {}
            // Where the account has no CCR, there is nothing to replace.
            Err(error) if error.is_not_initialised() => {}
            Err(error) => inventory.unread.push(about(region.region.as_str(), &error)),
        }
    }
    inventory
}

async fn read_region(region: &CcrRegion, inventory: &mut TriggerInventory) -> Result<(), ApiError> {
    let name = region.region.as_str();
    let (personal, found) = (&region.personal, region.personal.repositories().await?);
    let host = region.host(found.server.as_ref()).unwrap_or_else(Host::unknown);
    for gap in &found.listing.gaps {
        inventory.unread.push(about(&format!("repositories {gap} in {name}"), &gap.error));
    }
    let repositories = found.listing.items;
    // Most accounts have none: one question then instead of one for each repository.
    let (counted, global) =
        tokio::join!(personal.count_triggers(), personal.global_cleanup_rules());
    match global {
        Ok(rules) => inventory.cleanup.extend(rules.into_iter().map(|rule| (host.clone(), rule))),
        Err(error) => {
            inventory.unread.push(about(&format!("the clean-up rules of {name}"), &error));
        }
    }
    let has_triggers = match &counted {
        Ok(count) => *count > 0,
        Err(error) => {
            inventory.unread.push(about(&format!("the triggers in {name}"), error));
            false
        }
    };
    let before = inventory.triggers.len();
    let mut answers = stream::iter(&repositories)
        .map(|repository| read_repository(region, &host, repository, has_triggers))
        .buffered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        inventory.triggers.extend(answer.triggers);
        inventory.cleanup.extend(answer.cleanup);
        inventory.unread.extend(answer.unread);
    }
    inventory.repositories.extend(repositories.iter().map(|it| (host.clone(), it.name.clone())));
    let read = (inventory.triggers.len() - before) as u64;
    if let Ok(counted) = counted
        && counted != read
    {
        inventory.unread.push(Diagnostic::new(format!(
            "the API counts {counted} triggers in {name}, and lists {read} at its repositories"
        )));
    }
    Ok(())
}

async fn read_repository(
    region: &CcrRegion,
    host: &Host,
    repository: &PersonalRepository,
    has_triggers: bool,
) -> TriggerInventory {
    let mut found = TriggerInventory::default();
    let (personal, name) = (&region.personal, repository.name.as_str());
    match personal.cleanup_rules(name).await {
        Ok(rules) => found.cleanup = rules.into_iter().map(|rule| (host.clone(), rule)).collect(),
        Err(error) if error.is_not_found() => {}
        Err(error) => found.unread.push(about(&format!("the clean-up rules of {name}"), &error)),
    }
    if !has_triggers {
        return found;
    }
    let listing = match personal.triggers(name).await {
        Ok(listing) => listing,
        Err(error) => {
            found.unread.push(about(&format!("the triggers of {name}"), &error));
            return found;
        }
    };
    for gap in &listing.gaps {
        found.unread.push(about(&format!("triggers {gap} of {name}"), &gap.error));
    }
    if listing.items.is_empty() {
        return found;
    }
    let log = match personal.trigger_log(name).await {
        Ok(log) => Some(log),
        Err(error) => {
            found.unread.push(about(&format!("the trigger log of {name}"), &error));
            None
        }
    };
    found.triggers = listing
        .items
        .into_iter()
        .map(|trigger| CcrTrigger {
            region: region.region.to_string(),
            host: host.clone(),
            repository: name.to_owned(),
            tags: repository.tags,
            last: LastFiring::of(&trigger.name, log.as_ref()),
            trigger,
        })
        .collect();
    found
}

/// What could not be read, and why.
fn about(what: &str, error: &ApiError) -> Diagnostic {
    let why = error.diagnostic();
    Diagnostic { message: format!("could not read {what}: {}", why.message), ..why }
}

impl LastFiring {
    fn of(trigger: &str, log: Option<&TriggerLog>) -> Self {
        let Some(log) = log else { return Self::Unknown };
        match log.firings.iter().find(|firing| firing.trigger == trigger) {
            Some(firing) => {
                Self::Fired { time: firing.time, tag: firing.tag.clone(), code: firing.code }
            }
            None if log.is_complete => Self::NotLogged,
            None => Self::Unknown,
        }
    }
}

//! From a wish to a plan, and from a plan to a report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::copy::{Limits, copy};
use super::inventory::{self, ImageLine, Inventory, Unread, UnreadScope};
use super::observer::{Event, Observer};
use super::plan::{ConflictPolicy, Plan, plan};
use super::preflight;
use super::prepare::{Prepared, prepare};
use super::problem::PlanError;
use super::report::{Effort, HostEffort, Item, Mode, Report, SCHEMA_VERSION, Summary, UnreadEntry};
use super::selection::Selection;
use super::stop::Stop;
use crate::account::{Account, AccountError};
use crate::registry::RegistryError;
use crate::tencent::ApiError;

/// What the user wants moved.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Which images.
    pub selection: Selection,
    /// What to do where both sides differ.
    pub policy: ConflictPolicy,
    /// A list of references instead of an account's images.
    pub images: Option<Vec<ImageLine>>,
}

/// Why there is no plan, or why it can't be started.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The account, or one of its registries, can't be used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The plan is impossible.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl From<ApiError> for SyncError {
    fn from(error: ApiError) -> Self {
        Self::Account(error.into())
    }
}

impl From<RegistryError> for SyncError {
    fn from(error: RegistryError) -> Self {
        Self::Account(error.into())
    }
}

/// How far the listings of the API are to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// After a sample of them has been checked at the registries.
    Sampled,
    /// As they are, because the caller asks the registries for every tag.
    Unchecked,
}

/// A plan, ready to be shown or done.
#[derive(Debug)]
pub struct Draft {
    /// What will be done.
    pub plan: Plan,
    /// When the work on it began.
    pub started: Timestamp,
    /// What it chose its images from.
    pub mode: Mode,
    /// How long it took to make.
    pub took: Duration,
}

/// Reads both sides and plans. Changes nothing.
///
/// # Errors
/// [`SyncError`] if a side can't be read at all or the plan is impossible.
pub async fn prepare_plan(
    account: &Account,
    wish: &Wish,
    trust: Trust,
) -> Result<Draft, SyncError> {
    let (started, began) = (Timestamp::now(), Instant::now());
    let (mut inventory, warning) = match &wish.images {
        Some(lines) => (read_list(account, lines.clone()).await?, None),
        None => {
            let mut inventory = inventory::read_account(account, &wish.selection).await?;
            let hosts = inventory.repositories.iter().map(|repository| &repository.host);
            preflight::refuse_targets(account, hosts).await?;
            inventory::close_open_ends(account, &wish.selection, &mut inventory).await?;
            let warning = match trust {
                Trust::Sampled => inventory::check_listings(account, &mut inventory).await?,
                Trust::Unchecked => None,
            };
            (inventory, warning)
        }
    };
    if wish.policy != ConflictPolicy::Overwrite {
        inventory::look_into_conflicts(account, &mut inventory).await;
    }
    inventory::look_into_fallbacks(account, &mut inventory).await;
    let mut plan = plan(inventory, &wish.selection, wish.policy)?;
    plan.notices.splice(0..0, warning);
    let mode = if wish.images.is_some() { Mode::Images } else { Mode::Account };
    Ok(Draft { plan, started, mode, took: began.elapsed() })
}

async fn read_list(account: &Account, lines: Vec<ImageLine>) -> Result<Inventory, SyncError> {
    preflight::refuse_targets(account, lines.iter().map(|line| &line.source.host)).await?;
    let sources = lines.iter().map(|line| &line.source.host);
    let targets = lines.iter().filter_map(|line| line.target.as_ref()).map(|target| &target.host);
    preflight::reach(account, sources.chain(targets).chain(&account.target_host)).await?;
    Ok(inventory::read_images(account, lines).await?)
}

/// Does what the plan says.
///
/// # Errors
/// [`SyncError`] if a registry can't be used, found out before anything is written. What fails
/// later is in the report.
pub async fn execute(
    account: &Account,
    draft: Draft,
    limits: Limits,
    observer: Arc<dyn Observer>,
    stop: &Stop,
) -> Result<Report, SyncError> {
    let began = Instant::now();
    preflight::check_registries(account, &draft.plan).await?;
    observer.event(Event::Planned(&draft.plan.totals));
    let prepared = prepare(&draft.plan, account.enterprise.as_ref(), stop).await;
    if let (false, Some(host)) = (draft.plan.namespaces.is_empty(), &account.target_host) {
        account.registries.get(host).forget_tokens();
    }
    let preparing = began.elapsed();
    let copied =
        copy(&draft.plan, &prepared, &account.registries, limits, observer, stop.clone()).await;
    let effort = Effort {
        planning_ms: milliseconds(draft.took),
        preparing_ms: milliseconds(preparing),
        copying_ms: milliseconds(began.elapsed().saturating_sub(preparing)),
        spent: copied.spent,
        hosts: hosts(account),
    };
    Ok(report("sync", draft, prepared, copied.items, stop, effort))
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What each registry has had to do.
pub(super) fn hosts(account: &Account) -> Vec<HostEffort> {
    let traffic = account.registries.traffic().into_iter();
    traffic
        .map(|(host, traffic)| HostEffort {
            host: host.to_string(),
            requests: traffic.requests,
            retries: traffic.retries,
            throttled: traffic.throttled,
        })
        .collect()
}

pub(super) fn report(
    command: &str,
    draft: Draft,
    prepared: Prepared,
    items: Vec<Item>,
    stop: &Stop,
    effort: Effort,
) -> Report {
    let Draft { plan, started, mode, .. } = draft;
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        tool: concat!("ccr2tcr ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: command.to_owned(),
        mode,
        started_at: started.to_string(),
        finished_at: Timestamp::now().to_string(),
        interrupted: stop.is_asked(),
        summary: Summary::default(),
        unread: plan.unread.into_iter().map(UnreadEntry::from).collect(),
        namespaces: prepared.namespaces,
        repositories: prepared.repositories,
        items,
        warnings: plan.notices,
        effort,
    };
    report.count();
    report
}

impl From<Unread> for UnreadEntry {
    fn from(unread: Unread) -> Self {
        let (scope, of) = match unread.scope {
            UnreadScope::Repositories(host) => ("repositories", host.to_string()),
            UnreadScope::Tags(repository) => ("tags", repository),
            UnreadScope::Target => ("target", String::new()),
        };
        Self {
            what: unread.what,
            scope: scope.to_owned(),
            of,
            held: unread.held,
            error: unread.failure,
        }
    }
}

//! From a options to a plan, and from a plan to a report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::copy::{Limits, copy};
use super::image_list::ImageLine;
use super::inventory::{self, Inventory, SourceCheck, Unread, UnreadScope};
use super::observer::{Event, Observer};
use super::plan::{Action, ConflictPolicy, Plan, PlanError, RepositoryCopy, plan, totals};
use super::preflight;
use super::report::{
    Effort, HostEffort, ImageResult, ImageSource, Report, RunCommand, SCHEMA_VERSION, Summary,
    UnreadPart, UnreadResult,
};
use super::selection::Selection;
use super::stop::Stop;
use super::target_setup::{TargetSetup, set_up_target};
use super::target_visibility;
use crate::account::{Account, AccountError};
use crate::registry::{Access, RegistryError};
use crate::tencent::ApiError;

/// What the user wants moved.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Which images.
    pub selection: Selection,
    /// What to do where both sides differ.
    pub policy: ConflictPolicy,
    /// A list of references instead of an account's images.
    pub images: Option<Vec<ImageLine>>,
    /// Whether the look at the target's tag right before it is put is given up.
    pub no_last_look: bool,
    /// Whether private images may go to public namespaces.
    pub allow_public: bool,
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
    /// The user has asked to stop.
    #[error("interrupted before there was a plan: nothing was written")]
    Interrupted,
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

/// How the listings of the API are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// A sample of them at both registries.
    Sampled,
    /// A sample of CCR's at its registry; the caller asks TCR's for every tag.
    SourceSampled,
    /// All of CCR's at its registry; the caller asks TCR's for every tag.
    SourceAsked,
}

/// A plan, ready to be shown or done.
#[derive(Debug)]
pub struct PreparedPlan {
    /// What will be done.
    pub plan: Plan,
    /// When the work on it began.
    pub started: Timestamp,
    /// What it chose its images from.
    pub mode: ImageSource,
    /// How long it took to make.
    pub took: Duration,
    /// What was asked for by its name and can't be planned; the report begins with it.
    pub failed: Vec<ImageResult>,
}

/// Reads both sides and plans. Changes nothing.
///
/// # Errors
/// [`SyncError`] if a side can't be read at all or the plan is impossible.
pub async fn prepare_plan(
    account: &Account,
    options: &SyncOptions,
    trust: Trust,
) -> Result<PreparedPlan, SyncError> {
    let (started, began) = (Timestamp::now(), Instant::now());
    let (mut inventory, checked) = match &options.images {
        Some(lines) => (read_list(account, lines.clone()).await?, Vec::new()),
        None => {
            let mut inventory = inventory::read_account(account, &options.selection).await?;
            let hosts = inventory.repositories.iter().map(|repository| &repository.host);
            preflight::refuse_targets(account, hosts).await?;
            inventory::fill_gaps(account, &options.selection, &mut inventory).await?;
            let selection = &options.selection;
            let checked = match trust {
                Trust::Sampled => {
                    let found = inventory::check_listings(account, &mut inventory).await?;
                    found.into_iter().collect()
                }
                Trust::SourceSampled => {
                    let check = SourceCheck::Sampled;
                    inventory::check_source(account, selection, &mut inventory, check).await?
                }
                Trust::SourceAsked => {
                    let check = SourceCheck::All;
                    inventory::check_source(account, selection, &mut inventory, check).await?
                }
            };
            (inventory, checked)
        }
    };
    if options.policy != ConflictPolicy::Overwrite {
        inventory::look_into_conflicts(account, &mut inventory).await;
    }
    inventory::look_into_fallbacks(account, &mut inventory).await;
    let unread = match trust {
        Trust::Sampled => {
            inventory::compare_referrers(account, &options.selection, &mut inventory).await
        }
        // The caller compares them by itself.
        Trust::SourceSampled | Trust::SourceAsked => Vec::new(),
    };
    let failed = std::mem::take(&mut inventory.gone);
    let mut plan = plan(inventory, &options.selection, options.policy)?;
    plan.last_look &= !options.no_last_look;
    plan.allow_public = options.allow_public;
    plan.note_referrers(unread, &account.registries);
    plan.notices.splice(0..0, checked);
    let mode = if options.images.is_some() { ImageSource::Images } else { ImageSource::Account };
    Ok(PreparedPlan { plan, started, mode, took: began.elapsed(), failed })
}

async fn read_list(account: &Account, lines: Vec<ImageLine>) -> Result<Inventory, SyncError> {
    let sources = || lines.iter().map(|line| &line.source.host);
    let own = account.target_host.as_ref();
    let targets =
        lines.iter().filter_map(|line| line.target.as_ref().map(|target| &target.host).or(own));
    let unusable = preflight::unusable(account, sources().chain(targets)).await;
    let usable = sources().filter(|host| !unusable.contains_key(host));
    preflight::refuse_targets(account, usable).await?;
    Ok(inventory::read_images(account, lines, &unusable).await?)
}

/// Does what the plan says.
///
/// # Errors
/// [`SyncError`] if a registry can't be used, found out before anything is written. What fails
/// later is in the report.
pub async fn execute(
    account: &Account,
    mut planned: PreparedPlan,
    limits: Limits,
    observer: Arc<dyn Observer>,
    stop: &Stop,
) -> Result<Report, SyncError> {
    let began = Instant::now();
    let checks = preflight::check_registries(account, &mut planned.plan);
    // Once the user has asked to stop, all that follows is a report of what was not done.
    stop.unless_asked(checks).await.transpose()?;
    observer.event(Event::Planned(&planned.plan.totals));
    let setup = set_up_target(&planned.plan, account, stop).await;
    if let (false, Some(host)) = (planned.plan.namespaces.is_empty(), &account.target_host) {
        account.registries.get(host).forget_tokens();
    }
    expect(account, &planned.plan);
    let preparing = began.elapsed();
    let copied =
        copy(&mut planned.plan, &setup, &account.registries, limits, observer, stop.clone()).await;
    planned.plan.note_referrers(copied.unread, &account.registries);
    let looking = target_visibility::turned_public(&planned.plan, account, &setup.blocked);
    let turned = stop.unless_asked(looking).await;
    planned.plan.unread.extend(turned.into_iter().flatten());
    let effort = Effort {
        planning_ms: milliseconds(planned.took),
        preparing_ms: milliseconds(preparing),
        copying_ms: milliseconds(began.elapsed().saturating_sub(preparing)),
        spent: copied.spent,
        hosts: hosts(account),
    };
    Ok(report(RunCommand::Sync, planned, setup, copied.items, stop, effort))
}

/// Makes what a plan needs at the target, for others to copy there: namespaces and descriptions. What
/// can't be copied then is [`Action::Unreadable`].
///
/// # Errors
/// As [`execute`].
pub async fn set_up(
    account: &Account,
    plan: &mut Plan,
    stop: &Stop,
) -> Result<TargetSetup, SyncError> {
    let checks = preflight::check_registries(account, plan);
    stop.unless_asked(checks).await.ok_or(SyncError::Interrupted)??;
    let setup = set_up_target(plan, account, stop).await;
    for (place, failure) in &setup.blocked {
        for tag in plan.repositories.iter_mut().skip(*place).take(1).flat_map(|copy| &mut copy.tags)
        {
            if tag.action.writes() {
                tag.action = Action::Unreadable(failure.clone());
            }
        }
    }
    plan.totals = totals(&plan.repositories);
    Ok(setup)
}

/// Tells the registries what will be read and written.
fn expect(account: &Account, plan: &Plan) {
    let writes = |copy: &&RepositoryCopy| copy.tags.iter().any(|tag| tag.action.writes());
    let copies = || plan.repositories.iter().filter(writes);
    let sources = copies().map(|copy| (&copy.source_host, &copy.source));
    account.registries.expect(sources, Access::Pull);
    let targets = copies().map(|copy| (&copy.target_host, &copy.target));
    account.registries.expect(targets, Access::Push);
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
    command: RunCommand,
    planned: PreparedPlan,
    setup: TargetSetup,
    items: Vec<ImageResult>,
    stop: &Stop,
    effort: Effort,
) -> Report {
    let PreparedPlan { plan, started, mode, failed, .. } = planned;
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        tool: concat!("ccr2tcr ", env!("CARGO_PKG_VERSION")).to_owned(),
        command,
        mode,
        started_at: started.to_string(),
        finished_at: Timestamp::now().to_string(),
        interrupted: stop.is_asked(),
        summary: Summary::default(),
        unread: plan.unread.into_iter().map(UnreadResult::from).collect(),
        namespaces: setup.namespaces,
        repositories: setup.repositories,
        items: failed.into_iter().chain(items).collect(),
        warnings: plan.notices,
        effort,
    };
    report.count();
    report
}

impl From<Unread> for UnreadResult {
    fn from(unread: Unread) -> Self {
        let (scope, of) = match unread.scope {
            UnreadScope::Repositories(host) => (UnreadPart::Repositories, host.to_string()),
            UnreadScope::Tags(repository) => (UnreadPart::Tags, repository),
            UnreadScope::Referrers(image) => (UnreadPart::Referrers, image),
            UnreadScope::Target => (UnreadPart::Target, String::new()),
            UnreadScope::Cluster => (UnreadPart::Cluster, String::new()),
        };
        Self { what: unread.what, scope, of, held: unread.held, error: unread.failure }
    }
}

//! All that is read, compared and tried before anything is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::comparison::Compared;
use super::error::RedirectError;
use super::obstacle::Obstacle;
use super::plan::{Goal, Step, Wanted};
use super::state::State;
use super::trial;
use super::zone_name::ZoneName;
use crate::account::{Account, RequiredApis, Settings};
use crate::environment::Environment;
use crate::image::Host;
use crate::tencent::{Enterprise, LinkDomain};
use crate::transfer::{Depth, NoticeCode, Observer, Stop, SyncOptions, verify};

/// What is asked for.
pub struct RedirectInputs<'a> {
    /// Which account.
    pub settings: &'a Settings,
    /// The process's environment.
    pub environment: &'a Environment,
    /// `vpc-…`
    pub vpc: &'a str,
    /// Whether to set it or to take it back.
    pub goal: Goal,
}

/// What is known before the first write.
pub struct Prepared {
    pub(super) wanted: Wanted,
    pub(super) state: State,
    pub(super) enterprise: Enterprise,
    pub(super) ccr: Host,
    /// What is left to do, in order.
    pub steps: Vec<Step>,
    /// What stands against it; nothing may be written then.
    pub obstacles: Vec<Obstacle>,
    /// What was compared; `None` if that was not needed.
    pub compared: Option<Compared>,
    /// What the user should be told.
    pub notices: Vec<String>,
}

impl Prepared {
    /// CCR's host.
    #[must_use]
    pub fn ccr(&self) -> &Host {
        &self.ccr
    }

    /// The address that CCR's name will lead to inside the VPC.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.state.address()
    }
}

/// Reads what there is, compares both sides, and asks the link under CCR's name.
///
/// # Errors
/// [`RedirectError`] if that is not possible. What stands against the redirect is in
/// [`Prepared::obstacles`].
pub async fn prepare(
    inputs: &RedirectInputs<'_>,
    observer: Arc<dyn Observer>,
    stop: &Stop,
) -> Result<Prepared, RedirectError> {
    let RedirectInputs { settings, environment, vpc, goal } = *inputs;
    let opening = Account::open(settings, environment, RequiredApis::Both);
    let account = stop.unless_asked(opening).await.ok_or(RedirectError::Interrupted)??;
    let (Some(enterprise), Some(instance)) = (&account.enterprise, &account.instance) else {
        return Err(RedirectError::NoApi);
    };
    let [source] = account.sources.as_slice() else { return Err(RedirectError::SeveralRegions) };
    let server = source.personal.overview().await.ok().and_then(|overview| overview.server);
    let ccr = source.host(server.as_ref()).unwrap_or_else(Host::unknown);
    let name = ZoneName::of(&ccr).ok_or_else(|| RedirectError::NoName(ccr.to_string()))?;
    let target = LinkDomain::Default.name_of(instance);
    let wanted = Wanted { goal, vpc: vpc.to_owned(), name, target };
    let reading = State::read(enterprise, vpc, &wanted.name);
    let state = stop.unless_asked(reading).await.ok_or(RedirectError::Interrupted)??;
    let mut obstacles = wanted.obstacles(&state);
    let steps = wanted.steps(&state);
    let mut compared = None;
    let mut notices = account.notices.clone();
    if goal == Goal::Redirected && !steps.is_empty() {
        let report = verify(&account, &SyncOptions::default(), Depth::Tags, observer, stop).await?;
        let listing = enterprise.repositories().await?;
        if !listing.is_complete() {
            let what = "not all repositories of TCR are listed".to_owned();
            obstacles.push(Obstacle::NotCompared { what });
        }
        let held: BTreeSet<String> = listing.items.into_iter().map(|held| held.name).collect();
        // One is no warning, and one stands in the way.
        let is_told =
            |code| !matches!(code, NoticeCode::SourceChecked | NoticeCode::ListingFiltered);
        let warnings = report.warnings.iter().filter(|notice| is_told(notice.code));
        notices.extend(warnings.map(|notice| notice.message.clone()));
        let (found, more) = Compared::of(&report, &held);
        obstacles.extend(more);
        if let Some(address) = state.address()
            && obstacles.is_empty()
        {
            let trying = trial::answers(settings, environment, &ccr, address, &found.images);
            let tried = stop.unless_asked(trying).await.ok_or(RedirectError::Interrupted)?;
            obstacles.extend(tried.err());
        }
        compared = Some(found);
    }
    notices.extend(account.registries.take_notices());
    let enterprise = enterprise.clone();
    Ok(Prepared { wanted, state, enterprise, ccr, steps, obstacles, compared, notices })
}

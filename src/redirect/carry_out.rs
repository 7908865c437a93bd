//! The steps, one after another; before each all is read again, and after it, too.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::RedirectError;
use super::plan::{Goal, Step};
use super::prepare::{Prepared, RedirectInputs};
use super::state::{OwnZone, REMARK, State};
use super::trial;
use super::undo::RedirectUndo;
use crate::tencent::{
    bind_vpc, create_alias, create_zone, delete_record, delete_zone, enable_private_dns, unbind_vpc,
};
use crate::transfer::Stop;

/// How long a resolver keeps the alias, in seconds: so long it takes until a removal counts.
pub const TTL: u32 = 60;

/// What was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The undo file, if anything was written.
    pub undo_file: Option<PathBuf>,
    /// The VPCs that the zone is bound to now.
    pub vpcs: Vec<String>,
}

/// Does the steps that are left, and tells `watch` of each one that is done.
///
/// # Errors
/// [`RedirectError`]; steps that are done stay done, and another run goes on from there.
pub async fn carry_out(
    prepared: &Prepared,
    inputs: &RedirectInputs<'_>,
    undo_file: Option<&Path>,
    stop: &Stop,
    watch: &(dyn Fn(&Step) + Sync),
) -> Result<Done, RedirectError> {
    let wanted = &prepared.wanted;
    let mut done = Done { steps: Vec::new(), undo_file: None, vpcs: Vec::new() };
    let before = bound(&prepared.state);
    loop {
        let state = State::read(&prepared.enterprise, &wanted.vpc, &wanted.name).await?;
        let obstacles = wanted.obstacles(&state);
        if !obstacles.is_empty() {
            return Err(RedirectError::Obstacles(obstacles));
        }
        let now = bound(&state);
        let lost = before.iter().find(|vpc| **vpc != wanted.vpc && !now.contains(vpc));
        if let Some(vpc) = lost {
            return Err(RedirectError::LostVpc(vpc.clone()));
        }
        let Some(step) = wanted.steps(&state).into_iter().next() else {
            done.vpcs = now;
            return Ok(done);
        };
        if done.steps.contains(&step) {
            return Err(RedirectError::NotSeen(step.to_string()));
        }
        if stop.is_asked() {
            return Err(RedirectError::Interrupted);
        }
        if done.undo_file.is_none() {
            done.undo_file = Some(RedirectUndo::of(prepared).save(undo_file)?);
        }
        if matches!(step, Step::BindVpc { .. }) {
            try_again(prepared, inputs, &state).await?;
        }
        do_step(prepared, &state, &step).await?;
        watch(&step);
        done.steps.push(step);
    }
}

/// What was tried before the question was asked may not hold any more.
async fn try_again(
    prepared: &Prepared,
    inputs: &RedirectInputs<'_>,
    state: &State,
) -> Result<(), RedirectError> {
    let Some(address) = state.address() else { return Ok(()) };
    let images = prepared.compared.as_ref().map(|compared| compared.images.as_slice());
    let images = images.unwrap_or_default();
    let RedirectInputs { settings, environment, .. } = inputs;
    let tried = trial::answers(settings, environment, &prepared.ccr, address, images).await;
    tried.map_err(|obstacle| RedirectError::Obstacles(vec![obstacle]))
}

async fn do_step(prepared: &Prepared, state: &State, step: &Step) -> Result<(), RedirectError> {
    let api = prepared.enterprise.api();
    let wanted = &prepared.wanted;
    let own = || state.own.as_ref().ok_or_else(|| RedirectError::NotSeen(step.to_string()));
    match step {
        Step::EnablePrivateDns => enable_private_dns(api).await?,
        Step::CreateZone { domain } => create_zone(api, domain, REMARK).await?,
        Step::CreateRecord { name, target } => {
            create_alias(api, &own()?.zone.id, name, target, TTL).await?;
        }
        Step::BindVpc { vpc } => {
            let region = state.region.as_ref().unwrap_or(api.region());
            bind_vpc(api, &own()?.zone.id, vpc, region).await?;
        }
        Step::DeleteRecord { .. } => {
            let OwnZone { zone, .. } = own()?;
            if let Some(record) = own()?.record(&wanted.name) {
                delete_record(api, &zone.id, &record.id).await?;
            }
        }
        Step::UnbindVpc { vpc } => {
            let zone = &own()?.zone;
            if let Some(bound) = zone.vpcs.iter().find(|bound| bound.id == *vpc) {
                unbind_vpc(api, &zone.id, bound).await?;
            }
        }
        Step::DeleteZone { .. } => delete_zone(api, &own()?.zone.id).await?,
    }
    Ok(())
}

fn bound(state: &State) -> Vec<String> {
    let own = state.own.iter().flat_map(|own| &own.zone.vpcs);
    own.map(|vpc| vpc.id.clone()).collect()
}

impl Prepared {
    /// Whether a removal will only count once resolvers have forgotten the alias.
    #[must_use]
    pub fn outlives_removal(&self) -> bool {
        self.wanted.goal == Goal::Removed && !self.steps.is_empty()
    }
}

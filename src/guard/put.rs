//! Writing a guard, and waiting until it holds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::GuardError;
use super::manifests::{GuardScope, manifests};
use super::rules::GuardRules;
use super::state::{GuardState, PAUSE, get, is_ours, path_of, read_state, shown, text};
use super::trial::{Trial, try_out};
use crate::kubernetes::{Cluster, Write};

/// A guard that was written.
#[derive(Debug)]
pub struct Installed {
    /// What was written, as `validatingadmissionpolicy/NAME`.
    pub written: Vec<String>,
    /// Whether it was seen to hold.
    pub trial: Trial,
    /// What the server has of it now.
    pub state: GuardState,
}

/// Writes the policies and their bindings for this scope, and waits until they hold, as long as
/// `patience`. What is there already and is ours is put in order. Whether the server has such
/// policies [`read_state`] has told before.
///
/// # Errors
/// [`GuardError`]; what was written until then is there, and a second run goes on with it.
pub async fn put(
    cluster: &Cluster,
    rules: &GuardRules,
    scope: &GuardScope,
    patience: Duration,
) -> Result<Installed, GuardError> {
    scope.check()?;
    let objects = manifests(rules, scope);
    let mut ready = Vec::new();
    for object in &objects {
        ready.push(in_place(cluster, object).await?);
    }
    let mut written = Vec::new();
    for (path, object, is_new) in ready {
        match is_new {
            true => {
                let collection = path.rsplit_once('/').map_or(path.as_str(), |(start, _)| start);
                cluster.create(collection, &object, Write::Real).await?;
            }
            false => cluster.replace(&path, &object, Write::Real).await?,
        }
        written.push(shown(&object));
    }
    let (trial, state) = wait(cluster, scope, patience).await?;
    Ok(Installed { written, trial, state })
}

/// An object's path, the object for it, and whether it is new.
async fn in_place(cluster: &Cluster, object: &Value) -> Result<(String, Value, bool), GuardError> {
    let path = path_of(object);
    let mut object = object.clone();
    let Some(there) = get(cluster, &path).await? else { return Ok((path, object, true)) };
    if !is_ours(&there) {
        let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
        return Err(GuardError::Foreign { kind, name });
    }
    object["metadata"]["resourceVersion"] = json!(there["metadata"]["resourceVersion"]);
    Ok((path, object, false))
}

/// Policies take effect some seconds after they were written, at each API server by itself.
async fn wait(
    cluster: &Cluster,
    scope: &GuardScope,
    patience: Duration,
) -> Result<(Trial, GuardState), GuardError> {
    let place = scope.namespace.as_deref().unwrap_or("default");
    let is_tried = scope.namespace.is_some() || !scope.exempt_namespaces().contains(&place);
    let begin = Instant::now();
    loop {
        let trial = match is_tried {
            true => try_out(cluster, place, scope.mode).await,
            false => Trial::NotProven(format!("namespace {place} is exempt: nothing was tried")),
        };
        let state = read_state(cluster).await?;
        let is_done = match trial {
            Trial::Proven => state.bindings().iter().all(|binding| binding.observed),
            Trial::NotYet => false,
            Trial::NotProven(_) => true,
        };
        if is_done || begin.elapsed() >= patience {
            return Ok((trial, state));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

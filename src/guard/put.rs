//! Writing a guard, and waiting until it holds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::error::GuardError;
use super::manifests::{GuardScope, manifests};
use super::rewriting::Rewriting;
use super::rules::GuardRules;
use super::state::{GuardState, PAUSE, is_ours, path_of, read_state, text};
use super::trial::{Trial, try_out, try_rewriting};
use crate::kubernetes::{Cluster, ClusterError, Write, kind_and_name};

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
    let written = write_all(cluster, &manifests(rules, scope)).await?;
    let (trial, state) = wait(cluster, scope, patience).await?;
    Ok(Installed { written, trial, state })
}

/// What the server says to the policies and bindings in a server-side dry run: each as
/// `validatingadmissionpolicy/NAME`, with why it isn't taken. Nothing is kept of them.
///
/// # Errors
/// [`GuardError`] if it can't be asked, or would not be about one of them alone.
pub async fn dry_run(
    cluster: &Cluster,
    objects: &[Value],
) -> Result<Vec<(String, Option<ClusterError>)>, GuardError> {
    let mut answers = Vec::new();
    for object in objects {
        let answer = match in_place(cluster, object).await {
            Ok(ready) => write(cluster, &ready, Write::DryRun).await,
            Err(GuardError::Cluster(error)) => Err(error),
            Err(error) => return Err(error),
        };
        match answer {
            Err(error) if !error.is_about_one_object() => return Err(error.into()),
            answer => answers.push((kind_and_name(object), answer.err())),
        }
    }
    Ok(answers)
}

/// Writes these objects, each new or in the place of the one that is ours; none if one of them is
/// somebody else's. Gives their names.
pub(super) async fn write_all(
    cluster: &Cluster,
    objects: &[Value],
) -> Result<Vec<String>, GuardError> {
    let mut ready = Vec::new();
    for object in objects {
        ready.push(in_place(cluster, object).await?);
    }
    let mut written = Vec::new();
    for object in &ready {
        write(cluster, object, Write::Real).await?;
        written.push(kind_and_name(&object.1));
    }
    Ok(written)
}

async fn write(
    cluster: &Cluster,
    (path, object, is_new): &(String, Value, bool),
    mode: Write,
) -> Result<(), ClusterError> {
    match is_new {
        true => cluster.create_at(path, object, mode).await,
        false => cluster.replace(path, object, mode).await,
    }
}

/// An object's path, the object for it, and whether it is new.
async fn in_place(cluster: &Cluster, object: &Value) -> Result<(String, Value, bool), GuardError> {
    let path = path_of(object);
    let mut object = object.clone();
    let Some(there) = cluster.find(&path).await? else { return Ok((path, object, true)) };
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
            Trial::Proven => state.bindings().iter().all(|binding| binding.observed != Some(false)),
            Trial::NotYet => false,
            Trial::NotProven(_) => true,
        };
        if is_done || begin.elapsed() >= patience {
            return Ok((trial, state));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Writes the policies that rewrite new Pods, and waits until each was seen to do so, as long as
/// `patience`. Gives what was written, and what was seen.
///
/// # Errors
/// [`GuardError`], as of [`put`].
pub async fn put_rewriting(
    cluster: &Cluster,
    rewriting: &Rewriting,
    objects: &[Value],
    patience: Duration,
) -> Result<(Vec<String>, Trial), GuardError> {
    let written = write_all(cluster, objects).await?;
    let begin = Instant::now();
    for (namespace, here) in &rewriting.namespaces {
        let Some((image, new)) = here.images.first_key_value() else { continue };
        loop {
            match try_rewriting(cluster, namespace, image, new).await {
                Trial::Proven => break,
                Trial::NotYet if begin.elapsed() < patience => tokio::time::sleep(PAUSE).await,
                trial => return Ok((written, trial)),
            }
        }
    }
    Ok((written, Trial::Proven))
}

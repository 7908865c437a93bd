//! Getting the images of a pod, with the secrets that it names.

use serde_json::Value;

use super::containers::{Container, Held, Memory, Role, State, containers, now};
use super::credentials::logins;
use super::image::Image;
use super::{Surroundings, pull};

/// Gets what the containers lack, and says how each is then.
pub(super) async fn provide<'a>(
    on: &Surroundings,
    pod: &'a Value,
    memory: &mut Memory,
) -> Vec<(Container<'a>, State)> {
    let mut secrets = None;
    let mut is_set_up = true;
    let mut states = Vec::new();
    let all = containers(&pod["spec"]);
    let has_started =
        all.iter().any(|one| one.role == Role::Main && memory.held.contains_key(one.name));
    for container in all {
        let held = memory.held.get(container.name);
        let is_over = container.role == Role::Init && has_started;
        let held = held.filter(|held| is_over || held.image == container.image).cloned();
        let state = match held {
            Some(held) => at_work(container.role, held),
            None if !is_set_up => State::Waits("PodInitializing", None),
            None => {
                if secrets.is_none() {
                    secrets = Some(pull_secrets(on, pod).await);
                }
                let secrets = secrets.as_deref().unwrap_or_default();
                match get(on, pod, secrets, &container, memory).await {
                    Ok(held) => {
                        memory.held.insert(container.name.to_owned(), held.clone());
                        at_work(container.role, held)
                    }
                    Err((reason, message)) => State::Waits(reason, Some(message)),
                }
            }
        };
        if matches!((&state, container.role), (State::Waits(..), Role::Init | Role::Sidecar)) {
            is_set_up = false;
        }
        states.push((container, state));
    }
    states
}

fn at_work(role: Role, held: Held) -> State {
    if role == Role::Init { State::Ended(held) } else { State::Runs(held) }
}

/// Reason and message, as the kubelet has them.
type Problem = (&'static str, String);

async fn get(
    on: &Surroundings,
    pod: &Value,
    secrets: &[Value],
    container: &Container<'_>,
    memory: &mut Memory,
) -> Result<Held, Problem> {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    let failures = memory.failures;
    for volume in &container.volumes {
        if !memory.volumes.contains_key(*volume) {
            let id = get_image(on, namespace, secrets, volume, failures).await?;
            memory.volumes.insert((*volume).to_owned(), id);
        }
    }
    let id = get_image(on, namespace, secrets, container.image, failures).await?;
    let restarts = memory.held.get(container.name).map_or(0, |before| before.restarts + 1);
    Ok(Held { image: container.image.to_owned(), id, since: now(), restarts })
}

async fn get_image(
    on: &Surroundings,
    namespace: &str,
    secrets: &[Value],
    text: &str,
    failures: u32,
) -> Result<String, Problem> {
    let Some(image) = Image::parse(text) else {
        return Err((
            "InvalidImageName",
            format!("couldn't parse image name \"{text}\": invalid reference format"),
        ));
    };
    let place = on.rules.place(namespace, &image.host);
    let pulled = match logins(secrets, &image.name()) {
        Ok(logins) => pull::pull(&on.registries, &image, place.as_ref(), &logins).await,
        Err(why) => Err(why),
    };
    pulled.map_err(|why| match failures {
        0 => ("ErrImagePull", why),
        _ => {
            ("ImagePullBackOff", format!("Back-off pulling image \"{text}\": ErrImagePull: {why}"))
        }
    })
}

/// The secrets that the pod names; those that aren't there are passed over, as by a kubelet.
async fn pull_secrets(on: &Surroundings, pod: &Value) -> Vec<Value> {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    let mut secrets = Vec::new();
    for named in pod["spec"]["imagePullSecrets"].as_array().into_iter().flatten() {
        let Some(name) = named["name"].as_str() else { continue };
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
        match on.api.send("GET", &path, None).await {
            Ok(reply) if reply.status == 200 => secrets.push(reply.body),
            _ => {}
        }
    }
    secrets
}

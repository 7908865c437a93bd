//! A pod's status, as a kubelet writes it.

use serde_json::{Value, json};

use super::containers::{Container, Memory, Role, State, now};

/// An annotation for pods: what another runtime calls the images that they run.
const IMAGE_ID: &str = "image-id";

/// What the states of its containers make of a pod. `ends`: its containers end at once, and well.
pub(super) fn status(
    pod: &Value,
    states: &[(Container<'_>, State)],
    ends: bool,
    memory: &mut Memory,
) -> Value {
    let waits = |role: Role| {
        states.iter().any(|(one, state)| one.role == role && matches!(state, State::Waits(..)))
    };
    let is_set_up = !waits(Role::Init) && !waits(Role::Sidecar);
    let is_up = is_set_up && !waits(Role::Main);
    let is_over = is_up && ends;
    // What waits only because its image was changed has been running.
    let has_started = states
        .iter()
        .all(|(one, _)| one.role == Role::Ephemeral || memory.held.contains_key(one.name));
    let phase = match (is_over, has_started) {
        (true, _) => "Succeeded",
        (_, true) => "Running",
        _ => "Pending",
    };
    let list = |roles: &[Role]| -> Vec<Value> {
        let chosen = states.iter().filter(|(one, _)| roles.contains(&one.role));
        chosen
            .map(|(one, state)| {
                let mut status = container(one, state, is_over, memory);
                if let Some(id) = pod["metadata"]["annotations"][IMAGE_ID].as_str()
                    && status["imageID"] != ""
                {
                    status["imageID"] = id.into();
                }
                status
            })
            .collect()
    };
    let mut status = json!({
        "observedGeneration": pod["metadata"]["generation"],
        "phase": phase,
        "hostIP": "10.255.0.1",
        "hostIPs": [{"ip": "10.255.0.1"}],
        "podIP": memory.address,
        "podIPs": [{"ip": memory.address}],
        "qosClass": pod["status"]["qosClass"],
        "containerStatuses": list(&[Role::Main]),
        "initContainerStatuses": list(&[Role::Init, Role::Sidecar]),
        "ephemeralContainerStatuses": list(&[Role::Ephemeral]),
    });
    let conditions: Vec<Value> = [
        ("PodScheduled", true),
        ("PodReadyToStartContainers", true),
        ("Initialized", is_set_up),
        ("ContainersReady", is_up && !is_over),
        ("Ready", is_up && !is_over),
    ]
    .into_iter()
    .map(|(kind, is_so)| condition(kind, is_so, memory))
    .collect();
    // When it was bound is when it was first seen to.
    status["startTime"] = conditions[0]["lastTransitionTime"].clone();
    status["conditions"] = conditions.into();
    status
}

fn condition(kind: &'static str, is_so: bool, memory: &mut Memory) -> Value {
    let known = memory.conditions.entry(kind).or_insert_with(|| (is_so, now()));
    if known.0 != is_so {
        *known = (is_so, now());
    }
    let mut condition = json!({
        "type": kind,
        "status": if is_so { "True" } else { "False" },
        "lastTransitionTime": known.1,
    });
    if !is_so {
        condition["reason"] = "ContainersNotReady".into();
    }
    condition
}

fn container(one: &Container<'_>, state: &State, is_over: bool, memory: &Memory) -> Value {
    let (held, state, runs) = match state {
        State::Runs(held) if is_over => (Some(held), ended(&held.since), false),
        State::Runs(held) => (Some(held), json!({"running": {"startedAt": held.since}}), true),
        State::Ended(held) => (Some(held), ended(&held.since), false),
        State::Waits(reason, message) => {
            let waiting = json!({"reason": reason, "message": message.as_deref().unwrap_or("")});
            (None, json!({"waiting": waiting}), false)
        }
    };
    // An init container that came to its end counts as ready.
    let is_ready = runs || (one.role == Role::Init && held.is_some());
    let restarts = held.or(memory.held.get(one.name)).map_or(0, |held| held.restarts);
    json!({
        "name": one.name,
        "image": held.map_or(one.image, |held| &held.image),
        "imageID": held.map_or("", |held| &held.id),
        "containerID": held.map(|held| format!("stand-in://{}-{}", one.name, held.restarts)),
        "ready": is_ready,
        "started": runs,
        "restartCount": restarts,
        "state": state,
    })
}

fn ended(at: &str) -> Value {
    json!({"terminated": {
        "exitCode": 0, "reason": "Completed", "startedAt": at, "finishedAt": at,
    }})
}

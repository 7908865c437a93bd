//! The containers of a pod, and what has been got for them so far.

use std::collections::HashMap;

use serde_json::Value;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Runs to its end before the next begins.
    Init,
    /// An init container that goes on running.
    Sidecar,
    Main,
    Ephemeral,
}

/// A container as the pod's spec has it.
pub(super) struct Container<'a> {
    pub(super) role: Role,
    pub(super) name: &'a str,
    pub(super) image: &'a str,
    /// The images that it mounts.
    pub(super) volumes: Vec<&'a str>,
}

/// All containers, in the order in which they start.
pub(super) fn containers(spec: &Value) -> Vec<Container<'_>> {
    let lists = [
        ("initContainers", Role::Init),
        ("containers", Role::Main),
        ("ephemeralContainers", Role::Ephemeral),
    ];
    let each = |(key, role): (&str, Role)| {
        let list = spec[key].as_array().into_iter().flatten();
        list.map(move |container| Container {
            role: match role {
                Role::Init if container["restartPolicy"] == "Always" => Role::Sidecar,
                _ => role,
            },
            name: container["name"].as_str().unwrap_or_default(),
            image: container["image"].as_str().unwrap_or_default(),
            volumes: volumes(spec, container),
        })
    };
    lists.into_iter().flat_map(each).collect()
}

fn volumes<'a>(spec: &'a Value, container: &Value) -> Vec<&'a str> {
    let mounts: Vec<&Value> =
        container["volumeMounts"].as_array().into_iter().flatten().map(|m| &m["name"]).collect();
    let all = spec["volumes"].as_array().into_iter().flatten();
    all.filter(|volume| mounts.contains(&&volume["name"]))
        .filter_map(|volume| volume["image"]["reference"].as_str())
        .collect()
}

/// What a container runs with.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) image: String,
    pub(super) id: String,
    pub(super) since: String,
    pub(super) restarts: u32,
}

/// How a container is.
pub(super) enum State {
    Runs(Held),
    Ended(Held),
    /// A reason, and a message if there is more to say.
    Waits(&'static str, Option<String>),
}

/// What is known of a pod from one look to the next.
#[derive(Default)]
pub(super) struct Memory {
    /// By the container's name, of which a pod has each only once.
    pub(super) held: HashMap<String, Held>,
    /// The IDs of images that are mounted.
    pub(super) volumes: HashMap<String, String>,
    /// How often in a row not everything could be got.
    pub(super) failures: u32,
    pub(super) address: String,
    /// Conditions by type: whether so, and since when.
    pub(super) conditions: HashMap<&'static str, (bool, String)>,
    /// Whether its process has run: what is heard of the pod afterwards may be older.
    pub(super) has_run: bool,
    /// The status that was written last.
    pub(super) written: Value,
}

pub(super) fn now() -> String {
    jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap().to_string()
}

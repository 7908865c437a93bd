//! Pods whose container runs: as a process of this machine, with what its volumes hold in a folder.
//!
//! Only in namespaces for which a test names the program (`Cluster::run_pods`). The process has no more
//! than a container has: the arguments and variables of the pod's spec, `ConfigMap`s and Secrets as
//! files, a file for its last words.

use std::collections::HashMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::process::Command;

use super::Surroundings;
use super::containers::{Memory, now};

/// What happens to the first pod of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is killed after so long, without a word.
    KilledAfter(Duration),
    /// A second process does the same at the same time, as on a node that was taken for lost.
    RunsTwice,
}

/// What a namespace's pods run.
pub(crate) struct Program {
    /// In the place of the image's entrypoint.
    pub(crate) path: PathBuf,
    /// By index; each is taken once.
    pub(crate) fates: Mutex<HashMap<usize, Fate>>,
    /// The command lines and variables of all processes, as they were started.
    pub(crate) started: Mutex<Vec<Vec<String>>>,
}

/// Bytes of a container's last words, and of its log in their place (`kubelet/container/runtime.go`).
const MESSAGE: usize = 4096;
const LOG: usize = 2048;

/// Runs the pod's container to its end; the status of it then.
pub(super) async fn run(on: &Surroundings, pod: &Value, program: &Program, held: &Memory) -> Value {
    let (spec, container) = (&pod["spec"], &pod["spec"]["containers"][0]);
    let folder = tempfile::tempdir().unwrap();
    mount(on, pod, folder.path()).await;
    let message = folder.path().join("last-words");
    std::fs::write(&message, "").unwrap();
    let place = |text: &str| -> String {
        if container["terminationMessagePath"] == text {
            return message.display().to_string();
        }
        let mounts = container["volumeMounts"].as_array().into_iter().flatten();
        let is_below =
            |mount: &&Value| text.starts_with(mount["mountPath"].as_str().unwrap_or("/nowhere"));
        match mounts.clone().any(|mount| is_below(&mount)) {
            true => format!("{}{text}", folder.path().display()),
            false => text.to_owned(),
        }
    };
    let variables: Vec<(String, String)> = container["env"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (text(&one["name"]), one["value"].as_str().map_or(index(pod), place)))
        .collect();
    let expand = |argument: &Value| {
        let mut argument = text(argument);
        for (name, value) in &variables {
            argument = argument.replace(&format!("$({name})"), value);
        }
        place(&argument)
    };
    let arguments: Vec<String> =
        container["args"].as_array().into_iter().flatten().map(expand).collect();
    let mut line = arguments.clone();
    line.extend(variables.iter().map(|(name, value)| format!("{name}={value}")));
    program.started.lock().unwrap().push(line);
    let begin = || {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(&program.path);
        command.args(&arguments).env_clear().envs(variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        command.kill_on_drop(true).current_dir(folder.path()).spawn().unwrap()
    };
    let fate = program.fates.lock().unwrap().remove(&index(pod).parse().unwrap_or(0));
    let (started, mut process) = (now(), begin());
    let status = match fate {
        Some(Fate::KilledAfter(time)) => {
            tokio::time::sleep(time).await;
            process.start_kill().unwrap();
            process.wait().await.unwrap()
        }
        Some(Fate::RunsTwice) => {
            let mut other = begin();
            let (one, other) = tokio::join!(process.wait(), other.wait());
            other.unwrap();
            one.unwrap()
        }
        None => process.wait().await.unwrap(),
    };
    let code = status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    let mut said = std::fs::read(&message).unwrap();
    assert!(said.len() <= MESSAGE, "{} bytes are cut off", said.len());
    if said.is_empty() && code != 0 {
        said = std::fs::read(folder.path().join("log")).unwrap();
        said.drain(..said.len().saturating_sub(LOG));
    }
    let name = text(&container["name"]);
    let image = held.held.get(&name);
    json!({
        "phase": if code == 0 { "Succeeded" } else { "Failed" },
        "startTime": started,
        "podIP": held.address,
        "conditions": spec["nodeName"].as_str().map(|_| {
            json!([{"type": "PodScheduled", "status": "True", "lastTransitionTime": started}])
        }),
        "containerStatuses": [{
            "name": name,
            "image": container["image"],
            "imageID": image.map_or("", |held| &held.id),
            "containerID": format!("stand-in://{name}"),
            "ready": false,
            "started": false,
            "restartCount": 0,
            "state": {"terminated": {
                "exitCode": code,
                "reason": if code == 0 { "Completed" } else { "Error" },
                "message": String::from_utf8_lossy(&said),
                "startedAt": started,
                "finishedAt": now(),
            }},
        }],
    })
}

/// Writes what the volumes hold below the folder, each where its container has it.
async fn mount(on: &Surroundings, pod: &Value, folder: &Path) {
    let namespace = text(&pod["metadata"]["namespace"]);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for mount in list(&pod["spec"]["containers"][0]["volumeMounts"]) {
        let volumes = list(&pod["spec"]["volumes"]);
        let volume = volumes.into_iter().find(|one| one["name"] == mount["name"]).unwrap();
        let at = folder.join(text(&mount["mountPath"]).trim_start_matches('/'));
        let secret = &volume["secret"];
        let mut sources = list(&volume["projected"]["sources"]);
        if secret.is_object() {
            sources
                .push(json!({"secret": {"name": secret["secretName"], "items": secret["items"]}}));
        }
        // A ConfigMap whole, every key a file.
        if let Some(name) = volume["configMap"]["name"].as_str() {
            let path = format!("/api/v1/namespaces/{namespace}/configmaps/{name}");
            let object = on.api.send("GET", &path, None).await.unwrap().good();
            for (key, content) in object["data"].as_object().unwrap() {
                std::fs::create_dir_all(&at).unwrap();
                std::fs::write(at.join(key), content.as_str().unwrap()).unwrap();
            }
        }
        for source in sources {
            let kind = if source["secret"].is_object() { "secret" } else { "configMap" };
            let (source, plural) = (&source[kind], format!("{}s", kind.to_lowercase()));
            let path = format!("/api/v1/namespaces/{namespace}/{plural}/{}", text(&source["name"]));
            let object = on.api.send("GET", &path, None).await.unwrap().good();
            let data = if kind == "secret" { "data" } else { "binaryData" };
            for item in list(&source["items"]) {
                let file = at.join(text(&item["path"]));
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                let content = object[data][text(&item["key"])].as_str().unwrap();
                std::fs::write(file, STANDARD.decode(content).unwrap()).unwrap();
            }
        }
    }
}

/// The pod's index, which the Job's controller writes to an annotation.
fn index(pod: &Value) -> String {
    text(&pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

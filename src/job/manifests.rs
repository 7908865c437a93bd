//! From a plan's shards to Kubernetes objects. Pure.
//!
//! Indexed Jobs: <https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode>.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::error::JobError;
use super::list::packed_parts;
use super::program::ProgramImage;

/// The container of a shard's pod.
pub(super) const CONTAINER: &str = "sync";
/// Where a pod finds the lists, each in a folder with the number of its index.
const LISTS: &str = "/etc/ccr2tcr/lists";
/// Where it finds the certificates that it trusts besides those of its image.
const TRUST: &str = "/etc/ccr2tcr/trust";
const CERTIFICATES: &str = "ca.crt";
/// Where it finds the logins.
const LOGINS: &str = "/etc/ccr2tcr/docker";
/// Where it leaves what it did.
const MESSAGE: &str = "/dev/termination-log";
/// How often an index is tried again: a node that is lost, a registry that is down for a while.
const RETRIES: usize = 2;
/// Bytes in one `ConfigMap`, at most: 1 MiB is the server's limit for all of its values.
const MAP: usize = 900 << 10;
/// The number of the program's user in the image.
const USER: u32 = 65532;

/// The name of a job, from which those of its objects are made: pods are named `NAME-INDEX-xxxxx`, and
/// a host's name has 63 letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobName(String);

/// What the objects are made from besides lists.
#[derive(Debug, Clone)]
pub struct JobSettings {
    /// The job's name.
    pub name: JobName,
    /// Where it runs.
    pub namespace: String,
    /// The program's image.
    pub image: ProgramImage,
    /// What `sync` is told besides its list.
    pub args: Vec<String>,
    /// Certificates that shards trust besides those of the image, in PEM.
    pub certificates: Option<String>,
    /// Shards that run at once.
    pub parallelism: usize,
    /// The Secret with the logins, which the node pulls the program's image with, too.
    pub secret: String,
    /// The service account of the pods, for TKE's identities of pods.
    pub service_account: Option<String>,
}

/// Which of the newer fields of a Job a server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobFields {
    /// `backoffLimitPerIndex`
    pub retries_by_index: bool,
    /// `podFailurePolicy`
    pub failure_policy: bool,
}

impl JobFields {
    /// Those that a Job may have.
    pub const ALL: Self = Self { retries_by_index: true, failure_policy: true };
}

impl JobName {
    /// The name of the Secret that is written for it.
    #[must_use]
    pub fn secret(&self) -> String {
        format!("{}-logins", self.0)
    }

    /// What its objects are found by.
    pub(super) fn selector(&self) -> String {
        format!("app.kubernetes.io/managed-by=ccr2tcr,app.kubernetes.io/instance={}", self.0)
    }

    fn labels(&self) -> Value {
        json!({"app.kubernetes.io/managed-by": "ccr2tcr", "app.kubernetes.io/instance": self.0})
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for JobName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = (1..=40).contains(&text.len())
            && text.chars().all(is_inner)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-');
        is_name.then(|| Self(text.to_owned())).ok_or_else(|| {
            "1–40 characters a–z 0–9 and -, a letter first, no - at the end".to_owned()
        })
    }
}

/// The objects, in the order in which they are to be created; the Secret is not among them.
///
/// # Errors
/// [`JobError::List`] in no known case.
pub fn manifests(
    settings: &JobSettings,
    lists: &[String],
    fields: JobFields,
) -> Result<Vec<Value>, JobError> {
    let mut maps: Vec<(usize, serde_json::Map<String, Value>, Vec<Value>)> = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        for (number, part) in packed_parts(list).map_err(JobError::List)?.iter().enumerate() {
            if maps.last().is_none_or(|(size, ..)| size + part.len() > MAP) {
                maps.push(Default::default());
            }
            let Some((size, data, items)) = maps.last_mut() else { continue };
            *size += part.len();
            let key = format!("{index}.{number:04}.gz");
            items.push(json!({"key": key, "path": format!("{index}/{number:04}.gz")}));
            data.insert(key, STANDARD.encode(part).into());
        }
    }
    let mut objects = Vec::new();
    let mut sources = Vec::new();
    for (number, (_, data, items)) in maps.into_iter().enumerate() {
        let name = format!("{}-lists-{number}", settings.name);
        sources.push(json!({"configMap": {"name": name, "items": items}}));
        let mut object = head(settings, "v1", "ConfigMap", &name);
        object["binaryData"] = data.into();
        object["immutable"] = true.into();
        objects.push(object);
    }
    if let Some(certificates) = &settings.certificates {
        let mut object = head(settings, "v1", "ConfigMap", &trust(settings));
        object["data"] = json!({CERTIFICATES: certificates});
        objects.push(object);
    }
    objects.push(job(settings, lists.len(), fields, &sources));
    Ok(objects)
}

/// The name of what holds the certificates.
fn trust(settings: &JobSettings) -> String {
    format!("{}-trust", settings.name)
}

/// The Secret with the logins.
pub(super) fn secret(settings: &JobSettings, config: &crate::secret::Secret) -> Value {
    let mut object = head(settings, "v1", "Secret", &settings.secret);
    object["type"] = "kubernetes.io/dockerconfigjson".into();
    object["data"] = json!({".dockerconfigjson": STANDARD.encode(config.expose())});
    object
}

fn head(settings: &JobSettings, version: &str, kind: &str, name: &str) -> Value {
    json!({
        "apiVersion": version,
        "kind": kind,
        "metadata": {
            "name": name, "namespace": settings.namespace, "labels": settings.name.labels(),
        },
    })
}

fn job(settings: &JobSettings, shards: usize, fields: JobFields, lists: &[Value]) -> Value {
    let mut job = head(settings, "batch/v1", "Job", &settings.name.0);
    job["spec"] = json!({
        "completions": shards,
        "parallelism": settings.parallelism.min(shards),
        "completionMode": "Indexed",
        "template": {"metadata": {"labels": settings.name.labels()}, "spec": pod(settings, lists)},
    });
    match fields.retries_by_index {
        true => job["spec"]["backoffLimitPerIndex"] = RETRIES.into(),
        false => job["spec"]["backoffLimit"] = (RETRIES * shards).into(),
    }
    if fields.failure_policy {
        job["spec"]["podFailurePolicy"] = json!({"rules": [
            // A command line that isn't understood is the same for all.
            {"action": "FailJob", "onExitCodes": {
                "containerName": CONTAINER, "operator": "In", "values": [125],
            }},
            // A node that is drained or lost says nothing of the shard.
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        ]});
    }
    job
}

fn pod(settings: &JobSettings, lists: &[Value]) -> Value {
    let mut args: Vec<String> = ["sync", "--images"].map(str::to_owned).to_vec();
    // The Job's controller gives each container this variable, the kubelet puts it in.
    args.push(format!("{LISTS}/$(JOB_COMPLETION_INDEX)"));
    args.extend(["--termination-log".to_owned(), MESSAGE.to_owned()]);
    let mut mounts = vec![
        json!({"name": "lists", "mountPath": LISTS, "readOnly": true}),
        json!({"name": "logins", "mountPath": LOGINS, "readOnly": true}),
    ];
    let mut volumes = vec![
        json!({"name": "lists", "projected": {"sources": lists}}),
        json!({"name": "logins", "secret": {
            "secretName": settings.secret,
            "defaultMode": 0o440,
            "items": [{"key": ".dockerconfigjson", "path": "config.json"}],
        }}),
    ];
    if settings.certificates.is_some() {
        args.extend(["--ca-file".to_owned(), format!("{TRUST}/{CERTIFICATES}")]);
        mounts.push(json!({"name": "trust", "mountPath": TRUST, "readOnly": true}));
        volumes.push(json!({"name": "trust", "configMap": {"name": trust(settings)}}));
    }
    args.extend(settings.args.iter().cloned());
    let mut pod = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
        "imagePullSecrets": [{"name": settings.secret}],
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": USER, "runAsGroup": USER, "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        // Two on one node share its bandwidth.
        "topologySpreadConstraints": [{
            "maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": settings.name.labels()},
        }],
        "containers": [{
            "name": CONTAINER,
            "image": settings.image.to_string(),
            "args": args,
            "env": [{"name": "DOCKER_CONFIG", "value": LOGINS}],
            "resources": {"requests": {"cpu": "500m", "memory": "256Mi"}},
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "readOnlyRootFilesystem": true,
                "capabilities": {"drop": ["ALL"]},
            },
            "terminationMessagePath": MESSAGE,
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": mounts,
        }],
        "volumes": volumes,
    });
    if let Some(name) = &settings.service_account {
        pod["serviceAccountName"] = name.as_str().into();
    }
    pod
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    fn settings() -> JobSettings {
        let digest = Digest::of(b"program");
        let image = format!("tcr.example.com/tools/ccr2tcr@{digest}").parse().unwrap();
        JobSettings {
            name: "ccr2tcr".parse().unwrap(),
            namespace: "move".to_owned(),
            image: ProgramImage::new(image, None).unwrap(),
            args: vec!["--limit-rate".to_owned(), "1000000".to_owned()],
            certificates: None,
            parallelism: 8,
            secret: "ccr2tcr-logins".to_owned(),
            service_account: None,
        }
    }

    #[test]
    fn a_job_as_it_is_written() {
        let lists = ["a.b/c/d:v1 e.f/c/d:v1\n", "a.b/c/e:v1 e.f/c/e:v1\n"].map(str::to_owned);
        let mut objects = manifests(&settings(), &lists, JobFields::ALL).unwrap();
        for data in objects[0]["binaryData"].as_object_mut().unwrap().values_mut() {
            *data = "[packed]".into();
        }
        insta::assert_snapshot!(serde_yaml::to_string(&objects).unwrap());
    }

    #[test]
    fn a_server_without_the_newer_fields_gets_one_limit_for_all() {
        let fields = JobFields { retries_by_index: false, failure_policy: false };
        let objects = manifests(&settings(), &["a.b/c:1\n".to_owned()], fields).unwrap();
        let spec = &objects[1]["spec"];
        assert_eq!(spec["backoffLimit"], 2);
        assert!(
            spec.get("backoffLimitPerIndex").is_none() && spec.get("podFailurePolicy").is_none()
        );
    }

    #[test]
    fn every_map_is_below_the_limit() {
        let list = |number: u32| {
            (0..20_000u32).fold(String::new(), |text, line| {
                text + &format!(
                    "a.b/c:{line} {}\n",
                    Digest::of(&(number + line * 100).to_be_bytes())
                )
            })
        };
        let lists: Vec<String> = (0..5).map(list).collect();
        let objects = manifests(&settings(), &lists, JobFields::ALL).unwrap();
        let (job, maps) = objects.split_last().unwrap();
        assert!(maps.len() > 2, "{}", maps.len());
        let mut keys = 0;
        for map in maps {
            let data = map["binaryData"].as_object().unwrap();
            keys += data.len();
            let size: usize = data.values().map(|data| data.as_str().unwrap().len() / 4 * 3).sum();
            assert!(size <= MAP, "{size}");
        }
        let sources = &job["spec"]["template"]["spec"]["volumes"][0]["projected"]["sources"];
        let items = |source: &Value| source["configMap"]["items"].as_array().unwrap().len();
        assert_eq!(sources.as_array().unwrap().iter().map(items).sum::<usize>(), keys);
    }

    #[test]
    fn shards_get_what_they_are_to_trust() {
        let certificates = Some("-----BEGIN CERTIFICATE-----\n".to_owned());
        let settings = JobSettings { certificates, ..settings() };
        let objects = manifests(&settings, &["a.b/c:1\n".to_owned()], JobFields::ALL).unwrap();
        let [_, trust, job] = objects.as_slice() else { panic!("{objects:?}") };
        assert_eq!(trust["metadata"]["name"], "ccr2tcr-trust");
        assert_eq!(trust["data"]["ca.crt"], "-----BEGIN CERTIFICATE-----\n");
        let pod = &job["spec"]["template"]["spec"];
        let args = pod["containers"][0]["args"].to_string();
        assert!(args.contains(r#""--ca-file","/etc/ccr2tcr/trust/ca.crt""#), "{args}");
        assert_eq!(pod["volumes"][2]["configMap"]["name"], "ccr2tcr-trust");
        let mount = &pod["containers"][0]["volumeMounts"][2];
        assert_eq!((&mount["name"], &mount["mountPath"]), (&json!("trust"), &json!(TRUST)));
    }

    #[test]
    fn names_and_images_are_checked() {
        for bad in ["", "a_b", "-a", "a-", "A", "1a", &"a".repeat(41)] {
            assert!(bad.parse::<JobName>().is_err(), "{bad}");
        }
        let image = "tcr.example.com/tools/ccr2tcr:v1".parse().unwrap();
        let error = ProgramImage::new(image, None).unwrap_err();
        assert!(error.to_string().contains("names no digest"), "{error}");
    }
}

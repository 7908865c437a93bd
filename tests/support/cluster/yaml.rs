//! Workloads with one container, `main`.

use serde_json::Value;

/// One of them with a change.
pub(crate) fn changed(yaml: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut object = serde_yaml::from_str(yaml).unwrap();
    change(&mut object);
    object.to_string()
}

/// `kind` is `Deployment`, `StatefulSet` or `DaemonSet`.
pub(crate) fn workload(kind: &str, namespace: &str, name: &str, image: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}-{kind}}}}}
  template:
    metadata: {{labels: {{app: {name}-{kind}}}}}
    spec: {{containers: [{{name: main, image: '{image}'}}]}}
"
    )
}

pub(crate) fn job(namespace: &str, name: &str, image: &str) -> String {
    format!(
        "
apiVersion: batch/v1
kind: Job
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  template:
    spec: {{restartPolicy: Never, containers: [{{name: main, image: '{image}'}}]}}
"
    )
}

pub(crate) fn cron_job(namespace: &str, name: &str, image: &str) -> String {
    format!(
        "
apiVersion: batch/v1
kind: CronJob
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      template:
        spec: {{restartPolicy: Never, containers: [{{name: main, image: '{image}'}}]}}
"
    )
}

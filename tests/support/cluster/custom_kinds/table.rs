//! The kinds, a line each.

use super::CustomKind;

const fn kind(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    short_names: &'static [&'static str],
) -> CustomKind {
    let (is_namespaced, has_status) = (true, true);
    CustomKind { group, version, kind, plural, short_names, is_namespaced, has_status }
}

/// One whose status is a field as any other.
const fn plain(of: CustomKind) -> CustomKind {
    CustomKind { has_status: false, ..of }
}

const fn cluster_wide(of: CustomKind) -> CustomKind {
    CustomKind { is_namespaced: false, ..of }
}

/// All of them.
#[rustfmt::skip]
pub(crate) const ALL: &[CustomKind] = &[
    kind("argoproj.io", "v1alpha1", "Rollout", "rollouts", &["ro"]),
    plain(kind("argoproj.io", "v1alpha1", "Workflow", "workflows", &["wf"])),
    plain(kind("argoproj.io", "v1alpha1", "WorkflowTemplate", "workflowtemplates", &["wftmpl"])),
    cluster_wide(plain(kind("argoproj.io", "v1alpha1", "ClusterWorkflowTemplate", "clusterworkflowtemplates", &["clusterwftmpl", "cwft"]))),
    plain(kind("argoproj.io", "v1alpha1", "CronWorkflow", "cronworkflows", &["cwf", "cronwf"])),
    kind("apps.kruise.io", "v1alpha1", "CloneSet", "clonesets", &["clone"]),
    kind("apps.kruise.io", "v1beta1", "StatefulSet", "statefulsets", &["asts"]),
    kind("apps.kruise.io", "v1alpha1", "DaemonSet", "daemonsets", &["daemon", "ads"]),
    cluster_wide(kind("apps.kruise.io", "v1alpha1", "SidecarSet", "sidecarsets", &[])),
    kind("apps.kruise.io", "v1alpha1", "ImagePullJob", "imagepulljobs", &[]),
    kind("apps.kruise.io", "v1alpha1", "ImageListPullJob", "imagelistpulljobs", &[]),
    kind("apps.kruise.io", "v1alpha1", "BroadcastJob", "broadcastjobs", &["bcj"]),
    kind("apps.kruise.io", "v1alpha1", "AdvancedCronJob", "advancedcronjobs", &["acj"]),
    kind("apps.kruise.io", "v1alpha1", "UnitedDeployment", "uniteddeployments", &["ud"]),
    kind("tekton.dev", "v1", "Task", "tasks", &[]),
    kind("tekton.dev", "v1", "TaskRun", "taskruns", &["tr", "trs"]),
    kind("tekton.dev", "v1", "Pipeline", "pipelines", &[]),
    kind("tekton.dev", "v1", "PipelineRun", "pipelineruns", &["pr", "prs"]),
    kind("serving.knative.dev", "v1", "Service", "services", &["kservice", "ksvc"]),
    kind("serving.knative.dev", "v1", "Configuration", "configurations", &["config", "cfg"]),
    kind("serving.knative.dev", "v1", "Revision", "revisions", &["rev"]),
    kind("batch.volcano.sh", "v1alpha1", "Job", "jobs", &["vcjob", "vj"]),
    kind("kubevirt.io", "v1", "VirtualMachine", "virtualmachines", &["vm", "vms"]),
    kind("kubevirt.io", "v1", "VirtualMachineInstance", "virtualmachineinstances", &["vmi", "vmis"]),
    kind("sparkoperator.k8s.io", "v1beta2", "SparkApplication", "sparkapplications", &["sparkapp"]),
    kind("sparkoperator.k8s.io", "v1beta2", "ScheduledSparkApplication", "scheduledsparkapplications", &["scheduledsparkapp"]),
    kind("flink.apache.org", "v1beta1", "FlinkDeployment", "flinkdeployments", &["flinkdep"]),
    kind("flink.apache.org", "v1beta1", "FlinkSessionJob", "flinksessionjobs", &["sessionjob"]),
    kind("kubeflow.org", "v1", "TFJob", "tfjobs", &[]),
    kind("kubeflow.org", "v1", "PyTorchJob", "pytorchjobs", &[]),
    kind("kubeflow.org", "v2beta1", "MPIJob", "mpijobs", &[]),
    kind("kubeflow.org", "v1", "Notebook", "notebooks", &[]),
    kind("serving.kserve.io", "v1beta1", "InferenceService", "inferenceservices", &["isvc"]),
    kind("monitoring.coreos.com", "v1", "Prometheus", "prometheuses", &["prom"]),
    kind("monitoring.coreos.com", "v1", "Alertmanager", "alertmanagers", &["am"]),
    kind("monitoring.coreos.com", "v1", "ThanosRuler", "thanosrulers", &["ruler"]),
    kind("elasticsearch.k8s.elastic.co", "v1", "Elasticsearch", "elasticsearches", &["es"]),
    kind("kibana.k8s.elastic.co", "v1", "Kibana", "kibanas", &["kb"]),
    kind("logstash.k8s.elastic.co", "v1alpha1", "Logstash", "logstashes", &["ls"]),
    kind("beat.k8s.elastic.co", "v1beta1", "Beat", "beats", &["beat"]),
    kind("agent.k8s.elastic.co", "v1alpha1", "Agent", "agents", &["agent"]),
    kind("kafka.strimzi.io", "v1beta2", "Kafka", "kafkas", &["k"]),
    kind("kafka.strimzi.io", "v1beta2", "KafkaConnect", "kafkaconnects", &["kc"]),
    kind("apps.tkestack.io", "v1", "TApp", "tapps", &[]),
    kind("platform.stke", "v1alpha1", "StatefulSetPlus", "statefulsetpluses", &["stsp"]),
    kind("tkex.tencent.com", "v1alpha1", "GameDeployment", "gamedeployments", &["gd"]),
    kind("tkex.tencent.com", "v1alpha1", "GameStatefulSet", "gamestatefulsets", &["gs"]),
];

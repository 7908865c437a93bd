//! The pods that the operators of custom kinds would make of their objects, read from the objects
//! as each operator reads them, and by none of the library's code.

use serde_json::{Value, json};

/// The pod specs of one object, without what matters to no pull.
pub(super) fn pod_specs(object: &Value) -> Vec<Value> {
    let spec = &object["spec"];
    let group = object["apiVersion"].as_str().unwrap().split('/').next().unwrap();
    match (group, object["kind"].as_str().unwrap()) {
        ("argoproj.io", "Rollout")
        | ("tkex.tencent.com" | "platform.stke", _)
        | ("apps.kruise.io", "CloneSet" | "StatefulSet" | "DaemonSet" | "BroadcastJob")
        | ("serving.knative.dev", "Service" | "Configuration")
        | ("kubeflow.org", "Notebook") => vec![plain(&spec["template"]["spec"])],
        ("apps.kruise.io", "UnitedDeployment") => {
            vec![plain(&spec["template"]["cloneSetTemplate"]["spec"]["template"]["spec"])]
        }
        ("apps.kruise.io", "AdvancedCronJob") => {
            vec![plain(&spec["template"]["broadcastJobTemplate"]["spec"]["template"]["spec"])]
        }
        ("apps.kruise.io", "ImagePullJob") => {
            vec![pod([&spec["image"]], &named(&spec["pullSecrets"]), &Value::Null)]
        }
        ("apps.kruise.io", "ImageListPullJob") => {
            vec![pod(each(&spec["images"]), &named(&spec["pullSecrets"]), &Value::Null)]
        }
        ("apps.tkestack.io", "TApp") => {
            let others = spec["templatePool"].as_object().unwrap().values();
            std::iter::once(&spec["template"]).chain(others).map(|t| plain(&t["spec"])).collect()
        }
        ("serving.knative.dev", "Revision") => vec![plain(spec)],
        ("batch.volcano.sh", "Job") => {
            each(&spec["tasks"]).map(|task| plain(&task["template"]["spec"])).collect()
        }
        ("argoproj.io", "CronWorkflow") => workflow(&spec["workflowSpec"]),
        ("argoproj.io", _) => workflow(spec),
        ("tekton.dev", kind) => vec![tekton(spec, kind)],
        ("elasticsearch.k8s.elastic.co", _) => each(&spec["nodeSets"])
            .map(|set| with_main(&set["podTemplate"]["spec"], &spec["image"]))
            .collect(),
        (group, _) if group.ends_with(".k8s.elastic.co") => {
            let parts = [spec, &spec["daemonSet"], &spec["statefulSet"], &spec["deployment"]];
            let templates = parts.iter().map(|part| &part["podTemplate"]["spec"]);
            templates.filter(|it| it.is_object()).map(|it| with_main(it, &spec["image"])).collect()
        }
        ("monitoring.coreos.com", _) => {
            let mains = [&spec["image"], &spec["thanos"]["image"]];
            let more = images_of(spec);
            vec![pod(mains.into_iter().chain(more), &spec["imagePullSecrets"], spec)]
        }
        ("sparkoperator.k8s.io", "SparkApplication") => spark(spec),
        ("sparkoperator.k8s.io", _) => spark(&spec["template"]),
        ("flink.apache.org", _) => flink(spec),
        ("kubeflow.org", _) => {
            let sets =
                spec.as_object().unwrap().iter().filter(|(key, _)| key.ends_with("ReplicaSpecs"));
            sets.flat_map(|(_, set)| set.as_object().unwrap().values())
                .map(|replica| plain(&replica["template"]["spec"]))
                .collect()
        }
        ("serving.kserve.io", _) => ["predictor", "transformer"]
            .map(|part| &spec[part])
            .into_iter()
            .filter(|part| part.is_object())
            .map(|part| {
                let images = std::iter::once(&part["model"]["image"]).chain(images_of(part));
                pod(images, &part["imagePullSecrets"], part)
            })
            .collect(),
        ("kafka.strimzi.io", _) => strimzi(spec),
        ("kubevirt.io", "VirtualMachine") => vec![machine(&spec["template"]["spec"])],
        ("kubevirt.io", _) => vec![machine(spec)],
        other => panic!("no operator for {other:?}"),
    }
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn images_of(spec: &Value) -> impl Iterator<Item = &Value> {
    let all = ["initContainers", "containers"].into_iter().flat_map(|key| each(&spec[key]));
    all.map(|container| &container["image"])
}

/// A pod with a container for each of these that is an image.
fn pod<'a>(images: impl IntoIterator<Item = &'a Value>, secrets: &Value, at: &Value) -> Value {
    let images = images.into_iter().filter(|image| image.is_string()).enumerate();
    let containers: Vec<Value> =
        images.map(|(place, image)| json!({"name": format!("c{place}"), "image": image})).collect();
    assert!(!containers.is_empty());
    let mut spec = json!({"containers": containers});
    if secrets.is_array() {
        spec["imagePullSecrets"] = secrets.clone();
    }
    let account = [&at["serviceAccountName"], &at["serviceAccount"]];
    if let Some(account) = account.into_iter().find(|account| account.is_string()) {
        spec["serviceAccountName"] = account.clone();
    }
    spec
}

fn plain(spec: &Value) -> Value {
    pod(images_of(spec), &spec["imagePullSecrets"], spec)
}

/// A template whose main container gets its image from elsewhere.
fn with_main(template: &Value, image: &Value) -> Value {
    let images = std::iter::once(image).chain(images_of(template));
    pod(images, &template["imagePullSecrets"], template)
}

/// A list of names as a list of references.
fn named(names: &Value) -> Value {
    names
        .as_array()
        .map(|all| all.iter().map(|name| json!({"name": name})).collect())
        .unwrap_or_default()
}

fn workflow(spec: &Value) -> Vec<Value> {
    let mut templates: Vec<&Value> = each(&spec["templates"]).collect();
    templates.push(&spec["templateDefaults"]);
    let inline: Vec<&Value> = templates
        .iter()
        .flat_map(|template| {
            let steps = each(&template["steps"]).flat_map(each);
            steps.chain(each(&template["dag"]["tasks"])).map(|step| &step["inline"])
        })
        .collect();
    templates.extend(inline);
    let with_images = |template: &&Value| {
        let mains = [&template["container"]["image"], &template["script"]["image"]];
        let lists = [
            &template["containerSet"]["containers"],
            &template["initContainers"],
            &template["sidecars"],
        ];
        let more = lists.into_iter().flat_map(each).map(|container| &container["image"]);
        let images: Vec<&Value> =
            mains.into_iter().chain(more).filter(|it| it.is_string()).collect();
        let is_one = !images.is_empty();
        is_one.then(|| pod(images, &spec["imagePullSecrets"], spec))
    };
    templates.iter().filter_map(with_images).collect()
}

/// One pod with all steps. A Task or Pipeline alone runs with the account `default`.
fn tekton(spec: &Value, kind: &str) -> Value {
    let steps = |task: &Value| -> Vec<Value> {
        let all = each(&task["steps"]).chain(each(&task["sidecars"]));
        all.chain(std::iter::once(&task["stepTemplate"]))
            .map(|step| step["image"].clone())
            .collect()
    };
    let pipeline = |spec: &Value| -> Vec<Value> {
        each(&spec["tasks"])
            .chain(each(&spec["finally"]))
            .flat_map(|t| steps(&t["taskSpec"]))
            .collect()
    };
    let (images, at) = match kind {
        "Task" => (steps(spec), &Value::Null),
        "TaskRun" => (steps(&spec["taskSpec"]), spec),
        "Pipeline" => (pipeline(spec), &Value::Null),
        _ => (pipeline(&spec["pipelineSpec"]), &spec["taskRunTemplate"]),
    };
    pod(&images, &at["podTemplate"]["imagePullSecrets"], at)
}

fn spark(spec: &Value) -> Vec<Value> {
    let secrets = named(&spec["imagePullSecrets"]);
    let role = |role: &Value| {
        let own = &role["image"];
        let main = if own.is_string() { own } else { &spec["image"] };
        let more = ["initContainers", "sidecars"].into_iter().flat_map(|key| each(&role[key]));
        pod(std::iter::once(main).chain(more.map(|it| &it["image"])), &secrets, role)
    };
    vec![role(&spec["driver"]), role(&spec["executor"])]
}

fn flink(spec: &Value) -> Vec<Value> {
    let common = &spec["podTemplate"]["spec"];
    let configured = spec["flinkConfiguration"]["kubernetes.container.image.pull-secrets"].as_str();
    let configured: Vec<Value> = configured
        .into_iter()
        .flat_map(|text| text.split([';', ',']))
        .map(|name| json!({"name": name.trim()}))
        .collect();
    let of = |role: &str| {
        let own = &spec[role]["podTemplate"]["spec"];
        let images = std::iter::once(&spec["image"]).chain(images_of(common)).chain(images_of(own));
        let lists = [&own["imagePullSecrets"], &common["imagePullSecrets"]];
        let list: Vec<Value> =
            lists.into_iter().flat_map(each).cloned().chain(configured.clone()).collect();
        let list = if list.is_empty() { Value::Null } else { list.into() };
        pod(images, &list, spec)
    };
    vec![of("jobManager"), of("taskManager")]
}

fn strimzi(spec: &Value) -> Vec<Value> {
    let parts = ["kafka", "zookeeper", "entityOperator", "cruiseControl", "kafkaExporter"];
    let parts = parts.iter().map(|part| &spec[*part]).chain(std::iter::once(spec));
    let of = |part: &Value| {
        let images =
            [&part["image"], &part["topicOperator"]["image"], &part["userOperator"]["image"]];
        let images: Vec<&Value> = images.into_iter().filter(|image| image.is_string()).collect();
        let is_one = !images.is_empty();
        is_one.then(|| pod(images, &part["template"]["pod"]["imagePullSecrets"], &Value::Null))
    };
    parts.filter_map(of).collect()
}

fn machine(spec: &Value) -> Value {
    let disks = each(&spec["volumes"]).map(|volume| &volume["containerDisk"]);
    let boot = &spec["domain"]["firmware"]["kernelBoot"]["container"];
    let disks: Vec<&Value> = disks.chain(std::iter::once(boot)).collect();
    let secrets: Vec<Value> = disks
        .iter()
        .map(|disk| &disk["imagePullSecret"])
        .filter(|name| name.is_string())
        .map(|name| json!({"name": name}))
        .collect();
    let secrets = if secrets.is_empty() { Value::Null } else { secrets.into() };
    pod(disks.iter().map(|disk| &disk["image"]), &secrets, &Value::Null)
}

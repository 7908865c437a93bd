//! `guard rewrite`: what new Pods pull while their templates still name CCR.

use serde_json::{Value, json};

use super::{Guarded, object, pod};
use crate::support::cluster::User;
use crate::support::content::Shelf;
use crate::support::snapshot::snapshots;
use crate::support::{DockerRegistry, Run, Sandbox, run};

/// What the objects that stand name: every host, a port, upper case, a namespace that is renamed.
const STANDING: [&str; 4] = [
    "ccr.ccs.tencentyun.com/shop/web:v1",
    "HKCCR.ccs.tencentyun.com:443/shop/api",
    "ccr.ccs.tencentyun.com/team_a__x/job:1.0",
    "ccr.ccs.tencentyun.com/tkeimages/pause:3.9",
];

/// A namespace whose Deployment names all of these, and a TCR that has them, but for `shop/gone:v1`.
struct Rewritten {
    guarded: Guarded,
    tcr: DockerRegistry,
}

impl Rewritten {
    fn new() -> Self {
        let (guarded, tcr) = (Guarded::new(), DockerRegistry::start());
        for (repository, tag) in
            [("front/web", "v1"), ("shop/api", "latest"), ("team-a-x/job", "1.0")]
        {
            Shelf::open(tcr.host(), repository).image(Some(tag), repository, &[b"layer"]);
        }
        let world = Self { guarded, tcr };
        let containers = STANDING.iter().enumerate();
        let containers: Vec<Value> = containers
            .map(|(at, image)| json!({"name": format!("c{at}"), "image": image}))
            .collect();
        world.create(&object("Deployment", "web", &json!({"containers": containers})));
        world
    }

    fn create(&self, object: &Value) {
        let path = self.guarded.path(object["kind"].as_str().unwrap());
        self.guarded.cluster.api().post(&path, object).good();
    }

    /// `kubectl tcr-switch guard rewrite WORDS`, for the namespace. CCR itself can't be reached.
    fn rewrite(&self, words: &[&str]) -> Run {
        let maps = ["--map", "shop/web=front/web", "--map", "team_a__x=team-a-x"];
        let ccr = ["ccr", "hkccr"].map(|name| format!("{name}.ccs.tencentyun.com:443:127.0.0.1"));
        let hosts = ["--tcr-host", self.tcr.host(), "--resolve", &ccr[0], "--resolve", &ccr[1]];
        self.guarded.guard(&[&["rewrite"], words, &maps, &hosts].concat())
    }

    /// The images of a Pod as the API server would make it: in containers, init containers, volumes.
    fn made(&self, namespace: &str, spec: &Value) -> Value {
        let path = format!("/api/v1/namespaces/{namespace}/pods?dryRun=All");
        self.guarded.cluster.api().post(&path, &object("Pod", "new", spec)).good()["spec"].clone()
    }

    /// What a new Pod has for an image.
    fn image_for(&self, image: &str) -> String {
        let made = self.made(&self.guarded.namespace, &pod(image));
        made["containers"][0]["image"].as_str().unwrap().to_owned()
    }

    fn in_tcr(&self, image: &str) -> String {
        format!("{}/{image}", self.tcr.host())
    }

    /// Policies and bindings that rewrite.
    fn parts(&self) -> Vec<String> {
        let base = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolic";
        let lists = ["ies", "ybindings"].map(|end| {
            self.guarded.cluster.api().get(&format!("{base}{end}")).good()["items"].clone()
        });
        let items = lists.iter().flat_map(|list| list.as_array().unwrap());
        items.map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn new_pods_get_what_is_proven_and_everything_else_stays() {
    let world = Rewritten::new();
    let namespace = &world.guarded.namespace;
    world.rewrite(&["--dry-run"]).ends_with(0).says(&["3 images of CCR in 1 namespace"]);
    let tried = world.rewrite(&["--dry-run=server"]).ends_with(0);
    tried.says(&["mutatingadmissionpolicy/tcr-switch-rewrite.", "taken in a server-side dry run"]);
    assert_eq!(world.parts(), Vec::<String>::new());
    world.rewrite(&["--yes"]).ends_with(0).says(&["proven by a server-side dry run of a Pod"]);

    for (image, new) in [
        ("ccr.ccs.tencentyun.com/shop/web:v1", Some("front/web:v1")),
        ("CCR.ccs.tencentyun.com:443/shop/web:v1", Some("front/web:v1")),
        ("hkccr.ccs.tencentyun.com/shop/api", Some("shop/api")),
        ("HKCCR.ccs.tencentyun.com/shop/api:latest", Some("shop/api:latest")),
        ("ccr.ccs.tencentyun.com/team_a__x/job:1.0", Some("team-a-x/job:1.0")),
        // Nobody has looked for these.
        ("ccr.ccs.tencentyun.com/shop/web:v2", None),
        ("ccr.ccs.tencentyun.com/shop/web", None),
        ("ccr.ccs.tencentyun.com/shop/api", None),
        ("ccr.ccs.tencentyun.com:4430/shop/web:v1", None),
        ("ccr.ccs.tencentyun.com/tkeimages/pause:3.9", None),
        ("mirror.example.com/ccr.ccs.tencentyun.com/shop/web:v1", None),
        ("nginx", None),
    ] {
        let expected = new.map_or(image.to_owned(), |new| world.in_tcr(new));
        assert_eq!(world.image_for(image), expected, "{image}");
    }
    everywhere_in_a_pod(&world);
    assert_eq!(
        world.made("default", &pod(STANDING[0]))["containers"][0]["image"],
        STANDING[0],
        "another namespace"
    );

    // By its controller, from a template that names CCR as before.
    let cluster = &world.guarded.cluster;
    let pods = || cluster.list("pods", namespace);
    let line = ["delete", "pods", "--all", "-n", namespace, "--force"];
    let is_new =
        |pod: &Value| pod["spec"]["containers"][0]["image"] == json!(world.in_tcr("front/web:v1"));
    cluster.wait_until("a pod is there", || !pods().is_empty());
    cluster.kubectl(&line).ends_with(0);
    cluster.wait_until("a pod of TCR's is there", || pods().iter().any(is_new));
    let template = cluster.get("deployments", namespace, "web");
    assert_eq!(template["spec"]["template"]["spec"]["containers"][0]["image"], STANDING[0]);

    let status = cluster.kubectl(&["tcr-switch", "guard", "status"]).ends_with(0);
    status.says(&["tcr-switch-rewrite.", "Rewrite", "not told"]);
    cluster.kubectl(&["tcr-switch", "guard", "remove", "-A", "--yes"]).ends_with(0);
    assert_eq!(world.parts(), Vec::<String>::new(), "nothing is left");
    cluster.wait_until("it is lifted", || world.image_for(STANDING[0]) == STANDING[0]);
}

/// Containers, init containers and volumes by their names; what stands beside them, and duplicates
/// that a merge could stumble over.
fn everywhere_in_a_pod(world: &Rewritten) {
    let twice = json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]);
    let volume = json!({"reference": STANDING[0], "pullPolicy": "Always"});
    let made = world.made(
        &world.guarded.namespace,
        &json!({
            "initContainers": [{"name": "init", "image": STANDING[1]}, {"name": "a", "image": "nginx"}],
            "containers": [
                {"name": "main", "image": STANDING[0], "env": twice, "command": ["x"]},
                {"name": "side", "image": STANDING[3]},
            ],
            "volumes": [{"name": "data", "image": volume}, {"name": "tmp", "emptyDir": {}}],
        }),
    );
    let image = |list: &str, at: usize| made[list][at]["image"].as_str().unwrap().to_owned();
    assert_eq!(image("initContainers", 0), world.in_tcr("shop/api"));
    assert_eq!(image("initContainers", 1), "nginx");
    assert_eq!(image("containers", 0), world.in_tcr("front/web:v1"));
    assert_eq!(image("containers", 1), STANDING[3]);
    assert_eq!(made["containers"][0]["env"], twice);
    assert_eq!(made["containers"][0]["command"], json!(["x"]));
    let volume = json!({"reference": world.in_tcr("front/web:v1"), "pullPolicy": "Always"});
    assert_eq!(made["volumes"][0]["image"], volume);
    assert_eq!(made["volumes"][1]["emptyDir"], json!({}));
    assert_eq!(made.get("imagePullSecrets"), None, "everybody may pull");
}

#[test]
fn a_pod_that_stands_is_not_rewritten_and_a_guard_sees_what_comes_of_a_new_one() {
    let world = Rewritten::new();
    world.create(&object("Pod", "old", &pod(STANDING[0])));
    world.rewrite(&["--yes"]).ends_with(0);
    let path = format!("{}/old", world.guarded.path("Pod"));
    let labelled = json!({"metadata": {"labels": {"reviewed": "yes"}}});
    let after = world.guarded.cluster.api().merge(&path, &labelled).good();
    assert_eq!(after["spec"]["containers"][0]["image"], STANDING[0]);

    // Mutation comes before validation.
    world.guarded.guard(&["--mode", "deny", "--pods", "--force", "--yes"]).ends_with(0);
    let refusal = |image: &str| world.guarded.refusal(&object("Pod", "new", &pod(image)));
    assert_eq!(refusal(STANDING[0]), None, "it names TCR by then");
    assert!(refusal("ccr.ccs.tencentyun.com/shop/web:v2").is_some());
    assert!(world.guarded.refusal(&object("Deployment", "new", &pod(STANDING[0]))).is_some());

    let line = ["tcr-switch", "guard", "remove", "-n", &world.guarded.namespace, "--rewrite"];
    world.guarded.cluster.kubectl(&[line.as_slice(), &["--yes"]].concat()).ends_with(0);
    assert_eq!((world.parts().len(), world.guarded.parts().len()), (0, 4), "the guard stays");
}

#[test]
fn what_tcr_lacks_stays_on_ccr_and_is_told() {
    let world = Rewritten::new();
    let gone = "hkccr.ccs.tencentyun.com/shop/api:v9";
    let kept = "ccr.ccs.tencentyun.com/shop/web:v1";
    world.create(&object("CronJob", "gone", &pod(gone)));
    let said = world.rewrite(&["--yes", "--any-tag", "--exempt", "shop/web:*"]).ends_with(1);
    said.says(&[
        "cronjob.batch/gone",
        "is not in TCR",
        "1 image stays on CCR",
        "with --any-tag, other tags",
    ]);
    assert_eq!(world.image_for(gone), gone);
    assert_eq!(world.image_for(kept), kept, "exempt");
    let other = "ccr.ccs.tencentyun.com/team_a__x/job:2.0";
    assert_eq!(world.image_for(other), world.in_tcr("team-a-x/job:2.0"));
    // What stands may point at what TCR has no more.
    let all = ["--exempt", "shop/*", "--exempt", "team_a__x/*"];
    let said = world.rewrite(&[&["--yes"], all.as_slice()].concat()).ends_with(1);
    said.says(&["nothing of that is proven now", "guard remove --rewrite -n"]);
}

#[test]
fn a_digest_is_the_image_whatever_tag_stands_in_front() {
    let world = Rewritten::new();
    let made = Shelf::open(world.tcr.host(), "shop/pinned").image(None, "pinned", &[b"layer"]);
    let digest = made["digest"].as_str().unwrap();
    let image = |tag: &str| format!("ccr.ccs.tencentyun.com/shop/pinned{tag}@{digest}");
    world.create(&object("StatefulSet", "pinned", &pod(&image(":v1"))));
    world.rewrite(&["--yes"]).ends_with(0).says(&["4 images of CCR"]);
    for tag in ["", ":v1", ":v2"] {
        assert_eq!(
            world.image_for(&image(tag)),
            world.in_tcr(&format!("shop/pinned{tag}@{digest}"))
        );
    }
    let tagged = "ccr.ccs.tencentyun.com/shop/pinned:v1";
    assert_eq!(world.image_for(tagged), tagged, "nobody knows which image that is in TCR");
}

const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]
enterprise: [{}]
";

#[test]
fn a_private_image_comes_with_the_secret_that_pulls_it_or_not_at_all() {
    let guarded = Guarded::new();
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync", "shop"]).ends_with(0);
    let image = format!("{}/shop/web:v1", sandbox.ccr());
    let secret = |name: &str, host: &str| {
        let config = json!({"auths": {host: {"auth": sandbox.login(host).unwrap()}}}).to_string();
        let secret = json!({
            "metadata": {"name": name}, "type": "kubernetes.io/dockerconfigjson",
            "stringData": {".dockerconfigjson": config},
        });
        guarded.cluster.api().post(&guarded.path("Secret"), &secret).good();
    };
    secret("ccr", sandbox.ccr());
    let mut spec = pod(&image);
    spec["imagePullSecrets"] = json!([{"name": "ccr"}]);
    let create = |kind: &str, spec: &Value| {
        guarded.cluster.api().post(&guarded.path(kind), &object(kind, "web", spec)).good();
    };
    create("Deployment", &spec);
    let rewrite = || {
        let mut command = guarded.cluster.command_with(&sandbox, &User::admin());
        let hosts = ["--ccr-host", sandbox.ccr(), "--tcr-host", sandbox.tcr(), "--yes"];
        command.args(["tcr-switch", "guard", "rewrite", "-n", &guarded.namespace]).args(hosts);
        run(&mut command)
    };
    let said = rewrite().ends_with(1);
    said.says(&["deployment.apps/web", "secrets copy -n", "nothing is to be rewritten"]);

    secret("tcr", sandbox.tcr());
    rewrite().ends_with(0);
    let made = |spec: &Value| {
        let path = format!("{}?dryRun=All", guarded.path("Pod"));
        guarded.cluster.api().post(&path, &object("Pod", "new", spec)).good()["spec"].clone()
    };
    let new = json!(format!("{}/shop/web:v1", sandbox.tcr()));
    for (spec, secrets) in [(pod(&image), json!(["tcr"])), (spec, json!(["ccr", "tcr"]))] {
        let made = made(&spec);
        assert_eq!(made["containers"][0]["image"], new);
        let names: Vec<&Value> =
            made["imagePullSecrets"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(json!(names), secrets);
    }
    assert_eq!(made(&pod("nginx")).get("imagePullSecrets"), None);

    // One that names what TCR lacks, too, and whose account has no login at all.
    let line = ["delete", "deployment", "web", "-n", &guarded.namespace];
    guarded.cluster.kubectl(&line).ends_with(0);
    let gone = format!("{}/shop/gone:v1", sandbox.ccr());
    let both = json!([{"name": "main", "image": image}, {"name": "gone", "image": gone}]);
    create("Job", &json!({"containers": both}));
    rewrite().ends_with(1).says(&["job.batch/web", "is not in TCR", "1 image stays on CCR"]);
    assert_eq!(made(&pod(&image))["imagePullSecrets"], json!([{"name": "tcr"}]));
    assert_eq!(made(&pod(&gone)).get("imagePullSecrets"), None);
}

#[test]
fn what_is_printed_is_for_others_to_apply() {
    let world = Rewritten::new();
    let printed = world.rewrite(&["-o", "yaml"]).ends_with(0);
    let kyverno = world.rewrite(&["-o", "kyverno"]).ends_with(0);
    let refused = world.rewrite(&["-o", "hosts-toml"]).ends_with(2);
    refused
        .says(&["a mirror of ccr.ccs.tencentyun.com keeps every name as it is", "shop/web=front"]);
    assert_eq!(world.parts(), Vec::<String>::new());
    let steady = |text: &str| {
        let text = text.replace(&world.guarded.namespace, "NAMESPACE");
        text.replace(world.tcr.host(), "prod.tencentcloudcr.com")
    };
    let named = snapshots(&[]);
    named.bind(|| insta::assert_snapshot!("kyverno", steady(&kyverno.stdout)));
    named.bind(|| insta::assert_snapshot!("policy", steady(&printed.stdout)));
    world.guarded.cluster.apply(&printed.stdout);
    let cluster = &world.guarded.cluster;
    cluster.wait_until("it works", || world.image_for(STANDING[0]) == world.in_tcr("front/web:v1"));

    Shelf::open(world.tcr.host(), "shop/web").image(Some("v1"), "web", &[b"layer"]);
    let line = ["rewrite", "-o", "hosts-toml", "--tcr-host", world.tcr.host()];
    let hosts = world.guarded.guard(&line).ends_with(1);
    named.bind(|| insta::assert_snapshot!("hosts_toml", steady(&hosts.stdout)));
}

/// More than an expression of a policy has room for, in names and in repositories.
#[test]
fn a_namespace_may_have_more_images_than_one_expression_holds() {
    let (guarded, tcr) = (Guarded::new(), DockerRegistry::start());
    let world = Rewritten { guarded, tcr };
    let name = |at: usize| format!("shop/{}-{at:04}", "a-long-name-".repeat(18));
    let image = |at: usize| format!("ccr.ccs.tencentyun.com/{}:v1", name(at));
    for from in (0..420).step_by(60) {
        let container = |at: usize| json!({"name": format!("c{at}"), "image": image(at)});
        let containers: Vec<Value> = (from..from + 60).map(container).collect();
        let name = format!("web{from}");
        world.create(&object("Deployment", &name, &json!({"containers": containers})));
    }
    for at in 0..420 {
        Shelf::open(world.tcr.host(), &name(at)).image(Some("v1"), "web", &[b"layer"]);
    }
    world.rewrite(&["--yes"]).ends_with(0).says(&["420 images", "proven by a server-side dry run"]);
    for at in [0, 1, 218, 418, 419] {
        assert_eq!(world.image_for(&image(at)), world.in_tcr(&format!("{}:v1", name(at))));
    }
    for other in [image(0).replace(":v1", ":v2"), image(0).replace("0000", "0420")] {
        assert_eq!(world.image_for(&other), other);
    }
}

/// What a server has is asked, whatever its version is.
#[test]
fn a_server_without_such_policies_gets_none_and_the_beta_is_the_same() {
    let world = Rewritten::new();
    let plane = world.guarded.cluster.plane();
    let group = "admissionregistration.k8s.io";
    let without = format!(
        "--runtime-config={group}/v1/mutatingadmissionpolicies=false,{group}/v1/mutatingadmissionpolicybindings=false"
    );
    plane.stop_server();
    plane.start_server_with(&[&without, "--disable-admission-plugins=MutatingAdmissionPolicy"]);
    let said = world.rewrite(&["--yes"]).ends_with(1);
    said.says(&[
        "this API server has no MutatingAdmissionPolicy",
        "ClusterPolicy",
        "-o hosts-toml",
    ]);
    world.guarded.guard(&["--yes"]).ends_with(0);

    // The beta as the same server has it beside v1.
    plane.stop_server();
    plane.start_server_with(&[&format!("--runtime-config={group}/v1beta1=true")]);
    let printed = world.rewrite(&["-o", "yaml"]).ends_with(0).stdout;
    world
        .guarded
        .cluster
        .apply(&printed.replace(&format!("{group}/v1"), &format!("{group}/v1beta1")));
    let cluster = &world.guarded.cluster;
    cluster.wait_until("it works", || world.image_for(STANDING[0]) == world.in_tcr("front/web:v1"));
    cluster.kubectl(&["tcr-switch", "guard", "remove", "-A", "--yes"]).ends_with(0);
    assert_eq!(world.parts(), Vec::<String>::new());
}

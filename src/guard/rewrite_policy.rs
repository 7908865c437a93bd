//! The rewriting of new Pods as objects of the API server: a `MutatingAdmissionPolicy` and its binding
//! for each namespace.
//!
//! <https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/>. An expression
//! has 100,000 characters at most (cel-go's parser): longer lists are several variables.

use serde_json::{Value, json};

use super::expressions::{ccr, exempt};
use super::manifests::MADE_BY;
use super::rewriting::{NamespaceRewriting, Rewriting};
use super::rules::GuardRules;

/// What the names of all of them begin with; the namespace follows.
pub(super) const REWRITE_POLICY: &str = "tcr-switch-rewrite";

const CONTAINERS: &str = "object.spec.containers";
const INIT_CONTAINERS: &str = "object.spec.?initContainers.orValue([])";
const VOLUMES: &str = "object.spec.?volumes.orValue([])";

/// Characters of a list in one variable, at most.
const LIST: usize = 90_000;

/// How an image is read: its host in lower case and without `:443`, and what stands behind it.
const HOST: &str = r#"(string(image.split("/")[0]).lowerAscii() + "/").replace(":443/", "/")"#;
const REST: &str = r#"image.substring(image.indexOf("/") + 1)"#;

/// The policies, each with its binding, in the version that the server has.
#[must_use]
pub fn rewrite_manifests(rewriting: &Rewriting, rules: &GuardRules, version: &str) -> Vec<Value> {
    let object = |kind: &str, namespace: &str, spec: Value| {
        let (label, value) = MADE_BY;
        json!({
            "apiVersion": format!("admissionregistration.k8s.io/{version}"),
            "kind": kind,
            "metadata": {
                "name": format!("{REWRITE_POLICY}.{namespace}"), "labels": {label: value},
            },
            "spec": spec,
        })
    };
    let of = |(namespace, here): (&String, &NamespaceRewriting)| {
        let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": namespace}});
        let binding = json!({
            "policyName": format!("{REWRITE_POLICY}.{namespace}"),
            "matchResources": {"namespaceSelector": selector},
        });
        [
            object("MutatingAdmissionPolicy", namespace, spec(here, rewriting.any_tag, rules)),
            object("MutatingAdmissionPolicyBinding", namespace, binding),
        ]
    };
    rewriting.namespaces.iter().flat_map(of).collect()
}

fn spec(here: &NamespaceRewriting, any_tag: bool, rules: &GuardRules) -> Value {
    let mut mutations = Vec::new();
    // First, for once the images are rewritten nothing tells of which Pods they were.
    if !here.secrets.is_empty() {
        let expression = secrets(here);
        mutations.push(json!({"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}));
    }
    mutations.push(json!({
        "patchType": "ApplyConfiguration", "applyConfiguration": {"expression": images()},
    }));
    let variables: Vec<Value> = variables(here, any_tag, rules)
        .into_iter()
        .map(|(name, expression)| json!({"name": name, "expression": expression}))
        .collect();
    let all = all_images();
    json!({
        // A Pod that can't be rewritten pulls from CCR, as before.
        "failurePolicy": "Ignore",
        // Webhooks run later, and may add a container.
        "reinvocationPolicy": "IfNeeded",
        "matchConstraints": {
            "matchPolicy": "Equivalent",
            "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                "resources": ["pods"],
            }],
        },
        "matchConditions": [{
            "name": "names-ccr",
            "expression": format!("{all}.exists(image, image.matches({}))", json!(ccr(rules))),
        }],
        "variables": variables,
        "mutations": mutations,
    })
}

fn all_images() -> String {
    format!(
        "(({INIT_CONTAINERS} + {CONTAINERS}).map(one, string(one.?image.orValue(\"\"))) + \
         {VOLUMES}.map(one, string(one.?image.?reference.orValue(\"\"))))"
    )
}

/// In the order in which they need each other; the last, `renamed`, is pairs of an image as it is
/// written and its new name.
fn variables(
    here: &NamespaceRewriting,
    any_tag: bool,
    rules: &GuardRules,
) -> Vec<(String, String)> {
    let repository = format!(r#"string({REST}.split("@")[0].split(":")[0])"#);
    let parts = format!(
        r#"{{"image": image, "repository": {HOST} + {repository}, "version": {REST}.substring(size({repository}))}}"#
    );
    let exempt = rules
        .exempt
        .iter()
        .map(|pattern| format!(" && !image.matches({})", json!(exempt(pattern))));
    let mut variables = vec![(
        "parts".to_owned(),
        format!(
            "{}.filter(image, image.contains(\"/\"){}).map(image, {parts})",
            all_images(),
            exempt.collect::<String>()
        ),
    )];
    let entries =
        here.repositories.iter().map(|(old, new)| format!("{}:{}", json!(old), json!(new)));
    let repositories = lists("repositories", entries, ['{', '}']);
    let is_known = any_holds(&repositories, "part.repository");
    let entry = |name: &str| format!("variables.{name}[part.repository]");
    let new = repositories.iter().rev().fold(None, |others, (name, _)| match others {
        None => Some(entry(name)),
        Some(others) => {
            Some(format!("(part.repository in variables.{name} ? {} : {others})", entry(name)))
        }
    });
    let new = new.unwrap_or_default();
    variables.extend(repositories);
    let mut is_listed = String::new();
    if !any_tag {
        let entries = here.images.keys().map(|image| json!(image).to_string());
        let proven = lists("proven", entries, ['[', ']']);
        let version = r#"(part.version.contains("@") ? "@" + string(part.version.split("@")[1]) : part.version == "" ? ":latest" : part.version)"#;
        is_listed =
            format!(" && [part.repository + {version}].exists(one, {})", any_holds(&proven, "one"));
        variables.extend(proven);
    }
    let renamed = format!(
        "variables.parts.filter(part, ({is_known}){is_listed})\
         .map(part, [part.image, {new} + part.version])"
    );
    variables.push(("renamed".to_owned(), renamed));
    variables
}

/// The entries as lists or maps that an expression has room for: `NAME`, `NAME2`, `NAME3` …
fn lists(
    name: &str,
    entries: impl Iterator<Item = String>,
    [open, close]: [char; 2],
) -> Vec<(String, String)> {
    let mut lists: Vec<(String, String)> = Vec::new();
    for entry in entries {
        match lists.last_mut() {
            Some((_, list)) if list.len() + entry.len() < LIST => {
                list.push(',');
                list.push_str(&entry);
            }
            _ => {
                let number =
                    if lists.is_empty() { String::new() } else { (lists.len() + 1).to_string() };
                lists.push((format!("{name}{number}"), format!("{open}{entry}")));
            }
        }
    }
    for (_, list) in &mut lists {
        list.push(close);
    }
    lists
}

fn any_holds(variables: &[(String, String)], value: &str) -> String {
    let holds: Vec<String> =
        variables.iter().map(|(name, _)| format!("{value} in variables.{name}")).collect();
    holds.join(" || ")
}

/// Merged by the names of containers and volumes.
fn images() -> String {
    let field = |name: &str, list: &str, image: &str, new: &str| {
        let found = format!("variables.renamed.exists(pair, pair[0] == one.{image}.orValue(\"\"))");
        format!(
            "{name}: {list}.filter(one, {found}).map(one, Object.spec.{name}{{name: one.name, {new}}})"
        )
    };
    let new = |image: &str| format!("variables.renamed.filter(pair, pair[0] == {image})[0][1]");
    let container = format!("image: {}", new("one.image"));
    let volume =
        format!("image: Object.spec.volumes.image{{reference: {}}}", new("one.image.reference"));
    format!(
        "Object{{spec: Object.spec{{{}, {}, {}}}}}",
        field("initContainers", INIT_CONTAINERS, "?image", &container),
        field("containers", CONTAINERS, "?image", &container),
        field("volumes", VOLUMES, "?image.?reference", &volume),
    )
}

/// `imagePullSecrets` is a list that an `ApplyConfiguration` may not touch: for it, it is atomic.
fn secrets(here: &NamespaceRewriting) -> String {
    let names = json!(here.secrets);
    format!(
        "size(variables.renamed) == 0 ? [] : \
         (has(object.spec.imagePullSecrets) ? [] : \
         [JSONPatch{{op: \"add\", path: \"/spec/imagePullSecrets\", value: []}}]) + \
         {names}.filter(name, !object.spec.?imagePullSecrets.orValue([])\
         .exists(one, one.?name.orValue(\"\") == name))\
         .map(name, JSONPatch{{op: \"add\", path: \"/spec/imagePullSecrets/-\", \
         value: Object.spec.imagePullSecrets{{name: name}}}})"
    )
}

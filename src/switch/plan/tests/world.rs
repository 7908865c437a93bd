//! A small cluster made of JSON objects, and what is known of TCR.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::image::{Mapping, OwnedNamespaces, Reference};
use crate::kubernetes::Resource;
use crate::proof::{ImageState, ProvenImages};
use crate::switch::inventory::{Inventory, ScannedObject, Unread};
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::collisions::NameCollisions;
use crate::switch::plan::inputs::PlanInputs;
use crate::switch::plan::make::{make_plan, replan};
use crate::switch::plan::preferred::{UnfitSecret, unfit_secrets};
use crate::switch::plan::reason::Reason;
use crate::switch::plan::{ObjectPlan, SwitchOptions, SwitchPlan, Verdict, new_references};
use crate::switch::service_accounts::ScannedServiceAccount;
use crate::workload::{CcrNames, Renamer, pull_secret};

pub(super) const TCR: &str = "prod.tencentcloudcr.com";
pub(super) const CCR: &str = "ccr.ccs.tencentyun.com";

/// A reference on CCR.
pub(super) fn ccr(name: &str) -> String {
    format!("{CCR}/{name}")
}

/// A reference on TCR.
pub(super) fn tcr(name: &str) -> String {
    format!("{TCR}/{name}")
}

/// A cluster. Its objects are in namespace `shop`, if they don't say otherwise. TCR has every
/// image, and asks for a login, if nothing else is said.
pub(super) struct World {
    pub(super) inventory: Inventory,
    pub(super) options: SwitchOptions,
    /// As they were found.
    objects: Vec<Value>,
    renamer: Renamer,
    states: Vec<(Reference, ImageState)>,
    public: Vec<&'static str>,
}

impl World {
    pub(super) fn new() -> Self {
        let renamer = Renamer { names: CcrNames::default(), target: TCR.parse().unwrap() };
        let (inventory, options) = (Inventory::default(), SwitchOptions::default());
        Self {
            inventory,
            objects: Vec::new(),
            options,
            renamer,
            states: Vec::new(),
            public: Vec::new(),
        }
    }

    /// With this object, as a scan would find it.
    pub(super) fn with(mut self, object: &Value) -> Self {
        match object["kind"].as_str().unwrap() {
            "Secret" => self.inventory.secrets.push(pull_secret(object).unwrap().unwrap()),
            "ServiceAccount" => {
                let account =
                    ScannedServiceAccount::of(object, &resource(object), &self.renamer.names);
                self.inventory.accounts.push(account.unwrap());
            }
            _ => {
                self.inventory.objects.push(self.find(object));
                self.objects.push(object.clone());
            }
        }
        self
    }

    /// With a Secret that has a login for TCR.
    pub(super) fn with_secret(self, name: &str) -> Self {
        self.with(&secret(name, &[TCR]))
    }

    pub(super) fn mapped(mut self, rules: &[&str]) -> Self {
        self.renamer.names.mapping =
            Mapping::new(rules.iter().map(|rule| rule.parse().unwrap()).collect());
        self.found_again()
    }

    /// What the account lists at CCR.
    pub(super) fn owning(mut self, namespaces: &[&str]) -> Self {
        let namespaces: Vec<String> = namespaces.iter().map(|name| (*name).to_owned()).collect();
        let mut owned = OwnedNamespaces::default();
        owned.add([CCR.parse().unwrap()], &namespaces);
        self.renamer.names.owned = Some(owned);
        self.inventory.reclassify(&self.renamer.names);
        self
    }

    /// With the same objects, as the names say now what they are.
    fn found_again(mut self) -> Self {
        self.inventory.objects = self.objects.iter().map(|object| self.find(object)).collect();
        self
    }

    pub(super) fn excluding(mut self, patterns: &[&str]) -> Self {
        let patterns = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        self.renamer.names.mapping = self.renamer.names.mapping.excluding(patterns);
        self.found_again()
    }

    pub(super) fn pull_secret(mut self, mode: PullSecretMode) -> Self {
        self.options.pull_secret = Some(mode);
        self
    }

    /// With this Secret as the one to take.
    pub(super) fn prefers(mut self, name: &str) -> Self {
        self.options.secret_name = Some(name.to_owned());
        self
    }

    /// What is told of it.
    pub(super) fn unfit(&self) -> Vec<UnfitSecret> {
        let plan = self.plan();
        self.knowing(|inputs| unfit_secrets(&self.inventory, inputs, &plan))
    }

    pub(super) fn include_managed(mut self) -> Self {
        self.options.include_managed = true;
        self
    }

    /// What is known of an image in TCR.
    pub(super) fn knows(mut self, name: &str, state: ImageState) -> Self {
        self.states.push((tcr(name).parse().unwrap(), state));
        self
    }

    /// A namespace in TCR that everybody may pull from.
    pub(super) fn public(mut self, name: &'static str) -> Self {
        self.public.push(name);
        self
    }

    pub(super) fn unread(mut self, what: &str) -> Self {
        self.inventory.unread.push(Unread {
            what: what.to_owned(),
            namespace: Some("shop".to_owned()),
            why: "forbidden".to_owned(),
            forbidden: true,
        });
        self
    }

    pub(super) fn find(&self, object: &Value) -> ScannedObject {
        ScannedObject::of(object, &resource(object), &self.renamer.names).unwrap()
    }

    pub(super) fn try_plan(&self) -> Result<SwitchPlan, NameCollisions> {
        self.knowing(|inputs| make_plan(&self.inventory, inputs))
    }

    pub(super) fn plan(&self) -> SwitchPlan {
        self.try_plan().unwrap()
    }

    /// The entry of the only object.
    #[track_caller]
    pub(super) fn entry(&self) -> ObjectPlan {
        let mut entries = self.plan().objects;
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0)
    }

    /// Why the only object stays as it is.
    #[track_caller]
    pub(super) fn reasons(&self) -> Vec<Reason> {
        match self.entry().verdict {
            Verdict::Blocked(reasons) => reasons,
            other => panic!("it is not blocked, but {other:?}"),
        }
    }

    /// The message and the hint of the only reason why the only object stays as it is.
    #[track_caller]
    pub(super) fn lack(&self) -> (String, String) {
        let reasons = self.reasons();
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        (reasons[0].to_string(), reasons[0].hint().unwrap_or_default())
    }

    pub(super) fn replan(&self, object: &Value) -> Option<ObjectPlan> {
        self.knowing(|inputs| replan(&self.find(object), &self.inventory, inputs))
    }

    fn knowing<T>(&self, look: impl FnOnce(&PlanInputs<'_>) -> T) -> T {
        let all = new_references(&self.inventory, &self.renamer);
        let mut states: HashMap<Reference, ImageState> =
            all.references.into_keys().map(|new| (new, ImageState::Present)).collect();
        states.extend(self.states.iter().cloned());
        let targets = ProvenImages::of(states, &self.public);
        look(&PlanInputs { renamer: &self.renamer, options: &self.options, proven: &targets })
    }
}

fn resource(object: &Value) -> Arc<Resource> {
    let api_version = object["apiVersion"].as_str().unwrap();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let kind = object["kind"].as_str().unwrap();
    Arc::new(Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        ..Resource::core(kind, &format!("{}s", kind.to_lowercase()))
    })
}

/// An object of namespace `shop`.
pub(super) fn object(api_version: &str, kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "uid": "u", "generation": 3,
            "resourceVersion": "77"},
        "spec": spec,
    })
}

pub(super) fn deployment(name: &str, pod: &Value) -> Value {
    object("apps/v1", "Deployment", name, &json!({"replicas": 2, "template": {"spec": pod}}))
}

/// The Deployment `web` of one image.
pub(super) fn web(image: &str) -> Value {
    deployment("web", &pod(image))
}

/// The Deployment `web` of one image, with a list of pull secrets of its own.
pub(super) fn web_with(image: &str, secrets: &Value) -> Value {
    let mut web = web(image);
    web["spec"]["template"]["spec"]["imagePullSecrets"] = secrets.clone();
    web
}

/// A pod spec of one container.
pub(super) fn pod(image: &str) -> Value {
    json!({"containers": [{"name": "main", "image": image}]})
}

pub(super) fn account(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "shop", "uid": "a", "resourceVersion": "41"},
    })
}

pub(super) fn account_with(name: &str, secrets: &Value) -> Value {
    let mut account = account(name);
    account["imagePullSecrets"] = secrets.clone();
    account
}

/// A pull secret with a login for each of these hosts.
pub(super) fn secret(name: &str, hosts: &[&str]) -> Value {
    let auths: serde_json::Map<_, _> = hosts
        .iter()
        .map(|host| ((*host).to_owned(), json!({"username": "u", "password": "hunter2"})))
        .collect();
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": name, "namespace": "shop"},
        "stringData": {".dockerconfigjson": json!({"auths": auths}).to_string()},
    })
}

/// `[{"name": …}, …]`
pub(super) fn names(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"name": name})).collect()
}

/// The object as the entry's patch makes it, once its reverse is proven to restore it.
#[track_caller]
pub(super) fn switched(before: &Value, patch: &crate::workload::ObjectPatch) -> Value {
    let mut object = before.clone();
    json_patch::patch(&mut object, &patch.forward()).unwrap();
    let mut back = object.clone();
    json_patch::patch(&mut back, &patch.reverse()).unwrap();
    assert_eq!(&back, before, "the reverse patch");
    object
}

//! Pods that get a new image in place keep the list of pull secrets that they were made with.

use serde_json::{Value, json};

use super::world::{World, account_with, ccr, names, object, pod};
use crate::switch::plan::PullSecretMode;
use crate::switch::plan::Verdict;

fn of(api_version: &str, kind: &str, strategy: &Value) -> Value {
    let template = json!({"spec": pod(&ccr("shop/web:v1"))});
    let spec = json!({"replicas": 2, "template": template, "updateStrategy": strategy});
    object(api_version, kind, "web", &spec)
}

/// A cluster whose account has a Secret for TCR.
fn world(object: &Value) -> World {
    World::new().with(object).with(&account_with("default", &names(&["tcr"]))).with_secret("tcr")
}

#[test]
fn an_accounts_secret_is_not_enough_for_pods_that_are_there() {
    let partly =
        json!({"type": "RollingUpdate", "rollingUpdate": {"podUpdatePolicy": "InPlaceIfPossible"}});
    for object in [
        of("apps.kruise.io/v1alpha1", "CloneSet", &json!({"type": "InPlaceOnly"})),
        of("apps.kruise.io/v1beta1", "StatefulSet", &partly),
        of("tkex.tencent.com/v1alpha1", "GameDeployment", &json!({"type": "HotPatchUpdate"})),
        of("apps.tkestack.io/v1", "TApp", &Value::Null),
    ] {
        let (message, hint) = world(&object).lack();
        assert!(message.contains("get the new image in place"), "{message}");
        assert!(hint.contains("imagePullSecrets of its template"), "{hint}");
        let by_addon = world(&object).pull_secret(PullSecretMode::Addon).lack().0;
        assert_eq!(by_addon, message);
        let kept = world(&object).pull_secret(PullSecretMode::Keep).entry();
        assert_eq!(kept.verdict, Verdict::Switch, "who says keep knows that they can");
        assert_eq!(world(&object).public("shop").entry().verdict, Verdict::Switch);
    }
}

#[test]
fn a_list_of_the_template_makes_pods_anew_and_none_is_in_the_way() {
    let mut listed =
        of("apps.kruise.io/v1alpha1", "CloneSet", &json!({"type": "InPlaceIfPossible"}));
    listed["spec"]["template"]["spec"]["imagePullSecrets"] = names(&["old"]);
    let entry = world(&listed).entry();
    assert_eq!(entry.verdict, Verdict::Switch);
    assert_eq!(entry.pull_secrets[0].new, ["old", "tcr"]);
    let anew = of("apps.kruise.io/v1alpha1", "CloneSet", &json!({"type": "ReCreate"}));
    assert_eq!(world(&anew).entry().verdict, Verdict::Switch);
    let mut idle = of("apps.kruise.io/v1alpha1", "CloneSet", &json!({"type": "InPlaceOnly"}));
    idle["spec"]["replicas"] = json!(0);
    assert_eq!(world(&idle).entry().verdict, Verdict::Switch, "it has no pods");
}

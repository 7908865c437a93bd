//! Tests of `refusal`. The texts are a Kubernetes 1.36 API server's.

use serde_json::json;

use super::*;

const PATH: &str = "/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All";

fn answer(method: &Method, path: &str, code: u16, body: &str) -> ClusterError {
    let asked = RequestFacts { method, path, server: "https://k8s", user: "user jane" };
    refusal(&asked, StatusCode::from_u16(code).unwrap(), body.as_bytes())
}

fn status(code: u16, reason: &str, message: &str, causes: &serde_json::Value) -> ClusterError {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code,
        "reason": reason, "message": message, "details": {"causes": causes},
    });
    answer(&Method::PATCH, PATH, code, &body.to_string())
}

fn plain(code: u16, reason: &str, message: &str) -> ClusterError {
    status(code, reason, message, &json!([]))
}

#[test]
fn a_patch_that_does_not_apply_means_that_somebody_was_faster() {
    let error = plain(422, "Invalid", PATCH_DOES_NOT_APPLY);
    assert!(matches!(error, ClusterError::Changed { .. }), "{error:?}");
    let expected = "deployments.apps/web in namespace shop: it was changed since it was read";
    assert_eq!(error.to_string(), expected);
    let error = plain(409, "Conflict", "Operation cannot be fulfilled on deployments.apps \"web\"");
    assert!(matches!(error, ClusterError::Changed { .. }), "{error:?}");
    assert!(!error.may_have_been_done());
}

#[test]
fn a_missing_right_is_told_with_verb_and_resource() {
    let error = plain(
        403,
        "Forbidden",
        "deployments.apps \"web\" is forbidden: User \"jane\" cannot patch resource \"deployments\" in API group \"apps\" in the namespace \"shop\"",
    );
    let ClusterError::Forbidden { verb, resource, namespace, .. } = &error else {
        panic!("{error:?}")
    };
    let found = (verb.as_str(), resource.as_str(), namespace.as_deref());
    assert_eq!(found, ("patch", "deployments.apps", Some("shop")));
    assert!(error.hint().ends_with("kubectl auth can-i patch deployments.apps -n shop"));
    for text in [
        "users \"joe\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope",
        "deployments.apps \"web\" is forbidden: User \"jane\" cannot impersonate-on:user-info:get resource \"deployments\"",
    ] {
        let error = plain(403, "Forbidden", text);
        assert!(error.hint().ends_with("kubectl auth can-i impersonate users"), "{error:?}");
    }
    let error = answer(&Method::GET, "/api/v1/secrets", 403, "");
    assert_eq!(error.to_string(), "no right to list secrets");
}

#[test]
fn webhooks_and_policies_are_named() {
    let cases = [
        (
            400,
            "admission webhook \"policy.example.com\" denied the request: only approved registries",
            "refused by the admission webhook policy.example.com: only approved registries",
        ),
        (
            403,
            "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource is blocked",
            "refused by the admission webhook validate.kyverno.svc-fail: resource is blocked",
        ),
        (
            422,
            "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'registries' with binding 'all' denied request: not from there",
            "refused by the admission policy registries: not from there",
        ),
        (
            403,
            "pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation",
            "refused by a rule of the cluster: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation",
        ),
    ];
    for (code, message, expected) in cases {
        let error = plain(code, "", message);
        assert!(matches!(error, ClusterError::Refused { .. }), "{error:?}");
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

#[test]
fn a_webhook_that_can_not_dry_run_has_not_refused_the_change() {
    for (code, message) in [
        (400, "admission webhook \"old.example.com\" does not support dry run"),
        // Servers before 1.20.
        (
            500,
            "Internal error occurred: admission webhook \"old.example.com\" does not support dry run",
        ),
        (403, "admission webhook \"old.example.com\" denied the request: DryRun is not supported"),
    ] {
        let error = plain(code, "BadRequest", message);
        let ClusterError::NoDryRun { webhook, .. } = &error else { panic!("{error:?}") };
        assert_eq!(webhook, "old.example.com");
        assert!(error.hint().starts_with("--allow-no-dry-run "), "{}", error.hint());
    }
    let refused = plain(403, "", "admission webhook \"x\" denied the request: not supported");
    assert!(matches!(refused, ClusterError::Refused { .. }), "{refused:?}");
}

#[test]
fn a_namespace_that_is_being_deleted_takes_nothing_new() {
    let message = "secrets \"tcr\" is forbidden: unable to create new content in namespace shop because it is being terminated";
    let error = plain(403, "Forbidden", message);
    assert!(matches!(error, ClusterError::Terminating { .. }), "{error:?}");
}

#[test]
fn a_webhook_that_does_not_answer_is_no_refusal() {
    let late = plain(
        500,
        "InternalError",
        "Internal error occurred: failed calling webhook \"slow.example.com\": failed to call webhook: Post \"https://10.0.0.1:443/?timeout=1s\": context deadline exceeded",
    );
    let ClusterError::WebhookTimeout { webhook, .. } = &late else { panic!("{late:?}") };
    assert_eq!(webhook, "slow.example.com");
    let dead = plain(
        500,
        "InternalError",
        "Internal error occurred: failed calling webhook \"dead.example.com\": failed to call webhook: Post \"https://10.0.0.1:443/\": dial tcp: connect: connection refused",
    );
    assert!(matches!(dead, ClusterError::WebhookFailed { .. }), "{dead:?}");
}

#[test]
fn a_quota_is_told_from_a_missing_right() {
    let error = plain(
        403,
        "Forbidden",
        "secrets \"tcr\" is forbidden: exceeded quota: counts, requested: secrets=1, used: secrets=5, limited: secrets=5",
    );
    let ClusterError::Quota { message, .. } = &error else { panic!("{error:?}") };
    assert!(message.starts_with("exceeded quota: counts"), "{message}");
    assert_eq!(error.hint(), "see what is used: kubectl describe resourcequota -n shop");
}

#[test]
fn an_immutable_field_is_named_without_its_value() {
    let value = "core.PodTemplateSpec{Env: []core.EnvVar{{Name:\"K\", Value:\"hunter2: x\"}}}";
    let causes = json!([{
        "reason": "FieldValueInvalid", "field": "spec.template",
        "message": format!("Invalid value: {value}: field is immutable"),
    }]);
    let sentence = format!(
        "Job.batch \"x\" is invalid: spec.template: Invalid value: {value}: field is immutable"
    );
    let error = status(422, "Invalid", &sentence, &causes);
    let ClusterError::Immutable { field, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(
        (field.as_str(), message.as_str()),
        ("spec.template", "Invalid value: field is immutable")
    );
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");

    let causes = json!([{
        "reason": "FieldValueInvalid", "field": "spec.image",
        "message": "Invalid value: \"string\": image is immutable",
    }]);
    let error = status(422, "Invalid", "Site.example.com \"x\" is invalid", &causes);
    assert!(matches!(error, ClusterError::Immutable { .. }), "{error:?}");

    let causes = json!([{
        "reason": "FieldValueForbidden", "field": "spec",
        "message": "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden",
    }]);
    let error = status(422, "Invalid", "StatefulSet.apps \"x\" is invalid", &causes);
    assert!(matches!(error, ClusterError::Immutable { .. }), "{error:?}");

    let causes = json!([{
        "reason": "FieldValueForbidden", "field": "spec",
        "message": "Forbidden: pod updates may not change fields other than `spec.x`\n@@ -1 +1 @@\n \"Value\": \"hunter2\"\n",
    }]);
    let error = status(422, "Invalid", "Pod \"x\" is invalid", &causes);
    assert!(matches!(error, ClusterError::Immutable { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[test]
fn what_is_invalid_is_named_without_values() {
    let causes = json!([
        {"reason": "FieldValueInvalid", "field": "metadata.name",
         "message": "Invalid value: \"a\\\": b\": a lowercase RFC 1123 subdomain: must be so"},
        {"reason": "FieldValueRequired", "field": "spec.selector", "message": "Required value"},
        {"reason": "FieldValueNotSupported", "field": "spec.policy",
         "message": "Unsupported value: \"hunter2\": supported values: \"A\", \"B\""},
    ]);
    let error = status(422, "Invalid", "hunter2 is invalid", &causes);
    let ClusterError::Invalid { message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(
        message,
        "metadata.name: Invalid value: a lowercase RFC 1123 subdomain: must be so; \
         spec.selector: Required value; \
         spec.policy: Unsupported value: supported values: \"A\", \"B\""
    );
}

#[test]
fn the_other_codes_have_their_variants() {
    let kinds: Vec<ClusterError> = [
        (401, "Unauthorized", "Unauthorized"),
        (404, "NotFound", "deployments.apps \"web\" not found"),
        (409, "AlreadyExists", "secrets \"tcr\" already exists"),
        (410, "Expired", "The provided continue parameter is too old"),
        (504, "Timeout", "Timeout: request did not complete within the requested timeout"),
        (500, "InternalError", "etcdserver: leader changed"),
    ]
    .map(|(code, reason, message)| plain(code, reason, message))
    .into();
    assert!(matches!(kinds[0], ClusterError::Unauthorized { .. }));
    let expected = "https://k8s does not take the login (user jane): Unauthorized";
    assert_eq!(kinds[0].to_string(), expected);
    assert!(matches!(kinds[1], ClusterError::NotFound { .. }));
    assert!(matches!(kinds[2], ClusterError::AlreadyExists { .. }));
    assert!(matches!(kinds[3], ClusterError::Gone { .. }));
    assert!(matches!(kinds[4], ClusterError::Timeout { .. }) && kinds[4].may_have_been_done());
    assert!(matches!(kinds[5], ClusterError::Api { .. }) && kinds[5].may_have_been_done());
}

#[test]
fn what_was_to_be_created_is_named() {
    let create = |kind: &str, name: &str, code, reason: &str, message: &str| {
        let body = json!({
            "kind": "Status", "code": code, "reason": reason, "message": message,
            "details": {"kind": kind, "name": name},
        });
        let path = "/api/v1/namespaces/shop/secrets?fieldManager=x";
        answer(&Method::POST, path, code, &body.to_string())
    };
    let error = create("secrets", "tcr", 409, "AlreadyExists", "secrets \"tcr\" already exists");
    assert!(error.to_string().starts_with("secrets/tcr in namespace shop: it exists"), "{error}");
    let text = "namespaces \"shop\" not found";
    let error = create("namespaces", "shop", 404, "NotFound", text);
    assert!(error.to_string().starts_with("secrets in namespace shop: not found"), "{error}");
    assert_eq!(error.hint(), "see which namespaces there are: kubectl get namespaces");
}

#[test]
fn what_is_no_answer_of_the_api_is_shown_in_short() {
    let page = answer(&Method::GET, "/apis", 502, "<html><body>Bad Gateway</body></html>");
    let expected = "/apis: the server answers 502: a web page, not an answer of the API";
    assert_eq!(page.to_string(), expected);
    let text = "Client sent an HTTP request to an HTTPS server.\n";
    let error = answer(&Method::GET, "/apis", 400, text);
    assert_eq!(error.hint(), "begin the address with https://");
    let long = answer(&Method::GET, "/apis", 500, &"ü".repeat(5000));
    assert!(long.to_string().len() < 700);
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, json};

use super::*;

const CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
const CFG: &str = "kubernetes.io/dockercfg";

fn secret(secret_type: &str, data_key: &str, content: impl AsRef<[u8]>) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "type": secret_type,
        "metadata": {"name": "qcloudregistrykey", "namespace": "shop"},
        "data": {data_key: BASE64.encode(content)}})
}

fn config_json(auths: &Value) -> Value {
    secret(CONFIG_JSON, ".dockerconfigjson", json!({ "auths": auths }).to_string())
}

fn read(object: &Value) -> PullSecret {
    pull_secret(object).expect("a pull secret").unwrap()
}

fn fault(object: &Value) -> PullSecretError {
    pull_secret(object).expect("a pull secret").unwrap_err()
}

fn host(text: &str) -> Host {
    text.parse().unwrap()
}

#[test]
fn the_secret_that_tke_makes_is_read() {
    let content = json!({"ccr.ccs.tencentyun.com": {"username": "100012", "password": "{hunter2}",
        "email": "not@val.id", "auth": BASE64.encode("100012:{hunter2}")}});
    let secret = read(&secret(CFG, ".dockercfg", content.to_string()));
    assert_eq!((secret.namespace.as_str(), secret.name.as_str()), ("shop", "qcloudregistrykey"));
    assert_eq!(secret.format, SecretFormat::DockerCfg);
    assert_eq!(secret.entries[0].username.as_deref(), Some("100012"));
    assert!(secret.knows(&host("ccr.ccs.tencentyun.com"), "shop/web"));
    assert!(!format!("{secret:?}").contains("hunter2"));
}

#[test]
fn the_secret_that_kubectl_makes_is_read() {
    let auth = BASE64.encode("u:hunter2");
    let secret = read(&config_json(&json!({
        "https://ccr.ccs.tencentyun.com/v1/": {"auth": auth},
        "*.tencentcloudcr.com": {"auth": auth},
        "r.lan:5000/team": {"auth": auth},
    })));
    assert_eq!(secret.format, SecretFormat::DockerConfigJson);
    let keys: Vec<_> = secret.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(
        keys,
        ["*.tencentcloudcr.com", "https://ccr.ccs.tencentyun.com/v1/", "r.lan:5000/team"]
    );
    assert!(secret.entries.iter().all(|entry| entry.username.as_deref() == Some("u")));
    assert!(secret.knows(&host("ccr.ccs.tencentyun.com"), "shop/web"));
    assert!(secret.knows(&host("prod.tencentcloudcr.com"), "shop/web"));
    assert!(secret.knows(&host("r.lan:5000"), "team/web"));
    assert!(!secret.knows(&host("r.lan:5000"), "other/web"));
    assert!(!format!("{secret:?}").contains(&auth));
}

#[test]
fn who_logs_in_is_read_from_auth_or_from_the_fields() {
    let user =
        |entry: &Value| read(&config_json(&json!({"r.lan": entry}))).entries.remove(0).username;
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(user(&json!({"auth": BASE64.encode("u:p:with:colons")})), named("u"));
    assert_eq!(user(&json!({"username": "x", "auth": BASE64.encode("u:p")})), named("u"));
    assert_eq!(user(&json!({"username": "x", "password": "p"})), named("x"));
    let unpadded = BASE64.encode("u:pw");
    assert_eq!(user(&json!({"auth": unpadded.trim_end_matches('=')})), named("u"));
    assert_eq!(user(&json!({"auth": BASE64.encode(":token")})), named(""));
    // What `docker login` leaves behind when a helper keeps the password.
    assert_eq!(user(&json!({})), None);
    assert_eq!(user(&json!(null)), None);
}

#[test]
fn both_shapes_are_read_under_either_key_but_the_kubelet_reads_only_its_own() {
    let login = json!({"auth": BASE64.encode("u:p")});
    let old = json!({"ccr.ccs.tencentyun.com": login}).to_string();
    let new = json!({"auths": {"ccr.ccs.tencentyun.com": login}}).to_string();
    for (secret_type, key, content, format, readable) in [
        (CFG, ".dockercfg", &old, SecretFormat::DockerCfg, true),
        (CONFIG_JSON, ".dockerconfigjson", &new, SecretFormat::DockerConfigJson, true),
        (CFG, ".dockercfg", &new, SecretFormat::DockerConfigJson, false),
        (CONFIG_JSON, ".dockerconfigjson", &old, SecretFormat::DockerCfg, false),
        (CFG, ".dockerconfigjson", &new, SecretFormat::DockerConfigJson, false),
        ("Opaque", ".dockerconfigjson", &new, SecretFormat::DockerConfigJson, false),
    ] {
        let secret = read(&secret(secret_type, key, content));
        assert_eq!((secret.format, secret.is_readable), (format, readable), "{secret_type} {key}");
        assert!(secret.is_for_ccr(&CcrHosts::default()), "{secret_type} {key}");
        assert_eq!(secret.knows(&host("ccr.ccs.tencentyun.com"), "a/b"), readable);
    }
}

#[test]
fn a_secret_is_for_ccr_if_one_entry_is_and_only_if_all_are() {
    let judge = |keys: &[&str]| {
        let auths: Map<String, Value> =
            keys.iter().map(|key| ((*key).to_owned(), json!({}))).collect();
        let secret = read(&config_json(&Value::Object(auths)));
        let ccr = CcrHosts::default();
        (secret.is_for_ccr(&ccr), secret.is_only_for_ccr(&ccr))
    };
    assert_eq!(
        judge(&["https://CCR.ccs.tencentyun.com/v1/", "hkccr.ccs.tencentyun.com"]),
        (true, true)
    );
    assert_eq!(judge(&["ccr.ccs.tencentyun.com", "https://index.docker.io/v1/"]), (true, false));
    assert_eq!(judge(&["ccr.ccs.tencentyun.com", "prod.tencentcloudcr.com"]), (true, false));
    assert_eq!(judge(&["ccr.ccs.tencentyun.com.example.com"]), (false, false));
    assert_eq!(judge(&[]), (false, false));
}

#[test]
fn a_login_to_docker_hub_is_known_by_both_of_its_names() {
    let login = json!({"auth": BASE64.encode("u:p")});
    let secret = read(&config_json(&json!({"https://index.docker.io/v1/": login})));
    assert!(secret.knows(&host("docker.io"), "library/nginx"));
    assert!(!secret.knows(&host("ccr.ccs.tencentyun.com"), "library/nginx"));
}

#[test]
fn a_file_may_say_it_in_plain_text_and_that_goes_first() {
    let content = json!({"auths": {"ccr.ccs.tencentyun.com": {"auth": BASE64.encode("u:p")}}});
    let object = json!({"apiVersion": "v1", "kind": "Secret", "type": CONFIG_JSON,
        "metadata": {"name": "a"}, "data": {".dockerconfigjson": "?"},
        "stringData": {".dockerconfigjson": content.to_string()}});
    assert!(read(&object).is_for_ccr(&CcrHosts::default()));
    assert_eq!(read(&object).namespace, "");
}

#[test]
fn base64_may_be_broken_into_lines() {
    let content = json!({"auths": {"ccr.ccs.tencentyun.com": {}}}).to_string();
    let mut object = secret(CONFIG_JSON, ".dockerconfigjson", &content);
    let encoded = BASE64.encode(&content);
    let (one, two) = encoded.split_at(12);
    object["data"][".dockerconfigjson"] = json!(format!("{one}\n{two}\r\n"));
    assert_eq!(read(&object).entries.len(), 1);
}

#[test]
fn what_is_broken_is_named_without_a_piece_of_it() {
    let auth = |auth: &str| config_json(&json!({"hunter2.lan": {"auth": auth}}));
    let with = |content: &[u8]| secret(CONFIG_JSON, ".dockerconfigjson", content);
    let mut not_base64 = with(b"");
    not_base64["data"][".dockerconfigjson"] = json!("hunter2!");
    let mut a_number = with(b"");
    a_number["data"][".dockerconfigjson"] = json!(7);
    let mut plain = with(b"");
    plain["stringData"] = json!({".dockerconfigjson": "{\"hunter2\n"});
    for (object, variant) in [
        (not_base64, "Base64"),
        (a_number, "Base64"),
        (with(b"\xff\xfehunter2"), "NotText"),
        (with(b"hunter2"), "Json"),
        (with(b"{\"auths\": {\"hunter2\": "), "Json"),
        (with(b""), "Json"),
        (plain, "Json"),
        (with(b"[\"hunter2\"]"), "Shape"),
        (with(b"{\"auths\": \"hunter2\"}"), "Shape"),
        (with(b"{\"auths\": {\"r.lan\": \"hunter2\"}}"), "Shape"),
        (with(b"{\"auths\": {\"r.lan\": {\"username\": 2}}}"), "Shape"),
        (auth("hunter2!"), "Auth"),
        (auth(&BASE64.encode("hunter2")), "Auth"),
    ] {
        let error = fault(&object);
        let shown = format!("{error:?} {error} {}", error.hint());
        assert!(format!("{error:?}").starts_with(variant), "{shown}");
        assert!(error.to_string().contains("shop/qcloudregistrykey"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("aHVud"), "{shown}");
    }
}

#[test]
fn broken_json_is_told_with_line_and_column() {
    let object = secret(CONFIG_JSON, ".dockerconfigjson", "{\n  \"auths\": {,}\n}");
    assert!(matches!(fault(&object), PullSecretError::Json { line: 2, column: 13, .. }));
}

#[test]
fn a_secret_of_the_type_without_data_is_an_error() {
    for data in [json!(null), json!({}), json!({".dockerconfigjson": null}), json!([1])] {
        let object = json!({"apiVersion": "v1", "kind": "Secret", "type": CFG, "data": data,
            "metadata": {"name": "a", "namespace": "b"}});
        assert!(matches!(fault(&object), PullSecretError::NoData { .. }), "{object}");
    }
}

#[test]
fn other_secrets_and_other_kinds_are_no_pull_secrets() {
    for object in [
        json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {"a": "eA=="}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {".dockercfg": "{}"}}),
        json!({"apiVersion": "example.com/v1", "kind": "Secret", "type": CFG}),
        json!(null),
    ] {
        assert_eq!(pull_secret(&object), None, "{object}");
    }
}

#[test]
fn dockers_other_settings_are_no_logins() {
    let content = r#"{"HttpHeaders": {"User-Agent": "x"}, "credsStore": "desktop"}"#;
    let secret = read(&secret(CONFIG_JSON, ".dockerconfigjson", content));
    assert_eq!((secret.entries.len(), secret.is_readable), (0, true));
}

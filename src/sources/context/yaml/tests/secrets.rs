//! Names of pull secrets, logins, and base64 in Secrets.

use super::says;
use crate::sources::context::Purpose::{Auths, Login, Reference};

#[test]
fn names_in_lists_of_pull_secrets_may_be_replaced() {
    says(
        "pod.yaml",
        "spec:\n  imagePullSecrets:\n  - name: qcloudregistrykey\n  - {name: tencenthubkey}\n",
        &[
            ("spec.imagePullSecrets[0].name", Reference),
            ("spec.imagePullSecrets[1].name", Reference),
        ],
    );
    says(
        "values.yaml",
        "global: {imagePullSecrets: [qcloudregistrykey]}\nimage:\n  pullSecrets: [\"qcloudregistrykey\"]\n  pullSecret: qcloudregistrykey\nimagePullSecretName: 'qcloudregistrykey'\n",
        &[
            ("global.imagePullSecrets[0]", Reference),
            ("image.pullSecrets[0]", Reference),
            ("image.pullSecret", Reference),
            ("imagePullSecretName", Reference),
        ],
    );
    says(
        "t.yaml",
        "imagePullSecrets:\n  - name: {{ .Values.secret | default \"qcloudregistrykey\" }}\n",
        &[("imagePullSecrets[0].name", Auths)],
    );
}

#[test]
fn the_secret_itself_is_left() {
    says(
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: qcloudregistrykey}\ntype: kubernetes.io/dockercfg\n",
        &[("metadata.name", Auths)],
    );
    says(
        "x.yaml",
        "secretName: qcloudregistrykey\nqcloudregistrykey: x\nnote: see qcloudregistrykey\n",
        &[("secretName", Auths), ("qcloudregistrykey (key)", Auths), ("note", Auths)],
    );
}

#[test]
fn base64_of_a_login_is_found_where_it_stands() {
    // {"auths":{"ccr.ccs.tencentyun.com":{}}}
    let encoded = "eyJhdXRocyI6eyJjY3IuY2NzLnRlbmNlbnR5dW4uY29tIjp7fX19";
    says(
        "secret.yaml",
        &format!("kind: Secret\ndata:\n  .dockerconfigjson: {encoded}\n"),
        &[("data[\".dockerconfigjson\"]", Auths)],
    );
}

#[test]
fn a_host_beside_a_password_is_a_login() {
    says(
        "values.yaml",
        "imageCredentials: {registry: CCR, username: x}\nharbor: {url: \"CCR\", username: a, password: b}\ndb: {image: CCR/db, username: a, password: b}\nregistry: {host: CCR, user: a}\n",
        &[
            ("imageCredentials.registry", Login),
            ("harbor.url", Login),
            ("db.image", Reference),
            ("registry.host", Reference),
        ],
    );
    says(
        "repository.yaml",
        "apiVersion: v1\nkind: Secret\nstringData:\n  type: helm\n  url: CCR/shop-charts\n  username: x\n  password: y\n",
        &[("stringData.url", Login)],
    );
    says(
        "renovate.json",
        "{\"hostRules\": [{\"matchHost\": \"CCR\", \"username\": \"x\", \"password\": \"y\"}]}",
        &[("hostRules[0].matchHost", Login)],
    );
}

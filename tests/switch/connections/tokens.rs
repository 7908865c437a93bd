//! Tokens, passwords, providers, and acting as another.

use serde_json::{Value, json};

use super::bench::{Bench, Case, Wanted, document, merged};
use crate::support::cluster::{ID_TOKEN, User};

/// It has ended in 2023.
const OLD_ID_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";

#[test]
fn tokens_and_passwords_have_an_order() {
    let mut bench = Bench::new();
    let server = bench.server();
    let good = User::admin().token;
    let member = bench.cluster.user();
    for (name, text) in [
        ("good", good.clone()),
        ("good-line", format!("{good}\n")),
        ("bad", "nonsense".to_owned()),
        ("empty", String::new()),
    ] {
        bench.cluster.file(name, &text);
    }
    let not_taken = Wanted::Neither("does not take the login (user test)");
    let rows = [
        ("token", json!({"token": good}), Wanted::Both),
        ("a wrong token", json!({"token": "nonsense"}), not_taken),
        ("an empty token", json!({"token": ""}), Wanted::Neither("")),
        (
            "a token with a newline",
            json!({"token": format!("{good}\n")}),
            Wanted::Neither("it holds a character that can't be sent"),
        ),
        ("tokenFile", json!({"tokenFile": "good"}), Wanted::Both),
        ("tokenFile with a newline", json!({"tokenFile": "good-line"}), Wanted::Both),
        ("tokenFile before token", json!({"token": "nonsense", "tokenFile": "good"}), Wanted::Both),
        ("a wrong tokenFile before token", json!({"token": good, "tokenFile": "bad"}), not_taken),
        (
            "token where tokenFile is missing",
            json!({"token": good, "tokenFile": "none"}),
            Wanted::Both,
        ),
        (
            "token where tokenFile is empty",
            json!({"token": good, "tokenFile": "empty"}),
            Wanted::Both,
        ),
        (
            "tokenFile that is missing",
            json!({"tokenFile": "none"}),
            Wanted::Neither("the token in [folder]/none: No such file"),
        ),
        (
            "password",
            json!({"username": "admin", "password": "x"}),
            Wanted::Neither("system:anonymous"),
        ),
        (
            "token and password",
            json!({"token": good, "username": "admin", "password": "x"}),
            Wanted::Neither("there are a token and a password"),
        ),
        ("a token without rights", json!({"token": member.token}), Wanted::Neither("")),
        (
            "acting as",
            json!({"token": good, "as": "somebody", "as-groups": ["system:masters"]}),
            Wanted::Both,
        ),
        (
            "acting as, with a UID and extras",
            json!({"token": good, "as": "x", "as-uid": "7", "as-groups": ["system:masters"],
                "as-user-extra": {"scopes": ["view"]}}),
            Wanted::Both,
        ),
        (
            "acting as one without rights",
            json!({"token": good, "as": "somebody"}),
            Wanted::Neither(""),
        ),
        (
            "groups without a user to act as",
            json!({"token": good, "as-groups": ["system:masters"]}),
            Wanted::Neither("they need a user to act as"),
        ),
        ("nobody", json!({}), Wanted::Neither("")),
    ];
    for (name, user, wanted) in rows {
        let case = bench.config(&server, &user);
        bench.row(&format!("login: {name}"), &case, wanted);
    }
}

fn provider(name: &str, config: &Value) -> Value {
    json!({"auth-provider": {"name": name, "config": config}})
}

#[test]
fn providers_are_as_old_as_kubectl_says() {
    let mut bench = Bench::new();
    let server = bench.server();
    let oidc = json!({
        "idp-issuer-url": "https://127.0.0.1:1", "client-id": "kubectl", "id-token": ID_TOKEN,
    });
    let oidc = |changes: Value| provider("oidc", &merged(&oidc, &changes));
    let rows = [
        ("oidc, good", oidc(json!({})), Wanted::Both),
        (
            "oidc, expired",
            oidc(json!({"id-token": OLD_ID_TOKEN})),
            Wanted::Neither("has expired on 2023-11-14T22:13:20Z; there is no refresh-token"),
        ),
        (
            "oidc, expired, provider away",
            oidc(json!({"id-token": OLD_ID_TOKEN, "refresh-token": "r"})),
            Wanted::Neither("kubectl gets a new one and keeps it"),
        ),
        (
            "oidc, no id-token",
            oidc(json!({"id-token": null})),
            Wanted::Neither("it has no id-token"),
        ),
        ("oidc, not a token", oidc(json!({"id-token": "nonsense"})), Wanted::Neither("id-token")),
        (
            "oidc, no issuer",
            oidc(json!({"idp-issuer-url": null})),
            Wanted::Neither("it has no idp-issuer-url"),
        ),
        (
            "oidc, no client",
            oidc(json!({"client-id": null})),
            Wanted::Neither("it has no client-id"),
        ),
        (
            "oidc, and a token before it",
            merged(&oidc(json!({"id-token": OLD_ID_TOKEN})), &Bench::token()),
            Wanted::Both,
        ),
        ("gcp", provider("gcp", &json!({})), Wanted::Neither("auth-provider `gcp`")),
        ("azure", provider("azure", &json!({})), Wanted::Neither("auth-provider `azure`")),
        ("unheard of", provider("acme", &json!({})), Wanted::Neither("auth-provider `acme`")),
    ];
    for (name, user, wanted) in rows {
        let case = bench.config(&server, &user);
        bench.row(&format!("auth-provider: {name}"), &case, wanted);
    }
    // Where the provider answers, kubectl gets a new token and keeps it, and it is ours as well.
    let issuer = super::servers::issuer(ID_TOKEN);
    let expired = json!({
        "idp-issuer-url": format!("http://127.0.0.1:{issuer}"), "client-id": "kubectl",
        "id-token": OLD_ID_TOKEN, "refresh-token": "r",
    });
    let text = document(&server, &provider("oidc", &expired)).to_string();
    let expired = Case::of(bench.file(&text));
    let words = "run kubectl get namespaces, then this again";
    bench.plugin_first("auth-provider: oidc, expired", &expired, words);
    bench.row("auth-provider: oidc, once kubectl has got a new one", &expired, Wanted::Both);
}

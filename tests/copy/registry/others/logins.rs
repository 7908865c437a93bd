//! distribution 3 with its own ways to ask for a login.

use std::time::Duration;

use serde_json::{Value, json};

use super::content::fill;
use super::run::{Copy, Side};
use crate::support::{Distribution, DockerRegistry, Issuer, Limits, Store};

const USER: &str = "robot$shop";
const PASSWORD: &str = "of the tests";
/// bcrypt of [`PASSWORD`].
const HASHED: &str = "$2b$05$abcdefghijklmnopqrstuuGTOWXyqQPaHqE6HZfnX2nsY3HHWkUie";

/// A registry with these settings, and one that serves the same files to everybody.
struct Guarded {
    plain: Distribution,
    door: Distribution,
    _store: Store,
}

impl Guarded {
    fn with(settings: impl Fn(&Store) -> Value) -> Self {
        let store = Store::new();
        let plain = Distribution::serve(&store, "plain", &json!({}));
        let door = Distribution::serve(&store, "door", &settings(&store));
        Self { plain, door, _store: store }
    }

    fn side(&self) -> Side<'_> {
        let login = Some((USER, PASSWORD));
        Side { host: self.door.host(), plain: self.plain.host(), login }
    }
}

fn with_password(store: &Store) -> Value {
    let file = store.file("htpasswd", &format!("{USER}:{HASHED}\n"));
    json!({"auth": {"htpasswd": {"realm": "shop", "path": file}}})
}

fn with_tokens(issuer: &Issuer) -> impl Fn(&Store) -> Value {
    |store| issuer.settings(&store.file("jwks.json", issuer.jwks()))
}

#[test]
fn a_password_file_is_satisfied_on_both_sides() {
    let (source, target) = (Guarded::with(with_password), Guarded::with(with_password));
    let content = fill(source.plain.host(), false);
    Copy::between(source.side(), target.side()).brings(&content);
}

#[test]
fn a_wrong_password_is_told_for_its_host() {
    let (source, target) = (DockerRegistry::start(), Guarded::with(with_password));
    let content = fill(source.host(), false);
    let wrong = Side { login: Some((USER, "another")), ..target.side() };
    let copy = Copy::between(Side::open(source.host()), wrong);
    let host = target.door.host();
    copy.run(&["sync"], &content.images).ends_with(2).says(&[
        &format!("error: {host} refuses the login"),
        &format!("hint: docker login {host}"),
    ]);
}

#[test]
fn tokens_are_shared_by_a_namespace_and_asked_for_again_when_they_expire() {
    let long = Issuer::start(USER, PASSWORD, Duration::from_secs(300));
    let short = Issuer::start(USER, PASSWORD, Duration::from_secs(2));
    for issuer in [&long, &short] {
        let source = Guarded::with(with_tokens(issuer));
        let target = Guarded::with(with_tokens(issuer));
        let content = fill(source.plain.host(), false);
        let copy = Copy::between(source.side(), target.side());
        // Twelve MiB take three seconds.
        copy.syncing_with(&["--limit-rate", "4MiB/s"]).brings(&content);
    }
    for asked in [long.asked(), short.asked()] {
        let of_a_few = |scopes: &String| scopes.split(' ').count() <= 8;
        assert!(asked.iter().all(of_a_few), "{asked:#?}");
        let shared = |scopes: &&String| scopes.split(' ').count() == 3;
        assert!(asked.iter().any(|scopes| shared(&scopes)), "{asked:#?}");
    }
    assert!(short.asked().len() > long.asked().len());
}

#[test]
fn a_token_service_that_reads_one_scope_only_costs_the_mounts_and_nothing_else() {
    let limits = Limits { first_scope_only: true, ..Limits::default() };
    let issuer = Issuer::limited(USER, PASSWORD, Duration::from_secs(300), limits);
    let (source, target) = (DockerRegistry::start(), Guarded::with(with_tokens(&issuer)));
    let content = fill(source.host(), false);
    Copy::between(Side::open(source.host()), target.side()).brings(&content);
}

#[test]
fn a_repository_that_the_login_may_not_push_to_costs_itself() {
    let limits = Limits { no_push_to: Some("shop/api"), ..Limits::default() };
    let issuer = Issuer::limited(USER, PASSWORD, Duration::from_secs(300), limits);
    let (source, target) = (DockerRegistry::start(), Guarded::with(with_tokens(&issuer)));
    let content = fill(source.host(), false);
    let copy = Copy::between(Side::open(source.host()), target.side());

    let run = copy.run(&["sync", "--report", "r.json"], &content.images).ends_with(1);

    let report = copy.report("r.json");
    for item in report["items"].as_array().unwrap() {
        let is_there = !item["target"].as_str().unwrap().contains("/shop/api:");
        assert_eq!(item["outcome"] == "copied", is_there, "{item}\n{}", run.stderr);
        if !is_there {
            assert_eq!(item["error"]["class"], "auth", "{item}");
        }
    }
}

//! Secrets that have a login for TCR which is of no use there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{pull_secret, world};
use crate::support::{Run, run};
use crate::switch::fixtures::World;

impl World {
    /// `kubectl tcr-switch …` in the namespace; no password may be in what it says.
    #[track_caller]
    fn switch_line(&self, line: &str) -> Run {
        self.without_passwords(run(&mut self.verbose_command(line)))
    }
}

#[test]
fn nothing_is_switched_to_what_a_refused_login_would_have_to_pull() {
    let world = world("ended");
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.wrong_secret(&world.namespace, "old", world.sandbox().tcr());
    world.account_lists(&["ccr", "old"]);
    world.deployment("web", "web:v1");
    let before = world.image_of("web");

    let refused = format!(
        "{} refuses the login in Secret old of namespace {}",
        world.sandbox().tcr(),
        world.namespace
    );
    let copy = format!("kubectl tcr-switch secrets copy -n {}", world.namespace);
    world.switch_line("--yes").ends_with(1).says(&["pods can't pull", &refused, &copy]);
    assert_eq!(world.image_of("web"), before);
    let plan = world.switch_line("--dry-run -o json").ends_with(1).json();
    assert_eq!(plan["objects"][0]["reasons"][0]["class"], "useless-login", "{plan}");
    let preferred = world.switch_line("--dry-run --secret-name old").ends_with(1);
    preferred.says(&["can't use Secret old, named by --secret-name", "no other one is usable"]);
    let kept = world.switch_line("--dry-run --pull-secret keep").ends_with(1);
    kept.says(&["Plan: 1 to switch"]).never_says(&[&refused]);

    let copied = world.secrets("copy --yes").ends_with(0);
    copied.says(&[&format!("{refused}; another login is written")]);
    assert_eq!(world.account(), ["ccr", "old", "tcr"]);
    world
        .switch_line("--yes")
        .ends_with(0)
        .says(&["1 rolled out"])
        .never_says(&["refuses the login"]);
    world.switch_line("verify").ends_with(0);

    // A month later: the line that verify gives helps.
    world.wrong_secret(&world.namespace, "tcr", world.sandbox().tcr());
    let verdict = world.switch_line("verify").ends_with(1);
    verdict.says(&["refuses the login in Secret old", &copy]);
    world.secrets("copy --yes").ends_with(0).says(&["1 object: 1 written"]);
    assert_eq!(world.account(), ["ccr", "old", "tcr"]);
    world.switch_line("verify").ends_with(0);
}

#[test]
fn a_login_for_other_namespaces_of_tcr_is_told_from_a_good_one() {
    let world = world("narrow");
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.account_lists(&["ccr", "robot"]);
    world.deployment("web", "web:v1");
    let login = ["login", "--service-account", "robot", "--namespace", "infra"];
    world.sandbox().ccr2tcr(&login).ends_with(0);
    world.secret(&world.namespace, "robot", &[world.sandbox().tcr()]);

    let narrow = format!(
        "the login in Secret robot of namespace {} may not pull {}/shop/web",
        world.namespace,
        world.sandbox().tcr()
    );
    world.switch_line("--yes").ends_with(1).says(&["pods can't pull", &narrow]);
    assert!(world.image_of("web").starts_with(world.sandbox().ccr()));
    // Another tool does it all the same.
    world.to_tcr();
    let verdict = world.switch_line("verify --ignore-mentions").ends_with(1);
    verdict.says(&[&format!("pulls {}/shop/web:v1, and {narrow}", world.sandbox().tcr())]);
    let verdict = world.switch_line("verify -o json").ends_with(1).json();
    let useless = &verdict["withoutLogin"][0]["useless"];
    assert_eq!(useless, &json!({"pullSecret": "robot", "fault": "mayNotPull"}));
}

#[test]
fn each_login_is_tried_once_however_many_secrets_hold_it() {
    let world = world("many");
    for name in ["one", "two", "three"] {
        world.secret(&world.namespace, name, &[world.sandbox().ccr(), world.sandbox().tcr()]);
    }
    world.account_lists(&["one"]);
    world.deployment("web", "web:v1");
    let tokens = || world.sandbox().count("tcr", "GET token");
    let before = tokens();
    world.switch_line("--dry-run").ends_with(1).says(&["Plan: 1 to switch"]);
    let without = {
        let before = tokens();
        world.switch_line("--dry-run --pull-secret keep").ends_with(1);
        tokens() - before
    };
    assert_eq!(tokens() - before, 2 * without + 1);
}

#[test]
fn a_login_that_ends_within_a_day_is_told_and_not_handed_out() {
    let world = world("soon");
    world.secret(&world.namespace, "ccr", &[world.sandbox().ccr()]);
    world.account_lists(&["ccr"]);
    world.deployment("web", "web:v1");
    world.sandbox().ccr2tcr(&["login", "--temporary"]).ends_with(0);
    let refused = world.secrets("copy --yes").ends_with(2);
    refused.says(&["too soon", "--service-account NAME or --long-term"]);

    // TKE's addon renews its own.
    for name in ["hour", "tcr.ipshour"] {
        world.secret(&world.namespace, name, &[world.sandbox().tcr()]);
    }
    world.account_lists(&["ccr", "hour"]);
    let ends = format!(
        "the login in Secret {}/hour for {} expires on ",
        world.namespace,
        world.sandbox().tcr()
    );
    let words = [ends.as_str(), "pods that start later can't pull"];
    let done = world.switch_line("--yes").ends_with(0);
    done.says(&words).says(&["1 rolled out"]).never_says(&["tcr.ipshour for"]);
    world.switch_line("verify").ends_with(0).says(&words);
}

#[test]
fn what_can_not_be_tried_is_told_and_taken_for_good() {
    let world = world("untried");
    world.deployment_without_pods();
    for (name, login) in [("one", "a:b"), ("two", "c:d")] {
        let auths = json!({"127.0.0.1:1": {"auth": STANDARD.encode(login)}});
        world.cluster.apply(&pull_secret(&world.namespace, name, &auths).to_string());
    }
    let mut command = world.verbose_command("secrets copy --yes --tcr-host 127.0.0.1:1");
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    let done = world.without_passwords(run(&mut command)).ends_with(0);
    let names = |host: &str| {
        let secret = |name: &str| format!("Secret {}/{name}", world.namespace);
        format!("the login in {}, {} {host}", secret("one"), secret("two"))
    };
    done.says(&[&format!(
        "can't check from here whether 127.0.0.1:1 accepts {}:",
        names("").trim_end()
    )]);
    assert_eq!(world.account(), ["one"]);

    let rule = |verbs: &[&str]| json!({"apiGroups": ["*"], "resources": ["*"], "verbs": verbs});
    let user = world.cluster.user_who_may(&world.namespace, &json!([rule(&["list"])]));
    for name in ["one", "two"] {
        world.wrong_secret(&world.namespace, name, world.sandbox().tcr());
    }
    let mut command = world.command(&user, &["--dry-run", "-n", &world.namespace]);
    let plan = world.without_passwords(run(&mut command)).ends_with(1);
    let untried = names(&format!("for {} was not tried: ", world.sandbox().tcr()));
    plan.says(&[&untried, "forbidden", "Plan: 1 to switch"]);
}

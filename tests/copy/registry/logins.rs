//! Logins that are wrong, missing, or can't be read.

use std::fs::File;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::copy::fixtures::{
    ONE_IMAGE, UIN, assert_all_is_there, assert_nothing_was_written, basic, config_with,
    docker_config, sync,
};
use crate::support::{Sandbox, run};

#[test]
fn a_refused_login_names_the_host_the_store_and_the_token_service() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let config = docker_config(&sandbox, &config_with(sandbox.ccr(), UIN, "wrong-password"));

    let run = sync(&sandbox, &[]).ends_with(2);

    let ccr = sandbox.ccr();
    run.says(&[
        &format!(
            "error: {ccr} refuses the login from Docker's store ({}) at its token service 127.0.0.1",
            config.display()
        ),
        "wrong user name or password",
        &format!("hint: docker login {ccr}"),
    ])
    .never_says(&["wrong-password", &basic(UIN, "wrong-password")]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn without_a_login_for_ccr_the_hint_is_docker_login() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, "{}");

    let run = sync(&sandbox, &[]).ends_with(2);

    let ccr = sandbox.ccr();
    run.says(&[
        &format!("error: {ccr} asks for a login, and there is none for it"),
        &format!("hint: docker login {ccr}"),
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_login_file_that_is_refused_is_named() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, "{}");
    sandbox.file("ccr.txt", &format!("{UIN}:wrong-password\n"));

    let run = sync(&sandbox, &["--ccr-auth-file", "ccr.txt"]).ends_with(2);

    let ccr = sandbox.ccr();
    run.says(&[
        &format!("error: {ccr} refuses the login from --ccr-auth-file"),
        &format!("hint: docker login {ccr}"),
    ])
    .never_says(&["wrong-password"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_login_file_that_is_refused_gives_way_to_dockers_store_with_a_notice() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    sandbox.file("ccr.txt", &format!("{UIN}:wrong-password\n"));

    let run = sync(&sandbox, &["--ccr-auth-file", "ccr.txt"]).ends_with(0);

    let ccr = sandbox.ccr();
    run.says(&[&format!(
        "warning: {ccr} refused the login from --ccr-auth-file; Docker's store ("
    )]);
    assert_all_is_there(&sandbox);
}

#[test]
fn each_login_that_was_refused_is_named_even_if_there_is_no_plan() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, &config_with(sandbox.ccr(), UIN, "wrong-too"));
    sandbox.file("ccr.txt", &format!("{UIN}:wrong-password\n"));
    let ccr = sandbox.ccr();
    sandbox.file("images", &format!("{ccr}/shop/web:v1\n"));
    sync(&sandbox, &["--ccr-auth-file", "ccr.txt", "--images", "images"]).ends_with(2).says(&[
        &format!("warning: {ccr} refused the login from --ccr-auth-file; Docker's store ("),
        &format!("error: {ccr} refuses the login from Docker's store ("),
    ]);
}

#[test]
fn a_login_file_holds_user_and_password_or_a_config_json_or_is_standard_input() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, "{}");
    let line = format!("{UIN}:the-right-password\n");
    let json = config_with(sandbox.ccr(), UIN, "the-right-password");
    sandbox.file("line", &line);
    sandbox.file("json", &json);

    for file in ["line", "json"] {
        sync(&sandbox, &["--ccr-auth-file", file]).ends_with(0);
        assert_all_is_there(&sandbox);
    }
    // What is equal needs no login for CCR: something new does.
    for (file, tag) in [("line", "v2"), ("json", "v3")] {
        push(&sandbox, tag);
        let input = File::open(sandbox.folder().join(file)).unwrap();
        let mut command = sandbox.plugin(&["sync", "--ccr-auth-file", "-"]);
        run(command.stdin(input)).ends_with(0).says(&["1 copied"]);
        assert_all_is_there(&sandbox);
    }
}

fn push(sandbox: &Sandbox, tag: &str) {
    let image = serde_json::json!({"registry": "ccr", "repository": "shop/web", "tag": tag});
    sandbox.tell("/push", &image);
}

#[test]
fn a_login_file_that_is_none_is_told_with_flag_file_and_reason_but_not_its_content() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let elsewhere = config_with("other.example.com", "u", "hunter2-elsewhere");
    let shape =
        "hint: expected a docker config.json that holds the host, or one line USER:PASSWORD";
    for (text, reason) in [
        ("hunter2\n", "it has no colon"),
        ("", "it has no colon"),
        (":hunter2\n", "the user name or the password is missing"),
        ("u:hunter2\nv:hunter2\n", "it has more than one line"),
        ("{\n  \"auths\": hunter2}", "line 2, column 12: not JSON"),
        (&elsewhere, &format!("it holds no login for {}", sandbox.ccr())),
    ] {
        sandbox.file("login", text);
        sync(&sandbox, &["--ccr-auth-file", "login"])
            .ends_with(2)
            .says(&[&format!("error: can't read the login from --ccr-auth-file login: {reason}")])
            .says(&[shape])
            .never_says(&["hunter2"]);
    }
    sync(&sandbox, &["--tcr-auth-file", "nowhere"]).ends_with(2).says(&[
        "error: can't read the login from --tcr-auth-file nowhere: No such file",
        "standard input: --tcr-auth-file -",
    ]);
    sync(&sandbox, &["--ccr-auth-file"]).ends_with(125).says(&["--ccr-auth-file <FILE>"]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn standard_input_can_stand_for_one_file_only() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    for two in [
        ["--ccr-auth-file", "-", "--tcr-auth-file", "-"],
        ["--ccr-auth-file", "-", "--images", "-"],
        ["--tcr-auth-file", "-", "--images", "-"],
    ] {
        sync(&sandbox, &two).ends_with(2).says(&[
            "error: standard input can be read once, but `-` stands for two files",
            "hint: give one of the two as a file",
        ]);
    }
    assert_eq!(sandbox.control("/stats")["api"], serde_json::json!({}), "found out at once");
}

#[test]
fn a_malformed_docker_configuration_is_told_with_path_line_and_column_and_left_alone() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let text = "{\n  \"auths\": oops}";
    let config = docker_config(&sandbox, text);
    let path = config.display();
    for command in ["sync", "login"] {
        sandbox.ccr2tcr(&[command]).ends_with(2).says(&[
            &format!("error: {path} is not a Docker configuration: line 2, column 12: not JSON"),
            &format!("hint: fix the file, or name another folder with DOCKER_CONFIG: python3 -m json.tool {path}"),
        ]);
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), text);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn an_auth_field_that_is_no_base64_is_told_with_its_key() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let ccr = sandbox.ccr();
    let config = docker_config(&sandbox, &format!(r#"{{"auths":{{"{ccr}":{{"auth":"***"}}}}}}"#));
    sync(&sandbox, &[]).ends_with(2).says(&[
        &format!(
            "error: the login for {ccr} in {} can't be read: `auth` is not the base64 of USER:PASSWORD",
            config.display()
        ),
        &format!("hint: docker login {ccr}"),
    ]);
}

#[test]
fn a_stored_tcr_login_that_is_refused_gives_way_to_a_token_with_a_notice() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let auths = serde_json::json!({"auths": {
        sandbox.ccr(): {"auth": basic(UIN, "the-right-password")},
        sandbox.tcr(): {"auth": basic(UIN, "ended-long-ago")},
    }});
    let config = docker_config(&sandbox, &auths.to_string());

    let run = sync(&sandbox, &[]).ends_with(0);

    run.says(&[&format!(
        "warning: {} refused the login from Docker's store ({}); a 1-hour token made with the API key is used instead",
        sandbox.tcr(),
        config.display()
    )])
    .never_says(&["ended-long-ago"]);
    assert_all_is_there(&sandbox);
}

/// Images in two namespaces; the second is still to be made at the target.
const TWO_NAMESPACES: &str = r#"
version: 1
uin: "100000000001"
docker_login: [ccr]
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [20kB]}]}]}
      - {name: team, repositories: [{name: api, images: [{tags: [v1], layers: [20kB]}]}]}
      - {name: late, repositories: [{name: job, images: [{tags: [v1], layers: [20kB]}]}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}, {name: team}]}
"#;

#[test]
fn a_stored_login_for_one_namespace_is_no_hindrance_in_the_others() {
    let sandbox = Sandbox::with_account(TWO_NAMESPACES);
    let login = ["login", "--service-account", "ci", "--namespace", "shop", "--push"];
    sandbox.ccr2tcr(&login).ends_with(0);

    let copied = sync(&sandbox, &[]).ends_with(0);

    let words = "lacks rights in namespace ";
    assert_eq!(copied.stderr.matches(words).count(), 1, "{}", copied.stderr);
    copied.says(&[
        &format!("warning: {}: the login from Docker's store (", sandbox.tcr()),
        "; a 1-hour token made with the API key is used there",
    ]);
    assert_all_is_there(&sandbox);
    // Where it has the rights it does the work.
    sandbox.ccr2tcr(&["sync", "shop"]).ends_with(0).never_says(&[words]);
}

#[test]
fn a_login_that_was_given_outright_is_not_stretched() {
    let sandbox = Sandbox::with_account(TWO_NAMESPACES);
    let login = ["login", "--service-account", "ci", "--namespace", "shop", "--push"];
    sandbox.ccr2tcr(&login).ends_with(0);
    let pair = STANDARD.decode(sandbox.login(sandbox.tcr()).unwrap()).unwrap();
    sandbox.file("tcr", &String::from_utf8(pair).unwrap());
    let flags = ["--tcr-auth-file", "tcr", "team"];
    let refused = sync(&sandbox, &flags).ends_with(1).never_says(&["lacks rights"]);
    refused.says(&[&format!("{}/team/api: access denied", sandbox.tcr())]);
}

#[test]
fn a_tcr_login_that_is_refused_says_why_no_token_could_take_its_place() {
    let account = format!("{ONE_IMAGE}denied: [CreateInstanceToken]\n");
    let sandbox = Sandbox::with_account(&account);
    sandbox.file("tcr", &format!("{UIN}:ended-long-ago"));
    sync(&sandbox, &["--tcr-auth-file", "tcr"]).ends_with(2).says(&[
        "error: can't make a 1-hour token for TCR: ",
        "CreateInstanceToken",
        "hint: ",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_tcr_login_that_is_refused_without_an_api_key_is_an_error() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    sandbox.file("images", &format!("{}/shop/web:v1\n", sandbox.ccr()));
    sandbox.file("tcr", &format!("{UIN}:ended-long-ago"));
    let flags = ["--images", "images", "--tcr-auth-file", "tcr", "--tcr-host", sandbox.tcr()];
    let mut command = sandbox.plugin(&["sync"]);
    command.args(flags).env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    // The sandbox's machine has a role, which is as good as a key.
    command.env("TENCENTCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:9");

    let run = run(&mut command).ends_with(2);

    let tcr = sandbox.tcr();
    run.says(&[
        &format!("error: {tcr} refuses the login from --tcr-auth-file"),
        &format!("hint: docker login {tcr}"),
    ]);
    assert_nothing_was_written(&sandbox);
}

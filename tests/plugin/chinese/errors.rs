//! The errors that users meet most, each brought about: its English line stays, and is explained below.

use std::process::Command;

use serde_json::json;

use super::in_chinese;
use crate::support::{Sandbox, kubectl_plugin, plugin, run, tool};

/// The first words of each explanation.
const LABEL: &str = "\n说明: ";

/// Fails unless the error has its English words, and below them is explained where Chinese is spoken,
/// and only there.
#[track_caller]
fn assert_explained(command: impl Fn() -> Command, english: &str, chinese: &str) {
    let in_english = run(&mut command()).says(&[english]).never_says(&["说明"]);
    let run = in_chinese(&mut command());
    assert_eq!(run.code, in_english.code);
    assert!(!run.stdout.contains("说明"), "{}", run.stdout);
    let said = &run.stderr;
    let error = said.find(english).unwrap_or_else(|| panic!("`{english}` is not in:\n{said}"));
    let explained = said.find(&format!("{LABEL}{chinese}"));
    assert!(explained.is_some_and(|place| place > error), "`{chinese}` is not in:\n{said}");
}

const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [1kB]}]}]}
";

fn account(rest: &str) -> Sandbox {
    Sandbox::with_account(&format!("{ACCOUNT}{rest}\n"))
}

/// Each run has a sandbox of its own, for it may change something.
#[track_caller]
fn assert_sync_explained(rest: &str, arguments: &[&str], english: &str, chinese: &str) {
    let (one, other) = (account(rest), account(rest));
    let sandboxes = std::cell::RefCell::new(vec![&one, &other]);
    let sync = || {
        let sandbox = sandboxes.borrow_mut().pop().unwrap();
        sandbox.plugin(&[&["sync"], arguments].concat())
    };
    assert_explained(sync, english, chinese);
}

const INSTANCE: &str = "enterprise: [{}]";

#[test]
fn of_the_key() {
    let sandbox = account(INSTANCE);
    let without = || {
        let mut sync = sandbox.plugin(&["sync"]);
        sync.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
        sync.env("TENCENTCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:1");
        sync
    };
    assert_explained(without, "error: no API key for TCR\n", "没有找到可用的腾讯云 API 密钥。");
    let wrong = || {
        let mut sync = sandbox.plugin(&["sync"]);
        sync.env("TENCENTCLOUD_SECRET_KEY", "wrong");
        sync
    };
    assert_explained(wrong, "(AuthFailure.SignatureFailure, RequestId ", "API 密钥不被接受");
    let late = format!(
        "{INSTANCE}\nfaults: [{{action: DescribeInstances, code: AuthFailure.SignatureExpire, times: 9}}]"
    );
    assert_sync_explained(&late, &[], "(AuthFailure.SignatureExpire, ", "本机时间与腾讯云相差");
    let denied = format!("{INSTANCE}\ndenied: [DescribeInstances]");
    assert_sync_explained(&denied, &[], "(UnauthorizedOperation, ", "访问管理（CAM）没有授予");
}

#[test]
fn of_the_instance() {
    assert_sync_explained("", &[], "error: this key sees no TCR instance", "密钥看不到 TCR");
    let two = "enterprise: [{name: prod}, {name: test}]";
    assert_sync_explained(two, &[], "error: this key sees 2 TCR instances", "不能确定要用哪一个");
    let line = ["--tcr-name", "prdo"];
    assert_sync_explained(two, &line, "error: there is no TCR instance `prdo`", "密钥看不到 TCR");
}

#[test]
fn of_the_logins() {
    let sandbox = account(INSTANCE);
    let with = |config: &str| {
        let folder = sandbox.folder().join("docker");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), config).unwrap();
        let mut sync = sandbox.plugin(&["sync"]);
        sync.env("DOCKER_CONFIG", folder);
        sync
    };
    let none = "asks for a login, and there is none for it";
    assert_explained(|| with("{}"), none, "镜像仓库要求登录，但没有找到它的登录。");
    let wrong = json!({"auths": {sandbox.ccr(): {"auth": "dTpw"}}}).to_string();
    assert_explained(|| with(&wrong), "refuses the login from", "镜像仓库不接受这个登录");
    let denied = format!("{INSTANCE}\ndenied: [PushRepository]");
    assert_sync_explained(&denied, &[], ": access denied: ", "登录有效，但无权拉取或推送");
}

#[test]
fn of_the_network() {
    let sandbox = account(INSTANCE);
    let nobody = || {
        let mut sync = sandbox.plugin(&["sync"]);
        sync.env("TENCENTCLOUD_TCR_ENDPOINT", "http://127.0.0.1:1");
        sync
    };
    assert_explained(nobody, "error: can't reach 127.0.0.1:1", "连接不上对方：");
    // What answers there is not TLS.
    let endpoint = sandbox.variable("TENCENTCLOUD_TCR_ENDPOINT").replace("http://", "https://");
    let plain = || {
        let mut sync = sandbox.plugin(&["sync"]);
        sync.env("TENCENTCLOUD_TCR_ENDPOINT", &endpoint);
        sync
    };
    assert_explained(plain, "does not speak TLS", "对方的证书不受信任、");
}

#[test]
fn of_the_move() {
    let bad = "  - {region: ap-hongkong, namespaces: [{name: team_a__x, repositories: \
               [{name: web, images: [{tags: [v1]}]}]}]}\nenterprise: [{}]";
    let regions = ["--ccr-region", "ap-guangzhou,ap-hongkong"];
    assert_sync_explained(bad, &regions, "can't exist in TCR", "CCR 中的这个名称不符合");
    let public = "enterprise: [{namespaces: [{name: shop, public: true}]}]";
    assert_sync_explained(
        public,
        &[],
        "namespace shop is public at ",
        "私有镜像将进入公开的命名空间",
    );
    let full: Vec<String> = (0..50).map(|number| format!("{{name: old-{number}}}")).collect();
    let full = format!("enterprise: [{{type: basic, namespaces: [{}]}}]", full.join(", "));
    assert_sync_explained(&full, &[], "(OperationDenied.QuotaOverLimit, ", "配额已用完。");
    let immutable = "enterprise: [{immutable_tags: [{namespace: shop, repository: '**', tag: 'v*'}],
        namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]}]}]";
    let overwrite = ["--on-conflict", "overwrite"];
    let english = "forbidden by a rule of the registry";
    assert_sync_explained(immutable, &overwrite, english, "TCR 的不可变标签规则");
    let sandbox = account(INSTANCE);
    assert_explained(
        || sandbox.plugin(&["verify"]),
        "error: ",
        "TCR 中没有这个镜像，或与 CCR 的不同",
    );
}

#[test]
fn of_the_cluster_before_it_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let switch = |words: &[&str]| {
        let mut command = tool(kubectl_plugin());
        command.env("HOME", home.path()).current_dir(home.path()).args(words);
        command
    };
    let scan = |words: &[&str]| switch(&[&["scan", "--tcr-host", "tcr.lan"], words].concat());
    assert_explained(|| scan(&[]), "error: no cluster is configured", "没有找到集群的 kubeconfig");
    let server = ["-s", "https://127.0.0.1:1"];
    assert_explained(|| scan(&server), "can't be reached", "连接不上集群的 API Server");
    let back = || switch(&["rollback", "gone.json"]);
    assert_explained(back, "error: gone.json can't be read", "回滚文件无法使用");
}

#[test]
fn of_files_and_the_command_line() {
    let docker = |words: &[&str]| {
        let mut command = tool(plugin());
        command.arg("ccr2tcr").args(words);
        command
    };
    let report = || docker(&["sync", "--report", "/nowhere/r.json"]);
    assert_explained(report, "error: can't write the report /nowhere/r.json", "文件无法写入");
    let mistyped = "命令、参数或取值有误。";
    assert_explained(|| docker(&["snyc"]), "error: unrecognized subcommand 'snyc'", mistyped);
    assert_explained(|| docker(&["sync", "--detph"]), "unexpected argument '--detph'", mistyped);
    let on = || docker(&["sync", "--on-conflict", "never"]);
    assert_explained(on, "error: invalid value 'never'", mistyped);
    let lacking = || docker(&["network", "remove"]);
    assert_explained(lacking, "required arguments were not provided", "缺少必需的参数");
    let rollback = || {
        let mut command = tool(kubectl_plugin());
        command.arg("rollback");
        command
    };
    assert_explained(rollback, "required arguments were not provided", "缺少必需的参数");
}

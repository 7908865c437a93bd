//! Docker's credential helpers: missing, failing, hanging, working.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::copy::fixtures::{
    ONE_IMAGE, UIN, assert_all_is_there, assert_nothing_was_written, basic, docker_config,
};
use crate::support::content::Shelf;
use crate::support::{DockerRegistry, Run, Sandbox, run};

const BY_HELPER: &str = r#"{"credsStore": "test"}"#;

/// Keeps each login in a file, and writes down what it was asked.
pub(crate) const KEEPER: &str = r#"
echo "$1" >>asked
case $1 in
    get)
        read -r server
        cat "kept-$server" 2>/dev/null || { echo credentials not found in native keychain; exit 1; }
        ;;
    store)
        login=$(cat)
        server=${login#*'"ServerURL":"'}
        echo "$login" >"kept-${server%%'"'*}"
        ;;
esac
"#;

/// Puts a helper `docker-credential-test` into a folder of its own.
pub(crate) fn install(sandbox: &Sandbox, script: &str) -> PathBuf {
    let folder = sandbox.folder().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("docker-credential-test");
    // Written by another process: a file that this one holds open for writing may be inherited by
    // what another test starts just now, and then it can't be run ("text file busy").
    let source = sandbox.file("helper.sh", &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&source, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(Command::new("cp").arg(&source).arg(&path).status().unwrap().success());
    folder
}

/// The plugin, with the helpers of that folder on its PATH.
pub(crate) fn with_helpers(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let path = std::env::var("PATH").unwrap();
    let folder = sandbox.folder().join("bin");
    let mut command = sandbox.plugin(arguments);
    command.env("PATH", format!("{}:{path}", folder.display()));
    command
}

/// Keeps CCR's login with the helper [`KEEPER`].
pub(crate) fn keep_ccr_login(sandbox: &Sandbox, password: &str) {
    let login = format!(r#"{{"ServerURL":"x","Username":"{UIN}","Secret":"{password}"}}"#);
    sandbox.file(&format!("kept-{}", sandbox.ccr()), &login);
}

fn sync_with(script: Option<&str>) -> (Sandbox, Run) {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, BY_HELPER);
    if let Some(script) = script {
        install(&sandbox, script);
    }
    let run = run(&mut with_helpers(&sandbox, &["sync"]));
    (sandbox, run)
}

/// The file, too, has CCR's login; TCR's is made with the API key.
fn sync_with_a_login_in_the_file(script: Option<&str>) -> Run {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let ccr = sandbox.ccr();
    let login = basic(UIN, "the-right-password");
    for by_helper in [
        r#""credsStore": "test""#.to_owned(),
        format!(r#""credHelpers": {{"{ccr}": "test", "{}": "test"}}"#, sandbox.tcr()),
    ] {
        let config = format!(r#"{{{by_helper}, "auths": {{"{ccr}": {{"auth": "{login}"}}}}}}"#);
        docker_config(&sandbox, &config);
        if let Some(script) = script {
            install(&sandbox, script);
        }
        let run = run(&mut with_helpers(&sandbox, &["sync", "--on-conflict", "overwrite"]));
        assert_all_is_there(&sandbox);
        if by_helper.contains("credHelpers") {
            return run;
        }
        run.ends_with(0);
    }
    unreachable!()
}

#[test]
fn a_helper_that_is_of_no_use_is_a_warning_and_the_next_login_is_used() {
    for (script, words) in [
        (None, "is not on the PATH"),
        (
            Some("cat >/dev/null; echo 'Cannot autolaunch D-Bus without X11 $DISPLAY'; exit 1"),
            "failed: Cannot autolaunch D-Bus without X11 $DISPLAY",
        ),
        (Some("exec cat /nowhere"), "failed: cat: /nowhere: No such file"),
    ] {
        let run = sync_with_a_login_in_the_file(script).ends_with(0);
        let warning =
            format!("warning: Docker's credential helper `docker-credential-test` {words}");
        assert_eq!(run.stderr.matches(&warning).count(), 1, "{}", run.stderr);
        let about = "the next source of a login is used, or none (";
        assert!(run.stderr.contains(about), "{}", run.stderr);
    }
}

#[test]
fn a_public_image_needs_no_helper() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    docker_config(&sandbox, r#"{"credsStore": "desktop.exe"}"#);
    let (source, target) = (DockerRegistry::start(), DockerRegistry::start());
    Shelf::open(source.host(), "shop/web").image(Some("v1"), "web", &[b"a layer"]);
    let line = format!("{}/shop/web:v1 {}/shop/web:v1", source.host(), target.host());
    sandbox.file("images", &line);
    let mut sync = with_helpers(&sandbox, &["sync", "--images", "images"]);
    run(&mut sync).ends_with(0).says(&["1 copied"]);
}

#[test]
fn a_helper_that_is_not_installed_is_named() {
    let (sandbox, run) = sync_with(None);
    run.ends_with(2).says(&[
        "warning: Docker's credential helper `docker-credential-test` is not on the PATH",
        "install docker-credential-test, or take `credsStore` out of Docker's config.json and log in again",
        &format!("error: {} asks for a login, and there is none for it", sandbox.ccr()),
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_helper_that_fails_is_named_with_its_own_words() {
    let script = "cat >/dev/null; echo pass store is uninitialized; exit 1";
    let (sandbox, run) = sync_with(Some(script));
    run.ends_with(2).says(&[
        "warning: Docker's credential helper `docker-credential-test` failed: pass store is uninitialized",
        "try it by hand: docker-credential-test list (a locked keychain or a missing desktop session are common causes)",
        &format!("error: {} asks for a login, and there is none for it", sandbox.ccr()),
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn what_a_helper_answers_is_not_shown_even_if_it_is_no_login() {
    let (_sandbox, run) = sync_with(Some("cat >/dev/null; echo hunter2"));
    run.ends_with(2)
        .says(&["`docker-credential-test` failed: its answer is not the JSON of a login"])
        .never_says(&["hunter2"]);
}

#[test]
fn a_helper_that_hangs_is_cut_off_after_ten_seconds() {
    let begin = Instant::now();
    // It leaves a child behind that holds its output open.
    let (sandbox, run) = sync_with(Some("cat >/dev/null; sleep 40; echo never"));
    assert!(begin.elapsed() < Duration::from_secs(14), "{:?}", begin.elapsed());
    assert!(begin.elapsed() > Duration::from_secs(9), "{:?}", begin.elapsed());
    run.ends_with(2).says(&[
        "warning: Docker's credential helper `docker-credential-test` gave no answer within 10 seconds",
        "try it by hand: docker-credential-test list",
        &format!("error: {} asks for a login", sandbox.ccr()),
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_helper_gives_the_logins_and_login_stores_with_it() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let config = docker_config(&sandbox, BY_HELPER);
    install(&sandbox, KEEPER);
    keep_ccr_login(&sandbox, "the-right-password");

    run(&mut with_helpers(&sandbox, &["login"]))
        .ends_with(0)
        .says(&["stored with the credential helper docker-credential-test"]);

    let kept = sandbox.folder().join(format!("kept-{}", sandbox.tcr()));
    let kept = std::fs::read_to_string(kept).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["Username"], UIN);
    let secret = kept["Secret"].as_str().unwrap();
    let config = std::fs::read_to_string(config).unwrap();
    assert!(!config.contains("\"auth\"") && !config.contains(secret), "{config}");

    sandbox.tell("/stats/reset", &serde_json::json!({}));
    run(&mut with_helpers(&sandbox, &["sync"])).ends_with(0).says(&["1 copied"]);
    let made = sandbox.control("/stats")["api"]["CreateInstanceToken"].clone();
    assert_eq!(made, serde_json::Value::Null, "the stored login is used");
    assert_all_is_there(&sandbox);
}

#[test]
fn login_says_that_a_helper_would_not_store() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let config = docker_config(&sandbox, BY_HELPER);
    install(&sandbox, "cat >/dev/null; echo the keychain is locked; exit 1");
    run(&mut with_helpers(&sandbox, &["login"]))
        .ends_with(2)
        .says(&["`docker-credential-test` failed: the keychain is locked", "hint: try it by hand"]);
    assert_eq!(std::fs::read_to_string(config).unwrap(), BY_HELPER);
}

//! What programs read is the same whatever the locale is.

use std::process::Command;

use super::in_chinese;
use crate::support::{Sandbox, kubectl_plugin, plugin, run, tool};

#[track_caller]
fn assert_same(command: impl Fn() -> Command) {
    let (english, chinese) = (run(&mut command()), in_chinese(&mut command()));
    assert_eq!(english.code, chinese.code);
    assert_eq!(english.stdout, chinese.stdout);
    assert_eq!(english.stderr, chinese.stderr);
    assert!(!(english.stdout + &english.stderr).is_empty(), "{:?}", command());
}

fn line(program: &str, words: &[&str]) -> Command {
    let mut command = tool(program);
    command.args(words).env("HOME", "/nowhere").env("PATH", "/usr/bin:/bin");
    command
}

#[test]
fn metadata_versions_and_completion_are() {
    assert_same(|| line(plugin(), &["docker-cli-plugin-metadata"]));
    assert_same(|| line(plugin(), &["ccr2tcr", "--version"]));
    assert_same(|| line(plugin(), &["__complete", "ccr2tcr", ""]));
    assert_same(|| line(plugin(), &["__complete", "ccr2tcr", "sync", "--"]));
    assert_same(|| line(plugin(), &["__complete", "ccr2tcr", "sync", "--on-conflict", ""]));
    assert_same(|| line(kubectl_plugin(), &["--version"]));
    assert_same(|| line(kubectl_plugin(), &["__complete", ""]));
    assert_same(|| line(kubectl_plugin(), &["__complete", "apply", "--"]));
}

#[test]
fn documents_are() {
    for output in ["cam", "terraform", "json"] {
        assert_same(|| line(plugin(), &["ccr2tcr", "policy", "sync", "-o", output]));
    }
    let sandbox = Sandbox::with_account(
        "{version: 1, enterprise: [{}], personal: [{namespaces: [
          {name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]}]}",
    );
    let plan = || sandbox.plugin(&["sync", "--dry-run", "-o", "json"]);
    let (english, chinese) = (run(&mut plan()).json(), in_chinese(&mut plan()).json());
    assert_eq!(english, chinese);
}

#[test]
fn what_is_told_to_programs_is_on_stderr_too() {
    let words = ["ccr2tcr", "sync", "--report", "/nowhere/r.json", "--progress", "json"];
    assert_same(|| line(plugin(), &words));
    let mistyped = ["ccr2tcr", "sync", "--nonsense", "--progress=json"];
    assert_same(|| line(plugin(), &mistyped));
}

#[test]
fn a_locale_that_is_not_utf_8_is_spoken_to_in_english() {
    let english = run(&mut line(plugin(), &["ccr2tcr", "sync", "--help"]));
    for locale in ["C", "en_US.UTF-8", "zh_CN.GBK", "de_DE.UTF-8"] {
        let help = run(line(plugin(), &["ccr2tcr", "sync", "--help"]).env("LC_ALL", locale));
        assert_eq!(help.stdout, english.stdout, "{locale}");
    }
}

//! Which hosts are CCR's.

use super::{assert_nothing, assert_seen, seen};

#[test]
fn every_host_of_ccr_is_found_in_any_case() {
    for host in ["CCR", "hkCCR", "tpeCCR", "shadcCCR", "newCCR"] {
        assert_seen(&format!("{host}/shop/web"), &format!("{host}/shop/web"));
    }
    assert_seen("Ccr.CCS.TencentYun.com/shop/web", "CCR/shop/web");
    assert_seen("ccr.ccs.TENCENTYUN.COM", "CCR");
}

#[test]
fn other_hosts_are_not_found() {
    for text in [
        "mirror.ccs.tencentyun.com/library/nginx",
        "csighub.tencentyun.com/a/b",
        "my-CCR/a/b",
        "my_CCR/a/b",
        "my.CCR/a/b",
        "2CCR/a/b",
        "CCR.example.com/a/b",
        "CCR.default",
        "CCR-x/a",
        "CCR-k8s-test.tar.gz",
        "CCRx/a/b",
        "CCR1",
        "docker-hkCCR%2Fshop",
        "image-CCR-blue",
        "CCR:5000/a/b",
        "CCR:8080",
        "xccs.tencentyun.com",
        "my-ccs.tencentyun.com",
        "\"ccs.tencentyun.com.example\"",
        "ccr.ccs.tencentyunXcom",
        "ccr.ccs.tencentyun.co",
        "image-x-tCCR",
    ] {
        assert_nothing(text);
    }
}

#[test]
fn the_port_of_https_is_the_same_as_none() {
    assert_seen("CCR:443/shop/web:v1", "CCR/shop/web:v1");
    assert_seen("\"CCR:443\"", "CCR");
    assert_seen("https://CCR:443/v2/", "https://CCR/v2/");
    assert_seen("CCR%3A443%2Fshop", "CCR/shop");
    // What is no port is no part of the host.
    assert_seen("CCR:50000x/a", "CCR");
    assert_seen("CCR:\n  username: a", "CCR");
    assert_seen("CCR:latest", "CCR");
    assert_seen("CCR:443.", "CCR");
}

#[test]
fn hosts_that_were_named_are_found() {
    for text in ["127.0.0.1:5000/shop/web:v1", "registry.lan/a/b", "registry.lan", "old/shop/web"] {
        assert_seen(text, text);
    }
    assert_seen("-t127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b");
    assert_seen("${X-127.0.0.1:5000/a/b}", "127.0.0.1:5000/a/b");
    assert_seen("\"127.0.0.1:5000\"", "127.0.0.1:5000");
    assert_seen("\\n127.0.0.1:5000/a", "127.0.0.1:5000/a");
    assert_seen("%2F127.0.0.1:5000%2Fa", "Nested 127.0.0.1");
    assert_seen("REGISTRY.LAN:443/a", "registry.lan/a");
    assert_seen("%s127.0.0.1:5000/a", "Partial %s127.0.0.1");
    assert_seen("CCR/a/b:${THRESHOLD}", "CCR/a/b:‹${THRESHOLD}›");
    assert_seen("me@CCR/a", "CCR/a");
    for text in [
        "mirror/CCR:5000/a",
        "1127.0.0.1:5000/a",
        "127.0.0.1:50001/a",
        "1127.0.0.1:50001",
        "127.0.0.1:500/a",
        "127.0.0.1/a",
        "registry.lan:5000/a",
        "my.registry.lan/a",
        "registry.language/a",
        "the old one",
        "bold/a",
        "old.lan/a",
    ] {
        assert_nothing(text);
    }
}

#[test]
fn a_flag_of_one_letter_may_be_glued_to_a_host() {
    for text in ["build -tCCR/a/b .", "\"-tCCR/a/b\"", "[-fCCR/a/b]", "ARGS=-iCCR/a/b"] {
        assert_seen(text, "CCR/a/b");
    }
    assert_seen("-thkCCR/a/b", "hkCCR/a/b");
    assert_seen("-ttpeCCR/a/b", "tpeCCR/a/b");
    // Bangkok's host is known, and `hccr` is none.
    assert_seen("-thCCR/a/b", "thCCR/a/b");
    assert_seen("-CCR/a/b", "CCR/a/b");
    assert_seen("--CCR/a/b", "CCR/a/b");
    assert_seen("${X:-tpeCCR/a/b}", "tpeCCR/a/b");
    assert_seen("${X:-newCCR/a/b}", "newCCR/a/b");
    // A new region's, or a flag in front of a new region's.
    assert_seen("-tnewCCR/a/b", "Partial -tnewCCR");
}

#[test]
fn a_host_in_the_path_of_something_else_is_told() {
    for text in [
        "localhost:5000/CCR/a/b:1",
        "m.daocloud.io/CCR/a/b",
        "/etc/containerd/certs.d/CCR/hosts.toml",
        "certs.d\\CCR\\ca.crt",
        "\"C:\\\\certs\\\\CCR\"",
        "a\\/CCR\\/b",
        "a%2FCCR%2Fb",
        "a&#47;CCR",
        "x//CCR",
        "sed s/a/CCR/",
        "/CCR/.test(x)",
        "./CCR",
        "https://me:secret@CCR/v2/",
    ] {
        assert_seen(text, "Nested CCR");
    }
}

#[test]
fn a_full_name_with_its_last_dot_is_no_reference() {
    assert_seen("CCR./shop/web", "CCR");
    assert_eq!(seen("CCR.\n"), ["CCR"]);
}

//! kubectl's connection flags.

use serde_json::json;

use super::bench::{Bench, Case, Wanted, document, merged};
use crate::support::cluster::User;

#[test]
#[allow(clippy::too_many_lines, reason = "a table, one row for each kubeconfig")]
fn flags_are_read_alike() {
    let mut bench = Bench::new();
    let (server, token) = (bench.server(), Bench::token());
    let good_token = User::admin().token;
    let address = bench.plane().server().to_owned();
    let authority = bench.cluster.file("ca.crt", bench.plane().authority());
    let authority = authority.to_str().unwrap();
    bench.plane().kubeconfig_with_certificate(bench.folder(), "somebody", &["system:masters"]);
    let whole = document(&server, &token);
    let good = bench.file(&whole.to_string()).display().to_string();
    let away = json!({"server": "https://127.0.0.1:1"});
    let nowhere = bench.file(&document(&away, &json!({})).to_string()).display().to_string();
    let named = json!({"server": address, "tls-server-name": "k8s.internal"});
    let named = merged(&server, &named);
    let named = bench.file(&document(&named, &token).to_string()).display().to_string();
    let two = merged(
        &whole,
        &json!({
            "current-context": "away",
            "clusters": [{"name": "test", "cluster": server}, {"name": "away", "cluster": away}],
            "users": [{"name": "test", "user": token}, {"name": "other", "user": {"token": "x"}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}},
                {"name": "away", "context": {"cluster": "away", "user": "other"}}],
        }),
    );
    let two = bench.file(&two.to_string()).display().to_string();
    let insecure = merged(
        &server,
        &json!({
        "insecure-skip-tls-verify": true, "certificate-authority-data": null}),
    );
    let insecure = bench.file(&document(&insecure, &token).to_string()).display().to_string();
    let empty = bench.file("").display().to_string();
    let not_taken = Wanted::Neither("does not take the login");
    let rows: &[(&str, &str, &[&str], Wanted<'_>)] = &[
        ("--kubeconfig", "nowhere", &["--kubeconfig", &good], Wanted::Both),
        (
            "--kubeconfig nowhere",
            &good,
            &["--kubeconfig", "nowhere"],
            Wanted::Neither("there is no such file"),
        ),
        ("--context", &two, &["--context", "test"], Wanted::Both),
        ("--context unknown", &two, &["--context", "tset"], Wanted::Neither("no context `tset`")),
        ("--cluster, --user", &two, &["--cluster", "test", "--user", "test"], Wanted::Both),
        ("--cluster alone", &two, &["--cluster", "test"], not_taken),
        ("--cluster unknown", &two, &["--cluster", "x"], Wanted::Neither("no cluster `x`")),
        ("--user unknown", &two, &["--user", "x"], Wanted::Neither("no user `x`")),
        (
            "--server",
            &nowhere,
            &["--server", &address, "--certificate-authority", authority, "--token", &good_token],
            Wanted::Both,
        ),
        (
            "-s, no kubeconfig",
            &empty,
            &["-s", &address, "--certificate-authority", authority, "--token", &good_token],
            Wanted::Both,
        ),
        ("--server drops tls-server-name", &named, &["--server", &address], Wanted::Both),
        (
            "--tls-server-name",
            &good,
            &["--tls-server-name", "k8s.internal"],
            Wanted::Neither("it is not valid for k8s.internal, but for 127.0.0.1, localhost"),
        ),
        ("--tls-server-name wins", &named, &["--tls-server-name", "localhost"], Wanted::Both),
        ("--token", &two, &["--context", "test", "--token", "nonsense"], not_taken),
        ("--insecure-skip-tls-verify", &good, &["--insecure-skip-tls-verify"], Wanted::Both),
        (
            "--insecure-skip-tls-verify=true",
            &named,
            &["--insecure-skip-tls-verify=true"],
            Wanted::Both,
        ),
        (
            "--insecure-skip-tls-verify with --certificate-authority",
            &good,
            &["--insecure-skip-tls-verify", "--certificate-authority", authority],
            Wanted::Neither("are both there"),
        ),
        (
            "--certificate-authority",
            &insecure,
            &["--certificate-authority", authority],
            Wanted::Both,
        ),
        (
            "--certificate-authority nowhere",
            &good,
            &["--certificate-authority", "nowhere"],
            Wanted::Neither("certificate authority nowhere: No such file"),
        ),
        (
            "--client-certificate, --client-key",
            &nowhere,
            &[
                "-s",
                &address,
                "--certificate-authority",
                authority,
                "--client-certificate",
                "somebody.crt",
                "--client-key",
                "somebody.key",
            ],
            Wanted::Both,
        ),
        (
            "--client-certificate alone",
            &nowhere,
            &[
                "-s",
                &address,
                "--certificate-authority",
                authority,
                "--client-certificate",
                "somebody.crt",
            ],
            Wanted::Neither("but no key"),
        ),
        ("--as", &good, &["--as", "nobody"], Wanted::Neither("")),
        ("--as, --as-group", &good, &["--as", "x", "--as-group", "system:masters"], Wanted::Both),
        (
            "--as-group alone",
            &good,
            &["--as-group", "x"],
            Wanted::Neither("they need a user to act as"),
        ),
        (
            "--as-uid, --as-user-extra",
            &good,
            &[
                "--as",
                "x",
                "--as-group",
                "system:masters",
                "--as-uid",
                "7",
                "--as-user-extra",
                "scopes=view",
            ],
            Wanted::Both,
        ),
        ("--request-timeout 0", &good, &["--request-timeout", "0"], Wanted::Both),
        ("--request-timeout 1m30s", &good, &["--request-timeout", "1m30s"], Wanted::Both),
        ("--request-timeout 20", &good, &["--request-timeout", "20"], Wanted::Both),
        (
            "--request-timeout soon",
            &good,
            &["--request-timeout", "soon"],
            Wanted::Neither("`soon` is not a duration"),
        ),
        ("--request-timeout 1ns", &good, &["--request-timeout", "1ns"], Wanted::Neither("")),
        ("--disable-compression", &good, &["--disable-compression"], Wanted::Both),
    ];
    for (name, kubeconfig, flags, wanted) in rows {
        let kubeconfig = (*kubeconfig).to_owned();
        let case = Case { kubeconfig, ..Case::default() }.with(flags);
        bench.row(name, &case, *wanted);
    }
}

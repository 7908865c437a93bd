//! Whom the server's certificate is signed by, and for which name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};

use super::bench::{Bench, Wanted, merged};
use super::servers::front;

fn file(bench: &Bench, name: &str, content: &str) -> String {
    bench.cluster.file(name, content).into_os_string().into_string().unwrap()
}

/// A cluster with this certificate authority.
fn with_file(bench: &Bench, path: &str) -> Value {
    json!({"server": bench.plane().server(), "certificate-authority": path})
}

fn with_data(bench: &Bench, content: &str) -> Value {
    json!({
        "server": bench.plane().server(),
        "certificate-authority-data": STANDARD.encode(content),
    })
}

#[test]
fn an_authority_may_be_a_file_or_data() {
    let mut bench = Bench::new();
    let (token, pem) = (Bench::token(), bench.plane().authority().to_owned());
    let nothing = "it holds no certificate";
    let text = format!("# of prod\n{pem}\nand of staging:\n{}", other_authority());
    let block = "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n";
    let rows = [
        ("a file", pem.clone(), Wanted::Both),
        ("with CRLF", pem.replace('\n', "\r\n"), Wanted::Both),
        ("a bundle with text between", text, Wanted::Both),
        ("after a block that is none", format!("{block}{pem}"), Wanted::Both),
        ("an empty file", String::new(), Wanted::Neither(nothing)),
        ("a file with something else", "authority".to_owned(), Wanted::Neither(nothing)),
        (
            "a key in its place",
            KeyPair::generate().unwrap().serialize_pem(),
            Wanted::Neither(nothing),
        ),
        ("with a byte order mark", format!("\u{feff}{pem}"), Wanted::Neither(nothing)),
        ("cut off", pem[..pem.len() / 2].to_owned(), Wanted::Neither(nothing)),
        ("of somebody else", other_authority(), Wanted::Neither("signed by an unknown authority")),
    ];
    for (number, (name, content, wanted)) in rows.into_iter().enumerate() {
        let path = file(&bench, &format!("authority-{number}.crt"), &content);
        let case = bench.config(&with_file(&bench, &path), &token);
        bench.row(&format!("authority: {name}"), &case, wanted);
        // An empty text is none: then the system's authorities count.
        if !content.is_empty() {
            let case = bench.config(&with_data(&bench, &content), &token);
            bench.row(&format!("authority-data: {name}"), &case, wanted);
        }
    }
    let case = bench.config(&with_file(&bench, "nowhere.crt"), &token);
    bench.row("authority: no such file", &case, Wanted::Neither("nowhere.crt: No such file"));
    let both = merged(&bench.server(), &with_file(&bench, &file(&bench, "ca.crt", &pem)));
    let case = bench.config(&both, &token);
    bench.row("authority: file and data", &case, Wanted::Neither("are both there; remove one"));
    let bad = merged(&bench.server(), &json!({"certificate-authority-data": "%"}));
    let case = bench.config(&bad, &token);
    bench.row("authority-data: not base64", &case, Wanted::Neither("it is not base64"));
    let none = json!({"server": bench.plane().server()});
    let case = bench.config(&none, &token);
    bench.row("authority: none", &case, Wanted::Neither("signed by an unknown authority"));
    let skip = merged(&none, &json!({"insecure-skip-tls-verify": true}));
    let case = bench.config(&skip, &token);
    bench.row("insecure-skip-tls-verify", &case, Wanted::Both);
    let skip = merged(&bench.server(), &json!({"insecure-skip-tls-verify": true}));
    let case = bench.config(&skip, &token);
    let words = "insecure-skip-tls-verify and an authority are both there";
    bench.row("insecure-skip-tls-verify with an authority", &case, Wanted::Neither(words));
}

fn other_authority() -> String {
    authority("another authority", |_| ()).pem()
}

fn authority(
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    change(&mut params);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn server(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

#[test]
fn a_servers_certificate_is_judged_alike() {
    let mut bench = Bench::new();
    let token = Bench::token();
    let key = KeyPair::generate().unwrap();
    let signer = authority("an authority", |_| ());
    let old_signer =
        authority("an old authority", |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let ours = || server("127.0.0.1");
    let mut its_own_authority = ours();
    its_own_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let mut old = ours();
    old.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut new = ours();
    (new.not_before, new.not_after) =
        (rcgen::date_time_ymd(2090, 1, 1), rcgen::date_time_ymd(2091, 1, 1));
    let mut old_itself = its_own_authority.clone();
    old_itself.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut client = ours();
    client.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];

    let by_signer = |params: &CertificateParams| params.signed_by(&key, &signer).unwrap().pem();
    let by_itself = |params: &CertificateParams| params.self_signed(&key).unwrap().pem();
    let by_old = ours().signed_by(&key, &old_signer).unwrap().pem();
    let unknown = Wanted::Neither("signed by an unknown authority");
    let expired = Wanted::Neither("it is expired");
    // What the server shows, and what is trusted.
    let rows = [
        ("signed by the authority", by_signer(&ours()), Some(signer.pem()), Wanted::Both),
        ("its own authority", by_itself(&its_own_authority), None, Wanted::Both),
        ("its own, and no authority's", by_itself(&ours()), None, Wanted::Both),
        ("named itself, signed by another", by_signer(&ours()), None, Wanted::Both),
        (
            "named itself, for another name",
            by_signer(&server("k8s.internal")),
            None,
            Wanted::Neither("it is not valid for 127.0.0.1, but for k8s.internal"),
        ),
        ("named itself, and expired", by_itself(&old_itself), None, expired),
        ("another of the same authority", by_signer(&ours()), Some(by_itself(&ours())), unknown),
        ("expired", by_signer(&old), Some(signer.pem()), expired),
        ("not valid yet", by_signer(&new), Some(signer.pem()), Wanted::Neither("not valid yet")),
        ("of an authority that is expired", by_old.clone(), Some(old_signer.pem()), expired),
        (
            "of that, and another is trusted",
            by_old,
            Some(old_signer.pem() + &signer.pem()),
            unknown,
        ),
        (
            "for clients",
            by_signer(&client),
            Some(signer.pem()),
            Wanted::Neither("for another purpose than a server's"),
        ),
        (
            "for another name",
            by_signer(&server("k8s.internal")),
            Some(signer.pem()),
            Wanted::Neither("it is not valid for 127.0.0.1, but for k8s.internal"),
        ),
    ];
    for (name, shown, trusted, wanted) in rows {
        let shown_with = Some((shown.as_str(), key.serialize_pem()));
        let shown_with = shown_with.as_ref().map(|(shown, key)| (*shown, key.as_str()));
        let port = front(bench.plane(), "127.0.0.1:0", shown_with).unwrap();
        let trusted = STANDARD.encode(trusted.as_ref().unwrap_or(&shown));
        let cluster = json!({
            "server": format!("https://127.0.0.1:{port}"), "certificate-authority-data": trusted,
        });
        let case = bench.config(&cluster, &token);
        bench.row(&format!("server's certificate: {name}"), &case, wanted);
    }

    let shown = by_signer(&server("k8s.internal"));
    let port = front(bench.plane(), "127.0.0.1:0", Some((&shown, &key.serialize_pem()))).unwrap();
    let cluster = json!({
        "server": format!("https://127.0.0.1:{port}"), "tls-server-name": "k8s.internal",
        "certificate-authority-data": STANDARD.encode(signer.pem()),
    });
    let case = bench.config(&cluster, &token);
    bench.row("tls-server-name", &case, Wanted::Both);
    let case = bench.config(&merged(&cluster, &json!({"tls-server-name": "k8s.external"})), &token);
    let words = "it is not valid for k8s.external, but for k8s.internal";
    bench.row("tls-server-name: another", &case, Wanted::Neither(words));
    let chain = {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "between");
        let between =
            CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &signer).unwrap();
        ours().signed_by(&key, &between).unwrap().pem() + &between.pem()
    };
    let port = front(bench.plane(), "127.0.0.1:0", Some((&chain, &key.serialize_pem()))).unwrap();
    let cluster = json!({
        "server": format!("https://127.0.0.1:{port}"),
        "certificate-authority-data": STANDARD.encode(signer.pem()),
    });
    let case = bench.config(&cluster, &token);
    bench.row("server's certificate: a chain", &case, Wanted::Both);
}

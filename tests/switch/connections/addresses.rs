//! Where the API server is, and the way there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use super::bench::{Bench, Wanted, merged};
use super::servers::{front, http_proxy, socks_proxy};

#[test]
fn addresses_are_read_alike() {
    let mut bench = Bench::new();
    let (server, token) = (bench.server(), Bench::token());
    let address = bench.plane().server().to_owned();
    let bare = address.trim_start_matches("https://").to_owned();
    let plain = front(bench.plane(), "127.0.0.1:0", None).unwrap();
    let anonymous = Wanted::Neither("");
    let rows = [
        ("with a slash", format!("{address}/"), Wanted::Both),
        (
            "without a scheme, which is http",
            bare.clone(),
            Wanted::Neither("HTTP request to an HTTPS server"),
        ),
        ("by name", address.replace("127.0.0.1", "localhost"), Wanted::Both),
        ("with a query", format!("{address}/?x=y"), Wanted::Both),
        ("with a path that is none", format!("{address}/k8s/clusters/c-1"), Wanted::Neither("")),
        ("http, where TLS is spoken", format!("http://{bare}"), Wanted::Neither("")),
        ("http, without a login then", format!("http://127.0.0.1:{plain}"), anonymous),
        (
            "https, where none is spoken",
            format!("https://127.0.0.1:{plain}"),
            Wanted::Neither("does not speak TLS"),
        ),
        ("nobody there", "https://127.0.0.1:1".to_owned(), Wanted::Neither("refused")),
        (
            "no such name",
            "https://nowhere.invalid:6443".to_owned(),
            Wanted::Neither("nowhere.invalid:6443 can't be reached"),
        ),
        ("another scheme", format!("ftp://{bare}"), Wanted::Neither("https:// or http://")),
        ("no address", "https://".to_owned(), Wanted::Neither("the API server's address")),
        ("empty", String::new(), Wanted::Neither("it has no server")),
    ];
    for (name, address, wanted) in rows {
        let case = bench.config(&merged(&server, &json!({"server": address})), &token);
        bench.row(&format!("server: {name}"), &case, wanted);
    }
    let case = bench.config(&merged(&server, &json!({"disable-compression": true})), &token);
    bench.row("disable-compression", &case, Wanted::Both);

    let key = KeyPair::generate().unwrap();
    let shown = CertificateParams::new(["::1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let shown_with = (shown.pem(), key.serialize_pem());
    let shown_with = Some((shown_with.0.as_str(), shown_with.1.as_str()));
    // A machine may have no IPv6.
    if let Some(port) = front(bench.plane(), "[::1]:0", shown_with) {
        let cluster = json!({
            "server": format!("https://[::1]:{port}"),
            "certificate-authority-data": STANDARD.encode(shown.pem()),
        });
        let case = bench.config(&cluster, &token);
        bench.row("server: IPv6", &case, Wanted::Both);
    }
}

#[test]
fn proxies_are_used_alike() {
    let mut bench = Bench::new();
    let (server, token) = (bench.server(), Bench::token());
    let with = |proxy: String| merged(&server, &json!({"proxy-url": proxy}));
    let open = http_proxy(None);
    // `jane:hunter%2`
    let closed = http_proxy(Some("amFuZTpodW50ZXIlMg=="));
    let (socks, closed_socks) = (socks_proxy(None), socks_proxy(Some(("jane", "hunter%2"))));
    let rows = [
        ("http", format!("http://127.0.0.1:{open}"), Wanted::Both),
        ("http with a login", format!("http://jane:hunter%252@127.0.0.1:{closed}"), Wanted::Both),
        (
            "http without the login",
            format!("http://127.0.0.1:{closed}"),
            Wanted::Neither("through the proxy http://127.0.0.1"),
        ),
        ("socks5", format!("socks5://127.0.0.1:{socks}"), Wanted::Both),
        (
            "socks5 with a login",
            format!("socks5://jane:hunter%252@127.0.0.1:{closed_socks}"),
            Wanted::Both,
        ),
        (
            "socks5 without the login",
            format!("socks5://127.0.0.1:{closed_socks}"),
            Wanted::Neither("through the proxy socks5://127.0.0.1"),
        ),
        (
            "nobody there",
            "http://127.0.0.1:1".to_owned(),
            Wanted::Neither("through the proxy http://127.0.0.1:1"),
        ),
        ("another scheme", "ftp://127.0.0.1:1".to_owned(), Wanted::Neither("proxy-url")),
        ("without a scheme", format!("127.0.0.1:{open}"), Wanted::Neither("proxy-url")),
        ("by name without a scheme", format!("localhost:{open}"), Wanted::Neither("proxy-url")),
        ("empty", String::new(), Wanted::Both),
    ];
    for (name, proxy, wanted) in rows {
        let case = bench.config(&with(proxy), &token);
        bench.row(&format!("proxy-url: {name}"), &case, wanted);
    }
    // Loopback is never reached through a proxy of the environment, but by name of another.
    let variable = |case: super::bench::Case<'static>, name, value: String| super::bench::Case {
        variables: vec![(name, value)],
        ..case
    };
    let case = bench.config(&server, &token);
    let case = variable(case, "HTTPS_PROXY", "http://127.0.0.1:1".to_owned());
    bench.row("HTTPS_PROXY: not for loopback", &case, Wanted::Both);
    let remote: Value = merged(&server, &json!({"server": "https://nowhere.invalid:1"}));
    let case = bench.config(&remote, &token);
    let case = variable(case, "HTTPS_PROXY", format!("http://127.0.0.1:{open}"));
    let words = "through the proxy http://127.0.0.1";
    bench.row("HTTPS_PROXY", &case, Wanted::Neither(words));
}

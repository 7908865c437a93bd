//! Proxies as each of Go's programs reads them, docker and kubectl among them: golang.org/x/net is
//! asked the same questions.

use serde_json::json;
use url::Url;

use ccr2tcr::environment::Environment;
use ccr2tcr::http::{Proxies, ProxyRoute};

use crate::support::Readers;
use crate::support::random::Random;

const SERVERS: &[&str] = &[
    "https://r.corp.lan/v2/",
    "https://corp.lan/v2/",
    "https://CORP.lan/v2/",
    "https://corp.lan./v2/",
    "https://xcorp.lan/v2/",
    "https://a.b.corp.lan:8443/v2/",
    "http://r.corp.lan:5000/v2/",
    "http://r.corp.lan/v2/",
    "https://localhost:5000/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://x.localhost/",
    "http://127.0.0.1:5000/",
    "http://127.8.9.1/",
    "http://10.1.2.3/",
    "https://10.1.2.3:6443/",
    "https://192.168.7.9/",
    "https://[::1]:5000/",
    "https://[2001:db8::1]/",
    "https://[2001:db8::1]:5000/",
    "https://[::ffff:10.1.2.3]/",
    "https://[fe80::1]/",
    "https://bücher.lan/",
];

const LISTS: &[&str] = &[
    "",
    "*",
    " * ",
    "a, *",
    "corp.lan",
    ".corp.lan",
    "*.corp.lan",
    "*corp.lan",
    "**.corp.lan",
    "*.*.lan",
    "CORP.LAN",
    "corp.lan.",
    ".corp.lan.",
    "r.corp.lan:443",
    "corp.lan:5000",
    ".corp.lan:80",
    "*.corp.lan:8443",
    "corp.lan:",
    "corp.lan:https",
    ":443",
    ":",
    ".",
    "..",
    "*.",
    " corp.lan , 10.1.2.3",
    "corp.lan;10.1.2.3",
    "corp.lan 10.1.2.3",
    "10.1.2.3",
    "10.1.2.3:6443",
    "10.1.2.3:",
    "10.1.2",
    "10.1.2.*",
    "10.0.0.0/8",
    "10.0.0.0/8:443",
    "10.1.2.3/33",
    "10.1.2.3/",
    "010.1.2.3",
    "0.0.0.0/0",
    "::/0",
    "[::1]",
    "2001:db8::1",
    "[2001:db8::1]",
    "[2001:db8::1]:5000",
    "2001:db8::/32",
    "[2001:db8::]/32",
    "[2001:db8::1",
    "::ffff:10.1.2.3",
    "::ffff:10.0.0.0/104",
    "fe80::1%eth0",
    "https://corp.lan",
    "corp.lan/v2",
    "bücher.lan",
    "xn--bcher-kva.lan",
    "lan",
    "localhost",
];

/// What the environment and a server come to, by both.
fn compare(readers: &mut Readers, server: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut environment = json!({});
    for (name, value) in variables {
        environment[name] = json!(value);
    }
    let server = Url::parse(server).unwrap();
    let go = readers.ask(&json!({
        "Kind": "proxy", "Address": server.as_str(), "Environment": environment,
    }));
    let go = match go["error"].as_str() {
        // It refuses a CGI program's HTTP_PROXY; without a proxy such a request is as safe.
        Some(error) if error.contains("CGI") => "direct".to_owned(),
        Some(_) => "error".to_owned(),
        None => go["proxy"].as_str().unwrap_or("direct").to_owned(),
    };
    let environment = Environment::for_tests(variables, std::path::Path::new("/"));
    let proxies = Proxies::read(&environment);
    let ours = match proxies.without_all_proxy().route(&server) {
        Ok(ProxyRoute::Through(proxy)) => proxy.as_str().trim_end_matches('/').to_owned(),
        Ok(ProxyRoute::Unsaid | ProxyRoute::Direct) => "direct".to_owned(),
        Err(_) => "error".to_owned(),
    };
    (go != ours).then(|| format!("{server} with {variables:?}: Go {go}, ours {ours}"))
}

#[test]
fn no_proxy_means_what_it_means_to_go() {
    let mut readers = Readers::start();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for server in SERVERS {
        for list in LISTS {
            let variables =
                [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "http://s:2"), ("NO_PROXY", list)];
            asked += 1;
            wrong.extend(compare(&mut readers, server, &variables));
        }
    }
    assert!(asked > 1000, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn random_lists_mean_what_they_mean_to_go() {
    const PARTS: &[&str] = &[
        "corp", ".", "*", "lan", ":", "443", "5000", "/", "8", "10", "1.2.3", "[", "]", "::1",
        "2001:db8", " ", ",", "r", "LAN", "-", "%", "0",
    ];
    let mut readers = Readers::start();
    let mut random = Random::seeded();
    let mut wrong = Vec::new();
    for _ in 0..2000 {
        let length = 1 + random.below(8);
        let list: String = (0..length).map(|_| random.one_of(PARTS)).collect();
        let server = random.one_of(SERVERS);
        let variables =
            [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "http://s:2"), ("NO_PROXY", &list)];
        wrong.extend(compare(&mut readers, server, &variables));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_variables_are_read_as_go_reads_them() {
    let mut readers = Readers::start();
    let mut wrong = Vec::new();
    let variables: &[&[(&str, &str)]] = &[
        &[],
        &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2")],
        &[("HTTPS_PROXY", ""), ("https_proxy", "http://b:2")],
        &[("https_proxy", "b:2")],
        &[("HTTPS_PROXY", "b")],
        &[("HTTPS_PROXY", "https://b:2")],
        &[("HTTPS_PROXY", "socks5://b:2")],
        &[("HTTPS_PROXY", "http://u:p@b:2")],
        &[("HTTPS_PROXY", "u:p@b:2")],
        &[("HTTP_PROXY", "http://a:1")],
        &[("http_proxy", "http://a:1"), ("NO_PROXY", ""), ("no_proxy", "corp.lan")],
        &[("HTTPS_PROXY", "http://a:1"), ("NO_PROXY", "x.lan"), ("no_proxy", "corp.lan")],
        &[("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")],
        &[("HTTPS_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")],
        &[("http_proxy", "http://a:1"), ("REQUEST_METHOD", "GET"), ("NO_PROXY", "corp.lan")],
        &[("ALL_PROXY", "http://a:1")],
    ];
    for variables in variables {
        for server in ["https://r.corp.lan/", "http://r.corp.lan/", "http://localhost/"] {
            wrong.extend(compare(&mut readers, server, variables));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The cases of `NO_PROXY` are those of Go's own test (`httpproxy/proxy_test.go`).

use super::*;

fn route(server: &str, variables: &[(&str, &str)]) -> Result<ProxyRoute, ProxyError> {
    let environment = Environment::for_tests(variables, std::path::Path::new("/"));
    Proxies::read(&environment).route(&Url::parse(server).unwrap())
}

fn decide(server: &str, variables: &[(&str, &str)]) -> Option<String> {
    match route(server, variables).unwrap() {
        ProxyRoute::Through(proxy) => Some(proxy.as_str().trim_end_matches('/').to_owned()),
        ProxyRoute::Unsaid | ProxyRoute::Direct => None,
    }
}

#[test]
fn the_servers_scheme_chooses_the_variable() {
    let both = [("HTTPS_PROXY", "http://s:1"), ("HTTP_PROXY", "http://p:2")];
    assert_eq!(decide("https://k8s:6443", &both).as_deref(), Some("http://s:1"));
    assert_eq!(decide("http://k8s:8080", &both).as_deref(), Some("http://p:2"));
    let cases = [("HTTPS_PROXY", ""), ("https_proxy", "lower:3")];
    assert_eq!(decide("https://k8s", &cases).as_deref(), Some("http://lower:3"));
    assert_eq!(decide("https://k8s", &[("HTTP_PROXY", "http://p:2")]), None);
}

#[test]
fn no_proxy_is_held_against_the_server() {
    const LIST: &str = "foobar.com, .barbaz.net, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, \
                        10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, \
                        [2001:db8::52:0:3]:80, 2002:db8:a::45/64, *.star.io, ,:80,bad/net";
    let direct = |host: &str| {
        let server = format!("http://{host}/");
        decide(&server, &[("HTTP_PROXY", "http://p:1"), ("no_proxy", LIST)]).is_none()
    };
    for (host, expected) in [
        ("localhost", true),
        ("127.0.0.1", true),
        ("127.1.2.3:6443", true),
        ("[::1]", true),
        ("[::2]", false),
        ("192.168.1.1", true),
        ("192.168.1.2", false),
        ("192.168.1.3", true),
        ("192.168.1.4", false),
        ("10.0.0.2", true),
        ("10.0.0.4", false),
        ("[2001:db8::52:0:1]", true),
        ("[2001:db8::52:0:2]", false),
        ("[2001:db8::52:0:3]", true),
        ("[2002:db8:a::123]", true),
        ("[fe80::424b:c8be:1643:a1b6]", false),
        ("barbaz.net", false),
        ("www.barbaz.net", true),
        ("foobar.com", true),
        ("www.foobar.com", true),
        ("FOOBAR.COM", true),
        ("foofoobar.com", false),
        ("baz.com", false),
        ("localhost.net", false),
        ("star.io", false),
        ("k8s.star.io", true),
    ] {
        assert_eq!(direct(host), expected, "{host}");
    }
}

#[test]
fn a_star_is_everything_and_an_empty_list_nothing() {
    let with = |list| decide("https://k8s:6443", &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", list)]);
    assert_eq!(with("a,*"), None);
    assert!(with(",").is_some() && with("p").is_some(), "the proxy's own name is not the server's");
}

#[test]
fn all_proxy_is_for_those_that_have_none_of_their_own() {
    let both = [("ALL_PROXY", "socks5://a:1"), ("HTTPS_PROXY", "http://s:2")];
    assert_eq!(decide("https://r.lan", &both).as_deref(), Some("http://s:2"));
    assert_eq!(decide("http://r.lan", &both).as_deref(), Some("socks5://a:1"));
    assert_eq!(route("http://r.lan", &both[1..]), Ok(ProxyRoute::Unsaid));
    let environment = Environment::for_tests(&both, std::path::Path::new("/"));
    let proxies = Proxies::read(&environment).without_all_proxy();
    assert_eq!(proxies.route(&Url::parse("http://r.lan").unwrap()), Ok(ProxyRoute::Unsaid));
}

#[test]
fn a_proxy_that_makes_no_sense_is_told_without_its_password() {
    for (text, expected) in [
        ("ftp://jane:hunter2@p:1", "HTTPS_PROXY: a proxy is http, https or socks5, not ftp"),
        ("http://jane:hunter2@:99999999", "HTTPS_PROXY: "),
    ] {
        let error = route("https://r.lan", &[("HTTPS_PROXY", text)]).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let environment = Environment::for_tests(&[("HTTP_PROXY", "u:hunter2@p:1")], "/".as_ref());
    assert!(!format!("{:?}", Proxies::read(&environment)).contains("hunter2"));
}

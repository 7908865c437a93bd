//! Tests of `proxy`. The rules of `NO_PROXY` are tested in `http`.

use super::*;

#[test]
fn all_proxy_is_not_kubectls() {
    let environment = Environment::for_tests(&[("ALL_PROXY", "p:1")], std::path::Path::new("/"));
    let server = Url::parse("https://k8s:6443").unwrap();
    assert_eq!(proxy_for(&server, None, &environment).unwrap(), None);
}

#[test]
fn the_kubeconfigs_proxy_comes_first_and_always() {
    let variables = [("HTTPS_PROXY", "http://env:1"), ("NO_PROXY", "*")];
    let environment = Environment::for_tests(&variables, std::path::Path::new("/"));
    let server = Url::parse("https://127.0.0.1:6443").unwrap();
    let proxy = proxy_for(&server, Some("socks5://own:1080"), &environment).unwrap().unwrap();
    assert_eq!(shown(&proxy), "socks5://own:1080");
}

#[test]
fn a_proxy_that_makes_no_sense_is_told_without_its_password() {
    for (text, expected) in [
        ("ftp://jane:hunter2@p:1", "HTTPS_PROXY: a proxy is http, https or socks5, not ftp"),
        ("http://jane:hunter2@:99999999", "HTTPS_PROXY: "),
    ] {
        let environment =
            Environment::for_tests(&[("HTTPS_PROXY", text)], std::path::Path::new("/"));
        let server = Url::parse("https://k8s").unwrap();
        let error = proxy_for(&server, None, &environment).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let shown = shown(&Url::parse("http://jane:hunter2@p:8080").unwrap());
    assert_eq!(shown, "http://p:8080");
}

#[test]
fn socks_4_is_refused() {
    let environment = Environment::for_tests(&[], std::path::Path::new("/"));
    let server = Url::parse("https://k8s:6443").unwrap();
    let error = proxy_for(&server, Some("socks4://jane:hunter2@p:1"), &environment).unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

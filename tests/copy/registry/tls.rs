//! Certificates of a TLS server in front of a registry.

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::copy::fixtures::{
    ONE_IMAGE, UIN, assert_all_is_there, assert_nothing_was_written, sync,
};
use crate::support::Sandbox;
use crate::support::tls::self_signed;

/// A front that ends TLS. It serves until the tests end.
struct Front {
    host: String,
    certificate: String,
}

impl Front {
    /// Shows a certificate of its own making for `name`, and hands everything on to `registry`.
    fn of(registry: &str, name: &str) -> Self {
        let (config, certificate) = self_signed(name);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let registry = registry.to_owned();
        std::thread::spawn(move || {
            serve(listener, &TlsAcceptor::from(config), &registry);
        });
        Self { host, certificate }
    }
}

fn serve(listener: std::net::TcpListener, acceptor: &TlsAcceptor, registry: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, registry) = (acceptor.clone(), registry.to_owned());
            tokio::spawn(async move {
                // A client that doesn't trust the certificate hangs up here.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut behind = TcpStream::connect(&registry).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
            });
        }
    });
}

/// A sandbox whose CCR is also behind TLS, and a login for that.
fn world(name: &str) -> (Sandbox, Front) {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    let front = Front::of(sandbox.ccr(), name);
    sandbox.file("login", &format!("{UIN}:the-right-password"));
    sandbox.file("ca.pem", &front.certificate);
    (sandbox, front)
}

#[test]
fn an_unknown_certificate_is_refused_until_its_ca_is_named() {
    let (sandbox, front) = world("127.0.0.1");
    let flags = ["--ccr-host", &front.host, "--ccr-auth-file", "login"];

    let host = &front.host;
    sync(&sandbox, &flags).ends_with(2).says(&[
        &format!("error: {host} presents a certificate that is not trusted: its issuer is unknown"),
        &format!("hint: if {host} uses a private CA, name its certificate: --ca-file FILE, or put it into /etc/docker/certs.d/{host}/ca.crt"),
    ]);
    assert_nothing_was_written(&sandbox);

    sync(&sandbox, &[&flags[..], &["--ca-file", "ca.pem"]].concat()).ends_with(0);
    assert_all_is_there(&sandbox);
}

#[test]
fn a_ca_in_the_users_certs_d_folder_is_trusted_for_its_host() {
    let (sandbox, front) = world("127.0.0.1");
    let folder = sandbox.folder().join(".docker/certs.d").join(&front.host);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ca.crt"), &front.certificate).unwrap();

    sync(&sandbox, &["--ccr-host", &front.host, "--ccr-auth-file", "login"]).ends_with(0);

    assert_all_is_there(&sandbox);
}

#[test]
fn a_certificate_for_another_name_is_refused_although_its_ca_is_trusted() {
    let (sandbox, front) = world("registry.example.com");
    let flags = ["--ccr-host", &front.host, "--ccr-auth-file", "login", "--ca-file", "ca.pem"];

    sync(&sandbox, &flags).ends_with(2).says(&[
        &format!("error: {} presents a certificate that is not valid: ", front.host),
        "it is not valid for 127.0.0.1, but for registry.example.com",
        "hint: ask for the registry by a name that its certificate holds (--resolve gives a name an address), and check this machine's clock",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_broken_certificate_never_leads_to_plain_http() {
    // Plain HTTP is allowed at loopback: all the more must TLS that fails not fall back to it.
    let (sandbox, front) = world("127.0.0.1");
    let flags = ["--ccr-host", &front.host, "--insecure-registry", &front.host];
    sync(&sandbox, &flags).ends_with(2).says(&["a certificate that is not trusted"]);
    assert_eq!(sandbox.control("/stats")["ccr"], serde_json::json!({}));
}

#[test]
fn a_ca_file_that_is_none_is_named() {
    let sandbox = Sandbox::with_account(ONE_IMAGE);
    sandbox.file("empty.pem", "no certificate in here\n");
    for (file, reason) in [("empty.pem", "it holds no certificate"), ("gone.pem", "No such file")] {
        sync(&sandbox, &["--ca-file", file]).ends_with(2).says(&[
            &format!("error: can't use {file}: {reason}"),
            "hint: expected PEM: -----BEGIN CERTIFICATE-----",
        ]);
    }
}

//! Answers that come byte by byte.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use ccr2tcr::image::Digest;

use crate::copy::fixtures::outcomes;
use crate::support::Sandbox;

/// A registry with one image, of a config and a layer, in the repositories `slow/manifest` and
/// `slow/none`, that sends the manifest of the first one byte at a time.
fn dripping_registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap()));
        }
    });
    address
}

const CONFIG: &str = "{}";

fn layer() -> Vec<u8> {
    vec![b'x'; 5000]
}

fn answer(stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let mut words = first.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":{}}},"layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{}","size":{}}}]}}"#,
        Digest::of(CONFIG.as_bytes()),
        CONFIG.len(),
        Digest::of(&layer()),
        layer().len(),
    );
    let (body, drips) = if path == "/v2/" {
        (Vec::from("{}"), false)
    } else if path.contains("/manifests/") {
        (manifest.into_bytes(), path.contains("slow/manifest") && method == "GET")
    } else if path.ends_with(Digest::of(CONFIG.as_bytes()).as_str()) {
        (Vec::from(CONFIG), false)
    } else if path.contains("/blobs/") {
        (layer(), false)
    } else if path.contains("/tags/list") {
        (Vec::from(r#"{"tags":["v1"]}"#), false)
    } else {
        (Vec::new(), false)
    };
    let mut stream = stream;
    let (status, media_type) = match body.is_empty() {
        true => ("404 Not Found", "text/plain"),
        false => ("200 OK", "application/vnd.oci.image.manifest.v1+json"),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    if method == "HEAD" {
        return None;
    }
    if drips {
        for byte in body {
            stream.write_all(&[byte]).ok()?;
            std::thread::sleep(Duration::from_millis(300));
        }
    } else {
        stream.write_all(&body).ok()?;
    }
    None
}

#[test]
fn what_drips_fails_by_name_and_the_rest_is_copied() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal: [{namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]}]
enterprise: [{name: prod, namespaces: [{name: slow}]}]
",
    );
    let (source, target) = (dripping_registry(), sandbox.tcr());
    let lines: String = ["manifest", "none"]
        .map(|name| format!("{source}/slow/{name}:v1 {target}/slow/{name}:v1\n"))
        .concat();
    sandbox.file("images", &lines);
    let begin = Instant::now();
    let line = ["sync", "--images", "images", "--stall-timeout", "1", "--report", "r.json"];
    let run = sandbox.ccr2tcr(&line).ends_with(1);
    // The manifest would take two minutes.
    println!("{:?}", begin.elapsed());
    assert!(begin.elapsed() < Duration::from_secs(150), "{:?}", begin.elapsed());
    run.says(&["its answer came too slowly", "1 copied", "1 failed"]);
    let found = outcomes(&sandbox);
    assert_eq!(found.values().filter(|outcome| *outcome == "copied").count(), 1, "{found:?}");
    sandbox.assert_target_is_whole();
}

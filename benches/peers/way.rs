//! What a proxy does to a round trip and to the flow of bytes, beside the way without it.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::fill::Tagged;

/// Round trips in milliseconds and flows in MB/s, without the proxy and with it.
pub(crate) struct Way {
    round_trip: [f64; 2],
    flow: [f64; 2],
}

impl Way {
    /// Asks a registry, and the proxy before it: small answers on one connection, then the first
    /// layer of an image.
    pub(crate) fn measure(registry: &str, proxy: &str, image: &Tagged) -> Result<Self> {
        let path = format!("/v2/{}/blobs/sha256:{}", image.repository, image.blobs[1].digest);
        Ok(Self {
            round_trip: [round_trip(registry)?, round_trip(proxy)?],
            flow: [flow(registry, &path)?, flow(proxy, &path)?],
        })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([direct, through], [plain, delayed]) = (self.round_trip, self.flow);
        write!(
            f,
            "the proxy: {through:.2} ms for a small answer, {direct:.2} ms without; {delayed:.0} MB/s on one connection, {plain:.0} MB/s without"
        )
    }
}

fn round_trip(host: &str) -> Result<f64> {
    let mut stream = open(host)?;
    let mut times = Vec::new();
    for _ in 0..21 {
        let begin = Instant::now();
        write!(stream, "GET /v2/ HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        while !answer.ends_with(b"\r\n\r\n{}") {
            let length = stream.read(&mut piece)?;
            ensure!(length > 0, "{host} closed the connection");
            answer.extend_from_slice(&piece[..length]);
        }
        times.push(begin.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2].as_secs_f64() * 1000.0)
}

fn flow(host: &str, path: &str) -> Result<f64> {
    let mut stream = open(host)?;
    let begin = Instant::now();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let bytes = std::io::copy(&mut stream, &mut std::io::sink())?;
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let megabytes = bytes as f64 / 1e6;
    Ok(megabytes / begin.elapsed().as_secs_f64())
}

fn open(host: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

//! HTTP/1.1 as it stands on the wire: heads, read and written, and how long a body is.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// A request's or a response's first line and headers.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) first: String,
    headers: Vec<(String, String)>,
}

/// How long the body behind a head is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Known(u64),
    Chunked,
    UntilClose,
}

impl Head {
    pub(super) fn new(first: &str) -> Self {
        Self { first: first.to_owned(), headers: Vec::new() }
    }

    /// `None` if the connection ends before the first byte.
    pub(super) async fn read(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Self>> {
        let Some(first) = line(reader).await? else { return Ok(None) };
        let mut head = Self::new(&first);
        loop {
            match line(reader).await?.as_deref() {
                Some("") => return Ok(Some(head)),
                Some(text) => {
                    let (name, value) = text.split_once(':').ok_or(io::ErrorKind::InvalidData)?;
                    head.headers.push((name.to_owned(), value.trim().to_owned()));
                }
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// The status of a response.
    pub(super) fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// The length of what follows a request's head.
    pub(super) fn request_length(&self) -> Length {
        self.announced().unwrap_or(Length::Known(0))
    }

    /// The length of what follows a response's head.
    pub(super) fn response_length(&self, method: &str) -> Length {
        let is_bare = method == "HEAD" || matches!(self.status(), 204 | 304);
        if is_bare { Length::Known(0) } else { self.announced().unwrap_or(Length::UntilClose) }
    }

    fn announced(&self) -> Option<Length> {
        if self.get("Transfer-Encoding").is_some_and(|coding| coding.contains("chunked")) {
            return Some(Length::Chunked);
        }
        self.get("Content-Length").and_then(|text| text.parse().ok()).map(Length::Known)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            text = format!("{text}{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// A line without its end.
pub(super) async fn line(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let mut text = Vec::new();
    if reader.read_until(b'\n', &mut text).await? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

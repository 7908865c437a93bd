//! One connection to the proxy, and each exchange on it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::fault::{Elsewhere, Fault, RetryAfter, Way, WrongRange};
use super::http1::{Head, Length};
use super::newer_push::push;
use super::proxy::{Desk, Door, Seen};
use super::relay::{End, Gate, discard, relay};
use super::request::{Kind, MOVED, Request};
use super::spoil::{asked_range, gate, shorten, spoil};
use super::token::challenge;

/// Longer than any stall is waited out, short enough to end with the test.
const HELD: Duration = Duration::from_secs(120);

/// Both directions of one connection.
struct Line {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl Line {
    fn new(connection: TcpStream) -> Self {
        let _ = connection.set_nodelay(true);
        let (reader, writer) = connection.into_split();
        Self { reader: BufReader::with_capacity(16 * 1024, reader), writer }
    }

    async fn answer(&mut self, mut head: Head, body: &[u8]) -> Result<(), End> {
        head.set("Content-Length", body.len().to_string());
        let mut text = head.to_bytes();
        text.extend_from_slice(body);
        Ok(self.writer.write_all(&text).await?)
    }
}

/// Serves one connection to its end.
pub(super) async fn serve(desk: Arc<Desk>, connection: TcpStream, door: Door) {
    let mut client = Line::new(connection);
    // A TLS greeting is answered as Go's servers do.
    if client.reader.fill_buf().await.is_ok_and(|bytes| bytes.first() == Some(&0x16)) {
        let _ = client.writer.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").await;
        return;
    }
    let mut registry = None;
    loop {
        match exchange(&desk, &mut client, &mut registry, door).await {
            Ok(()) => {}
            Err(End::Close) => return,
            Err(End::Reset) => {
                let _ = client.writer.as_ref().set_zero_linger();
                return;
            }
            Err(End::Hold) => {
                // Until the program hangs up; what it still sends is not read.
                let _held = registry;
                let mut nothing = [0; 1];
                let ended = async {
                    while client.reader.get_mut().peek(&mut nothing).await.is_ok_and(|n| n > 0) {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                };
                let _ = tokio::time::timeout(HELD, ended).await;
                return;
            }
        }
    }
}

async fn exchange(
    desk: &Desk,
    client: &mut Line,
    registry: &mut Option<Line>,
    door: Door,
) -> Result<(), End> {
    let head = Head::read(&mut client.reader).await?.ok_or(End::Close)?;
    let mut request = Request::new(head);
    let faults = desk.troubles(&request);
    let mut seen = Seen {
        at: Instant::now(),
        kind: request.kind,
        path: request.path.clone(),
        status: 0,
        faults: faults.clone(),
        answered: 0,
    };
    let done = match alone(desk, client, &mut request, &faults, door).await {
        Ok(Some(status)) => {
            seen.status = status;
            Ok(())
        }
        Ok(None) => forward(desk, client, registry, &request, &faults, &mut seen).await,
        Err(end) => Err(end),
    };
    desk.note(seen);
    done
}

/// Answers what the registry is not asked: the status. Otherwise gets the request ready for it.
async fn alone(
    desk: &Desk,
    client: &mut Line,
    request: &mut Request,
    faults: &[Fault],
    door: Door,
) -> Result<Option<u16>, End> {
    let length = request.head.request_length();
    if door == Door::Store && request.head.get("Authorization").is_some() {
        desk.wrong(format!("a login was sent to another host with {}", request.path));
    }
    for fault in faults {
        match fault {
            Fault::Status(status, retry_after) => {
                discard(&mut client.reader, length).await?;
                return refuse(client, *status, *retry_after).await;
            }
            Fault::WhileUploading => {
                discard(&mut client.reader, length).await?;
                return refuse(client, 500, RetryAfter::Unsaid).await;
            }
            // Without a token service there is nothing to be refused for.
            Fault::RefuseEarly if desk.tokens.is_some() => {
                client.answer(challenge(request), b"").await?;
                return Err(End::Close);
            }
            Fault::Redirect(status, elsewhere) if !request.is_moved && door == Door::Registry => {
                discard(&mut client.reader, length).await?;
                let mut head = Head::new(&format!("HTTP/1.1 {status} Redirect"));
                head.set("Location", location(desk, request, *elsewhere));
                client.answer(head, b"").await?;
                return Ok(Some(*status));
            }
            Fault::NewerPush(tag) => push(desk, &request.repository, tag).await,
            Fault::Revoke => desk.tokens.iter().for_each(super::token::Tokens::revoke),
            Fault::IgnoreRange => request.head.remove("Range"),
            Fault::NoMount if request.kind == Kind::UploadPost => {
                let path = request.path.clone();
                request.aim(&path, None);
            }
            _ => {}
        }
    }
    if let Some(tokens) = &desk.tokens {
        if request.kind == Kind::Token {
            let (status, text) = tokens.answer(request);
            let head = Head::new(&format!("HTTP/1.1 {status} Answered"));
            client.answer(head, text.as_bytes()).await?;
            return Ok(Some(status));
        }
        if door == Door::Registry && !tokens.admits(request) {
            discard(&mut client.reader, length).await?;
            let text = br#"{"errors":[{"code":"UNAUTHORIZED","message":"a token, please"}]}"#;
            client.answer(challenge(request), text).await?;
            return Ok(Some(401));
        }
    }
    if let Some(store) = &desk.store {
        match request.kind {
            Kind::BlobGet | Kind::BlobRange => {
                let mut head = Head::new("HTTP/1.1 307 Temporary Redirect");
                head.set("Location", format!("http://{}{}", desk.store_host, store.place(request)));
                client.answer(head, b"").await?;
                return Ok(Some(307));
            }
            Kind::Stored | Kind::StoredRange => {
                let Some(path) = store.find(request) else {
                    let text = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
                    client.answer(Head::new("HTTP/1.1 403 Forbidden"), text).await?;
                    return Ok(Some(403));
                };
                request.aim(&path, None);
            }
            _ => {}
        }
    }
    request.head.remove("Authorization");
    Ok(None)
}

/// Where a request is to be made instead.
fn location(desk: &Desk, request: &Request, elsewhere: Elsewhere) -> String {
    let host = match elsewhere {
        Elsewhere::Path => String::new(),
        Elsewhere::Here => format!("http://{}", desk.host),
        Elsewhere::There => format!("http://{}", desk.store_host),
    };
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{MOVED}{}{query}", request.path)
}

async fn refuse(
    client: &mut Line,
    status: u16,
    retry_after: RetryAfter,
) -> Result<Option<u16>, End> {
    let mut head = Head::new(&format!("HTTP/1.1 {status} Trouble"));
    if let Some(value) = retry_after.header() {
        head.set("Retry-After", value);
    }
    let code = match status {
        401 => "UNAUTHORIZED",
        403 => "DENIED",
        404 => "MANIFEST_UNKNOWN",
        _ => "UNKNOWN",
    };
    let text = format!(r#"{{"errors":[{{"code":"{code}","message":"a trouble of the test"}}]}}"#);
    client.answer(head, text.as_bytes()).await?;
    Ok(Some(status))
}

/// Passes the request on and the answer back.
async fn forward(
    desk: &Desk,
    client: &mut Line,
    registry: &mut Option<Line>,
    request: &Request,
    faults: &[Fault],
    seen: &mut Seen,
) -> Result<(), End> {
    // What goes wrong below leaves the connection in the middle of something: it isn't kept.
    let mut line = match registry.take() {
        Some(line) => line,
        None => Line::new(TcpStream::connect(&desk.registry).await?),
    };
    let _busy = (request.kind == Kind::UploadPut).then(|| Busy::new(desk, &request.repository));
    let mut head = request.head.clone();
    for fault in faults {
        if let (Fault::WrongRange(wrong), Some((first, last))) = (fault, asked_range(&head)) {
            let first = match wrong {
                WrongRange::Early => first.saturating_sub(1),
                WrongRange::Late => (first + 1).min(last),
                WrongRange::Total | WrongRange::Missing => first,
            };
            head.set("Range", format!("bytes={first}-{last}"));
        }
    }
    let length = head.request_length();
    let (answer, is_whole) =
        send(client, &mut line, &head, length, gate(Way::Request, faults, length)).await?;
    let mut answer = answer;
    if let (201, Some(digest)) = (answer.status(), answer.get("Docker-Content-Digest")) {
        desk.take(&request.repository, digest);
    }
    let mut length = answer.response_length(&request.method);
    if faults.contains(&Fault::LoseAnswer) {
        discard(&mut line.reader, length).await?;
        return Err(End::Close);
    }
    let spoiled = spoil(&mut answer, &mut length, faults);
    let lag =
        faults.iter().find_map(|fault| if let Fault::Lag(lag) = fault { Some(*lag) } else { None });
    if let (Some(lag), 200, Length::Known(length)) = (lag, answer.status(), length) {
        let mut text = vec![0; usize::try_from(length).unwrap()];
        line.reader.read_exact(&mut text).await?;
        seen.status = 200;
        client.answer(answer, &shorten(&text, lag)).await?;
        *registry = Some(line);
        return Ok(());
    }
    if request.kind == Kind::ManifestPut && answer.status() == 400 {
        let Length::Known(length) = length else { return Err(End::Close) };
        let mut text = vec![0; usize::try_from(length).unwrap()];
        line.reader.read_exact(&mut text).await?;
        if faults.is_empty() {
            desk.refused(request, &String::from_utf8_lossy(&text));
        }
        seen.status = 400;
        client.answer(answer, &text).await?;
        *registry = Some(line);
        return Ok(());
    }
    let mut gate = gate(Way::Answer, faults, length);
    gate.at_start()?;
    client.writer.write_all(&answer.to_bytes()).await?;
    seen.status = answer.status();
    let done = relay(&mut line.reader, &mut client.writer, length, &mut gate).await;
    seen.answered = gate.passed;
    done?;
    match (is_whole, spoiled, length) {
        (true, false, Length::Known(_) | Length::Chunked) => *registry = Some(line),
        (true, true, _) => {}
        _ => return Err(End::Close),
    }
    Ok(())
}

/// Sends a request; the head of the answer, and whether the whole body went before it.
async fn send(
    client: &mut Line,
    line: &mut Line,
    head: &Head,
    length: Length,
    mut gate: Gate,
) -> Result<(Head, bool), End> {
    line.writer.write_all(&head.to_bytes()).await?;
    let mut sent = false;
    let answer = {
        let body = relay(&mut client.reader, &mut line.writer, length, &mut gate);
        let answer = Head::read(&mut line.reader);
        tokio::pin!(body, answer);
        loop {
            tokio::select! {
                biased;
                done = &mut body, if !sent => {
                    done?;
                    sent = true;
                }
                answer = &mut answer => break answer,
            }
        }
    };
    Ok((answer?.ok_or(End::Close)?, sent))
}

/// An upload into a repository, while it lasts.
struct Busy<'a> {
    desk: &'a Desk,
    repository: String,
}

impl<'a> Busy<'a> {
    fn new(desk: &'a Desk, repository: &str) -> Self {
        desk.uploads.lock().unwrap().entry(repository.to_owned()).or_default().open += 1;
        Self { desk, repository: repository.to_owned() }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut uploads = self.desk.uploads.lock().unwrap();
        let uploads = uploads.entry(self.repository.clone()).or_default();
        uploads.open -= 1;
        uploads.ended = Some(Instant::now());
    }
}

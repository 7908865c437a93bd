//! Pods as they change: a list, then a watch, and again from the list when the watch breaks.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt as _;
use serde_json::Value;
use tokio::sync::mpsc;

use super::Api;

pub(super) enum Event {
    /// A pod is new, or has changed.
    Now(Value),
    /// The pod with this UID is no more.
    Gone(String),
    /// There are no other pods than these.
    OnlyThese(HashSet<String>),
}

/// Everything that happens to pods, until the receiver is dropped.
pub(super) fn pods(api: Api) -> mpsc::Receiver<Event> {
    let (tell, hear) = mpsc::channel(1000);
    tokio::spawn(async move {
        // The server may be away because a test has stopped it.
        while !tell.is_closed() {
            let _ = follow(&api, &tell).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    hear
}

/// `None` when the list or the watch ends, for whatever reason.
async fn follow(api: &Api, tell: &mpsc::Sender<Event>) -> Option<()> {
    let mut list = api.send("GET", "/api/v1/pods", None).await.ok()?.body;
    let version = list["metadata"]["resourceVersion"].as_str()?.to_owned();
    let mut uids = HashSet::new();
    for pod in list["items"].as_array_mut()? {
        uids.insert(uid(pod)?);
        tell.send(Event::Now(pod.take())).await.ok()?;
    }
    tell.send(Event::OnlyThese(uids)).await.ok()?;

    let path = format!("/api/v1/pods?watch=true&resourceVersion={version}");
    let mut stream = api.request("GET", &path).send().await.ok()?.bytes_stream();
    let mut text = Vec::new();
    while let Some(piece) = stream.next().await {
        text.extend_from_slice(&piece.ok()?);
        // One event a line; the last line may not be whole yet.
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let mut event: Value = serde_json::from_slice(&line).ok()?;
            let pod = event["object"].take();
            let event = match event["type"].as_str()? {
                "ADDED" | "MODIFIED" => Event::Now(pod),
                "DELETED" => Event::Gone(uid(&pod)?),
                // The version is too old.
                _ => return None,
            };
            tell.send(event).await.ok()?;
        }
    }
    None
}

fn uid(pod: &Value) -> Option<String> {
    pod["metadata"]["uid"].as_str().map(str::to_owned)
}

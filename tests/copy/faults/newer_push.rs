//! Somebody else who pushes to a tag in the middle of a run.

use std::time::Instant;

use super::proxy::{Desk, Proxy, Seen};
use super::request::Kind;
use crate::support::content::Shelf;

/// What was pushed, and when it was there.
#[derive(Debug, Clone)]
pub(super) struct Pushed {
    /// Of the tag, below the registry.
    pub(super) path: String,
    pub(super) since: Instant,
}

/// So old is a look that came right before a put, on a busy machine.
const RIGHT_BEFORE: std::time::Duration = std::time::Duration::from_secs(2);

/// Pushes an image that nobody has seen yet.
pub(super) async fn push(desk: &Desk, repository: &str, tag: &'static str) {
    let (registry, name) = (desk.registry.clone(), repository.to_owned());
    let pushed = tokio::task::spawn_blocking(move || {
        let shelf = Shelf::open(&registry, &name);
        let label = format!("newer {name}:{tag}");
        shelf.image(Some(tag), &label, &[label.as_bytes()]);
    });
    let path = format!("/v2/{repository}/manifests/{tag}");
    pushed.await.unwrap();
    desk.pushed.lock().unwrap().push(Pushed { path, since: Instant::now() });
}

/// The tags (`REPOSITORY:TAG`) that were pushed when the program had put its own: the last to push
/// has the tag, and the program is not to blame for what is there now.
pub(super) fn overtaken(target: &Proxy) -> Vec<String> {
    let seen = target.seen();
    let is_after = |pushed: &Pushed| {
        let is_ours = |seen: &Seen| is_put_of(seen, pushed) && seen.at < pushed.since;
        seen.iter().any(is_ours)
    };
    let name = |pushed: Pushed| {
        let (repository, tag) = pushed.path.strip_prefix("/v2/")?.split_once("/manifests/")?;
        Some(format!("{repository}:{tag}"))
    };
    target.pushed().into_iter().filter(is_after).filter_map(name).collect()
}

fn is_put_of(seen: &Seen, pushed: &Pushed) -> bool {
    seen.kind == Kind::ManifestPut && seen.path == pushed.path && seen.status == 201
}

/// The tags that were overwritten though a look right before would have seen what was pushed.
pub(super) fn overwritten(target: &Proxy) -> Vec<String> {
    let seen = target.seen();
    let is_overwritten = |pushed: &Pushed| {
        let mut puts = seen.iter().filter(|seen| is_put_of(seen, pushed) && seen.at > pushed.since);
        puts.any(|put| {
            let is_look = |seen: &&Seen| {
                let looks = matches!(seen.kind, Kind::ManifestHead | Kind::ManifestGet);
                looks && seen.path == pushed.path && seen.at < put.at
            };
            let look = seen.iter().filter(is_look).map(|seen| seen.at).max();
            // It was there to be seen, or the look is too old to count.
            look.is_none_or(|look| look > pushed.since || put.at - look > RIGHT_BEFORE)
        })
    };
    let say =
        |pushed: Pushed| format!("{} was pushed by somebody else, and overwritten", pushed.path);
    target.pushed().into_iter().filter(is_overwritten).map(say).collect()
}

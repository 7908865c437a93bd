//! From what a run tells to the progress display.

use parking_lot::Mutex;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use ccr2tcr::account::Registries;
use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::image::Digest;
use ccr2tcr::terminal::{
    AskHosts, HostLoad, ItemKind, Printer, Progress, ProgressMode, Totals, clean_lines,
};
use ccr2tcr::transfer::{Event, Failure, ImageResult, Observer, Outcome};
use serde::Serialize;

/// Hands events on to the display, which begins with the plan.
pub(super) struct Watch {
    mode: ProgressMode,
    registries: Registries,
    printer: Printer,
    is_sync: bool,
    progress: OnceLock<Progress>,
    /// Whose size is counted already: the plan counts an image once, however many tags it has.
    sized: Mutex<HashSet<Digest>>,
}

impl Watch {
    /// Watches a copy: bytes say how far it is.
    pub(super) fn of_sync(mode: ProgressMode, registries: &Registries, printer: &Printer) -> Self {
        Self {
            mode,
            registries: registries.clone(),
            printer: printer.clone(),
            is_sync: true,
            progress: OnceLock::new(),
            sized: Mutex::default(),
        }
    }

    /// Watches a comparison: tags say how far it is, because the bytes to fetch are not known.
    pub(super) fn of_verify(
        mode: ProgressMode,
        registries: &Registries,
        printer: &Printer,
    ) -> Self {
        Self { is_sync: false, ..Self::of_sync(mode, registries, printer) }
    }

    /// Takes the display away.
    pub(super) fn finish(&self) {
        if let Some(progress) = self.progress.get() {
            progress.finish();
        }
    }

    fn begin(&self, items: u64, bytes: u64) -> Progress {
        let totals = Totals {
            items,
            noun: "tags",
            failed: if self.is_sync { "failed" } else { "not equal" },
            bytes: Some(bytes).filter(|&bytes| self.is_sync && bytes > 0),
        };
        Progress::new(self.mode, totals, ask(&self.registries), &self.printer)
    }

    fn settled(&self, progress: &Progress, item: &ImageResult) {
        let kind = match item.outcome {
            Outcome::Copied => ItemKind::Copied,
            Outcome::Equal => ItemKind::Equal,
            Outcome::Kept => ItemKind::Kept,
            Outcome::Conflict => ItemKind::Conflict,
            Outcome::Failed => ItemKind::Failed,
            Outcome::Skipped => ItemKind::Skipped,
        };
        let planned = match &item.digest {
            Some(digest) if item.size > 0 => {
                let mut sized = self.sized.lock();
                if sized.insert(digest.clone()) { item.size } else { 0 }
            }
            _ => item.size,
        };
        progress.item(
            kind,
            planned,
            item.bytes.saturating_add(item.mounted).saturating_add(item.present),
        );
        self.printer.event(&ItemLine::of(item));
    }
}

impl Observer for Watch {
    fn event(&self, event: Event<'_>) {
        if let Event::Planned(totals) = event {
            self.progress.get_or_init(|| self.begin(totals.tags, totals.bytes));
        }
        let Some(progress) = self.progress.get() else { return };
        match event {
            Event::Planned(_) => {}
            Event::Bytes(bytes) => progress.bytes(bytes),
            Event::Mounted(bytes) => progress.mounted(bytes),
            Event::Present(bytes) => progress.present(bytes),
            Event::BlobStarted { id, repository, digest, size } => {
                progress.blob_started(id, repository.as_str(), &short(digest), size);
            }
            Event::BlobMoved { id, bytes } => progress.blob_moved(id, bytes),
            Event::BlobEnded { id } => progress.blob_ended(id),
            Event::Settled(item) => self.settled(progress, item),
        }
    }
}

fn ask(registries: &Registries) -> AskHosts {
    let registries = registries.clone();
    Box::new(move || {
        let load = |(host, traffic): (ccr2tcr::image::Host, ccr2tcr::registry::Traffic)| HostLoad {
            host: host.to_string(),
            requests: traffic.requests,
            retries: traffic.retries,
            throttled: traffic.throttled,
            pause: traffic.pause.unwrap_or_default(),
        };
        registries.traffic().into_iter().map(load).collect()
    })
}

/// `sha256:1a2b3c4d5e6f`
fn short(digest: &Digest) -> String {
    format!("{}:{}", digest.algorithm().name(), digest.short())
}

/// An image that is done, for machines; docs/progress.md describes it.
#[derive(Serialize)]
#[serde(tag = "type", rename = "item", rename_all = "camelCase")]
struct ItemLine<'a> {
    source: &'a str,
    target: &'a str,
    digest: Option<&'a Digest>,
    outcome: Outcome,
    bytes: u64,
    mounted: u64,
    present: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

impl<'a> ItemLine<'a> {
    fn of(item: &'a ImageResult) -> Self {
        Self {
            source: &item.source,
            target: &item.target,
            digest: item.digest.as_ref(),
            outcome: item.outcome,
            bytes: item.bytes,
            mounted: item.mounted,
            present: item.present,
            note: item.note.as_deref().map(clean_lines),
            error: item.error.clone().map(cleaned),
        }
    }
}

fn cleaned(failure: Failure) -> Failure {
    let Failure { class, diagnostic } = failure;
    let clean = |text: String| clean_lines(&text).into_owned();
    let diagnostic = Diagnostic {
        message: clean(diagnostic.message),
        hint: diagnostic.hint.map(clean),
        ..diagnostic
    };
    Failure { class, diagnostic }
}

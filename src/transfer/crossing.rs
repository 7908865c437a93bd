//! One blob on its way, reported to the observer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::observer::{Event, Observer};
use crate::image::{Digest, RepositoryName};

/// A blob that crosses, from its first byte until this is dropped.
pub struct Crossing {
    observer: Arc<dyn Observer>,
    id: u64,
}

impl Crossing {
    /// The blob begins to cross.
    #[must_use]
    pub fn begin(
        observer: Arc<dyn Observer>,
        repository: &RepositoryName,
        digest: &Digest,
        size: u64,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let crossing = Self { observer, id };
        crossing.once_more(repository, digest, size);
        crossing
    }

    /// It failed, and begins again.
    pub fn once_more(&self, repository: &RepositoryName, digest: &Digest, size: u64) {
        self.observer.event(Event::BlobStarted { id: self.id, repository, digest, size });
    }

    /// So many bytes more have crossed. There is no need to tell of [`Event::Bytes`], too.
    pub fn moved(&self, bytes: u64) {
        self.observer.event(Event::Bytes(bytes));
        self.observer.event(Event::BlobMoved { id: self.id, bytes });
    }
}

impl Drop for Crossing {
    fn drop(&mut self) {
        self.observer.event(Event::BlobEnded { id: self.id });
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl Observer for Heard {
        fn event(&self, event: Event<'_>) {
            let text = match event {
                Event::BlobStarted { repository, size, .. } => format!("{repository} of {size}"),
                Event::Bytes(bytes) => format!("{bytes} crossed"),
                Event::BlobMoved { bytes, .. } => format!("{bytes} of it"),
                Event::BlobEnded { .. } => "ended".to_owned(),
                other => panic!("{other:?}"),
            };
            self.0.lock().push(text);
        }
    }

    #[test]
    fn a_crossing_that_is_given_up_has_ended_too() {
        let heard = Arc::new(Heard::default());
        let (repository, digest) = ("shop/web".parse().unwrap(), Digest::of(b"layer"));
        let crossing = Crossing::begin(heard.clone(), &repository, &digest, 9);
        crossing.moved(4);
        drop(crossing);
        let heard = heard.0.lock();
        assert_eq!(*heard, ["shop/web of 9", "4 crossed", "4 of it", "ended"]);
    }
}

//! What a run tells while it goes on.

use super::report::Item;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// So many bytes crossed.
    Bytes(u64),
    /// So many bytes were taken from another repository of the target.
    Mounted(u64),
    /// So many bytes were in the target repository already, when a blob was about to be sent.
    Present(u64),
    /// An image is done, one way or another.
    Settled(&'a Item),
}

/// Somebody who watches a run. Called from many tasks; must not block.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn event(&self, event: Event<'_>);
}

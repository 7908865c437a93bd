//! Sending blobs: mounted, in one streaming request, or in pieces.

mod body;
mod pieces;
mod session;

#[cfg(test)]
mod tests;

pub use session::{Upload, UploadSession};

//! Reading a file of the user's, or standard input.

use std::io::{self, Read as _};
use std::path::Path;

use crate::text;

/// A file's text, or standard input's for `-`, up to `limit` bytes. Whoever stops waiting for it
/// isn't held up: a pipe may never end.
///
/// # Errors
/// From the operating system; what is no text, or longer than `limit`.
pub async fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let path = path.to_owned();
    let read = move || {
        let text = if path == Path::new("-") {
            text::read(io::stdin().lock().take(limit + 1))
        } else {
            std::fs::File::open(path).and_then(|file| text::read(file.take(limit + 1)))
        }?;
        // Cut off in the middle it would pass for a shorter one.
        if text.len() as u64 > limit {
            return Err(io::Error::other(format!("it is larger than {limit} bytes")));
        }
        Ok(text)
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

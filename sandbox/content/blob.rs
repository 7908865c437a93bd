//! Blobs: pseudo-random content that is computed whenever it is read, and what clients uploaded.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use ccr2tcr::image::{Algorithm, Digest, Hasher};

// What a block holds depends on its number only, so that a range can be read by itself.
const BLOCK: u64 = 4096;

/// The content of a blob.
#[derive(Debug)]
pub(crate) enum Blob {
    /// Made from a seed.
    Seeded {
        /// Decides every byte.
        seed: u64,
        /// In bytes.
        size: u64,
    },
    /// Kept as the pieces in which it came.
    Stored {
        /// None of them empty.
        pieces: Vec<Bytes>,
        /// The sum of their lengths.
        size: u64,
    },
}

impl Blob {
    /// One piece of content, kept.
    pub(crate) fn of(bytes: Bytes) -> Self {
        Self::Stored { size: bytes.len() as u64, pieces: vec![bytes] }
    }

    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Seeded { size, .. } | Self::Stored { size, .. } => *size,
        }
    }

    /// Some bytes from `offset` on, `limit` at most; empty only at the end.
    pub(crate) fn read(&self, offset: u64, limit: u64) -> Bytes {
        let limit = limit.min(self.size().saturating_sub(offset));
        match self {
            Self::Seeded { seed, .. } => seeded(*seed, offset, limit),
            Self::Stored { pieces, .. } => {
                let mut before = offset;
                for piece in pieces {
                    let length = piece.len() as u64;
                    if before < length {
                        let end = length.min(before + limit);
                        return piece.slice(index(before)..index(end));
                    }
                    before -= length;
                }
                Bytes::new()
            }
        }
    }

    fn digest(&self, algorithm: Algorithm) -> Digest {
        let mut hasher = Hasher::new(algorithm);
        let mut offset = 0;
        while offset < self.size() {
            let piece = self.read(offset, 1 << 20);
            offset += piece.len() as u64;
            hasher.update(&piece);
        }
        hasher.finish()
    }
}

fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn seeded(seed: u64, offset: u64, limit: u64) -> Bytes {
    let first = offset / BLOCK;
    let end = offset + limit;
    // One random block for the whole blob, starting with its number each time: no two blocks are
    // the same, and making them costs little more than copying, unoptimised too.
    let mut block = [0_u8; 4096];
    // xorshift64*; a state of 0 would stay 0.
    let mut state = seed | 1;
    for word in block.chunks_exact_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word.copy_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    let mut bytes = BytesMut::with_capacity(index(limit + 2 * BLOCK));
    for number in first..end.div_ceil(BLOCK) {
        block[..8].copy_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&block);
    }
    let skip = index(offset - first * BLOCK);
    bytes.freeze().slice(skip..skip + index(limit))
}

/// All content of the sandbox by its digest, shared by its registries.
///
/// Which repository holds what is not known here.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    blobs: HashMap<Digest, Arc<Blob>>,
    digests: HashMap<(u64, u64, Algorithm), Digest>,
}

impl Contents {
    /// The digest of seeded content; hashed once, and readable from now on.
    pub(crate) fn seeded(&mut self, name: &str, size: u64, algorithm: Algorithm) -> Digest {
        let hash = Digest::of(name.as_bytes());
        let seed = u64::from_str_radix(&hash.hex()[..16], 16).unwrap_or_default();
        if let Some(digest) = self.digests.get(&(seed, size, algorithm)) {
            return digest.clone();
        }
        let blob = Blob::Seeded { seed, size };
        let digest = blob.digest(algorithm);
        self.digests.insert((seed, size, algorithm), digest.clone());
        self.add(digest.clone(), blob);
        digest
    }

    /// Keeps small content, such as an image's config.
    pub(crate) fn keep(&mut self, bytes: Bytes, algorithm: Algorithm) -> Digest {
        let digest = Digest::of_with(algorithm, &bytes);
        self.add(digest.clone(), Blob::of(bytes));
        digest
    }

    /// Adds content that hashes to `digest`, unless it is known: then the new copy is dropped, so a
    /// copied image costs no memory.
    pub(crate) fn add(&mut self, digest: Digest, blob: Blob) {
        self.blobs.entry(digest).or_insert_with(|| Arc::new(blob));
    }

    /// The content with this digest.
    pub(crate) fn get(&self, digest: &Digest) -> Option<Arc<Blob>> {
        self.blobs.get(digest).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_seeded_content_is_the_same_as_the_whole_cut() {
        let blob = Blob::Seeded { seed: 7, size: 20_000 };
        let whole = blob.read(0, u64::MAX);
        assert_eq!(whole.len(), 20_000);
        assert_eq!(blob.read(5000, 9000), whole.slice(5000..14_000));
        assert_eq!(blob.read(19_999, 100), whole.slice(19_999..));
        assert_eq!(blob.read(20_000, 1), Bytes::new());
    }

    #[test]
    fn the_same_name_and_size_is_the_same_content() {
        let mut contents = Contents::default();
        let base = contents.seeded("base", 1000, Algorithm::Sha256);
        assert_eq!(base, contents.seeded("base", 1000, Algorithm::Sha256));
        assert_ne!(base, contents.seeded("base", 1001, Algorithm::Sha256));
        assert_eq!(Digest::of(&contents.get(&base).unwrap().read(0, 1000)), base);
    }
}

//! The list of a shard: written for `sync --images`, and read back there.

use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::pack::Shard;
use crate::transfer::{ImageLine, Plan};

/// Bytes of a part of a list. A `ConfigMap` holds 1 MiB at most, with its names.
const PART: usize = 850 << 10;

/// The images of a shard as the plan has them, a line each, in the order in which they are to be put.
/// A tag that gives way at the target is named by its digest, so that nothing newer does.
#[must_use]
pub fn list_of(plan: &Plan, shard: &Shard) -> String {
    let mut text = String::new();
    let copies = shard.places.iter().filter_map(|place| plan.repositories.get(*place));
    for copy in copies {
        for tag in copy.tags.iter().filter(|tag| tag.action.writes()) {
            let line = ImageLine {
                source: copy.source_of(tag),
                target: Some(copy.target_of(tag)),
                replaces: tag.replaces.clone().filter(|_| tag.action.reason().is_some()),
            };
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// A list packed, in parts that a `ConfigMap` can hold.
///
/// # Errors
/// None in practice: it is written to memory.
pub(super) fn packed_parts(list: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(list.as_bytes())?;
    Ok(packer.finish()?.chunks(PART).map(<[u8]>::to_vec).collect())
}

/// The text of a list that is a folder of parts, in the order of their names, as [`manifests`] lays
/// them out in a pod.
///
/// [`manifests`]: super::manifests
///
/// # Errors
/// From the operating system; what isn't packed, or longer than `limit`.
pub fn read_list(folder: &Path, limit: u64) -> io::Result<String> {
    let mut names = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    let mut packed = Vec::new();
    for name in names {
        std::fs::File::open(name)?.take(limit).read_to_end(&mut packed)?;
    }
    let mut text = String::new();
    MultiGzDecoder::new(packed.as_slice()).take(limit + 1).read_to_string(&mut text)?;
    match text.len() as u64 > limit {
        true => Err(io::Error::other(format!("it is larger than {limit} bytes"))),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_list_comes_back_from_its_parts() {
        let text: String = (0..200_000u32).fold(String::new(), |mut text, number| {
            let digest = crate::image::Digest::of(&number.to_be_bytes());
            let _ = writeln!(text, "a.b/c/d:{number} e.f/g/h:{number} replaces={digest}");
            text
        });
        let parts = packed_parts(&text).unwrap();
        assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= 900 << 10));
        let folder = tempfile::tempdir().unwrap();
        for (number, part) in parts.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number:04}")), part).unwrap();
        }
        assert_eq!(read_list(folder.path(), 1 << 30).unwrap(), text);
        assert!(read_list(folder.path(), 1000).is_err());
    }
}

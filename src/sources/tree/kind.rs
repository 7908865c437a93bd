//! What kind of bytes a file has, and whether they name CCR.

/// How much of a file tells what kind it is, in bytes.
const START: usize = 1024;
/// How Git LFS begins what it leaves in place of a file
/// (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";
/// The byte order marks of UTF-16, which those of UTF-32 begin or end with.
const MARKS: &[&[u8]] = &[b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"];

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, in UTF-8 or an encoding that has ASCII in it.
    Text,
    /// UTF-16 or UTF-32.
    Wide,
    /// Something else.
    Binary,
    /// What Git LFS leaves in place of a file.
    LfsPointer,
}

/// The kind that the start of a file tells.
#[must_use]
pub(super) fn of_start(bytes: &[u8]) -> Kind {
    let start = &bytes[..bytes.len().min(START)];
    if start.starts_with(LFS) {
        return Kind::LfsPointer;
    }
    if MARKS.iter().any(|mark| start.starts_with(mark)) {
        return Kind::Wide;
    }
    let zeros = memchr::memchr_iter(0, start).count();
    if zeros == 0 {
        return Kind::Text;
    }
    // Of Latin letters every second byte is NUL; there are some in any text.
    let odd = start.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    let is_wide = zeros * 4 >= start.len() && (odd == 0 || odd == zeros);
    if is_wide { Kind::Wide } else { Kind::Binary }
}

/// `bytes` in UTF-16 or UTF-32 as ASCII, as far as they are: without NUL.
#[must_use]
pub(super) fn narrowed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn the_start_tells_the_kind() {
        let image = "image: ccr.ccs.tencentyun.com/shop/web:v1\r\n";
        for (bytes, kind) in [
            (b"".to_vec(), Kind::Text),
            (image.into(), Kind::Text),
            (b"\xef\xbb\xbfimage".to_vec(), Kind::Text),
            (b"caf\xe9".to_vec(), Kind::Text),
            (wide(&format!("\u{feff}{image}"), u16::to_le_bytes), Kind::Wide),
            (wide(&format!("\u{feff}{image}"), u16::to_be_bytes), Kind::Wide),
            (wide(image, u16::to_le_bytes), Kind::Wide),
            (wide(image, u16::to_be_bytes), Kind::Wide),
            (wide(&format!("# 部署的镜像列表\n{image}"), u16::to_le_bytes), Kind::Wide),
            ("\u{feff}a".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), Kind::Wide),
            ("\u{feff}a".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(), Kind::Wide),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0".to_vec(), Kind::Binary),
            (b"a line\0another line\0".to_vec(), Kind::Binary),
            (b"a text with one NUL\0".to_vec(), Kind::Binary),
            (
                format!("version https://git-lfs.github.com/spec/v1\noid sha256:{image}").into(),
                Kind::LfsPointer,
            ),
        ] {
            assert_eq!(of_start(&bytes), kind, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn wide_text_is_narrowed() {
        assert_eq!(narrowed(&wide("ccr.ccs", u16::to_be_bytes)), b"ccr.ccs");
    }
}

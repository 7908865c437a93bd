//! A list of files that another program made: `git ls-files -z`, `find -print0`, `fd`.

use std::io::Read;
use std::path::PathBuf;

use super::TreeError;
use super::repository::path_of;

use crate::text::without_mark;

/// More than the names of a million files take, in bytes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The names, with NUL between them if there is any NUL, else one a line. A line may be quoted as
/// Git does without `-z`.
///
/// # Errors
/// If it can't be read, is too long, or is UTF-16.
pub fn names(from: impl Read) -> Result<Vec<PathBuf>, TreeError> {
    let mut bytes = Vec::new();
    let read = from.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| TreeError::Names(error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(TreeError::Names("it is longer than 256 MiB".to_owned()));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(TreeError::Names("it is UTF-16".to_owned()));
    }
    let list = without_mark(&bytes);
    let is_filled = |name: &&[u8]| !name.is_empty();
    if memchr::memchr(0, list).is_some() {
        return Ok(list.split(|byte| *byte == 0).filter(is_filled).map(path_of).collect());
    }
    let lines = list.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).filter(is_filled);
    Ok(lines
        .map(|line| unquoted(line).map_or_else(|| path_of(line), |name| path_of(&name)))
        .collect())
}

/// The name in a line that Git has quoted, `"caf\303\251.yaml"`; `None` if it isn't such a line.
fn unquoted(line: &[u8]) -> Option<Vec<u8>> {
    let inner = line.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut name = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return None,
            b'\\' => name.push(match rest.next()? {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                plain @ (b'"' | b'\\') => plain,
                first @ b'0'..=b'3' => {
                    let (second, third) = (octal(rest.next()?)?, octal(rest.next()?)?);
                    (first - b'0') << 6 | second << 3 | third
                }
                _ => return None,
            }),
            byte => name.push(byte),
        }
    }
    Some(name)
}

fn octal(byte: u8) -> Option<u8> {
    matches!(byte, b'0'..=b'7').then(|| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[u8]) -> Vec<PathBuf> {
        names(list).unwrap()
    }

    #[test]
    fn one_name_a_line_or_nul_between() {
        for list in [
            &b"a.yaml\nb c.yaml\n"[..],
            b"a.yaml\r\nb c.yaml",
            b"\xef\xbb\xbfa.yaml\n\nb c.yaml\n\n",
        ] {
            assert_eq!(read(list), [PathBuf::from("a.yaml"), "b c.yaml".into()], "{list:?}");
        }
        let nul = read(b"a\nb.yaml\0\"c\".yaml\0 d\r\0");
        assert_eq!(nul, [PathBuf::from("a\nb.yaml"), "\"c\".yaml".into(), " d\r".into()]);
        assert_eq!(read(b""), Vec::<PathBuf>::new());
        assert_eq!(read(b"\0\0"), Vec::<PathBuf>::new());
    }

    #[test]
    fn names_that_git_quotes_are_read() {
        let list = "\"\\351\\203\\250\\347\\275\\262/a.yaml\"\n\"tab\\there\\\"\\\\\"\n";
        assert_eq!(read(list.as_bytes()), [PathBuf::from("部署/a.yaml"), "tab\there\"\\".into()]);
        for other in ["\"", "\"a", "\"a\"b\"", "\"\\9\"", "\"\\", "\"\\400\""] {
            assert_eq!(read(other.as_bytes()), [PathBuf::from(other)], "{other}");
        }
    }

    #[test]
    fn a_list_that_powershell_wrote_is_refused() {
        let error = names(&b"\xff\xfea\0\n\0"[..]).unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        assert!(error.hint().contains("-z"));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_stay_as_they_are() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(read(b"caf\xe9.yaml\n")[0].as_os_str().as_bytes(), b"caf\xe9.yaml");
    }

    proptest::proptest! {
        #[test]
        fn any_name_that_git_quotes_comes_back(name in "[^\0\n\r]{1,40}") {
            use std::fmt::Write as _;
            let mut quoted = String::from("\"");
            for byte in name.bytes() {
                match byte {
                    b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                    b' '..=b'~' => quoted.push(char::from(byte)),
                    _ => write!(quoted, "\\{byte:03o}").unwrap(),
                }
            }
            quoted.push('"');
            proptest::prop_assert_eq!(read(quoted.as_bytes()), [PathBuf::from(name)]);
        }

        #[test]
        fn any_list_is_read(list in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = names(&list[..]);
            let _ = unquoted(&list);
        }
    }
}

//! Namespaces of Tencent's own beside a host that stands alone: what is put behind it would lead to
//! TCR, which doesn't have them.

use crate::image::TENCENTS_OWN;

/// A namespace of Tencent's own that `bytes` name a repository of, if there is any.
pub(super) fn named_in(bytes: &[u8]) -> Option<&'static str> {
    TENCENTS_OWN.into_iter().find(|namespace| {
        memchr::memmem::find_iter(bytes, namespace).any(|at| {
            let has_repository = bytes.get(at + namespace.len()) == Some(&b'/');
            has_repository && begins(&bytes[..at])
        })
    })
}

/// Whether a path begins behind `before`: at the start of a value, or behind a variable.
/// `docker.io/library/nginx` is none of CCR's.
fn begins(before: &[u8]) -> bool {
    match before {
        [] => true,
        [.., last, b'/'] => matches!(last, b'}' | b')') || is_variable(&before[..before.len() - 1]),
        [.., last] => {
            matches!(last, b'"' | b'\'' | b'=' | b':' | b'`') || last.is_ascii_whitespace()
        }
    }
}

fn is_variable(before: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let name = before.iter().rev().take_while(|byte| word(byte)).count();
    name > 0 && before[..before.len() - name].ends_with(b"$")
}

//! Namespaces that are put behind a host that stands alone, and that TCR doesn't have: Tencent's own,
//! and those of other accounts.

use memchr::memmem;

use crate::image::TENCENTS_OWN;

/// A namespace of Tencent's own that `bytes` name a repository of, if there is any.
pub(super) fn tencents(bytes: &[u8]) -> Option<&'static str> {
    TENCENTS_OWN.into_iter().find(|namespace| {
        memmem::find_iter(bytes, namespace).any(|at| {
            let has_repository = bytes.get(at + namespace.len()) == Some(&b'/');
            has_repository && begins(&bytes[..at])
        })
    })
}

/// The namespaces that `bytes` put behind a variable: `shop` of `$REGISTRY/shop/web`,
/// `${REGISTRY}/shop/web`, `$(REGISTRY)/shop/web`.
pub(super) fn namespaces<'a>(
    bytes: &'a [u8],
    variable: &'a str,
) -> impl Iterator<Item = &'a str> + 'a {
    memmem::find_iter(bytes, variable).filter_map(move |at| {
        let before = &bytes[..at];
        let is_used = ["$", "${", "$("].iter().any(|sign| before.ends_with(sign.as_bytes()));
        let rest = &bytes[at + variable.len()..];
        let rest = rest.strip_prefix(b"}").or(rest.strip_prefix(b")")).unwrap_or(rest);
        let rest = rest.strip_prefix(b"/").filter(|_| is_used)?;
        let length = rest.iter().take_while(|&&byte| is_part(byte)).count();
        let namespace = str::from_utf8(&rest[..length]).ok()?;
        (length > 0 && rest.get(length) == Some(&b'/')).then_some(namespace)
    })
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_followed_to_the_paths_behind_it() {
        let text = b"R=x\npull $R/a/web ${R}/b/web $(R)/c/web $RR/d/web R/e/web $R/f $R/$NS/g";
        assert_eq!(namespaces(text, "R").collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}

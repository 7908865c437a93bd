//! A host that a variable or a template falls back to, with a path behind that:
//! `${REGISTRY:-HOST}/shop/web`, `{{ .Values.registry | default "HOST" }}/shop/web`.

use super::bytes::{before, ends, run_before};
use crate::sources::span::Span;

/// How far the signs of a template may be from the host, in bytes.
const FAR: usize = 256;

/// The variable or template that falls back to the host at `host`, all of it. Whether a path follows
/// is for the caller.
pub(super) fn around(bytes: &[u8], host: Span) -> Option<Span> {
    variable(bytes, host.clone()).or_else(|| template(bytes, host))
}

/// `${A:-HOST}`, `${A:-${B-HOST}}`
fn variable(bytes: &[u8], host: Span) -> Option<Span> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut span = host.clone();
    while let Some(sign) = [":-", ":=", "-", "="].iter().find_map(|it| ends(bytes, span.start, it))
    {
        let name = run_before(bytes, sign, FAR, word);
        let Some(open) = ends(bytes, sign - name, "${").filter(|_| name > 0) else { break };
        if bytes.get(span.end) != Some(&b'}') {
            break;
        }
        span = open..span.end + 1;
    }
    (span != host).then_some(span)
}

/// `{{ default "HOST" .Values.registry }}`, and GitHub's `${{ vars.REGISTRY || 'HOST' }}`.
fn template(bytes: &[u8], host: Span) -> Option<Span> {
    let line = |byte: u8| byte != b'\n' && byte != b'\r';
    let front = run_before(bytes, host.start, FAR, line);
    let front = &bytes[host.start - front..host.start];
    let open = front.windows(2).rposition(|it| it == b"{{")?;
    let behind = &bytes[host.end..bytes.len().min(host.end + FAR)];
    let close = behind.windows(2).position(|it| it == b"}}")?;
    let inside = [&front[open + 2..], &behind[..close]];
    let is_one = inside.iter().all(|it| !it.windows(2).any(|two| two == b"}}" || two == b"{{"));
    if !is_one || !behind[..close].iter().all(|&byte| line(byte)) {
        return None;
    }
    let start = host.start - (front.len() - open);
    let start = if before(bytes, start) == Some(b'$') { start - 1 } else { start };
    Some(start..host.end + close + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around_host(text: &str) -> Option<&str> {
        let start = text.find("HOST").unwrap();
        around(text.as_bytes(), start..start + 4).map(|span| &text[span])
    }

    #[test]
    fn what_falls_back_to_a_host_is_seen_as_a_whole() {
        for (text, whole) in [
            ("image: ${REGISTRY:-HOST}/shop/web", "${REGISTRY:-HOST}"),
            ("${REGISTRY-HOST}/shop/web", "${REGISTRY-HOST}"),
            ("${REGISTRY:=HOST}/shop/web", "${REGISTRY:=HOST}"),
            ("${A:-${B:-HOST}}/shop/web", "${A:-${B:-HOST}}"),
            ("{{ default \"HOST\" .Values.r }}/shop", "{{ default \"HOST\" .Values.r }}"),
            ("{{- .Values.r | default \"HOST\" -}}/x", "{{- .Values.r | default \"HOST\" -}}"),
            ("${{ vars.R || 'HOST' }}/shop/web", "${{ vars.R || 'HOST' }}"),
        ] {
            assert_eq!(around_host(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn other_text_is_not() {
        for text in [
            "HOST/shop/web",
            "${HOST}/shop/web",
            "a-HOST}/shop/web",
            "{HOST}/shop/web",
            "{{ .a }}HOST{{ .b }}/shop/web",
            "{{ if .a }}\nHOST }}/shop",
            "${REGISTRY:-HOST /shop/web",
        ] {
            assert_eq!(around_host(text), None, "{text}");
        }
    }
}

//! Templates that give no text of their own: conditions and blocks of Helm and Jinja.

use super::bytes::run;

/// What a template does that gives no text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Steering {
    /// `{{ if … }}`, `{% for … %}`
    Opens,
    /// `{{ else }}`
    Turns,
    /// `{{ end }}`, `{% endif %}`
    Closes,
    /// `{{/* … */}}`, `{{ $x := … }}`
    Nothing,
}

/// Whether the template `text` only steers what stands around it.
pub(super) fn steering(text: &[u8]) -> Option<Steering> {
    let inner = text.strip_prefix(b"{{").or_else(|| text.strip_prefix(b"{%"))?;
    let inner =
        &inner[run(inner, 0, text.len(), |byte| byte == b'-' || byte.is_ascii_whitespace())..];
    let word = &inner[..run(inner, 0, text.len(), |byte| byte.is_ascii_alphanumeric())];
    match word {
        b"if" | b"with" | b"range" | b"for" | b"define" | b"block" => Some(Steering::Opens),
        b"else" | b"elif" => Some(Steering::Turns),
        // `endif`, `endfor`, `endraw`
        _ if word.starts_with(b"end") => Some(Steering::Closes),
        _ if text.starts_with(b"{%") || inner.starts_with(b"/*") => Some(Steering::Nothing),
        _ => inner.windows(2).any(|it| it == b":=").then_some(Steering::Nothing),
    }
}

/// Whether the template `text`, with `next` behind it, begins a tag or digest that may be left out:
/// `{{ if .tag }}:{{ .tag }}{{ end }}`, `${TAG:+:$TAG}`.
pub(super) fn may_be_version(text: &[u8], next: Option<u8>) -> bool {
    let is_sign = |byte: Option<&u8>| matches!(byte, Some(b':' | b'@'));
    match steering(text) {
        Some(Steering::Opens) => is_sign(next.as_ref()),
        Some(_) => false,
        None => {
            let shell = text.starts_with(b"${").then(|| text.iter().position(|&byte| byte == b'+'));
            shell.flatten().is_some_and(|plus| is_sign(text.get(plus + 1)))
        }
    }
}

//! Actions of templates: `{{ … }}` of Helm and Jinja, `{% … %}` and `{# … #}` of Jinja.

use memchr::{memchr, memmem};

use crate::sources::span::Span;

/// All actions of a file, in their order.
#[derive(Debug, Default)]
pub(super) struct Actions(Vec<Span>);

/// Words that begin an action of Go's templates that leaves nothing behind.
const CONTROL: [&[u8]; 9] =
    [b"if", b"else", b"end", b"range", b"with", b"define", b"block", b"break", b"continue"];

impl Actions {
    /// Takes time linear in the size of the file. GitHub's `${{ … }}` is text to YAML, and to this.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut spans = Vec::new();
        let mut at = 0;
        // An end that was looked for and isn't there isn't further on, either.
        let mut is_lost = [false; 3];
        while let Some(brace) = memchr(b'{', &bytes[at..]).map(|found| at + found) {
            at = brace + 1;
            let Some(kind) = b"{%#".iter().position(|it| bytes.get(at) == Some(it)) else {
                continue;
            };
            let is_text = brace > 0 && bytes[brace - 1] == b'$';
            if is_text || is_lost[kind] || (kind == 2 && spans.is_empty()) {
                // `${{` is passed as a whole.
                at += usize::from(is_text);
                continue;
            }
            match end(bytes, at + 1, kind) {
                Some(end) => {
                    spans.push(brace..end);
                    at = end;
                }
                None => is_lost[kind] = true,
            }
        }
        Self(spans)
    }

    /// The action that begins at this place.
    pub(super) fn at(&self, at: usize) -> Option<Span> {
        let found = self.0.binary_search_by_key(&at, |span| span.start).ok()?;
        Some(self.0[found].clone())
    }

    /// The action that this place is in.
    pub(super) fn around(&self, at: usize) -> Option<Span> {
        let before = self.0.partition_point(|span| span.start <= at).checked_sub(1)?;
        Some(self.0[before].clone()).filter(|span| at < span.end)
    }
}

/// Where an action ends whose first two bytes end at `at`.
fn end(bytes: &[u8], at: usize, kind: usize) -> Option<usize> {
    let find = |from: usize, end: &[u8]| {
        memmem::find(&bytes[from..], end).map(|found| from + found + end.len())
    };
    let close: &[u8] = [b"}}", b"%}", b"#}"][kind];
    let inner = bytes[at..].strip_prefix(b"-").unwrap_or(&bytes[at..]).trim_ascii_start();
    if kind == 0 && inner.starts_with(b"/*") {
        return find(find(at, b"*/")?, close);
    }
    if kind == 2 {
        return find(at, close);
    }
    let mut at = at;
    loop {
        let found =
            bytes[at..].iter().position(|byte| matches!(byte, b'"' | b'`' | b'}' | b'%'))?;
        at += found;
        if bytes[at..].starts_with(close) {
            return Some(at + 2);
        }
        at = match bytes[at] {
            b'"' => string_end(bytes, at).unwrap_or(at + 1),
            b'`' => memchr(b'`', &bytes[at + 1..]).map_or(at + 1, |found| at + found + 2),
            _ => at + 1,
        };
    }
}

/// Where a string ends that begins at `at`, if it ends on the same line.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'"' => return Some(end + 1),
            b'\n' => return None,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
}

/// Whether an action leaves nothing behind: a condition, a loop, a comment, a variable.
pub(super) fn is_control(action: &[u8]) -> bool {
    if !action.starts_with(b"{{") {
        return true;
    }
    let inner = inside(action);
    let word = inner.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    CONTROL.contains(&&inner[..word])
        || is_comment(action)
        || inner.starts_with(b"$") && memmem::find(inner, b":=").is_some()
}

/// Whether an action is a comment.
pub(super) fn is_comment(action: &[u8]) -> bool {
    action.starts_with(b"{#") || inside(action).starts_with(b"/*")
}

/// What stands between the braces.
fn inside(action: &[u8]) -> &[u8] {
    let inner = action.get(2..action.len().saturating_sub(2)).unwrap_or_default();
    inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(text: &str) -> Vec<&str> {
        Actions::of(text.as_bytes()).0.into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn actions_are_found() {
        assert_eq!(
            actions("a: {{ .x }}-{{- y -}}\n{% if z %}{# c #}"),
            ["{{ .x }}", "{{- y -}}", "{% if z %}", "{# c #}"]
        );
        assert_eq!(actions(r#"{{ "}}" }} {{ `}}` }}"#), [r#"{{ "}}" }}"#, "{{ `}}` }}"]);
        assert_eq!(actions("{{/* don't \" }} */}}x {{- /* a */ -}}").len(), 2);
        assert_eq!(actions("{{ range\n  .x }}"), ["{{ range\n  .x }}"]);
    }

    #[test]
    fn what_is_no_action_is_left() {
        assert_eq!(actions("tag: ${{ github.sha }} ${#array[@]} {# x #}"), [""; 0]);
        assert_eq!(actions("{a: {b: c}} {{ x"), [""; 0]);
        assert_eq!(actions("{{ x \" }} {{ y }}"), ["{{ x \" }}", "{{ y }}"]);
    }

    #[test]
    fn the_ends_that_are_missing_cost_no_time() {
        let start = std::time::Instant::now();
        for hostile in ["{{", "{%", "{{\"", "{{`", "{{/*", "}} {#", "{{\"\n"] {
            Actions::of(hostile.repeat(1 << 17).as_bytes());
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }

    #[test]
    fn an_action_that_leaves_nothing_is_known() {
        for control in
            ["{{- if .x }}", "{{ end }}", "{{/* x */}}", "{{ $a := 1 }}", "{% set x = 1 %}"]
        {
            assert!(is_control(control.as_bytes()), "{control}");
        }
        for value in ["{{ .x }}", "{{ include \"if\" . }}", "{{ $a }}", "{{ endpoint }}"] {
            assert!(!is_control(value.as_bytes()), "{value}");
        }
    }
}

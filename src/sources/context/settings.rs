//! A key and its value on a line: `.env`, properties, INI, TOML, systemd.

use std::collections::HashMap;

use memchr::{memchr, memmem, memrchr};

use super::Purpose;
use super::keys::{by_key, by_variable, plain};
use super::kind::FileKind;
use super::outline::{Form, Meaning, Outline, Part, within};
use super::reading::{Field, FieldValue, Fields};
use crate::sources::find::Found;
use crate::sources::span::Span;

/// No key is longer, in bytes.
const LONGEST_KEY: usize = 128;

/// What each of `found` means in a file of settings.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let mut outline = Outline { meanings, ..Outline::default() };
    let mut maps = HashMap::new();
    for line in Lines::new(bytes) {
        for index in within(found, &line.span) {
            let place = &found[index].span;
            let meaning = &mut outline.meanings[index];
            if line.comment <= place.start {
                *meaning = Meaning::new(Purpose::Comment, "");
                continue;
            }
            let blocks: Vec<String> = line.section.split('.').map(plain).collect();
            let purpose = by_key(&blocks, &plain(&line.key)).or_else(|| own(&line.key));
            let before = &bytes[line.value.start.min(place.start)..place.start];
            let purpose = purpose.or_else(|| by_inner_variable(before));
            let name = match (line.section.is_empty(), line.key.is_empty()) {
                (true, _) => line.key.clone(),
                (_, true) => line.section.clone(),
                _ => format!("{}.{}", line.section, line.key),
            };
            let is_whole = line.value.start == place.start;
            let group = line.group().filter(|_| is_whole);
            *meaning = Meaning {
                variable: Some(line.key.clone()),
                map: group.map(|group| {
                    let next = maps.len();
                    *maps.entry(group).or_insert(next)
                }),
                ..Meaning::new(purpose.unwrap_or(Purpose::Reference), name)
            };
        }
        // Of systemd and supervisord.
        let is_command = line.key.starts_with("Exec") || line.key == "command";
        if is_command && !within(found, &line.span).is_empty() {
            let (span, kind) = (line.value.clone(), Some(FileKind::Shell));
            outline.parts.push(Part { span, kind, path: String::new(), form: Form::Plain });
        }
    }
    if !maps.is_empty() {
        outline.maps = vec![Fields::default(); maps.len()];
        for line in Lines::new(bytes) {
            let map = line.group().and_then(|group| maps.get(&group));
            if let (Some(map), Some(key)) = (map, line.part()) {
                outline.maps[*map].0.push(line.field(bytes, key));
            }
        }
    }
    outline
}

/// Keys of Podman's units, of `.netrc` and of nginx.
fn own(key: &str) -> Option<Purpose> {
    Some(match key {
        "Image" => Purpose::Container,
        "machine" => Purpose::Login,
        "server_name" | "server" | "proxy_pass" | "proxy_set_header" | "proxy_ssl_name" | "if"
        | "rewrite" | "return" | "upstream" | "map" => Purpose::Url,
        _ => return None,
    })
}

/// Of `Environment="A=x" "B=y"`, what stands in front of a place in it.
fn by_inner_variable(before: &[u8]) -> Option<Purpose> {
    let start = memrchr(b'"', before).or_else(|| memrchr(b' ', before)).map_or(0, |at| at + 1);
    let name = before[start..].split(|byte| *byte == b'=').next()?;
    by_variable(std::str::from_utf8(name).ok()?)
}

/// A line with a key, or one that goes on with its value.
struct Line {
    span: Span,
    /// `a.b` of `[a.b]`.
    section: String,
    key: String,
    /// Without quotes. Of a line that goes on, all of it.
    value: Span,
    /// Where a comment begins, or the end.
    comment: usize,
}

impl Line {
    /// What the keys have in common that make one reference: the section, and the key without its
    /// last part. Nothing in common is no group: `REGISTRY` alone is put in front of anything.
    fn group(&self) -> Option<String> {
        let last = self.last().filter(|_| self.part().is_some())?;
        let prefix = &self.key[..self.key.len() - last.len()];
        let group = format!("{}|{prefix}", self.section);
        (group.len() > 1).then_some(group)
    }

    /// The last part of a key that has parts, or belongs to a section.
    fn last(&self) -> Option<&str> {
        let key = self.key.as_str();
        let last = key.rsplit(['.', '_', '-']).next()?;
        (last.len() < key.len() || !self.section.is_empty()).then_some(last)
    }

    /// What part of a reference the key names.
    fn part(&self) -> Option<&'static str> {
        Some(match self.last()?.to_ascii_lowercase().as_str() {
            "registry" => "registry",
            "repository" | "repo" => "repository",
            "tag" => "tag",
            "digest" => "digest",
            _ => return None,
        })
    }

    fn field(&self, bytes: &[u8], key: &str) -> Field {
        let text = String::from_utf8_lossy(&bytes[self.value.clone()]).into_owned();
        let is_verbatim = !text.contains(['\\', '$', '"', '\'']);
        let (key, value) = (key.to_owned(), FieldValue::Text(text));
        Field { key, value, span: self.value.clone(), is_verbatim }
    }
}

/// The lines of a file that aren't empty.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    section: String,
    key: String,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let at = bytes.len() - crate::text::without_mark(bytes).len();
        Self { bytes, at, section: String::new(), key: String::new() }
    }

    /// Where the value begins and ends that stands in `span`.
    fn value(&self, span: Span) -> (Span, usize) {
        let text = &self.bytes[span.clone()];
        let start = span.start + text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let quote = self.bytes[start..span.end].first().copied();
        if let Some(quote @ (b'"' | b'\'')) = quote
            && let Some(length) = memchr(quote, &self.bytes[start + 1..span.end])
        {
            let end = start + 1 + length;
            let comment = memchr(b'#', &self.bytes[end..span.end]).map_or(span.end, |at| end + at);
            return (start + 1..end, comment);
        }
        let hash = memmem::find(&self.bytes[start..span.end], b" #");
        let comment = hash.map_or(span.end, |at| start + at + 1);
        let text = self.bytes[start..comment].trim_ascii_end();
        (start..start + text.len(), comment)
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while self.at < self.bytes.len() {
            let start = self.at;
            let length = memchr(b'\n', &self.bytes[start..]);
            let end = length.map_or(self.bytes.len(), |length| start + length);
            self.at = (end + 1).min(self.bytes.len());
            let line = &self.bytes[start..end];
            let indent = line.len() - line.trim_ascii_start().len();
            let text = line.trim_ascii();
            if text.is_empty() {
                self.key.clear();
                continue;
            }
            let section = |section: &str| section.to_owned();
            if matches!(text[0], b'#' | b';' | b'!') || text.starts_with(b"//") {
                let (key, value) = (String::new(), start..end);
                let section = section(&self.section);
                return Some(Line { span: start..end, section, key, value, comment: start });
            }
            if text[0] == b'[' && is_header(text) {
                let name = &text[..text.len().min(LONGEST_KEY)];
                let name = String::from_utf8_lossy(name);
                let letters = |letter: &char| !matches!(letter, '[' | ']' | '"' | '\'' | ' ');
                self.section = name.chars().filter(letters).collect();
                self.key.clear();
                let (value, section) = (end..end, section(&self.section));
                let key = String::new();
                return Some(Line { span: start..end, section, key, value, comment: end });
            }
            let key = key(text);
            let (key_length, value_start) = key.unwrap_or((0, 0));
            if key_length > 0 {
                let text = &text[..key_length];
                let text = String::from_utf8_lossy(text);
                let name = text.trim().trim_matches(['"', '\'']);
                self.key = name.strip_prefix("export ").unwrap_or(name).trim().to_owned();
            }
            let from = start + indent + value_start;
            let (value, comment) = self.value(from..end);
            let (section, key) = (section(&self.section), self.key.clone());
            return Some(Line { span: start..end, section, key, value, comment });
        }
        None
    }
}

/// Whether a line that begins with a bracket is the name of a section, and no list's end.
fn is_header(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'#').next().unwrap_or(text).trim_ascii_end();
    name.ends_with(b"]") && !name.contains(&b',') && !name.starts_with(b"[\"")
}

/// The length of the key that a line begins with, and where its value begins: behind `=`, `:` or
/// the first blank.
fn key(text: &[u8]) -> Option<(usize, usize)> {
    let head = &text[..text.len().min(LONGEST_KEY)];
    if matches!(head[0], b']' | b'}' | b'{' | b',') {
        return None;
    }
    let is_quoted = matches!(head[0], b'"' | b'\'');
    let quote_end = if is_quoted { memchr(head[0], &head[1..])? + 2 } else { 0 };
    let is_sign = |byte: &u8| matches!(byte, b'=' | b':');
    let sign = head[quote_end..].iter().position(is_sign).map(|at| quote_end + at);
    let sign = sign.filter(|sign| {
        let between = &head[quote_end..*sign];
        // A colon in a value, not behind a key.
        !(head[*sign] == b':' && head.get(sign + 1) == Some(&b'/'))
            && (between.trim_ascii().is_empty() || !is_quoted)
    });
    match sign {
        Some(sign) => Some((sign, sign + 1)),
        None if is_quoted => None,
        None => {
            let blank = head.iter().position(u8::is_ascii_whitespace)?;
            Some((blank, blank + 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::context::testing::said;

    #[test]
    fn keys_are_the_place() {
        for (path, text, expected) in [
            (".env", "WEB_IMAGE=CCR/shop/web:v1\n", "WEB_IMAGE: Reference"),
            (".env", "export WEB_IMAGE=\"CCR/shop/web:v1\"\r\n", "WEB_IMAGE: Reference"),
            (".env", "# WEB_IMAGE=CCR/shop/web\n", ": Comment"),
            (".env", "A=x # CCR/shop/web\n", ": Comment"),
            (".env", "A='x#y' # CCR/shop/web\n", ": Comment"),
            ("a.properties", "image.name = CCR/shop/web\n", "image.name: Reference"),
            ("a.properties", "image.name: CCR/shop/web\n", "image.name: Reference"),
            ("a.properties", "! CCR\n", ": Comment"),
            (
                "spark-defaults.conf",
                "spark.kubernetes.container.image CCR/a/b\n",
                "spark.kubernetes.container.image: Reference",
            ),
            ("a.ini", "; CCR\n", ": Comment"),
            ("a.ini", "[web]\nimage = CCR/shop/web\n", "web.image: Reference"),
            (
                "config.toml",
                "[[runners]]\n[runners.docker]\nimage = \"CCR/a/b\"\n",
                "runners.docker.image: Container",
            ),
            (
                "config.toml",
                "[runners.docker]\nallowed_images = [\"CCR/a/*\"]\n",
                "runners.docker.allowed_images: AllowList",
            ),
            (
                "config.toml",
                "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"CCR\"]\n",
                "plugins.io.containerd.grpc.v1.cri.registry.mirrors.ccr.ccs.tencentyun.com: Mirror",
            ),
            (
                "config.toml",
                "[plugins.cri]\nsandbox_image = \"CCR/a/pause:3\"\n",
                "plugins.cri.sandbox_image: Container",
            ),
            ("registries.conf", "[[registry]]\nlocation = \"CCR\"\n", "registry.location: Mirror"),
            ("hosts.toml", "server = \"https://CCR\"\n", "server: Mirror"),
            ("a.toml", "images = [\n  \"CCR/a/b\",\n]\n", "images: Reference"),
            (
                "web.service",
                "[Service]\nExecStart=/usr/bin/docker run CCR/a/b\n",
                "docker run: Container",
            ),
            ("web.container", "[Container]\nImage=CCR/a/b\n", "Container.Image: Container"),
            (
                ".env",
                "DOCKER_AUTH_CONFIG={\"auths\":{\"CCR\":{\"auth\":\"x\"}}}\n",
                "DOCKER_AUTH_CONFIG: Auths",
            ),
            (
                "x.service",
                "[Service]\nEnvironment=\"A=b\" \"NO_PROXY=a,CCR\"\n",
                "Service.Environment: AllowList",
            ),
            ("proxy.conf", "server_name CCR;\n", "server_name: Url"),
            (".netrc", "machine CCR login 1 password 2\n", "machine: Login"),
            ("app.conf", "[program:x]\ncommand=docker run CCR/a/b\n", "docker run: Container"),
            (".env", "URL=https://CCR/v2/\n", "URL: Url"),
            (".env", "\u{feff}A=CCR/a/b", "A: Reference"),
            (".env", "=\n[\n]\n:\n\"\nCCR", ": Reference"),
        ] {
            assert_eq!(said(path, text), [expected], "{text}");
        }
    }

    #[test]
    fn parts_with_one_prefix_are_one_reference() {
        let text = "WEB_IMAGE_REGISTRY=CCR\nWEB_IMAGE_REPOSITORY=shop/web\nWEB_IMAGE_TAG='v1'\n\
                    API_IMAGE_REPOSITORY=shop/api\n";
        assert_eq!(
            said(".env", text),
            ["WEB_IMAGE_REGISTRY: Reference [registry=CCR repository=shop/web tag=v1]"]
        );
        let text = "[image]\nregistry = \"CCR\"\nrepository = \"shop/web\"\n";
        assert_eq!(
            said("a.toml", text),
            ["image.registry: Reference [registry=CCR repository=shop/web]"]
        );
        // This may be put in front of anything.
        assert_eq!(said(".env", "REGISTRY=CCR\nREPOSITORY=shop/web\n"), ["REGISTRY: Reference"]);
    }
}

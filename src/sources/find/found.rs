//! What the finder gives back.

use crate::image::Host;
use crate::sources::span::Span;

/// One place in a file that has to do with CCR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Found {
    /// All of it. Of two, the spans never overlap.
    pub(in crate::sources) span: Span,
    /// What it is.
    pub(in crate::sources) what: What,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) enum What {
    /// A host of CCR, with what follows it as far as it belongs to a reference.
    Name(Name),
    /// A host of CCR in a regular expression: `ccr\.ccs\.tencentyun\.com`.
    Pattern,
    /// A host of CCR that is partly made elsewhere, or stands for many: `${REGION}ccr.ccs…`,
    /// `%s.ccs…`, `*.ccs…`. Another host can't take its place as long as the rest stays.
    Partial,
    /// A host of CCR in the path of something else: `mirror.lan/CCR/shop/web`, `certs.d/CCR/`; or
    /// behind a login: `https://USER:PASSWORD@CCR`.
    Nested,
    /// base64 of text that names a host of CCR.
    Encoded,
    /// The name of a pull secret that TKE makes: `qcloudregistrykey`, `tencenthubkey`.
    PullSecret,
    /// A setting that says Personal Edition: `imageType: personal`.
    EditionFlag,
}

/// A host of CCR, and the path, tag and digest behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Name {
    /// The host, without `:443`.
    pub(in crate::sources) host: Host,
    /// Where it stands, its port included.
    pub(in crate::sources) host_span: Span,
    /// Whether it is what a variable or a template falls back to, and the path stands behind the end
    /// of that: `${REGISTRY:-CCR}/shop/web`.
    pub(in crate::sources) is_fallback: bool,
    /// `docker://`, `oci://`, `https://` in front of it; empty if there is none.
    pub(in crate::sources) scheme: Span,
    /// How a slash is written behind it.
    pub(in crate::sources) slash: Slash,
    /// The parts of the path between slashes; none of a bare host.
    pub(in crate::sources) path: Vec<Segment>,
    /// Whether a slash stands at its end, with nothing behind it.
    pub(in crate::sources) ends_in_slash: bool,
    /// The tag, without its colon. Where a template decides whether there is one, all of that:
    /// `{{ if .tag }}:{{ .tag }}{{ end }}`.
    pub(in crate::sources) tag: Option<Segment>,
    /// The digest, without its `@`, `sha256:` included.
    pub(in crate::sources) digest: Option<Segment>,
}

impl Name {
    /// What stands between the host and its path, if the host is a fallback: `}` of
    /// `${REGISTRY:-CCR}/shop/web`.
    pub(in crate::sources) fn gap(&self) -> Option<Span> {
        let first = self.path.first().filter(|_| self.is_fallback)?;
        Some(self.host_span.end..first.span.start - self.slash.as_str().len())
    }
}

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Segment {
    /// Where it stands.
    pub(in crate::sources) span: Span,
    /// What stands there.
    pub(in crate::sources) text: String,
    /// Whether some of it is made elsewhere: `${TAG}`, `{{ .Values.tag }}`, `%s`, `$(ORG)`, `<tag>`,
    /// or behind a closing quote, in `"CCR/shop/web:" + tag`: the tag is empty there.
    pub(in crate::sources) is_template: bool,
}

/// How a slash is written in the text that a name stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sources) enum Slash {
    /// `/`
    #[default]
    Plain,
    /// `\/`, which JSON allows.
    Backslash,
    /// `%2F`, of URLs.
    Percent,
    /// `&#47;` or `&#x2F;`, of XML and HTML.
    Entity,
}

impl Slash {
    /// As it is written.
    #[must_use]
    pub(in crate::sources) fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "/",
            Self::Backslash => "\\/",
            Self::Percent => "%2F",
            Self::Entity => "&#47;",
        }
    }
}

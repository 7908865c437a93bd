//! `--images FILE|-`: a list of references, one a line.

use std::collections::HashMap;
use std::fmt;

use crate::image::{Digest, ParsedReference, Reference, ReferenceError, Tag, TagOrDigest};

/// Before the digest that gives way.
const REPLACES: &str = "replaces=";

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageLine {
    /// What to copy.
    pub source: Reference,
    /// Where to; by the mapping if it is left out.
    pub target: Option<Reference>,
    /// What the target's tag may point at today and give way.
    pub replaces: Option<Digest>,
}

/// A line as it stands in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLine {
    /// Counted from 1.
    pub number: usize,
    /// Without blanks around it.
    pub text: String,
}

impl fmt::Display for WrittenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} ({})", self.number, self.text)
    }
}

/// A line that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageListError {
    /// A reference is malformed.
    #[error("line {line} of the list: {error}")]
    Reference {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        error: ReferenceError,
    },
    /// More words than that.
    #[error("line {line} of the list has more than SOURCE and TARGET: {text}")]
    Words {
        /// Counted from 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// A target by digest, which can't be chosen.
    #[error("line {line} of the list: the target {target} must name a tag, not a digest")]
    TargetDigest {
        /// Counted from 1.
        line: usize,
        /// As it stands there.
        target: String,
    },
    /// Two images for one target.
    #[error("two lines of the list have the target {target}: {first} and {second}")]
    SameTarget {
        /// The target.
        target: Box<Reference>,
        /// The one that names it first.
        first: Box<WrittenLine>,
        /// The other one.
        second: Box<WrittenLine>,
    },
    /// Nothing in it.
    #[error("the list of images is empty")]
    Empty,
}

impl ImageListError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::SameTarget { second, .. } => Some(format!(
                "give line {} another tag or repository as its target, or take one of the two out",
                second.number
            )),
            _ => None,
        }
    }
}

impl fmt::Display for ImageLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)?;
        if let Some(target) = &self.target {
            write!(f, " {target}")?;
        }
        self.replaces.as_ref().map_or(Ok(()), |digest| write!(f, " {REPLACES}{digest}"))
    }
}

/// Reads `SOURCE [TARGET]`, one a line; empty lines and what follows a `#` don't count. A scheme
/// before a reference (`docker://`, `oci://`, `https://`) is left out. Behind a target may stand
/// `replaces=DIGEST`: what the target's tag may point at and give way, as a plan has it.
///
/// # Errors
/// [`ImageListError`] with the first line that can't be read.
pub fn parse_image_list(text: &str) -> Result<Vec<ImageLine>, ImageListError> {
    let mut lines = Vec::new();
    let mut targets: HashMap<Reference, (Reference, WrittenLine)> = HashMap::new();
    for (index, text) in text.lines().enumerate() {
        let number = index + 1;
        let text = text.trim();
        let mut words = text.split_whitespace().take_while(|word| !word.starts_with('#'));
        let Some(source) = words.next() else { continue };
        let parse = |word: &str| {
            let parsed: Result<ParsedReference, _> = without_scheme(word).parse();
            parsed.map_err(|error| ImageListError::Reference { line: number, error })
        };
        let source = parse(source)?.resolve();
        let target = words.next().map(parse).transpose()?;
        let replaces = words.next().map(|word| word.strip_prefix(REPLACES)?.parse().ok());
        if replaces == Some(None) || words.next().is_some() {
            return Err(ImageListError::Words { line: number, text: text.to_owned() });
        }
        let target = target.map(|target| tag_of(target, &source, number)).transpose()?;
        let line = ImageLine { source, target, replaces: replaces.flatten() };
        if let Some(target) = &line.target {
            let written = WrittenLine { number, text: text.to_owned() };
            let (source, first) =
                targets.entry(target.clone()).or_insert((line.source.clone(), written.clone()));
            if *source != line.source {
                return Err(ImageListError::SameTarget {
                    target: Box::new(target.clone()),
                    first: Box::new(first.clone()),
                    second: Box::new(written),
                });
            }
        }
        lines.push(line);
    }
    if lines.is_empty() { Err(ImageListError::Empty) } else { Ok(lines) }
}

/// skopeo's and helm's spelling, or an address out of a browser.
fn without_scheme(word: &str) -> &str {
    ["docker://", "oci://", "https://", "http://"]
        .iter()
        .find_map(|scheme| {
            let start = word.get(..scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then(|| &word[scheme.len()..])
        })
        .unwrap_or(word)
}

/// The target of a line: a tag. A digest beside it says nothing new if it is the source's.
fn tag_of(
    target: ParsedReference,
    source: &Reference,
    line: usize,
) -> Result<Reference, ImageListError> {
    let same = target.digest.as_ref() == source.version.digest();
    let tag: Option<Tag> = target.tag.clone().filter(|_| same);
    match (&target.digest, tag) {
        (Some(_), Some(tag)) => {
            let version = TagOrDigest::Tag(tag);
            Ok(Reference { host: target.host, repository: target.repository, version })
        }
        (Some(_), None) => Err(ImageListError::TargetDigest { line, target: target.to_string() }),
        (None, _) => Ok(target.resolve()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_line_by_line() {
        let digest = Digest::of(b"x");
        let text = format!("# used in prod\n\na.b/c/d:v1\n a.b/c/d@{digest}   e.f/g/h:v2 \n");
        let lines = parse_image_list(&text).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].target, None);
        assert_eq!(lines[1].target.as_ref().unwrap().to_string(), "e.f/g/h:v2");
    }

    #[test]
    fn what_may_give_way_stands_behind_the_target() {
        let text = format!("a.b/c/d:v1 e.f/g/h:v2 replaces={}", Digest::of(b"x"));
        let lines = parse_image_list(&text).unwrap();
        assert_eq!(lines[0].replaces, Some(Digest::of(b"x")));
        assert_eq!(lines[0].to_string(), text);
        let error = parse_image_list("a.b/c:1 a.b/d:1 replaces=x\n").unwrap_err();
        assert!(matches!(error, ImageListError::Words { line: 1, .. }), "{error}");
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = parse_image_list("a.b/c/d:v1\nnginx\n").unwrap_err();
        assert!(matches!(error, ImageListError::Reference { line: 2, .. }), "{error}");
        let error = parse_image_list("a.b/c:1 a.b/d:1 x\n").unwrap_err();
        assert!(matches!(error, ImageListError::Words { line: 1, .. }), "{error}");
        let error = parse_image_list(&format!("a.b/c:1 a.b/c@{}", Digest::of(b"x"))).unwrap_err();
        assert!(matches!(error, ImageListError::TargetDigest { line: 1, .. }), "{error}");
        assert_eq!(parse_image_list("\n# nothing\n"), Err(ImageListError::Empty));
    }

    #[test]
    fn what_other_programs_write_is_read() {
        let digest = Digest::of(b"x");
        let source = "a.b/c/d:v1".parse::<Reference>().unwrap();
        for text in [
            "docker://a.b/c/d:v1",
            "oci://a.b/c/d:v1",
            "https://a.b/c/d:v1",
            "HTTP://a.b/c/d:v1 \r\n",
            "a.b/c/d:v1 # used in prod",
            "a.b/c/d:v1\t#used in prod",
            "\u{a0}a.b/c/d:v1\u{a0}",
        ] {
            let lines = parse_image_list(text).unwrap();
            assert_eq!(
                lines,
                [ImageLine { source: source.clone(), target: None, replaces: None }],
                "{text}"
            );
        }
        let tagged = format!("a.b/c/d:v1@{digest}\tdocker://e.f/g/h:v2@{digest}");
        let lines = parse_image_list(&tagged).unwrap();
        assert_eq!(lines[0].source.version, TagOrDigest::Digest(digest.clone()));
        assert_eq!(lines[0].target.as_ref().unwrap().to_string(), "e.f/g/h:v2");
        for other in [
            format!("a.b/c/d:v1 e.f/g/h:v2@{digest}"),
            format!("a.b/c/d@{} e.f/g/h:v2@{digest}", Digest::of(b"y")),
            format!("a.b/c/d@{digest} e.f/g/h@{digest}"),
        ] {
            let error = parse_image_list(&other).unwrap_err();
            assert!(matches!(error, ImageListError::TargetDigest { line: 1, .. }), "{error}");
        }
        let error = parse_image_list("docker-daemon:a:v1").unwrap_err();
        assert!(matches!(error, ImageListError::Reference { line: 1, .. }), "{error}");
    }

    #[test]
    fn two_images_for_one_target_are_named_with_their_lines() {
        let text =
            "a.b/c/d:v1 e.f/g/h:v\n\na.b/c/d:v1  docker://E.F/g/h:v\na.b/c/d:v2 e.f/g/h:v # x\n";
        let error = parse_image_list(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            "two lines of the list have the target e.f/g/h:v: line 1 (a.b/c/d:v1 e.f/g/h:v) and line 4 (a.b/c/d:v2 e.f/g/h:v # x)"
        );
        assert!(error.hint().unwrap().starts_with("give line 4 another"));
        let again = "a.b/c/d:v1 e.f/g/h:v\na.b/c/d:v1 e.f/g/h:v\n";
        assert_eq!(parse_image_list(again).unwrap().len(), 2, "the same line twice is one image");
    }
}

//! `--images FILE|-`: a list of references, one a line.

use crate::image::{Reference, ReferenceError};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageLine {
    /// What to copy.
    pub source: Reference,
    /// Where to; by the mapping if it is left out.
    pub target: Option<Reference>,
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
    /// More than two words.
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
    /// Nothing in it.
    #[error("the list of images is empty")]
    Empty,
}

/// Reads `SOURCE [TARGET]`, one a line; empty lines and lines that start with `#` don't count.
///
/// # Errors
/// [`ImageListError`] with the first line that can't be read.
pub fn parse_image_list(text: &str) -> Result<Vec<ImageLine>, ImageListError> {
    let mut lines = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        let content = text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let mut words = content.split_whitespace();
        let reference = |word: &str| {
            word.parse::<Reference>().map_err(|error| ImageListError::Reference { line, error })
        };
        let source = reference(words.next().unwrap_or_default())?;
        let target = words.next().map(reference).transpose()?;
        if words.next().is_some() {
            return Err(ImageListError::Words { line, text: content.to_owned() });
        }
        if let Some(target) = target.as_ref().filter(|target| target.version.digest().is_some()) {
            return Err(ImageListError::TargetDigest { line, target: target.to_string() });
        }
        lines.push(ImageLine { source, target });
    }
    if lines.is_empty() { Err(ImageListError::Empty) } else { Ok(lines) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

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
    fn a_bad_line_is_named() {
        let error = parse_image_list("a.b/c/d:v1\nnginx\n").unwrap_err();
        assert!(matches!(error, ImageListError::Reference { line: 2, .. }), "{error}");
        let error = parse_image_list("a.b/c:1 a.b/d:1 x\n").unwrap_err();
        assert!(matches!(error, ImageListError::Words { line: 1, .. }), "{error}");
        let error = parse_image_list(&format!("a.b/c:1 a.b/c@{}", Digest::of(b"x"))).unwrap_err();
        assert!(matches!(error, ImageListError::TargetDigest { line: 1, .. }), "{error}");
        assert_eq!(parse_image_list("\n# nothing\n"), Err(ImageListError::Empty));
    }
}

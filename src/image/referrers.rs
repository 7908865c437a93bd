//! Tags that belong to another manifest: OCI fallback tags and cosign tags, and the fallback index.

use serde_json::{Map, Value, json};

use super::{Digest, ManifestView, MediaType, Tag};

/// A tag that names its subject, `sha256-<hex>[.sig|.att|.sbom|…]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferrerTag {
    /// The manifest that it belongs to.
    pub subject: Digest,
    /// Empty for an OCI fallback tag; `sig`, `att`, `sbom` and the like for cosign's.
    pub suffix: String,
}

impl ReferrerTag {
    /// Reads a tag; `None` if it is an ordinary one.
    #[must_use]
    pub fn parse(tag: &Tag) -> Option<Self> {
        let (algorithm, rest) = tag.as_str().split_once('-')?;
        let (hex, suffix) = rest.split_once('.').unwrap_or((rest, ""));
        // A sha512 fallback tag keeps only the first 64 digits (distribution specification,
        // "Referrers Tag Schema"), so its subject can't be read back from it.
        let subject = format!("{algorithm}:{hex}").parse().ok()?;
        Some(Self { subject, suffix: suffix.to_owned() })
    }

    /// Whether the tag holds a fallback index rather than an artifact of its own.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        self.suffix.is_empty()
    }
}

/// The tag that replaces the referrers API: `<alg, 32 at most>-<hex, 64 at most>`.
#[must_use]
pub fn fallback_tag(subject: &Digest) -> Tag {
    let hex = subject.hex();
    let text = format!("{}-{}", subject.algorithm().name(), &hex[..hex.len().min(64)]);
    // A digest's letters are all allowed in a tag, and the length is below 128.
    text.parse().unwrap_or_else(|_| unreachable!("a digest makes a valid tag"))
}

/// All entries of `target`, followed by those of `source` that it lacks.
///
/// `None` if the target lacks nothing: its bytes can stay as they are.
///
/// # Errors
/// The reason, if either text is not an index.
pub fn merge_fallback_indexes(target: &[u8], source: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut index = read_index(target)?;
    let wanted = entries(&read_index(source)?)?;
    let mut merged = entries(&index)?;
    let before = merged.len();
    for entry in wanted {
        if !merged.iter().any(|known| known.get("digest") == entry.get("digest")) {
            merged.push(entry);
        }
    }
    if merged.len() == before {
        return Ok(None);
    }
    index.insert("manifests".to_owned(), Value::Array(merged));
    Ok(Some(Value::Object(index).to_string().into_bytes()))
}

/// The fallback index with an entry for one more referrer; `index` is `None` if there is none yet.
///
/// `None` comes back if the referrer is listed already.
///
/// # Errors
/// The reason, if the text is not an index.
pub fn add_to_fallback_index(
    index: Option<&[u8]>,
    media_type: &str,
    digest: &Digest,
    size: u64,
    manifest: &ManifestView,
) -> Result<Option<Vec<u8>>, String> {
    let mut entry = Map::new();
    entry.insert("mediaType".to_owned(), json!(media_type));
    entry.insert("digest".to_owned(), json!(digest));
    entry.insert("size".to_owned(), json!(size));
    if let Some(artifact_type) = &manifest.artifact_type {
        entry.insert("artifactType".to_owned(), json!(artifact_type));
    }
    if let Some(annotations) = &manifest.annotations {
        entry.insert("annotations".to_owned(), annotations.clone());
    }
    let addition = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OCI_INDEX,
        "manifests": [entry],
    });
    let addition = addition.to_string().into_bytes();
    match index {
        None => Ok(Some(addition)),
        Some(index) => merge_fallback_indexes(index, &addition),
    }
}

fn read_index(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) if object.contains_key("manifests") => Ok(object),
        Ok(_) => Err("it has no list of manifests".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn entries(index: &Map<String, Value>) -> Result<Vec<Value>, String> {
    match index.get("manifests") {
        Some(Value::Array(entries)) => Ok(entries.clone()),
        Some(Value::Null) | None => Ok(Vec::new()),
        Some(_) => Err("its `manifests` is not a list".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Tag {
        text.parse().unwrap()
    }

    #[test]
    fn fallback_and_cosign_tags_name_their_subject() {
        let subject = Digest::of(b"image");
        let fallback = fallback_tag(&subject);
        let parsed = ReferrerTag::parse(&fallback).unwrap();
        assert!(parsed.is_fallback());
        assert_eq!(parsed.subject, subject);
        let signature = ReferrerTag::parse(&tag(&format!("{fallback}.sig"))).unwrap();
        assert_eq!((signature.subject, signature.suffix.as_str()), (subject, "sig"));
    }

    #[test]
    fn an_ordinary_tag_is_nobodys_referrer() {
        for text in ["v1", "sha256", "sha256-abc", "sha-1", &format!("md5-{}", "a".repeat(64))] {
            assert_eq!(ReferrerTag::parse(&tag(text)), None, "{text}");
        }
    }

    #[test]
    fn merging_keeps_what_the_target_has_and_adds_the_rest() {
        let one = br#"{"schemaVersion":2,"manifests":[{"digest":"a"}],"annotations":{"k":"v"}}"#;
        let two = br#"{"schemaVersion":2,"manifests":[{"digest":"b"},{"digest":"a"}]}"#;
        let merged = merge_fallback_indexes(one, two).unwrap().unwrap();
        let merged: Value = serde_json::from_slice(&merged).unwrap();
        assert_eq!(merged["manifests"], json!([{"digest": "a"}, {"digest": "b"}]));
        assert_eq!(merged["annotations"]["k"], "v");
        assert_eq!(merge_fallback_indexes(two, one), Ok(None));
        assert!(merge_fallback_indexes(b"{}", two).is_err());
    }
}

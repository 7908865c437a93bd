//! Types that take what Tencent's API really sends.
//!
//! The official examples hold numbers as text and text as numbers, booleans as text, `null` for an
//! empty list, and one number above `i64::MAX` (9223372036854776000). No library: `serde_with` reads
//! numbers in text, but neither `""` nor what is beyond `i64`, and needs an attribute on each field.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text, also from a number or a boolean. `null` is empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct LenientText(pub(in crate::tencent) String);

/// A whole number. What is beyond `i64` is taken to its end, `null` and `""` are 0.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LenientNumber(pub(in crate::tencent) i64);

/// A yes or no, also as `"True"`, `"1"` or 1. `null` and `""` are no.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LenientFlag(pub(in crate::tencent) bool);

/// A list. `null` is empty, and so are `null` entries.
#[derive(Debug, Clone)]
pub(crate) struct LenientList<T>(pub(in crate::tencent) Vec<T>);

impl LenientText {
    /// The text, unless it is empty.
    pub(crate) fn some(self) -> Option<String> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

impl LenientNumber {
    /// The number as a count: nothing is less than 0.
    pub(crate) fn count(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }
}

impl LenientNumber {
    /// The number as bytes of an image: 0, for unknown, if no image can be as large.
    pub(crate) fn image_size(self) -> u64 {
        Some(self.count()).filter(|size| *size <= LARGEST_IMAGE).unwrap_or(0)
    }
}

/// 16 TiB. Sizes are added up; a million of these fit into 64 bits.
const LARGEST_IMAGE: u64 = 1 << 44;

impl<T> Default for LenientList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de> Deserialize<'de> for LenientText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::default()),
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::Bool(flag) => Ok(Self(flag.to_string())),
            Value::Array(_) | Value::Object(_) => Err(D::Error::custom("expected text")),
        }
    }
}

impl<'de> Deserialize<'de> for LenientNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let error = |found: &str| D::Error::custom(format!("expected a number, found `{found}`"));
        let number = match Value::deserialize(deserializer)? {
            Value::Null => return Ok(Self(0)),
            Value::Bool(flag) => return Ok(Self(i64::from(flag))),
            Value::Number(number) => number,
            Value::String(text) if text.trim().is_empty() => return Ok(Self(0)),
            Value::String(text) => text.trim().parse().map_err(|_| error(&text))?,
            other => return Err(error(&other.to_string())),
        };
        // `as` on a float stops at the ends of the range, which is what is wanted.
        #[allow(clippy::cast_possible_truncation)]
        let beyond = || number.as_f64().map(|float| float as i64);
        number.as_i64().or_else(beyond).map(Self).ok_or_else(|| error(&number.to_string()))
    }
}

impl<'de> Deserialize<'de> for LenientFlag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self(false)),
            Value::Bool(flag) => Ok(Self(flag)),
            Value::Number(number) => Ok(Self(number.as_f64() != Some(0.0))),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(Self(true)),
                "false" | "0" | "" => Ok(Self(false)),
                _ => Err(D::Error::custom(format!("expected true or false, found `{text}`"))),
            },
            Value::Array(_) | Value::Object(_) => Err(D::Error::custom("expected true or false")),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for LenientList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
        Ok(Self(entries.unwrap_or_default().into_iter().flatten().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(json: &str) -> Option<i64> {
        serde_json::from_str::<LenientNumber>(json).ok().map(|number| number.0)
    }

    #[test]
    fn numbers_come_in_every_shape() {
        assert_eq!(number("100"), Some(100));
        // DescribeReplicationPolicies: "ID":"1"
        assert_eq!(number(r#""1""#), Some(1));
        // DescribeImageLifecyclePersonal: beyond i64
        assert_eq!(number("9223372036854776000"), Some(i64::MAX));
        assert_eq!(number("92233720368547760000000"), Some(i64::MAX));
        assert_eq!(number(r#""9223372036854776000""#), Some(i64::MAX));
        assert_eq!(number("1e3"), Some(1000));
        assert_eq!(number("null"), Some(0));
        assert_eq!(number(r#""""#), Some(0));
        assert_eq!(number("-1").map(|n| LenientNumber(n).count()), Some(0));
        assert_eq!(number(r#""many""#), None);
        assert_eq!(number("[1]"), None);
    }

    #[test]
    fn booleans_come_as_text() {
        let flag = |json: &str| serde_json::from_str::<LenientFlag>(json).ok().map(|flag| flag.0);
        for yes in ["true", r#""true""#, r#""True""#, "1", r#""1""#] {
            assert_eq!(flag(yes), Some(true), "{yes}");
        }
        for no in ["false", r#""false""#, "0", "null", r#""""#] {
            assert_eq!(flag(no), Some(false), "{no}");
        }
        assert_eq!(flag(r#""perhaps""#), None);
    }

    #[test]
    fn text_comes_as_a_number() {
        let text = |json: &str| serde_json::from_str::<LenientText>(json).ok().map(|text| text.0);
        assert_eq!(text("1255").as_deref(), Some("1255"));
        assert_eq!(text("null").as_deref(), Some(""));
        assert_eq!(text("true").as_deref(), Some("true"));
        assert_eq!(text("{}"), None);
    }

    #[test]
    fn a_null_list_is_empty() {
        let list = |json: &str| {
            serde_json::from_str::<LenientList<LenientNumber>>(json).map(|list| list.0.len())
        };
        assert_eq!(list("null").ok(), Some(0));
        assert_eq!(list("[1, null, 2]").ok(), Some(2));
        assert!(list("{}").is_err());
    }
}

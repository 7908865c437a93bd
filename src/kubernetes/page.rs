//! One page of a list: its objects as text, so that most of them need never be parsed.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::resource::Resource;

/// A part of a list, in the server's order.
#[derive(Debug)]
pub struct Page<'a> {
    /// Counted from 0. A list that became too old is begun again, with the next number: the first
    /// page of a higher attempt says that all pages of the one before are void.
    pub attempt: u32,
    /// Whether this is the first page of its attempt: what was gathered before has to be dropped.
    pub is_first: bool,
    /// The objects.
    pub items: Vec<ListItem<'a>>,
    /// How many the server says there are after this page, if it says so.
    pub remaining: Option<u64>,
}

/// An object in a list.
#[derive(Debug, Clone, Copy)]
pub struct ListItem<'a> {
    text: &'a str,
    resource: &'a Resource,
}

impl<'a> ListItem<'a> {
    /// Its JSON as it came. Items of a list have neither `apiVersion` nor `kind`.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether `needle` may stand in one of its strings. A sieve for [`ListItem::value`]: a no is
    /// certain, a yes is not. The case of letters counts.
    #[must_use]
    pub fn may_contain(&self, needle: &str) -> bool {
        // Another JSON writer than Go's might have escaped a letter, or a slash.
        self.text.contains(needle) || self.has_odd_escape()
    }

    /// `\/`, or a `\u` that Go would not write (it writes `\u003c`, `\u003e`, `\u0026`, `\u2028`
    /// and those of control characters).
    fn has_odd_escape(&self) -> bool {
        let mut rest = self.text;
        while let Some(position) = rest.find('\\') {
            let tail = &rest[position + 1..];
            let is_odd = match tail.as_bytes() {
                [b'/', ..] => true,
                [b'u', hex @ ..] => {
                    let code = hex.get(..4).and_then(|hex| std::str::from_utf8(hex).ok());
                    let code = code.and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    !matches!(code, Some(0..=0x1f | 0x26 | 0x3c | 0x3e | 0x7f | 0x2028 | 0x2029))
                }
                _ => false,
            };
            if is_odd {
                return true;
            }
            // What is escaped is not looked at again: `\\/` is a backslash and a slash.
            let step = tail.chars().next().map_or(0, char::len_utf8);
            rest = &tail[step..];
        }
        false
    }

    /// The object, with `apiVersion` and `kind`.
    ///
    /// # Errors
    /// None that a page's item can cause: its JSON was checked when the page was read.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        let mut value: Value = serde_json::from_str(self.text)?;
        if let Some(object) = value.as_object_mut() {
            let entry = object.entry("apiVersion");
            entry.or_insert_with(|| self.resource.api_version().into());
            object.entry("kind").or_insert_with(|| self.resource.kind.clone().into());
        }
        Ok(value)
    }
}

#[derive(Deserialize)]
struct ListBody<'a> {
    #[serde(default)]
    metadata: ListMetadata,
    /// Go writes `null` for an empty list now and then.
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListMetadata {
    #[serde(rename = "continue")]
    next: Option<String>,
    remaining_item_count: Option<u64>,
    resource_version: Option<String>,
}

/// A page, and where the next one begins.
pub(super) struct ReadPage<'a> {
    pub(super) items: Vec<ListItem<'a>>,
    pub(super) remaining: Option<u64>,
    pub(super) next: Option<String>,
    pub(super) resource_version: Option<String>,
}

/// Finds the objects in a page's text.
pub(super) fn read<'a>(body: &'a [u8], resource: &'a Resource) -> Result<ReadPage<'a>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let list: ListBody<'a> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let items = list.items.unwrap_or_default();
    Ok(ReadPage {
        items: items.into_iter().map(|raw| ListItem { text: raw.get(), resource }).collect(),
        remaining: list.metadata.remaining_item_count,
        next: list.metadata.next.filter(|token| !token.is_empty()),
        resource_version: list.metadata.resource_version,
    })
}

/// The objects of a list as a server sends it, for the tests of other rooms.
#[cfg(test)]
pub(crate) fn items_of<'a>(body: &'a str, resource: &'a Resource) -> Vec<ListItem<'a>> {
    read(body.as_bytes(), resource).unwrap().items
}

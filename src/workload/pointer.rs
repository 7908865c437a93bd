//! JSON pointers (RFC 6901): where in an object something stands.

use std::fmt;

use json_patch::jsonptr::PointerBuf;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON pointer, `/spec/containers/0/image`. It can't hold malformed text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pointer(String);

/// A string that is no JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a JSON pointer: expected parts that begin with /, ~ only as ~0 or ~1")]
pub struct PointerError(pub String);

impl Pointer {
    /// The whole object.
    #[must_use]
    pub fn root() -> Self {
        Self(String::new())
    }

    /// The entry `key` of the map that this points to.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut trail = Trail(self.0.clone());
        let _ = trail.enter_key(key);
        Self(trail.0)
    }

    /// An entry of the list that this points to, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands there in `object`.
    #[must_use]
    pub fn find<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        object.pointer(&self.0)
    }

    /// Its keys and indexes, from the root.
    pub(super) fn steps(&self) -> impl Iterator<Item = String> {
        self.0.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
    }

    /// The same in the type that patches are made of.
    pub(super) fn to_patch_path(&self) -> PointerBuf {
        // From the parts, since that can't fail.
        PointerBuf::from_tokens(self.steps())
    }
}

impl TryFrom<String> for Pointer {
    type Error = PointerError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        if escapes && (text.is_empty() || text.starts_with('/')) {
            Ok(Self(text))
        } else {
            Err(PointerError(text))
        }
    }
}

impl From<Pointer> for String {
    fn from(pointer: Pointer) -> Self {
        pointer.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The way from the root to where a search stands. One buffer for the whole search: a pointer is
/// made only of what is found.
#[derive(Default)]
pub(super) struct Trail(String);

/// How long the trail was; give it back to [`Trail::leave`].
#[must_use]
pub(super) struct Step(usize);

impl Trail {
    pub(super) fn enter_key(&mut self, key: &str) -> Step {
        let step = Step(self.0.len());
        self.0.push('/');
        for character in key.chars() {
            match character {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                _ => self.0.push(character),
            }
        }
        step
    }

    pub(super) fn enter_index(&mut self, index: usize) -> Step {
        use fmt::Write as _;
        let step = Step(self.0.len());
        // Writing to a `String` can't fail.
        let _ = write!(self.0, "/{index}");
        step
    }

    pub(super) fn leave(&mut self, step: &Step) {
        self.0.truncate(step.0);
    }

    pub(super) fn pointer(&self) -> Pointer {
        Pointer(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_with_slash_and_tilde_are_escaped_and_found_again() {
        let object = json!({"a/b": {"c~d": [1, {"~1": "here"}]}});
        let pointer = Pointer::root().key("a/b").key("c~d").index(1).key("~1");
        assert_eq!(pointer.as_str(), "/a~1b/c~0d/1/~01");
        assert_eq!(pointer.find(&object), Some(&json!("here")));
        assert_eq!(pointer.to_patch_path().as_str(), pointer.as_str());
        assert_eq!(Pointer::root().find(&object), Some(&object));
    }

    #[test]
    fn a_trail_leads_back_to_where_it_came_from() {
        let mut trail = Trail::default();
        let outer = trail.enter_key("a/b");
        let inner = trail.enter_index(3);
        assert_eq!(trail.pointer(), Pointer::root().key("a/b").index(3));
        trail.leave(&inner);
        assert_eq!(trail.pointer(), Pointer::root().key("a/b"));
        trail.leave(&outer);
        assert_eq!(trail.pointer(), Pointer::root());
    }

    #[test]
    fn only_a_pointer_can_be_read_as_one() {
        let read = |text: &str| serde_json::from_value::<Pointer>(json!(text));
        for good in ["", "/", "/a~0b/~1", "/ä/0"] {
            assert_eq!(read(good).unwrap().as_str(), good);
        }
        for bad in ["a", "a/b", "/~", "/~2", "/a~"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

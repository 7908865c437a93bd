//! What a paged listing brought.

use std::fmt;
use std::sync::Arc;

use crate::tencent::ApiError;

/// The items of a paged listing; complete, or with the gaps named.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// What was read, each item once, in the API's order.
    pub items: Vec<T>,
    /// How many there are, by the count in the newest page.
    pub counted: u64,
    /// Pages that failed at every try.
    pub gaps: Vec<Gap>,
}

/// Items that could not be read, and why.
#[derive(Debug, Clone)]
pub struct Gap {
    /// The first item that is missing, counted from 1. As far as is known: lists change while they are read.
    pub first: u64,
    /// The last item that is missing; `None` if nobody has said how many there are.
    pub last: Option<u64>,
    /// What the page's last attempt said.
    pub error: Arc<ApiError>,
}

impl Gap {
    /// How many items that is, if anybody has said.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        Some(self.last?.saturating_sub(self.first).saturating_add(1))
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last {
            Some(last) => write!(f, "{}–{last}", self.first),
            None => write!(f, "from {} on", self.first),
        }
    }
}

impl<T> Listing<T> {
    /// Whether everything that the API counted was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty() && self.items.len() as u64 >= self.counted
    }

    /// The same listing of other items, one for one.
    pub(crate) fn map<U>(self, turn: impl FnMut(T) -> U) -> Listing<U> {
        let items = self.items.into_iter().map(turn).collect();
        Listing { items, counted: self.counted, gaps: self.gaps }
    }

    /// Takes out what is none of the things that the listing is about; it doesn't count as missing.
    pub(crate) fn keep(mut self, wanted: impl FnMut(&T) -> bool) -> Self {
        let before = self.items.len();
        self.items.retain(wanted);
        self.counted = self.counted.saturating_sub((before - self.items.len()) as u64);
        self
    }
}

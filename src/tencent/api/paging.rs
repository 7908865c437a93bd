//! Reading a list page by page, so that nothing is lost and it ends.
//!
//! Counts and page lengths have been seen to be too small and too large; Harbor's adapter loops for
//! ever on them and Terraform's stops too early. So neither is trusted alone: items are told apart
//! by their key, a last page that is full is followed by one more, and what is missing is reported.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use futures::future::join_all;

use super::lenient::{LenientList, LenientNumber};
use super::listing::{Gap, Listing};
use super::refusal::is_of;
use crate::tencent::ApiError;
use crate::tencent::actions::Action;

/// Items asked for at once: the most that any list allows.
pub(crate) const LIMIT: u64 = 100;

/// Pages that are read at the same time.
const ABREAST: u64 = 4;

/// Pages beyond the count that are tried before a listing is left incomplete.
const BEYOND: u64 = 2;

/// A server that gives fewer items than it is asked for gives a multiple of this many.
const ROUND: u64 = 10;

/// After so many failed pages in a row the rest is one gap: each has cost half a minute.
const FAILURES: u64 = 4;

/// Whole readings of a list that shrinks meanwhile.
const READINGS: usize = 3;

/// No list is longer than this many pages (a million items), whatever its count says.
const PAGES: u64 = 10_000;

/// Why an answer is no page.
const BLANK: &str = "neither the list nor its count is in it";

/// What the parameter for the position means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paging {
    /// The number of items to leave out; from 0. (Personal Edition, `DescribeInstances`.)
    Items,
    /// The number of the page; from 1. (Enterprise lists, API doc 1141/41605.)
    Pages,
}

/// One page.
#[derive(Debug)]
pub(crate) struct ListPage<T> {
    items: Vec<T>,
    counted: Option<u64>,
}

impl<T> ListPage<T> {
    /// A page out of its answer. An answer with neither list nor count is not an empty list.
    pub(crate) fn new(
        action: Action,
        list: Option<LenientList<T>>,
        count: Option<LenientNumber>,
    ) -> Result<Self, ApiError> {
        if list.is_none() && count.is_none() {
            return Err(ApiError::Unreadable {
                action: action.name.to_owned(),
                reason: BLANK.to_owned(),
                request_id: None,
            });
        }
        Ok(Self { items: list.unwrap_or_default().0, counted: count.map(LenientNumber::count) })
    }
}

/// Reads all pages. `fetch` is given the position, and asks for [`LIMIT`] items.
///
/// # Errors
/// What the first page failed with. Later pages that fail are gaps.
pub(crate) async fn collect<T, K, F, Fut>(
    paging: Paging,
    key: impl Fn(&T) -> K,
    fetch: F,
) -> Result<Listing<T>, ApiError>
where
    K: Eq + Hash,
    F: Fn(u64) -> Fut,
    Fut: Future<Output = Result<ListPage<T>, ApiError>>,
{
    let mut reading = Reading::new(&key);
    reading.run(paging, &fetch).await?;
    // When a count shrinks, items have moved to pages that were read already.
    for _ in 1..READINGS {
        if !reading.shrank {
            break;
        }
        let mut again = Reading::new(&key);
        if again.run(paging, &fetch).await.is_err() {
            break;
        }
        if again.shrank {
            // The list changes too often for one true reading: better an item too many than one too few.
            again.take(ListPage { items: reading.items, counted: None });
        }
        reading = again;
    }
    // A count that lags may be too small.
    let counted = reading.counted.unwrap_or(0).max(reading.items.len() as u64);
    Ok(Listing { items: reading.items, counted, gaps: reading.gaps })
}

struct Reading<'k, T, K, Key> {
    key: &'k Key,
    seen: HashSet<K>,
    items: Vec<T>,
    counted: Option<u64>,
    shrank: bool,
    gaps: Vec<Gap>,
}

impl<'k, T, K: Eq + Hash, Key: Fn(&T) -> K> Reading<'k, T, K, Key> {
    fn new(key: &'k Key) -> Self {
        let (seen, items, gaps) = (HashSet::new(), Vec::new(), Vec::new());
        Self { key, seen, items, counted: None, shrank: false, gaps }
    }

    async fn run<F, Fut>(&mut self, paging: Paging, fetch: &F) -> Result<(), ApiError>
    where
        F: Fn(u64) -> Fut,
        Fut: Future<Output = Result<ListPage<T>, ApiError>>,
    {
        let start = u64::from(paging == Paging::Pages);
        let first = fetch(start).await?;
        // A page shorter than asked for may mean that the server caps it there.
        let step = first.items.len() as u64;
        if self.take(first) == 0 {
            self.find_missing(paging, fetch, Vec::new()).await;
            return Ok(());
        }
        let position = |page: u64| match paging {
            Paging::Items => page.saturating_mul(step),
            Paging::Pages => page + start,
        };
        // The count may lag behind the items: only a page that isn't full shows that it is the last.
        let mut is_last_full = step.is_multiple_of(ROUND);
        let (mut next, mut ended, mut nothing_new, mut failed) = (1, false, 0, 0);
        let mut short = Vec::new();
        while !ended && (is_last_full || !self.is_full()) {
            let by_count = self.trusted_count().map(|count| count.div_ceil(step));
            let explained = match by_count {
                Some(pages) if !is_last_full => pages,
                Some(pages) => pages.max(next + 1),
                None => next + 1,
            };
            if next >= explained.saturating_add(BEYOND) {
                break;
            }
            if next >= PAGES {
                self.miss(next * step, None, endless());
                break;
            }
            let until = explained.min(next + ABREAST).clamp(next + 1, PAGES);
            let pages = join_all((next..until).map(|page| fetch(position(page)))).await;
            for (page, answer) in (next..until).zip(pages) {
                let begin = page * step;
                let is_beyond = self.trusted_count().is_some_and(|count| begin >= count);
                match answer {
                    Ok(answer) => {
                        let received = answer.items.len() as u64;
                        is_last_full = received >= step;
                        nothing_new = if self.take(answer) == 0 { nothing_new + 1 } else { 0 };
                        ended |= received == 0 || nothing_new == BEYOND;
                        failed = 0;
                        if paging == Paging::Items && (1..step).contains(&received) {
                            short.push(begin + received);
                        }
                    }
                    Err(error) if is_beyond && is_refused_as_invalid(&error) => ended = true,
                    // An API without a count says `null` for a page without items.
                    Err(error) if self.counted.is_none() && is_blank(&error) => ended = true,
                    Err(error) => {
                        failed += 1;
                        let given_up = is_beyond || failed == FAILURES;
                        self.miss(begin, (!given_up).then_some(begin + step), error);
                        if given_up {
                            return Ok(());
                        }
                    }
                }
            }
            next = until;
        }
        self.find_missing(paging, fetch, short).await;
        Ok(())
    }

    /// Looks where items may hide when the count says that there are more.
    async fn find_missing<F, Fut>(&mut self, paging: Paging, fetch: &F, mut short: Vec<u64>)
    where
        F: Fn(u64) -> Fut,
        Fut: Future<Output = Result<ListPage<T>, ApiError>>,
    {
        // Behind pages that were shorter than those before.
        while let Some(position) = short.pop().filter(|_| !self.is_full()) {
            if self.trusted_count().is_some_and(|count| position >= count) {
                continue;
            }
            if let Ok(page) = fetch(position).await {
                let received = page.items.len() as u64;
                if self.take(page) > 0 {
                    short.push(position + received);
                }
            }
        }
        // In front of the first page: the documentation's examples count pages from 0 and from 1.
        if paging == Paging::Pages
            && !self.is_full()
            && self.counted.is_some()
            && let Ok(page) = fetch(0).await
        {
            self.take(page);
        }
    }

    /// Adds what is new, and tells how much that was.
    fn take(&mut self, page: ListPage<T>) -> usize {
        if let Some(count) = page.counted {
            self.shrank |= self.counted.is_some_and(|before| count < before);
            self.counted = Some(count);
        }
        let before = self.items.len();
        for item in page.items {
            if self.seen.insert((self.key)(&item)) {
                self.items.push(item);
            }
        }
        self.items.len() - before
    }

    /// Notes that the items from `begin` (counted from 0) up to, not including, `end` are missing;
    /// without an end, all that there are from there on.
    fn miss(&mut self, begin: u64, end: Option<u64>, error: ApiError) {
        let count = self.trusted_count().filter(|count| begin < *count);
        let last = match (end, count) {
            (Some(end), Some(count)) => Some(end.min(count)),
            (end, count) => end.or(count),
        };
        self.gaps.push(Gap { first: begin + 1, last, error: Arc::new(error) });
    }

    /// The count, as long as no more came than it says.
    fn trusted_count(&self) -> Option<u64> {
        self.counted.filter(|count| *count >= self.items.len() as u64)
    }

    fn is_full(&self) -> bool {
        let missing = self.gaps.iter().filter_map(Gap::size);
        let known = missing.fold(self.items.len() as u64, u64::saturating_add);
        self.trusted_count().is_some_and(|count| known >= count)
    }
}

fn is_blank(error: &ApiError) -> bool {
    matches!(error, ApiError::Unreadable { reason, .. } if reason == BLANK)
}

/// Perhaps how a server says that there is no such page.
fn is_refused_as_invalid(error: &ApiError) -> bool {
    error.code().is_some_and(|code| is_of(code, "InvalidParameter"))
}

fn endless() -> ApiError {
    ApiError::Unreadable {
        action: "a list".to_owned(),
        reason: format!("it has more than {PAGES} pages"),
        request_id: None,
    }
}

#[cfg(test)]
mod tests;

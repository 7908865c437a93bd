//! One document about several clusters: each entry says which one it is about.

use std::borrow::Cow;

use ccr2tcr::diagnostic::Diagnostic;
use ccr2tcr::switch::{Inventory, Unread};
use serde::Serialize;

use crate::cli::CommonArgs;

/// What was found in one cluster.
pub(crate) struct Seen<'a, T> {
    /// Its context, where there are several.
    pub(crate) context: Option<&'a str>,
    /// The flags that lead to it, for lines to paste.
    pub(crate) common: &'a CommonArgs,
    pub(crate) found: T,
}

/// A cluster that could not be read.
pub(crate) struct Failed<'a> {
    pub(crate) context: &'a str,
    pub(crate) why: Diagnostic,
}

/// An entry, and the context that it is of where there are several.
#[derive(Serialize)]
pub(crate) struct In<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) entry: T,
}

/// One of several clusters.
#[derive(Serialize)]
pub(crate) struct ContextView<'a, S> {
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Diagnostic>,
    name: &'a str,
    /// What was found there, in numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<S>,
}

/// All clusters of a run that was to look at several; `None` if it was not.
pub(crate) fn context_views<'a, T, S>(
    seen: &'a [Seen<'a, T>],
    failed: &'a [Failed<'a>],
    summary: impl Fn(&'a Seen<'a, T>) -> S,
) -> Option<Vec<ContextView<'a, S>>> {
    let read = seen.iter().map(|seen| {
        Some(ContextView { error: None, name: seen.context?, summary: Some(summary(seen)) })
    });
    let mut all: Vec<_> = read.collect::<Option<_>>()?;
    all.extend(failed.iter().map(|failed| ContextView {
        error: Some(&failed.why),
        name: failed.context,
        summary: None,
    }));
    Some(all)
}

/// What could not be read: lists of clusters, and whole clusters.
pub(crate) fn unread_views<'a, T>(
    seen: &'a [Seen<'a, T>],
    failed: &'a [Failed<'a>],
    inventory: impl Fn(&'a T) -> &'a Inventory,
) -> Vec<In<'a, Cow<'a, Unread>>> {
    let lists = seen.iter().flat_map(|seen| {
        let unread = inventory(&seen.found).unread.iter().map(Cow::Borrowed);
        unread.map(|entry| In { context: seen.context, entry })
    });
    let whole = failed.iter().map(|failed| {
        let why = failed.why.message.clone();
        let what = "everything".to_owned();
        let entry = Cow::Owned(Unread { what, namespace: None, why, forbidden: false });
        In { context: Some(failed.context), entry }
    });
    lists.chain(whole).collect()
}

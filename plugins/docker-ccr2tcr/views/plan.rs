//! A plan as data for stdout: one row for each repository, or JSON with every tag.
//!
//! docs/report.md describes the JSON. What is said of a plan on stderr is in `commands/tell_plan`.

use ccr2tcr::diagnostic::human_bytes;
use ccr2tcr::image::Digest;
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::transfer::{
    Action, Failure, MissingNamespace, Notice, Plan, RepositoryCopy, TagCopy, Totals, Unread,
};
use serde::Serialize;

/// The version of the JSON form. Version 1 had plain strings as `warnings`.
const SCHEMA_VERSION: u32 = 2;

/// What `sync --dry-run` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanView<'a> {
    items: Vec<TagView<'a>>,
    kind: &'static str,
    namespaces: Vec<NamespaceView<'a>>,
    schema_version: u32,
    totals: TotalsView,
    unread: Vec<UnreadView<'a>>,
    warnings: &'a [Notice],
    #[serde(skip)]
    plan: &'a Plan,
}

/// One tag.
#[derive(Serialize)]
struct TagView<'a> {
    /// `copy`, `overwrite`, `merge`, `add-referrers`, `equal`, `keep`, `conflict` or `unreadable`.
    action: &'static str,
    /// Of the whole image, by the API; 0 if it doesn't say.
    bytes: u64,
    digest: Option<&'a Digest>,
    reason: Option<&'a str>,
    /// `HOST/NAMESPACE/REPOSITORY:TAG`, or `@DIGEST`.
    source: String,
    target: String,
}

/// A namespace that will be created.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamespaceView<'a> {
    name: &'a str,
    public: bool,
    /// Repositories that are public in CCR and won't be in TCR.
    public_today: &'a [String],
}

/// Something that could not be read.
#[derive(Serialize)]
struct UnreadView<'a> {
    error: &'a Failure,
    held: Option<u64>,
    what: &'a str,
}

/// [`Totals`], as they are named in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TotalsView {
    bytes: u64,
    conflicts: u64,
    equal: u64,
    kept: u64,
    left_behind: u64,
    repositories: u64,
    tags: u64,
    to_complete: u64,
    to_copy: u64,
    to_overwrite: u64,
    unreadable: u64,
}

impl<'a> PlanView<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let tags = |copy: &'a RepositoryCopy| copy.tags.iter().map(move |tag| tag_view(copy, tag));
        Self {
            items: plan.repositories.iter().flat_map(tags).collect(),
            kind: "plan",
            namespaces: plan.namespaces.iter().map(namespace_view).collect(),
            schema_version: SCHEMA_VERSION,
            totals: totals_view(&plan.totals),
            unread: plan.unread.iter().map(unread_view).collect(),
            warnings: &plan.notices,
            plan,
        }
    }
}

impl View for PlanView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new([
            Column::text("source"),
            Column::text("target"),
            Column::number("tags"),
            Column::number("copy"),
            Column::number("equal"),
            Column::number("kept"),
            Column::number("conflict"),
            Column::number("size"),
        ]);
        for copy in &self.plan.repositories {
            let count = |wanted: fn(&Action) -> bool| {
                copy.tags.iter().filter(|tag| wanted(&tag.action)).count().to_string()
            };
            let bytes: u64 =
                copy.tags.iter().filter(|tag| tag.action.moves_tag()).map(|tag| tag.size).sum();
            table.row([
                format!("{}/{}", copy.source_host, copy.source),
                format!("{}/{}", copy.target_host, copy.target),
                copy.tags.len().to_string(),
                count(Action::writes),
                count(|action| matches!(action, Action::Equal)),
                count(|action| matches!(action, Action::Keep(_))),
                count(|action| matches!(action, Action::Conflict(_) | Action::Unreadable(_))),
                human_bytes(bytes),
            ]);
        }
        Some(table)
    }
}

fn tag_view<'a>(copy: &RepositoryCopy, tag: &'a TagCopy) -> TagView<'a> {
    let (action, reason) = match &tag.action {
        Action::Copy => ("copy", None),
        Action::Overwrite(reason) => ("overwrite", Some(*reason)),
        Action::MergeFallback => ("merge", None),
        Action::AddReferrers(_) => ("add-referrers", None),
        Action::Equal => ("equal", None),
        Action::Keep(reason) => ("keep", Some(*reason)),
        Action::Conflict(reason) => ("conflict", Some(*reason)),
        Action::Unreadable(failure) => ("unreadable", Some(failure.diagnostic.message.as_str())),
    };
    TagView {
        action,
        bytes: tag.size,
        digest: tag.digest.as_ref(),
        reason,
        source: copy.source_of(tag).to_string(),
        target: copy.target_of(tag).to_string(),
    }
}

fn namespace_view(namespace: &MissingNamespace) -> NamespaceView<'_> {
    NamespaceView {
        name: &namespace.name,
        public: namespace.public,
        public_today: &namespace.public_today,
    }
}

fn unread_view(unread: &Unread) -> UnreadView<'_> {
    UnreadView { error: &unread.failure, held: unread.held, what: &unread.what }
}

fn totals_view(totals: &Totals) -> TotalsView {
    TotalsView {
        bytes: totals.bytes,
        conflicts: totals.conflicts,
        equal: totals.equal,
        kept: totals.kept,
        left_behind: totals.left_behind,
        repositories: totals.repositories,
        tags: totals.tags,
        to_complete: totals.to_complete,
        to_copy: totals.to_copy,
        to_overwrite: totals.to_overwrite,
        unreadable: totals.unreadable,
    }
}

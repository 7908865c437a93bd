//! Lists of entries: tables of at most a thousand rows, the longer ones in parts.
//!
//! A browser lays out what is open alone, so that a hundred thousand entries open at once.

use maud::{Markup, html};

use crate::diagnostic::{human_bytes, human_count};
use crate::language::Lang;
use crate::page::entry::{Entry, Tone};
use crate::page::section::Kind;
use crate::page::words;

/// Rows of one table.
const ROWS: usize = 1000;

/// Which columns a table has beside the name; one that would be empty is left out.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
struct Columns {
    group: bool,
    becomes: bool,
    state: bool,
    why: bool,
    bytes: bool,
}

/// What a list is of.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) kind: Kind,
    pub(super) lang: Lang,
    /// Whether each row says its group.
    pub(super) group: bool,
    /// Whether each row says what became of it.
    pub(super) state: bool,
    /// Whether each row says its hint.
    pub(super) hint: bool,
}

impl List {
    /// The entries in one table, or in parts with the names of their first and last.
    pub(super) fn of(self, entries: &[&Entry]) -> Markup {
        let columns = Columns {
            group: self.group && entries.iter().any(|it| !it.group.is_empty()),
            becomes: entries.iter().any(|it| !it.becomes.is_empty()),
            state: self.state,
            why: entries.iter().any(|it| self.says_why(it)),
            bytes: entries.iter().any(|it| it.bytes.is_some()),
        };
        html! {
            @if entries.len() <= ROWS {
                (self.table(entries, columns))
            } @else {
                @for (number, part) in entries.chunks(ROWS).enumerate() {
                    details.part {
                        summary {
                            @let from = number * ROWS + 1;
                            span.name { (first_and_last(part)) }
                            span.count { (human_count(from as u64)) "–" (human_count((from + part.len() - 1) as u64)) }
                        }
                        (self.table(part, columns))
                    }
                }
            }
        }
    }

    fn says_why(self, entry: &Entry) -> bool {
        let says_hint = self.hint && !entry.hint.is_empty();
        says_hint || !entry.why.is_empty() || !entry.request_id.is_empty()
    }

    fn table(self, entries: &[&Entry], columns: Columns) -> Markup {
        let Self { kind, lang, .. } = self;
        html! {
            table.list.sortable {
                thead {
                    tr {
                        @if columns.group { th { (words::group(kind, lang)) } }
                        th { (words::entry(kind, lang)) }
                        @if columns.becomes { th { (lang.pick("Becomes", "新名称")) } }
                        @if columns.state { th { (lang.pick("State", "状态")) } }
                        @if columns.why { th { (lang.pick("In the report’s words", "报告原文")) } }
                        @if columns.bytes { th.n { (lang.pick("Size", "大小")) } }
                    }
                }
                tbody {
                    @for entry in entries { (self.row(entry, columns)) }
                }
            }
        }
    }

    fn row(self, entry: &Entry, columns: Columns) -> Markup {
        let lang = self.lang;
        html! {
            tr {
                @if columns.group { td.g { (entry.group) } }
                td { (entry.name) }
                @if columns.becomes { td { (entry.becomes) } }
                @if columns.state { td class=(class(entry.tone)) { (words::state(&entry.state, lang)) } }
                @if columns.why {
                    td {
                        (entry.why)
                        @if self.hint && !entry.hint.is_empty() { p.hint { (entry.hint) } }
                        @if !entry.request_id.is_empty() { p.id { "RequestId " (entry.request_id) } }
                    }
                }
                @if columns.bytes {
                    @match entry.bytes {
                        Some(bytes) => { td.n data-v=(bytes) { (human_bytes(bytes)) } }
                        None => { td.n data-v="0" {} }
                    }
                }
            }
        }
    }
}

fn first_and_last(part: &[&Entry]) -> String {
    match part {
        [first, .., last] => format!("{} … {}", first.name, last.name),
        [one] => one.name.clone(),
        [] => String::new(),
    }
}

/// The class of a state.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Done => "st done",
        Tone::Kept => "st kept",
        Tone::Open => "st open",
        Tone::Failed => "st failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_in_parts_and_whole() {
        let all: Vec<Entry> = (0..2500)
            .map(|number| Entry::new("shop", format!("web:v{number}"), "copied", Tone::Done))
            .collect();
        let list =
            List { kind: Kind::Images, lang: Lang::En, group: false, state: true, hint: true };
        let page = list.of(&all.iter().collect::<Vec<_>>()).into_string();
        assert_eq!(page.matches("<table").count(), 3);
        assert_eq!(page.matches("<tr><td").count(), 2500);
        assert!(
            page.contains("web:v1000 … web:v1999") && page.contains("2,001–2,500"),
            "{page:.900}"
        );
    }
}

//! A section: how it stands, what is left and why, its groups, and all of it.

use jiff::Timestamp;
use maud::{Markup, html};

use super::bar;
use super::list::{List, class};
use crate::diagnostic::{human_bytes, human_count};
use crate::language::Lang;
use crate::page::entry::{Counts, Entry};
use crate::page::section::{Cause, Kind, Section, Step};
use crate::page::words;

/// Up to how many rows a list is open from the start.
const OPEN_ROWS: usize = 40;

/// A section with its number on the page.
///
/// `told`: the page has said already how it stands.
pub(super) fn section(number: usize, section: &Section, told: bool, lang: Lang) -> Markup {
    let counts = section.counts();
    let causes = section.causes();
    html! {
        section id={ "s" (number) } {
            h2 {
                (words::title(section.kind, lang))
                @if !section.file.is_empty() { " " code { (section.file) } }
            }
            @if !told {
                p.headline { span class=(mark(section)) {} (words::first_up(&words::headline(section, lang))) }
            }
            @if counts.total() > 0 {
                (bar::of(counts, lang))
                (figures(section, counts, lang))
            }
            @if section.steps.len() > 1 { (progress(section, lang)) }
            @if !causes.is_empty() {
                h3 { (words::left_and_why(section.kind, lang)) }
                @for cause in &causes { (self::cause(section.kind, cause, lang)) }
            }
            @if !section.troubles.is_empty() { (troubles(section, lang)) }
            @if !section.notices.is_empty() { (notices(section, lang)) }
            @if counts.total() > 0 { (everything(number, section, lang)) }
        }
    }
}

fn figures(section: &Section, counts: Counts, lang: Lang) -> Markup {
    let kind = section.kind;
    let bytes = section.steps.iter().fold(0_u64, |sum, step| sum.saturating_add(step.bytes));
    let shown = [
        ("done", words::done(kind, lang), counts.done),
        ("kept", words::kept(kind, lang), counts.kept),
        ("left", words::left(kind, lang), counts.left()),
    ];
    html! {
        dl.figures {
            @for (class, word, count) in shown {
                @if count > 0 || class == "left" {
                    div class=(class) { dt { (word) } dd { (human_count(count)) } }
                }
            }
            @if kind == Kind::Images {
                div { dt { (lang.pick("Transferred", "已传输")) } dd { (human_bytes(bytes)) } }
            }
        }
        @if let Some((from, to)) = &section.hosts {
            p.meta { code { (from) } " → " code { (to) } }
        }
    }
}

fn progress(section: &Section, lang: Lang) -> Markup {
    let total = section.counts().total();
    html! {
        h3 { (lang.pick("Progress, run by run", "各次运行的进展")) }
        p.meta { (lang.pick(
            "Each bar is all images that these reports know, as it stood after that run.",
            "每条进度条表示该次运行结束后，这些报告所涉及的全部镜像的状态。",
        )) }
        div.scroll { table.runs {
            thead { tr {
                th { (lang.pick("Start (UTC)", "开始时间（UTC）")) }
                th { (lang.pick("Run", "运行")) }
                th.barcell { span.hidden { (lang.pick("Progress", "进展")) } }
                th.n { (words::done(Kind::Images, lang)) }
                th.n { (words::left(Kind::Images, lang)) }
                th.n { (lang.pick("In this run", "本次镜像数")) }
                th.n { (lang.pick("Transferred", "已传输")) }
            } }
            tbody { @for step in &section.steps { (step_row(step, total, lang)) } }
        } }
    }
}

fn step_row(step: &Step, total: u64, lang: Lang) -> Markup {
    html! {
        tr {
            td.g {
                @match step.started {
                    Some(started) => { (minute(started)) }
                    None => { (lang.pick("not said", "未注明")) }
                }
            }
            td {
                (step.command)
                @if step.interrupted { " " span.st.open { (lang.pick("interrupted", "中断")) } }
            }
            td.barcell { (bar::in_all(step.so_far, total, lang)) }
            // Where there is no room for heads, each figure says what it is.
            td.n data-head=(words::done(Kind::Images, lang)) { (human_count(step.so_far.done)) }
            td.n data-head=(words::left(Kind::Images, lang)) { (human_count(step.so_far.left())) }
            td.n { (human_count(step.counts.total())) }
            td.n { (human_bytes(step.bytes)) }
        }
    }
}

fn cause(kind: Kind, cause: &Cause<'_>, lang: Lang) -> Markup {
    let list = List { kind, lang, group: true, state: false, hint: cause.hint.is_empty() };
    let reason = words::reason(cause.reason, lang);
    html! {
        details.cause open[cause.entries.len() <= OPEN_ROWS] {
            summary {
                span class=(class(cause.tone)) { (words::state(cause.state, lang)) }
                @if !reason.is_empty() { span.name { (reason) } }
                span.count { (human_count(cause.entries.len() as u64)) }
            }
            @if !cause.hint.is_empty() {
                p.todo { b { (lang.pick("What to do", "处理办法")) } " " (cause.hint) }
            }
            (list.of(&cause.entries))
        }
    }
}

fn troubles(section: &Section, lang: Lang) -> Markup {
    let list = List { kind: section.kind, lang, group: true, state: true, hint: true };
    let entries: Vec<&Entry> = section.troubles.iter().collect();
    html! {
        h3 { (lang.pick("Other problems", "其他问题")) }
        @if section.steps.len() > 1 {
            p.meta { (lang.pick(
                "From all runs; a later one may have got over it.",
                "来自所有运行；之后的运行可能已解决。",
            )) }
        }
        details.cause open[entries.len() <= OPEN_ROWS] {
            summary {
                span.name { (lang.pick("Not read, not created, not proven", "未读取、未创建、未证实")) }
                span.count { (human_count(entries.len() as u64)) }
            }
            (list.of(&entries))
        }
    }
}

fn notices(section: &Section, lang: Lang) -> Markup {
    html! {
        h3 { (lang.pick("Worth knowing", "需要了解")) }
        ul.notices { @for notice in &section.notices { li { (notice) } } }
    }
}

/// The groups in figures, if there are several, and all entries by group.
fn everything(number: usize, section: &Section, lang: Lang) -> Markup {
    let groups: Vec<&[Entry]> = section.groups().collect();
    let id = |group: usize| format!("s{number}g{group}");
    let list = List { kind: section.kind, lang, group: false, state: true, hint: true };
    html! {
        @if groups.len() > 1 { (in_figures(section, &groups, &id, lang)) }
        h3 { (lang.pick("Everything", "全部明细")) }
        @for (index, group) in groups.iter().enumerate() {
            @let counts = Counts::of(*group);
            details id=(id(index)) open[groups.len() == 1 && group.len() <= OPEN_ROWS] {
                summary {
                    span.name { (group_name(section, group, lang)) }
                    span.count {
                        @if counts.left() > 0 {
                            span.leftover { (human_count(counts.left())) " " (words::left(section.kind, lang).to_lowercase()) " / " }
                        }
                        (human_count(counts.total()))
                    }
                }
                (list.of(&group.iter().collect::<Vec<_>>()))
            }
        }
    }
}

fn in_figures(
    section: &Section,
    groups: &[&[Entry]],
    id: &dyn Fn(usize) -> String,
    lang: Lang,
) -> Markup {
    let kind = section.kind;
    let all = section.counts();
    html! {
        h3 { (lang.pick("By ", "按")) (words::group(kind, lang).to_lowercase()) }
        div.scroll { table.groups.sortable {
            thead { tr {
                th { (words::group(kind, lang)) }
                th.barcell { span.hidden { (lang.pick("Progress", "进展")) } }
                th.n { (lang.pick("Total", "总数")) }
                @if all.done > 0 { th.n { (words::done(kind, lang)) } }
                @if all.kept > 0 { th.n { (words::kept(kind, lang)) } }
                th.n { (words::left(kind, lang)) }
            } }
            tbody {
                @for (index, group) in groups.iter().enumerate() {
                    @let counts = Counts::of(*group);
                    tr {
                        td { a href={ "#" (id(index)) } { (group_name(section, group, lang)) } }
                        td.barcell { (bar::of(counts, lang)) }
                        (number_cell(counts.total(), ""))
                        @if all.done > 0 { (number_cell(counts.done, "")) }
                        @if all.kept > 0 { (number_cell(counts.kept, "")) }
                        (number_cell(counts.left(), "leftover"))
                    }
                }
            }
        } }
    }
}

/// A zero is quiet; `class` is for the others.
fn number_cell(count: u64, class: &str) -> Markup {
    let class = if count == 0 { "n zero".to_owned() } else { format!("n {class}") };
    html! { td class=(class.trim_end()) data-v=(count) { (human_count(count)) } }
}

fn group_name<'a>(section: &Section, group: &'a [Entry], lang: Lang) -> &'a str {
    match group.first().map_or("", |first| first.group.as_str()) {
        "" => words::no_group(section.kind, lang),
        name => name,
    }
}

/// The class of a section's dot.
pub(super) fn mark(section: &Section) -> &'static str {
    let counts = section.counts();
    match (section.is_done(), counts.failed) {
        (true, _) => "dot done",
        (false, 0) if section.troubles.is_empty() => "dot open",
        (false, _) => "dot failed",
    }
}

/// In UTC.
pub(super) fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

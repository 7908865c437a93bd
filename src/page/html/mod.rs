//! A page as HTML, on its own: style and script stand in it, and their hashes in its policy.
//!
//! `maud` escapes all that is put in. Widths of bars are attributes of SVG, for the policy allows no
//! `style` attributes, and browsers print fills but not backgrounds.

mod bar;
mod list;
mod section;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::section::Section;
use super::words;
use crate::language::Lang;
use section::{mark, minute};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("sort.js");

/// What says in a page's first bytes that it is one.
pub(super) const MARK: &str = "name=\"generator\" content=\"ccr2tcr";

/// The page, whole.
pub(super) fn page(sections: &[Section], lang: Lang) -> String {
    let title = lang.pick("Moving from CCR to TCR", "从 CCR 迁移到 TCR");
    let generator = concat!("ccr2tcr ", env!("CARGO_PKG_VERSION"));
    let markup = html! {
        (DOCTYPE)
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta name="generator" content=(generator);
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                // Without it a browser asks the page's server for one.
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body data-sort=(lang.pick("Sort", "排序")) {
                header {
                    h1 { (title) }
                    p.lead { (words::lead(sections, lang)) (lang.pick(".", "。")) }
                    p.meta { (period(sections)) }
                }
                main {
                    @if sections.len() > 1 { (overview(sections, lang)) }
                    @for (number, it) in sections.iter().enumerate() {
                        (section::section(number, it, sections.len() == 1, lang))
                    }
                }
                footer {
                    p { (lang.pick(
                        "Made from the reports of the runs; messages are as the runs wrote them.",
                        "根据各次运行的报告生成；报告中的消息保留原文。",
                    )) " " (generator) }
                    p.printed { (lang.pick(
                        "Closed lists are not printed: open what is to be on paper.",
                        "折叠的列表不会被打印：请先展开需要打印的内容。",
                    )) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// Nothing but this style and this script, and no request at all.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// From the first run's start to the last one's end.
fn period(sections: &[Section]) -> String {
    let steps = || sections.iter().flat_map(|section| &section.steps);
    let first = steps().filter_map(|step| step.started).min();
    let last = steps().filter_map(|step| step.finished).max();
    match (first.map(minute), last.map(minute)) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last} UTC"),
        (Some(one), _) | (None, Some(one)) => format!("{one} UTC"),
        (None, None) => String::new(),
    }
}

fn overview(sections: &[Section], lang: Lang) -> Markup {
    html! {
        nav {
            ul.overview {
                @for (number, section) in sections.iter().enumerate() {
                    li {
                        span class=(mark(section)) {}
                        a href={ "#s" (number) } { (words::title(section.kind, lang)) }
                        @if !section.file.is_empty() { " " code { (section.file) } }
                        span.says { (words::first_up(&words::headline(section, lang))) }
                        (bar::of(section.counts(), lang))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::entry::{Entry, Tone};
    use crate::page::section::Kind;

    fn sections() -> Vec<Section> {
        let bad = "<script>alert(1)</script>\"'&";
        let entry = |tone| Entry {
            becomes: bad.to_owned(),
            reason: bad.to_owned(),
            request_id: bad.to_owned(),
            bytes: Some(3),
            ..Entry::new(bad, bad, bad, tone).because(bad).with_hint(bad)
        };
        let all = [Tone::Done, Tone::Kept, Tone::Open, Tone::Failed].map(entry).to_vec();
        let one = |kind| Section {
            troubles: all.clone(),
            notices: vec![bad.to_owned()],
            verdict: bad.to_owned(),
            hosts: Some((bad.to_owned(), bad.to_owned())),
            ..Section::new(kind, bad.to_owned(), all.clone())
        };
        vec![one(Kind::Images), one(Kind::Apply), one(Kind::Usage)]
    }

    /// The text between two marks, the first time.
    fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
        page.split_once(before).unwrap().1.split_once(after).unwrap().0
    }

    #[test]
    fn the_policy_allows_the_style_and_the_script_that_are_there_and_nothing_else() {
        let page = page(&sections(), Lang::En);
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        for (of, text) in [
            ("style", between(&page, "<style>", "</style>")),
            ("script", between(&page, "<script>", "</script>")),
        ] {
            let hash = STANDARD.encode(Sha256::digest(text));
            assert!(policy.contains(&format!("{of}-src 'sha256-{hash}'")), "{policy}");
        }
        assert!(policy.starts_with("default-src 'none'"));
        assert_eq!(page.matches("<script").count(), 1, "what is escaped is not one");
        assert_eq!(page.matches("<style").count(), 1);
        assert!(!page.contains(" style=") && !page.contains(" onclick"));
        assert!(page.find(MARK).unwrap() < 200);
    }

    #[test]
    fn nothing_in_it_leads_outside() {
        let page = page(&sections(), Lang::Zh);
        for outside in ["http:", "https:", "src=", "url(", "@import", "fetch(", "//cdn"] {
            assert!(!page.contains(outside), "{outside}");
        }
        for link in page.split("href=\"").skip(1) {
            assert!(link.starts_with('#') || link.starts_with("data:,\""), "{link:.60}");
        }
    }

    #[test]
    fn each_link_has_its_place() {
        let page = page(&sections(), Lang::En);
        for link in page.split("href=\"#").skip(1) {
            let id = link.split('"').next().unwrap();
            assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }
}

//! Each page in English and in Chinese, one beside the other, with the same commands.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands::{Session, sessions};
use crate::links::file_of;
use crate::page::Page;
use crate::{nothing, pages};

/// Pages in English alone, and why.
const ENGLISH_ALONE: &[(&str, &str)] = &[
    ("CHANGELOG.md", "read with the code"),
    ("CONTRIBUTING.md", "read with the code"),
    ("docs/architecture.md", "read with the code"),
    ("docs/benchmarks.md", "read with the code"),
    ("docs/development.md", "read with the code"),
    ("docs/reference/docker-ccr2tcr.md", "made of the program's English help"),
    ("docs/reference/kubectl-tcr-switch.md", "made of the program's English help"),
];

#[test]
fn pages_stand_in_both_languages_and_link_to_each_other() {
    nothing(&without_partner(&pages(), ENGLISH_ALONE));
}

#[test]
fn both_languages_have_the_same_commands_in_the_same_order() {
    nothing(&other_commands(&pages()));
}

/// Pages without the other language or a link to it, and entries of the list that aren't needed.
pub(crate) fn without_partner(pages: &[Page], alone: &[(&str, &str)]) -> Vec<String> {
    let by_name: BTreeMap<&str, &Page> =
        pages.iter().map(|page| (page.name.as_str(), page)).collect();
    let mut findings = Vec::new();
    for (page, _) in alone {
        match by_name.get(page) {
            None => findings.push(format!("{page} is listed and not there")),
            Some(page) if by_name.contains_key(page.partner().as_str()) => {
                findings.push(format!("{} has a partner and is listed", page.name));
            }
            Some(_) => {}
        }
    }
    for page in pages.iter().filter(|page| !alone.iter().any(|(name, _)| *name == page.name)) {
        let partner = page.partner();
        if !by_name.contains_key(partner.as_str()) {
            findings.push(format!("{}: there is no {partner}", page.name));
        } else if !page.links().iter().any(|link| file_of(&page.name, &link.it) == partner) {
            findings.push(format!("{}: no link to {partner}", page.name));
        }
    }
    findings
}

/// The first command of each Chinese page that its English partner has not, or has elsewhere.
pub(crate) fn other_commands(pages: &[Page]) -> Vec<String> {
    let mut findings = Vec::new();
    for chinese in pages.iter().filter(|page| page.is_chinese()) {
        let partner = chinese.partner();
        let Some(english) = pages.iter().find(|page| page.name == partner) else { continue };
        let (english, ours) = (sessions(english), sessions(chinese));
        let same = |pair: &(&Session, &Session)| is_the_same(&pair.0.command, &pair.1.command);
        let equal = english.iter().zip(&ours).take_while(same).count();
        let (wanted, there) = (english.get(equal), ours.get(equal));
        if wanted.is_some() || there.is_some() {
            findings.push(format!(
                "{}:{}: {} where {partner}:{} has {}",
                chinese.name,
                there.map_or(0, |it| it.at),
                there.map_or("nothing more", |it| &it.command),
                wanted.map_or(0, |it| it.at),
                wanted.map_or("nothing more", |it| &it.command),
            ));
        }
    }
    findings
}

#[test]
fn what_commands_print_is_the_same_in_both_languages() {
    nothing(&other_output(&pages()));
}

/// Lines that a Chinese page shows below a command and its English partner doesn't.
pub(crate) fn other_output(pages: &[Page]) -> Vec<String> {
    let mut findings = Vec::new();
    for chinese in pages.iter().filter(|page| page.is_chinese()) {
        let Some(english) = pages.iter().find(|page| page.name == chinese.partner()) else {
            continue;
        };
        let shown: BTreeSet<String> =
            sessions(english).into_iter().flat_map(|session| session.shown).collect();
        for session in sessions(chinese) {
            for line in session.shown.iter().filter(|line| **line != "…" && !shown.contains(*line))
            {
                findings.push(format!("{}:{}: {line}", chinese.name, session.at));
            }
        }
    }
    findings
}

/// Whether two commands differ at most by a name behind `=` that the Chinese page has in Chinese.
fn is_the_same(english: &str, chinese: &str) -> bool {
    let name = |word: &str| word.split_once('=').map(|(name, _)| name.to_owned());
    let (english, chinese) = (english.split_whitespace(), chinese.split_whitespace());
    english.clone().count() == chinese.clone().count()
        && english.zip(chinese).all(|(one, other)| {
            one == other || !other.is_ascii() && name(one).is_some() && name(one) == name(other)
        })
}

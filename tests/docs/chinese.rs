//! Chinese pages: one word for one thing, full-width punctuation, a space between Chinese and Latin.

use crate::page::{CODE, Page};
use crate::{nothing, pages};

/// What is not written, and what is written for it.
const TERMS: &[(&str, &str)] = &[
    ("名称空间", "命名空间"),
    ("名字空间", "命名空间"),
    ("帐号", "账号"),
    ("帐户", "账号"),
    ("账户", "账号"),
    ("登陆", "登录"),
    ("秘钥", "密钥"),
    ("镜像库", "镜像仓库"),
    ("存储库", "仓库"),
    ("缺省", "默认"),
    ("拉取密钥", "拉取凭证"),
    ("回滚文件", "撤回文件"),
    ("工作负荷", "工作负载"),
    ("服务帐号", "服务账号"),
    ("Webhook", "webhook"),
    ("您", "你"),
];

#[test]
fn one_thing_has_one_name() {
    nothing(&each_chinese(other_terms));
}

#[test]
fn punctuation_between_chinese_words_is_full_width() {
    nothing(&each_chinese(half_width));
}

#[test]
fn a_space_stands_between_chinese_and_latin() {
    nothing(&each_chinese(crowded));
}

fn each_chinese(check: fn(&Page) -> Vec<String>) -> Vec<String> {
    pages().iter().filter(|page| page.is_chinese()).flat_map(check).collect()
}

pub(crate) fn other_terms(page: &Page) -> Vec<String> {
    let found = page.lines().flat_map(|line| {
        let terms = TERMS.iter().filter(move |(wrong, _)| line.it.contains(wrong));
        terms.map(move |(wrong, right)| format!("{}:{}: {wrong}: {right}", page.name, line.line))
    });
    found.collect()
}

/// Half-width marks that touch a Chinese character.
pub(crate) fn half_width(page: &Page) -> Vec<String> {
    pairs(page, |left, right| {
        is_chinese(left) && matches!(right, ',' | ';' | ':' | '!' | '?' | '(' | ')')
            || is_chinese(right) && matches!(left, ',' | ';' | '!' | '?' | '(' | ')')
            || is_chinese(left) && right == '.'
    })
}

/// Chinese characters that touch a letter, a digit or inline code.
pub(crate) fn crowded(page: &Page) -> Vec<String> {
    let latin = |c: char| c.is_ascii_alphanumeric() || c == CODE;
    pairs(page, |left, right| is_chinese(left) && latin(right) || latin(left) && is_chinese(right))
}

/// The places where two neighbours are as they should not be, with what is around them.
fn pairs(page: &Page, wrong: impl Fn(char, char) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for line in page.prose() {
        let text: Vec<char> = line.it.chars().collect();
        for at in 1..text.len() {
            if wrong(text[at - 1], text[at]) {
                let around = &text[at.saturating_sub(6)..text.len().min(at + 6)];
                let around = String::from_iter(around).replace(CODE, "`…`");
                found.push(format!("{}:{}: {around}", page.name, line.line));
            }
        }
    }
    found
}

/// A character of a word; punctuation needs no space.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

//! A page of Markdown, taken apart: links, headings, code, and the words around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page, by its path in the repository.
pub(crate) struct Page {
    pub(crate) name: String,
    text: String,
}

/// Something of a page with the line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) line: usize,
    pub(crate) it: T,
}

/// A piece of code: a block with its language, or `code` within a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) language: Option<String>,
    pub(crate) text: String,
}

/// What stands for inline code in [`Page::prose`].
pub(crate) const CODE: char = '\u{fffc}';

/// README, CONTRIBUTING and CHANGELOG, and all pages below docs.
pub(crate) fn read_all(root: &Path) -> Vec<Page> {
    let mut files: Vec<PathBuf> = markdown(root);
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        files.append(&mut markdown(&folder));
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        folders.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    files.sort();
    let named = |file: &PathBuf| file.strip_prefix(root).unwrap_or(file).display().to_string();
    files.iter().map(|file| Page::new(&named(file), &fs::read_to_string(file).unwrap())).collect()
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

impl Page {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_chinese(&self) -> bool {
        self.name.ends_with(".zh-CN.md")
    }

    /// The same page in the other language, whether it is there or not.
    pub(crate) fn partner(&self) -> String {
        match self.name.strip_suffix(".zh-CN.md") {
            Some(stem) => format!("{stem}.md"),
            None => format!("{}.zh-CN.md", self.name.trim_end_matches(".md")),
        }
    }

    /// Where links and images lead.
    pub(crate) fn links(&self) -> Vec<At<String>> {
        let to = |event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.to_string())
            }
            _ => None,
        };
        self.events().filter_map(|(line, event)| Some(At { line, it: to(event)? })).collect()
    }

    /// What can stand behind `#`, as GitHub makes it of headings.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let (mut heading, mut anchors) = (None, BTreeSet::new());
        let mut used: BTreeMap<String, usize> = BTreeMap::new();
        for (_, event) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let times = used.entry(anchor.clone()).or_default();
                    let suffix = if *times == 0 { String::new() } else { format!("-{times}") };
                    *times += 1;
                    anchors.insert(anchor + &suffix);
                }
                _ => {}
            }
        }
        anchors
    }

    pub(crate) fn code(&self) -> Vec<At<Code>> {
        let (mut block, mut all) = (None, Vec::new());
        for (line, event) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    // The fence has a line of its own.
                    block = Some((line + 1, language, String::new()));
                }
                Event::Text(text) => {
                    if let Some((_, _, block)) = &mut block {
                        block.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((line, language, text)) = block.take() {
                        all.push(At { line, it: Code { language: Some(language), text } });
                    }
                }
                Event::Code(text) => {
                    all.push(At { line, it: Code { language: None, text: text.to_string() } });
                }
                _ => {}
            }
        }
        all
    }

    /// The words by line, without code blocks, with [`CODE`] for inline code and ` | ` between cells.
    pub(crate) fn prose(&self) -> Vec<At<String>> {
        let (mut lines, mut in_block): (BTreeMap<usize, String>, bool) = (BTreeMap::new(), false);
        for (line, event) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_block = true,
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(text) if !in_block => lines.entry(line).or_default().push_str(&text),
                Event::Code(_) => lines.entry(line).or_default().push(CODE),
                Event::InlineHtml(_) => lines.entry(line).or_default().push(' '),
                Event::End(TagEnd::TableCell) => lines.entry(line).or_default().push_str(" | "),
                _ => {}
            }
        }
        lines.into_iter().map(|(line, it)| At { line, it }).collect()
    }

    /// The lines as they are, code and all.
    pub(crate) fn lines(&self) -> impl Iterator<Item = At<&str>> {
        self.text.lines().enumerate().map(|(index, it)| At { line: index + 1, it })
    }

    fn events(&self) -> impl Iterator<Item = (usize, Event<'_>)> {
        let lines: Vec<usize> = self.text.match_indices('\n').map(|(at, _)| at).collect();
        Parser::new_ext(&self.text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
            .into_offset_iter()
            .map(move |(event, range)| (lines.partition_point(|at| *at < range.start) + 1, event))
    }
}

/// Lower case, spaces as hyphens, and of the rest what is a letter, a number, `-` or `_`.
pub(crate) fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

//! What a module declares, brings into scope and mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::path::{Path, PathBuf};

use crate::words::{Word, after_brackets, words};

/// The sources of a repository by path.
pub(crate) type Sources = BTreeMap<PathBuf, String>;

/// `a::b::C`, and the line on which it stands.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) name: String,
    pub(crate) mention: Mention,
    /// Whether it is a `pub use`.
    pub(crate) exported: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: PathBuf,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    pub(crate) items: BTreeSet<String>,
    pub(crate) uses: Vec<Use>,
    pub(crate) globs: Vec<Mention>,
    /// Paths outside of `use` lines.
    pub(crate) paths: Vec<Mention>,
    /// First words of paths, and words that stand alone.
    pub(crate) names: BTreeSet<String>,
}

/// The modules of a crate and those below, the crate's own first. They refer to each other by
/// their places in `all`.
pub(crate) fn load(all: &mut Vec<Module>, sources: &Sources, root: &Path) -> usize {
    let folder = root.parent().unwrap_or(Path::new(""));
    load_file(all, sources, None, root, folder)
}

fn load_file(
    all: &mut Vec<Module>,
    sources: &Sources,
    parent: Option<usize>,
    file: &Path,
    folder: &Path,
) -> usize {
    let id = all.len();
    all.push(Module { file: file.to_owned(), parent, ..Module::default() });
    read(all, sources, id, folder, &words(&sources[file]));
    id
}

/// `folder` is where the files of the module's children are.
fn read(all: &mut Vec<Module>, sources: &Sources, id: usize, folder: &Path, words: &[Word]) {
    let text = |i: usize| words.get(i).map_or("", |word| word.text.as_str());
    let (mut i, mut depth, mut exported) = (0, 0, false);
    while i < words.len() {
        let (word, next) = (text(i), text(i + 1));
        match word {
            "pub" => {
                exported = true;
                i = if next == "(" { after_brackets(words, i + 1) } else { i + 1 };
                continue;
            }
            "use" if next != "<" => {
                let end = (i..words.len()).find(|i| text(*i) == ";").unwrap_or(words.len());
                read_use(&mut all[id], &words[i + 1..end], &[], exported);
                i = end;
            }
            "mod" if depth == 0 => {
                let below = folder.join(next);
                let child = if text(i + 2) == ";" {
                    let files = [below.with_extension("rs"), below.join("mod.rs")];
                    let file = files.iter().find(|file| sources.contains_key(*file));
                    i += 2;
                    file.map(|file| load_file(all, sources, Some(id), file, &below))
                } else {
                    let (child, end) = (all.len(), after_brackets(words, i + 2));
                    let file = all[id].file.clone();
                    all.push(Module { file, parent: Some(id), ..Module::default() });
                    read(all, sources, child, &below, &words[i + 3..end - 1]);
                    i = end - 1;
                    Some(child)
                };
                all[id].children.extend(child.map(|child| (next.to_owned(), child)));
            }
            "macro_rules" => {
                all[id].items.insert(text(i + 2).to_owned());
                i += 2;
            }
            "struct" | "enum" | "union" | "trait" | "fn" | "const" | "static" | "type"
                if depth == 0 && is_name(next) && next != "fn" =>
            {
                all[id].items.insert(next.to_owned());
                i += 1;
            }
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ if is_name(word) && (i == 0 || !matches!(text(i - 1), "." | "::")) => {
                let line = words[i].line;
                let mut path = vec![word.to_owned()];
                while text(i + 1) == "::" && is_name(text(i + 2)) {
                    path.push(text(i + 2).to_owned());
                    i += 2;
                }
                all[id].names.insert(word.to_owned());
                all[id].paths.push(Mention { path, line });
            }
            _ => {}
        }
        exported = false;
        i += 1;
    }
}

fn read_use(module: &mut Module, words: &[Word], prefix: &[String], exported: bool) {
    let mut path = prefix.to_vec();
    let line = words.first().map_or(0, |word| word.line);
    let mut name = None;
    for (i, word) in words.iter().enumerate() {
        match word.text.as_str() {
            "::" => {}
            "self" if !path.is_empty() => {}
            "*" => return module.globs.push(Mention { path, line }),
            "as" => {
                name = words.get(i + 1).map(|word| word.text.clone());
                break;
            }
            "{" => {
                for branch in branches(&words[i + 1..words.len() - 1]) {
                    read_use(module, branch, &path, exported);
                }
                return;
            }
            text => path.push(text.to_owned()),
        }
    }
    if let Some(name) = name.or_else(|| path.last().cloned()) {
        module.uses.push(Use { name, mention: Mention { path, line }, exported });
    }
}

/// What stands between the commas of the outermost braces.
fn branches(words: &[Word]) -> Vec<&[Word]> {
    let mut depth = 0;
    let commas = words.iter().enumerate().filter_map(|(i, word)| {
        match word.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        (depth == 0 && word.text == ",").then_some(i)
    });
    let mut start = 0;
    let ends: Vec<usize> = commas.chain(once(words.len())).collect();
    let between = ends.into_iter().map(|end| {
        let branch = &words[start..end];
        start = end + 1;
        branch
    });
    between.filter(|branch| !branch.is_empty()).collect()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

//! The reader of lines says of plain YAML what the parser says.

use proptest::prelude::*;

use super::super::actions::Actions;
use super::super::structure::{Builder, Kind, Structure};
use super::super::text::Text;
use super::super::{lines, parser};
use super::find;

fn structures(source: &str) -> (Structure<'_>, Structure<'_>) {
    let found = find(source.as_bytes());
    let actions = Actions::default();
    let text = Text { bytes: source.as_bytes(), actions: &actions };
    let size = source.len();
    let (mut by_parser, mut by_lines) = (Builder::new(&found, size), Builder::new(&found, size));
    parser::read(source, text, &mut by_parser);
    lines::read(text, 0, &mut by_lines);
    (by_parser.finish(), by_lines.finish())
}

/// Whether the parser reads it to its end.
fn is_yaml(source: &str) -> bool {
    granit_parser::Parser::new_from_str(source).all(|event| event.is_ok())
}

/// A line for each node.
fn described(structure: &Structure<'_>) -> String {
    let mut lines = vec![format!("{:?} {:?}", structure.documents(), structure.homes)];
    let mut open: Vec<_> = structure.documents().iter().filter_map(|it| it.root).collect();
    while let Some(id) = open.pop() {
        let node = structure.node(id);
        let is_null = node.scalar().is_some_and(|scalar| scalar.span.is_empty());
        // The parser says where an entry that isn't there stands now in this way, now in that.
        let kind = if is_null && node.key().is_none() { &Kind::Alias(None) } else { &node.kind };
        lines.push(format!("{id:?} {:?} {kind:?}", node.label));
        let children: Vec<_> = structure.children(id).collect();
        open.extend(children.into_iter().rev());
    }
    lines.join("\n")
}

#[track_caller]
fn agree(source: &str) {
    assert!(is_yaml(source), "{source}");
    let (by_parser, by_lines) = structures(source);
    assert_eq!(described(&by_parser), described(&by_lines), "{source}");
}

#[derive(Debug, Clone)]
enum Tree {
    Scalar(String),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

fn scalar() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "ccr.ccs.tencentyun.com/shop/web:v1",
        "'ccr.ccs.tencentyun.com/shop/web'",
        "\"ccr.ccs.tencentyun.com\\/shop\" # why",
        "ccr.ccs.tencentyun.com",
        "",
        "~",
        "7",
        "1.10",
        "a: b",
        "v1 # ccr.ccs.tencentyun.com/x",
        "a#b",
        "http://x:80/y",
        "\"it's\"",
        "'it''s: \"x\"'",
        "''",
        "镜像 ccr.ccs.tencentyun.com/a/b",
        "&a x",
        "*a",
        "!t x",
        "!!str 1",
        "{a: b, c: , \"d\":e, f: [g, h: i, {}], ccr.ccs.tencentyun.com: 1}",
        "[]",
        "[a, 'b' , \"c\",ccr.ccs.tencentyun.com/a/b, ]",
        "- x",
        "-x",
        "?x",
        "|\n ccr.ccs.tencentyun.com/a/b\n\n  b: c\n - d\n",
        ">-\n a\n b\n\n ccr.ccs.tencentyun.com\n",
        "|+\n ccr.ccs.tencentyun.com/a/b\n\n",
        "one\n ccr.ccs.tencentyun.com/two\n\n - three",
        "\"one\n ccr.ccs.tencentyun.com/two \\\n three\"",
        "{\n a: ccr.ccs.tencentyun.com/a,\n # ccr.ccs.tencentyun.com/b\n b: [c,\n d]\n }",
    ])
    .prop_map(str::to_owned)
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["image", "a b", "\"q:\"", "'s'", "x-y", "<<", "镜像", "a.b/c", "k#"])
        .prop_map(str::to_owned)
}

fn tree() -> impl Strategy<Value = Tree> {
    scalar().prop_map(Tree::Scalar).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec((key(), inner.clone()), 1..4).prop_map(Tree::Map),
            prop::collection::vec(inner, 1..4).prop_map(Tree::List),
        ]
    })
}

/// Where the writer of a tree is.
struct Writer {
    text: String,
    step: usize,
    compact: bool,
    indentless: bool,
}

impl Writer {
    /// Writes a node behind `key:` or `-`, at this indentation.
    fn node(&mut self, tree: &Tree, indent: usize, in_list: bool, in_map: bool) {
        match tree {
            Tree::Scalar(text) => {
                let lines = format!("\n{}", " ".repeat(indent.max(1)));
                let text = text.strip_suffix('\n').unwrap_or(text).replace("\n ", &lines);
                self.text.extend([" ", &text, "\n"]);
            }
            Tree::Map(entries) => {
                self.begin(indent, in_list);
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.indent(indent, at, in_list);
                    self.text.extend([key, ":"]);
                    self.node(value, indent + self.step, false, true);
                }
            }
            Tree::List(items) => {
                let outer = indent - self.step.min(indent);
                let indent = if in_map && self.indentless { outer } else { indent };
                self.begin(indent, in_list);
                for (at, item) in items.iter().enumerate() {
                    self.indent(indent, at, in_list);
                    self.text.push('-');
                    self.node(item, indent + 2, true, false);
                }
            }
        }
    }

    fn begin(&mut self, _: usize, in_list: bool) {
        self.text.push_str(if in_list && self.compact { " " } else { "\n" });
    }

    fn indent(&mut self, indent: usize, at: usize, in_list: bool) {
        if at > 0 || !(in_list && self.compact) {
            self.text.push_str(&" ".repeat(indent));
        }
    }
}

fn written(documents: &[Tree], step: usize, compact: bool, indentless: bool) -> String {
    let mut writer = Writer { text: String::new(), step, compact, indentless };
    for document in documents {
        writer.text.push_str("---");
        writer.node(document, 0, false, false);
    }
    writer.text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_yaml_is_read_alike(
        documents in prop::collection::vec(tree(), 1..3),
        step in 1_usize..5,
        compact: bool,
        indentless: bool,
        crlf: bool,
    ) {
        let mut source = written(&documents, step, compact, indentless);
        if crlf {
            source = source.replace('\n', "\r\n");
        }
        prop_assume!(is_yaml(&source));
        let (by_parser, by_lines) = structures(&source);
        let (by_parser, by_lines) = (described(&by_parser), described(&by_lines));
        prop_assert!(by_parser == by_lines, "{}\n{}\n\n{}", source, by_parser, by_lines);
    }
}

#[test]
fn files_that_people_write_are_read_alike() {
    agree("a: ccr.ccs.tencentyun.com/a/b\n");
    agree("\u{feff}a: ccr.ccs.tencentyun.com/a/b");
}

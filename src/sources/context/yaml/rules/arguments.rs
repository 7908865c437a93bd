//! Commands as lists of words: `args`, `command`.

use super::super::at::At;
use super::super::structure::{Label, NodeId};
use crate::sources::context::{Purpose, command};

const LISTS: [&str; 7] =
    ["args", "command", "cmd", "entrypoint", "arguments", "extraargs", "flags"];

/// So many words in front of one are looked at, in a list that has so many at most.
const WORDS: usize = 32;
const LONGEST: usize = 256;

/// What the command does with it that it is a word of. In one word alone, a flag says that.
pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let structure = at.structure;
    let node = structure.node(at.home.node);
    // What has more words is read as a script.
    let is_word = node.scalar().is_some_and(|it| !it.text.trim().contains([' ', '\t', '\n']));
    if at.is_key() || !is_word || !LISTS.contains(&&*at.title()) {
        return None;
    }
    let is_near = !matches!(node.label, Label::Item(index) if index > LONGEST);
    let list = node.parent.filter(|list| is_near && structure.node(*list).is_list());
    let command = at.map().and_then(|map| structure.get(map, "command"));
    let words = command.filter(|command| Some(*command) != list).into_iter().chain(list);
    let words: Vec<NodeId> = words
        .flat_map(|list| structure.children(list))
        .take_while(|word| *word != at.home.node)
        .collect();
    let mut line = String::new();
    for word in &words[words.len().saturating_sub(WORDS)..] {
        let text = structure.node(*word).scalar().map_or("", |scalar| &scalar.text);
        line.extend(["'", &text.replace('\'', "").chars().take(256).collect::<String>(), "' "]);
    }
    line.push_str(&at.before);
    let place = line.len()..line.len() + 1;
    line.push('x');
    let purpose = command::purpose(line.as_bytes(), place).0;
    (purpose != Purpose::Reference).then_some(purpose)
}

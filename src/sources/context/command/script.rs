//! A script as groups of commands.

use super::dialect::Dialect;
use super::words::{Lexer, Token};
use crate::sources::span::Span;

/// One command with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// With their quotes. Empty of a mere comment.
    pub(super) words: Vec<Span>,
    /// Which of the words are elements of which array: its name, the first and one past the last.
    pub(super) arrays: Vec<(Span, usize, usize)>,
    /// The file that its output goes to.
    pub(super) writes_to: Option<Span>,
    /// Whether the next command of the group reads its output.
    pub(super) is_piped: bool,
    /// Whether it is what a `case` looks for.
    pub(super) is_pattern: bool,
}

/// Commands that belong together: of a pipeline, or more where a here-document is awaited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) commands: Vec<Command>,
    /// The texts of here-documents, and which command each is for.
    pub(super) documents: Vec<(usize, Span)>,
    pub(super) comments: Vec<Span>,
    /// From its first byte to where the next group begins.
    pub(super) span: Span,
}

/// The groups of a script, in their order.
pub(super) struct Script<'a> {
    lexer: Lexer<'a>,
    /// How many opening parentheses aren't closed yet.
    depth: usize,
}

/// No line of a script with a here-document has more commands.
const MOST_COMMANDS: usize = 256;

impl<'a> Script<'a> {
    pub(super) fn new(bytes: &'a [u8], span: &Span, dialect: Dialect) -> Self {
        Self { lexer: Lexer::new(bytes, span, dialect), depth: 0 }
    }
}

impl Iterator for Script<'_> {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        let start = self.lexer.at();
        let mut group = Group::default();
        let mut command = Command::default();
        let mut array: Option<(Span, usize)> = None;
        // Whether the next word is a file, and the command's output goes there.
        let mut file: Option<bool> = None;
        // The command that each awaited document is for.
        let mut readers = Vec::new();
        loop {
            let token = self.lexer.next();
            let file_before = file.take();
            match token {
                Some(Token::Word(word)) => match file_before {
                    Some(true) => command.writes_to = Some(word),
                    Some(false) => {}
                    None => command.words.push(word),
                },
                Some(Token::Comment(comment)) => group.comments.push(comment),
                Some(Token::Output) => file = Some(true),
                Some(Token::OtherOutput) => file = Some(false),
                Some(Token::Document) => readers.push(group.commands.len()),
                Some(Token::Array(name)) => {
                    array.get_or_insert((name, command.words.len()));
                }
                Some(Token::Close) if array.is_some() => {
                    if let Some((name, first)) = array.take() {
                        command.arrays.push((name, first, command.words.len()));
                    }
                }
                Some(Token::Newline(_)) if array.is_some() => {}
                Some(Token::Pipe) => {
                    command.is_piped = true;
                    group.commands.push(std::mem::take(&mut command));
                }
                Some(Token::Separator | Token::Open | Token::Close) => {
                    match token {
                        Some(Token::Open) => self.depth += 1,
                        Some(Token::Close) if self.depth > 0 => self.depth -= 1,
                        Some(Token::Close) => command.is_pattern = true,
                        _ => {}
                    }
                    group.commands.push(std::mem::take(&mut command));
                    if readers.is_empty() || group.commands.len() > MOST_COMMANDS {
                        break;
                    }
                }
                Some(Token::Newline(texts)) => {
                    let is_continued = group.commands.last().is_some_and(|last| last.is_piped)
                        && command.words.is_empty();
                    group.commands.push(std::mem::take(&mut command));
                    let texts = readers.drain(..).zip(texts);
                    group
                        .documents
                        .extend(texts.filter_map(|(reader, text)| Some((reader, text?))));
                    if is_continued {
                        group.commands.pop();
                        continue;
                    }
                    break;
                }
                None => {
                    if self.lexer.at() == start {
                        return None;
                    }
                    group.commands.push(std::mem::take(&mut command));
                    break;
                }
            }
        }
        group.span = start..self.lexer.at();
        Some(group)
    }
}

//! A script with all that stands in it: each found place in its command, however deep.

use std::ops::Range;

use super::argument::{Argument, Role};
use super::dialect::Dialect;
use super::outputs::{Target, for_document, for_output};
use super::quotes::word_end;
use super::script::{Command, Group, Script};
use super::text::{bare, head, inside_quotes, is_message, tail};
use super::tools::{Act, Called, LOOKED_AT, called, called_inside};
use super::values::{Values, values};
use crate::sources::context::Purpose;
use crate::sources::context::kind::{FileKind, Syntax, kind};
use crate::sources::context::outline::{Form, Meaning, Outline, Part};
use crate::sources::span::Span;

/// No script in a script in a script is deeper.
const DEEPEST: usize = 8;

/// Of no command are more words looked through for variables.
const MOST_WORDS: usize = 1024;

/// Reads the script that stands in `span` of `bytes`; `places` are sorted and stand in it.
pub(in crate::sources::context) fn read(
    bytes: &[u8],
    span: &Span,
    dialect: Dialect,
    places: &[Span],
) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); places.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let mut reader = Reader { bytes, dialect, places, outline };
    reader.script(span, 0..places.len(), Nesting { depth: 0, is_captured: false });
    reader.outline
}

struct Reader<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    places: &'a [Span],
    outline: Outline,
}

/// Where a script stands in other scripts.
#[derive(Debug, Clone, Copy)]
struct Nesting {
    depth: usize,
    /// Whether a program reads what it prints.
    is_captured: bool,
}

impl Reader<'_> {
    /// Which of the places in `range` begin in `span`.
    fn within(&self, range: &Range<usize>, span: &Span) -> Range<usize> {
        let places = &self.places[range.clone()];
        let start = range.start + places.partition_point(|place| place.start < span.start);
        let end = range.start + places.partition_point(|place| place.start < span.end);
        start..end.max(start)
    }

    fn script(&mut self, span: &Span, mut range: Range<usize>, nesting: Nesting) {
        if nesting.depth > DEEPEST {
            return;
        }
        for group in Script::new(self.bytes, span, self.dialect) {
            let inside = self.within(&range, &group.span);
            range.start = inside.end;
            for comment in &group.comments {
                for place in self.within(&inside, comment) {
                    self.outline.meanings[place] = Meaning::new(Purpose::Comment, "");
                }
            }
            let words = group.commands.iter().map(|command| {
                let words = command.words.iter().take(LOOKED_AT);
                words.map(|word| bare(&self.bytes[word.clone()], self.dialect)).collect()
            });
            let words: Vec<Vec<String>> = words.collect();
            for (at, command) in group.commands.iter().enumerate() {
                self.command(command, &words[at..], &inside, nesting);
            }
            self.documents(&group, &words, &inside, nesting);
        }
    }

    /// The here-documents of a group.
    fn documents(
        &mut self,
        group: &Group,
        words: &[Vec<String>],
        inside: &Range<usize>,
        nesting: Nesting,
    ) {
        for (reader, text) in &group.documents {
            let Some(command) = group.commands.get(*reader) else { continue };
            let places = self.within(inside, text);
            let target = for_document(command, &words[*reader..], self.bytes).or_else(|| {
                let kind = kind("", &self.bytes[text.clone()]);
                (kind != FileKind::Text(Syntax::Plain)).then(|| Target::of_kind(kind))
            });
            match target {
                Some(Target { kind: Some(FileKind::Shell), .. }) => {
                    let nesting = Nesting { depth: nesting.depth + 1, ..nesting };
                    self.script(text, places, nesting);
                }
                Some(target) if !places.is_empty() => self.part(text, &target, Form::Plain),
                Some(_) => {}
                None if nesting.is_captured => {}
                None => {
                    for at in places {
                        let place = &self.places[at];
                        let before = tail(self.bytes, text.start, place.start);
                        if is_message(&before, &head(self.bytes, place.end, text.end)) {
                            self.outline.meanings[at] = Meaning::new(Purpose::Documentation, "");
                        }
                    }
                }
            }
        }
    }

    fn part(&mut self, span: &Span, target: &Target, form: Form) {
        let Target { kind, path } = target.clone();
        self.outline.parts.push(Part { span: span.clone(), kind, path, form });
    }

    /// The first of `words` are `command`'s, as they begin, the others those of the commands behind.
    fn command(
        &mut self,
        command: &Command,
        words: &[Vec<String>],
        inside: &Range<usize>,
        nesting: Nesting,
    ) {
        let (Some(first), Some(last), Some(own)) =
            (command.words.first(), command.words.last(), words.first())
        else {
            return;
        };
        let places = self.within(inside, &(first.start..last.end));
        let called = match command.is_pattern {
            true => Called { act: Act::Compare, place: "shell: case".to_owned(), at: 0, first: 0 },
            false => called(own),
        };
        let inner = match called.act {
            Act::Pull | Act::Other => called_inside(own, called.at),
            _ => None,
        };
        let target = for_output(command, words, self.bytes);
        let maps = self.outline.maps.len();
        let values = match called.act {
            Act::Values if !places.is_empty() => values(command, self.bytes),
            _ => Values::default(),
        };
        self.outline.maps.extend(values.maps);
        let loop_variable = own.get(called.first).filter(|_| called.act == Act::Loop);
        let is_test = own.last().is_some_and(|last| last.starts_with(']'));
        let set = own.first().filter(|_| !is_test && own.get(1).is_some_and(|word| word == "="));
        let set = set.map(|name| name.trim_start_matches("$env:").trim_start_matches('$'));
        let mut arrays = command.arrays.iter().peekable();
        let (mut positional, mut previous) = (0, String::new());
        for (at, word) in command.words.iter().enumerate() {
            while arrays.next_if(|(_, _, end)| *end <= at).is_some() {}
            let places = self.within(&places, word);
            if at >= MOST_WORDS && places.is_empty() {
                continue;
            }
            let array = arrays.peek().filter(|(_, start, _)| *start <= at);
            let array = array.map(|(name, ..)| bare(&self.bytes[name.clone()], self.dialect));
            let array = array.as_deref().map(|name| name.trim_end_matches(['=', '+']));
            let text = bare(&self.bytes[word.clone()], self.dialect);
            let role = Role {
                called: inner.as_ref().filter(|inner| at >= inner.at).unwrap_or(&called),
                is_in_front: at < called.first,
                previous: &previous,
                word: &text,
                positional,
                given_to: array.or(loop_variable.map(String::as_str)).or(set),
            };
            positional += usize::from(role.is_positional());
            self.note_variables(word, &role);
            let scripts = self.scripts_in(word, &role);
            for (script, is_captured) in &scripts {
                let is_captured = *is_captured || nesting.is_captured;
                let inside = self.within(&places, script);
                let nesting = Nesting { depth: nesting.depth + 1, is_captured };
                self.script(script, inside.clone(), nesting);
                // What a command prints is the variable's value: `X=$(echo …)`.
                for meaning in &mut self.outline.meanings[inside] {
                    if meaning.variable.is_none() && meaning.purpose == Purpose::Reference {
                        meaning.variable = role.variable().map(str::to_owned);
                    }
                }
            }
            let mut scripts = scripts.iter().peekable();
            for place in places {
                let span = &self.places[place];
                while scripts.next_if(|(script, _)| script.end <= span.start).is_some() {}
                if scripts.peek().is_some_and(|(script, _)| script.start <= span.start) {
                    continue;
                }
                let name = &self.bytes[span.clone()];
                let argument = Argument {
                    role: &role,
                    before: &tail(self.bytes, word.start, span.start),
                    after: &head(self.bytes, span.end, word.end),
                    is_printed: target.is_none() && !nesting.is_captured,
                    is_open: !name.contains(&b'/') || name.ends_with(b"/"),
                };
                let meaning = argument.meaning();
                let map = values.of.get(&span.start).map(|map| maps + map);
                self.outline.meanings[place] =
                    Meaning { unit: Some(first.start..last.end), map, ..meaning };
                if role.called.act == Act::Print
                    && let Some(target) = &target
                {
                    let arguments = command.words.get(called.first).unwrap_or(first);
                    self.printed(word, arguments.start..last.end, target);
                }
            }
            previous = text;
        }
    }

    /// Text that goes into a file: a word in quotes, or all of them.
    fn printed(&mut self, word: &Span, all: Span, target: &Target) {
        let part = inside_quotes(self.bytes, word).unwrap_or(all);
        if self.outline.parts.last().is_none_or(|last| last.span != part) {
            self.part(&part, target, Form::Escaped);
        }
    }

    /// The scripts inside a word, sorted, and whether a program reads what they print.
    fn scripts_in(&self, word: &Span, role: &Role<'_>) -> Vec<(Span, bool)> {
        let is_script = role.called.act == Act::Script && !role.is_in_front
            || matches!(role.previous, "-c" | "-lc" | "-ec" | "/c" | "-Command");
        let is_script = is_script && role.called.act != Act::Code;
        if is_script && let Some(script) = inside_quotes(self.bytes, word) {
            return vec![(script, false)];
        }
        let text = &self.bytes[..word.end];
        let mut scripts = Vec::new();
        if memchr::memchr2(b'`', b'(', &text[word.start..]).is_some() {
            let found = |script| scripts.push((script, true));
            word_end(text, word.start, self.dialect, &mut 0, found);
        }
        scripts
    }

    fn note_variables(&mut self, word: &Span, role: &Role<'_>) {
        let text = &self.bytes[word.clone()];
        if memchr::memchr2(b'$', b'%', text).is_none() {
            return;
        }
        let text = head(self.bytes, word.start, word.end);
        let variables = &mut self.outline.variables;
        if let Some(name) = role.variable() {
            variables.set(name, &text);
            return;
        }
        if role.is_in_front {
            return;
        }
        let (purpose, _) = role.purpose();
        if matches!(purpose, Purpose::Push | Purpose::Login) {
            // Who logs in, and with what, is no registry.
            let is_secret = matches!(role.previous, "-u" | "-p" | "--username" | "--password")
                || role.word.starts_with("-u")
                || role.word.starts_with("-p")
                || role.word.starts_with("--username")
                || role.word.starts_with("--password");
            if !is_secret {
                variables.used(&text, &purpose);
            }
        }
    }
}

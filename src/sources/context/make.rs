//! Makefiles: variables, recipes, what is compared.

use memchr::memchr;

use super::Purpose;
use super::keys::by_variable;
use super::kind::{FileKind, Syntax, kind};
use super::outline::{Form, Meaning, Outline, Part, within};
use crate::sources::find::Found;
use crate::sources::span::Span;

/// Words in front of the name of a variable.
const MODIFIERS: [&str; 5] = ["export", "override", "private", "define", "unexport"];

/// Functions that look for their first arguments.
const LOOKING: [&str; 5] = ["filter", "filter-out", "findstring", "subst", "patsubst"];

/// No value is read further, in bytes.
const LONGEST: usize = 1024;

/// What each of `found` means in a Makefile, or in a file of `just`.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let mut reader = Reader { bytes, found, outline };
    let mut at = 0;
    while at < bytes.len() {
        at = reader.line(at);
    }
    reader.outline
}

struct Reader<'a> {
    bytes: &'a [u8],
    found: &'a [Found],
    outline: Outline,
}

impl Reader<'_> {
    /// The line that begins at `at`, with those that continue it; and where the next one begins.
    fn whole_line(&self, at: usize) -> (Span, usize) {
        let mut end = at;
        loop {
            let length = memchr(b'\n', &self.bytes[end..]);
            let line_end = length.map_or(self.bytes.len(), |length| end + length);
            let next = (line_end + 1).min(self.bytes.len());
            let is_continued = self.bytes[end..line_end].trim_ascii_end().ends_with(b"\\");
            if !is_continued || next >= self.bytes.len() {
                return (at..line_end, next);
            }
            end = next;
        }
    }

    fn all(&mut self, span: &Span, purpose: &Purpose, place: &str) {
        for meaning in &mut self.outline.meanings[within(self.found, span)] {
            *meaning = Meaning::new(purpose.clone(), place);
        }
    }

    fn script(&mut self, span: Span) {
        let (kind, path, form) = (Some(FileKind::Shell), String::new(), Form::Plain);
        self.outline.parts.push(Part { span, kind, path, form });
    }

    /// Reads what begins at `at`. Where the next thing begins.
    fn line(&mut self, at: usize) -> usize {
        if self.is_recipe(at) {
            let mut end = at;
            while end < self.bytes.len() && self.is_recipe(end) {
                end = self.whole_line(end).1;
            }
            self.script(at..end);
            return end;
        }
        let (line, next) = self.whole_line(at);
        let text =
            String::from_utf8_lossy(&self.bytes[line.start..line.end.min(line.start + LONGEST)]);
        let text = text.trim_start();
        if text.starts_with('#') {
            self.all(&line, &Purpose::Comment, "");
            return next;
        }
        let word = text.split_whitespace().next().unwrap_or_default();
        if matches!(word, "ifeq" | "ifneq" | "if" | "else") {
            self.all(&line, &Purpose::Comparison, &format!("make {word}"));
            return next;
        }
        if word == "define" {
            return self.define(&text["define".len()..], next);
        }
        let text = text.to_owned();
        self.assignment(&line, &text);
        next
    }

    /// Whether the line at `at` is one of a recipe. In a file of `just` it begins with spaces.
    fn is_recipe(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        match rest.first() {
            Some(b'\t') => true,
            Some(b' ') => {
                let length = memchr(b'\n', rest).unwrap_or(rest.len());
                let line = &rest[..length];
                let text = line
                    .iter()
                    .position(|byte| !is_blank(byte))
                    .map_or(&line[..0], |at| &line[at..]);
                let words = text.iter().take(LONGEST).position(is_blank);
                let first = &text[..words.unwrap_or(text.len().min(LONGEST))];
                let is_statement =
                    [&b"ifeq"[..], b"ifneq", b"else", b"endif", b"export", b"include"]
                        .contains(&first);
                !text.is_empty()
                    && text[0] != b'#'
                    && !is_statement
                    && assigned(&String::from_utf8_lossy(&text[..text.len().min(LONGEST)]))
                        .is_none()
            }
            _ => false,
        }
    }

    /// Lines up to `endef`: commands, unless they are something else.
    fn define(&mut self, header: &str, start: usize) -> usize {
        let name = header.trim().trim_end_matches(['=', ':', '?', '+', ' ']).to_owned();
        let mut at = start;
        while at < self.bytes.len() {
            let (line, next) = self.whole_line(at);
            if self.bytes[line].trim_ascii().starts_with(b"endef") {
                break;
            }
            at = next;
        }
        let place = format!("make variable {name}");
        self.all(&(start..at), &Purpose::Reference, &place);
        let kind = kind("", &self.bytes[start..at]);
        let kind = if kind == FileKind::Text(Syntax::Plain) { FileKind::Shell } else { kind };
        let (path, form) = (String::new(), Form::Plain);
        self.outline.parts.push(Part { span: start..at, kind: Some(kind), path, form });
        at
    }

    /// A variable, a rule, or a rule's variable.
    fn assignment(&mut self, line: &Span, text: &str) {
        let comment = self.comment(line);
        self.all(&(comment..line.end), &Purpose::Comment, "");
        let Some((name, value)) = assigned(text) else {
            if let Some(recipe) = memchr(b';', &self.bytes[line.start..comment]) {
                self.script(line.start + recipe + 1..comment);
            }
            return;
        };
        self.outline.variables.set(&name, value);
        let span = line.start..comment;
        for index in within(self.found, &span) {
            let place = &self.found[index].span;
            let start = span.start.max(place.start.saturating_sub(LONGEST));
            let before = String::from_utf8_lossy(&self.bytes[start..place.start]);
            let purpose = match open_function(&before) {
                Some((function, argument)) if LOOKING.contains(&function) => {
                    let is_replacement = function.ends_with("subst") && argument == 1;
                    if is_replacement { Purpose::Reference } else { Purpose::Pattern }
                }
                _ => by_variable(&name).unwrap_or(Purpose::Reference),
            };
            let meaning = Meaning::new(purpose, format!("make variable {name}"));
            self.outline.meanings[index] = Meaning { variable: Some(name.clone()), ..meaning };
        }
        let shell = memchr::memmem::find(&self.bytes[span.clone()], b"$(shell ");
        if let Some(shell) = shell {
            self.script(span.start + shell..span.end);
        }
    }

    /// Where a comment begins in a line.
    fn comment(&self, line: &Span) -> usize {
        let mut at = line.start;
        while let Some(length) = memchr(b'#', &self.bytes[at..line.end]) {
            let before = at + length;
            if before > line.start && matches!(self.bytes[before - 1], b' ' | b'\t') {
                return before;
            }
            at = before + 1;
        }
        line.end
    }
}

/// The name and the value that a line sets; of a rule's variable, too.
fn assigned(text: &str) -> Option<(String, &str)> {
    let equals = text.find('=')?;
    let (left, value) = (&text[..equals], &text[equals + 1..]);
    let left = left.trim_end_matches([':', '?', '+', '!']).trim_end();
    // `TARGET: NAME = VALUE`
    let left = left.rsplit_once(": ").or(left.rsplit_once(":\t")).map_or(left, |(_, name)| name);
    let mut words = left.split_whitespace().skip_while(|word| MODIFIERS.contains(word));
    let name = words.next()?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (words.next().is_none() && name.bytes().all(is_name)).then(|| (name.to_owned(), value))
}

/// The function of make that is open where `before` ends, and which of its arguments it is.
fn open_function(before: &str) -> Option<(&str, usize)> {
    let (mut depth, mut commas) = (0_usize, 0);
    for (at, letter) in before.char_indices().rev() {
        match letter {
            ')' | '}' => depth += 1,
            '(' | '{' if depth > 0 => depth -= 1,
            '(' | '{' => {
                return before[at + 1..].split_whitespace().next().map(|name| (name, commas));
            }
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::sources::context::testing::said;

    #[test]
    fn variables_and_recipes_are_known() {
        for (text, expected) in [
            ("REPO ?= CCR/shop\n", "make variable REPO: Reference"),
            ("REPO:=CCR/shop # x\n", "make variable REPO: Reference"),
            ("export REPO = CCR/shop\n", "make variable REPO: Reference"),
            ("IMAGES = a \\\n  CCR/shop/b\n", "make variable IMAGES: Reference"),
            ("release: IMG := CCR/shop/b\n", "make variable IMG: Reference"),
            ("REPO = x # CCR/shop\n", ": Comment"),
            ("# REPO = CCR/shop\n", ": Comment"),
            ("X = $(subst CCR,x,$(Y))\n", "make variable X: Pattern"),
            ("X = $(subst x,CCR,$(Y))\n", "make variable X: Reference"),
            ("X = $(filter CCR/%,$(Y))\n", "make variable X: Pattern"),
            ("X = $(or $(Y),CCR/shop/b)\n", "make variable X: Reference"),
            ("X := $(shell crane digest CCR/shop/b)\n", "crane digest: Container"),
            ("ifeq ($(X),CCR)\nendif\n", "make ifeq: Comparison"),
            ("ifneq (,$(findstring CCR,$(X)))\nendif\n", "make ifneq: Comparison"),
            ("push:\n\tdocker push CCR/shop/b\n", "docker push: Push"),
            ("push:\n\t@docker push CCR/shop/b\n", "docker push: Push"),
            ("push:\n\t-$(DOCKER) push CCR/shop/b\n", "docker push: Push"),
            ("push: ; docker push CCR/shop/b\n", "docker push: Push"),
            ("b:\n\tdocker build \\\n\t  -t CCR/shop/b \\\n\t  .\n", "docker build -t: Push"),
            ("r:\n\techo x | docker login CCR -u a\n", "docker login: Login"),
            ("define RUN\ndocker pull CCR/shop/b\nendef\n", "docker pull: Container"),
            ("r:\n\tIMG=CCR/shop/b make x\n", "IMG: Reference"),
            ("r:\r\n\tdocker push CCR/shop/b\r\n", "docker push: Push"),
            (
                "DOCKER_BUILD = docker build\nb:\n\t$(DOCKER_BUILD) -t CCR/a/b .\n",
                "docker build -t: Push",
            ),
            ("MIRRORS = docker.io CCR\n", "make variable MIRRORS: Mirror"),
            ("\t", ""),
        ] {
            let said = said("Makefile", text);
            assert_eq!(said.first().map_or("", String::as_str), expected, "{text}");
        }
    }

    #[test]
    fn what_a_recipe_pushes_is_known_where_it_is_set() {
        let text = "HOST ?= CCR\nREPO ?= $(HOST)/shop\nBASE ?= CCR/shop/a\nIMG = CCR/shop/b\n\
                    push: login\n\tdocker push $(REPO)/web:$(TAG)\n\tdocker push $(IMG)\n";
        assert_eq!(
            said("Makefile", text),
            [
                "make variable HOST: Push",
                "make variable BASE: Reference",
                "make variable IMG: Push"
            ]
        );
        let text = "HOST ?= CCR\nlogin:\n\tdocker login $(HOST) -u $(USER)\n";
        assert_eq!(said("Makefile", text), ["make variable HOST: Login"]);
    }

    #[test]
    fn a_justfile_is_read_alike() {
        let text = "image := \"CCR/shop/b\"\nbuild:\n    docker build -t CCR/shop/b .\n";
        assert_eq!(
            said("justfile", text),
            ["make variable image: Reference", "docker build -t: Push"]
        );
    }
}

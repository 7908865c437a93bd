//! Where the text goes that a command prints, or that a here-document gives to it.

use super::dialect::Dialect;
use super::script::Command;
use super::text::bare;
use super::tools::{Act, called};
use crate::sources::context::kind::{FileKind, Syntax};

/// What a text becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// How it is read. By the path and how it begins if nothing is known.
    pub(super) kind: Option<FileKind>,
    /// The file that it is written to, or empty.
    pub(super) path: String,
}

impl Target {
    fn file(path: String) -> Option<Self> {
        let is_shown = ["/dev/", "&"].iter().any(|start| path.starts_with(start));
        // What these list are variables of later steps.
        let is_variables = ["GITHUB_ENV", "GITHUB_OUTPUT"].iter().any(|name| path.contains(name));
        let kind = is_variables.then_some(FileKind::Settings);
        (!is_shown).then_some(Self { kind, path })
    }

    pub(super) fn of_kind(kind: FileKind) -> Self {
        Self { kind: Some(kind), path: String::new() }
    }
}

/// Where what `command` prints goes to, other than to people. `words` are its and those of the
/// commands behind it.
pub(super) fn for_output(command: &Command, words: &[Vec<String>], bytes: &[u8]) -> Option<Target> {
    if let Some(file) = &command.writes_to {
        return Target::file(bare(&bytes[file.clone()], Dialect::Posix));
    }
    let next = words.get(1).filter(|_| command.is_piped)?;
    Some(by_reader(next).unwrap_or_else(|| Target::of_kind(FileKind::Text(Syntax::Plain))))
}

/// What the here-document of `command` becomes.
pub(super) fn for_document(
    command: &Command,
    words: &[Vec<String>],
    bytes: &[u8],
) -> Option<Target> {
    let own = words.first().and_then(|words| by_reader(words));
    // `RUN <<EOF` in a Dockerfile: a script without a command in front of it.
    let is_script = command.words.is_empty() && command.writes_to.is_none() && !command.is_piped;
    let own = own.or(is_script.then(|| Target::of_kind(FileKind::Shell)));
    own.or_else(|| for_output(command, words, bytes))
}

/// What a command reads that reads its input.
fn by_reader(words: &[String]) -> Option<Target> {
    let called = called(words);
    let arguments = words.get(called.at + 1..).unwrap_or_default();
    let name = called.place.split(' ').next().unwrap_or_default();
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(&word.as_str()));
    Some(match name {
        "tee" => Target::file(arguments.iter().find(|word| !word.starts_with('-'))?.clone())?,
        "kubectl" | "oc" if has(&["-", "-f-", "--filename=-"]) => Target::of_kind(FileKind::Yaml),
        "helm" | "docker-compose" | "kapp" | "linkerd" if has(&["-", "-f-"]) => {
            Target::of_kind(FileKind::Yaml)
        }
        "docker" | "podman" | "nerdctl" if has(&["compose", "stack"]) => {
            Target::of_kind(FileKind::Yaml)
        }
        "docker" | "podman" | "nerdctl" | "buildah" if called.act == Act::Build => {
            Target::of_kind(FileKind::Dockerfile)
        }
        "python" | "python3" | "ruby" | "perl" => Target::of_kind(FileKind::Source(Syntax::Hash)),
        "node" => Target::of_kind(FileKind::Source(Syntax::C)),
        _ if called.act == Act::Script => Target::of_kind(FileKind::Shell),
        _ => return None,
    })
}

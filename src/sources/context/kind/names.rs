//! The names of files that say what is in them.

use super::file_kind::{FileKind, Syntax};

/// What files for people are called.
const DOCUMENTS: [&str; 10] = [
    "readme",
    "changelog",
    "changes",
    "history",
    "contributing",
    "license",
    "notice",
    "authors",
    "install",
    "faq",
];

/// By a whole name, or how it begins. In lower case, without endings of templates.
pub(super) fn by_name(name: &str) -> Option<FileKind> {
    let begins = |word: &str| {
        let rest = name.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    };
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if begins("dockerfile") || begins("containerfile") || name == "earthfile" {
        // `Dockerfile.go` is the one for Go, `Dockerfile.md` is about it.
        let is_other = ends(&[".md", ".rst", ".adoc", ".yaml", ".yml", ".json", ".dockerignore"]);
        return (!is_other).then_some(FileKind::Dockerfile);
    }
    if begins("jenkinsfile") {
        return Some(FileKind::Groovy);
    }
    if ["makefile", "gnumakefile", "justfile"].into_iter().any(begins) {
        return Some(FileKind::Make);
    }
    if begins(".env") || name == "env" {
        return by_extension(name).or(Some(FileKind::Settings));
    }
    let is_text = matches!(by_extension(name), None | Some(FileKind::Text(Syntax::Plain)));
    if is_text && DOCUMENTS.into_iter().any(begins) {
        return Some(FileKind::Documentation);
    }
    Some(match name {
        "notes.txt" => FileKind::Documentation,
        "kustomization" => FileKind::Yaml,
        "procfile" | "pkgbuild" | "apkbuild" | ".bashrc" | ".profile" | ".envrc" | "crontab" => {
            FileKind::Shell
        }
        "tiltfile" | "vagrantfile" | "rakefile" | "gemfile" | "fastfile" | "sconstruct"
        | "cmakelists.txt" | "build" | "workspace" => FileKind::Source(Syntax::Hash),
        _ => return None,
    })
}

/// By what stands behind the last dot of a name in lower case.
pub(super) fn by_extension(name: &str) -> Option<FileKind> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "yaml" | "yml" | "sls" => FileKind::Yaml,
        "json" | "json5" | "jsonc" | "webmanifest" | "code-workspace" => FileKind::Json,
        "dockerfile" | "containerfile" => FileKind::Dockerfile,
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "fish" | "bats" => FileKind::Shell,
        "ps1" | "psm1" | "bat" | "cmd" => FileKind::WindowsShell,
        "mk" | "mak" | "make" => FileKind::Make,
        "groovy" | "gradle" | "gvy" | "jenkinsfile" | "jenkins" => FileKind::Groovy,
        "kts" if stem.ends_with(".gradle") => FileKind::Groovy,
        "tf" | "tfvars" | "hcl" | "nomad" | "tofu" => FileKind::Hcl,
        "env" | "properties" | "ini" | "cfg" | "conf" | "cnf" | "toml" | "service"
        | "container" | "timer" | "npmrc" | "netrc" | "editorconfig" => FileKind::Settings,
        "xml" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "pom" | "config"
        | "plist" | "iml" | "pubxml" => FileKind::Xml,
        "md" | "markdown" | "mdx" | "rst" | "adoc" | "asciidoc" | "asc" | "org" | "textile"
        | "wiki" | "rdoc" | "tex" | "puml" | "plantuml" | "mmd" | "drawio" => {
            FileKind::Documentation
        }
        "html" | "htm" | "xhtml" | "vue" | "svelte" | "astro" | "svg" => {
            FileKind::Source(Syntax::Html)
        }
        "go" | "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "m" | "mm" | "java" | "js" | "mjs"
        | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "cs" | "rs" | "kt" | "kts" | "scala"
        | "sc" | "swift" | "dart" | "proto" | "sol" | "css" | "scss" | "less" | "fs" | "zig"
        | "v" | "d" | "gql" | "graphql" | "bicep" | "thrift" => FileKind::Source(Syntax::C),
        "php" => FileKind::Source(Syntax::CAndHash),
        "py" | "pyi" | "rb" | "pl" | "pm" | "r" | "jl" | "ex" | "exs" | "cr" | "coffee" | "tcl"
        | "nim" | "rego" | "bzl" | "bazel" | "star" | "cmake" | "nix" | "pp" => {
            FileKind::Source(Syntax::Hash)
        }
        "lua" | "hs" | "elm" | "ada" => FileKind::Source(Syntax::Dashes),
        "clj" | "cljs" | "edn" | "el" | "lisp" | "scm" => FileKind::Source(Syntax::Lisp),
        "erl" | "hrl" => FileKind::Source(Syntax::Percent),
        "ipynb" => FileKind::Source(Syntax::Plain),
        "jsonnet" | "libsonnet" | "cue" | "pkl" | "k" => FileKind::Text(Syntax::CAndHash),
        "sql" => FileKind::Text(Syntax::Sql),
        "txt" | "list" | "csv" | "tsv" | "log" => FileKind::Text(Syntax::Plain),
        _ => return None,
    })
}

/// By the program behind `#!`.
pub(super) fn by_shebang(line: &str) -> Option<FileKind> {
    let programs = line.split_ascii_whitespace().filter(|word| !word.starts_with('-'));
    let mut names = programs.map(|word| word.rsplit('/').next().unwrap_or(word));
    let name = names.find(|name| *name != "env" && !name.contains('='))?;
    Some(match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "fish" | "busybox" | "bats" => {
            FileKind::Shell
        }
        "pwsh" => FileKind::WindowsShell,
        "make" => FileKind::Make,
        "groovy" => FileKind::Groovy,
        "node" | "deno" | "bun" | "ts-node" => FileKind::Source(Syntax::C),
        "php" => FileKind::Source(Syntax::CAndHash),
        "python" | "ruby" | "perl" | "Rscript" | "tclsh" => FileKind::Source(Syntax::Hash),
        "lua" => FileKind::Source(Syntax::Dashes),
        _ => FileKind::Text(Syntax::Hash),
    })
}

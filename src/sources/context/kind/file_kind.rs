//! The kinds of files that are read differently.

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum FileKind {
    /// YAML, templates of it included: manifests, charts, compose files, most CI.
    Yaml,
    /// JSON.
    Json,
    /// What `docker build` reads.
    Dockerfile,
    /// Scripts of any shell.
    Shell,
    /// Scripts for `cmd.exe` and `PowerShell`.
    WindowsShell,
    /// Makefiles.
    Make,
    /// Jenkinsfiles and Gradle.
    Groovy,
    /// Terraform, Packer, Nomad, `docker buildx bake`.
    Hcl,
    /// A key and its value on a line: `.env`, properties, INI, TOML, systemd.
    Settings,
    /// Maven, `MSBuild`.
    Xml,
    /// For people to read.
    Documentation,
    /// Programs, with the syntax of their comments.
    Source(Syntax),
    /// Any other text, with the syntax of its comments.
    Text(Syntax),
}

/// The families of languages, by how they write comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum Syntax {
    /// No comments.
    Plain,
    /// `//` and `/* */`.
    C,
    /// These, and `#`: PHP, jsonnet.
    CAndHash,
    /// `#`.
    Hash,
    /// `--` and `/* */`.
    Sql,
    /// `--`.
    Dashes,
    /// `;`.
    Lisp,
    /// `%`.
    Percent,
    /// `<!-- -->`, and C's in scripts inside.
    Html,
}

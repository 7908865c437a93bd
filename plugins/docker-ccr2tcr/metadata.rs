//! What docker asks every plugin on every `docker --help`: its metadata.

use std::ffi::OsString;
use std::io::{self, Write as _};

use serde::Serialize;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const URL: &str = env!("CARGO_PKG_REPOSITORY");

/// Whether this is docker's question: the one word, and nothing else.
pub(crate) fn is_wanted(args: &[OsString]) -> bool {
    matches!(args, [only] if only == "docker-cli-plugin-metadata")
}

/// Answers on stdout. That the reader is gone already is no error.
pub(crate) fn print() {
    let _ = serde_json::to_writer(io::stdout(), &METADATA);
    let _ = writeln!(io::stdout());
}

/// The fields that docker knows (cli-plugins/metadata).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    schema_version: &'static str,
    short_description: &'static str,
    #[serde(rename = "URL", skip_serializing_if = "str::is_empty")]
    url: &'static str,
    vendor: &'static str,
    version: &'static str,
}

// Dockers before 28.4.1 take exactly this SchemaVersion (cli-plugins/manager/plugin.go).
const METADATA: Metadata = Metadata {
    schema_version: "0.1.0",
    short_description: "Move images from Tencent CCR to TCR",
    url: URL,
    vendor: "ccr2tcr project",
    version: VERSION,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_finds_what_it_requires() {
        let metadata = serde_json::to_value(&METADATA).unwrap();
        assert_eq!(metadata["SchemaVersion"], "0.1.0");
        assert_eq!(metadata["Vendor"], "ccr2tcr project");
        assert_eq!(metadata["Version"], VERSION);
    }

    #[test]
    fn only_the_word_alone_is_the_question() {
        let word = OsString::from("docker-cli-plugin-metadata");
        assert!(is_wanted(std::slice::from_ref(&word)));
        assert!(!is_wanted(&[]));
        assert!(!is_wanted(&["ccr2tcr".into(), word]));
    }
}

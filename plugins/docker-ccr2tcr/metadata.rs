//! What docker asks every plugin on every `docker --help`: its metadata.

use std::ffi::OsString;
use std::io::{self, Write as _};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const URL: &str = env!("CARGO_PKG_REPOSITORY");

/// Whether this is docker's question: the one word, and nothing else.
pub(crate) fn is_wanted(args: &[OsString]) -> bool {
    matches!(args, [only] if only == "docker-cli-plugin-metadata")
}

/// Answers on stdout. A reader that is gone already is not told off.
pub(crate) fn print() {
    let _ = writeln!(io::stdout(), "{}", text());
}

// Dockers before 28.4.1 take exactly this SchemaVersion (cli-plugins/manager/plugin.go).
fn text() -> serde_json::Value {
    let mut metadata = serde_json::json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "ccr2tcr project",
        "Version": VERSION,
        "ShortDescription": "Move images from Tencent CCR to TCR",
    });
    if !URL.is_empty() {
        metadata["URL"] = URL.into();
    }
    metadata
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_finds_what_it_requires() {
        let metadata = text();
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

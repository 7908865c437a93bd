//! docker's hook: after a pull or a push of an image of CCR has failed, what this plugin would do.
//!
//! docker (26 or newer) runs `docker-ccr2tcr ccr2tcr docker-cli-plugin-hooks JSON` at a terminal if
//! `config.json` says so, and prints what comes back under "What's next" (docker/cli,
//! `cli-plugins/manager/hooks.go`). Nothing here asks the network, and whatever goes wrong is
//! silence: the command that failed is docker's, and its error stays what the user reads.

mod advice;
mod error_text;
mod known;
mod template;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};

use ccr2tcr::environment::Environment;
use serde::Deserialize;
use serde_json::json;

use advice::{Tried, advice};
use known::Known;

/// What docker says of the command.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Request {
    /// The words of the configuration that matched: `pull`, `image push`.
    root_cmd: String,
    /// Empty after a success.
    command_error: String,
}

/// docker's JSON, if this is such a call.
pub(crate) fn request(args: &[OsString]) -> Option<&OsStr> {
    match args {
        [name, word, request] if name == "ccr2tcr" && word == "docker-cli-plugin-hooks" => {
            Some(request)
        }
        _ => None,
    }
}

/// Prints the answer, or nothing: docker passes over what is no JSON. (Before 26.1 an empty
/// template would leave a heading with nothing below it.)
pub(crate) fn answer(request: &OsStr) {
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(template) = request.to_str().and_then(template_for) {
        // That the reader is gone already is no error.
        let _ = writeln!(io::stdout(), "{}", json!({"Type": 0, "Template": template}));
    }
}

fn template_for(request: &str) -> Option<String> {
    let request: Request = serde_json::from_str(request).ok()?;
    // docker calls after each pull; nothing is read from the disk unless one has failed.
    let tried = Tried::read(&request.root_cmd)?;
    if error_text::is_not_the_registrys(&request.command_error) {
        return None;
    }
    Some(advice(tried, &request.command_error, &Known::read(&Environment::from_process())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn docker_s_call_is_told_from_others() {
        let call = words(&["ccr2tcr", "docker-cli-plugin-hooks", "{}"]);
        assert_eq!(request(&call), Some(OsStr::new("{}")));
        for other in [&["ccr2tcr", "docker-cli-plugin-hooks"][..], &["ccr2tcr", "sync", "{}"]] {
            assert_eq!(request(&words(other)), None);
        }
    }

    // As docker 28.2.2 sends it.
    #[test]
    fn silence_is_the_answer_to_what_is_no_failure_of_a_registry() {
        let ok = r#"{"RootCmd":"pull","Flags":{},"CommandError":""}"#;
        let no_engine = r#"{"RootCmd":"push","Flags":{"quiet":"true"},"CommandError":"Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"}"#;
        let other =
            r#"{"RootCmd":"image ls","Flags":{},"CommandError":"Error response from daemon: no"}"#;
        for request in [ok, no_engine, other, "{}", "", "[", r#"{"RootCmd":1}"#] {
            assert_eq!(template_for(request), None, "{request}");
        }
    }
}

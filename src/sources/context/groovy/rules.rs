//! What strings of Jenkins' pipelines and of Gradle are for.

use crate::sources::context::Purpose;
use crate::sources::context::keys::{by_key, plain};
use crate::sources::context::kind::FileKind;

/// Where a string stands.
#[derive(Debug, Default, Clone)]
pub(super) struct Around {
    /// The step or function whose argument it is: `docker.image`.
    pub(super) callee: String,
    /// The name of the argument, or of the entry of a map.
    pub(super) key: String,
    /// What it is assigned to.
    pub(super) assigned: String,
    /// The blocks around it, outermost first, plain.
    pub(super) blocks: Vec<String>,
}

/// What is to be done with a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Use {
    /// It has this purpose.
    For(Purpose),
    /// It is a text of its own, of this kind; by its content if there is none.
    Text(Option<FileKind>),
    /// It is one word of a command.
    Argument,
    /// It is for people.
    Message,
}

/// The use of a string, if anything says it. `after` is what follows its closing quote.
pub(super) fn usage(around: &Around, after: &str) -> Option<Use> {
    let callee = around.callee.as_str();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let key = around.key.as_str();
    if let "sh" | "bat" | "powershell" | "pwsh" = last
        && matches!(key, "" | "script")
    {
        let is_windows = last != "sh";
        let kind = if is_windows { FileKind::WindowsShell } else { FileKind::Shell };
        return Some(Use::Text(Some(kind)));
    }
    if key == "command" && last.to_ascii_lowercase().starts_with("ssh") {
        return Some(Use::Text(Some(FileKind::Shell)));
    }
    if after.starts_with(".execute") {
        return Some(Use::Text(Some(FileKind::Shell)));
    }
    if key == "yaml" || last == "yaml" {
        return Some(Use::Text(Some(FileKind::Yaml)));
    }
    if key == "text" && last == "writeFile" {
        return Some(Use::Text(None));
    }
    let is_pushed = after.trim_start_matches([')', ' ', '\n']).starts_with(".push");
    // The id of a credential.
    if matches!(key, "credentialsId" | "credentialId") || last == "credentials" {
        return Some(Use::For(Purpose::Auths));
    }
    Some(match (last, key) {
        ("image", "") if callee.ends_with("docker.image") => {
            Use::For(if is_pushed { Purpose::Push } else { Purpose::Container })
        }
        ("build", "") if callee.ends_with("docker.build") => Use::For(Purpose::Push),
        ("withRegistry" | "withDockerRegistry" | "registryUrl", _) => Use::For(Purpose::Login),
        ("commandLine" | "args" | "executable", _) => Use::Argument,
        (
            "echo" | "println" | "print" | "error" | "unstable" | "info" | "lifecycle" | "warn",
            _,
        ) => Use::Message,
        ("docker", "") if around.blocks.last().is_some_and(|block| block == "agent") => {
            Use::For(Purpose::Container)
        }
        ("containerTemplate", "image") => Use::For(Purpose::Container),
        _ => return by_blocks(around).map(Use::For),
    })
}

/// What settings in blocks are for: `agent { docker { image … } }`, `jib { to { image = … } }`.
fn by_blocks(around: &Around) -> Option<Purpose> {
    let names = [around.key.as_str(), around.callee.as_str(), around.assigned.as_str()];
    let path = names.into_iter().find(|name| !name.is_empty())?;
    // `images.add("…")`
    let path = [".add", ".set"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    // `jib.to.image = "…"`
    let mut blocks = around.blocks.clone();
    blocks.extend(path.split('.').map(plain));
    let key = blocks.pop()?;
    by_key(&blocks, &key)
}

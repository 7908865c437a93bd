//! What attributes of HCL are for.

use crate::sources::context::Purpose;
use crate::sources::context::keys::by_key;
use crate::sources::context::kind::{FileKind, Syntax, kind};

/// What the value of `key` is for, with the names of the blocks around it. All are plain.
pub(super) fn purpose(blocks: &[String], key: &str) -> Option<Purpose> {
    let is_in = |name: &str| blocks.iter().any(|block| block == name);
    let inner = blocks.last().map_or("", String::as_str);
    // bake's
    if is_in("target") {
        match key {
            "tags" | "cacheto" | "output" => return Some(Purpose::Push),
            "cachefrom" => return Some(Purpose::Container),
            _ if inner == "contexts" || key == "contexts" => return Some(Purpose::Container),
            _ => {}
        }
    }
    match key {
        "name" if is_in("dockerimage") && is_in("resource") => Some(Purpose::Container),
        "image" if is_in("container") || is_in("config") => Some(Purpose::Container),
        "server" if is_in("imageregistrycredential") || is_in("registrycredential") => {
            Some(Purpose::Login)
        }
        _ => by_key(blocks, key),
    }
}

/// How the text of `key` is read, if it is a text of its own.
pub(super) fn text_kind(blocks: &[String], key: &str, text: &[u8]) -> Option<FileKind> {
    let by_content = kind("", text);
    if by_content != FileKind::Text(Syntax::Plain) {
        return Some(by_content);
    }
    let runs = ["provisioner", "localexec", "remoteexec"];
    let is_run = blocks.iter().any(|block| runs.contains(&block.as_str()));
    match key {
        "values" | "yamlbody" | "manifest" | "yaml" => Some(FileKind::Yaml),
        "command" | "inline" | "script" | "scripts" if is_run => Some(FileKind::Shell),
        "userdata" | "customdata" | "startupscript" | "bootstrap" | "userdataraw" => {
            Some(FileKind::Shell)
        }
        _ => None,
    }
}

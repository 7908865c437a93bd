//! Objects as files in two folders, and the program that compares those, by kubectl's rules.

use std::path::Path;
use std::process::Stdio;
use std::{env, io};

use ccr2tcr::workload::ObjectRef;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// What kubectl's users set to have another program compare.
const EXTERNAL: &str = "KUBECTL_EXTERNAL_DIFF";

/// Two folders, and what compares them. The folders go with it, however the run ends.
pub(super) struct Comparison {
    program: String,
    arguments: Vec<String>,
    live: TempDir,
    merged: TempDir,
}

/// What the program said.
pub(super) struct Compared {
    /// 0 no difference, 1 differences, more an error of the program.
    pub(super) code: i32,
    pub(super) data: String,
    pub(super) talk: String,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub(super) enum CompareError {
    #[error("{program} can't be run: {source}")]
    Program { program: String, source: io::Error },
    #[error("the objects can't be written to {place}: {source}")]
    Folder { place: String, source: io::Error },
}

impl CompareError {
    /// What to do next.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Program { program, source } if source.kind() == io::ErrorKind::NotFound => {
                Some(match program.as_str() {
                    "diff" => format!("install diffutils, or name another program in {EXTERNAL}"),
                    _ => format!("{EXTERNAL} names it; unset, `diff -u -N` is run"),
                })
            }
            Self::Program { .. } => None,
            Self::Folder { .. } => Some("TMPDIR names another folder".to_owned()),
        }
    }
}

impl Comparison {
    /// With the program that the environment names, else `diff -u -N`.
    pub(super) fn of_environment() -> Result<Self, CompareError> {
        let folder = |prefix: &str| {
            tempfile::Builder::new().prefix(prefix).tempdir().map_err(|source| {
                CompareError::Folder { place: env::temp_dir().display().to_string(), source }
            })
        };
        let (program, arguments) = command(env::var(EXTERNAL).ok().as_deref());
        Ok(Self { program, arguments, live: folder("LIVE-")?, merged: folder("MERGED-")? })
    }

    /// Puts an object into both folders: as it is, and as it would be.
    pub(super) fn take(&self, (before, after): &(Value, Value)) -> Result<(), CompareError> {
        for (folder, object) in [(&self.live, before), (&self.merged, after)] {
            write(folder.path(), object).map_err(|source| CompareError::Folder {
                place: folder.path().display().to_string(),
                source,
            })?;
        }
        Ok(())
    }

    /// Runs the program on both folders.
    pub(super) async fn run(self) -> Result<Compared, CompareError> {
        let output = Command::new(&self.program)
            .args(&self.arguments)
            .args([self.live.path(), self.merged.path()])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|source| CompareError::Program { program: self.program.clone(), source })?;
        Ok(Compared {
            // One that was killed has compared nothing.
            code: output.status.code().unwrap_or(2),
            data: String::from_utf8_lossy(&output.stdout).into_owned(),
            talk: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// Program and arguments. As in kubectl, words that are no plain flags are left out: what a
/// variable holds must not become a path or a shell's line (kubectl `pkg/cmd/diff/diff.go`).
fn command(external: Option<&str>) -> (String, Vec<String>) {
    let mut words = external.unwrap_or_default().split(' ').filter(|word| !word.is_empty());
    let Some(program) = words.next() else {
        return ("diff".to_owned(), vec!["-u".to_owned(), "-N".to_owned()]);
    };
    let is_flag = |word: &&str| {
        word.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '='))
    };
    (program.to_owned(), words.filter(is_flag).map(str::to_owned).collect())
}

fn write(folder: &Path, object: &Value) -> io::Result<()> {
    let Some(name) = ObjectRef::of(object).map(|object| file_name(&object)) else {
        return Ok(());
    };
    let mut object = object.clone();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    let text = serde_yaml::to_string(&object).map_err(io::Error::other)?;
    std::fs::write(folder.join(name), text)
}

/// `apps.v1.Deployment.shop.web`, as kubectl has it; what could leave the folder becomes `_`.
fn file_name(object: &ObjectRef) -> String {
    let (group, version) =
        object.api_version.split_once('/').unwrap_or(("", object.api_version.as_str()));
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let parts = [group, version, &object.kind, namespace, &object.name];
    let parts: Vec<&str> = parts
        .into_iter()
        .enumerate()
        .filter(|(place, part)| *place != 0 || !part.is_empty())
        .map(|(_, part)| part)
        .collect();
    parts.join(".").replace(['/', '\\', ':', '\0'], "_")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(external: &str) -> String {
        let (program, arguments) = command(Some(external));
        [vec![program], arguments].concat().join(" ")
    }

    #[test]
    fn without_another_program_it_is_diff() {
        assert_eq!(command(None), ("diff".to_owned(), vec!["-u".to_owned(), "-N".to_owned()]));
        assert_eq!(words(""), "diff -u -N");
    }

    #[test]
    fn of_another_programs_words_only_plain_flags_are_taken() {
        assert_eq!(words("colordiff -N -u"), "colordiff -N -u");
        assert_eq!(words("/opt/my-diff  --color=always"), "/opt/my-diff --color=always");
        assert_eq!(words("diff -u /etc/passwd ; $(id) -N"), "diff -u -N");
    }

    #[test]
    fn files_are_named_as_kubectl_names_them() {
        let name = |object: &Value| file_name(&ObjectRef::of(object).unwrap());
        let web = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop"}});
        assert_eq!(name(&web), "apps.v1.Deployment.shop.web");
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": "shop"}});
        assert_eq!(name(&account), "v1.ServiceAccount.shop.default");
        let hostile = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "../../x", "namespace": "shop"}});
        assert!(!name(&hostile).contains('/'));
    }

    #[test]
    fn who_wrote_which_field_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a",
            "managedFields": [{"manager": "kubectl"}]}, "spec": {"hostname": "h"}});
        write(folder.path(), &object).unwrap();
        let text = std::fs::read_to_string(folder.path().join("v1.Pod..a")).unwrap();
        assert!(text.contains("hostname: h") && !text.contains("managedFields"), "{text}");
    }
}

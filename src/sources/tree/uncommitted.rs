//! Asking Git whether it holds files as they are now.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::git::Git;
use super::repository::{path_of, repository_of};
use super::{Dirty, Listed, TreeError};

/// Up to so many files Git is asked about alone; beyond, it is asked about all.
const NAMED: usize = 200;

/// Files of one repository: their paths in it, and their numbers.
type Asked = BTreeMap<PathBuf, usize>;

/// Whether each of the files differs from what Git holds, in their order. Nothing is said of files
/// that are in no repository.
///
/// # Errors
/// If a repository can't be asked.
pub(in crate::sources) fn dirty(files: &[&Listed]) -> Result<Vec<Option<Dirty>>, TreeError> {
    let mut repositories: BTreeMap<PathBuf, Asked> = BTreeMap::new();
    let mut tops: BTreeMap<PathBuf, Option<PathBuf>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        let path = file.root.canonical.join(&file.below);
        let Some(folder) = path.parent() else { continue };
        if !tops.contains_key(folder) {
            tops.insert(folder.to_owned(), repository_of(folder));
        }
        let top = tops.get(folder).and_then(Option::as_ref);
        if let Some(top) = top
            && let Ok(below) = path.strip_prefix(top)
        {
            repositories.entry(top.clone()).or_default().insert(below.to_owned(), number);
        }
    }
    let mut answers = vec![None; files.len()];
    for (top, asked) in &repositories {
        ask(top, asked, &mut answers)?;
    }
    Ok(answers)
}

fn ask(top: &Path, asked: &Asked, answers: &mut [Option<Dirty>]) -> Result<(), TreeError> {
    let mut git = Git::at(top);
    without_filters(&mut git)?;
    for number in asked.values() {
        answers[*number] = Some(Dirty::Untracked);
    }
    git.records(&arguments(&["--literal-pathspecs", "ls-files", "-z", "-v"], asked), |record| {
        if let Some((tag, path)) = record.split_first()
            && let Some(number) = asked.get(&path_of(path.strip_prefix(b" ").unwrap_or(path)))
        {
            // Lower case is assume-unchanged.
            let is_hidden = tag.is_ascii_lowercase() || *tag == b'S';
            answers[*number] = is_hidden.then_some(Dirty::Hidden);
        }
    })?;
    let status = [
        "--literal-pathspecs",
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "-uno",
        "--ignore-submodules=all",
    ];
    git.records(&arguments(&status, asked), |record| {
        if let [index, tree, b' ', path @ ..] = record
            && let Some(number) = asked.get(&path_of(path))
        {
            answers[*number] = Some(match (index, tree) {
                (b'U', _) | (_, b'U') | (b'A', b'A') | (b'D', b'D') => Dirty::Conflicting,
                (_, b' ') => Dirty::Staged,
                _ => Dirty::Modified,
            });
        }
    })?;
    Ok(())
}

fn arguments(command: &[&'static str], asked: &Asked) -> Vec<OsString> {
    let named = asked.keys().take_while(|_| asked.len() <= NAMED);
    let command = command.iter().copied().chain(["--"]).map(OsString::from);
    command.chain(named.map(|path| path.clone().into_os_string())).collect()
}

/// A file whose times have changed is compared by what the repository's filters make of it. They
/// are programs, and are not run: such a file counts as changed.
fn without_filters(git: &mut Git) -> Result<(), TreeError> {
    let pattern = r"^filter\..*\.(clean|process|required)$";
    let arguments = ["config", "-z", "--name-only", "--get-regexp", pattern];
    let mut keys: Vec<String> = Vec::new();
    let ended = git.run(&arguments, |key| keys.push(String::from_utf8_lossy(key).into_owned()))?;
    // 1 is no such key.
    if !matches!(ended.code, Some(0 | 1)) {
        return Err(git.refusal(&ended));
    }
    for key in keys {
        let off = if key.ends_with(".required") { "false" } else { "" };
        if key.contains(['=', '\u{fffd}']) {
            let said = format!("the filter `{key}` of its configuration can't be turned off");
            return Err(git.failed(said));
        }
        git.set(format!("{key}={off}"));
    }
    Ok(())
}

//! What is made of a plugin's command line for those who read it elsewhere: the pages below
//! docs/reference, man pages, completions of shells; and that the pages name it as it is. Compiled for
//! tests alone; the programs don't carry it.

mod man;
mod markdown;
pub(crate) mod pages;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::aot::{Shell, generate_to};

/// Compares `docs/reference/PAGE.md` with the command line; writes it if `CCR2TCR_REFERENCE` is
/// `write`.
pub(crate) fn reference(page: &str, command: Command) {
    let name = format!("docs/reference/{page}.md");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
    let made = markdown::page(command);
    if env::var_os("CCR2TCR_REFERENCE").is_some_and(|wish| wish == "write") {
        fs::write(file, made).unwrap();
        return;
    }
    let there = fs::read_to_string(file).unwrap_or_default();
    let differs = there.lines().zip(made.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or(there.lines().count().min(made.lines().count())) + 1;
    assert!(
        there == made,
        "{name} lags behind the command line from line {line} on; scripts/reference writes it anew"
    );
}

/// Writes a man page for each command into the folder that `CCR2TCR_MAN` names; without it they are
/// made and looked at.
pub(crate) fn man_pages(program: &str, command: &Command) {
    let (folder, _kept) = folder("CCR2TCR_MAN");
    let pages = man::pages(command.clone()).unwrap();
    assert!(pages.len() > command.get_subcommands().count());
    for (name, page) in pages {
        assert!(name.starts_with(program), "{name}");
        fs::write(folder.join(name), page).unwrap();
    }
}

/// Writes the completion of four shells for the program by its own name into the folder that
/// `CCR2TCR_COMPLETIONS` names. docker and kubectl need none of them: they ask the plugin.
pub(crate) fn completions(program: &str, command: &Command) {
    let (folder, _kept) = folder("CCR2TCR_COMPLETIONS");
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        // One program, whatever stands in front of it below docker.
        let mut command = command.clone().bin_name(program.to_owned());
        let file = generate_to(shell, &mut command, program, &folder).unwrap();
        let mut text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(program) && text.contains("rewrite"), "{}", file.display());
        if shell == Shell::Bash {
            // clap_complete 4.6.11 sets the state to one name of a program with a hyphen, and looks
            // for it by another (aot/shells/bash.rs), so that no command would have flags.
            let found = program.replace('-', "__subcmd__");
            text = text.replace(&found, &program.replace('-', "__"));
            fs::write(&file, text).unwrap();
        }
    }
    let bash = folder.join(format!("{program}.bash"));
    assert_eq!(completed_by_bash(&bash, program, &["rew"]), "rewrite");
    assert_eq!(completed_by_bash(&bash, program, &["rewrite", "--output", "js"]), "json");
}

/// What the last of these words becomes.
fn completed_by_bash(file: &Path, program: &str, words: &[&str]) -> String {
    let before = words.iter().rev().nth(1).copied().unwrap_or(program);
    let last = words.last().copied().unwrap_or_default();
    let script = format!(
        "source '{file}'; words=$(complete -p {program}); f=${{words#*-F }}; f=${{f%% *}}\n\
         COMP_WORDS=({program} {words}); COMP_CWORD={count}\n\
         $f {program} {last} {before} 2>/dev/null; echo -n \"${{COMPREPLY[*]}}\"",
        file = file.display(),
        words = words.join(" "),
        count = words.len(),
    );
    let output = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The folder that a variable names, else one that is removed with what is returned beside it.
fn folder(variable: &str) -> (PathBuf, Option<tempfile::TempDir>) {
    match env::var_os(variable).filter(|folder: &OsString| !folder.is_empty()) {
        Some(folder) => {
            fs::create_dir_all(&folder).unwrap();
            (folder.into(), None)
        }
        None => {
            let folder = tempfile::tempdir().unwrap();
            (folder.path().to_owned(), Some(folder))
        }
    }
}

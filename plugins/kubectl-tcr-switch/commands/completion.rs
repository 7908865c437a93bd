//! `completion`: how kubectl comes to complete this plugin's words, and putting the file there
//! that it asks.
//!
//! krew installs one file for each plugin, so that the second is for this command to make.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use ccr2tcr::terminal::Printer;

use crate::cli::{CompletionArgs, CompletionCommand};
use crate::exit::ExitCode;
use crate::invocation::COMPLETE;

/// `file` is the plugin as it was called.
pub(crate) fn run(
    args: CompletionArgs,
    file: &Path,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let plugin = located(file)?;
    match args.command {
        None => {
            printer.data(&explanation(&plugin))?;
            Ok(ExitCode::Done)
        }
        Some(CompletionCommand::Install { dir }) => Ok(install(&plugin, dir, printer)),
    }
}

fn explanation(plugin: &Path) -> String {
    let here = folder(plugin).display();
    format!(
        "kubectl (1.26 or newer) asks a program of the name {COMPLETE} on PATH\n\
         for this plugin's words. krew installs one file for each plugin, so this one is yours to \
         put there:\n\n  \
         kubectl tcr-switch completion install             beside the plugin, in {here}\n  \
         kubectl tcr-switch completion install --dir DIR   in another folder of PATH\n\n\
         The shell must have kubectl's own completion, as by: source <(kubectl completion bash)\n"
    )
}

fn install(plugin: &Path, dir: Option<PathBuf>, printer: &Printer) -> ExitCode {
    let folder = dir.unwrap_or_else(|| folder(plugin).to_owned());
    let shim = folder.join(shim::FILE);
    match put(plugin, &folder, &shim) {
        Ok(Put::Made) => printer.note(&format!("made {}", shim.display())),
        Ok(Put::WasThere) => printer.note(&format!("{} is there already", shim.display())),
        Err(error) => {
            let (message, causes) = match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    (format!("{} is there, and is none of ours", shim.display()), Vec::new())
                }
                _ => (format!("can't make {}", shim.display()), vec![error.to_string()]),
            };
            let hint = match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    "move it away, or choose another folder of PATH with --dir"
                }
                _ => "choose a folder of PATH that you may write to: --dir DIR",
            };
            printer.error(&message, &causes, Some(hint));
            return ExitCode::Error;
        }
    }
    if !is_on_path(&folder) {
        printer.warning(&format!(
            "{} is not on PATH, so that kubectl won't find it there",
            folder.display()
        ));
    }
    ExitCode::Done
}

enum Put {
    Made,
    WasThere,
}

/// Makes the file, in place of one that an earlier run has made. What someone else has put there
/// stays.
fn put(plugin: &Path, folder: &Path, shim: &Path) -> io::Result<Put> {
    // Beside the plugin its name is enough, and goes on being right when both are moved. A link
    // that krew has made is kept as it is: the next version is behind it, too.
    let beside = same(self::folder(plugin), folder);
    let target = if beside { plugin.file_name().map(Path::new) } else { None }.unwrap_or(plugin);
    match shim::is_ours(shim, target)? {
        Some(true) => return Ok(Put::WasThere),
        Some(false) => fs::remove_file(shim)?,
        None => {}
    }
    shim::make(shim, target)?;
    Ok(Put::Made)
}

#[cfg(unix)]
mod shim {
    use std::path::Path;
    use std::{fs, io};

    pub(super) const FILE: &str = super::COMPLETE;

    pub(super) fn make(shim: &Path, plugin: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(plugin, shim)
    }

    /// Whether what is there is what would be made, or something that was made earlier.
    pub(super) fn is_ours(shim: &Path, plugin: &Path) -> io::Result<Option<bool>> {
        match fs::symlink_metadata(shim) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(there) if there.is_symlink() => Ok(Some(fs::read_link(shim)? == plugin)),
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }
}

// A link takes rights there that few people have.
#[cfg(not(unix))]
mod shim {
    use std::path::Path;
    use std::{fs, io};

    pub(super) const FILE: &str = "kubectl_complete-tcr_switch.cmd";

    pub(super) fn make(shim: &Path, plugin: &Path) -> io::Result<()> {
        fs::write(shim, script(plugin))
    }

    pub(super) fn is_ours(shim: &Path, plugin: &Path) -> io::Result<Option<bool>> {
        match fs::read_to_string(shim) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(text) if text.contains("__complete %*") => Ok(Some(text == script(plugin))),
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    fn script(plugin: &Path) -> String {
        // `%~dp0` is the script's own folder.
        let folder = if plugin.is_absolute() { "" } else { "%~dp0" };
        format!("@\"{folder}{}\" __complete %*\r\n", plugin.display())
    }
}

/// The plugin's file, absolute, links kept. kubectl names it in full; a shell may name the bare
/// word that it has found on PATH.
fn located(file: &Path) -> io::Result<PathBuf> {
    if file.components().count() > 1 {
        return std::path::absolute(file);
    }
    let on_path = folders_of_path().into_iter().map(|folder| folder.join(file));
    let mut found = on_path.filter(|path| path.is_file());
    found.next().map_or_else(env::current_exe, Ok)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

fn is_on_path(folder: &Path) -> bool {
    folders_of_path().iter().any(|known| same(known, folder))
}

fn folders_of_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(a), Ok(b)) if a == b)
}

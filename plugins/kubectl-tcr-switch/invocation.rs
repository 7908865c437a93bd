//! What kubectl, or a shell, asked for: the command line before clap sees it.
//!
//! kubectl hands over what stands behind the plugin's name, untouched, with the plugin's full path
//! in front (`pkg/cmd/plugin/plugin.go`). For completion it runs `kubectl_complete-tcr_switch`
//! (`pkg/cmd/plugin/plugin_completion.go`), which is this program by another name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file that kubectl runs for completion.
pub(crate) const COMPLETE: &str = "kubectl_complete-tcr_switch";

/// A command line, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) line: CommandLine,
    /// How the user calls the plugin, for usage lines.
    pub(crate) program: String,
    /// The plugin's file as it was named, which may be a link.
    pub(crate) file: PathBuf,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CommandLine {
    /// Run this.
    Run(Vec<OsString>),
    /// A shell wants the last word completed.
    Complete(Vec<OsString>),
}

impl Invocation {
    /// Reads all arguments, the program's name first.
    pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Self {
        let mut args = args.into_iter();
        let file = PathBuf::from(args.next().unwrap_or_default());
        let name = name(&file);
        let program = match name.as_str() {
            "" => "kubectl tcr-switch".to_owned(),
            // krew's and kubectl's way; kubectl takes `-` in a command's name for `_` in a file's.
            _ if name.starts_with("kubectl") => "kubectl tcr-switch".to_owned(),
            _ => name.clone(),
        };
        let args: Vec<OsString> = args.collect();
        let line = if name == COMPLETE { CommandLine::Complete(args) } else { command_line(args) };
        Self { line, program, file }
    }
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

fn command_line(mut args: Vec<OsString>) -> CommandLine {
    match args.first().and_then(|word| word.to_str()) {
        // Where a link can't be made, a script calls the plugin with this word.
        Some("__complete") => CommandLine::Complete(args.split_off(1)),
        Some("help") => {
            let mut path = args.split_off(1);
            path.push("--help".into());
            CommandLine::Run(path)
        }
        _ => CommandLine::Run(args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn read(line: &str) -> Invocation {
        Invocation::parse(words(line))
    }

    #[test]
    fn the_name_says_what_is_wanted() {
        let scan = read("/usr/bin/kubectl-tcr_switch scan -A");
        assert_eq!(scan.line, CommandLine::Run(words("scan -A")));
        assert_eq!(scan.program, "kubectl tcr-switch");
        assert_eq!(scan.file, Path::new("/usr/bin/kubectl-tcr_switch"));
        let complete = read("/usr/bin/kubectl_complete-tcr_switch scan --a");
        assert_eq!(complete.line, CommandLine::Complete(words("scan --a")));
        assert_eq!(
            read("kubectl_complete-tcr_switch.exe help").line,
            CommandLine::Complete(words("help"))
        );
        assert_eq!(read("x __complete scan --a").line, CommandLine::Complete(words("scan --a")));
    }

    #[test]
    fn help_is_a_word_too() {
        assert_eq!(read("kubectl-tcr_switch help").line, CommandLine::Run(words("--help")));
        let line = read("kubectl-tcr_switch help secrets copy").line;
        assert_eq!(line, CommandLine::Run(words("secrets copy --help")));
    }

    #[test]
    fn under_another_name_that_name_is_shown() {
        assert_eq!(read("/opt/tcr-switch scan").program, "tcr-switch");
        assert_eq!(Invocation::parse(Vec::new()).program, "kubectl tcr-switch");
    }
}

//! An old command line, taken apart as pflag does: old flags with their values, and the rest.

use std::ffi::{OsStr, OsString};

use super::LegacyError;
use super::flags::{Meaning, OldFlag, Program, ValueKind, find, is_old_looking, suggest};

/// An old command line, in its parts.
pub(super) struct CommandLine {
    /// The program, if it is named or its flags tell.
    pub(super) program: Program,
    given: Vec<Given>,
    /// What is no old flag, in its order.
    pub(super) rest: Vec<OsString>,
}

/// An old flag as it was given. The value may be secret: no `Debug`.
pub(super) struct Given {
    pub(super) flag: &'static OldFlag,
    value: String,
}

impl CommandLine {
    /// Takes `args` apart; `None` if nothing of image-transfer is in them.
    pub(super) fn read(args: &[OsString]) -> Result<Option<Self>, LegacyError> {
        let (named, args) = strip_program(args);
        let before_dashes = args.iter().take_while(|arg| *arg != "--");
        let old_looking =
            |arg: &OsString| split_flag(arg).is_some_and(|(name, _)| is_old_looking(name));
        if named.is_none() && !before_dashes.clone().any(old_looking) {
            return Ok(None);
        }

        let (mut given, mut rest) = (Vec::new(), Vec::new());
        let mut words = args.iter().peekable();
        while let Some(word) = words.next() {
            if word == "--" {
                rest.push(word.clone());
                rest.extend(words.by_ref().cloned());
                break;
            }
            let Some((name, attached)) = split_flag(word) else {
                // `\` and a space at the end of a line, as in image-transfer's README, is a word
                // of blanks to the shell.
                if !word.as_encoded_bytes().trim_ascii().is_empty() {
                    rest.push(word.clone());
                }
                continue;
            };
            let Some(flag) = find(name) else {
                if is_old_looking(name) {
                    return Err(unknown(name));
                }
                rest.push(word.clone());
                continue;
            };
            let value = match (flag.kind, attached) {
                (_, Some(value)) => value.to_owned(),
                (ValueKind::Switch, None) => switch_value(flag, words.peek().copied())?,
                (_, None) => match words.peek().copied() {
                    Some(word) if !is_flag(word) => text_of(flag, word)?,
                    _ => return Err(LegacyError::usage(needs_value(flag))),
                },
            };
            let detached = attached.is_none()
                && (flag.kind != ValueKind::Switch
                    || words.peek().is_some_and(|word| *word == "true"));
            if detached {
                words.next();
            }
            given.push(Given { flag, value });
        }

        let line = Self { program: named.unwrap_or_else(|| program_of(&given)), given, rest };
        line.check()?;
        Ok(Some(line))
    }

    /// All old flags that were given.
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static OldFlag> {
        self.given.iter().map(|given| given.flag)
    }

    /// The flag as it was spelled, if it was given.
    pub(super) fn name(&self, meaning: Meaning) -> Option<&'static str> {
        self.last(meaning).map(|given| given.flag.name)
    }

    /// The value, if one was given that isn't empty.
    pub(super) fn text(&self, meaning: Meaning) -> Option<&str> {
        self.last(meaning).map(|given| given.value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn number(&self, meaning: Meaning) -> Result<Option<u64>, LegacyError> {
        let Some(given) = self.last(meaning) else { return Ok(None) };
        given.value.parse().map(Some).map_err(|_| {
            let Given { flag, value } = given;
            LegacyError::usage(format!("--{} takes a number from 0, not `{value}`", flag.name))
        })
    }

    pub(super) fn switch(&self, meaning: Meaning) -> Result<Option<bool>, LegacyError> {
        let Some(given) = self.last(meaning) else { return Ok(None) };
        // Go's strconv.ParseBool.
        match given.value.as_str() {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Some(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Some(false)),
            other => {
                let name = given.flag.name;
                Err(LegacyError::usage(format!("--{name} takes true or false, not `{other}`")))
            }
        }
    }

    /// Whether one of today's flags stands among the rest.
    pub(super) fn has_today(&self, flag: &str) -> bool {
        self.rest.iter().take_while(|word| *word != "--").any(|word| {
            word.to_str()
                .and_then(|word| word.strip_prefix(flag))
                .is_some_and(|behind| behind.is_empty() || behind.starts_with('='))
        })
    }

    // pflag: the last one counts.
    fn last(&self, meaning: Meaning) -> Option<&Given> {
        self.given.iter().rev().find(|given| given.flag.meaning == meaning)
    }

    fn check(&self) -> Result<(), LegacyError> {
        for Given { flag, value } in &self.given {
            if let Some(today) = flag.today.filter(|today| self.has_today(today)) {
                let message = format!("--{} and {today} say the same: give one of them", flag.name);
                return Err(LegacyError::usage(message));
            }
            let other = self.last(flag.meaning).filter(|_| flag.meaning != Meaning::Dead);
            if let Some(other) = other.filter(|o| o.flag.name != flag.name && o.value != *value) {
                let (a, b) = (flag.name, other.flag.name);
                let message = format!("--{a} and --{b} are for the same, and differ");
                return Err(LegacyError::usage(message));
            }
        }
        Ok(())
    }
}

/// Drops the old program's name, and `docker run … IMAGE` in front of it.
fn strip_program(args: &[OsString]) -> (Option<Program>, &[OsString]) {
    let words: Vec<&str> = args.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let start = match words.as_slice() {
        ["docker" | "podman" | "nerdctl", "run", ..]
        | ["sudo", "docker" | "podman" | "nerdctl", "run", ..] => {
            words.iter().position(|word| matches!(*word, "/run" | "/image-transfer")).unwrap_or(0)
        }
        _ => 0,
    };
    // `run` and `image-transfer` may as well be namespaces.
    let old_flag_follows = || {
        let next = args.get(start + 1).and_then(|word| split_flag(word));
        next.is_some_and(|(name, _)| find(name).is_some())
    };
    let program = match words.get(start).copied() {
        Some("/run" | "./run") => Program::Wrapper,
        Some("/image-transfer" | "./image-transfer") => Program::Engine,
        Some("run") if old_flag_follows() => Program::Wrapper,
        Some("image-transfer") if old_flag_follows() => Program::Engine,
        _ => return (None, args),
    };
    (Some(program), &args[start + 1..])
}

// Without a name, a flag that only the engine has tells.
fn program_of(given: &[Given]) -> Program {
    let has = |program| given.iter().any(|given| given.flag.program == program);
    if has(Program::Engine) && !has(Program::Wrapper) { Program::Engine } else { Program::Wrapper }
}

// `--name` or `--name=value`
fn split_flag(word: &OsStr) -> Option<(&str, Option<&str>)> {
    let Some(text) = word.to_str() else {
        // A value that isn't UTF-8 makes the whole word so; pflag's names are ASCII.
        return None;
    };
    let flag = text.strip_prefix("--").filter(|flag| !flag.is_empty())?;
    Some(flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value))))
}

// pflag takes whatever follows as the value, another flag too; then one of the two was forgotten,
// or a shell variable was empty.
fn is_flag(word: &OsStr) -> bool {
    word.as_encoded_bytes().starts_with(b"--")
}

fn text_of(flag: &OldFlag, word: &OsStr) -> Result<String, LegacyError> {
    let not_text = || LegacyError::usage(format!("the value of --{} is not UTF-8", flag.name));
    word.to_str().map(str::to_owned).ok_or_else(not_text)
}

// pflag reads `--ccrToTcr false` as true and leaves the word alone. Nobody means that.
fn switch_value(flag: &OldFlag, next: Option<&OsString>) -> Result<String, LegacyError> {
    if next.is_some_and(|word| word == "false") {
        return Err(LegacyError::with_hint(
            format!("--{} false meant true in image-transfer", flag.name),
            format!("write what you mean: --{0}=false or --{0}", flag.name),
        ));
    }
    Ok("true".to_owned())
}

// pflag's own words.
fn needs_value(flag: &OldFlag) -> String {
    format!("flag needs an argument: --{}", flag.name)
}

fn unknown(name: &str) -> LegacyError {
    // `--ccrAuthuser:password`, with the space forgotten, must not end up in a CI log.
    let in_names = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = name.split(|c| !in_names(c)).next().unwrap_or_default();
    let message = format!("unknown flag: --{name}");
    match suggest(name) {
        Some(other) => LegacyError::with_hint(message, format!("did you mean --{other}?")),
        None => LegacyError::usage(message),
    }
}

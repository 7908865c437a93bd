//! One word of a command, and what a name in it is for.

use super::flags::by_flag;
use super::sed::is_replacement;
use super::text::{Expansion, assigned, is_message, open_expansion};
use super::tools::{Act, Called};
use crate::sources::context::Purpose;
use crate::sources::context::code::{by_code, is_of_region};
use crate::sources::context::keys::by_variable;
use crate::sources::context::outline::Meaning;

/// Variables of tools that say where to push.
const PUSHED_TO: [&str; 4] =
    ["KO_DOCKER_REPO", "SKAFFOLD_DEFAULT_REPO", "CI_PUSH_IMAGE", "IMG_DESTINATION"];

/// Flags with a value that is no image: what follows is not the first argument.
const WITH_VALUE: [&str; 22] = [
    "-m",
    "--message",
    "-a",
    "--author",
    "-c",
    "--change",
    "-f",
    "--format",
    "--platform",
    "-n",
    "--namespace",
    "--creds",
    "--src-creds",
    "--dest-creds",
    "--authfile",
    "--src",
    "--dest",
    "--src-authfile",
    "--dest-authfile",
    "--retry-times",
    "-u",
    "-p",
];

/// Operators in front of a pattern.
const MATCHING: [&str; 5] = ["=~", "-match", "-notmatch", "-replace", "-split"];

/// Operators in front of what is compared with.
const COMPARING: [&str; 9] = ["=", "==", "!=", "-eq", "-ne", "-like", "-notlike", "-ieq", "-ceq"];

/// A word of a command.
#[derive(Debug)]
pub(super) struct Role<'a> {
    pub(super) called: &'a Called,
    /// Whether it stands in front of the command's name, or is that.
    pub(super) is_in_front: bool,
    /// The word before, without quotes.
    pub(super) previous: &'a str,
    /// How it begins, without quotes.
    pub(super) word: &'a str,
    /// How many arguments that are no flags stand before it.
    pub(super) positional: usize,
    /// The variable that a loop or an array gives it to.
    pub(super) given_to: Option<&'a str>,
}

impl Role<'_> {
    /// Whether it is an argument, and neither a flag nor a flag's value.
    pub(super) fn is_positional(&self) -> bool {
        !self.is_in_front && !self.word.starts_with('-') && !WITH_VALUE.contains(&self.previous)
    }

    /// The variable that the word sets.
    pub(super) fn variable(&self) -> Option<&str> {
        if self.given_to.is_some() {
            return self.given_to;
        }
        if self.is_in_front || self.called.act == Act::Assign {
            return assigned(self.word).or_else(|| {
                // `setenv NAME VALUE`, `set -x NAME VALUE` of other shells.
                let is_name = self.called.act == Act::Assign
                    && !self.is_in_front
                    && self.previous.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
                is_name.then_some(self.previous)
            });
        }
        None
    }

    /// The flag that the word is the value of, or has its value in itself.
    fn flag(&self) -> Option<&str> {
        if self.word.starts_with('-') {
            let name = self.word.split_once('=').map(|(name, _)| name);
            // `-tNAME`
            let short = self.word.get(..2).filter(|short| !short.starts_with("--"));
            return name.or(short);
        }
        self.previous.starts_with('-').then_some(self.previous).filter(|it| !it.contains('='))
    }

    /// What the command does with the word, and the flag that says so.
    pub(super) fn purpose(&self) -> (Purpose, Option<&str>) {
        if let Some(flag) = self.flag()
            && let Some(purpose) = by_flag(flag, self.called.act)
        {
            return (purpose, Some(flag));
        }
        let purpose = match self.called.act {
            Act::Pull | Act::Build => Purpose::Container,
            Act::Copy if self.positional == 0 => Purpose::Container,
            Act::Push | Act::Copy => Purpose::Push,
            Act::Login => Purpose::Login,
            _ => Purpose::Reference,
        };
        (purpose, None)
    }
}

/// A name in a word.
#[derive(Debug)]
pub(super) struct Argument<'a> {
    pub(super) role: &'a Role<'a>,
    /// What stands before it in the word, cut off somewhere.
    pub(super) before: &'a str,
    /// What stands behind it in the word, cut off somewhere.
    pub(super) after: &'a str,
    /// Whether people read what the command prints.
    pub(super) is_printed: bool,
    /// Whether it is a host alone, or ends in a slash.
    pub(super) is_open: bool,
}

impl Argument<'_> {
    pub(super) fn meaning(&self) -> Meaning {
        let role = self.role;
        let place = &role.called.place;
        let expansion = open_expansion(self.before);
        if let Some(Expansion::Pattern(name)) = &expansion {
            return Meaning::new(Purpose::Pattern, name.clone());
        }
        // `HOSTS=([ap-guangzhou]=…)`, and `if "%X%"=="…"` of cmd.
        let is_compared = self.before.trim_end_matches(['"', '\'']).ends_with("==");
        if is_compared || (self.before.starts_with('[') && is_of_region(self.before)) {
            return Meaning::new(Purpose::Comparison, place.clone());
        }
        if let Some(name) = role.variable() {
            let is_pushed_to = PUSHED_TO.contains(&name).then_some(Purpose::Push);
            let purpose = is_pushed_to.or_else(|| by_variable(name)).unwrap_or(Purpose::Reference);
            return Meaning { variable: Some(name.to_owned()), ..Meaning::new(purpose, name) };
        }
        let mut meaning = match role.called.act {
            Act::Fetch if self.is_sent() => Meaning::new(Purpose::Reference, place.clone()),
            Act::Fetch => Meaning::new(Purpose::Url, place.clone()),
            Act::Replace if is_replacement(self.before) => {
                Meaning::new(Purpose::Reference, place.clone())
            }
            Act::Search | Act::Replace => Meaning::new(Purpose::Pattern, place.clone()),
            Act::Query => {
                let purpose = by_code(self.before, self.after, self.is_open);
                Meaning::new(purpose.unwrap_or(Purpose::Reference), place.clone())
            }
            Act::Code => {
                let purpose = by_code(self.before, self.after, self.is_open);
                Meaning::new(purpose.unwrap_or(Purpose::Source), place.clone())
            }
            _ if is_in(role.previous, &MATCHING) => Meaning::new(Purpose::Pattern, place.clone()),
            // As a command's name it can only be a pattern of `case`.
            _ if is_in(role.previous, &COMPARING) || (role.is_in_front && self.is_pattern()) => {
                Meaning::new(Purpose::Comparison, place.clone())
            }
            Act::Compare => Meaning::new(Purpose::Comparison, place.clone()),
            Act::Print if self.is_printed && is_message(self.before, self.after) => {
                Meaning::new(Purpose::Documentation, place.clone())
            }
            // A function that prints, or asks.
            Act::Other if self.is_quoted() && is_message(self.before, self.after) => {
                Meaning::new(Purpose::Documentation, place.clone())
            }
            Act::Pull
                if self.before.ends_with("reference=") || self.before.ends_with("ancestor=") =>
            {
                Meaning::new(Purpose::Comparison, place.clone())
            }
            Act::SetImage if !self.before.contains('=') => {
                Meaning::new(Purpose::Matcher, place.clone())
            }
            Act::Remark => Meaning::new(Purpose::Comment, ""),
            _ => {
                let (purpose, flag) = role.purpose();
                // `docker run -e NAME=VALUE`
                let of_variable = assigned(role.word).and_then(by_variable);
                let purpose = of_variable.unwrap_or(purpose);
                let flag = flag.map(|flag| format!(" {flag}")).unwrap_or_default();
                let key = self.key().map(|key| format!(" {key}")).unwrap_or_default();
                Meaning::new(purpose, format!("{place}{flag}{key}"))
            }
        };
        if let Some(Expansion::Default(name)) = expansion {
            if role.called.act == Act::Other {
                meaning.place.clone_from(&name);
            }
            meaning.variable = Some(name);
        }
        meaning
    }

    fn is_pattern(&self) -> bool {
        self.after.trim_start_matches(['/', '"', '\'']).starts_with('*')
    }

    /// Whether it stands in a word in quotes that is no flag.
    fn is_quoted(&self) -> bool {
        self.before.starts_with(['"', '\'']) && self.role.flag().is_none()
    }

    /// The key of Helm's values that it is the value of.
    fn key(&self) -> Option<&str> {
        let pair =
            self.before.rsplit(',').next().filter(|_| self.role.called.act == Act::Values)?;
        let (key, _) = pair.rsplit_once('=')?;
        let key = key.rsplit('=').next().unwrap_or(key);
        Some(key.trim_start_matches(['"', '\''])).filter(|key| !key.starts_with('-'))
    }

    /// Whether `curl` sends it: data, not an address.
    fn is_sent(&self) -> bool {
        let flag = self.role.flag().unwrap_or_default();
        matches!(flag, "-d" | "-F" | "-H") || flag.starts_with("--data") || flag == "--json"
    }
}

/// Whether `word` is one of `words`, in any case.
fn is_in(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

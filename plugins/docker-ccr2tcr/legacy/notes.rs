//! What the user of an old command line should know about it.

use super::LegacyError;
use super::flags::{MOST_JOBS, Meaning};
use super::logins::has_escapes;
use super::scan::CommandLine;

/// One note for each thing worth knowing, in the order of the command line.
pub(super) fn notes(line: &CommandLine, whole_account: bool) -> Result<Vec<String>, LegacyError> {
    let mut notes = secrets(line);
    for meaning in [Meaning::CcrAuth, Meaning::TcrAuth] {
        if let Some(name) = line.name(meaning).filter(|_| has_escapes(line, meaning)) {
            notes.push(format!(
                "--{name}: escapes in the password, such as `\\\\` for `\\`, are read as \
                 image-transfer read them; the files for --ccr-auth-file and --tcr-auth-file need \
                 none"
            ));
        }
    }
    for flag in line.flags() {
        let name = flag.name;
        notes.push(match flag.meaning {
            Meaning::Dead if name == "qps" => {
                "--qps had no effect in image-transfer since v1.1.0; it is ignored".to_owned()
            }
            Meaning::Dead => {
                format!("--{name} had no effect in image-transfer; it is ignored")
            }
            Meaning::Retry => format!(
                "--{name} is ignored: each request is retried automatically, with growing pauses"
            ),
            Meaning::LogOutput => {
                format!("--{name} is ignored: messages go to stderr, `2>FILE` keeps them")
            }
            Meaning::LogColor => {
                format!("--{name} is ignored: colour is for terminals, and NO_COLOR turns it off")
            }
            Meaning::LogLevel
                if !matches!(line.text(Meaning::LogLevel), Some("debug" | "info") | None) =>
            {
                format!("--{name}: only `debug` changes anything; the summary is always shown")
            }
            Meaning::Region => format!(
                "--{name} had no effect in image-transfer, which stayed in ap-guangzhou; here it \
                 sets both regions"
            ),
            Meaning::Registry if whole_account => {
                format!("--{name} is for --ruleFile; it is ignored")
            }
            Meaning::RuleFile if whole_account => {
                format!("--{name} is not read together with --ccrToTcr; it is ignored")
            }
            Meaning::SecretFile
            | Meaning::TcrName
            | Meaning::CcrRegion
            | Meaning::TcrRegion
            | Meaning::TagNum
                if !whole_account =>
            {
                format!("--{name} is for --ccrToTcr; it is ignored")
            }
            Meaning::Routines if line.number(Meaning::Routines)? > Some(MOST_JOBS) => {
                format!("--{name} is cut to 50, as in image-transfer")
            }
            _ => continue,
        });
    }
    notes.dedup();
    Ok(notes)
}

/// Said if the number of tags was left to the old default.
pub(super) fn default_tags(flag: &str) -> String {
    format!(
        "--{flag} 100 is the old default: tags beyond the newest 100 of a repository stay behind; \
         --{flag} 0 copies all"
    )
}

// The flag is named, the value never.
fn secrets(line: &CommandLine) -> Vec<String> {
    let named = |meanings: &[Meaning]| {
        let names = meanings.iter().filter_map(|&meaning| line.name(meaning));
        names.map(|name| format!("--{name}")).collect::<Vec<_>>().join(" and ")
    };
    let shown = "on the command line can be read by everyone on this machine (ps, docker inspect, \
                 shell history)";
    let passwords = named(&[Meaning::CcrAuth, Meaning::TcrAuth]);
    let keys = named(&[Meaning::SecretKey, Meaning::CcrSecretKey, Meaning::TcrSecretKey]);
    let mut notes = Vec::new();
    if !passwords.is_empty() {
        notes.push(format!(
            "{passwords} {shown}; instead: `docker login` once for each registry, or \
             --ccr-auth-file and --tcr-auth-file"
        ));
    }
    if !keys.is_empty() {
        notes.push(format!(
            "{keys} {shown}; instead: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or CCR_… \
             and TCR_… for one side, in the environment"
        ));
    }
    notes
}

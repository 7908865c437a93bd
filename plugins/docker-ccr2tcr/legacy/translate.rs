//! From an old command line to the same command in today's flags.

use std::ffi::OsString;
use std::path::Path;

use ccr2tcr::text;

use super::files::{ReadFile, keys, registry_logins};
use super::flags::{MOST_JOBS, Meaning, Program};
use super::logins::{key, login, missing_keys};
use super::old_command::Legacy;
use super::rules::rules;
use super::scan::CommandLine;
use super::{LegacyError, notes};

// The default of both programs, for both sides.
const OLD_REGION: &str = "ap-guangzhou";
const OLD_TAGS: u64 = 100;

/// Reads what stands behind `sync`; `None` if it is no old command line.
pub(crate) fn translate(
    args: &[OsString],
    read_file: ReadFile<'_>,
) -> Result<Option<Legacy>, LegacyError> {
    let Some(line) = CommandLine::read(args)? else { return Ok(None) };
    let is_engine = line.program == Program::Engine;
    // The wrapper starts the engine with --ccrToTcr=true.
    let whole_account = line.switch(Meaning::CcrToTcr)?.unwrap_or(!is_engine);

    let (mut ccr_key, mut tcr_key) = (
        key(&line, Meaning::CcrSecretId, Meaning::CcrSecretKey)?,
        key(&line, Meaning::TcrSecretId, Meaning::TcrSecretKey)?,
    );
    require(&line, whole_account, ccr_key.is_some() && tcr_key.is_some())?;
    if let Some(path) = line.text(Meaning::SecretFile).filter(|_| whole_account) {
        let (ccr, tcr) = keys(Path::new(path), read_file)?;
        ccr_key.get_or_insert(ccr);
        tcr_key.get_or_insert(tcr);
    }
    let registry_logins = match line.text(Meaning::SecurityFile) {
        Some(path) => registry_logins(Path::new(path), read_file)?,
        None => Vec::new(),
    };
    let rules = match line.text(Meaning::RuleFile).filter(|_| !whole_account) {
        Some(path) => Some(rules(Path::new(path), read_file, line.text(Meaning::Registry))?),
        None => None,
    };

    let mut notes = notes::notes(&line, whole_account)?;
    let mut args = Vec::new();
    if whole_account {
        account_flags(&line, &mut args, &mut notes)?;
    }
    common_flags(&line, &mut args)?;
    let mut args: Vec<OsString> = args.into_iter().map(OsString::from).collect();
    let (ccr_login, tcr_login) = (login(&line, Meaning::CcrAuth)?, login(&line, Meaning::TcrAuth)?);
    args.extend(line.rest);
    Ok(Some(Legacy { args, ccr_login, tcr_login, ccr_key, tcr_key, registry_logins, rules, notes }))
}

/// Translates the arguments of a `sync`; those of other commands, and new-style ones, come back
/// as they are.
pub(crate) fn translate_command(
    args: &[OsString],
) -> Result<(Vec<OsString>, Option<Legacy>), LegacyError> {
    let Some((sync, rest)) = args.split_first().filter(|(command, _)| *command == "sync") else {
        return Ok((args.to_vec(), None));
    };
    let Some(legacy) = translate(rest, &|path| std::fs::File::open(path).and_then(text::read))?
    else {
        return Ok((args.to_vec(), None));
    };
    let args = std::iter::once(sync).chain(&legacy.args).cloned().collect();
    Ok((args, Some(legacy)))
}

// What only means something if a whole account is moved.
fn account_flags(
    line: &CommandLine,
    args: &mut Vec<String>,
    notes: &mut Vec<String>,
) -> Result<(), LegacyError> {
    if let Some(name) = line.text(Meaning::TcrName) {
        args.extend(["--tcr-name".to_owned(), name.to_owned()]);
    }
    for (meaning, today) in
        [(Meaning::CcrRegion, "--ccr-region"), (Meaning::TcrRegion, "--tcr-region")]
    {
        if !line.has_today(today) {
            let region = line.text(meaning).or(line.text(Meaning::Region)).unwrap_or(OLD_REGION);
            args.extend([today.to_owned(), region.to_owned()]);
        }
    }
    if !line.has_today("--newest") {
        let tags = line.number(Meaning::TagNum)?;
        if tags.is_none() {
            let engine = line.program == Program::Engine;
            notes.push(notes::default_tags(if engine { "ccrTagNums" } else { "tagNum" }));
        }
        // The help text promised all tags for 0; the code copied none.
        let newest = match tags.unwrap_or(OLD_TAGS) {
            0 => "all".to_owned(),
            count => count.to_string(),
        };
        args.extend(["--newest".to_owned(), newest]);
    }
    Ok(())
}

fn common_flags(line: &CommandLine, args: &mut Vec<String>) -> Result<(), LegacyError> {
    if !line.has_today("--on-conflict") {
        let overwrite = line.switch(Meaning::TagExistOverridden)?.unwrap_or(true);
        let policy = if overwrite { "overwrite" } else { "skip" };
        args.extend(["--on-conflict".to_owned(), policy.to_owned()]);
    }
    match line.number(Meaning::Routines)? {
        Some(0) => {
            return Err(LegacyError::with_hint(
                "--routines 0 copied nothing in image-transfer",
                "leave it out: the number of copies at a time is chosen automatically",
            ));
        }
        Some(jobs) => args.extend(["--jobs".to_owned(), jobs.min(MOST_JOBS).to_string()]),
        None => {}
    }
    if !line.has_today("--legacy-summary") {
        args.push("--legacy-summary".to_owned());
    }
    if line.text(Meaning::LogLevel) == Some("debug") && !line.has_today("-v") {
        args.push("-v".to_owned());
    }
    Ok(())
}

// The old tool's own demands, in its words and its order (validateArgs in run.go). One of today's
// flags for the same thing will do as well.
fn require(line: &CommandLine, whole_account: bool, has_keys: bool) -> Result<(), LegacyError> {
    let has = |meaning: Meaning, today: &[&str]| {
        line.text(meaning).is_some() || today.iter().any(|flag| line.has_today(flag))
    };
    let need = |met: bool, name: &str, hint: &str| {
        if met { Ok(()) } else { Err(LegacyError::with_hint(format!("Require {name}"), hint)) }
    };
    let security = has(Meaning::SecurityFile, &[]);
    if line.program == Program::Engine {
        let logins = security || has(Meaning::CcrAuth, &["--ccr-auth-file", "--tcr-auth-file"]);
        need(logins, "securityFile", "--securityFile FILE holds the logins of both registries")?;
        if !whole_account {
            let hint = "--ruleFile FILE says what goes where; --ccrToTcr moves a whole account";
            return need(has(Meaning::RuleFile, &["--images"]), "ruleFile", hint);
        }
        let hint = "--secretFile FILE holds the API keys of both sides";
        need(has_keys || has(Meaning::SecretFile, KEY_FLAGS), "secretFile", hint)?;
    } else if !has_keys && !has(Meaning::SecretFile, KEY_FLAGS) {
        return Err(missing_keys());
    }
    let hint = "--tcrName is the instance's name, as `docker ccr2tcr instances` lists it";
    need(has(Meaning::TcrName, &["--tcr-name", "--tcr-host"]), "tcrName", hint)?;
    if line.program != Program::Engine {
        let hint = "--ccrAuth USERNAME:PASSWORD; without the old flags docker's own login is used";
        need(security || has(Meaning::CcrAuth, &["--ccr-auth-file"]), "ccrAuth", hint)?;
        let hint = "--tcrAuth USERNAME:PASSWORD; without the old flags docker's own login is used";
        need(security || has(Meaning::TcrAuth, &["--tcr-auth-file"]), "tcrAuth", hint)?;
    }
    Ok(())
}

const KEY_FLAGS: &[&str] = &[
    "--secret-id",
    "--secret-key",
    "--ccr-secret-id",
    "--ccr-secret-key",
    "--tcr-secret-id",
    "--tcr-secret-key",
];

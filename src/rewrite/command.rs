//! What `rewrite` does: reads, shows or writes, and says what is left.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use tokio_util::sync::CancellationToken;

use super::args::RewriteArgs;
use super::view::{RewriteView, Summary};
use super::{groups, proofs};
use crate::environment::Environment;
use crate::image::Reference;
use crate::prompt::problems;
use crate::sources::{
    Limits, PreparedRewrite, Proof, ProveError, Proven, RewriteError, RewriteInputs,
    RewriteOptions, names, prepare_rewrite,
};
use crate::terminal::{Printer, render, unless_closed};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteEnd {
    /// All that could be done is done; of `--check`, nothing is left.
    Done,
    /// Something is lacking in TCR, or could not be written; of `--check`, something names CCR.
    Left,
    /// There is no plan.
    CouldNotStart,
    /// It was stopped.
    Interrupted,
}

/// References to CCR that a cluster uses now.
pub type InUse = HashSet<Reference>;

/// The references among these texts.
pub fn references<'a>(texts: impl Iterator<Item = &'a str>) -> InUse {
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// Does what `args` say. `in_use`: what a cluster runs, if one was asked.
///
/// # Errors
/// If stdout can't be written to.
pub async fn run(
    args: RewriteArgs,
    in_use: Option<InUse>,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<RewriteEnd> {
    let inputs = match inputs(&args) {
        Ok(inputs) => inputs,
        Err(error) => return Ok(could_not_start(printer, &error)),
    };
    let environment = Environment::from_process();
    let prepared = tokio::select! {
        prepared = prepare_rewrite(inputs, &environment) => prepared,
        () = stop.cancelled() => return Ok(RewriteEnd::Interrupted),
    };
    let mut prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Ok(could_not_start(printer, &error)),
    };
    if let Some(in_use) = &in_use {
        prepared.plan.mark_in_use(in_use);
    }
    for notice in &prepared.notices {
        printer.note(notice);
    }
    let proven = match proven(&args, &prepared, stop).await {
        Ok(proven) => proven,
        Err(ProveError::Stopped) => return Ok(RewriteEnd::Interrupted),
        Err(error) => {
            let told = error.diagnostic();
            problems::plain(printer, &told.message, told.hint.as_deref());
            return Ok(RewriteEnd::CouldNotStart);
        }
    };
    carry_out(&args, &prepared, proven.as_ref(), stop, printer)
}

/// What the commands of `--prove` show, if there are any.
async fn proven(
    args: &RewriteArgs,
    prepared: &PreparedRewrite,
    stop: &CancellationToken,
) -> Result<Option<Proven>, ProveError> {
    if args.prove.is_empty() {
        return Ok(None);
    }
    prepared.prove(&args.prove, Limits::default(), stop).await.map(Some)
}

fn inputs(args: &RewriteArgs) -> Result<RewriteInputs<'_>, RewriteError> {
    let is_list = |path: &&PathBuf| path.as_path() == Path::new("-");
    let listed = match args.paths.iter().any(|path| is_list(&path)) {
        true => Some(names(io::stdin().lock())?),
        false => None,
    };
    Ok(RewriteInputs {
        account: &args.account,
        paths: args.paths.iter().filter(|path| !is_list(path)).cloned().collect(),
        names: listed,
        exclude: args.exclude.clone(),
        options: RewriteOptions {
            also: args.also(),
            pull_secret: args.pull_secret.clone(),
            pin: args.pin,
            allow_unverified: args.allow_unverified,
            refuse_dirty: args.write && !args.allow_dirty,
            offline: args.check,
        },
    })
}

fn carry_out(
    args: &RewriteArgs,
    prepared: &PreparedRewrite,
    proven: Option<&Proven>,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<RewriteEnd> {
    let document = args.output.shared();
    // Made from what the files are before they change.
    let is_shown = document.is_none() && !args.write && !args.check && args.emit.is_none();
    let diff = (is_shown || args.patch.is_some()).then(|| diff(prepared, printer));
    if let (Some(path), Some(diff)) = (&args.patch, &diff)
        && let Err(error) = fs::write(path, diff)
    {
        problems::plain(printer, &format!("{} can't be written: {error}", path.display()), None);
        return Ok(RewriteEnd::CouldNotStart);
    }
    // What is refuted is not written.
    let is_refuted = proven.is_some_and(|proven| !proven.proofs.iter().all(Proof::holds));
    let writes = args.write && !is_refuted;
    let written = match writes {
        true => prepared.write(stop),
        false => Vec::new(),
    };
    let failed: BTreeMap<&Path, String> = written
        .iter()
        .filter_map(|(path, result)| Some((*path, result.as_ref().err()?.to_string())))
        .collect();
    for (path, result) in &written {
        if let Err(error) = result {
            let message = format!("{} is not written: {error}", path.display());
            problems::plain(printer, &message, Some(error.hint()));
        }
    }
    let summary = Summary::of(prepared, writes, &failed);
    let shown = match (document, diff) {
        (Some(format), _) => {
            render(printer, format, &RewriteView::new(prepared, proven, &summary, &failed))
        }
        (None, Some(diff)) if is_shown && args.patch.is_none() => printer.bytes(&diff),
        _ => Ok(()),
    };
    groups::tell(printer, prepared, &summary, &args.account, is_shown);
    if let Some(proven) = proven {
        proofs::tell(printer, proven);
        if is_refuted && args.write {
            printer.warning("nothing is written, for a proof does not hold");
        }
    }
    let is_emitted = match &args.emit {
        Some(emit) => emit.carry_out(prepared, printer),
        None => {
            printer.note(&summary.line(args.check));
            true
        }
    };
    unless_closed(shown)?;
    Ok(match stop.is_cancelled() {
        true => RewriteEnd::Interrupted,
        false if is_refuted || !is_emitted || summary.is_left(prepared, args.check) => {
            RewriteEnd::Left
        }
        false => RewriteEnd::Done,
    })
}

/// The diff of all files. One that has changed meanwhile is named, and not in it.
fn diff(prepared: &PreparedRewrite, printer: &Printer) -> Vec<u8> {
    let mut all = Vec::new();
    for file in prepared.plan.files.iter().filter(|file| file.is_rewritten()) {
        match file.diff() {
            Ok(diff) => all.extend(diff),
            Err(why) => {
                printer.warning(&format!("{} {}", file.path.display(), why.why()));
                printer.hint(why.hint());
            }
        }
    }
    all
}

fn could_not_start(printer: &Printer, error: &RewriteError) -> RewriteEnd {
    match error {
        RewriteError::Account(error) => {
            printer.error(&error.to_string(), &error.details(), error.hint().as_deref());
            printer.explain(error.common());
        }
        RewriteError::Tree(error) => {
            problems::plain(printer, &error.to_string(), Some(&error.hint()));
        }
        RewriteError::Thread(_) => problems::plain(printer, &error.to_string(), None),
    }
    RewriteEnd::CouldNotStart
}

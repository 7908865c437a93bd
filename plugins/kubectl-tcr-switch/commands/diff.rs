//! `diff`: each object before and after, as `kubectl diff` shows it.
//!
//! The objects as files, and the program that compares them, are in `compare`.

mod compare;

use std::io;

use ccr2tcr::kubernetes::{Cluster, ClusterError};
use ccr2tcr::switch::SwitchPlan;
use ccr2tcr::terminal::{Printer, clean_lines, unless_closed};
use ccr2tcr::workload::ObjectPatch;
use futures::{StreamExt as _, stream};
use serde_json::Value;

use super::{look, show, show_plan};
use crate::cli::DiffArgs;
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;
use compare::{CompareError, Compared, Comparison};

/// How many objects are asked for at once.
const AT_ONCE: usize = 16;

pub(crate) async fn run(
    args: DiffArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    tokio::select! {
        code = diff(&args, printer) => code,
        () = stop.soft.cancelled() => Ok(ExitCode::Interrupted),
    }
}

async fn diff(args: &DiffArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    // Before anything is asked for: a program that can't be run is told at once.
    let comparison = match Comparison::of_environment() {
        Ok(comparison) => comparison,
        Err(error) => return Ok(refuse(printer, &error)),
    };
    let (looked, plan) = match look::plan(&args.plan, &args.target, printer).await? {
        Ok(planned) => planned,
        Err(code) => return Ok(code),
    };
    show_plan::talk(printer, &plan, &looked, &args.target);
    let pairs: Vec<_> = stream::iter(changes(&plan))
        .map(|(path, patch)| before_and_after(&looked.cluster, path, patch))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut refused = false;
    for pair in pairs {
        match pair {
            Ok(pair) => {
                if let Err(error) = comparison.take(&pair) {
                    return Ok(refuse(printer, &error));
                }
            }
            Err(error) => {
                printer.error(&error.to_string(), &[""; 0], Some(&error.hint()));
                refused = true;
            }
        }
    }
    let compared = match comparison.run().await {
        Ok(compared) => compared,
        Err(error) => return Ok(refuse(printer, &error)),
    };
    show_compared(printer, &compared)?;
    Ok(match compared.code {
        _ if refused => ExitCode::Error,
        0 if show::hides_images(&plan.unread) => ExitCode::Left,
        0 => ExitCode::Done,
        1 => ExitCode::Left,
        _ => ExitCode::Error,
    })
}

/// What would be written, `ServiceAccount`s first. Secrets are never among it.
fn changes(plan: &SwitchPlan) -> impl Iterator<Item = (&str, &ObjectPatch)> {
    let accounts = plan.accounts.iter().map(|entry| (entry.path.as_str(), &entry.patch));
    let entries = plan
        .switched()
        .filter_map(|entry| entry.patch.as_ref().map(|patch| (entry.path.as_str(), patch)));
    accounts.chain(entries)
}

/// An object as it is, and as the server says that it would be.
async fn before_and_after(
    cluster: &Cluster,
    path: &str,
    patch: &ObjectPatch,
) -> Result<(Value, Value), ClusterError> {
    let before = cluster.get(path).await?;
    let after = cluster.preview(path, &patch.forward()).await?;
    Ok((before, after))
}

fn show_compared(printer: &Printer, compared: &Compared) -> io::Result<()> {
    if !compared.talk.is_empty() {
        printer.note(clean_lines(&compared.talk).trim_end());
    }
    unless_closed(printer.data(&compared.data))
}

fn refuse(printer: &Printer, error: &CompareError) -> ExitCode {
    printer.error(&error.to_string(), &[""; 0], error.hint().as_deref());
    ExitCode::Error
}

//! `secrets list`: pull secrets, their hosts, their users.

use ccr2tcr::diagnostic::counted;
use ccr2tcr::image::CcrHosts;
use ccr2tcr::prompt::Stop;
use ccr2tcr::switch::{CcrUsage, SecretState, SecretUse, secret_uses};
use ccr2tcr::terminal::{Printer, render};

use super::{show, usage};
use crate::cli::ListArgs;
use crate::exit::ExitCode;
use crate::views::SecretsView;

pub(crate) async fn run(
    args: ListArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    // Everything with pods: it may have its Secret from its `ServiceAccount`.
    let usage = match usage::read(&args.common, true, stop, printer).await? {
        Ok(usage) => usage,
        Err(code) => return Ok(code),
    };
    let CcrUsage { ccr, inventory, .. } = &usage;
    let uses = secret_uses(inventory);
    let shown = render(printer, args.output.into(), &SecretsView::new(&uses, &usage));
    show::unread(printer, &inventory.unread, &args.common.connection);
    talk(printer, &uses, ccr);
    if args.common.scope.selector.is_some() || args.common.scope.field_selector.is_some() {
        printer.note("workloads that the selector excludes are not counted as users");
    }
    let code = if inventory.unread.is_empty() { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

fn talk(printer: &Printer, uses: &[SecretUse], ccr: &CcrHosts) {
    for one in uses {
        match &one.state {
            SecretState::Broken(error) => {
                printer.warning(&error.to_string());
                printer.hint(&error.hint());
            }
            SecretState::Missing => {
                let by: Vec<String> = one.users.iter().map(ToString::to_string).collect();
                printer.warning(&format!(
                    "pull secret {} does not exist in namespace {}, but {} references it",
                    one.name,
                    one.namespace,
                    by.join(", ")
                ));
            }
            SecretState::Read(secret) if !secret.is_readable => printer.warning(&format!(
                "pull secret `{}/{}`: the kubelet can't read it: its type does not match its content",
                one.namespace, one.name
            )),
            SecretState::Read(_) | SecretState::Unread => {}
        }
    }
    let is_for_ccr = |one: &&SecretUse| match &one.state {
        SecretState::Read(secret) => secret.is_for_ccr(ccr),
        _ => false,
    };
    let of_ccr = uses.iter().filter(is_for_ccr).count();
    let there = uses.iter().filter(|one| one.exists()).count();
    printer.note(&format!("{}, {of_ccr} for CCR", counted(there, "pull secret", "pull secrets")));
}

//! `domain add`: the instance answers under a domain of the customer's.

use ccr2tcr::network::{DomainWish, records_to_make};
use ccr2tcr::prompt::Stop;
use ccr2tcr::tencent::{Enterprise, Instance};
use ccr2tcr::terminal::Printer;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, undo_file, unless_stopped};
use crate::cli::{DomainAddArgs, DomainCommand};
use crate::exit::ExitCode;

pub(crate) async fn run(
    command: DomainCommand,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let DomainCommand::Add(args) = command;
    add(*args, stop, printer).await
}

async fn add(args: DomainAddArgs, stop: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let undo = match undo_file("domain add", &instance, args.undo_file.as_deref(), printer) {
        Ok(undo) => undo,
        Err(code) => return Ok(code),
    };
    let wish = DomainWish { name: args.name, certificate: args.certificate };
    let plan = match unless_stopped(stop, printer, wish.plan(&enterprise)).await {
        Ok(Ok(plan)) => plan,
        Ok(Err(error)) => {
            return Ok(problems::plain(printer, &error.to_string(), error.hint().as_deref()));
        }
        Err(code) => return Ok(code),
    };
    let question = format!("let {} answer for {}?", instance.name, wish.name);
    let code =
        carry(Change { plan, undo, question }, &enterprise, &args.write, stop, printer).await?;
    if args.write.output.is_for_people() {
        tell_records(&wish.name, &instance, &enterprise, printer).await;
    }
    Ok(code)
}

/// Says which records make the domain lead to the instance.
async fn tell_records(name: &str, instance: &Instance, enterprise: &Enterprise, printer: &Printer) {
    let links = match enterprise.links().await {
        Ok(links) => links,
        Err(error) => {
            printer.warning(&format!("the links can't be read: {error}"));
            Vec::new()
        }
    };
    for record in records_to_make(instance, &links) {
        let at = &record.at;
        let place = match at.starts_with("vpc-") {
            true => format!("in {at}, in a private zone that is bound to it"),
            false => format!("for {at}"),
        };
        printer.note(&format!("{place}: {name} {} {}", record.kind, record.value));
    }
}

//! `network apply`: links, names, and the public entry if that is asked for.

use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::network::{Plan, PlanError, VpcWish, Wishes};
use ccr2tcr::prompt::Stop;
use ccr2tcr::tencent::Enterprise;
use ccr2tcr::terminal::Printer;
use ccr2tcr::tke;

use super::super::problems;
use super::carry::{Change, carry};
use super::opening::{open, read, undo_file, unless_stopped};
use crate::cli::NetworkApplyArgs;
use crate::exit::ExitCode;

pub(super) async fn run(
    args: NetworkApplyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let mut wishes = Wishes {
        vpcs: args.vpc,
        domains: args.dns,
        allow: args.public_allow,
        anyone: args.public_anyone,
    };
    if let Err(error) = wishes.check() {
        return Ok(refused(printer, &error));
    }
    let (instance, enterprise) = match open(&args.write.settings, stop, printer).await {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let undo = match undo_file("apply", &instance, args.undo_file.as_deref(), printer) {
        Ok(undo) => undo,
        Err(code) => return Ok(code),
    };
    let kubeconfig = args.kubeconfig;
    for context in args.for_kube_context {
        let connection = ConnectionSettings {
            kubeconfig: kubeconfig.clone(),
            context: Some(context),
            ..ConnectionSettings::default()
        };
        match vpc_of(&connection, &enterprise, stop, printer).await {
            Ok(vpc) if wishes.vpcs.iter().any(|wish| wish.vpc == vpc) => {}
            Ok(vpc) => wishes.vpcs.push(VpcWish { vpc, subnet: None }),
            Err(code) => return Ok(code),
        }
    }
    let state = match read(&enterprise, stop, printer).await {
        Ok(state) => state,
        Err(code) => return Ok(code),
    };
    let planning = Plan::prepare(&enterprise, &wishes, &state, &undo);
    let plan = match unless_stopped(stop, printer, planning).await {
        Ok(Ok(plan)) => plan,
        Ok(Err(error)) => return Ok(refused(printer, &error)),
        Err(code) => return Ok(code),
    };
    let change =
        Change { plan, undo, question: format!("change the network of {}?", instance.name) };
    carry(change, &enterprise, &args.write, stop, printer).await
}

/// The VPC of the TKE cluster that a context leads to. Says why it isn't known, and how the run ends
/// then.
async fn vpc_of(
    connection: &ConnectionSettings,
    enterprise: &Enterprise,
    stop: &Stop,
    printer: &Printer,
) -> Result<String, ExitCode> {
    let finding = async {
        let regions = enterprise.regions().await?;
        tke::vpc_of(enterprise.api(), &regions, connection).await
    };
    let found = unless_stopped(stop, printer, finding).await?;
    let found = found
        .map_err(|error| problems::plain(printer, &error.to_string(), error.hint().as_deref()))?;
    let (cluster, context) = (&found.cluster, connection.context.as_deref().unwrap_or_default());
    printer.note(&format!("{context} is {} ({}), in {}", cluster.id, cluster.name, cluster.vpc));
    Ok(found.cluster.vpc)
}

fn refused(printer: &Printer, error: &PlanError) -> ExitCode {
    problems::plain(printer, &error.to_string(), error.hint().as_deref())
}

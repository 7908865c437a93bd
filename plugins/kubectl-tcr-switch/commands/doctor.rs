//! `doctor`: is everything there that a switch needs?

use ccr2tcr::checkup::{self, ClusterGround, DoctorEnd, Ground};
use ccr2tcr::environment::Environment;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::prompt::{NotAgreed, Stop, confirm};
use ccr2tcr::terminal::Printer;

use crate::cli::DoctorArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: DoctorArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let cluster = Cluster::connect(&args.connection).await?;
    let namespace = args.connection.namespace.clone().filter(|_| args.probe_nodes);
    if let Some(namespace) = &namespace
        && !args.yes
        && !args.checkup.list
    {
        let question = format!(
            "Make a pod on a node of each kind in namespace {namespace} of {}, and delete it?",
            cluster.words()
        );
        match confirm(printer, stop, &question, "say --yes to make them without asking").await {
            Ok(()) => {}
            Err(NotAgreed::No) => return Ok(ExitCode::Error),
            Err(NotAgreed::Interrupted) => return Ok(ExitCode::Interrupted),
        }
    }
    let name = cluster.context().unwrap_or(cluster.words()).to_owned();
    let clusters = vec![ClusterGround::new(args.connection, name)];
    let ground = Ground::new(args.account, Environment::from_process(), clusters)
        .with_dns_server(args.checkup.dns_server)
        .probing_in(namespace);
    Ok(match checkup::run(&args.checkup, &ground, &stop.soft, printer).await? {
        DoctorEnd::Fine => ExitCode::Done,
        DoctorEnd::Found => ExitCode::Left,
        DoctorEnd::CouldNotStart => ExitCode::Error,
        DoctorEnd::Interrupted => ExitCode::Interrupted,
    })
}

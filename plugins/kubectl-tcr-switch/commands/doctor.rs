//! `doctor`: is everything there that a switch needs?

use ccr2tcr::checkup::{self, ClusterGround, DoctorEnd, Ground};
use ccr2tcr::environment::Environment;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use crate::cli::DoctorArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: DoctorArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let cluster = Cluster::connect(&args.connection).await?;
    let name = cluster.context().unwrap_or(cluster.words()).to_owned();
    let clusters = vec![ClusterGround::new(args.connection, name)];
    let ground = Ground::new(args.account, Environment::from_process(), clusters)
        .with_dns_server(args.checkup.dns_server);
    Ok(match checkup::run(&args.checkup, &ground, &stop.soft, printer).await? {
        DoctorEnd::Fine => ExitCode::Done,
        DoctorEnd::Found => ExitCode::Left,
        DoctorEnd::CouldNotStart => ExitCode::Error,
        DoctorEnd::Interrupted => ExitCode::Interrupted,
    })
}

//! `docker ccr2tcr doctor`: is everything there that a move needs?

use ccr2tcr::checkup::{self, DoctorEnd, Ground};
use ccr2tcr::environment::Environment;
use ccr2tcr::terminal::Printer;
use tokio_util::sync::CancellationToken;

use crate::cli::DoctorArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: DoctorArgs,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let ground = Ground::new(args.settings, Environment::from_process(), Vec::new())
        .with_dns_server(args.doctor.dns_server);
    Ok(match checkup::run(&args.doctor, &ground, stop, printer).await? {
        DoctorEnd::Fine => ExitCode::Done,
        DoctorEnd::Found => ExitCode::Left,
        DoctorEnd::CouldNotStart => ExitCode::CouldNotStart,
        DoctorEnd::Interrupted => ExitCode::Interrupted,
    })
}

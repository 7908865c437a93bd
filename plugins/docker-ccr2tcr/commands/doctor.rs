//! `docker ccr2tcr doctor`: is everything there that a move needs?

use ccr2tcr::checkup::{self, ClusterGround, DoctorEnd, Ground};
use ccr2tcr::environment::Environment;
use ccr2tcr::kubernetes::{ConnectionSettings, KubeconfigNames};
use ccr2tcr::terminal::Printer;
use tokio_util::sync::CancellationToken;

use super::problems;
use crate::cli::DoctorArgs;
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: DoctorArgs,
    stop: &CancellationToken,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let connection = args.connection();
    let contexts = if args.all_kube_contexts {
        match KubeconfigNames::read(&connection) {
            Ok(names) if !names.contexts.is_empty() => names.contexts,
            Ok(_) => return Ok(problems::plain(printer, "the kubeconfig has no context", None)),
            Err(error) => {
                return Ok(problems::plain(printer, &error.to_string(), Some(&error.hint())));
            }
        }
    } else {
        args.kube_context
    };
    let cluster = |context: String| {
        let connection =
            ConnectionSettings { context: Some(context.clone()), ..connection.clone() };
        ClusterGround::new(connection, context)
    };
    let clusters = contexts.into_iter().map(cluster).collect();
    let ground = Ground::new(args.settings, Environment::from_process(), clusters)
        .with_dns_server(args.checkup.dns_server);
    Ok(match checkup::run(&args.checkup, &ground, stop, printer).await? {
        DoctorEnd::Fine => ExitCode::Done,
        DoctorEnd::Found => ExitCode::Left,
        DoctorEnd::CouldNotStart => ExitCode::CouldNotStart,
        DoctorEnd::Interrupted => ExitCode::Interrupted,
    })
}

//! `tcr-sandbox`: a local stand-in for Tencent Cloud, to rehearse a move with and to test against.
//!
//! It serves Tencent's API and the registries of both editions on loopback, filled from the
//! description of an account. Of the library it uses [`ccr2tcr::image`] only, so that no mistake of
//! a client is repeated in what it is tested with.

mod account;
mod api;
mod audit_log;
mod cam;
mod clock;
mod command;
mod content;
mod control;
mod edition;
mod environment;
mod faults;
mod fill;
mod network;
mod private_dns;
mod regions;
mod registry;
mod secrets;
mod server;
mod stats;
mod world;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use tokio::net::TcpListener;

use crate::account::Account;
use crate::environment::Endpoints;
use crate::world::World;

#[derive(Debug, Parser)]
#[command(
    name = "tcr-sandbox",
    version,
    about = "A local stand-in for Tencent Cloud",
    long_about = "Serves a stand-in for Tencent Cloud on this machine: the API, a CCR registry for \
        each region, a TCR registry for each instance.\n\n\
        COMMAND runs with DOCKER_CONFIG, CCR_HOST, TENCENTCLOUD_SECRET_ID, \
        TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_REGION and TENCENTCLOUD_TCR_ENDPOINT set for it, \
        and its exit code is returned. Without COMMAND the environment is printed, then the line \
        READY=1, and the sandbox serves until it is interrupted or its standard input ends.",
    after_help = "Examples:\n  \
        tcr-sandbox -- docker ccr2tcr sync\n  \
        tcr-sandbox --account my-company.yaml -- sh\n  \
        tcr-sandbox --print-account > my-company.yaml\n\n\
        Exit codes: that of COMMAND; 128 and the signal that ended it; 2 if the sandbox could not start"
)]
struct Arguments {
    /// The description of the account, YAML [default: a shipped one, see --print-account]
    #[arg(long, value_name = "FILE")]
    account: Option<PathBuf>,
    /// Added to the time of every answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// Print the shipped account and exit
    #[arg(long)]
    print_account: bool,
    /// What to run, with its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // If stderr is closed, there is no other place to say it.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<u8> {
    if arguments.print_account {
        std::io::stdout().write_all(account::embedded().as_bytes())?;
        return Ok(0);
    }
    let account = read_account(arguments.account.as_deref())?;
    let logins = account.docker_login.clone();
    let (api, endpoint) = listen().await?;
    let (control, control_endpoint) = listen().await?;
    let endpoints = Endpoints {
        api: format!("http://{endpoint}"),
        control: format!("http://{control_endpoint}"),
    };
    let (mut listeners, mut hosts) = (Vec::new(), Vec::new());
    for _ in 0..account.personal.len() + account.enterprise.len() {
        let (listener, host) = listen().await?;
        listeners.push(listener);
        hosts.push(host);
    }
    let mut cloud = fill::fill(account, hosts)?;
    // Readable by this user only, and removed when it is dropped.
    let docker_config = tempfile::Builder::new().prefix("tcr-sandbox-").tempdir()?;
    environment::write_docker_config(&mut cloud, &logins, docker_config.path())?;
    let variables = environment::variables(&cloud, &endpoints, docker_config.path());
    let ids = cloud.registry_ids();
    let world = Arc::new(World::new(cloud, Duration::from_millis(arguments.latency)));
    tokio::spawn(api::serve(api, Arc::clone(&world)));
    tokio::spawn(control::serve(control, Arc::clone(&world)));
    for (listener, id) in listeners.into_iter().zip(ids) {
        tokio::spawn(registry::serve(listener, Arc::clone(&world), id));
    }
    if arguments.command.is_empty() {
        announce(&variables)?;
        command::wait_for_the_end().await?;
        Ok(0)
    } else {
        command::run(&arguments.command, &variables).await
    }
}

fn read_account(path: Option<&Path>) -> Result<Account> {
    let Some(path) = path else {
        return account::read(account::embedded());
    };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
    account::read(&text).with_context(|| format!("{} is not an account", path.display()))
}

async fn listen() -> Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("can't listen on 127.0.0.1")?;
    let host = listener.local_addr()?.to_string();
    Ok((listener, host))
}

fn announce(variables: &[(&'static str, String)]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    for (name, value) in variables {
        writeln!(stdout, "{}", environment::line(name, value))?;
    }
    writeln!(stdout, "READY=1")?;
    stdout.flush()?;
    Ok(())
}

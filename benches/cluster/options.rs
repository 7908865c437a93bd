//! The command line of the benchmark.

use clap::Parser;

/// Looks through, switches and switches back a made-up fleet, beside kubectl.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub(crate) struct Options {
    /// Deployments; one in five names CCR
    #[arg(long, default_value_t = 10_000)]
    pub(crate) deployments: usize,
    /// Other workloads: a fifth each of `StatefulSet`s, `DaemonSet`s, `CronJob`s, Jobs and bare Pods
    #[arg(long, default_value_t = 2_000)]
    pub(crate) others: usize,
    /// `ReplicaSet`s of each Deployment, the last of them with a Pod: a fleet that has lived
    #[arg(long, default_value_t = 0)]
    pub(crate) revisions: usize,
    /// Pods of the Deployments, in equal shares; of one Deployment in 50 one runs an old image of
    /// CCR. Only what reads is measured then
    #[arg(long, default_value_t = 0)]
    pub(crate) pods: usize,
    /// Namespaces
    #[arg(long, default_value_t = 200)]
    pub(crate) namespaces: usize,
    /// How often each is done; the loop of `kubectl set image` runs once
    #[arg(long, default_value_t = 3)]
    pub(crate) repeat: usize,
    /// Seconds after which a run is stopped
    #[arg(long, default_value_t = 1200)]
    pub(crate) limit: u64,
    /// Said by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

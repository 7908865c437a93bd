//! The flags of `job`.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::image::{Host, ParsedReference};
use ccr2tcr::job::JobName;
use ccr2tcr::kubernetes::ConnectionSettings;
use clap::{Args, Subcommand, ValueEnum};

use super::output::Output;
use super::select::SelectArgs;
use crate::rate::parse_rate;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr job --shards 8                       how the work would be dealt out
  docker ccr2tcr job --shards 8 -n move --image tcr.example.com/tools/ccr2tcr --image-file FILE --apply
  docker ccr2tcr job status -n move                   what each shard did
  docker ccr2tcr verify                               which has the last word
  docker ccr2tcr job remove -n move                   Job, lists and logins
  docker ccr2tcr job --on shell --shards 4 --folder lists --apply

A shard that is tried again, or runs twice, does what is left, as `sync` does; so does another job.
A tag of TCR that the plan replaces is replaced only if it still points at what the plan saw there.

Exit codes: 0 all is well, 1 something is to be done, is left or has failed, 2 could not start, 125 usage,
130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct JobArgs {
    #[command(subcommand)]
    pub(crate) command: Option<JobCommand>,
    #[command(flatten)]
    pub(crate) make: MakeJobArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobCommand {
    /// Show what each shard of the job did
    Status(Box<JobStatusArgs>),
    /// Delete the job with its pods, lists and logins; nothing that was copied
    Remove(Box<RemoveJobArgs>),
}

/// Where shards run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Engine {
    /// An Indexed Job of Kubernetes
    #[default]
    K8s,
    /// A line for each of so many machines
    Shell,
}

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum JobOutput {
    /// For people
    #[default]
    Text,
    /// For programs; stable and versioned
    Json,
    /// The objects, for kubectl apply; without the Secret
    Yaml,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct MakeJobArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Shards that the work is dealt out to; a repository stays whole
    #[arg(long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) shards: u16,
    /// Shards that run at once [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) parallelism: Option<u16>,
    /// Where shards run
    #[arg(long, value_name = "ENGINE", value_enum, default_value_t)]
    pub(crate) on: Engine,
    /// Write the job, or the lists; without it the plan is printed
    #[arg(long)]
    pub(crate) apply: bool,
    /// Don't ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Image of this program, by digest; with --image-file, where it is pushed to
    #[arg(long, value_name = "IMAGE", help_heading = "Cluster")]
    pub(crate) image: Option<ParsedReference>,
    /// Push the program's image from this file first: ccr2tcr-vVERSION-image.tar of a release
    #[arg(long, value_name = "FILE", help_heading = "Cluster", requires = "image")]
    pub(crate) image_file: Option<PathBuf>,
    /// Secret with the logins that shards use, of type kubernetes.io/dockerconfigjson [default: one is
    /// made of the stored logins]
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub(crate) secret: Option<String>,
    /// Service account of the pods: with an identity of TKE they make TCR's tokens by themselves
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub(crate) service_account: Option<String>,
    /// Folder that the lists for machines are written to
    #[arg(long, value_name = "FOLDER", default_value = "ccr2tcr-lists")]
    pub(crate) folder: PathBuf,
    /// Blobs at a time in each shard, at most [default: 32, and 32 small]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
    /// Bytes of images per second, at most, over all shards: 200MB/s, 50MiB/s
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    pub(crate) limit_rate: Option<u64>,
    /// Put tags without looking once more whether someone has pushed to TCR meanwhile
    #[arg(long)]
    pub(crate) no_last_look: bool,
    /// Let images that are private in CCR, or may be, into public namespaces
    #[arg(long)]
    pub(crate) allow_public: bool,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: JobOutput,
    #[command(flatten)]
    pub(crate) place: JobPlaceArgs,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct JobStatusArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) place: JobPlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveJobArgs {
    /// Don't ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) place: JobPlaceArgs,
}

/// Which job, and in which cluster.
#[derive(Debug, Args)]
pub(crate) struct JobPlaceArgs {
    /// Name of the job
    #[arg(long, value_name = "NAME", default_value = "ccr2tcr", help_heading = "Cluster")]
    pub(crate) name: JobName,
    /// Namespace of the cluster, instead of the context's
    #[arg(short, long, value_name = "NAME", help_heading = "Cluster")]
    pub(crate) namespace: Option<String>,
    /// Cluster to run in: a context of the kubeconfig
    #[arg(long, value_name = "CONTEXT", help_heading = "Cluster")]
    pub(crate) kube_context: Option<String>,
    /// Kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub(crate) kubeconfig: Option<PathBuf>,
}

impl JobPlaceArgs {
    pub(crate) fn connection(&self) -> ConnectionSettings {
        ConnectionSettings {
            kubeconfig: self.kubeconfig.clone(),
            context: self.kube_context.clone(),
            namespace: self.namespace.clone(),
            ..ConnectionSettings::default()
        }
    }

    /// The flags that name the same job, each with a blank in front.
    pub(crate) fn flags(&self) -> String {
        let word = ccr2tcr::diagnostic::shell_word;
        let name = self.name.to_string();
        let kubeconfig = self.kubeconfig.as_ref().map(|path| path.display().to_string());
        [
            ("-n ", self.namespace.as_deref()),
            ("--name ", Some(name.as_str()).filter(|name| *name != "ccr2tcr")),
            ("--kube-context ", self.kube_context.as_deref()),
            ("--kubeconfig ", kubeconfig.as_deref()),
        ]
        .into_iter()
        .filter_map(|(flag, value)| value.map(|value| format!(" {flag}{}", word(value))))
        .collect()
    }
}

impl MakeJobArgs {
    /// Shards of so many that run at once.
    pub(crate) fn at_once(&self, shards: usize) -> usize {
        let wished = self.parallelism.filter(|_| self.on == Engine::K8s);
        wished.map_or(shards, |wished| usize::from(wished).min(shards)).max(1)
    }

    /// What `sync` is told in each shard besides its list. What is limited over all is divided by those
    /// that run at once.
    pub(crate) fn shard_args(&self, at_once: usize, tcr_host: Option<&Host>) -> Vec<String> {
        let at_once = u64::try_from(at_once).unwrap_or(u64::MAX);
        let settings = &self.settings;
        let mut args = Vec::new();
        let mut add = |flag: &str, value: Option<String>| {
            args.extend(value.into_iter().flat_map(|value| [format!("--{flag}"), value]));
        };
        let policy = self.select.on_conflict;
        let named = policy.to_possible_value().map(|value| value.get_name().to_owned());
        add(
            "on-conflict",
            named.filter(|_| policy != ccr2tcr::transfer::ConflictPolicy::default()),
        );
        add("jobs", self.jobs.map(|jobs| jobs.to_string()));
        // No less than the flag takes.
        add("limit-rate", self.limit_rate.map(|rate| (rate / at_once).max(1000).to_string()));
        let requests = settings.limit_requests.map(|count| (u64::from(count) / at_once).max(1));
        add("limit-requests", requests.map(|count| count.to_string()));
        add("stall-timeout", settings.stall_timeout.map(|seconds| seconds.to_string()));
        // The one stands for the other only where both are known.
        let hosts = settings.tcr_push_host.as_ref().zip(tcr_host);
        add("tcr-host", hosts.map(|(_, host)| host.to_string()));
        add("tcr-push-host", hosts.map(|(host, _)| host.to_string()));
        if self.service_account.is_some() {
            add("tcr-name", settings.tcr_name.clone());
            add("tcr-region", settings.tcr_region.as_ref().map(ToString::to_string));
        }
        settings.ccr_host.iter().for_each(|host| add("ccr-host", Some(host.to_string())));
        for host in &settings.insecure_registry {
            add("insecure-registry", Some(host.to_string()));
        }
        settings.resolve.iter().for_each(|fixed| add("resolve", Some(fixed.to_string())));
        let switches =
            [("--no-last-look", self.no_last_look), ("--allow-public", self.allow_public)];
        args.extend(switches.into_iter().filter(|(_, is_on)| *is_on).map(|(flag, _)| flag.into()));
        args
    }
}

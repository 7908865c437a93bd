//! The cluster with its fleet, the registries with its images, and what is run against them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use super::first_byte;
use super::fleet::{self, OnCcr};
use super::floor;
use super::measure::{self, End};
use super::options::Options;
use super::results::{Figures, Rows, middle};
use super::support::cluster::{Cluster, User};
use super::support::{DockerRegistry, kubectl_plugin, run, tool};

/// What kubectl reads so as to see what a scan sees.
const GET: &str = "get deploy,sts,ds,cronjob,job,pod,sa -A -o json";
/// The same where Deployments have pods, and so `ReplicaSet`s.
const GET_WITH_PODS: &str = "get deploy,rs,sts,ds,cronjob,job,pod,sa -A -o json --chunk-size=500";

/// Everything that runs.
pub(crate) struct Stage {
    cluster: Cluster,
    ccr: DockerRegistry,
    tcr: DockerRegistry,
    fleet: Vec<OnCcr>,
    limit: Duration,
    /// What was made, in words.
    words: String,
}

impl Stage {
    /// Starts all of it. Without controllers: what they do about a change isn't what is measured.
    pub(crate) fn set(options: &Options) -> Result<Self> {
        let begin = Instant::now();
        let cluster = Cluster::alone();
        let namespaces: Vec<String> =
            (0..options.namespaces).map(|_| cluster.namespace("team")).collect();
        cluster.plane().with_keeper(|keeper| keeper.end("kube-controller-manager"));
        let (ccr, tcr) = (DockerRegistry::start_in_memory(), DockerRegistry::start_in_memory());
        fleet::stand(&cluster, &namespaces, options, ccr.host())?;
        let fleet = fleet::on_ccr(options, &namespaces);
        fleet::fill(&fleet, &ccr, &tcr);
        eprintln!("all is set after {:.0} s", begin.elapsed().as_secs_f64());
        let words = format!(
            "{} Deployments ({} of them name CCR), {} other workloads, {} ReplicaSets and {} Pods of Deployments, {} namespaces",
            options.deployments,
            fleet.len(),
            options.others,
            if options.pods > 0 {
                options.deployments * 2
            } else {
                options.deployments * options.revisions
            },
            if options.pods > 0 {
                options.pods
            } else {
                options.deployments * options.revisions.min(1)
            },
            options.namespaces,
        );
        Ok(Self { cluster, ccr, tcr, fleet, limit: Duration::from_secs(options.limit), words })
    }

    /// The cluster, the machine and the versions.
    pub(crate) fn surroundings(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let versions = run(self.cluster.command(&User::admin()).arg("version"));
        let versions: Vec<&str> = versions.stdout.lines().collect();
        let build = if cfg!(debug_assertions) {
            " **Built without optimisation: the figures mean nothing.**"
        } else {
            ""
        };
        format!("{}. {cores} cores. {}.{build}", self.words, versions.join("; "))
    }

    /// To the first byte of help: ours by itself, through kubectl, and kubectl's own.
    pub(crate) fn help(&self) -> Result<String> {
        let mut direct = tool(kubectl_plugin());
        let mut through = self.cluster.command(&User::admin());
        let mut own = self.cluster.command(&User::admin());
        let mut text = String::from(
            "| to the first byte of help | median ms | least | most | aim |\n|---|---:|---:|---:|---:|\n",
        );
        for (what, command, aim) in [
            ("`kubectl-tcr_switch --help`", direct.arg("--help"), "≤ 10"),
            ("`kubectl tcr-switch --help`", through.args(["tcr-switch", "--help"]), ""),
            ("`kubectl get --help`", own.args(["get", "--help"]), ""),
        ] {
            let times = first_byte::times(command)?;
            let (least, most) = (times[0], times[times.len() - 1]);
            let median = middle(&times);
            writeln!(text, "| {what} | {median:.1} | {least:.1} | {most:.1} | {aim} |")?;
        }
        Ok(text)
    }

    /// Ours finds what names CCR; kubectl reads the same kinds.
    pub(crate) fn scan(&self, rows: &mut Rows) -> Result<()> {
        let ours = format!("tcr-switch scan -A -o name --ccr-host {}", self.ccr.host());
        rows.add("scan", self.kubectl(&ours, 1)?);
        let found = std::fs::read_to_string(self.said())?;
        let found = found.lines().filter(|line| line.contains("deployment")).count();
        ensure!(found == self.fleet.len(), "{found} found, not {}", self.fleet.len());
        rows.add("kubectl get", self.kubectl(&format!("{GET} >/dev/null"), 0)?);
        Ok(())
    }

    /// What reads, where Deployments have pods: a sample of them, all of them, and what else there
    /// is to say of them.
    pub(crate) fn read_pods(&self, rows: &mut Rows) -> Result<()> {
        let (ccr, tcr) = (self.ccr.host(), self.tcr.host());
        let scan = format!("tcr-switch scan -A -o name --ccr-host {ccr}");
        rows.add("scan", self.kubectl(&scan, 1)?);
        rows.add("scan of all pods", self.kubectl(&format!("{scan} --all-pods"), 1)?);
        let verify = format!("tcr-switch verify -A --ccr-host {ccr} --tcr-host {tcr} -o json");
        rows.add("verify", self.kubectl(&verify, 1)?);
        rows.add("kubectl get", self.kubectl(&format!("{GET_WITH_PODS} >/dev/null"), 0)?);
        Ok(())
    }

    /// Ours switches all that names CCR, and back again.
    pub(crate) fn switch(&self, rows: &mut Rows) -> Result<()> {
        let back = self.cluster.folder().join("back.json");
        let (ccr, tcr, file) = (self.ccr.host(), self.tcr.host(), back.display());
        let line = format!("tcr-switch -A --ccr-host {ccr} --tcr-host {tcr}");
        rows.add("plan", self.kubectl(&format!("{line} --dry-run -o name"), 1)?);
        rows.add("plan, with server-side dry run", {
            self.kubectl(&format!("{line} --dry-run=server -o name"), 1)?
        });
        let there = format!("{line} --yes --no-wait --rollback-file {file}");
        rows.add("apply", self.kubectl(&there, 0)?);
        self.check(tcr)?;
        let back_again = format!("tcr-switch rollback {file} --yes --no-wait");
        rows.add("rollback", self.kubectl(&back_again, 0)?);
        self.check(ccr)?;
        std::fs::remove_file(back)?;
        Ok(())
    }

    /// The least that the writing of a switch can take, in wall seconds, and with how many patches at
    /// once that is.
    pub(crate) fn floor(&self) -> Result<(f64, usize)> {
        eprintln!("the patches alone");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let hosts = [self.ccr.host(), self.tcr.host()];
        runtime.block_on(floor::best(self.cluster.api(), &self.fleet, hosts))
    }

    /// What kubectl offers for it: one call for each Deployment.
    pub(crate) fn set_image(&self, rows: &mut Rows) -> Result<()> {
        let mut list = String::new();
        for OnCcr { namespace, name, image } in &self.fleet {
            writeln!(list, "{namespace} {name} {}/{image}", self.tcr.host())?;
        }
        let list = self.cluster.file("list.txt", &list);
        let line = format!(
            "while read -r namespace name image; do \
             kubectl set image -n $namespace deployment/$name main=$image || exit 3; done <{}",
            list.display()
        );
        rows.add("kubectl set image", self.shell(&line, 0)?);
        self.check(self.tcr.host())
    }

    /// Whether every Deployment that named CCR now names this host.
    fn check(&self, host: &str) -> Result<()> {
        let list = run(self.cluster.command(&User::admin()).args([
            "get",
            "deployments",
            "-A",
            "-o",
            "jsonpath={range .items[*]}{.spec.template.spec.containers[0].image}{\"\\n\"}{end}",
        ]));
        let count = list.stdout.lines().filter(|image| image.starts_with(host)).count();
        ensure!(count == self.fleet.len(), "{count} name {host}, not {}", self.fleet.len());
        Ok(())
    }

    fn kubectl(&self, arguments: &str, code: i32) -> Result<Figures> {
        self.shell(&format!("kubectl {arguments}"), code)
    }

    /// Runs a line of shell that must end with this code.
    fn shell(&self, line: &str, code: i32) -> Result<Figures> {
        eprintln!("{line}");
        let (requests, server) = (self.requests(), self.server()?);
        let kubeconfig = self.cluster.kubeconfig(&User::admin());
        let line = format!(
            "export PATH={}/bin:$PATH KUBECONFIG={}; {line}; test $? = {code}",
            self.cluster.folder().display(),
            kubeconfig.display()
        );
        let line = ["sh", "-c", &line].map(str::to_owned);
        match measure::run(&line, &[], self.cluster.folder(), self.limit)? {
            End::Well(cost) => {
                let (requests, server) = (self.requests() - requests, self.server()? - server);
                Ok(Figures { cost, server, requests })
            }
            End::Failed(said) => bail!("it ended with another code than {code}: {said}"),
            End::TooLong => bail!("it took longer than {:?}", self.limit),
        }
    }

    /// How many were answered to the user that all programs are here.
    fn requests(&self) -> usize {
        self.cluster.requests_of(&User::admin().name).len()
    }

    /// Seconds of CPU of API server and etcd.
    fn server(&self) -> Result<f64> {
        let processes = self.cluster.plane().with_keeper(|keeper| keeper.processes());
        processes.into_iter().map(measure::cpu).sum()
    }

    fn said(&self) -> PathBuf {
        self.cluster.folder().join("said.txt")
    }
}

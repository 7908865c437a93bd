//! Writing a job: objects of a cluster, or lists for machines.

use std::path::Path;

use anyhow::Context as _;
use ccr2tcr::account::Account;
use ccr2tcr::diagnostic::{counted, shell_word};
use ccr2tcr::job::{
    ImageFile, JobError, JobSettings, LoadedLayers, Packed, ProgramImage, ask_fields, certificates,
    list_of, look_at_secret, manifests, pull_config, put, refuse_running,
};
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::prompt::{Stop, confirm};
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::transfer::report::{DescriptionOutcome, NamespaceOutcome};
use ccr2tcr::transfer::{self, Plan, TargetSetup, set_up};

use super::shared::{deal_out, failed, is_left};
use crate::cli::MakeJobArgs;
use crate::commands::problems;
use crate::exit::ExitCode;
use crate::views::ObjectsView;

const INSTEAD: &str = "look at the plan without --apply, then give --yes";

/// A job that is to be written.
pub(super) struct Job {
    pub(super) args: MakeJobArgs,
    pub(super) account: Account,
    pub(super) plan: Plan,
    pub(super) layers: LoadedLayers,
    pub(super) packed: Packed,
}

/// Where it is to run.
pub(super) struct Target {
    cluster: Cluster,
    image: ProgramImage,
    /// Where the image is pushed from.
    file: Option<ImageFile>,
    certificates: Option<String>,
}

/// Why it can't run there.
pub(super) enum Problem {
    NoImage,
    Job(JobError),
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl Problem {
    pub(super) fn tell(&self, printer: &Printer) -> ExitCode {
        match self {
            Self::NoImage => {
                let hint = "--image TCR/NAMESPACE/ccr2tcr --image-file ccr2tcr-v…-image.tar pushes it; \
                            one that is there is named by --image …@sha256:…";
                problems::plain(printer, "a job needs the image of this program", Some(hint));
                ExitCode::Usage
            }
            Self::Job(error @ JobError::NoDigest(_)) => {
                failed(printer, error);
                ExitCode::Usage
            }
            Self::Job(error) => failed(printer, error),
        }
    }
}

impl Target {
    /// Reaches the cluster; refuses a job that runs.
    pub(super) async fn find(args: &MakeJobArgs) -> Result<Self, Problem> {
        let image = args.image.clone().ok_or(Problem::NoImage)?;
        let file = args.image_file.as_deref().map(ImageFile::open).transpose()?;
        let image = ProgramImage::new(image, file.as_ref())?;
        let certificates = certificates(&args.settings.ca_file)?;
        let cluster = Cluster::connect(&args.place.connection()).await.map_err(JobError::from)?;
        if args.apply {
            let namespace = cluster.default_namespace();
            refuse_running(&cluster, namespace, &args.place.name).await?;
            if let Some(secret) = &args.secret {
                look_at_secret(&cluster, namespace, secret).await?;
            }
        }
        Ok(Self { cluster, image, file, certificates })
    }

    fn settings(&self, job: &Job) -> JobSettings {
        let (args, shards) = (&job.args, job.packed.shards.len());
        let at_once = args.at_once(shards);
        JobSettings {
            name: args.place.name.clone(),
            namespace: self.cluster.default_namespace().to_owned(),
            image: self.image.clone(),
            args: args.shard_args(at_once, job.account.target_host.as_ref()),
            certificates: self.certificates.clone(),
            parallelism: at_once,
            secret: args.secret.clone().unwrap_or_else(|| args.place.name.secret()),
            service_account: args.service_account.clone(),
        }
    }
}

impl Job {
    fn lists(&self) -> Vec<String> {
        self.packed.shards.iter().map(|shard| list_of(&self.plan, shard)).collect()
    }

    /// Makes namespaces and descriptions; what can't be copied then is in no list.
    ///
    /// # Errors
    /// How the run ends, where that leaves nothing to be written.
    async fn set_up(&mut self, printer: &Printer, asked: &Stop) -> Result<(), ExitCode> {
        let stop = transfer::Stop::new(asked.soft.clone());
        match set_up(&self.account, &mut self.plan, &stop).await {
            Ok(_) if stop.is_asked() => Err(problems::interrupted(printer, "a job was written")),
            Ok(setup) => {
                tell_setup(printer, &setup);
                if !setup.blocked.is_empty() {
                    self.packed = deal_out(&self.args, &self.plan, &self.layers);
                }
                match self.packed.shards.is_empty() {
                    true => Err(ExitCode::Left),
                    false => Ok(()),
                }
            }
            Err(error) => Err(problems::could_not_start(printer, &error)),
        }
    }

    async fn agreed(
        &self,
        printer: &Printer,
        asked: &Stop,
        question: &str,
    ) -> Result<(), ExitCode> {
        if self.args.yes {
            return Ok(());
        }
        confirm(printer, asked, question, INSTEAD).await.map_err(ExitCode::from)
    }

    fn code(&self) -> ExitCode {
        if is_left(&self.plan) { ExitCode::Left } else { ExitCode::Done }
    }
}

/// Prints the objects.
pub(super) async fn print(
    printer: &Printer,
    job: &Job,
    target: Target,
) -> anyhow::Result<ExitCode> {
    let settings = target.settings(job);
    let fields = match ask_fields(&target.cluster, &settings).await {
        Ok(fields) => fields,
        Err(error) => return Ok(failed(printer, &error)),
    };
    let objects = match manifests(&settings, &job.lists(), fields) {
        Ok(objects) => objects,
        Err(error) => return Ok(failed(printer, &error)),
    };
    let shown = render(printer, OutputFormat::Yaml, &ObjectsView::new(objects));
    printer.note(&format!(
        "the logins are not printed: Secret {} of type kubernetes.io/dockerconfigjson has to hold them",
        settings.secret
    ));
    if target.file.is_some() {
        printer.warning(&format!("{} is pushed by --apply alone", target.image));
    }
    if !job.plan.namespaces.is_empty() {
        printer.warning("namespaces of TCR that are missing are made by --apply alone");
    }
    Ok(ExitCode::Left.after(shown)?)
}

/// Writes the objects.
pub(super) async fn apply(
    printer: &Printer,
    mut job: Job,
    target: Target,
    asked: &Stop,
) -> anyhow::Result<ExitCode> {
    let logins = match job.args.secret {
        Some(_) => None,
        None => {
            let makes_tokens = job.args.service_account.is_some();
            match pull_config(&job.account, &job.plan, &target.image, makes_tokens).await {
                Ok((logins, missing)) => {
                    for host in missing {
                        printer.warning(&format!(
                            "no login for {host}: shards get what is public there"
                        ));
                    }
                    Some(logins)
                }
                Err(error) => return Ok(failed(printer, &error)),
            }
        }
    };
    let question = format!(
        "run {} in namespace {} of {}?",
        counted(job.packed.shards.len(), "shard", "shards"),
        target.cluster.default_namespace(),
        target.cluster.words()
    );
    if let Err(code) = job.agreed(printer, asked, &question).await {
        return Ok(code);
    }
    let settings = target.settings(&job);
    let fields = match ask_fields(&target.cluster, &settings).await {
        Ok(fields) => fields,
        Err(error) => return Ok(failed(printer, &error)),
    };
    if !fields.retries_by_index {
        printer.warning(
            "this server doesn't count retries by index: a shard that fails again and again ends the job for all",
        );
    }
    if let Err(code) = job.set_up(printer, asked).await {
        return Ok(code);
    }
    if let Some(file) = &target.file {
        let registry = job.account.registries.get(&target.image.reference().host);
        match file.push(&registry, &target.image).await {
            Ok(true) => printer.note(&format!("{}: pushed", target.image)),
            Ok(false) => printer.note(&format!("{} is there already", target.image)),
            Err(error) => return Ok(failed(printer, &error)),
        }
    }
    let settings = target.settings(&job);
    let written = match manifests(&settings, &job.lists(), fields) {
        Ok(objects) => put(&target.cluster, &settings, &objects, logins.as_ref()).await,
        Err(error) => Err(error),
    };
    match written {
        Ok(written) => written.iter().for_each(|what| printer.note(&format!("{what}: created"))),
        Err(error) => return Ok(failed(printer, &error)),
    }
    let flags = job.args.place.flags();
    printer.heading(&format!(
        "{} of job {} begin",
        counted(job.packed.shards.len(), "shard", "shards"),
        settings.name
    ));
    printer.hint(&format!("docker ccr2tcr job status{flags}"));
    Ok(job.code())
}

/// Writes the lists, and prints a line for each machine.
pub(super) async fn lists(
    printer: &Printer,
    mut job: Job,
    asked: &Stop,
) -> anyhow::Result<ExitCode> {
    let shards = counted(job.packed.shards.len(), "list", "lists");
    let question = format!("write {shards} to {}?", job.args.folder.display());
    if let Err(code) = job.agreed(printer, asked, &question).await {
        return Ok(code);
    }
    if let Err(code) = job.set_up(printer, asked).await {
        return Ok(code);
    }
    let folder = job.args.folder.clone();
    let lists = job.lists();
    let written = tokio::task::spawn_blocking(move || write_lists(&folder, &lists)).await?;
    written.with_context(|| format!("can't write to {}", job.args.folder.display()))?;
    let args = job.args.shard_args(job.packed.shards.len(), job.account.target_host.as_ref());
    let args: Vec<String> = args.iter().map(|word| shell_word(word)).collect();
    for index in 0..job.packed.shards.len() {
        let list = format!("--images shard-{index}.txt --report shard-{index}.json");
        let line = [&["docker ccr2tcr sync".to_owned(), list], args.as_slice()].concat();
        printer.data_line(&line.join(" "))?;
    }
    printer.note(&format!(
        "a line for each machine, which needs its list ({}/shard-N.txt) and a login for both registries",
        job.args.folder.display()
    ));
    printer.hint("docker ccr2tcr report shard-*.json makes one page of what they report; docker ccr2tcr verify has the last word");
    Ok(job.code())
}

fn write_lists(folder: &Path, lists: &[String]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (index, list) in lists.iter().enumerate() {
        std::fs::write(folder.join(format!("shard-{index}.txt")), list)?;
    }
    Ok(())
}

/// What was made at the target, and what could not be.
fn tell_setup(printer: &Printer, setup: &TargetSetup) {
    for entry in &setup.namespaces {
        match &entry.error {
            None if entry.outcome == NamespaceOutcome::Created => {
                printer.note(&format!("namespace {} of TCR: created", entry.name));
            }
            None => {}
            Some(error) => {
                let error = &error.diagnostic;
                printer.error(&error.message, &[""; 0], error.hint.as_deref());
            }
        }
    }
    let described =
        setup.repositories.iter().filter(|entry| entry.outcome == DescriptionOutcome::Failed);
    for entry in described {
        let why = entry.error.as_ref().map_or("", |error| &error.diagnostic.message);
        printer.warning(&format!("the description of {} was not copied: {why}", entry.name));
    }
    let mut told: Vec<&str> =
        setup.blocked.values().map(|failure| failure.diagnostic.message.as_str()).collect();
    told.sort_unstable();
    told.dedup();
    for message in told {
        printer.warning(&format!("in no shard: {message}"));
    }
}

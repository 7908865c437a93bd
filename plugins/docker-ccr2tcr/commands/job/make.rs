//! The plan of a job, and what it is written from.

use ccr2tcr::account::Account;
use ccr2tcr::diagnostic::{counted, human_count};
use ccr2tcr::environment::Environment;
use ccr2tcr::job::{LoadedLayers, Packed, layers_of};
use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::transfer::{self, SyncError, Trust, prepare_plan};

use super::shared::{deal_out, is_left};
use super::write;
use crate::cli::{Engine, JobOutput, MakeJobArgs};
use crate::commands::select::Choice;
use crate::commands::{problems, tell_plan};
use crate::exit::ExitCode;
use crate::views::JobPlanView;

pub(super) async fn run(
    args: MakeJobArgs,
    asked: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let stop = &transfer::Stop::new(asked.soft.clone());
    // A cluster that can't be used is told of before a plan that takes minutes.
    let is_for_cluster = args.apply || args.output == JobOutput::Yaml;
    let cluster = match is_for_cluster && args.on == Engine::K8s {
        true => match write::Target::find(&args).await {
            Ok(target) => Some(target),
            Err(problem) => return Ok(problem.tell(printer)),
        },
        false => None,
    };
    let chosen = stop.unless_asked(Choice::of(&args.select, &args.settings)).await;
    let Some(chosen) = chosen else {
        return Ok(problems::could_not_start(printer, &SyncError::Interrupted));
    };
    let mut choice = chosen?;
    choice.options.no_last_look = args.no_last_look;
    choice.options.allow_public = args.allow_public;
    let environment = Environment::from_process();
    let opening = Account::open(&args.settings, &environment, choice.need);
    let account = match stop.unless_asked(opening).await {
        Some(Ok(account)) => account,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::could_not_start(printer, &SyncError::Interrupted)),
    };
    account.notices.iter().for_each(|notice| printer.note(notice));
    choice.exclude_as(&account);
    let planning = async {
        let plan = prepare_plan(&account, &choice.options, Trust::Sampled).await?.plan;
        let layers = layers_of(&account, &plan).await;
        Ok((plan, layers))
    };
    let planned = stop.unless_asked(planning).await.unwrap_or(Err(SyncError::Interrupted));
    problems::tell_logins(printer, &account);
    let (plan, layers) = match planned {
        Ok(planned) => planned,
        Err(error) => return Ok(problems::could_not_start(printer, &error)),
    };
    tell_plan::summary(printer, &plan);
    tell_plan::notices(printer, &plan);
    let packed = deal_out(&args, &plan, &layers);
    if packed.shards.is_empty() {
        printer.note("nothing is to be copied");
    }
    let rest = if is_left(&plan) { ExitCode::Left } else { ExitCode::Done };
    if packed.shards.is_empty() && is_for_cluster {
        return Ok(rest);
    }
    tell(printer, &packed, &layers);
    let job = write::Job { args, account, plan, layers, packed };
    match (cluster, job.args.output, job.args.apply) {
        (Some(cluster), JobOutput::Yaml, false) => write::print(printer, &job, cluster).await,
        (Some(cluster), _, true) => write::apply(printer, job, cluster, asked).await,
        (None, _, true) => write::lists(printer, job, asked).await,
        (_, output, false) => {
            let format =
                if output == JobOutput::Json { OutputFormat::Json } else { OutputFormat::Table };
            let shown = render(printer, format, &JobPlanView::of(&job.packed));
            let code = if job.packed.shards.is_empty() { rest } else { ExitCode::Left };
            Ok(code.after(shown)?)
        }
    }
}

fn tell(printer: &Printer, packed: &Packed, layers: &LoadedLayers) {
    let repositories = packed.shards.iter().map(|shard| shard.places.len()).sum::<usize>();
    let unknown = match layers.unknown {
        0 => String::new(),
        count => format!(", of {} they are not known", human_count(count)),
    };
    if layers.requests > 0 {
        printer.note(&format!(
            "shared layers are known by {} for {}{unknown}",
            counted(layers.requests, "manifest", "manifests"),
            counted(repositories, "repository", "repositories"),
        ));
    }
    packed.remarks.iter().for_each(|remark| printer.warning(remark));
}

//! `instances plan`: what edition, links, replicas and rules a fleet needs. It reads only.

use std::io;
use std::path::{Path, PathBuf};

use ccr2tcr::account::{
    AccountError, MappingFile, Settings, SideApis, account_flags, ccr_names, side_apis,
};
use ccr2tcr::environment::Environment;
use ccr2tcr::fleet::{Fleet, InstancePlan, MappingText, PlanWish, plan_names, read_fleet};
use ccr2tcr::private_file;
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::Stop;

use super::super::problems;
use crate::cli::PlanInstancesArgs;
use crate::exit::ExitCode;
use crate::views::InstancePlanView;

pub(super) async fn run(
    args: PlanInstancesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let settings = &args.settings;
    let environment = Environment::from_process();
    let opened = async {
        let (_, mapping) = ccr_names(settings)?;
        let file = settings.mapping.as_deref().map(MappingFile::read).transpose()?;
        let file = file.unwrap_or_default();
        let apis: SideApis = side_apis(settings, &environment).await?;
        let fleet = read_fleet(&apis).await?;
        let wanted = settings.tcr_name.as_ref().or(file.tcr_name.as_ref());
        let main = wanted.map(|wanted| main_instance(wanted, &fleet)).transpose()?;
        let wish = PlanWish {
            largest: args.edition,
            main,
            host: settings.tcr_host.clone().or(file.tcr_host),
            ccr_hosts: file.ccr_hosts,
            folder: args.write_maps.clone().unwrap_or_default(),
            flags: flags(settings),
        };
        Ok::<_, AccountError>((mapping, fleet, wish))
    };
    let (mapping, fleet, wish) = match stop.unless_asked(opened).await {
        Some(Ok(opened)) => opened,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "everything was read")),
    };
    let names = plan_names(&fleet.ccr, &mapping, args.fold.as_ref());
    let plan = InstancePlan::new(&fleet, &names, &wish);
    for unread in &plan.unread {
        printer.warning(&format!("not proven: {}: {}", unread.what, unread.why.message));
        if let Some(hint) = &unread.why.hint {
            printer.hint(hint);
        }
    }
    let shown = render(
        printer,
        args.output.into(),
        &InstancePlanView::of(&plan, args.write_maps.is_none()),
    );
    if let Some(folder) = &args.write_maps
        && let Err((path, error)) = write(folder, &plan.mappings)
    {
        let hint = match error.kind() {
            io::ErrorKind::AlreadyExists => "move it away, or name another folder",
            _ => "name a folder that can be written to: --write-maps FOLDER",
        };
        let message = format!("can't write {}: {error}", path.display());
        printer.error(&message, &[""; 0], Some(hint));
        return Ok(ExitCode::Left.after(shown)?);
    }
    let code = if plan.is_complete() { ExitCode::Done } else { ExitCode::Left };
    Ok(code.after(shown)?)
}

/// The instance that is named; its name may be that of one to be made if there is none at all.
fn main_instance(wanted: &str, fleet: &Fleet) -> Result<String, AccountError> {
    let held = || fleet.instances.iter().map(|held| &held.instance);
    match held().find(|held| held.name == wanted || held.id == wanted) {
        Some(held) => Ok(held.name.clone()),
        None if fleet.instances.is_empty() => Ok(wanted.to_owned()),
        None => Err(AccountError::NoSuchInstance {
            wanted: wanted.to_owned(),
            existing: held().map(|held| format!("{} ({})", held.name, held.region)).collect(),
        }),
    }
}

/// What of the flags other lines need; instance and names are the plan's.
fn flags(settings: &Settings) -> String {
    account_flags(&Settings {
        tcr_name: None,
        tcr_host: None,
        tcr_push_host: None,
        tcr_region: None,
        ccr_region: Vec::new(),
        map: Vec::new(),
        mapping: None,
        ..settings.clone()
    })
}

/// Writes the files, none over another one. None is written if one of them is there.
fn write<'a>(folder: &Path, mappings: &'a [MappingText]) -> Result<(), (PathBuf, io::Error)> {
    std::fs::create_dir_all(folder).map_err(|error| (folder.to_owned(), error))?;
    let path = |mapping: &'a MappingText| folder.join(&mapping.file);
    if let Some(taken) = mappings.iter().map(path).find(|path| path.exists()) {
        return Err((taken, io::ErrorKind::AlreadyExists.into()));
    }
    for mapping in mappings {
        private_file::create(&path(mapping), [mapping.content.as_bytes()])
            .map_err(|error| (path(mapping), error))?;
    }
    Ok(())
}

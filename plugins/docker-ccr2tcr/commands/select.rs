//! From the flags that choose images to what the library wants to know.

use std::path::Path;

use anyhow::Context as _;
use ccr2tcr::account::{Account, AccountError, RequiredApis, Settings, read_text};
use ccr2tcr::job;
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::{
    ImageLine, ImageResult, LeftOver, Report, Selection, Stop, SyncError, SyncOptions,
    parse_image_list, report,
};

use super::{in_use, problems};
use crate::cli::{InUseArgs, SelectArgs};
use crate::exit::ExitCode;

/// More than a million references.
const LIST_LIMIT: u64 = 256 * 1024 * 1024;

/// What a run is about: all that is known before the account is opened.
pub(super) struct Choice {
    pub(super) need: RequiredApis,
    pub(super) options: SyncOptions,
    /// What a report left over that can't be planned.
    pub(super) failed: Vec<ImageResult>,
}

impl Choice {
    /// Reads the list of images, if there is one.
    pub(super) async fn of(args: &SelectArgs, settings: &Settings) -> anyhow::Result<Self> {
        let images = match &args.images {
            Some(path) => Some(read_list(path, settings).await?),
            None => None,
        };
        let need = if images.is_some() { RequiredApis::None } else { RequiredApis::Both };
        let selection = Selection {
            patterns: args.patterns.clone(),
            excludes: args.exclude.clone(),
            newest: args.newest,
            since: args.since,
            only: None,
            used: None,
        };
        Ok(Self {
            need,
            options: SyncOptions {
                selection,
                policy: args.on_conflict,
                images,
                ..SyncOptions::default()
            },
            failed: Vec::new(),
        })
    }

    /// Limits the choice to what clusters use, if that is asked for. `Err` is how the run ends.
    pub(super) async fn ask_clusters(
        &mut self,
        args: &InUseArgs,
        settings: &Settings,
        stop: &Stop,
        printer: &Printer,
    ) -> Result<(), ExitCode> {
        if !args.in_use {
            return Ok(());
        }
        let asking = in_use::read(args, settings, printer);
        let Some(used) = stop.unless_asked(asking).await else {
            return Err(problems::could_not_start(printer, &SyncError::Interrupted));
        };
        self.options.selection.used = Some(used?);
        Ok(())
    }

    /// Limits the choice to what a report left over. `false` if it left nothing.
    pub(super) fn retry(&mut self, report: &Report) -> bool {
        let left = LeftOver::of(report);
        if left.is_empty() {
            return false;
        }
        if report.mode == report::ImageSource::Images {
            self.need = RequiredApis::None;
            self.options.images = Some(LeftOver::lines_of(report));
            self.failed = LeftOver::untagged(report);
        } else {
            self.options.selection.only = Some(left);
        }
        true
    }

    /// Adds what the mapping file leaves out.
    pub(super) fn exclude_as(&mut self, account: &Account) {
        self.options.selection.excludes.extend_from_slice(account.mapping.excludes());
    }
}

async fn read_list(path: &Path, settings: &Settings) -> anyhow::Result<Vec<ImageLine>> {
    let is_stdin = |path: &Path| path == Path::new("-");
    let others = [&settings.ccr_auth_file, &settings.tcr_auth_file];
    if is_stdin(path) && others.iter().any(|other| other.as_deref().is_some_and(is_stdin)) {
        return Err(AccountError::StandardInputTwice.into());
    }
    let text = match path.is_dir() {
        true => {
            let folder = path.to_owned();
            tokio::task::spawn_blocking(move || job::read_list(&folder, LIST_LIMIT)).await?
        }
        false => read_text(path, LIST_LIMIT).await,
    };
    let text = text.with_context(|| format!("can't read the list of images {}", path.display()))?;
    Ok(parse_image_list(&text)?)
}

//! What `secrets copy` and `secrets prune` have in common: the plan is shown, judged or agreed to, and
//! carried out.

use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::switch::{ApplyEvent, Inventory, LeftAsIs, PullLogins, SecretRun, SecretStep};
use ccr2tcr::terminal::Printer;

use super::apply::{apply_options, not_begun, tell_refused};
use super::show_report::{self, WayBack};
use super::{show, show_secrets};
use crate::cli::{ChangeArgs, DryRun, VerdictFormat};
use crate::exit::ExitCode;
use ccr2tcr::prompt::Stop;

/// A plan, and what it was made from.
pub(super) struct Change<'a> {
    /// `secrets copy` or `secrets prune`.
    pub(super) command: &'static str,
    /// What JSON calls the plan.
    pub(super) kind: &'static str,
    pub(super) args: &'a ChangeArgs,
    pub(super) cluster: &'a Cluster,
    pub(super) inventory: &'a Inventory,
    pub(super) steps: &'a [SecretStep],
    pub(super) left: &'a [LeftAsIs],
    /// Whether something is left to do once all steps are done.
    pub(super) is_left: bool,
}

impl Change<'_> {
    /// Shows the plan, has it judged, asks. `Some` is how the run ends, if it ends here. `talk` says
    /// what only one command has to say; `logins` are what new Secrets are judged with.
    pub(super) async fn agree(
        &self,
        talk: impl FnOnce(),
        logins: Option<&PullLogins>,
        stop: &Stop,
        printer: &Printer,
    ) -> anyhow::Result<Option<ExitCode>> {
        let write = &self.args.write;
        let is_empty = self.steps.is_empty();
        let only_plan = write.dry_run != DryRun::None || is_empty;
        let shown = match self.args.output {
            VerdictFormat::Text if is_empty => Ok(()),
            VerdictFormat::Text => printer.table(&show_secrets::table(self.steps)),
            VerdictFormat::Json if only_plan => printer.json(&self.as_json()),
            VerdictFormat::Yaml if only_plan => show::yaml(printer, &self.as_json()),
            VerdictFormat::Json | VerdictFormat::Yaml => Ok(()),
        };
        show::unread(printer, &self.inventory.unread, &self.args.target.connection);
        show::broken_secrets(printer, self.inventory);
        show_secrets::left(printer, self.left);
        show_secrets::notes(printer, self.steps);
        talk();
        if only_plan {
            let is_refused = write.dry_run == DryRun::Server
                && !is_empty
                && !self.is_judged_well(logins, stop, printer).await;
            let code = match (is_refused, self.is_left || !is_empty) {
                (true, _) => ExitCode::Error,
                (false, true) => ExitCode::Left,
                (false, false) => ExitCode::Done,
            };
            return Ok(Some(code.after(shown)?));
        }
        shown?;
        if write.yes {
            return Ok(None);
        }
        let question = format!("make {}?", show::counted(self.steps.len(), "change", "changes"));
        let instead = "--yes asks nothing, --dry-run only shows the plan";
        Ok(show::agreed(printer, stop, &question, instead).await.err())
    }

    async fn is_judged_well(
        &self,
        logins: Option<&PullLogins>,
        stop: &Stop,
        printer: &Printer,
    ) -> bool {
        let options = apply_options(&self.args.wait, None);
        let run = SecretRun {
            cluster: self.cluster,
            logins,
            options: &options,
            watcher: &|_| {},
            stop: &stop.soft,
        };
        let refused = run.judge(self.steps).await;
        tell_refused(printer, &refused);
        if refused.is_empty() {
            printer.note("the API server takes every change (server dry run)");
        }
        refused.is_empty()
    }

    /// Carries the steps out, and says how that went.
    pub(super) async fn carry_out(
        &self,
        logins: Option<&PullLogins>,
        stop: &Stop,
        printer: &Printer,
    ) -> anyhow::Result<ExitCode> {
        let connection = &self.args.target.connection;
        let way_back = WayBack::new(connection);
        let watcher = |event: ApplyEvent<'_>| {
            way_back.hear(event);
            show_report::event(printer, event);
        };
        let options = apply_options(&self.args.wait, self.args.rollback_file.clone());
        let run = SecretRun {
            cluster: self.cluster,
            logins,
            options: &options,
            watcher: &watcher,
            stop: &stop.soft,
        };
        let report = tokio::select! {
            done = run.carry_out(self.command, self.steps, &self.inventory.unread) => match done {
                Ok(report) => report,
                Err(error) => return Ok(not_begun(printer, &error)),
            },
            () = stop.hard.cancelled() => return Ok(way_back.left_at_once(printer)),
        };
        let shown = match self.args.output {
            VerdictFormat::Text => Ok(()),
            VerdictFormat::Json => printer.json(&report),
            VerdictFormat::Yaml => show::yaml(printer, &report),
        };
        Ok(show_report::end(printer, &report, self.is_left, connection).after(shown)?)
    }

    fn as_json(&self) -> serde_json::Value {
        show_secrets::as_json(self.kind, self.steps, self.left, &self.inventory.unread)
    }
}

//! `network redirect`: CCR's own domain answered by TCR inside one VPC.

use std::sync::Arc;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::environment::Environment;
use ccr2tcr::prompt::{Stop, confirm_by_name};
use ccr2tcr::redirect::{
    Compared, Goal, Obstacle, Prepared, RedirectError, RedirectInputs, Step, TTL, carry_out,
    prepare,
};
use ccr2tcr::terminal::{Printer, render};
use ccr2tcr::transfer::{Event, Observer};

use super::super::problems;
use crate::cli::NetworkRedirectArgs;
use crate::exit::ExitCode;
use crate::views::RedirectView;

/// Says that a comparison has begun, which may take a while.
struct Announced(Printer);

impl Observer for Announced {
    fn event(&self, event: Event<'_>) {
        if let Event::Planned(totals) = event {
            let tags = counted(totals.tags, "tag", "tags");
            self.0.note(&format!("comparing {tags} of CCR with TCR"));
        }
    }
}

pub(super) async fn run(
    args: NetworkRedirectArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let environment = Environment::from_process();
    let goal = if args.remove { Goal::Removed } else { Goal::Redirected };
    let inputs = RedirectInputs {
        settings: &args.settings,
        environment: &environment,
        vpc: &args.vpc,
        goal,
    };
    let asked = ccr2tcr::transfer::Stop::new(stop.soft.clone());
    let prepared = match prepare(&inputs, Arc::new(Announced(printer.clone())), &asked).await {
        Ok(prepared) => prepared,
        Err(error) => return Ok(could_not_start(printer, &error)),
    };
    for notice in &prepared.notices {
        printer.warning(notice);
    }
    tell_comparison(printer, prepared.compared.as_ref());
    tell_obstacles(printer, &prepared.obstacles);
    let view = || RedirectView::of(&prepared, &args.vpc, goal);
    let show_plan = || render(printer, args.output.into(), &view());
    let is_left = !prepared.steps.is_empty();
    if !prepared.obstacles.is_empty() || args.dry_run || !is_left {
        let code = match prepared.obstacles.is_empty() && !is_left {
            true => ExitCode::Done,
            false => ExitCode::Left,
        };
        if code == ExitCode::Done {
            printer.note("nothing is left to do");
        }
        return Ok(code.after(show_plan())?);
    }
    if args.output.is_for_people() {
        show_plan()?;
    }
    if let Err(code) = agreed(&args, &prepared, stop, printer).await {
        let shown = if args.output.is_for_people() { Ok(()) } else { show_plan() };
        return Ok(code.after(shown)?);
    }
    let told = |step: &Step| printer.note(&format!("done: {step}"));
    let undo_file = args.undo_file.as_deref();
    match carry_out(&prepared, &inputs, undo_file, &asked, &told).await {
        Ok(done) => {
            if let Some(path) = &done.undo_file {
                printer.note(&format!("undo file: {}", path.display()));
            }
            tell_end(printer, &args, &prepared);
            let shown = match args.output.is_for_people() {
                true => Ok(()),
                false => render(printer, args.output.into(), &view().with(&done)),
            };
            Ok(ExitCode::Done.after(shown)?)
        }
        Err(RedirectError::Interrupted) => {
            printer.note("interrupted; run it again to go on, or with --remove to take it back");
            Ok(ExitCode::Interrupted)
        }
        Err(error) => {
            tell_error(printer, &error);
            let back = "docker ccr2tcr network redirect --remove takes back what was done so far";
            printer.hint(back);
            Ok(ExitCode::Left)
        }
    }
}

async fn agreed(
    args: &NetworkRedirectArgs,
    prepared: &Prepared,
    stop: &Stop,
    printer: &Printer,
) -> Result<(), ExitCode> {
    if args.yes {
        return Ok(());
    }
    let host = prepared.ccr();
    let question = match args.remove {
        true => format!("give {host} back to CCR in {}", args.vpc),
        false => format!("let TCR answer for {host} in {}", args.vpc),
    };
    let instead = "--yes does it without asking, --dry-run only shows it";
    let asked = confirm_by_name(printer, stop, &question, &args.vpc, instead).await;
    asked.map_err(ExitCode::from)
}

fn tell_comparison(printer: &Printer, compared: Option<&Compared>) {
    let Some(compared) = compared else { return };
    let repositories = counted(compared.repositories, "repository", "repositories");
    let tags = counted(compared.tags, "tag", "tags");
    printer.note(&format!("TCR would answer for {repositories} with {tags}"));
    if compared.newer > 0 {
        let tags = counted(compared.newer, "tag has", "tags have");
        printer.warning(&format!("{tags} a newer image in TCR, which pods would get"));
    }
    if compared.left_to_ccr > 0 {
        let left = counted(compared.left_to_ccr, "repository is", "repositories are");
        printer.note(&format!("{left} not in TCR, and would be fetched from CCR as before"));
    }
}

fn tell_obstacles(printer: &Printer, obstacles: &[Obstacle]) {
    for obstacle in obstacles {
        let diagnostic = obstacle.diagnostic();
        printer.error(&diagnostic.message, &[""; 0], diagnostic.hint.as_deref());
    }
}

fn tell_error(printer: &Printer, error: &RedirectError) {
    printer.error(&error.to_string(), &[""; 0], error.hint().as_deref());
    if let RedirectError::Obstacles(obstacles) = error {
        tell_obstacles(printer, obstacles);
    }
}

fn could_not_start(printer: &Printer, error: &RedirectError) -> ExitCode {
    match error {
        RedirectError::Account(error) => problems::account(printer, error),
        RedirectError::Comparison(error) => problems::could_not_start(printer, error),
        RedirectError::Interrupted => problems::interrupted(printer, "anything was changed"),
        error => problems::plain(printer, &error.to_string(), error.hint().as_deref()),
    }
}

fn tell_end(printer: &Printer, args: &NetworkRedirectArgs, prepared: &Prepared) {
    let (host, vpc) = (prepared.ccr(), &args.vpc);
    if args.remove {
        printer.note(&format!(
            "machines of {vpc} ask CCR again once they have forgotten the alias: up to {TTL} s"
        ));
        return;
    }
    printer.note(&format!(
        "machines of {vpc} find TCR under {host} once they have forgotten CCR's address"
    ));
    printer.hint(&format!("to take it back: docker ccr2tcr network redirect --vpc {vpc} --remove"));
}

//! Whether anything is written, and how long its effect is waited for.

use std::num::NonZeroU8;
use std::path::PathBuf;
use std::time::Duration;

use ccr2tcr::kubernetes::RequestTimeout;
use ccr2tcr::switch::ApplyOptions;
use clap::{ArgAction, Args, ValueEnum};

/// Practically without end, and still a time that can be added to now.
const WITHOUT_END: Duration = Duration::from_secs(365 * 24 * 3600);

/// Whether to write, and whether to ask first.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    /// Only show what would be done: `client` sends nothing, `server` sends a server-side dry run
    #[arg(long, value_name = "MODE", value_enum, default_value_t, hide_default_value = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "client")]
    pub(crate) dry_run: DryRun,
    /// Don't ask for confirmation; required without a terminal
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// kubectl's word, with kubectl's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum DryRun {
    /// Apply the changes
    #[default]
    None,
    /// Send nothing to the server
    Client,
    /// Send every change as a server-side dry run
    Server,
}

/// How rollouts are waited for.
#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// Wait for each rollout, and stop the run at a pod that can't pull
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_possible_values = true, overrides_with = "no_wait")]
    wait: bool,
    /// The same as --wait=false
    #[arg(long, overrides_with = "wait")]
    no_wait: bool,
    /// How long to wait for one rollout, as in 90s or 1h30m; 0 waits as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = timeout)]
    timeout: Duration,
    /// Delete pods that can't pull an earlier image and so are never replaced
    #[arg(long)]
    pub(crate) delete_stuck_pods: bool,
    /// Workloads that may roll out at a time, 1 to 64 [default: 5; 16 without a wait]
    #[arg(long, value_name = "N", value_parser = concurrency)]
    concurrency: Option<NonZeroU8>,
}

impl WaitArgs {
    /// Whether to wait at all.
    pub(crate) fn waits(&self) -> bool {
        self.wait && !self.no_wait
    }

    /// How many workloads change at once. Where no rollout is waited for, only the server is spared.
    pub(crate) fn concurrency(&self) -> usize {
        let usual = if self.waits() { 5 } else { 16 };
        self.concurrency.map_or(usual, |given| given.get().into())
    }

    /// How long for one rollout; `None` is as long as it takes.
    pub(crate) fn limit(&self) -> Option<Duration> {
        Some(self.timeout).filter(|timeout| !timeout.is_zero())
    }
}

/// What becomes of changes that the server doesn't take in a dry run.
#[derive(Debug, Default, Args)]
pub(crate) struct RefusalArgs {
    /// Leave out what the API server refuses, and what needs it; without this, nothing is changed then
    #[arg(long)]
    pub(crate) skip_refused: bool,
    /// Write without a dry run what an admission webhook lets nobody try in one: one object at a time
    #[arg(long)]
    pub(crate) allow_no_dry_run: bool,
}

impl WaitArgs {
    /// How changes are carried out.
    pub(crate) fn options(
        &self,
        rollback_file: Option<PathBuf>,
        refusals: &RefusalArgs,
    ) -> ApplyOptions {
        ApplyOptions {
            secrets_backup: None,
            skip_refused: refusals.skip_refused,
            allow_no_dry_run: refusals.allow_no_dry_run,
            wait: self.waits(),
            timeout: self.limit().unwrap_or(WITHOUT_END),
            delete_stuck_pods: self.delete_stuck_pods,
            concurrency: self.concurrency(),
            rollback_file,
        }
    }
}

// kubectl's durations are those of `--request-timeout`.
fn timeout(text: &str) -> Result<Duration, String> {
    let timeout: RequestTimeout = text.parse().map_err(|_| {
        format!("`{text}` is not a duration, as in 90s or 1h30m, or 0 for as long as it takes")
    })?;
    Ok(timeout.whole().unwrap_or_default())
}

fn concurrency(text: &str) -> Result<NonZeroU8, String> {
    let number = text.parse().ok().filter(|number: &NonZeroU8| number.get() <= 64);
    number.ok_or_else(|| format!("`{text}` is not a number from 1 to 64"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        write: WriteArgs,
        #[command(flatten)]
        wait: WaitArgs,
    }

    fn read(line: &str) -> Line {
        Line::try_parse_from(line.split(' ')).unwrap()
    }

    #[test]
    fn a_dry_run_without_a_word_is_the_clients() {
        assert_eq!(read("x").write.dry_run, DryRun::None);
        assert_eq!(read("x --dry-run").write.dry_run, DryRun::Client);
        assert_eq!(read("x --dry-run=server").write.dry_run, DryRun::Server);
        assert!(Line::try_parse_from(["x", "--dry-run=maybe"]).is_err());
        assert!(Line::try_parse_from(["x", "--dry-run", "server"]).is_err(), "as kubectl");
    }

    #[test]
    fn the_last_word_on_waiting_counts() {
        for (line, waits) in [
            ("x", true),
            ("x --wait", true),
            ("x --wait=false", false),
            ("x --no-wait", false),
            ("x --no-wait --wait", true),
            ("x --wait --no-wait", false),
        ] {
            assert_eq!(read(line).wait.waits(), waits, "{line}");
        }
    }

    #[test]
    fn durations_are_kubectls_and_nought_is_without_end() {
        assert_eq!(read("x").wait.limit(), Some(Duration::from_secs(300)));
        assert_eq!(read("x --timeout 1h30m").wait.limit(), Some(Duration::from_secs(5400)));
        assert_eq!(read("x --timeout 0").wait.limit(), None);
        let error = Line::try_parse_from(["x", "--timeout", "soon"]).unwrap_err().to_string();
        assert!(error.contains("as in 90s"), "{error}");
    }

    #[test]
    fn a_concurrency_of_nothing_or_of_too_much_is_refused() {
        assert_eq!(read("x").wait.concurrency(), 5);
        assert_eq!(read("x --no-wait").wait.concurrency(), 16);
        assert_eq!(read("x --no-wait --concurrency 64").wait.concurrency(), 64);
        for bad in ["0", "65", "300", "-1", "all"] {
            let line = ["x".to_owned(), format!("--concurrency={bad}")];
            let error = Line::try_parse_from(line).unwrap_err().to_string();
            assert!(error.contains("1 to 64"), "{error}");
        }
    }
}

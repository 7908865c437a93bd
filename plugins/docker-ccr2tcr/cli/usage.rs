//! The flags of `usage`.

use std::path::PathBuf;
use std::time::Duration;

use ccr2tcr::account::Settings;
use clap::Args;
use jiff::Timestamp;

use super::output::Output;
use crate::since::parse_since;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr usage --since 60d                      who pulled, as CloudAudit has logged it
  docker ccr2tcr usage --report sync.json               with this program's own pulls told apart
  docker ccr2tcr usage --kube-context prod --kube-context test
  docker ccr2tcr usage --watch=1h --fail-if-used        before CCR is given up

Exit codes: 0 the evidence was read, 1 with --fail-if-used: CCR is in use, or that it isn't is not
proven, 2 could not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct UsageArgs {
    /// Events since: 60d, 12h, 2w, or a date; CloudAudit keeps 90 days
    #[arg(long, value_name = "AGE", value_parser = parse_since, default_value = "30d")]
    pub(crate) since: Timestamp,
    /// Read the counts of pulls twice, so long apart, and show the difference; Ctrl-C ends the wait
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "10m")]
    pub(crate) watch: Option<Duration>,
    /// Compare the counts with those of an earlier `usage -o json`
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    pub(crate) compare: Option<PathBuf>,
    /// End with 1 if CCR is in use, or if not everything could be read
    #[arg(long)]
    pub(crate) fail_if_used: bool,
    /// Report of a `sync` or `verify`, repeatable: its pulls are shown as this program's own
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,
    /// Address that CCR saw those runs come from, repeatable, if this machine doesn't know it itself
    #[arg(long, value_name = "IP")]
    pub(crate) own_address: Vec<std::net::IpAddr>,
    /// Context of a cluster whose images and nodes are looked at, repeatable
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub(crate) kube_context: Vec<String>,
    /// Kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Reads `30s`, `10m`, `1h` or `2d`; at most a week.
fn parse_duration(text: &str) -> Result<Duration, String> {
    const WEEK: u64 = 7 * 86_400;
    let wrong = || format!("`{text}` is no duration of at most a week, such as 30s, 10m or 1h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let length = count.checked_mul(seconds).filter(|length| (1..=WEEK).contains(length));
    length.map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_bounded() {
        assert_eq!(parse_duration("10m"), Ok(Duration::from_secs(600)));
        for text in ["", "m", "0s", "8d", "10", "1x", "é"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}

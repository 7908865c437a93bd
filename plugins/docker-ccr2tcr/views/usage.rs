//! Who was seen to use CCR.

use ccr2tcr::diagnostic::{counted, human_count, shortened};
use ccr2tcr::terminal::{Column, Table, View};
use ccr2tcr::usage::{ClusterUse, CountedPulls, Place, SeenUse, Usage, Verdict};
use jiff::Timestamp;
use serde::Serialize;

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// Repositories that are named in a sentence.
const NAMED: usize = 6;

/// What `usage` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageView<'a> {
    kind: &'static str,
    schema_version: u32,
    #[serde(flatten)]
    usage: &'a Usage,
}

impl<'a> UsageView<'a> {
    pub(crate) fn new(usage: &'a Usage) -> Self {
        Self { kind: "usage", schema_version: SCHEMA_VERSION, usage }
    }

    fn counts(&self) -> Vec<String> {
        let counts = &self.usage.pull_counts;
        if counts.is_empty() {
            return Vec::new();
        }
        let Some(before) = self.usage.compared_with.map(minute) else {
            let mut most: Vec<&CountedPulls> = counts.iter().collect();
            most.sort_by(|a, b| b.pulls.cmp(&a.pulls).then(a.repository.cmp(&b.repository)));
            let each = |it: &&CountedPulls| format!("{} {}", it.repository, human_count(it.pulls));
            let most: Vec<String> = most.iter().map(each).collect();
            let most = shortened(&most, NAMED);
            return vec![format!("pulls counted since each repository exists: {most}")];
        };
        let mut lines: Vec<String> = counts.iter().filter_map(added).collect();
        let of = counted(counts.len(), "repository", "repositories");
        lines.insert(
            0,
            match lines.is_empty() {
                true => format!("the registry has counted no pull since {before} ({of})"),
                false => format!("pulls counted since {before}:"),
            },
        );
        lines
    }

    fn verdict(&self) -> String {
        let usage = self.usage;
        let since = minute(usage.since);
        match usage.verdict {
            Verdict::Used => format!("CCR is in use: {}", findings(usage).join("; ")),
            Verdict::NotProven => format!(
                "not proven: no use of CCR was seen since {since}, but not everything could be read"
            ),
            Verdict::NotSeen => {
                let counts = match usage.compared_with {
                    None => "no earlier count of pulls was compared".to_owned(),
                    Some(before) => format!("none in the counts of pulls since {}", minute(before)),
                };
                let clusters = match usage.clusters.len() {
                    0 => "no cluster was looked at".to_owned(),
                    count => format!("none in {}", counted(count, "cluster", "clusters")),
                };
                format!("no use of CCR was seen in CloudAudit since {since}; {counts}; {clusters}")
            }
        }
    }
}

impl View for UsageView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let seen = &self.usage.seen;
        if seen.is_empty() {
            return None;
        }
        let text = Column::text;
        let mut table = Table::new([
            text("repository"),
            text("who"),
            text("from"),
            Column::number("pulls"),
            Column::number("pushes"),
            text("first"),
            text("last"),
        ]);
        for row in seen {
            let time = |time: Option<Timestamp>| time.map(minute).unwrap_or_default();
            table.row([
                said(&row.repository).to_owned(),
                who(row),
                from(row),
                human_count(row.pulls),
                human_count(row.pushes),
                time(row.first),
                time(row.last),
            ]);
        }
        Some(table)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let during: u64 = self.usage.seen.iter().map(|row| row.during_own_runs).sum();
        if during > 0 {
            lines.push(format!(
                "{} made while a run of the reports was reading the same repositories; if they came \
                 from that run, name its address: --own-address IP",
                counted(during, "of these was", "of these were")
            ));
        }
        if self.usage.seen.iter().any(|row| row.place == Place::NotANode) {
            lines.push(
                "an address that is no node's may be a virtual machine, a cloud function, a build, or \
                 a gateway in front of nodes"
                    .to_owned(),
            );
        }
        lines.extend(self.counts());
        for cluster in &self.usage.clusters {
            lines.extend(workloads(cluster));
        }
        lines.push(self.verdict());
        lines
    }
}

/// Events may leave out anything.
fn said(text: &str) -> &str {
    if text.is_empty() { "(not said)" } else { text }
}

fn who(row: &SeenUse) -> String {
    let user = match (row.user.as_str(), row.principal.as_str()) {
        ("", "") => said("").to_owned(),
        (user, "") | ("", user) => user.to_owned(),
        (user, principal) => format!("{user} ({principal})"),
    };
    if row.is_own { format!("this program, {user}") } else { user }
}

fn from(row: &SeenUse) -> String {
    let address = said(&row.address);
    match &row.place {
        Place::Node { cluster, name } => format!("{address}, node {name} of {cluster}"),
        Place::NotANode => format!("{address}, not a node of the given clusters"),
        Place::Unknown => address.to_owned(),
    }
}

/// `shop/web +3 (2 of them this program's)`
fn added(count: &CountedPulls) -> Option<String> {
    let more = count.more.filter(|&more| more > 0)?;
    let own = count.own.filter(|&own| own > 0);
    let own = own.map(|own| format!(" ({} of them this program's)", human_count(own)));
    Some(format!("  {} +{}{}", count.repository, human_count(more), own.unwrap_or_default()))
}

fn workloads(cluster: &ClusterUse) -> Vec<String> {
    let (name, workloads) = (&cluster.context, &cluster.workloads);
    if workloads.is_empty() {
        return vec![format!("cluster {name}: no workload was seen to use CCR")];
    }
    let count = counted(workloads.len(), "workload uses", "workloads use");
    let mut lines = vec![format!("cluster {name}: {count} CCR")];
    lines.extend(workloads.iter().map(|used| {
        let namespace = used.object.namespace.as_deref();
        let at = namespace.map(|namespace| format!(" in {namespace}")).unwrap_or_default();
        let pods = used.pods.map(|pods| format!(", {} running", counted(pods, "pod", "pods")));
        let images = shortened(&used.images, NAMED);
        format!("  {}{at}{}: {images}", used.object, pods.unwrap_or_default())
    }));
    lines
}

fn findings(usage: &Usage) -> Vec<String> {
    let mut findings = Vec::new();
    let others = || usage.seen.iter().filter(|row| row.is_others());
    let (pulls, pushes) =
        others().fold((0, 0), |(pulls, pushes), row| (pulls + row.pulls, pushes + row.pushes));
    if pulls + pushes > 0 {
        let since = minute(usage.since);
        let (pulls, pushes) = (counted(pulls, "pull", "pulls"), counted(pushes, "push", "pushes"));
        findings.push(format!("{pulls} and {pushes} by others seen since {since}"));
    }
    let more: u64 = usage.pull_counts.iter().map(CountedPulls::others).sum();
    if more > 0 {
        findings.push(format!("{} counted meanwhile", counted(more, "pull", "pulls")));
    }
    let workloads: usize = usage.clusters.iter().map(|cluster| cluster.workloads.len()).sum();
    if workloads > 0 {
        findings.push(counted(workloads, "workload in a cluster", "workloads in clusters"));
    }
    findings
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%MZ").to_string()
}

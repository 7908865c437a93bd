//! How an instance is reached now.

use std::collections::BTreeMap;

use ccr2tcr::network::{NetworkState, Range};
use ccr2tcr::tencent::{AllowRule, ApiError, DnsStatus, EntryState, Instance, LinkDomain};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// What `network status` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkStatusView {
    instance: InstanceView,
    kind: &'static str,
    links: Vec<LinkView>,
    /// What could not be read, or is not as it should be.
    problems: Vec<String>,
    public_entry: EntryView,
    schema_version: u32,
}

#[derive(Serialize)]
struct InstanceView {
    id: String,
    name: String,
    region: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkView {
    /// The instance's address inside the VPC.
    address: Option<String>,
    /// Whether each name leads there: `enabled`, `disabled`, `error`, or Tencent's own word.
    dns: BTreeMap<LinkDomain, NameView>,
    /// The VPC's; `null` if it can't be read.
    region: Option<String>,
    status: String,
    subnet: String,
    vpc: String,
    vpc_name: Option<String>,
}

#[derive(Serialize)]
struct NameView {
    name: String,
    status: String,
}

#[derive(Serialize)]
struct EntryView {
    /// `null` while the entry isn't open, or if the list can't be read.
    allowlist: Option<Vec<RuleView>>,
    reason: Option<String>,
    /// `closed`, `opening`, `opened`, `deleting`, or Tencent's own word.
    state: String,
}

#[derive(Serialize)]
struct RuleView {
    cidr: String,
    description: String,
    /// Whether it lets in more than any one company has.
    wide: bool,
}

impl NetworkStatusView {
    pub(crate) fn of(instance: &Instance, state: &NetworkState) -> Self {
        let mut problems = Vec::new();
        if let Some(error) = &state.vpcs_unread {
            problems.push(format!("the VPCs can't be read: {error}"));
        }
        let mut links = Vec::new();
        for link in &state.links {
            let vpc = &link.link.vpc;
            if let Some(place) = &link.place
                && !place.vpc.asks_tencent_dns()
            {
                let servers = place.vpc.dns_servers.join(", ");
                problems.push(format!(
                    "the resolvers of {vpc} are {servers}, which don't know the names of the link"
                ));
            }
            let mut dns = BTreeMap::new();
            for (domain, status) in &link.names {
                let name = domain.name_of(instance);
                let status = match status {
                    Ok(status) => word(status),
                    Err(error) => {
                        problems.push(format!(
                            "whether {name} leads to the link in {vpc} can't be read: {error}"
                        ));
                        "unknown".to_owned()
                    }
                };
                dns.insert(*domain, NameView { name, status });
            }
            let own = || instance.region.clone();
            links.push(LinkView {
                address: link.link.address.clone(),
                dns,
                region: link
                    .place
                    .as_ref()
                    .map(|place| place.replica.clone().unwrap_or_else(own).to_string()),
                status: link.link.status.clone(),
                subnet: link.link.subnet.clone(),
                vpc: vpc.clone(),
                vpc_name: link.place.as_ref().map(|place| place.vpc.name.clone()),
            });
        }
        let public_entry = EntryView::of(state, &mut problems);
        Self {
            instance: InstanceView {
                id: instance.id.clone(),
                name: instance.name.clone(),
                region: instance.region.to_string(),
            },
            kind: "networkStatus",
            links,
            problems,
            public_entry,
            schema_version: SCHEMA_VERSION,
        }
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl EntryView {
    fn of(state: &NetworkState, problems: &mut Vec<String>) -> Self {
        let allowlist = match &state.allowlist {
            Ok(rules) => rules.as_ref().map(|rules| rules.iter().map(RuleView::of).collect()),
            Err(error) => {
                problems.push(unread(error));
                None
            }
        };
        let state_word = match &state.entry.state {
            EntryState::Closed => "closed",
            EntryState::Opening => "opening",
            EntryState::Opened => "opened",
            EntryState::Deleting => "deleting",
            EntryState::Other(word) => word,
        };
        let rules: &[RuleView] = allowlist.as_deref().unwrap_or_default();
        for rule in rules.iter().filter(|rule| rule.wide) {
            problems.push(format!("{} in the allowlist is as good as everybody", rule.cidr));
        }
        Self { state: state_word.to_owned(), reason: state.entry.reason.clone(), allowlist }
    }
}

fn unread(error: &ApiError) -> String {
    format!(
        "the public entry is open, and its allowlist can't be read: it may be open to everybody: {error}"
    )
}

impl RuleView {
    fn of(rule: &AllowRule) -> Self {
        // What can't be understood may be anything.
        let wide = Range::listed(&rule.cidr).map_or(true, Range::is_wide);
        Self { cidr: rule.cidr.clone(), description: rule.description.clone(), wide }
    }
}

fn word(status: &DnsStatus) -> String {
    match status {
        DnsStatus::Enabled => "enabled".to_owned(),
        DnsStatus::Disabled => "disabled".to_owned(),
        DnsStatus::Error => "error".to_owned(),
        DnsStatus::Other(word) => word.clone(),
    }
}

impl View for NetworkStatusView {
    fn table(&self, _wide: bool) -> Option<Table> {
        if self.links.is_empty() {
            return None;
        }
        let columns = ["vpc", "name", "region", "subnet", "status", "address", "dns", "dns -vpc"];
        let mut table = Table::new(columns.map(Column::text));
        let dns = |link: &LinkView, domain| {
            link.dns.get(&domain).map(|name| name.status.clone()).unwrap_or_default()
        };
        for link in &self.links {
            table.row([
                link.vpc.as_str(),
                link.vpc_name.as_deref().unwrap_or_default(),
                link.region.as_deref().unwrap_or("unknown"),
                &link.subnet,
                if link.status.is_empty() { "not yet" } else { &link.status },
                link.address.as_deref().unwrap_or("none yet"),
                &dns(link, LinkDomain::Default),
                &dns(link, LinkDomain::Vpc),
            ]);
        }
        Some(table)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.links.is_empty() {
            lines.push("no VPC is linked".to_owned());
        }
        let entry = &self.public_entry;
        let reason = entry.reason.as_ref().map(|reason| format!(" ({reason})"));
        lines.push(format!("public entry: {}{}", entry.state, reason.unwrap_or_default()));
        for rule in entry.allowlist.iter().flatten() {
            let wide = if rule.wide { ": as good as everybody" } else { "" };
            let description = match rule.description.as_str() {
                "" => String::new(),
                description => format!(" ({description})"),
            };
            lines.push(format!("  {}{description}{wide}", rule.cidr));
        }
        if entry.allowlist.as_ref().is_some_and(Vec::is_empty) {
            lines.push("  nobody is let in".to_owned());
        }
        lines
    }
}

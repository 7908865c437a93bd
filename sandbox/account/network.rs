//! VPCs, the links of instances into them, public entries, and how long changes of these take.

use serde::Deserialize;

/// Milliseconds that a change takes. Minutes at Tencent.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Delays {
    /// Until a link is ready, or gone.
    pub(crate) link: u64,
    /// Until a name of a link resolves, or doesn't any more.
    pub(crate) dns: u64,
    /// Until the public entry is open, or closed.
    pub(crate) entry: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self { link: 200, dns: 100, entry: 100 }
    }
}

/// A private network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VpcDescription {
    /// `vpc-…`
    pub(crate) id: String,
    /// As the console shows it.
    #[serde(default)]
    pub(crate) name: String,
    /// Of all its subnets.
    #[serde(default = "whole")]
    pub(crate) cidr: String,
    /// Where it is.
    #[serde(default = "region")]
    pub(crate) region: String,
    /// Tencent's by default.
    #[serde(default = "tencents")]
    pub(crate) dns_servers: Vec<String>,
    /// One, with the id of the VPC behind `subnet-`, by default.
    #[serde(default)]
    pub(crate) subnets: Vec<SubnetDescription>,
}

fn whole() -> String {
    "10.0.0.0/16".to_owned()
}

fn region() -> String {
    "ap-shanghai".to_owned()
}

fn tencents() -> Vec<String> {
    ["183.60.83.19", "183.60.82.98"].map(str::to_owned).to_vec()
}

/// A subnet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubnetDescription {
    /// `subnet-…`
    pub(crate) id: String,
    /// As the console shows it.
    #[serde(default)]
    pub(crate) name: String,
    /// `10.0.0.0/24`
    #[serde(default = "part")]
    pub(crate) cidr: String,
    /// The region's second by default.
    #[serde(default)]
    pub(crate) zone: Option<String>,
    /// How many addresses are free.
    #[serde(default = "free")]
    pub(crate) available: u64,
}

fn part() -> String {
    "10.0.0.0/24".to_owned()
}

fn free() -> u64 {
    250
}

/// A link that is there from the start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkDescription {
    /// One of the account's.
    pub(crate) vpc: String,
    /// The VPC's first by default.
    #[serde(default)]
    pub(crate) subnet: Option<String>,
    /// `Running`, or a state that it stays in.
    #[serde(default)]
    pub(crate) status: Option<String>,
    /// The first free one of the subnet by default.
    #[serde(default)]
    pub(crate) address: Option<String>,
    /// The names that lead to it.
    #[serde(default = "both")]
    pub(crate) dns: Vec<DomainDescription>,
}

/// A name inside a VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DomainDescription {
    /// `NAME.tencentcloudcr.com`
    Default,
    /// `NAME-vpc.tencentcloudcr.com`
    Vpc,
}

fn both() -> Vec<DomainDescription> {
    vec![DomainDescription::Default, DomainDescription::Vpc]
}

/// The public entry of an instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EntryDescription {
    /// `Closed` or `Opened`.
    pub(crate) state: String,
    /// Who is let in; rules are kept while the entry is closed.
    pub(crate) allowlist: Vec<RuleDescription>,
    /// Whether there is an allowlist at all: a basic instance has been seen without.
    pub(crate) readable: bool,
}

impl Default for EntryDescription {
    fn default() -> Self {
        let here = RuleDescription { cidr: "127.0.0.0/8".to_owned(), description: String::new() };
        Self { state: "Opened".to_owned(), allowlist: vec![here], readable: true }
    }
}

/// A rule of an allowlist.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleDescription {
    /// A range or an address.
    pub(crate) cidr: String,
    /// Why.
    #[serde(default)]
    pub(crate) description: String,
}

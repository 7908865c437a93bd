//! VPCs, links into them and public entries: what they are, and what they become as time passes.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::account::{
    Delays, DomainDescription, EntryDescription, LinkDescription, RuleDescription,
    SubnetDescription, VpcDescription,
};

/// A private network.
#[derive(Debug)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) cidr: String,
    pub(crate) region: String,
    pub(crate) dns_servers: Vec<String>,
    pub(crate) subnets: Vec<Subnet>,
}

/// A subnet of it.
#[derive(Debug)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) cidr: String,
    pub(crate) zone: String,
    pub(crate) free: u64,
    /// Addresses that links have.
    pub(crate) taken: Vec<Ipv4Addr>,
}

/// How one instance is reached.
#[derive(Debug)]
pub(crate) struct InstanceNetwork {
    pub(crate) links: Vec<Link>,
    pub(crate) entry: PublicEntry,
    /// Regions of its replicas.
    pub(crate) replicas: Vec<String>,
}

/// A link into a VPC.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) address: String,
    /// A state that it stays in.
    stuck: Option<String>,
    change: Change,
    /// `NAME.tencentcloudcr.com` and `NAME-vpc.tencentcloudcr.com`.
    names: [Name; 2],
}

/// What happens to a link.
#[derive(Debug, Clone, Copy)]
enum Change {
    Coming { since: Instant, takes: Duration },
    None,
    Going { until: Instant },
}

/// A name of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    None,
    Coming(Instant),
    There,
    Going(Instant),
}

/// The public entry.
#[derive(Debug)]
pub(crate) struct PublicEntry {
    pub(crate) state: EntryState,
    until: Option<Instant>,
    pub(crate) rules: Vec<Rule>,
    /// Counts the changes of the rules.
    pub(crate) version: u64,
    pub(crate) readable: bool,
}

/// Whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryState {
    Closed,
    Opening,
    Opened,
    Deleting,
}

/// A rule of the allowlist.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) cidr: String,
    pub(crate) description: String,
}

impl Vpc {
    pub(crate) fn new(description: VpcDescription) -> Self {
        let VpcDescription { id, name, cidr, region, dns_servers, mut subnets } = description;
        if subnets.is_empty() {
            subnets.push(SubnetDescription {
                id: id.replacen("vpc-", "subnet-", 1),
                name: String::new(),
                cidr: cidr.replacen("/16", "/24", 1),
                zone: None,
                available: 250,
            });
        }
        let subnet = |subnet: SubnetDescription| Subnet {
            id: subnet.id,
            name: subnet.name,
            cidr: subnet.cidr,
            zone: subnet.zone.unwrap_or_else(|| format!("{region}-2")),
            free: subnet.available,
            taken: Vec::new(),
        };
        let subnets = subnets.into_iter().map(subnet).collect();
        Self { id, name, cidr, region, dns_servers, subnets }
    }
}

impl Subnet {
    /// Takes the first free address; the first of a subnet are Tencent's own.
    pub(crate) fn take(&mut self) -> Option<Ipv4Addr> {
        let network: Ipv4Addr = self.cidr.split('/').next()?.parse().ok()?;
        let nth = |number: u32| Ipv4Addr::from(network.to_bits().wrapping_add(number));
        let address = (4..255).map(nth).find(|address| !self.taken.contains(address))?;
        self.free = self.free.checked_sub(1)?;
        self.taken.push(address);
        Some(address)
    }

    /// Gives an address back.
    fn give_back(&mut self, address: &str) {
        let before = self.taken.len();
        self.taken.retain(|taken| taken.to_string() != address);
        self.free += (before - self.taken.len()) as u64;
    }
}

impl InstanceNetwork {
    pub(crate) fn new(
        links: Vec<LinkDescription>,
        entry: EntryDescription,
        replicas: Vec<String>,
        vpcs: &mut [Vpc],
    ) -> Self {
        let links = links.into_iter().map(|link| Link::described(link, vpcs)).collect();
        Self { links, entry: PublicEntry::described(entry), replicas }
    }

    /// Lets what has taken its time be done.
    pub(crate) fn settle(&mut self, vpcs: &mut [Vpc]) {
        let now = Instant::now();
        self.entry.settle(now);
        for link in &mut self.links {
            link.settle(now);
        }
        self.links.retain(|link| {
            let is_gone = matches!(link.change, Change::Going { until } if until <= now);
            if is_gone {
                let mut subnets = vpcs.iter_mut().flat_map(|vpc| &mut vpc.subnets);
                if let Some(subnet) = subnets.find(|subnet| subnet.id == link.subnet) {
                    subnet.give_back(&link.address);
                }
            }
            !is_gone
        });
    }
}

impl InstanceNetwork {
    /// All of it, for the control server.
    pub(crate) fn everything(&self) -> Value {
        let links = self.links.iter().map(|link| {
            json!({
                "vpc": link.vpc,
                "subnet": link.subnet,
                "address": link.address,
                "shown": link.shown(),
                "names": [link.has_name(true), link.has_name(false)],
            })
        });
        let rules = self.entry.rules.iter();
        json!({
            "links": links.collect::<Vec<_>>(),
            "entry": self.entry.state.name(),
            "rules": rules.map(|rule| [&rule.cidr, &rule.description]).collect::<Vec<_>>(),
        })
    }
}

impl Link {
    fn described(link: LinkDescription, vpcs: &mut [Vpc]) -> Self {
        let vpc = vpcs.iter_mut().find(|vpc| vpc.id == link.vpc);
        let subnet = vpc.and_then(|vpc| match &link.subnet {
            Some(id) => vpc.subnets.iter_mut().find(|subnet| subnet.id == *id),
            None => vpc.subnets.first_mut(),
        });
        let (subnet, address) = match subnet {
            Some(subnet) => (subnet.id.clone(), subnet.take().map(|address| address.to_string())),
            None => (link.subnet.unwrap_or_default(), None),
        };
        let name = |domain| if link.dns.contains(&domain) { Name::There } else { Name::None };
        Self {
            vpc: link.vpc,
            subnet,
            address: link.address.or(address).unwrap_or_default(),
            stuck: link.status.filter(|status| status != "Running"),
            change: Change::None,
            names: [name(DomainDescription::Default), name(DomainDescription::Vpc)],
        }
    }

    /// One that was asked for just now.
    pub(crate) fn coming(vpc: &str, subnet: &str, address: Ipv4Addr, delays: Delays) -> Self {
        Self {
            vpc: vpc.to_owned(),
            subnet: subnet.to_owned(),
            address: address.to_string(),
            stuck: None,
            change: Change::Coming {
                since: Instant::now(),
                takes: Duration::from_millis(delays.link),
            },
            names: [Name::None; 2],
        }
    }

    fn settle(&mut self, now: Instant) {
        if let Change::Coming { since, takes } = self.change
            && now >= since + takes
        {
            self.change = Change::None;
        }
        for name in &mut self.names {
            match *name {
                Name::Coming(at) if at <= now => *name = Name::There,
                Name::Going(at) if at <= now => *name = Name::None,
                _ => {}
            }
        }
    }

    /// State and address as they are told; `None` while the list doesn't have it yet. Terraform
    /// waits for the entry, then for the address: so both come late.
    pub(crate) fn shown(&self) -> Option<(&str, &str)> {
        if let Some(stuck) = &self.stuck {
            return Some((stuck, ""));
        }
        match self.change {
            Change::None => Some(("Running", &self.address)),
            Change::Going { .. } => Some(("Deleting", &self.address)),
            Change::Coming { since, takes } => {
                let quarters = since.elapsed().as_secs_f64() / takes.as_secs_f64().max(0.001) * 4.0;
                match quarters {
                    ..1.0 => None,
                    ..2.0 => Some(("", "")),
                    ..3.0 => Some(("Pending", "")),
                    _ => Some(("Running", "")),
                }
            }
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.stuck.is_none() && matches!(self.change, Change::None)
    }

    pub(crate) fn go(&mut self, delays: Delays) {
        self.change = Change::Going { until: later(delays.link) };
    }

    /// Whether a name leads to it.
    pub(crate) fn resolves(&self, public: bool) -> bool {
        matches!(self.names[place(public)], Name::There | Name::Going(_))
    }

    /// Whether there is a record for a name, though it may not be answered yet.
    pub(crate) fn has_name(&self, public: bool) -> bool {
        self.names[place(public)] != Name::None
    }

    pub(crate) fn has_names(&self) -> bool {
        self.has_name(true) || self.has_name(false)
    }

    pub(crate) fn add_name(&mut self, public: bool, delays: Delays) {
        self.names[place(public)] = Name::Coming(later(delays.dns));
    }

    pub(crate) fn remove_name(&mut self, public: bool, delays: Delays) {
        self.names[place(public)] = Name::Going(later(delays.dns));
    }
}

fn place(public: bool) -> usize {
    usize::from(!public)
}

fn later(milliseconds: u64) -> Instant {
    Instant::now() + Duration::from_millis(milliseconds)
}

impl PublicEntry {
    fn described(entry: EntryDescription) -> Self {
        let rules: Vec<Rule> = entry
            .allowlist
            .into_iter()
            .map(|rule| Rule { cidr: rule.cidr, description: rule.description })
            .collect();
        Self {
            state: if entry.state == "Closed" { EntryState::Closed } else { EntryState::Opened },
            until: None,
            version: rules.len() as u64,
            rules,
            readable: entry.readable,
        }
    }

    /// Adds a rule, as at the console.
    pub(crate) fn add(&mut self, rule: RuleDescription) {
        self.rules.push(Rule { cidr: rule.cidr, description: rule.description });
        self.version += 1;
    }

    fn settle(&mut self, now: Instant) {
        if self.until.is_some_and(|until| until <= now) {
            self.until = None;
            self.state = match self.state {
                EntryState::Opening => EntryState::Opened,
                EntryState::Deleting => EntryState::Closed,
                state => state,
            };
        }
    }

    /// Begins to become open or closed.
    pub(crate) fn change(&mut self, state: EntryState, delays: Delays) {
        self.state = state;
        self.until = Some(later(delays.entry));
    }
}

impl EntryState {
    /// As the API writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closed => "Closed",
            Self::Opening => "Opening",
            Self::Opened => "Opened",
            Self::Deleting => "Deleting",
        }
    }
}

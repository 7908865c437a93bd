//! What will be done: a function of what is there and what is wanted.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::range::{Range, RangeError, are_nearly_all};
use super::state::{LinkState, NetworkState, subnets_of};
use super::step::Step;
use super::undo::UndoFile;
use crate::diagnostic::counted;
use crate::tencent::{
    AllowRule, ApiError, Enterprise, EntryState, LinkDomain, Region, Subnet, VpcPlace,
};

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// VPCs to be linked.
    pub vpcs: Vec<VpcWish>,
    /// Names that are to lead to each link.
    pub domains: Vec<LinkDomain>,
    /// Who is to be let in through the public entry; nobody means that it isn't touched.
    pub allow: Vec<AllowWish>,
    /// Whether that may be everybody.
    pub anyone: bool,
}

/// A VPC to be linked, `VPC[/SUBNET]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcWish {
    /// `vpc-…`
    pub vpc: String,
    /// `subnet-…`; any with a free address will do if none is named.
    pub subnet: Option<String>,
}

impl FromStr for VpcWish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (vpc, subnet) = match text.split_once('/') {
            Some((vpc, subnet)) => (vpc, Some(subnet)),
            None => (text, None),
        };
        let is_good = id(vpc, "vpc-") && subnet.is_none_or(|subnet| id(subnet, "subnet-"));
        let wish = || Self { vpc: vpc.to_owned(), subnet: subnet.map(str::to_owned) };
        is_good.then(wish).ok_or_else(|| "expected vpc-ID or vpc-ID/subnet-ID".to_owned())
    }
}

fn id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A range to be let in and why, `CIDR=WHY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowWish {
    /// The range.
    pub range: Range,
    /// What stands beside it in the list; the API wants something.
    pub why: String,
}

impl FromStr for AllowWish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (range, why) = text.split_once('=').unwrap_or((text, ""));
        let range = range.trim().parse().map_err(|error: RangeError| error.to_string())?;
        match why.trim() {
            "" => Err("expected CIDR=WHY, as in 1.2.3.0/24=office: the list says why".to_owned()),
            why => Ok(Self { range, why: why.to_owned() }),
        }
    }
}

/// VPCs whose links are to go.
#[derive(Debug, Clone)]
pub struct Removal {
    /// `vpc-…`
    pub vpcs: Vec<String>,
}

/// What a plan says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepVerdict {
    /// It will be done.
    Do,
    /// It is under way already, and will be waited for.
    Wait,
    /// It is so already.
    Exists,
}

/// A step and its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The step.
    pub step: Step,
    /// What will be done about it.
    pub verdict: StepVerdict,
}

/// All steps, in the order in which they will be done.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<PlannedStep>,
    /// What was chosen.
    pub notes: Vec<String>,
    /// What to know before.
    pub notices: Vec<String>,
    /// Whether the allowlist may let everybody in.
    pub anyone: bool,
}

/// Why there is no plan.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlanError {
    /// A call failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The VPC is in none of the instance's regions.
    #[error("there is no VPC {vpc} in {regions}")]
    NoSuchVpc {
        /// Which.
        vpc: String,
        /// Where it was looked for.
        regions: String,
    },
    /// The subnet isn't one of the VPC's.
    #[error("{subnet} is no subnet of {vpc}")]
    NoSuchSubnet {
        /// Which.
        subnet: String,
        /// Of which VPC.
        vpc: String,
    },
    /// A link takes an address, and there is none.
    #[error("no subnet of {0} that may be used has a free address")]
    NoFreeAddress(String),
    /// The VPC can't be read, so that no subnet can be chosen.
    #[error("the VPCs can't be read: {0}")]
    VpcsUnread(ApiError),
    /// The allowlist would let everybody in.
    #[error("{0}")]
    Everybody(String),
    /// The entry is open, and nobody knows to whom.
    #[error("the public entry is open, and its allowlist can't be read: {0}")]
    AllowlistUnread(ApiError),
}

impl PlanError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::NoSuchVpc { .. } => Some(
                "a VPC is linked to an instance or a replica of its own region: check the id, or make a replica in the VPC's region".to_owned(),
            ),
            Self::NoSuchSubnet { vpc, .. } => {
                Some(format!("leave the subnet out and one of {vpc} is chosen"))
            }
            Self::NoFreeAddress(_) => Some(
                "a link takes one address of a subnet: free one, or make another subnet in the VPC".to_owned(),
            ),
            Self::VpcsUnread(_) => Some(
                "allow vpc:DescribeVpcs and vpc:DescribeSubnets to the key, or name the subnet: --vpc VPC/SUBNET".to_owned(),
            ),
            Self::Everybody(_) => Some(
                "list the ranges that you mean; --public-anyone lets everybody in".to_owned(),
            ),
            Self::AllowlistUnread(_) => Some(
                "it is left as it is: look in the console who is let in, and close it if that is everybody".to_owned(),
            ),
        }
    }
}

/// What is known of the VPCs that are wanted.
#[derive(Debug, Clone, Default)]
struct Places {
    found: BTreeMap<String, (VpcPlace, Vec<Subnet>)>,
    unread: Option<ApiError>,
    regions: Vec<Region>,
}

impl Wishes {
    /// Refuses an allowlist that lets everybody in, by itself.
    ///
    /// # Errors
    /// [`PlanError::Everybody`]
    pub fn check(&self) -> Result<(), PlanError> {
        let ranges: Vec<Range> = self.allow.iter().map(|wish| wish.range).collect();
        if self.anyone {
            return Ok(());
        }
        if let Some(wide) = ranges.iter().find(|range| range.is_wide()) {
            return Err(PlanError::Everybody(format!("{wide} is as good as everybody")));
        }
        if are_nearly_all(&ranges) {
            return Err(PlanError::Everybody(format!(
                "these {} ranges are half of all addresses or more: as good as everybody",
                ranges.len()
            )));
        }
        Ok(())
    }
}

impl Plan {
    /// The plan for what is wanted. Reads the VPCs; changes nothing. `earlier` tells of a run that
    /// was not finished.
    ///
    /// # Errors
    /// [`PlanError`]
    pub async fn prepare(
        enterprise: &Enterprise,
        wishes: &Wishes,
        state: &NetworkState,
        earlier: &UndoFile,
    ) -> Result<Self, PlanError> {
        wishes.check()?;
        let wanted: Vec<&str> = wishes
            .vpcs
            .iter()
            .map(|wish| wish.vpc.as_str())
            .filter(|vpc| state.link(vpc).is_none())
            .collect();
        let mut places = Places::default();
        match enterprise.find_vpcs(&wanted).await {
            Err(error) => places.unread = Some(error),
            Ok(found) => {
                for (vpc, place) in found {
                    let subnets = subnets_of(enterprise, &place).await;
                    let subnets = subnets.map_err(PlanError::VpcsUnread)?;
                    places.found.insert(vpc, (place, subnets));
                }
            }
        }
        if wanted.iter().any(|vpc| !places.found.contains_key(*vpc)) && places.unread.is_none() {
            places.regions = enterprise.regions().await?;
        }
        let mut plan = Self::of(wishes, state, &places)?;
        if wishes.allow.is_empty() && earlier.has(&Step::OpenEntry) {
            plan.notices.push(
                "an earlier run that was not finished has opened the public entry: it is closed, for nobody is to be let in now"
                    .to_owned(),
            );
            plan.steps.push(PlannedStep { step: Step::CloseEntry, verdict: StepVerdict::Do });
        }
        Ok(plan)
    }

    fn of(wishes: &Wishes, state: &NetworkState, places: &Places) -> Result<Self, PlanError> {
        let mut plan = Self { anyone: wishes.anyone, ..Self::default() };
        for (nth, wish) in wishes.vpcs.iter().enumerate() {
            if wishes.vpcs[..nth].iter().all(|earlier| earlier.vpc != wish.vpc) {
                plan.link(wish, &wishes.domains, state.link(&wish.vpc), places)?;
            }
        }
        if !wishes.allow.is_empty() {
            plan.public_entry(wishes, state)?;
        }
        Ok(plan)
    }

    fn link(
        &mut self,
        wish: &VpcWish,
        domains: &[LinkDomain],
        linked: Option<&LinkState>,
        places: &Places,
    ) -> Result<(), PlanError> {
        let vpc = wish.vpc.clone();
        let (subnet, region, verdict, place) = match linked {
            Some(state) => {
                let subnet = state.link.subnet.clone();
                if wish.subnet.as_ref().is_some_and(|wanted| *wanted != subnet) {
                    self.notes.push(format!("{vpc} is linked through {subnet}, and stays so"));
                }
                let verdict =
                    if state.link.is_ready() { StepVerdict::Exists } else { StepVerdict::Wait };
                (subnet, state.replica().cloned(), verdict, state.place.as_ref())
            }
            None => {
                let (subnet, place) = self.choose_subnet(wish, places)?;
                let region = place.and_then(|place| place.replica.clone());
                (subnet, region, StepVerdict::Do, place)
            }
        };
        if let Some(place) = place
            && !place.vpc.asks_tencent_dns()
        {
            let servers = place.vpc.dns_servers.join(", ");
            self.notices.push(format!(
                "the resolvers of {vpc} are {servers}, which don't know private names: its machines won't find the link unless these ask Tencent's for tencentcloudcr.com"
            ));
        }
        let step = Step::CreateLink { vpc: vpc.clone(), subnet, region: region.clone() };
        self.steps.push(PlannedStep { step, verdict });
        for &domain in domains {
            let resolves = linked.is_some_and(|state| state.resolves(domain));
            let verdict = if resolves { StepVerdict::Exists } else { StepVerdict::Do };
            let step = Step::CreateDns { vpc: vpc.clone(), domain, region: region.clone() };
            self.steps.push(PlannedStep { step, verdict });
        }
        Ok(())
    }

    fn choose_subnet<'a>(
        &mut self,
        wish: &VpcWish,
        places: &'a Places,
    ) -> Result<(String, Option<&'a VpcPlace>), PlanError> {
        let vpc = &wish.vpc;
        let Some((place, subnets)) = places.found.get(vpc) else {
            return match (&places.unread, &wish.subnet) {
                (Some(error), Some(subnet)) => {
                    self.notices.push(format!(
                        "{vpc} can't be read, and is taken to be in the instance's region: {error}"
                    ));
                    Ok((subnet.clone(), None))
                }
                (Some(error), None) => Err(PlanError::VpcsUnread(error.clone())),
                (None, _) => {
                    let regions: Vec<&str> = places.regions.iter().map(Region::as_str).collect();
                    let regions = regions.join(", ");
                    Err(PlanError::NoSuchVpc { vpc: vpc.clone(), regions })
                }
            };
        };
        let may_be_used =
            |subnet: &&Subnet| wish.subnet.as_ref().is_none_or(|wanted| *wanted == subnet.id);
        if let Some(wanted) = &wish.subnet
            && !subnets.iter().any(|subnet| subnet.id == *wanted)
        {
            let (subnet, vpc) = (wanted.clone(), vpc.clone());
            return Err(PlanError::NoSuchSubnet { subnet, vpc });
        }
        let roomiest =
            subnets.iter().filter(may_be_used).max_by_key(|subnet| subnet.free_addresses);
        let chosen = roomiest.filter(|subnet| subnet.free_addresses > 0);
        let chosen = chosen.ok_or_else(|| PlanError::NoFreeAddress(vpc.clone()))?;
        if wish.subnet.is_none() {
            self.notes.push(format!(
                "{vpc} is linked through {} ({}, {}, {} free), the subnet with the most free addresses; all subnets of the VPC can use the link",
                chosen.id, chosen.cidr, chosen.zone, chosen.free_addresses
            ));
        }
        Ok((chosen.id.clone(), Some(place)))
    }

    fn public_entry(&mut self, wishes: &Wishes, state: &NetworkState) -> Result<(), PlanError> {
        let verdict = match state.entry.state {
            EntryState::Opened => StepVerdict::Exists,
            EntryState::Opening => StepVerdict::Wait,
            _ => StepVerdict::Do,
        };
        let rules = match &state.allowlist {
            Ok(rules) => rules.clone().unwrap_or_default(),
            Err(error) => return Err(PlanError::AllowlistUnread(error.clone())),
        };
        if !wishes.anyone {
            let wished: Vec<Range> = wishes.allow.iter().map(|wish| wish.range).collect();
            lets_everybody_in(&rules, &wished, false).map_err(PlanError::Everybody)?;
        }
        self.steps.push(PlannedStep { step: Step::OpenEntry, verdict });
        for wish in &wishes.allow {
            if let Some(what) = wish.range.private() {
                self.notices.push(format!(
                    "{} is {what}: nobody comes from there over the internet",
                    wish.range
                ));
            }
            let is_there = rules.iter().any(|rule| Range::listed(&rule.cidr) == Ok(wish.range));
            let verdict = if is_there { StepVerdict::Exists } else { StepVerdict::Do };
            let step =
                Step::AddRule { cidr: wish.range.to_string(), description: wish.why.clone() };
            self.steps.push(PlannedStep { step, verdict });
        }
        if verdict != StepVerdict::Exists {
            self.notices.push(
                "the registry will answer on the internet, to the addresses of its allowlist"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// The plan for links to go: names first, for a link with names can't be removed.
    #[must_use]
    pub fn removing(removal: &Removal, state: &NetworkState) -> Self {
        let mut plan = Self::default();
        for vpc in &removal.vpcs {
            let Some(linked) = state.link(vpc) else {
                plan.notes.push(format!("{vpc} isn't linked"));
                continue;
            };
            let region = linked.replica().cloned();
            for domain in LinkDomain::ALL {
                // One that isn't seen may be coming: it is asked to go in any case.
                let verdict =
                    if linked.resolves(domain) { StepVerdict::Do } else { StepVerdict::Exists };
                let step = Step::DeleteDns { vpc: vpc.clone(), domain, region: region.clone() };
                plan.steps.push(PlannedStep { step, verdict });
            }
            let (vpc, subnet) = (vpc.clone(), linked.link.subnet.clone());
            let step = Step::DeleteLink { vpc, subnet, region };
            plan.steps.push(PlannedStep { step, verdict: StepVerdict::Do });
        }
        plan
    }

    /// Whether anything is to be changed or waited for.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.steps.iter().any(|step| step.verdict != StepVerdict::Exists)
    }
}

/// Refuses rules that let everybody in, alone or with those that are wished for. `is_new`: that the
/// entry is opened by this run, which answers for each rule that it finds in the list.
pub(super) fn lets_everybody_in(
    rules: &[AllowRule],
    wished: &[Range],
    is_new: bool,
) -> Result<(), String> {
    let mut ranges = wished.to_vec();
    for rule in rules {
        let (cidr, why) = (&rule.cidr, &rule.description);
        let range = Range::listed(cidr);
        let range =
            range.map_err(|error| format!("the allowlist holds {cidr} ({why}): {error}"))?;
        if is_new && range.is_wide() && !wished.contains(&range) {
            return Err(format!(
                "the allowlist holds {cidr} ({why}), which is as good as everybody"
            ));
        }
        ranges.push(range);
    }
    if are_nearly_all(&ranges) {
        return Err(format!(
            "with {} of the allowlist, half of all addresses or more are let in: as good as everybody",
            counted(rules.len(), "rule", "rules")
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;

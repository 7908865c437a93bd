//! What is there: links with their names, the public entry with its allowlist, and where VPCs are.

use std::collections::BTreeMap;

use crate::tencent::{
    AllowRule, ApiError, DnsStatus, Enterprise, Link, LinkDomain, PublicEntry, Region, Subnet,
    VpcPlace, subnets,
};

/// How an instance is reached now.
#[derive(Debug, Clone)]
pub struct NetworkState {
    /// Links into VPCs.
    pub links: Vec<LinkState>,
    /// The public entry.
    pub entry: PublicEntry,
    /// Its rules; `None` while it isn't open, an error if they can't be read.
    pub allowlist: Result<Option<Vec<AllowRule>>, ApiError>,
    /// Why nothing is known of the links' VPCs, if that is so.
    pub vpcs_unread: Option<ApiError>,
}

/// A link and what leads to it.
#[derive(Debug, Clone)]
pub struct LinkState {
    /// The link.
    pub link: Link,
    /// Where its VPC is; `None` if the VPC can't be read.
    pub place: Option<VpcPlace>,
    /// Each name, and whether it leads to the link.
    pub names: Vec<(LinkDomain, Result<DnsStatus, ApiError>)>,
}

impl NetworkState {
    /// Reads all of it.
    ///
    /// # Errors
    /// If links or the public entry can't be read. The rest says for itself why it can't.
    pub async fn read(enterprise: &Enterprise) -> Result<Self, ApiError> {
        let links = enterprise.links().await?;
        let entry = enterprise.public_entry().await?;
        let allowlist = enterprise.allowlist(&entry.state).await;
        let ids: Vec<&str> = links.iter().map(|link| link.vpc.as_str()).collect();
        let (mut places, vpcs_unread) = match enterprise.find_vpcs(&ids).await {
            Ok(places) => (places, None),
            Err(error) => (BTreeMap::new(), Some(error)),
        };
        let mut states = Vec::new();
        for link in links {
            let place = places.remove(&link.vpc);
            let region = place.as_ref().and_then(|place| place.replica.as_ref());
            let mut names = Vec::new();
            for domain in LinkDomain::ALL {
                names.push((domain, enterprise.dns_status(&link, domain, region).await));
            }
            states.push(LinkState { link, place, names });
        }
        Ok(Self { links: states, entry, allowlist, vpcs_unread })
    }

    /// The link into a VPC.
    #[must_use]
    pub fn link(&self, vpc: &str) -> Option<&LinkState> {
        self.links.iter().find(|state| state.link.vpc == vpc)
    }

    /// Whether everything could be read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.allowlist.is_ok()
            && self.links.iter().flat_map(|link| &link.names).all(|(_, status)| status.is_ok())
    }
}

impl LinkState {
    /// The region of its VPC if it is a replica's.
    #[must_use]
    pub fn replica(&self) -> Option<&Region> {
        self.place.as_ref()?.replica.as_ref()
    }

    /// Whether a name leads to it.
    #[must_use]
    pub fn resolves(&self, domain: LinkDomain) -> bool {
        let mut names = self.names.iter();
        names.any(|(name, status)| *name == domain && matches!(status, Ok(DnsStatus::Enabled)))
    }
}

/// The subnets of a VPC that was found.
pub(super) async fn subnets_of(
    enterprise: &Enterprise,
    place: &VpcPlace,
) -> Result<Vec<Subnet>, ApiError> {
    let api = match &place.replica {
        Some(region) => enterprise.api().with_region(region.clone()),
        None => enterprise.api().clone(),
    };
    Ok(subnets(&api, &place.vpc.id).await?.items)
}

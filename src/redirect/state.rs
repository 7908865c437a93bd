//! What there is now: the zone, its record, the VPC's link.

use super::error::RedirectError;
use super::zone_name::ZoneName;
use crate::tencent::{
    Api, DnsStatus, Enterprise, Link, LinkDomain, Region, Zone, ZoneRecord, is_private_dns_enabled,
    zone_records, zones,
};

/// What the zones that this program makes say of themselves: no other is ever changed.
pub(super) const REMARK: &str = "ccr2tcr: CCR's names answered by TCR";

/// All that decides what is to be done.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// Where the VPC is; `None` if it isn't in a region of the instance.
    pub(super) region: Option<Region>,
    /// The link into it.
    pub(super) link: Option<Link>,
    /// Whether the instance's own name leads to the link there.
    pub(super) name: DnsStatus,
    /// Whether the account uses Private DNS.
    pub(super) has_private_dns: bool,
    /// The zone that this program has made.
    pub(super) own: Option<OwnZone>,
    /// Zones that were made by others, are bound to the VPC and decide about CCR's name there.
    pub(super) others: Vec<Zone>,
}

/// The zone that this program has made, with its records.
#[derive(Debug, Clone)]
pub(super) struct OwnZone {
    pub(super) zone: Zone,
    pub(super) records: Vec<ZoneRecord>,
}

impl OwnZone {
    /// The record for CCR's name.
    pub(super) fn record(&self, name: &ZoneName) -> Option<&ZoneRecord> {
        self.records.iter().find(|record| record.name == name.name)
    }
}

impl State {
    /// Asks for all of it.
    pub(super) async fn read(
        enterprise: &Enterprise,
        vpc: &str,
        name: &ZoneName,
    ) -> Result<Self, RedirectError> {
        let api = enterprise.api();
        let place = enterprise.find_vpcs(&[vpc]).await?.remove(vpc);
        let region = place.map(|place| place.replica.unwrap_or_else(|| api.region().clone()));
        let link = enterprise.links().await?.into_iter().find(|link| link.vpc == vpc);
        let status = match &link {
            Some(link) => enterprise.dns_status(link, LinkDomain::Default, region.as_ref()).await?,
            None => DnsStatus::Disabled,
        };
        let has_private_dns = is_private_dns_enabled(api).await?;
        let (own, others) = match has_private_dns {
            true => zones_of(api, vpc, name).await?,
            false => (None, Vec::new()),
        };
        Ok(Self { region, link, name: status, has_private_dns, own, others })
    }

    /// The address that CCR's name will lead to.
    pub(super) fn address(&self) -> Option<&str> {
        self.link.as_ref()?.address.as_deref()
    }
}

async fn zones_of(
    api: &Api,
    vpc: &str,
    name: &ZoneName,
) -> Result<(Option<OwnZone>, Vec<Zone>), RedirectError> {
    let listing = zones(api).await?;
    // One that isn't listed might be bound to the VPC.
    if !listing.is_complete() {
        let (listed, counted) = (listing.items.len(), listing.counted);
        return Err(RedirectError::ZonesIncomplete { listed, counted });
    }
    let deciding = listing.items.into_iter().filter(|zone| name.is_in(&zone.domain));
    let (own, others): (Vec<Zone>, Vec<Zone>) =
        deciding.partition(|zone| zone.remark == REMARK && zone.domain == name.domain);
    let own = match own.into_iter().next() {
        Some(zone) => {
            let records = zone_records(api, &zone.id).await?.items;
            Some(OwnZone { zone, records })
        }
        None => None,
    };
    Ok((own, others.into_iter().filter(|zone| zone.is_bound_to(vpc)).collect()))
}

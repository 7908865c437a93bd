//! In which region the VPCs are that an instance is linked into.

use std::collections::BTreeMap;

use super::Enterprise;
use crate::tencent::{ApiError, Region, Vpc, vpcs};

/// Where a VPC is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcPlace {
    /// The VPC.
    pub vpc: Vpc,
    /// Its region if it is a replica's; `None` if it is the instance's own.
    pub replica: Option<Region>,
}

impl Enterprise {
    /// Where VPCs are: in the instance's region or in that of one of its replicas, for the API doesn't
    /// say of a link in which. One that is nowhere is left out.
    ///
    /// # Errors
    /// As every call.
    pub async fn find_vpcs(&self, ids: &[&str]) -> Result<BTreeMap<String, VpcPlace>, ApiError> {
        let mut found = BTreeMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        for vpc in vpcs(&self.api, ids).await?.items {
            found.insert(vpc.id.clone(), VpcPlace { vpc, replica: None });
        }
        if ids.iter().all(|id| found.contains_key(*id)) {
            return Ok(found);
        }
        for region in self.replica_regions().await? {
            let missing: Vec<&str> =
                ids.iter().copied().filter(|id| !found.contains_key(*id)).collect();
            if missing.is_empty() {
                break;
            }
            for vpc in vpcs(&self.api.with_region(region.clone()), &missing).await?.items {
                found.insert(vpc.id.clone(), VpcPlace { vpc, replica: Some(region.clone()) });
            }
        }
        Ok(found)
    }
}

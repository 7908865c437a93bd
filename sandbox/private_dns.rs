//! Private zones: names that the machines of some VPCs resolve in another way.

use serde_json::{Value, json};

use crate::account::ZoneDescription;
use crate::network::Vpc;

/// Seconds, if the call says nothing else.
pub(crate) const TTL: i64 = 600;

/// A private zone of the customer.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    pub(crate) id: String,
    pub(crate) domain: String,
    pub(crate) remark: String,
    pub(crate) forwards: bool,
    /// The VPCs that it is bound to, each with its region.
    pub(crate) vpcs: Vec<(String, String)>,
    pub(crate) records: Vec<Record>,
}

/// A record of a zone.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) ttl: i64,
}

impl Zone {
    /// The zone of a description, the `number`th of the account.
    pub(crate) fn new(number: usize, description: ZoneDescription, vpcs: &[Vpc]) -> Self {
        let bound = |id: String| {
            let region = vpcs.iter().find(|vpc| vpc.id == id).map(|vpc| vpc.region.clone());
            (id, region.unwrap_or_default())
        };
        let records = description.records.into_iter().zip(1..).map(|(record, id)| Record {
            id,
            name: record.name,
            kind: record.kind,
            value: record.value,
            ttl: TTL,
        });
        Self {
            id: format!("zone-described{number}"),
            domain: description.domain,
            remark: description.remark,
            forwards: description.forwards,
            vpcs: description.vpcs.into_iter().map(bound).collect(),
            records: records.collect(),
        }
    }

    /// All of it, for the control server.
    pub(crate) fn everything(&self) -> Value {
        let records: Vec<Value> = self
            .records
            .iter()
            .map(|record| json!([record.name, record.kind, record.value, record.ttl]))
            .collect();
        json!({
            "domain": self.domain, "vpcs": self.vpcs, "forwards": self.forwards,
            "remark": self.remark, "records": records,
        })
    }

    /// Whether it is bound to a VPC.
    pub(crate) fn is_bound_to(&self, vpc: &str) -> bool {
        self.vpcs.iter().any(|(bound, _)| bound == vpc)
    }
}

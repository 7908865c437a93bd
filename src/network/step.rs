//! One change of the network, and its opposite.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tencent::{LinkDomain, Region};

/// One change. `region` is the VPC's if it is another than the instance's: a replica's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase")]
pub enum Step {
    /// The instance gets an address in a VPC.
    CreateLink {
        /// `vpc-…`
        vpc: String,
        /// `subnet-…`
        subnet: String,
        /// Of a replica.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
    },
    /// It has none any more.
    DeleteLink {
        /// `vpc-…`
        vpc: String,
        /// `subnet-…`
        subnet: String,
        /// Of a replica.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
    },
    /// A name leads to that address inside the VPC.
    CreateDns {
        /// `vpc-…`
        vpc: String,
        /// Which name.
        domain: LinkDomain,
        /// Of a replica.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
    },
    /// It doesn't any more.
    DeleteDns {
        /// `vpc-…`
        vpc: String,
        /// Which name.
        domain: LinkDomain,
        /// Of a replica.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
    },
    /// The instance answers under a domain of the customer's.
    CreateDomain {
        /// `images.example.com`
        name: String,
        /// Its certificate's id in the SSL service.
        certificate: String,
    },
    /// It doesn't any more.
    DeleteDomain {
        /// `images.example.com`
        name: String,
        /// Its certificate's id in the SSL service.
        certificate: String,
    },
    /// A namespace is copied to another instance, at each push.
    CreateReplication {
        /// The rule's name.
        rule: String,
        /// What is copied, to the namespace of the same name.
        namespace: String,
        /// The other instance, `tcr-…`
        destination: String,
        /// The number of the region that it is in.
        region_number: u64,
    },
    /// It isn't any more; what was copied stays.
    DeleteReplication {
        /// The rule's name.
        rule: String,
        /// What was copied.
        namespace: String,
        /// The other instance, `tcr-…`
        destination: String,
        /// The number of the region that it is in.
        region_number: u64,
    },
    /// The public entry is opened.
    OpenEntry,
    /// It is closed.
    CloseEntry,
    /// A range is let in through it.
    AddRule {
        /// `1.2.3.0/24`
        cidr: String,
        /// Why.
        description: String,
    },
    /// It isn't any more.
    DeleteRule {
        /// `1.2.3.0/24`
        cidr: String,
        /// Why it was.
        description: String,
    },
}

impl Step {
    /// What takes it back.
    #[must_use]
    pub fn opposite(&self) -> Self {
        match self.clone() {
            Self::CreateLink { vpc, subnet, region } => Self::DeleteLink { vpc, subnet, region },
            Self::DeleteLink { vpc, subnet, region } => Self::CreateLink { vpc, subnet, region },
            Self::CreateDns { vpc, domain, region } => Self::DeleteDns { vpc, domain, region },
            Self::DeleteDns { vpc, domain, region } => Self::CreateDns { vpc, domain, region },
            Self::CreateDomain { name, certificate } => Self::DeleteDomain { name, certificate },
            Self::DeleteDomain { name, certificate } => Self::CreateDomain { name, certificate },
            Self::CreateReplication { rule, namespace, destination, region_number } => {
                Self::DeleteReplication { rule, namespace, destination, region_number }
            }
            Self::DeleteReplication { rule, namespace, destination, region_number } => {
                Self::CreateReplication { rule, namespace, destination, region_number }
            }
            Self::OpenEntry => Self::CloseEntry,
            Self::CloseEntry => Self::OpenEntry,
            Self::AddRule { cidr, description } => Self::DeleteRule { cidr, description },
            Self::DeleteRule { cidr, description } => Self::AddRule { cidr, description },
        }
    }

    /// Whether it does the same to the same thing, whichever subnet a link's address is of.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::CreateLink { vpc, .. }, Self::CreateLink { vpc: other, .. })
            | (Self::DeleteLink { vpc, .. }, Self::DeleteLink { vpc: other, .. }) => vpc == other,
            _ => self == other,
        }
    }

    /// Whether it is about the public entry.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(
            self,
            Self::OpenEntry | Self::CloseEntry | Self::AddRule { .. } | Self::DeleteRule { .. }
        )
    }

    /// The VPC that it is about.
    #[must_use]
    pub fn vpc(&self) -> Option<&str> {
        match self {
            Self::CreateLink { vpc, .. }
            | Self::DeleteLink { vpc, .. }
            | Self::CreateDns { vpc, .. }
            | Self::DeleteDns { vpc, .. } => Some(vpc),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateLink { vpc, subnet, .. } => write!(f, "link {vpc} through {subnet}"),
            Self::DeleteLink { vpc, .. } => write!(f, "remove the link of {vpc}"),
            Self::CreateDns { vpc, domain, .. } => write!(f, "add the {domain} name in {vpc}"),
            Self::DeleteDns { vpc, domain, .. } => write!(f, "remove the {domain} name in {vpc}"),
            Self::CreateDomain { name, certificate } => {
                write!(f, "serve {name} with the certificate {certificate}")
            }
            Self::DeleteDomain { name, .. } => write!(f, "no longer serve {name}"),
            Self::CreateReplication { namespace, destination, rule, .. } => {
                write!(f, "copy {namespace} to {destination} at each push, by the rule {rule}")
            }
            Self::DeleteReplication { rule, .. } => write!(f, "delete the rule {rule}"),
            Self::OpenEntry => f.write_str("open the public entry"),
            Self::CloseEntry => f.write_str("close the public entry"),
            Self::AddRule { cidr, description } => write!(f, "allow {cidr} ({description})"),
            Self::DeleteRule { cidr, description } => {
                write!(f, "no longer allow {cidr} ({description})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opposite_of_the_opposite_is_the_step() {
        let (vpc, subnet) = ("vpc-1".to_owned(), "subnet-1".to_owned());
        let (cidr, description) = ("1.2.3.0/24".to_owned(), "office".to_owned());
        for step in [
            Step::CreateLink { vpc: vpc.clone(), subnet, region: None },
            Step::CreateDns { vpc, domain: LinkDomain::Vpc, region: Some(Region::guangzhou()) },
            Step::CreateDomain {
                name: "images.example.com".to_owned(),
                certificate: "c".to_owned(),
            },
            Step::OpenEntry,
            Step::AddRule { cidr, description },
        ] {
            assert_ne!(step.opposite(), step);
            assert_eq!(step.opposite().opposite(), step);
            let json = serde_json::to_string(&step).unwrap();
            assert_eq!(serde_json::from_str::<Step>(&json).unwrap(), step, "{json}");
        }
    }
}

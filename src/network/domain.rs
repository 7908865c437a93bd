//! A domain of the customer's: which certificate it is served with, and the records that lead to it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::plan::{Plan, PlannedStep, StepVerdict};
use super::step::Step;
use crate::tencent::{
    ApiError, Certificate, CustomDomain, Enterprise, Instance, Link, certificates,
};

/// A certificate that ends sooner is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A domain that is wanted.
#[derive(Debug, Clone)]
pub struct DomainWish {
    /// `images.example.com`
    pub name: String,
    /// The id of its certificate; without one, the certificate for the name that lasts longest.
    pub certificate: Option<String>,
}

/// Why a domain can't be served.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DomainError {
    /// A call failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// No certificate is for the name.
    #[error("none of the {looked} certificates that this key sees is for {name} and in force")]
    NoCertificate {
        /// The domain.
        name: String,
        /// How many there are.
        looked: usize,
    },
    /// There is no such certificate.
    #[error("this key sees no certificate {0}")]
    UnknownCertificate(String),
    /// It isn't for the name, or not in force.
    #[error("the certificate {id} can't be used for {name}: {why}")]
    Unfit {
        /// The certificate.
        id: String,
        /// The domain.
        name: String,
        /// Why not.
        why: String,
    },
    /// The domain is served, with another certificate.
    #[error("{name} is served already, with the certificate {certificate}")]
    Served {
        /// The domain.
        name: String,
        /// Its certificate now.
        certificate: String,
    },
    /// It is the instance's own.
    #[error("{0} is a name that Tencent gives, not a domain of yours")]
    Tencents(String),
}

impl DomainError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::NoCertificate { .. } | Self::UnknownCertificate(_) | Self::Unfit { .. } => Some(
                "get one for the name, or upload it, at https://console.cloud.tencent.com/ssl"
                    .to_owned(),
            ),
            // The API can only delete and make anew, with an outage of minutes between.
            Self::Served { .. } => Some(
                "change its certificate in TCR's console, which does so without an outage"
                    .to_owned(),
            ),
            Self::Tencents(_) => None,
        }
    }
}

impl DomainWish {
    /// The plan for it. Reads domains and certificates; changes nothing.
    ///
    /// # Errors
    /// [`DomainError`]
    pub async fn plan(&self, enterprise: &Enterprise) -> Result<Plan, DomainError> {
        let domains = enterprise.domains().await?.items;
        let held = certificates(enterprise.api()).await?.items;
        self.plan_of(&domains, &held, Timestamp::now())
    }

    fn plan_of(
        &self,
        domains: &[CustomDomain],
        held: &[Certificate],
        now: Timestamp,
    ) -> Result<Plan, DomainError> {
        let name = self.name.to_ascii_lowercase();
        if name.ends_with(".tencentcloudcr.com") || name.ends_with(".tencentyun.com") {
            return Err(DomainError::Tencents(name));
        }
        let chosen = self.certificate(&name, held, now)?;
        let mut plan = Plan::default();
        let served = domains.iter().find(|domain| domain.name.eq_ignore_ascii_case(&name));
        let verdict = match served {
            None => StepVerdict::Do,
            Some(domain) if domain.certificate != chosen.id => {
                let certificate = domain.certificate.clone();
                return Err(DomainError::Served { name, certificate });
            }
            Some(domain) if domain.is_ready() => StepVerdict::Exists,
            Some(_) => StepVerdict::Wait,
        };
        if self.certificate.is_none() {
            let names = chosen.names.join(", ");
            plan.notes.push(format!("{name} is served with {}, for {names}", chosen.id));
        }
        if let Some(ends) = chosen.ends.filter(|ends| *ends - SOON <= now) {
            let date = ends.strftime("%Y-%m-%d");
            plan.notices.push(format!("the certificate {} ends on {date}", chosen.id));
        }
        let step = Step::CreateDomain { name, certificate: chosen.id.clone() };
        plan.steps.push(PlannedStep { step, verdict });
        Ok(plan)
    }

    fn certificate<'a>(
        &self,
        name: &str,
        held: &'a [Certificate],
        now: Timestamp,
    ) -> Result<&'a Certificate, DomainError> {
        let Some(id) = &self.certificate else {
            let good = held.iter().filter(|certificate| unfit(certificate, name, now).is_none());
            let lasting = good.max_by_key(|certificate| certificate.ends);
            let looked = held.len();
            let name = name.to_owned();
            return lasting.ok_or(DomainError::NoCertificate { name, looked });
        };
        let certificate = held.iter().find(|certificate| certificate.id == *id);
        let certificate = certificate.ok_or_else(|| DomainError::UnknownCertificate(id.clone()))?;
        match unfit(certificate, name, now) {
            None => Ok(certificate),
            Some(why) => Err(DomainError::Unfit { id: id.clone(), name: name.to_owned(), why }),
        }
    }
}

/// Why a certificate can't be used for a name.
fn unfit(certificate: &Certificate, name: &str, now: Timestamp) -> Option<String> {
    if !certificate.is_for(name) {
        return Some(format!("it is for {}", certificate.names.join(", ")));
    }
    if !certificate.is_issued {
        return Some("it is not in force".to_owned());
    }
    let ended = certificate.ends.filter(|ends| *ends <= now)?;
    Some(format!("it ended on {}", ended.strftime("%Y-%m-%d")))
}

/// A record that makes a domain lead to the instance; whoever runs the domain's zone makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordToMake {
    /// Where: `the internet`, or a VPC, in a private zone that is bound to it.
    pub at: String,
    /// `CNAME` or `A`
    pub kind: &'static str,
    /// What the domain leads to.
    pub value: String,
}

/// The records that a domain needs, outside and in each VPC that is linked (1141/76084).
#[must_use]
pub fn records_to_make(instance: &Instance, links: &[Link]) -> Vec<RecordToMake> {
    let outside = instance.public_domain.iter().map(|host| RecordToMake {
        at: "the internet".to_owned(),
        kind: "CNAME",
        value: host.name().to_owned(),
    });
    let inside = links.iter().filter_map(|link| {
        Some(RecordToMake { at: link.vpc.clone(), kind: "A", value: link.address.clone()? })
    });
    outside.chain(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-05-01T00:00:00Z".parse().unwrap()
    }

    fn certificate(id: &str, name: &str, ends: &str) -> Certificate {
        Certificate {
            id: id.to_owned(),
            names: vec![name.to_owned()],
            is_issued: true,
            ends: Some(ends.parse().unwrap()),
        }
    }

    fn wish(certificate: Option<&str>) -> DomainWish {
        let certificate = certificate.map(str::to_owned);
        DomainWish { name: "images.Example.com".to_owned(), certificate }
    }

    #[test]
    fn the_certificate_that_lasts_longest_is_taken() {
        let held = [
            certificate("a", "*.example.com", "2026-06-01T00:00:00Z"),
            certificate("b", "images.example.com", "2027-06-01T00:00:00Z"),
            certificate("c", "other.example.com", "2029-06-01T00:00:00Z"),
        ];
        let plan = wish(None).plan_of(&[], &held, now()).unwrap();
        let step = Step::CreateDomain {
            name: "images.example.com".to_owned(),
            certificate: "b".to_owned(),
        };
        assert_eq!(plan.steps, [PlannedStep { step, verdict: StepVerdict::Do }]);
        assert!(wish(Some("a")).plan_of(&[], &held, now()).is_ok());
        let why = |id| wish(Some(id)).plan_of(&[], &held, now()).unwrap_err().to_string();
        assert!(why("c").contains("it is for other.example.com"), "{}", why("c"));
        assert!(why("d").contains("no certificate d"));
    }

    #[test]
    fn one_that_is_over_or_soon_will_be_is_told() {
        let over = [certificate("a", "images.example.com", "2026-04-01T00:00:00Z")];
        let why = wish(Some("a")).plan_of(&[], &over, now()).unwrap_err().to_string();
        assert!(why.contains("it ended on 2026-04-01"), "{why}");
        let none = wish(None).plan_of(&[], &over, now());
        assert!(matches!(none, Err(DomainError::NoCertificate { looked: 1, .. })));
        let soon = [certificate("a", "images.example.com", "2026-05-20T00:00:00Z")];
        assert_eq!(wish(None).plan_of(&[], &soon, now()).unwrap().notices.len(), 1);
    }

    #[test]
    fn a_domain_that_is_served_stays_as_it_is() {
        let held = [certificate("a", "images.example.com", "2027-06-01T00:00:00Z")];
        let served = |certificate: &str, status: &str| CustomDomain {
            name: "images.example.com".to_owned(),
            certificate: certificate.to_owned(),
            status: status.to_owned(),
        };
        let verdict = |domain| {
            let plan = wish(None).plan_of(&[domain], &held, now()).unwrap();
            plan.steps[0].verdict
        };
        assert_eq!(verdict(served("a", "success")), StepVerdict::Exists);
        assert_eq!(verdict(served("a", "CREATING")), StepVerdict::Wait);
        let other = wish(None).plan_of(&[served("b", "SUCCESS")], &held, now());
        assert!(matches!(other, Err(DomainError::Served { .. })));
    }
}

//! Custom domains of the instance, and the certificates that they answer with.

use jiff::{SignedDuration, Timestamp};

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};
use crate::tencent::{Certificate, CustomDomain, certificates};

/// From when on it is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "domain.certificate",
    about: "custom domains: state, and the names and end of their certificates",
    needs: &["tcr.instance"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

/// What is wrong with a domain.
#[derive(Debug, PartialEq, Eq)]
enum Flaw {
    Fails(String),
    Soon(String),
    Unknown(String),
}

async fn check(ground: &Ground) -> Found {
    let enterprise = ground.enterprise()?;
    let optional = |error| Finding::api(&error, Need::Optional);
    let domains = enterprise.domains().await.map_err(optional)?.items;
    if domains.is_empty() {
        return Ok(Finding::ok("no custom domain"));
    }
    let held = certificates(enterprise.api()).await.map_err(optional)?;
    let now = Timestamp::now();
    let mut flaws = Vec::new();
    for domain in &domains {
        let certificate = held.items.iter().find(|held| held.id == domain.certificate);
        flaws.extend(flaw(domain, certificate, now));
    }
    let of = |wanted: fn(&Flaw) -> Option<&String>| -> Vec<&String> {
        flaws.iter().filter_map(wanted).collect()
    };
    let fails = of(|flaw| if let Flaw::Fails(text) = flaw { Some(text) } else { None });
    let soon = of(|flaw| if let Flaw::Soon(text) = flaw { Some(text) } else { None });
    let unknown = of(|flaw| if let Flaw::Unknown(text) = flaw { Some(text) } else { None });
    let renew = "get a certificate at https://console.cloud.tencent.com/ssl, and give it to the domain \
                 in TCR's console, which does so without an outage";
    Ok(if !fails.is_empty() {
        Finding::fail(shortened(&fails, SHOWN)).hint(renew)
    } else if !soon.is_empty() {
        Finding::warn(shortened(&soon, SHOWN)).hint(renew)
    } else if !unknown.is_empty() {
        Finding::not_proven(shortened(&unknown, SHOWN))
    } else {
        let count = counted(domains.len(), "custom domain", "custom domains");
        Finding::ok(format!("{count}, each with a certificate for its name"))
    })
}

fn flaw(domain: &CustomDomain, certificate: Option<&Certificate>, now: Timestamp) -> Option<Flaw> {
    let name = &domain.name;
    if !domain.is_ready() {
        return Some(Flaw::Fails(format!("{name} is {}", domain.status)));
    }
    let Some(certificate) = certificate else {
        let id = &domain.certificate;
        return Some(Flaw::Unknown(format!("{name}: certificate {id} isn't among this key's")));
    };
    let id = &certificate.id;
    if !certificate.is_for(name) {
        let names = certificate.names.join(", ");
        return Some(Flaw::Fails(format!("{name}: certificate {id} is for {names}")));
    }
    if !certificate.is_issued {
        return Some(Flaw::Fails(format!("{name}: certificate {id} is not in force")));
    }
    let ends = certificate.ends?;
    let date = ends.strftime("%Y-%m-%d");
    if ends <= now {
        return Some(Flaw::Fails(format!("{name}: certificate {id} ended on {date}")));
    }
    (ends - SOON <= now).then(|| Flaw::Soon(format!("{name}: certificate {id} ends on {date}")))
}

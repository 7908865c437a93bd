//! Whether the instance's names lead to its links: inside the VPCs as Tencent says, and here.

use std::net::Ipv4Addr;

use crate::checkup::check::{Check, Run};
use crate::checkup::dns::resolve;
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::shortened;
use crate::tencent::{DnsStatus, Link, LinkDomain};

/// How many are named.
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "network.dns",
    about: "the instance's names lead to its links: in each linked VPC, and here",
    needs: &["network.links"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let account = ground.account.get()?;
    let (Some(enterprise), Some(instance)) = (&account.enterprise, &account.instance) else {
        return Err(Finding::no_api());
    };
    let ready: Vec<&Link> = ground.links.get()?.iter().filter(|link| link.is_ready()).collect();
    let host = account.target_host.as_ref().map(|host| host.name().to_owned());
    // The name that references will have must lead to the link; the other one may.
    let wanted = match &host {
        Some(host) if *host == LinkDomain::Vpc.name_of(instance) => LinkDomain::Vpc,
        _ => LinkDomain::Default,
    };
    let names = LinkDomain::ALL.map(|domain| domain.name_of(instance));
    let here = names.iter().map(|name| resolve(name, ground.dns_server));
    let here = futures::future::join_all(here).await;
    let mut elsewhere = Vec::new();
    let (mut missing, mut unknown, mut lead) = (Vec::new(), Vec::new(), 0);
    for ((domain, name), here) in LinkDomain::ALL.into_iter().zip(&names).zip(here) {
        for link in &ready {
            let status = enterprise.dns_status(link, domain, None).await;
            match status.map_err(|error| Finding::api(&error, Need::Optional))? {
                DnsStatus::Enabled => lead += 1,
                DnsStatus::Disabled if domain == wanted => {
                    missing.push(format!("{name} in {}", link.vpc));
                }
                DnsStatus::Disabled => {}
                DnsStatus::Error => unknown.push(format!("{name} in {}", link.vpc)),
                DnsStatus::Other(word) => unknown.push(format!("{name} in {}: {word}", link.vpc)),
            }
        }
        // That a name isn't resolved here is no flaw: it may be for inside the VPC alone.
        elsewhere.extend(here.ok().and_then(|found| stray(name, &found, &ready)));
    }
    if !elsewhere.is_empty() {
        return Err(Finding::fail(shortened(&elsewhere, SHOWN)).hint(
            "look for the name in /etc/hosts and in private zones that are bound to this VPC \
             (tencentcloudcr.com)",
        ));
    }
    if !missing.is_empty() {
        let vpc = ready.first().map_or("VPC", |link| &link.vpc);
        let word = if wanted == LinkDomain::Vpc { "vpc" } else { "default" };
        return Err(Finding::fail(format!("not resolved: {}", shortened(&missing, SHOWN)))
            .hint(format!("docker ccr2tcr network apply --vpc {vpc} --dns {word}")));
    }
    if !unknown.is_empty() {
        let names = shortened(&unknown, SHOWN);
        return Err(Finding::not_proven(format!("Tencent doesn't know of {names}")));
    }
    Ok(match ready.as_slice() {
        [] => Finding::not_proven("no VPC is linked, so there is no name to look at"),
        _ => Finding::ok(format!("{lead} of {} names lead to links", 2 * ready.len())),
    })
}

/// What a name leads to here that is no link: a private address. A public one is the public entry's.
fn stray(name: &str, found: &[Ipv4Addr], links: &[&Link]) -> Option<String> {
    let expected: Vec<&str> = links.iter().filter_map(|link| link.address.as_deref()).collect();
    let wrong = found.iter().find(|address| {
        (address.is_private() || address.is_loopback() || address.is_link_local())
            && !expected.contains(&address.to_string().as_str())
    })?;
    let expected = match expected.as_slice() {
        [] => "a public address".to_owned(),
        all => all.join(" or "),
    };
    Some(format!("{name} is {wrong} here, expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_record_is_told_with_what_is_right() {
        let link = Link {
            vpc: "vpc-1".to_owned(),
            subnet: String::new(),
            status: "Running".to_owned(),
            address: Some("10.0.0.5".to_owned()),
        };
        let told = |address: [u8; 4], links: &[&Link]| stray("prod.io", &[address.into()], links);
        assert_eq!(told([10, 0, 0, 5], &[&link]), None);
        assert_eq!(told([43, 1, 2, 3], &[&link]), None);
        let wrong = "prod.io is 10.0.0.9 here, expected 10.0.0.5";
        assert_eq!(told([10, 0, 0, 9], &[&link]).as_deref(), Some(wrong));
        assert!(told([10, 0, 0, 9], &[]).unwrap().ends_with("expected a public address"));
    }
}

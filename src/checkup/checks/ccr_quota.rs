//! What is in CCR, how much of its quota that is, and how often it was pulled.

use crate::account::ccr_names;
use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::{CcrRepository, Ground};
use crate::diagnostic::{counted, human_count};
use crate::image::{Host, Mapping, RepositoryName, TagOrDigest};
use crate::tencent::{ApiError, PersonalQuota};

pub(super) const CHECK: Check = Check {
    id: "ccr.quota",
    about: "what is in CCR: namespaces, repositories, tags, pulls, and its quotas",
    needs: &["identity"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

/// What one region counts.
#[derive(Default)]
struct Counts {
    namespaces: u64,
    repositories: u64,
    tags: u64,
    pulls: u64,
}

async fn check(ground: &Ground) -> Found {
    let needed = |error: ApiError| Finding::api(&error, Need::Needed);
    let (_, mapping) =
        ccr_names(&ground.settings).map_err(|error| Finding::account(&error, Need::Needed))?;
    let mut repositories = Vec::new();
    let (mut counts, mut short) = (Counts::default(), Vec::new());
    let (mut quota, mut unknown) = (None, None);
    for source in ground.sources.get()? {
        let personal = &source.personal;
        let (namespaces, listed, overview, limits) = tokio::join!(
            personal.namespaces(),
            personal.repositories(),
            personal.overview(),
            personal.quota()
        );
        let (namespaces, listed) = (namespaces.map_err(needed)?, listed.map_err(needed)?);
        let is_filtered = overview.as_ref().is_ok_and(|overview| overview.is_filtered);
        unknown = unknown.or(overview.err()).or(limits.as_ref().err().cloned());
        if is_filtered || !namespaces.is_complete() || !listed.listing.is_complete() {
            short.push(source.region.to_string());
        }
        counts.namespaces += namespaces.items.len() as u64;
        counts.repositories += listed.listing.items.len() as u64;
        quota = quota.or(limits.ok());
        let host = source.host(listed.server.as_ref());
        for listed in listed.listing.items {
            counts.tags += listed.tags;
            counts.pulls = counts.pulls.saturating_add(listed.pulls);
            let Some(host) = host.clone() else { continue };
            let target = target(&mapping, &host, &listed.name);
            repositories.push(CcrRepository { host, listed, target });
        }
    }
    ground.repositories.fill(repositories);
    let text = words(&counts, quota.unwrap_or_default());
    if short.is_empty() {
        return Ok(match unknown.map(|error| Finding::api(&error, Need::Optional)) {
            Some(found) => Finding { text: format!("{text}; {}", found.text), ..found },
            None => Finding::ok(text),
        });
    }
    Ok(Finding::warn(format!("{text}; not all is to be seen in {}", short.join(", "))).hint(
        "let the key see all of CCR: allow tcr:DescribeNamespacePersonal, \
         tcr:DescribeRepositoryOwnerPersonal and tcr:DescribeImagePersonal on *",
    ))
}

/// What a repository is called in TCR; `None` if it stays, or can't have a name there.
fn target(mapping: &Mapping, host: &Host, name: &str) -> Option<RepositoryName> {
    // Any tag: those that leave out only some tags still let the repository move.
    if let (Ok(repository), Ok(tag)) = (name.parse(), "latest".parse())
        && mapping.excluded_by(host, &repository, &TagOrDigest::Tag(tag)).is_some()
    {
        return None;
    }
    mapping.target(host, name).ok()
}

fn words(counts: &Counts, quota: PersonalQuota) -> String {
    let of = |count: u64, quota: Option<u64>, one: &str, many: &str| match quota {
        Some(quota) => format!("{} of {} {many}", human_count(count), human_count(quota)),
        None => counted(count, one, many),
    };
    format!(
        "{}, {}, {}; pulled {}",
        of(counts.namespaces, quota.namespaces, "namespace", "namespaces"),
        of(counts.repositories, quota.repositories, "repository", "repositories"),
        counted(counts.tags, "tag", "tags"),
        counted(counts.pulls, "time", "times"),
    )
}

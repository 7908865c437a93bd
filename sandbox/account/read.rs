//! Reading a description from YAML, and the checks that serde can't make.

use std::collections::HashSet;

use anyhow::{Result, bail, ensure};

use ccr2tcr::image::{Glob, RepositoryName, Tag};

use super::{Account, NamespaceDescription};
use crate::edition::Edition;
use crate::regions;

/// The account that is used when none is named.
pub(crate) fn embedded() -> &'static str {
    include_str!("../accounts/demo.yaml")
}

/// Reads and checks a description. YAML errors carry line and column.
pub(crate) fn read(text: &str) -> Result<Account> {
    let account: Account = serde_yaml::from_str(text)?;
    ensure!(account.version == 1, "version: {} is not known here, only 1", account.version);
    ensure!(account.page_limit > 0, "page_limit: must be at least 1");
    let mut deployments = HashSet::new();
    for personal in &account.personal {
        known_region(&personal.region)?;
        let deployment = regions::deployment(&personal.region);
        if !deployments.insert(deployment) {
            bail!("personal: {} is described twice ({deployment} serves it)", personal.region);
        }
        check_namespaces(&personal.namespaces, Edition::Ccr)?;
    }
    let mut names = HashSet::new();
    for instance in &account.enterprise {
        known_region(&instance.region)?;
        ensure!(names.insert(&instance.name), "enterprise: {} is there twice", instance.name);
        check_namespaces(&instance.namespaces, Edition::Tcr)?;
        for rule in &instance.immutable_tags {
            rule.repository.parse::<Glob>()?;
            rule.tag.parse::<Glob>()?;
        }
    }
    check_network(&account)?;
    Ok(account)
}

fn known_region(region: &str) -> Result<()> {
    ensure!(regions::find(region).is_some(), "`{region}` is not a region of Tencent Cloud");
    Ok(())
}

fn check_namespaces(namespaces: &[NamespaceDescription], edition: Edition) -> Result<()> {
    let mut names = HashSet::new();
    for namespace in namespaces {
        let name = &namespace.name;
        ensure!(!name.is_empty(), "a namespace of {} has no name", edition.name());
        ensure!(names.insert(name), "namespace `{name}` is there twice");
        let mut repositories = HashSet::new();
        for repository in &namespace.repositories {
            let path = format!("{name}/{}", repository.name);
            path.parse::<RepositoryName>()?;
            ensure!(repositories.insert(&repository.name), "repository `{path}` is there twice");
            let nested = edition == Edition::Ccr && repository.name.contains('/');
            ensure!(!nested, "repository `{path}`: Personal Edition has no nested repositories");
            for image in &repository.images {
                ensure!(!image.tags.is_empty(), "an image of `{path}` has no tags");
                for tag in &image.tags {
                    tag.parse::<Tag>()?;
                }
            }
        }
    }
    Ok(())
}

fn check_network(account: &Account) -> Result<()> {
    for vpc in &account.vpcs {
        known_region(&vpc.region)?;
    }
    for instance in &account.enterprise {
        for link in &instance.links {
            let known = account.vpcs.iter().any(|vpc| vpc.id == link.vpc);
            ensure!(known, "links: there is no VPC {}", link.vpc);
        }
        let state = instance.public_entry.state.as_str();
        let known = matches!(state, "Closed" | "Opened");
        ensure!(known, "public_entry: {state} is neither Closed nor Opened");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_account_is_a_good_one() {
        assert_eq!(read(embedded()).unwrap().personal.len(), 1);
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_line() {
        let error = read("version: 1\npersonal:\n  - regoin: ap-guangzhou\n").unwrap_err();
        let text = format!("{error}");
        assert!(text.contains("regoin") && text.contains("line 3 column"), "{text}");
    }

    #[test]
    fn two_mainland_regions_are_one_deployment() {
        let error = read("personal: [{region: ap-guangzhou}, {region: ap-beijing}]").unwrap_err();
        assert!(format!("{error}").contains("ap-beijing is described twice"));
    }
}

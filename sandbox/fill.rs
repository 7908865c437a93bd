//! From the description of an account to a cloud with everything in it.

use std::time::Instant;

use anyhow::{Result, ensure};
use jiff::Timestamp;

use crate::account::{
    Account, CertificateDescription, Generate, GenerateRepositories, InstanceDescription, Key,
    NamespaceDescription, PersonalDescription, RepositoryDescription,
};
use crate::audit_log::AuditLog;
use crate::cam::Cam;
use crate::clock;
use crate::content::{Contents, build};
use crate::edition::Edition;
use crate::faults::Faults;
use crate::network::{InstanceNetwork, Vpc};
use crate::private_dns::Zone;
use crate::registry::Registry;
use crate::secrets::{SecretLedger, alphanumeric};
use crate::world::{Cloud, CustomDomain, Instance, Personal};

/// Builds the cloud. `hosts` are the addresses of the registries, Personal Edition's first.
pub(crate) fn fill(account: Account, hosts: Vec<String>) -> Result<Cloud> {
    let wanted = account.personal.len() + account.enterprise.len();
    ensure!(hosts.len() == wanted, "{} addresses for {wanted} registries", hosts.len());
    let mut hosts = hosts.into_iter();
    let vpcs = account.vpcs.into_iter().map(Vpc::new).collect();
    let mut filler = Filler {
        contents: Contents::default(),
        images: 0,
        vpcs,
        certificates: account.certificates,
    };
    let mut secrets = SecretLedger::default();
    let key = account.key.unwrap_or_else(|| Key {
        id: format!("AKID{}", alphanumeric(32)),
        secret: alphanumeric(32),
    });
    secrets.note(&key.secret);
    let mut personal = Vec::new();
    for (description, host) in account.personal.into_iter().zip(hosts.by_ref()) {
        let held = filler.personal(description, host);
        secrets.note_login(account.user.as_ref().unwrap_or(&account.uin), &held.password);
        personal.push(held);
    }
    let mut enterprise = Vec::new();
    for (description, host) in account.enterprise.into_iter().zip(hosts) {
        let held = filler.instance(description, host)?;
        held.webhooks.iter().for_each(|webhook| webhook.note_secrets(&mut secrets));
        enterprise.push(held);
    }
    let audit = AuditLog::new(&account.audit, &account.uin, &mut secrets);
    Ok(Cloud {
        audit,
        uin: account.uin,
        key,
        cam: Cam {
            user: account.user,
            policies: account.policies,
            boundary: account.boundary,
            roles: account.roles,
            readable: account.cam_readable,
        },
        temporary_keys: std::collections::HashMap::new(),
        personal,
        enterprise,
        private_dns: account.private_dns,
        zones: account
            .private_zones
            .into_iter()
            .enumerate()
            .map(|(number, zone)| Zone::new(number, zone, &filler.vpcs))
            .collect(),
        vpcs: filler.vpcs,
        delays: account.delays,
        clusters: account.clusters,
        certificates: filler.certificates,
        contents: filler.contents,
        faults: Faults { api: account.faults, registry: account.registry_faults },
        denied: account.denied,
        clock_skew: account.clock_skew,
        page_limit: account.page_limit,
        secrets,
        calls: std::collections::BTreeMap::new(),
        recent: std::collections::HashMap::new(),
        conflicts: 0,
    })
}

struct Filler {
    contents: Contents,
    /// So far, which decides when the next one was pushed.
    images: usize,
    vpcs: Vec<Vpc>,
    certificates: Vec<CertificateDescription>,
}

impl Filler {
    fn personal(&mut self, description: PersonalDescription, host: String) -> Personal {
        let mut registry = Registry::new(Edition::Ccr, host);
        if description.answers_as_tcr {
            registry.service = "harbor-registry";
        }
        registry.referrers_api = description.referrers_api;
        for namespace in &description.namespaces {
            self.namespace(&mut registry, namespace);
        }
        let (mut triggers, mut cleanup) = (Vec::new(), Vec::new());
        cleanup.extend(description.cleanup.into_iter().map(|rule| (String::new(), rule)));
        for namespace in &description.namespaces {
            for repository in &namespace.repositories {
                let name = format!("{}/{}", namespace.name, repository.name);
                let own = repository.triggers.iter().cloned();
                triggers.extend(own.map(|trigger| (name.clone(), trigger)));
                let own = repository.cleanup.iter().cloned();
                cleanup.extend(own.map(|rule| (name.clone(), rule)));
            }
        }
        Personal {
            triggers,
            cleanup,
            region: description.region,
            password: description.password.unwrap_or_else(|| alphanumeric(14)),
            initialised: description.initialised,
            privilege_filtered: description.privilege_filtered,
            quota: description.quota,
            registry,
        }
    }

    fn instance(&mut self, description: InstanceDescription, host: String) -> Result<Instance> {
        let mut registry = Registry::new(Edition::Tcr, host);
        registry.bearer_lifetime = description.bearer_lifetime;
        registry.lenient = description.lenient;
        registry.referrers_api = description.referrers_api;
        registry.mounts = description.mounts;
        for rule in &description.immutable_tags {
            let (repository, tag) = (rule.repository.parse()?, rule.tag.parse()?);
            registry.immutable.push((rule.namespace.clone(), repository, tag));
        }
        for namespace in &description.namespaces {
            self.namespace(&mut registry, namespace);
        }
        let (quota, _) = description.instance_type.quota();
        let quota = description.quota.unwrap_or(quota);
        let id =
            description.id.unwrap_or_else(|| format!("tcr-{}", alphanumeric(8).to_lowercase()));
        // The certificate that names the domain, else the account's first, which then is the wrong one.
        let certificate = |domain: &String| {
            let named = self.certificates.iter().find(|held| held.names.contains(domain));
            named.or(self.certificates.first()).map_or("14568-152", |held| held.id.as_str())
        };
        let domains = description.domains.iter().map(|domain| CustomDomain {
            name: domain.clone(),
            certificate: certificate(domain).to_owned(),
            ready: Instant::now(),
        });
        let domains = domains.collect();
        let mut webhooks = description.webhooks;
        for (webhook, id) in webhooks.iter_mut().zip(1..) {
            webhook.id = id;
        }
        Ok(Instance {
            last_webhook: webhooks.last().map_or(0, |webhook| webhook.id),
            webhooks,
            id,
            name: description.name,
            region: description.region,
            level: description.instance_type,
            status: description.status,
            domains,
            replication_rules: Vec::new(),
            network: InstanceNetwork::new(
                description.links,
                description.public_entry,
                description.replicas,
                &mut self.vpcs,
            ),
            namespace_quota: quota.namespaces,
            repository_quota: quota.repositories,
            immutable_rules: description.immutable_tags,
            retention: description.retention,
            takes_ccr_logins: description.takes_ccr_logins,
            token_lifetime: description.token_lifetime,
            tokens: Vec::new(),
            service_accounts: Vec::new(),
            created: clock::default_push(0),
            registry,
        })
    }

    fn namespace(&mut self, registry: &mut Registry, description: &NamespaceDescription) {
        let created = clock::default_push(self.images);
        registry.add_namespace(&description.name, description.public, created);
        if let Some(namespace) = registry.namespaces.get_mut(&description.name) {
            namespace.prevent_vul = description.prevent_vul;
            namespace.others = description.others;
            namespace.unlisted = description.unlisted;
        }
        for repository in &description.repositories {
            self.repository(registry, &description.name, repository);
        }
        for repository in description.generate.iter().flat_map(generated) {
            self.repository(registry, &description.name, &repository);
        }
    }

    fn repository(
        &mut self,
        registry: &mut Registry,
        namespace: &str,
        description: &RepositoryDescription,
    ) {
        let name = format!("{namespace}/{}", description.name);
        let created = clock::default_push(self.images);
        let has_api = registry.referrers_api;
        let held = registry.repository_or_new(&name, created);
        held.listed = true;
        held.unlisted = description.unlisted;
        held.public = description.public;
        held.description.clone_from(&description.description);
        held.counted_tags = description.counted_tags;
        held.pulls = description.pulls;
        for image in &description.images {
            let pushed = image.pushed.map_or_else(|| self.next_push(), |time| time.0);
            held.add(build(&mut self.contents, &name, image).listed_by(has_api), pushed);
        }
        if let Some(generate) = &description.generate {
            held.announce(generate.clone(), self.images);
            self.images += generate.tags;
        }
    }

    fn next_push(&mut self) -> Timestamp {
        self.images += 1;
        clock::default_push(self.images - 1)
    }
}

fn generated(description: &GenerateRepositories) -> impl Iterator<Item = RepositoryDescription> {
    let mut generate = Generate { tags: description.tags, ..Generate::default() };
    if let Some(layers) = &description.layers {
        generate.layers.clone_from(layers);
    }
    (1..=description.repositories).map(move |number| RepositoryDescription {
        name: format!("repo-{number:03}"),
        generate: Some(generate.clone()),
        ..RepositoryDescription::default()
    })
}

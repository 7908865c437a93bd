//! One instance of Enterprise Edition: its rules, its quotas, and what is in it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{EntryDescription, LinkDescription, NamespaceDescription};
use crate::secrets::SecretLedger;

/// One instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools, reason = "a description is a form with boxes to tick")]
pub(crate) struct InstanceDescription {
    /// `tcr-` and eight characters; random by default.
    pub(crate) id: Option<String>,
    /// 5–50 characters at Tencent, not checked here.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) region: String,
    /// Decides the quotas.
    #[serde(rename = "type")]
    pub(crate) instance_type: InstanceType,
    /// `Running`, `Pending`, `Deploying`, `Isolate`, …
    pub(crate) status: String,
    /// Overrides the type's quotas.
    pub(crate) quota: Option<InstanceQuota>,
    /// What is in it.
    pub(crate) namespaces: Vec<NamespaceDescription>,
    /// Custom domains, as the API tells them; nothing answers there.
    pub(crate) domains: Vec<String>,
    /// Links into VPCs.
    pub(crate) links: Vec<LinkDescription>,
    /// Open to loopback addresses by default.
    pub(crate) public_entry: EntryDescription,
    /// Regions of its replicas.
    pub(crate) replicas: Vec<String>,
    /// Tags that can't be overwritten.
    pub(crate) immutable_tags: Vec<ImmutableRule>,
    /// Shown by the API, never carried out here.
    pub(crate) retention: Vec<RetentionRule>,
    /// Shown by the API, never called here.
    pub(crate) webhooks: Vec<Webhook>,
    /// Takes a manifest whose children or blobs are missing, and counts it as dangling.
    pub(crate) lenient: bool,
    /// Answers the referrers API and sends `OCI-Subject`.
    pub(crate) referrers_api: bool,
    /// Seconds that a temporary access credential is good for.
    pub(crate) token_lifetime: u64,
    /// Seconds that the registry's bearer tokens are good for.
    pub(crate) bearer_lifetime: u64,
    /// Whether CCR's logins are taken, as an instance does under CCR's name.
    pub(crate) takes_ccr_logins: bool,
    /// Whether cross-repository mounts are done.
    pub(crate) mounts: bool,
}

impl Default for InstanceDescription {
    fn default() -> Self {
        Self {
            id: None,
            name: "sandbox".to_owned(),
            region: "ap-shanghai".to_owned(),
            instance_type: InstanceType::Standard,
            status: "Running".to_owned(),
            quota: None,
            namespaces: Vec::new(),
            domains: Vec::new(),
            links: Vec::new(),
            public_entry: EntryDescription::default(),
            replicas: Vec::new(),
            immutable_tags: Vec::new(),
            retention: Vec::new(),
            webhooks: Vec::new(),
            lenient: false,
            referrers_api: false,
            token_lifetime: 3600,
            bearer_lifetime: 300,
            takes_ccr_logins: false,
            mounts: true,
        }
    }
}

/// What was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InstanceType {
    /// The smallest.
    Basic,
    /// The usual one.
    Standard,
    /// The largest.
    Premium,
}

impl InstanceType {
    /// As the API writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Standard => "standard",
            Self::Premium => "premium",
        }
    }

    /// Links into VPCs, by the older of the two tables (TCR service levels).
    pub(crate) fn links(self) -> usize {
        match self {
            Self::Basic => 3,
            Self::Standard => 5,
            Self::Premium => 10,
        }
    }

    /// Namespaces and repositories (TCR service levels), and service accounts.
    pub(crate) fn quota(self) -> (InstanceQuota, usize) {
        let (namespaces, repositories, accounts) = match self {
            Self::Basic => (50, 1000, 10),
            Self::Standard => (100, 3000, 20),
            Self::Premium => (500, 5000, 100),
        };
        (InstanceQuota { namespaces, repositories }, accounts)
    }
}

/// How much an instance may hold.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstanceQuota {
    /// Namespaces of the instance.
    pub(crate) namespaces: usize,
    /// Repositories of the instance.
    pub(crate) repositories: usize,
}

/// Tags of a namespace that can't be overwritten.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImmutableRule {
    /// One rule for each namespace.
    pub(crate) namespace: String,
    /// A glob on the name below the namespace.
    #[serde(default = "everything")]
    pub(crate) repository: String,
    /// A glob.
    #[serde(default = "everything")]
    pub(crate) tag: String,
}

fn everything() -> String {
    "**".to_owned()
}

/// Which images a namespace keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionRule {
    /// Where it holds.
    pub(crate) namespace: String,
    /// `latestPushedK`
    pub(crate) latest_pushed: u64,
    /// `manual`, `daily`, `weekly` or `monthly`.
    #[serde(default = "manual")]
    pub(crate) cron: String,
}

fn push() -> Vec<String> {
    vec!["pushImage".to_owned()]
}

fn yes() -> bool {
    true
}

fn manual() -> String {
    "manual".to_owned()
}

/// A webhook that a push triggers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    /// Where it holds.
    pub(crate) namespace: String,
    /// Of the trigger.
    pub(crate) name: String,
    /// Where it sends to.
    pub(crate) url: String,
    /// What requests to it carry.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// What it reacts to.
    #[serde(default = "push")]
    pub(crate) events: Vec<String>,
    /// For which images.
    #[serde(default = "everything")]
    pub(crate) condition: String,
    /// Whether it fires.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// Shown by the console.
    #[serde(default)]
    pub(crate) description: String,
    /// Given by the sandbox.
    #[serde(skip)]
    pub(crate) id: i64,
}

impl Webhook {
    /// Notes what of its address and headers is usually secret.
    pub(crate) fn note_secrets(&self, secrets: &mut SecretLedger) {
        if let Some((_, query)) = self.url.split_once('?') {
            secrets.note(query);
        }
        self.headers.values().for_each(|value| secrets.note(value));
    }
}

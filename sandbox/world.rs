//! The state of the cloud, behind one lock: small, and held for no longer than a lookup takes.

use parking_lot::{Mutex, MutexGuard};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::account::{
    CertificateDescription, Cleanup, ClusterDescription, Delays, ImmutableRule, InstanceType, Key,
    Quota, RetentionRule, Trigger, Webhook,
};
use crate::audit_log::AuditLog;
use crate::cam::{Caller, Cam};
use crate::clock;
use crate::content::Contents;
use crate::edition::Edition;
use crate::faults::Faults;
use crate::network::{InstanceNetwork, Vpc};
use crate::private_dns::Zone;
use crate::registry::{InstanceServiceAccount, InstanceToken, Registry};
use crate::secrets::SecretLedger;

/// What all servers share.
#[derive(Debug)]
pub(crate) struct World {
    cloud: Mutex<Cloud>,
    /// Added to every answer.
    pub(crate) latency: Duration,
}

impl World {
    /// A world with this cloud.
    pub(crate) fn new(cloud: Cloud, latency: Duration) -> Self {
        Self { cloud: Mutex::new(cloud), latency }
    }

    /// The cloud. Never hold it across an await.
    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock()
    }
}

/// One account of Tencent Cloud, and everything in it.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) uin: String,
    pub(crate) key: Key,
    pub(crate) cam: Cam,
    /// By key id: those that came with a token.
    pub(crate) temporary_keys: HashMap<String, TemporaryKey>,
    pub(crate) personal: Vec<Personal>,
    pub(crate) enterprise: Vec<Instance>,
    pub(crate) audit: AuditLog,
    pub(crate) vpcs: Vec<Vpc>,
    /// Whether the customer uses Private DNS.
    pub(crate) private_dns: bool,
    pub(crate) zones: Vec<Zone>,
    pub(crate) delays: Delays,
    pub(crate) clusters: Vec<ClusterDescription>,
    pub(crate) certificates: Vec<CertificateDescription>,
    pub(crate) contents: Contents,
    pub(crate) faults: Faults,
    pub(crate) denied: Vec<String>,
    pub(crate) clock_skew: i64,
    pub(crate) page_limit: usize,
    pub(crate) secrets: SecretLedger,
    /// Calls by action.
    pub(crate) calls: BTreeMap<String, u64>,
    /// When each action of each service was called in the last second.
    pub(crate) recent: HashMap<(&'static str, &'static str), VecDeque<Instant>>,
    /// How many conflicts were answered, for the two spellings take turns.
    pub(crate) conflicts: u64,
}

/// A key that is good with its token only, and only for a while.
#[derive(Debug, Clone)]
pub(crate) struct TemporaryKey {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: Timestamp,
    pub(crate) role: Caller,
}

/// Personal Edition of one deployment.
#[derive(Debug)]
pub(crate) struct Personal {
    pub(crate) region: String,
    pub(crate) password: String,
    pub(crate) initialised: bool,
    pub(crate) privilege_filtered: bool,
    pub(crate) quota: Quota,
    /// Repository and trigger.
    pub(crate) triggers: Vec<(String, Trigger)>,
    /// Repository and rule; the repository of the global ones is empty.
    pub(crate) cleanup: Vec<(String, Cleanup)>,
    pub(crate) registry: Registry,
}

/// One instance of Enterprise Edition.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) level: InstanceType,
    pub(crate) status: String,
    pub(crate) domains: Vec<CustomDomain>,
    pub(crate) replication_rules: Vec<ReplicationRule>,
    pub(crate) network: InstanceNetwork,
    pub(crate) namespace_quota: usize,
    pub(crate) repository_quota: usize,
    pub(crate) immutable_rules: Vec<ImmutableRule>,
    pub(crate) retention: Vec<RetentionRule>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) takes_ccr_logins: bool,
    /// The number of the last webhook that was made.
    pub(crate) last_webhook: i64,
    pub(crate) token_lifetime: u64,
    pub(crate) tokens: Vec<InstanceToken>,
    pub(crate) service_accounts: Vec<InstanceServiceAccount>,
    pub(crate) created: Timestamp,
    pub(crate) registry: Registry,
}

/// A rule that copies pushes to another instance. Nothing is copied here.
#[derive(Debug, Clone)]
pub(crate) struct ReplicationRule {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) filters: Vec<(String, String)>,
    pub(crate) overrides: bool,
    /// `tcr-…`
    pub(crate) destination: String,
    pub(crate) namespace: String,
}

/// A custom domain of an instance.
#[derive(Debug, Clone)]
pub(crate) struct CustomDomain {
    pub(crate) name: String,
    pub(crate) certificate: String,
    /// When it will answer.
    pub(crate) ready: Instant,
}

/// Which registry of the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RegistryId {
    pub(crate) edition: Edition,
    pub(crate) index: usize,
}

impl Cloud {
    /// The clock of Tencent's API, which may be ahead of ours.
    pub(crate) fn now(&self) -> Timestamp {
        clock::after(Timestamp::now(), self.clock_skew)
    }

    /// Counts and logs a pull or push at a registry of the Personal Edition.
    pub(crate) fn log_use(
        &mut self,
        id: RegistryId,
        name: &str,
        repository: &str,
        anonymous: bool,
    ) {
        if id.edition == Edition::Tcr {
            return;
        }
        let (now, held) = (self.now(), &mut self.personal[id.index]);
        if name == "pull" {
            held.registry.count_pull(repository);
        }
        let uin = self.cam.user.as_ref().unwrap_or(&self.uin);
        let uin = if anonymous { "" } else { uin };
        self.audit.log((name, uin, &held.region), repository, now, &mut self.secrets);
    }

    /// The number of the user whose key and logins these are.
    pub(crate) fn user(&self) -> &str {
        self.cam.user.as_deref().unwrap_or(&self.uin)
    }

    /// A registry, and the content of all.
    pub(crate) fn registry(&mut self, id: RegistryId) -> (&mut Registry, &mut Contents) {
        let registry = match id.edition {
            Edition::Ccr => &mut self.personal[id.index].registry,
            Edition::Tcr => &mut self.enterprise[id.index].registry,
        };
        (registry, &mut self.contents)
    }

    /// All registries.
    pub(crate) fn registry_ids(&self) -> Vec<RegistryId> {
        let ccr = (0..self.personal.len()).map(|index| RegistryId { edition: Edition::Ccr, index });
        let tcr =
            (0..self.enterprise.len()).map(|index| RegistryId { edition: Edition::Tcr, index });
        ccr.chain(tcr).collect()
    }
}

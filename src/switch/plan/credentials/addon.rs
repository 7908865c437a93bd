//! The Secrets of TKE's TCR addon, which are at the `ServiceAccount`s: a list in the template would
//! switch those off.

use super::{Credentials, PullCredential, is_addons};
use crate::image::{ParsedReference, Reference};
use crate::switch::inventory::ScannedObject;
use crate::switch::plan::reason::Reason;
use crate::switch::running::PodsOnHost;
use crate::workload::PodSpec;

impl Credentials<'_> {
    /// Empties the list if the account has the addon's Secret for every new image, and no other
    /// image of the pod is pulled with what the list alone names.
    pub(super) fn addon(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        own: Option<&[String]>,
        news: &[Reference],
    ) -> PullCredential {
        let namespace = found.namespace();
        if let Some(why) = self.unreadable(namespace, true) {
            return PullCredential::Lacking(why);
        }
        for account in self.inventory.accounts_of(namespace, spec, self.ccr()) {
            if let Some(why) = self.not_by_addon(found, spec, own, (&account, news)) {
                return PullCredential::Lacking(why);
            }
        }
        match own {
            Some(_) => PullCredential::OwnList(Vec::new()),
            None => PullCredential::Nothing,
        }
    }

    /// Whether pods lack a login that their account's Secrets of the addon have.
    pub(in crate::switch::plan) fn lack_addons(&self, pods: &PodsOnHost) -> bool {
        let PodsOnHost { namespace, account, pull_secrets, images, .. } = pods;
        if self.unreadable(namespace, true).is_some() {
            return false;
        }
        let private: Vec<&Reference> = images.iter().filter(|new| !(self.is_public)(new)).collect();
        let lacking = self.lacking(namespace, pull_secrets, &private);
        let mut addons = self.named_by(namespace, account);
        addons.retain(|name| is_addons(name));
        !lacking.is_empty() && self.lacking(namespace, &addons, &lacking).is_empty()
    }

    /// The Secrets that an account names.
    fn named_by(&self, namespace: &str, account: &str) -> Vec<String> {
        let account = self.inventory.account(namespace, account);
        account.and_then(|account| account.pull_secrets.clone()).unwrap_or_default()
    }

    /// Why an account's Secrets of the addon don't do.
    fn not_by_addon(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        own: Option<&[String]>,
        (account, news): (&str, &[Reference]),
    ) -> Option<Reason> {
        let namespace = found.namespace();
        let at_account = self.named_by(namespace, account);
        let is_addons = |name: &String| is_addons(name) && at_account.contains(name);
        let wanted: Vec<&Reference> = news.iter().collect();
        if self.first_that_knows(namespace, &wanted, is_addons).is_none() {
            if let Some(useless) = self.useless_login(namespace, &wanted, is_addons) {
                return Some(Reason::NoCredential {
                    message: format!("pods can't pull: {useless}"),
                    hint: self.renewal(&useless.name),
                });
            }
            return Some(self.addon_lack(namespace, account));
        }
        let own = own?;
        let images = found.positions.pulled_by(spec);
        let others = images.filter_map(|image| image.class.staying());
        for ParsedReference { host, repository, .. } in others {
            let knows = |name: &String| self.knows(namespace, name, host, repository.as_str());
            if own.iter().any(knows) && !at_account.iter().any(knows) {
                return Some(Reason::NoCredential {
                    message: format!(
                        "{host}/{repository} of the same pod is pulled with a Secret that only the pod's own list names"
                    ),
                    hint: "--pull-secret add keeps the list".to_owned(),
                });
            }
        }
        None
    }
}

//! The Secrets of TKE's TCR addon, which are at the `ServiceAccount`s: a list in the template would
//! switch those off.

use super::{Credentials, PullCredential, is_addons};
use crate::image::{ParsedReference, Reference};
use crate::switch::inventory::ScannedObject;
use crate::switch::plan::reason::Reason;
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

    /// Why an account's Secrets of the addon don't do.
    fn not_by_addon(
        &self,
        found: &ScannedObject,
        spec: &PodSpec,
        own: Option<&[String]>,
        (account, news): (&str, &[Reference]),
    ) -> Option<Reason> {
        let namespace = found.namespace();
        let at_account = self
            .inventory
            .account(namespace, account)
            .and_then(|account| account.pull_secrets.clone())
            .unwrap_or_default();
        let is_addons = |name: &String| is_addons(name) && at_account.contains(name);
        let wanted: Vec<&Reference> = news.iter().collect();
        if self.first_that_knows(namespace, &wanted, is_addons).is_none() {
            if let Some(useless) = self.useless_login(namespace, &wanted, is_addons) {
                return Some(Reason::NoCredential {
                    message: format!("pods can't pull: {useless}"),
                    hint: "check whether the TCR addon renews its Secret, or use --pull-secret add"
                        .to_owned(),
                });
            }
            return Some(Reason::NoCredential {
                message: format!(
                    "ServiceAccount {account} of namespace {namespace} has no Secret of the TCR addon for {}",
                    self.renamer.target
                ),
                hint: format!(
                    "add the TCR addon to the cluster with namespace {namespace} in its scope, or use --pull-secret add"
                ),
            });
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

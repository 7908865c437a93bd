//! Whether what refers to an image is in TCR too, for `verify`.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::inventory::referrers_of;
use super::plan::{RepositoryCopy, TagCopy};
use super::referrers::{Referrers, ReferrersUnread, Sides};
use super::report::{Failure, FailureClass};
use crate::account::Account;
use crate::diagnostic::counted;
use crate::image::{Digest, Host, RepositoryName};

/// A manifest of a repository, and where it goes to.
type ImageKey = (Host, RepositoryName, Host, RepositoryName, Digest);

/// Compares referrers, those of one digest of a repository once.
#[derive(Default)]
pub(super) struct ReferrersCheck {
    asked: Mutex<HashMap<ImageKey, Arc<OnceCell<Referrers>>>>,
    unread: Mutex<Vec<ReferrersUnread>>,
}

impl ReferrersCheck {
    /// Whether TCR lists all that refers to an image which is equal on both sides. What refers to
    /// it comes back; what can't be listed is noted as unread.
    ///
    /// # Errors
    /// The failure that says how many it lacks.
    pub(super) async fn compare(
        &self,
        account: &Account,
        copy: &RepositoryCopy,
        tag: &TagCopy,
    ) -> Result<Vec<Digest>, Failure> {
        let Some(digest) = &tag.digest else { return Ok(Vec::new()) };
        let source = account.registries.get(&copy.source_host);
        let target = account.registries.get(&copy.target_host);
        let sides = Sides {
            source: &source,
            source_name: &copy.source,
            target: &target,
            target_name: &copy.target,
        };
        let key = (
            copy.source_host.clone(),
            copy.source.clone(),
            copy.target_host.clone(),
            copy.target.clone(),
            digest.clone(),
        );
        let cell = Arc::clone(self.asked.lock().entry(key).or_default());
        let referrers = cell.get_or_init(|| referrers_of(sides, digest, tag.is_plain)).await;
        let missing = referrers.missing() as u64;
        if missing > 0 {
            let what = counted(missing, "referrer", "referrers");
            let message = format!("TCR lacks {what} of it: signatures, SBOMs, attestations");
            return Err(Failure::new(FailureClass::Unequal, message)
                .with_hint("docker ccr2tcr sync copies what is missing or older"));
        }
        if let Some(trouble) = referrers.at_source.as_ref().or(referrers.at_target.as_ref()) {
            let image = copy.source_of(tag).to_string();
            self.unread.lock().push(ReferrersUnread { image, trouble: trouble.clone() });
        }
        Ok(referrers.found.iter().map(|referrer| referrer.digest.clone()).collect())
    }

    /// Images whose referrers could not be listed.
    pub(super) fn into_unread(self) -> Vec<ReferrersUnread> {
        self.unread.into_inner()
    }
}

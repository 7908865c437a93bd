//! One token for a few repositories of a namespace that will all be asked for something, instead of
//! a token for each.
//!
//! It serves a repository only if it says itself that it grants the access there; else, and where
//! tokens can't be read, each repository gets a token of its own, as it would without a batch.

use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::scope::TokenScope;
use super::token::Credential;
use crate::image::RepositoryName;
use crate::registry::Access;
use crate::registry::transport::SingleFlight;

/// Repositories that share a token: it is sent with each request, and must stay small.
const REPOSITORIES: usize = 8;

/// Repositories of one namespace, and the token that they share.
#[derive(Default)]
pub(super) struct TokenBatch {
    pub(super) scopes: Vec<TokenScope>,
    /// `None` if there is no such token.
    pub(super) flight: SingleFlight<Option<Arc<Credential>>>,
}

/// The batches of one host.
#[derive(Default)]
pub(super) struct TokenBatches {
    of: Mutex<HashMap<TokenScope, Arc<TokenBatch>>>,
}

impl TokenBatches {
    /// These repositories will be asked for, with this access.
    pub(super) fn expect<'a>(
        &self,
        repositories: impl Iterator<Item = &'a RepositoryName>,
        access: Access,
    ) {
        let mut namespaces: BTreeMap<&str, Vec<TokenScope>> = BTreeMap::new();
        let mut of = self.of.lock();
        for repository in repositories {
            let scope = TokenScope { repository: repository.clone(), access, mount_from: None };
            if !of.contains_key(&scope) {
                namespaces.entry(repository.namespace()).or_default().push(scope);
            }
        }
        for scopes in namespaces.into_values() {
            for scopes in scopes.chunks(REPOSITORIES).filter(|scopes| scopes.len() > 1) {
                let batch = TokenBatch { scopes: scopes.to_vec(), ..TokenBatch::default() };
                let batch = Arc::new(batch);
                of.extend(scopes.iter().map(|scope| (scope.clone(), Arc::clone(&batch))));
            }
        }
    }

    /// The batch that serves a scope.
    pub(super) fn of(&self, scope: &TokenScope) -> Option<Arc<TokenBatch>> {
        self.of.lock().get(scope).cloned()
    }

    /// From now on the scope gets a token of its own.
    pub(super) fn leave(&self, scope: &TokenScope) {
        self.of.lock().remove(scope);
    }

    /// From now on each scope does.
    pub(super) fn dissolve(&self) {
        self.of.lock().clear();
    }
}

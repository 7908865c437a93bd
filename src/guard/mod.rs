//! After the move: an admission policy of the API server that meets new images of CCR.
//!
//! `rules` says which, `manifests` makes the policies and bindings of it, `foretell` finds what of
//! the objects that stand it would meet; `state`, `put` and `remove` read and write them, `trial` sees
//! whether they hold. `rewriting` says which images new Pods get from TCR, `rewrite_policy` makes the
//! policies of it, `kyverno` and `hosts_toml` what does the same where the server has no such policies. The policies' semantics:
//! <https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/>.

mod error;
mod expressions;
mod foretell;
mod hosts_toml;
mod kyverno;
mod manifests;
mod put;
mod remove;
mod rewrite_policy;
mod rewriting;
mod rules;
mod state;
mod trial;

pub use error::GuardError;
pub use foretell::{Foretold, foretell};
pub use hosts_toml::hosts_toml;
pub use kyverno::kyverno_policy;
pub use manifests::{GuardMode, GuardScope, POLICY, manifests};
pub use put::{Installed, dry_run, put, put_rewriting};
pub use remove::remove;
pub use rewrite_policy::rewrite_manifests;
pub use rewriting::{LeftOnCcr, NamespaceRewriting, Rewriting};
pub use rules::GuardRules;
pub use state::{Binding, GuardState, Parts, mutating_version, read_state};
pub use trial::Trial;

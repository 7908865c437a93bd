//! After the move: an admission policy of the API server that meets new images of CCR.
//!
//! `rules` says which, `manifests` makes the policies and bindings of it, `foretell` finds what of
//! the objects that stand it would meet; `state`, `put` and `remove` read and write them, `trial` sees
//! whether they hold. The policies' semantics:
//! <https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/>.

mod error;
mod expressions;
mod foretell;
mod manifests;
mod put;
mod remove;
mod rules;
mod state;
mod trial;

pub use error::GuardError;
pub use foretell::{Foretold, foretell};
pub use manifests::{GuardMode, GuardScope, POLICY, manifests};
pub use put::{Installed, put};
pub use remove::remove;
pub use rules::GuardRules;
pub use state::{Binding, GuardState, read_state};
pub use trial::Trial;

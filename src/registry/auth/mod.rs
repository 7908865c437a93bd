//! Authentication: what a registry asks for, which login is used, and the tokens made with it.

mod authenticator;
mod challenge;
mod login;
mod probe;
mod scope;
mod token;
mod token_batch;
mod token_request;

#[cfg(test)]
mod tests;

pub(super) use authenticator::Authenticator;
pub use login::{Login, LoginError, LoginKind, LoginSource, NoLogins, OnlyLogin};
pub(super) use probe::probe;
pub use probe::{AuthScheme, Probe};
pub use scope::Access;
pub(super) use scope::TokenScope;

//! What registries refuse, break or don't hold: logins, TLS, networks, broken images, failures in
//! the middle of a run.

mod broken_images;
mod broken_transfers;
pub(crate) mod credential_helpers;
mod logins;
mod network;
mod odd_parts;
mod others;
mod refusals;
mod retries;
mod tls;

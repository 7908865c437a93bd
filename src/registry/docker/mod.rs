//! Docker's own store of logins: `config.json`, and the credential helpers that it names.

mod auth_file;
mod config;
mod helper;
mod store;
mod stored;
mod write;

pub use auth_file::parse_auth_file;
pub use store::{DockerStore, HostLogins};
pub use stored::{LoginKeeper, StoredLogin, StoredLogins};
pub use write::Stored;

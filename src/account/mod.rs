//! Both sides of a move, made from settings: the instance, the hosts, the API keys, the logins, the
//! mapping.
//!
//! The flags that both plugins share are [`Settings`]; the same settings in a file are a
//! [`MappingFile`]. [`Account::open`] turns them into clients.

mod error;
mod instance;
mod line;
mod logins;
mod mapping_file;
mod namespaces;
mod open;
mod registries;
mod settings;
mod sides;
mod text_file;

pub use error::AccountError;
pub use line::{MOST_IN_A_LINE, account_flags, ccr_flags, printed, withheld};
pub use logins::{FixedLogin, Logins};
pub use mapping_file::{MappingFile, MappingFileError};
pub use namespaces::owned_namespaces;
pub use open::{
    Account, CcrRegion, RequiredApis, ccr_hosts, ccr_names, list_instances, named_ccr_regions,
    tcr_api,
};
pub use registries::Registries;
pub use settings::{GivenKey, GivenLogin, Settings};
pub use sides::{CcrRegistries, CcrSide, SideApis, ccr_apis, side_apis};
pub use text_file::read_text;

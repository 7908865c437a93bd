//! Why nothing could be prepared, or what stopped a run.

use std::path::PathBuf;

use super::obstacle::Obstacle;
use crate::account::AccountError;
use crate::tencent::ApiError;
use crate::transfer::SyncError;

/// Why a redirect could not be set or taken back.
#[derive(Debug, thiserror::Error)]
pub enum RedirectError {
    /// The account can't be opened.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A call of the API failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Both sides could not be compared.
    #[error(transparent)]
    Comparison(#[from] SyncError),
    /// There is no API key.
    #[error("a redirect is made through Tencent's API, and there is no API key for TCR")]
    NoApi,
    /// More than one region of CCR was named.
    #[error("a redirect is for one host of CCR at a time")]
    SeveralRegions,
    /// CCR's host isn't a name of Tencent's.
    #[error(
        "{0} is not a name below tencentyun.com, so that no zone of that domain can answer for it"
    )]
    NoName(String),
    /// Some of the account's zones are not known.
    #[error(
        "the API counts {counted} private zones and lists {listed}: another one may be bound to the VPC"
    )]
    ZonesIncomplete {
        /// Zones that were listed.
        listed: usize,
        /// Zones that there are.
        counted: u64,
    },
    /// Something stands against it.
    #[error("CCR's name is not redirected")]
    Obstacles(Vec<Obstacle>),
    /// The undo file can't be written.
    #[error("the undo file {} can't be written: {reason}", path.display())]
    Undo {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A step was done, and what is read back says otherwise.
    #[error("`{0}` was done, and is not to be seen afterwards")]
    NotSeen(String),
    /// VPCs of others have gone from the zone's list.
    #[error("the zone was bound to {0} before, and isn't now")]
    LostVpc(String),
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl RedirectError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Account(error) => error.hint(),
            Self::Api(error) => error.hint(),
            Self::NoApi => {
                Some("set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY".to_owned())
            }
            Self::SeveralRegions => Some("name one: --ccr-region ap-guangzhou".to_owned()),
            Self::Undo { .. } => Some(
                "nothing was changed; choose a file that can be written: --undo-file FILE"
                    .to_owned(),
            ),
            Self::NotSeen(_) | Self::ZonesIncomplete { .. } | Self::Interrupted => {
                Some("run it again: what is done already is left as it is".to_owned())
            }
            Self::LostVpc(vpc) => Some(format!(
                "bind the zone to {vpc} again at the console of Private DNS, unless somebody has just unbound it"
            )),
            Self::Comparison(_) | Self::NoName(_) | Self::Obstacles(_) => None,
        }
    }
}

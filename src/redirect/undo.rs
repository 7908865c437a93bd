//! The undo file: what there was before the first write.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::RedirectError;
use super::prepare::Prepared;
use crate::private_file;

const KIND: &str = "ccr2tcr-redirect-undo";
const SCHEMA_VERSION: u32 = 1;

/// What there was. `network redirect --vpc VPC --remove` brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RedirectUndo {
    schema_version: u32,
    kind: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// The VPC that is redirected.
    pub vpc: String,
    /// CCR's host.
    pub host: String,
    /// The zone that this program had made before; `None` if there was none.
    pub zone: Option<String>,
    /// The VPCs that it was bound to.
    pub vpcs: Vec<String>,
    /// Whether it had the alias.
    pub had_record: bool,
}

impl RedirectUndo {
    pub(super) fn of(prepared: &Prepared) -> Self {
        let own = prepared.state.own.as_ref();
        let bound = own.into_iter().flat_map(|own| &own.zone.vpcs);
        Self {
            schema_version: SCHEMA_VERSION,
            kind: KIND.to_owned(),
            created_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            vpc: prepared.wanted.vpc.clone(),
            host: prepared.ccr.to_string(),
            zone: own.map(|own| own.zone.id.clone()),
            vpcs: bound.map(|vpc| vpc.id.clone()).collect(),
            had_record: own.is_some_and(|own| own.record(&prepared.wanted.name).is_some()),
        }
    }

    /// Writes it to `path`, or to a file of this folder with a name of its own, and says which.
    pub(super) fn save(&self, path: Option<&Path>) -> Result<PathBuf, RedirectError> {
        let now = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S");
        let path = path.map_or_else(
            || PathBuf::from(format!("ccr2tcr-redirect-undo-{now}.json")),
            Path::to_owned,
        );
        let unwritable = |error: std::io::Error| RedirectError::Undo {
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut text =
            serde_json::to_vec_pretty(self).map_err(|error| unwritable(error.into()))?;
        text.push(b'\n');
        private_file::create(&path, [text.as_slice()]).map_err(unwritable)?;
        Ok(path)
    }
}

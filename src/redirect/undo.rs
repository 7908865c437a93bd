//! The undo file: what there was before the first write.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::error::RedirectError;
use super::prepare::Prepared;
use crate::private_file;

const KIND: &str = "ccr2tcr-redirect-undo";
const SCHEMA_VERSION: u32 = 1;

/// What there was. `network redirect --vpc VPC --remove` brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
            created_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            vpc: prepared.wanted.vpc.clone(),
            host: prepared.ccr.to_string(),
            zone: own.map(|own| own.zone.id.clone()),
            vpcs: bound.map(|vpc| vpc.id.clone()).collect(),
            had_record: own.is_some_and(|own| own.record(&prepared.wanted.name).is_some()),
        }
    }

    /// Writes it to `path`, or to a file of this folder with a name of its own, and says which.
    pub(super) fn save(&self, path: Option<&Path>) -> Result<PathBuf, RedirectError> {
        let here = Path::new("");
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| of(here, &error.into()))?;
        text.push(b'\n');
        if let Some(path) = path {
            let created = private_file::create(path, [text.as_slice()]);
            return created.map(|()| path.to_owned()).map_err(|error| of(path, &error));
        }
        let names = private_file::names(here, KIND, Timestamp::now());
        private_file::create_first(names, &text).map_err(|(path, error)| of(&path, &error))
    }
}

fn of(path: &Path, error: &io::Error) -> RedirectError {
    RedirectError::Undo { path: path.to_owned(), reason: error.to_string() }
}

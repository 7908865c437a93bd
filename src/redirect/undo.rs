//! The undo file: what there was before the first write.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::RedirectError;
use super::prepare::Prepared;
use crate::private_file;

const KIND: &str = "ccr2tcr-redirect-undo";
const SCHEMA_VERSION: u32 = 1;
/// How many names of one second are tried.
const NAMES_TRIED: u32 = 1000;

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
        if let Some(path) = path {
            return self.create(path).map(|()| path.to_owned()).map_err(|error| of(path, &error));
        }
        let now = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
        let mut number = 1;
        loop {
            // Another run may have taken the name within the same second.
            let more = if number == 1 { String::new() } else { format!("-{number}") };
            let path = PathBuf::from(format!("ccr2tcr-redirect-undo-{now}{more}.json"));
            match self.create(&path) {
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && number < NAMES_TRIED =>
                {
                    number += 1;
                }
                created => return created.map_err(|error| of(&path, &error)).map(|()| path),
            }
        }
    }

    fn create(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        private_file::create(path, [text.as_slice()])
    }
}

fn of(path: &Path, error: &io::Error) -> RedirectError {
    RedirectError::Undo { path: path.to_owned(), reason: error.to_string() }
}

//! What this machine knows of the move: the mapping file that the hook's configuration names, else
//! the one TCR host that a login is stored for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ccr2tcr::account::MappingFile;
use ccr2tcr::environment::Environment;
use ccr2tcr::first_run::ccr_hosts;
use ccr2tcr::image::{CcrHosts, Host, Mapping};
use ccr2tcr::registry::DockerStore;
use serde::Deserialize;

/// Facts for the advice.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The host that images will have in TCR, if there is no doubt.
    pub(super) target: Option<Host>,
    /// The mapping file, if one is named, and what it holds, if it can be read.
    pub(super) mapping: Option<(PathBuf, Option<Mapping>)>,
    /// Which hosts are CCR.
    pub(super) ccr: CcrHosts,
}

/// The part of docker's `config.json` that is read for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Configuration {
    plugins: BTreeMap<String, BTreeMap<String, String>>,
}

impl Known {
    pub(super) fn read(environment: &Environment) -> Self {
        let store = DockerStore::open(None, environment);
        let mut known = Self { ccr: ccr_hosts(environment), ..Self::default() };
        if let Some(path) = store.file().and_then(|file| mapping_path(&file)) {
            let file = MappingFile::read(&path).ok();
            known.mapping = Some((path, file.map(|file| known.take(file))));
        }
        if known.target.is_none() {
            let stored = store.stored(Host::is_tcr_name).unwrap_or_default().logins;
            known.target = match stored.as_slice() {
                [only] => Some(only.host.clone()),
                // Several instances, or none: nothing says which one is meant.
                _ => None,
            };
        }
        known
    }

    fn take(&mut self, file: MappingFile) -> Mapping {
        let named =
            file.tcr_name.and_then(|name| format!("{name}.tencentcloudcr.com").parse().ok());
        self.target = file.tcr_host.or(named);
        self.ccr = CcrHosts::new([self.ccr.named(), &file.ccr_hosts].concat());
        Mapping::new(file.rules).excluding(file.excludes)
    }
}

/// `plugins.ccr2tcr.mapping`, beside docker's own `hooks`; docker keeps settings of plugins there.
fn mapping_path(config: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(config).ok()?;
    let configuration: Configuration = serde_json::from_str(&text).ok()?;
    let path = configuration.plugins.get("ccr2tcr")?.get("mapping")?;
    // From the file's folder, wherever docker was called.
    Some(config.parent()?.join(path))
}

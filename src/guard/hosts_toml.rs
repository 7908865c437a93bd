//! TCR as a mirror of CCR in containerd's `certs.d`: no change of any object, and only where no name
//! changes, for containerd rewrites no path (containerd#11625).
//!
//! <https://github.com/containerd/containerd/blob/main/docs/hosts.md>

use std::fmt::Write as _;

use super::error::GuardError;
use super::rewriting::Rewriting;
use super::rules::GuardRules;
use crate::image::{Host, Mapping};

/// The files for the hosts of CCR that the images are on, each with a remark where it belongs.
///
/// # Errors
/// [`GuardError::PathsChange`] if a rule renames anything, or something is to stay in CCR.
pub fn hosts_toml(
    rewriting: &Rewriting,
    rules: &GuardRules,
    target: &Host,
    mapping: &Mapping,
) -> Result<String, GuardError> {
    let mut text = REMARKS.to_owned();
    let mapping = mapping.clone().excluding(rules.exempt.clone());
    for host in rewriting.hosts() {
        let changed = |why| GuardError::PathsChange { host: host.clone(), why };
        let below = mapping.target_below(host, "").map_err(changed)?;
        if !below.is_empty() {
            return Err(changed(format!("all names move below {below}")));
        }
        let _ = write!(
            text,
            "\n# /etc/containerd/certs.d/{host}/hosts.toml\nserver = \"https://{host}\"\n\n\
             [host.\"https://{target}\"]\n  capabilities = [\"pull\", \"resolve\"]\n"
        );
    }
    Ok(text)
}

/// What who puts the files on a node should know.
const REMARKS: &str = "\
# For each node. containerd reads them at every pull, without a restart, if its config.toml sets
#   config_path = \"/etc/containerd/certs.d\"
# of the CRI plugin's registry section.
# TCR is asked first; whatever it doesn't give, for whatever reason, is pulled from CCR.
# The kubelet gives containerd the login of the host that the image names, which is CCR's: TCR sees
# that one, and not its own (containerd#10996). So this serves public namespaces of TCR only; what is
# private there comes from CCR as before, and nobody is told.
# A tag that was pushed to CCR again after the copy comes from TCR as it was copied.
";

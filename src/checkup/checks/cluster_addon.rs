//! TKE's addon `tcr`: does it work, and for which registries does it make pull secrets.

use std::fmt::Write as _;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::{ClusterGround, Ground};
use crate::diagnostic::shortened;
use crate::tencent::{TcrAddon, tcr_addon};

const SHOWN: usize = 4;

pub(super) const CHECK: Check = Check {
    id: "cluster.addon",
    about: "TKE's addon tcr: its phase, and for which hosts and namespaces it makes pull secrets",
    needs: &["cluster.identity", "tcr.instance"],
    after: &[],
    run: Run::EachCluster(|ground, cluster| Box::pin(check(ground, cluster))),
};

async fn check(ground: &Ground, of: &ClusterGround) -> Found {
    let api = ground.api().await?;
    let found = of.tke.get()?;
    let addon = tcr_addon(&api.with_region(found.region.clone()), &found.cluster.id).await;
    let addon = addon.map_err(|error| Finding::api(&error, Need::Optional))?;
    let host = ground.account.get()?.target_host.as_ref().map(ToString::to_string);
    Ok(match addon {
        None => {
            Finding::ok("not installed; pull secrets are made by `kubectl tcr-switch secrets copy`")
        }
        Some(addon) => of_addon(&addon, host.as_deref()),
    })
}

fn of_addon(addon: &TcrAddon, host: Option<&str>) -> Finding {
    let TcrAddon { version, phase, reason, logins, hosts } = addon;
    if !phase.eq_ignore_ascii_case("Succeeded") {
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        return Finding::fail(format!("version {version} is {phase}{why}")).hint(
            "look at Deployment tcr-assistant-controller-manager in tcr-assistant-system, or remove \
             the addon and use `kubectl tcr-switch secrets copy`",
        );
    }
    let Some(logins) = logins else {
        return Finding::not_proven(format!(
            "version {version} is {phase}; its values can't be read"
        ));
    };
    let served: Vec<String> = logins
        .iter()
        .map(|login| match login.namespaces.as_str() {
            "*" => login.host.clone(),
            namespaces => format!("{} in {namespaces}", login.host),
        })
        .collect();
    let mut text = format!("version {version}, pull secrets for {}", shortened(&served, SHOWN));
    if !hosts.is_empty() {
        let names: Vec<String> = hosts.iter().map(|(host, ip)| format!("{host}={ip}")).collect();
        let _ = write!(text, "; writes /etc/hosts: {}", shortened(&names, SHOWN));
    }
    match host {
        Some(host) if !logins.iter().any(|login| login.host == host) => {
            Finding::warn(format!("{text}; none for {host}")).hint(format!(
                "add {host} to the addon in the console, or use `kubectl tcr-switch secrets copy`"
            ))
        }
        _ => Finding::ok(text),
    }
}

//! CCR's registries answer, and are CCR.

use crate::account::CcrRegistries;
use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;

pub(super) const CHECK: Check = Check {
    id: "ccr.registry",
    about: "CCR's registry answers from here, and is CCR",
    needs: &[],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let ccr = CcrRegistries::open(&ground.settings, &ground.environment).await;
    let ccr = ccr.map_err(|error| Finding::account(&error, Need::Needed))?;
    let mut answered = Vec::new();
    for host in &ccr.hosts {
        let registry = ccr.registries.get(host);
        let is_tcr = registry.is_harbor().await.map_err(|error| Finding::registry(&error))?;
        if is_tcr {
            return Err(Finding::fail(format!("{host} answers as a TCR instance, not as CCR"))
                .hint(
                    "something answers CCR's name here with TCR: /etc/hosts, a private zone \
                 tencentyun.com, or --resolve",
                ));
        }
        answered.push(host.as_str());
    }
    let finding = Finding::ok(format!("{} answers", answered.join(", ")));
    ground.ccr.fill(ccr);
    Ok(finding)
}

//! Whether private images of CCR would come into public namespaces of TCR.

use std::collections::BTreeSet;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};

/// How many are named.
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "tcr.visibility",
    about: "no private image of CCR goes to a public namespace of TCR",
    needs: &["tcr.instance"],
    after: &["ccr.quota"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let enterprise = ground.enterprise()?;
    let listed = enterprise.namespaces().await;
    let listed = listed.map_err(|error| Finding::api(&error, Need::Needed))?;
    let complete = listed.is_complete();
    let public: BTreeSet<&str> =
        listed.items.iter().filter(|held| held.public).map(|held| held.name.as_str()).collect();
    let held = ground.repositories.peek();
    let exposed: Vec<String> = held
        .into_iter()
        .flatten()
        .filter(|held| !held.listed.public)
        .filter_map(|held| {
            let target = held.target.as_ref()?;
            public.contains(target.namespace()).then(|| format!("{} to {target}", held.listed.name))
        })
        .collect();
    let count = counted(listed.items.len(), "namespace", "namespaces");
    let finding = if !exposed.is_empty() {
        Finding::fail(format!(
            "{} of CCR would become public: {}",
            counted(exposed.len(), "private repository", "private repositories"),
            shortened(&exposed, SHOWN)
        ))
        .hint(
            "make the namespace private in TCR, map to another with --map OLD=NEW, or let them in \
             with `docker ccr2tcr sync --allow-public`",
        )
    } else if !complete {
        Finding::warn(format!("{count} are listed, of {}", listed.counted))
    } else if held.is_none() {
        Finding::not_proven(format!("{count}, {} public; what is in CCR isn't known", public.len()))
    } else {
        Finding::ok(format!("{count}, {} public; no private image goes there", public.len()))
    };
    ground.namespaces.fill(listed.items);
    Ok(finding)
}

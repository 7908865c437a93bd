//! What CAM's policies grant these keys, step by step of a move: what is lacking is told before a
//! step fails for want of it.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::Ground;
use crate::rights::{CheckedRight, Judgement, MovedNamespace, Rights, Scope, Step, check as judge};

/// A step that lacks more is not meant for this key, as likely as not.
const NAMED: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "rights",
    about: "what CAM's policies grant these keys, for each step of a move",
    needs: &["identity"],
    // They say on what the rights are needed.
    after: &["tcr.instance", "ccr.quota"],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let tcr = ground.api().await?;
    let sources = ground.sources.get()?;
    let ccr = sources.first().map_or(tcr, |source| source.personal.api());
    let [personal, enterprise] = Rights::of_both([ccr, tcr], ground.callers.get()?.clone()).await;
    // A profile's own key assumed its role already.
    let steps = Step::all().iter().copied().filter(|step| *step != Step::AssumeRole);
    let steps: Vec<Step> = steps.collect();
    let rights = judge(&steps, &scope(ground), &personal, &enterprise);
    let unread = [&personal, &enterprise].into_iter().find_map(|side| side.unread().first());
    Ok(told(&steps, &rights, unread))
}

/// The instance and the namespaces, as far as they are known.
fn scope(ground: &Ground) -> Scope {
    let instance = ground.account.peek().and_then(|account| account.instance.as_ref());
    let regions = ground.sources.peek().into_iter().flatten();
    let mut namespaces: Vec<MovedNamespace> = Vec::new();
    for held in ground.repositories.peek().into_iter().flatten() {
        let Some(target) = &held.target else { continue };
        let personal = held.listed.name.split('/').next().unwrap_or_default().to_owned();
        let moved = MovedNamespace { personal, enterprise: target.namespace().to_owned() };
        if !namespaces.contains(&moved) {
            namespaces.push(moved);
        }
    }
    Scope {
        instance: instance.map(|instance| instance.id.clone()),
        instance_region: instance.map(|instance| instance.region.clone()),
        personal_regions: regions.map(|source| source.region.clone()).collect(),
        namespaces,
        ..Scope::default()
    }
}

fn told(steps: &[Step], rights: &[CheckedRight], unread: Option<&String>) -> Finding {
    let lacking = |step: &Step| -> Vec<String> {
        let lacking = rights.iter().filter(|it| matches!(it.judgement, Judgement::Lacking { .. }));
        let named = lacking.filter_map(|it| {
            let name = it.need.actions.first()?;
            if it.required_by.contains(step) {
                return Some((*name).to_owned());
            }
            it.optional_for.contains(step).then(|| format!("{name} (optional)"))
        });
        named.collect()
    };
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for step in steps {
        let names = lacking(step);
        match names.len() {
            0 => {}
            1..=NAMED => few.push(format!("{step} lacks {}", names.join(", "))),
            more => many.push(format!("{step} {more}")),
        }
    }
    let unproven = rights.iter().any(|it| matches!(it.judgement, Judgement::NotProven { .. }));
    let why = match (unread, unproven) {
        (Some(unread), _) => Some(format!("could not be read: {unread}")),
        (None, true) => Some("what some policies grant depends on what only CAM knows".to_owned()),
        (None, false) => None,
    };
    if few.is_empty() && many.is_empty() {
        return match why {
            None => Finding::ok("the policies grant what each step needs"),
            Some(why) if unread.is_some() => Finding::not_proven(why)
                .hint("let the key read its policies: docker ccr2tcr policy policy-check"),
            Some(why) => Finding::not_proven(why).hint("docker ccr2tcr policy check"),
        };
    }
    if !many.is_empty() {
        few.push(format!("rights that other steps lack: {}", many.join(", ")));
    }
    few.extend(why);
    Finding::warn(few.join("; ")).hint(
        "docker ccr2tcr policy STEP prints what a step needs, policy check STEP what is lacking",
    )
}

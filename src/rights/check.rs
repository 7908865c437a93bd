//! Steps against rights: what of all that a step needs is granted.

use super::judge::Judgement;
use super::needs::{NEEDS, Need};
use super::read::Rights;
use super::scope::Scope;
use super::step::Step;

/// A right that a step needs, judged.
#[derive(Debug, Clone)]
pub struct CheckedRight {
    /// The row of the table.
    pub need: &'static Need,
    /// The steps that fail without it.
    pub required_by: Vec<Step>,
    /// The steps that do without it.
    pub optional_for: Vec<Step>,
    /// On what, as CAM names it.
    pub resources: Vec<String>,
    /// Whether it is granted.
    pub judgement: Judgement,
}

impl CheckedRight {
    /// Whether a step fails, or may fail, for want of it.
    #[must_use]
    pub fn hinders(&self) -> bool {
        !self.required_by.is_empty() && !matches!(self.judgement, Judgement::Granted { .. })
    }
}

/// Judges what the steps need. `personal` are the rights of CCR's key, `enterprise` those of TCR's.
#[must_use]
pub fn check(
    steps: &[Step],
    scope: &Scope,
    personal: &Rights,
    enterprise: &Rights,
) -> Vec<CheckedRight> {
    let needed = |need: &'static Need, wanted: bool| {
        let steps = steps.iter().copied();
        steps.filter(|step| need.is_required_by(*step) == Some(wanted)).collect::<Vec<_>>()
    };
    let checked = NEEDS.iter().filter_map(|need| {
        let (required_by, optional_for) = (needed(need, true), needed(need, false));
        if required_by.is_empty() && optional_for.is_empty() {
            return None;
        }
        let rights = if need.is_personal() { personal } else { enterprise };
        let account = Some(rights.identity().account.clone()).filter(|it| !it.is_empty());
        let resources = Scope { account, ..scope.clone() }.resources(need.on);
        let judgement = judge(rights, need, &resources);
        Some(CheckedRight { need, required_by, optional_for, resources, judgement })
    });
    checked.collect()
}

/// All resources are needed. Of two names for one action CAM knows one, and it isn't known which.
fn judge(rights: &Rights, need: &Need, resources: &[String]) -> Judgement {
    let of = |action: &str| {
        let judgements = resources.iter().map(|resource| rights.judge(action, resource));
        judgements.reduce(Judgement::and)
    };
    let mut names = need.actions.iter().filter_map(|action| of(action));
    let Some(first) = names.next() else {
        return Judgement::NotProven { why: "it is needed on nothing".to_owned() };
    };
    names.fold(first, |one, other| match (one, other) {
        (Judgement::Granted { .. }, Judgement::Lacking { why })
        | (Judgement::Lacking { why }, Judgement::Granted { .. }) => Judgement::NotProven {
            why: format!(
                "one of its two names, {}, is not granted: {why}",
                need.actions.join(" and ")
            ),
        },
        (one, other) => one.and(other),
    })
}

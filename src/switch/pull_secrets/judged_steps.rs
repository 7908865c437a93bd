//! The steps of a plan after their server-side dry run: those to be written, and what becomes of the
//! others.

use std::collections::{BTreeSet, HashMap};

use super::copy::LeftAsIs;
use super::step::{SecretChange, SecretStep};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::ClusterError;
use crate::switch::apply::{ApplyError, ApplyOptions, Refusals, fatal, refused_outcome};
use crate::switch::exclusions::Exclusions;
use crate::switch::report::{ObjectResult, Outcome, WithoutDryRun};
use crate::workload::ObjectRef;

/// What a dry run leaves of a plan.
#[derive(Debug, Default)]
pub(super) struct JudgedSteps<'a> {
    /// In their order.
    pub(super) steps: Vec<&'a SecretStep>,
    /// What is left out.
    pub(super) left: Vec<ObjectResult>,
    /// What is written without a dry run.
    pub(super) without_dry_run: Vec<WithoutDryRun>,
    /// Namespaces that turn out to be deleted: nothing will be pulled there.
    pub(super) terminating: BTreeSet<&'a str>,
}

impl<'a> JudgedSteps<'a> {
    /// Sorts out what the dry run says of these steps. Pure.
    ///
    /// # Errors
    /// [`ApplyError`] if nothing may be left out, or the server itself can't be asked any more.
    pub(super) fn of(
        steps: &'a [SecretStep],
        refused: Vec<(ObjectRef, ClusterError)>,
        options: &ApplyOptions,
    ) -> Result<Self, ApplyError> {
        if let Some(error) = fatal(&refused) {
            return Err(ApplyError::Unanswered(error.clone()));
        }
        let mut errors: HashMap<ObjectRef, ClusterError> = refused.into_iter().collect();
        let terminating: BTreeSet<&str> = steps
            .iter()
            .filter(|step| {
                matches!(errors.get(&step.object), Some(ClusterError::Terminating { .. }))
            })
            .map(SecretStep::namespace)
            .collect();
        let (mut judged, mut refused) = (Self::default(), Vec::new());
        let mut lost: HashMap<&str, Loss> = HashMap::new();
        for step in steps {
            let left = |outcome| ObjectResult { object: step.object.clone(), outcome };
            if terminating.contains(step.namespace()) {
                judged.left.push(left(Outcome::Unneeded));
                continue;
            }
            let loss = lost.entry(step.namespace()).or_default();
            match errors.remove(&step.object) {
                Some(ClusterError::NoDryRun { webhook, .. }) if options.allow_no_dry_run => {
                    let object = step.object.clone();
                    judged.without_dry_run.push(WithoutDryRun { object, webhook });
                    judged.steps.push(step);
                }
                Some(error) => {
                    loss.add(step);
                    judged.left.push(left(refused_outcome(&error)));
                    refused.push((step.object.clone(), error));
                }
                None => match loss.keeps(step) {
                    Some(why) => judged.left.push(left(Outcome::Refused(Diagnostic::new(why)))),
                    None => judged.steps.push(step),
                },
            }
        }
        if !refused.is_empty() && !options.skip_refused {
            let is_refused =
                |object: &ObjectRef| refused.iter().any(|(refused, _)| refused == object);
            let dependents = judged.left.iter().filter(|left| {
                matches!(left.outcome, Outcome::Refused(_)) && !is_refused(&left.object)
            });
            let dependents = dependents.map(|left| left.object.clone()).collect();
            return Err(ApplyError::Refused(Refusals { refused, dependents, all: steps.len() }));
        }
        judged.terminating = terminating;
        Ok(judged)
    }

    /// Whether a step is written without a dry run.
    pub(super) fn is_unproven(&self, step: &SecretStep) -> bool {
        self.without_dry_run.iter().any(|unproven| unproven.object == step.object)
    }
}

/// Takes out what the user leaves out, and what can't be done without it.
pub(super) fn leave_excluded(
    steps: &mut Vec<SecretStep>,
    left: &mut Vec<LeftAsIs>,
    exclusions: &Exclusions,
) {
    let mut lost: HashMap<String, Loss> = HashMap::new();
    steps.retain(|step| {
        let loss = lost.entry(step.namespace().to_owned()).or_default();
        let why = match exclusions.by(&step.object) {
            Some(pattern) => {
                loss.add(step);
                format!("left out by --exclude-object {pattern}")
            }
            None => match loss.keeps(step) {
                Some(why) => why,
                None => return true,
            },
        };
        left.push(LeftAsIs::new(step.namespace(), format!("{}: {why}", step.object), None));
        false
    });
}

/// What is not written in a namespace, and what that costs.
#[derive(Default)]
struct Loss {
    /// The Secret that would have been created or renewed.
    secret: Option<String>,
    /// Something that goes on naming a Secret that would be deleted.
    user: Option<String>,
}

impl Loss {
    fn add(&mut self, step: &SecretStep) {
        match step.change {
            SecretChange::Create | SecretChange::Renew { .. } => {
                self.secret = Some(step.object.name.clone());
            }
            SecretChange::Lists { .. } => self.user = Some(step.object.to_string()),
            SecretChange::Delete { .. } => {}
        }
    }

    /// Why a step can't be done without what is refused.
    fn keeps(&self, step: &SecretStep) -> Option<String> {
        match (&self.secret, &self.user, &step.change) {
            (Some(name), ..) => Some(format!("it needs Secret {name}, which is not written")),
            (None, Some(user), SecretChange::Delete { .. }) => {
                Some(format!("{user} may still reference it"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::switch::apply::DeletedSecret;
    use crate::switch::pull_secrets::test_inventory::{account, inventory, secret};

    fn refusal(step: &SecretStep) -> (ObjectRef, ClusterError) {
        let error = ClusterError::Forbidden {
            verb: "patch".to_owned(),
            resource: "secrets".to_owned(),
            namespace: None,
            message: "no".to_owned(),
        };
        (step.object.clone(), error)
    }

    fn options(skip_refused: bool) -> ApplyOptions {
        ApplyOptions {
            wait: true,
            timeout: Duration::from_secs(1),
            concurrency: 1,
            rollback_file: None,
            secrets_backup: None,
            skip_refused,
            allow_no_dry_run: false,
            delete_stuck_pods: false,
        }
    }

    fn lists(namespace: &str) -> SecretStep {
        let all = inventory(&[account(namespace, "default", &["old"])]);
        SecretStep::account(all.account(namespace, "default").unwrap(), Vec::new())
    }

    fn shown(judged: &JudgedSteps<'_>) -> (Vec<String>, Vec<String>) {
        let name = |object: &ObjectRef| {
            format!("{}/{}", object.namespace.as_deref().unwrap(), object.kind)
        };
        (
            judged.steps.iter().map(|step| name(&step.object)).collect(),
            judged.left.iter().map(|left| name(&left.object)).collect(),
        )
    }

    #[test]
    fn what_needs_a_refused_secret_is_left_out_with_it_and_other_namespaces_go_on() {
        let create = |namespace| SecretStep::secret(namespace, "tcr", SecretChange::Create);
        let steps = [create("a"), lists("a"), create("b"), lists("b")];
        let refused = || vec![refusal(&steps[0])];
        let error = JudgedSteps::of(&steps, refused(), &options(false)).unwrap_err();
        let ApplyError::Refused(refusals) = &error else { panic!("{error:?}") };
        assert_eq!((refusals.dependents.len(), refusals.rest()), (1, 2));
        let judged = JudgedSteps::of(&steps, refused(), &options(true)).unwrap();
        let (written, left) = shown(&judged);
        assert_eq!(written, ["b/Secret", "b/ServiceAccount"]);
        assert_eq!(left, ["a/Secret", "a/ServiceAccount"]);
    }

    #[test]
    fn a_secret_stays_whose_reference_could_not_be_removed() {
        let deleted = DeletedSecret::of(&secret("a", "old", &[]));
        let delete = SecretChange::Delete { secret: Box::new(deleted) };
        let steps = [lists("a"), SecretStep::secret("a", "old", delete)];
        let judged = JudgedSteps::of(&steps, vec![refusal(&steps[0])], &options(true)).unwrap();
        assert!(judged.steps.is_empty());
        assert_eq!(shown(&judged).1, ["a/ServiceAccount", "a/Secret"]);
    }

    #[test]
    fn a_namespace_that_goes_away_costs_only_itself() {
        let create = |namespace| SecretStep::secret(namespace, "tcr", SecretChange::Create);
        let steps = [create("a"), lists("a"), create("b")];
        let subject = crate::kubernetes::Subject {
            verb: "create",
            resource: "secrets".to_owned(),
            group: String::new(),
            namespace: Some("a".to_owned()),
            name: None,
        };
        let error = ClusterError::Terminating { subject: Box::new(subject) };
        let refused = vec![(steps[0].object.clone(), error)];
        let judged = JudgedSteps::of(&steps, refused, &options(false)).unwrap();
        assert_eq!(judged.terminating.iter().copied().collect::<Vec<_>>(), ["a"]);
        assert_eq!(shown(&judged).0, ["b/Secret"]);
        assert!(judged.left.iter().all(|left| left.outcome == Outcome::Unneeded));
    }

    #[test]
    fn a_lost_login_is_about_everything() {
        let steps = [lists("a")];
        let lost = ClusterError::Unauthorized {
            server: "s".to_owned(),
            user: "u".to_owned(),
            message: "no".to_owned(),
        };
        let refused = vec![(steps[0].object.clone(), lost)];
        let error = JudgedSteps::of(&steps, refused, &options(true)).unwrap_err();
        assert!(matches!(error, ApplyError::Unanswered(_)), "{error:?}");
    }
}

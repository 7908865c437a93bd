//! Making the webhooks of a plan, one after the other.

use std::path::Path;

use serde::Serialize;

use super::plan::{PlannedWebhook, TriggerPlan, WebhookState, existing};
use super::receiver::Receiver;
use super::translate::Replacement;
use super::undo_file::{MadeWebhook, UndoFile, UndoFileError};
use crate::diagnostic::Diagnostic;
use crate::tencent::{ApiError, Enterprise, NamespaceWebhook, NewWebhook};
use crate::transfer::Stop;

/// What became of a trigger.
#[derive(Debug, Clone)]
pub struct WebhookResult {
    /// In a word.
    pub outcome: WebhookOutcome,
    /// Why, if it has no webhook.
    pub why: Option<Diagnostic>,
}

/// What became of it, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum WebhookOutcome {
    /// It would be made.
    Create,
    /// It was made.
    Created,
    /// It was there.
    Exists,
    /// Another has its name.
    Conflict,
    /// No webhook does what the trigger does.
    NotTranslated,
    /// It could not be made, or not be planned.
    Failed,
    /// The run ended before it.
    Skipped,
}

/// What a run has done.
#[derive(Debug)]
pub struct Applied {
    /// One for each entry of the plan.
    pub results: Vec<WebhookResult>,
    /// Why the run ended early: the undo file could not be written any more. It still has all that was
    /// made, the last of it by its name.
    pub undo_file_lost: Option<UndoFileError>,
}

/// Makes the webhooks. The undo file is there before the first, and holds the number of each that was
/// made before the next one is.
///
/// # Errors
/// [`UndoFileError`] if the undo file can't be written: nothing was made then. Failed calls are in the
/// result.
pub async fn apply(
    plan: &TriggerPlan,
    receiver: &Receiver,
    (enterprise, instance): (&Enterprise, &str),
    undo_path: &Path,
    stop: &Stop,
) -> Result<Applied, UndoFileError> {
    let made = plan.to_create().map(|(_, replacement)| {
        let expected = replacement.webhook(receiver).expected();
        MadeWebhook::planned(&replacement.namespace, expected)
    });
    let mut undo = UndoFile::new(instance, made.collect());
    if !undo.webhooks.is_empty() {
        undo.create(undo_path)?;
    }
    let (mut results, mut undo_file_lost) = (Vec::new(), None);
    for planned in &plan.webhooks {
        let Some(replacement) = to_create(planned) else {
            results.push(outcome_of(planned));
            continue;
        };
        let (namespace, webhook) = (&replacement.namespace, replacement.webhook(receiver));
        let is_it = |made: &MadeWebhook| made.namespace == *namespace && made.name == webhook.name;
        let is_over = stop.is_asked() || undo_file_lost.is_some();
        let outcome = match is_over {
            true => Made::Not,
            false => make(enterprise, namespace, &webhook).await,
        };
        let (result, in_file) = match outcome {
            Made::Not => {
                let why = Some(Diagnostic::new("the run ended before it"));
                (WebhookResult { outcome: WebhookOutcome::Skipped, why }, None)
            }
            Made::New(id) => {
                (WebhookResult { outcome: WebhookOutcome::Created, why: None }, Some(Some(id)))
            }
            // Somebody else's: not to be undone.
            Made::Before(result) => (result, None),
            // An answer that was lost may have made it.
            Made::Failed { why, may_exist } => {
                let result = WebhookResult { outcome: WebhookOutcome::Failed, why: Some(why) };
                (result, may_exist.then_some(None))
            }
        };
        results.push(result);
        match in_file {
            Some(id) => undo.webhooks.iter_mut().filter(|it| is_it(it)).for_each(|it| it.id = id),
            None => undo.webhooks.retain(|it| !is_it(it)),
        }
        if undo_file_lost.is_none() {
            undo_file_lost = undo.update(undo_path).err();
        }
    }
    Ok(Applied { results, undo_file_lost })
}

fn to_create(planned: &PlannedWebhook) -> Option<&Replacement> {
    planned.replacement.as_ref().filter(|_| planned.state == WebhookState::Create)
}

/// What an entry of the plan comes to if it is not to be made, or isn't made.
#[must_use]
pub fn outcome_of(planned: &PlannedWebhook) -> WebhookResult {
    let of = |outcome, why: Option<Diagnostic>| WebhookResult { outcome, why };
    match &planned.state {
        WebhookState::Create => of(WebhookOutcome::Create, None),
        WebhookState::Exists => of(WebhookOutcome::Exists, None),
        WebhookState::Conflict => {
            of(WebhookOutcome::Conflict, Some(taken(planned.replacement.as_ref())))
        }
        WebhookState::NotTranslated(why) => {
            of(WebhookOutcome::NotTranslated, Some(Diagnostic::new(why.clone())))
        }
        WebhookState::Unread(why) => of(WebhookOutcome::Failed, Some(why.clone())),
    }
}

fn taken(replacement: Option<&Replacement>) -> Diagnostic {
    let (name, namespace) =
        replacement.map(|it| (it.name.as_str(), it.namespace.as_str())).unwrap_or_default();
    Diagnostic::new(format!("{namespace} has another webhook named {name}"))
        .with_hint("look at it in TCR's console; it is left as it is")
}

enum Made {
    /// The run ended before.
    Not,
    /// By this call.
    New(i64),
    /// By somebody, between the plan and this call.
    Before(WebhookResult),
    Failed {
        why: Diagnostic,
        /// Whether it may have been made all the same.
        may_exist: bool,
    },
}

/// Looks once more, makes it, and looks what number it has.
async fn make(enterprise: &Enterprise, namespace: &str, webhook: &NewWebhook) -> Made {
    let expected = webhook.expected();
    match find(enterprise, namespace, webhook).await {
        Err(error) => return Made::Failed { why: error.diagnostic(), may_exist: false },
        Ok(Some(found)) => return Made::Before(before(&found, &expected, namespace)),
        Ok(None) => {}
    }
    let created = enterprise.create_webhook(namespace, webhook).await;
    let found = find(enterprise, namespace, webhook).await;
    let failed = |message: String| Made::Failed { why: Diagnostic::new(message), may_exist: true };
    match (created, found) {
        (_, Ok(Some(found))) if found.is_like(&expected) => Made::New(found.id),
        (Ok(()), Ok(Some(_))) => failed(format!("{} was changed at once", webhook.name)),
        (Err(_), Ok(Some(found))) => Made::Before(before(&found, &expected, namespace)),
        // That it failed is what matters, not what a look at it says.
        (Err(error), _) => {
            Made::Failed { why: error.diagnostic(), may_exist: error.is_ambiguous() }
        }
        (Ok(()), Err(error)) => Made::Failed { why: error.diagnostic(), may_exist: true },
        (Ok(()), Ok(None)) => {
            failed(format!("the API says that {} was made, and doesn't list it", webhook.name))
        }
    }
}

fn before(found: &NamespaceWebhook, expected: &NamespaceWebhook, namespace: &str) -> WebhookResult {
    if found.is_like(expected) {
        return WebhookResult { outcome: WebhookOutcome::Exists, why: None };
    }
    let message = format!("{namespace} has another webhook named {}", found.name);
    WebhookResult { outcome: WebhookOutcome::Conflict, why: Some(Diagnostic::new(message)) }
}

async fn find(
    enterprise: &Enterprise,
    namespace: &str,
    webhook: &NewWebhook,
) -> Result<Option<NamespaceWebhook>, ApiError> {
    let listing = existing(enterprise, namespace).await?;
    Ok(listing.items.into_iter().find(|found| found.name == webhook.name))
}

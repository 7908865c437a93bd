//! Which webhooks are to be made: the translated triggers, compared with what TCR has.

use std::collections::BTreeMap;

use super::receiver::Receiver;
use super::translate::{Replacement, Translated};
use crate::diagnostic::Diagnostic;
use crate::tencent::{ApiError, Enterprise, Listing, NamespaceWebhook, NewWebhook};

/// What is to be done about each trigger.
#[derive(Debug, Clone)]
pub struct TriggerPlan {
    /// One for each trigger, in their order.
    pub webhooks: Vec<PlannedWebhook>,
}

/// What is to be done about one trigger.
#[derive(Debug, Clone)]
pub struct PlannedWebhook {
    /// `namespace/repository` in CCR.
    pub repository: String,
    /// How many tags that has.
    pub tags: u64,
    /// The trigger's name.
    pub trigger: String,
    /// The webhook; `None` if the trigger can't be translated.
    pub replacement: Option<Replacement>,
    /// What is to be done.
    pub state: WebhookState,
}

/// What is to be done about a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookState {
    /// It is to be made.
    Create,
    /// It is there, as it is to be.
    Exists,
    /// One of its name is there, and is another.
    Conflict,
    /// There can be none.
    NotTranslated(String),
    /// Whether it is there could not be read.
    Unread(Diagnostic),
}

impl TriggerPlan {
    /// Those that are to be made.
    pub fn to_create(&self) -> impl Iterator<Item = (&PlannedWebhook, &Replacement)> {
        let to_create = self.webhooks.iter().filter(|it| it.state == WebhookState::Create);
        to_create.filter_map(|planned| Some((planned, planned.replacement.as_ref()?)))
    }

    /// Whether a trigger has no webhook even after all this was done.
    #[must_use]
    pub fn leaves_something(&self) -> bool {
        let is_left =
            |state: &WebhookState| !matches!(state, WebhookState::Create | WebhookState::Exists);
        self.webhooks.iter().any(|planned| is_left(&planned.state))
    }
}

impl Replacement {
    /// The webhook, to be sent to a receiver.
    #[must_use]
    pub fn webhook(&self, receiver: &Receiver) -> NewWebhook {
        NewWebhook {
            name: self.name.clone(),
            condition: self.condition.clone(),
            description: self.description.clone(),
            address: receiver.address().clone(),
        }
    }
}

/// Reads what TCR has, and compares.
pub async fn prepare_plan(
    translated: &[Translated<'_>],
    receiver: &Receiver,
    enterprise: &Enterprise,
) -> TriggerPlan {
    let mut listings: BTreeMap<String, Result<Listing<NamespaceWebhook>, Diagnostic>> =
        BTreeMap::new();
    for replacement in translated.iter().filter_map(|one| one.replacement.as_ref().ok()) {
        let namespace = &replacement.namespace;
        if !listings.contains_key(namespace) {
            let listing = existing(enterprise, namespace).await;
            listings.insert(namespace.clone(), listing.map_err(|error| error.diagnostic()));
        }
    }
    let plan = |one: &Translated<'_>| {
        let state = match &one.replacement {
            Err(why) => WebhookState::NotTranslated(why.clone()),
            Ok(replacement) => match listings.get(&replacement.namespace) {
                Some(Ok(listing)) => state(listing, replacement, receiver),
                Some(Err(why)) => WebhookState::Unread(why.clone()),
                None => WebhookState::Create,
            },
        };
        PlannedWebhook {
            repository: one.trigger.repository.clone(),
            tags: one.trigger.tags,
            trigger: one.trigger.trigger.name.clone(),
            replacement: one.replacement.as_ref().ok().cloned(),
            state,
        }
    };
    TriggerPlan { webhooks: translated.iter().map(plan).collect() }
}

/// The webhooks of a namespace. One that isn't there has none.
pub(super) async fn existing(
    enterprise: &Enterprise,
    namespace: &str,
) -> Result<Listing<NamespaceWebhook>, ApiError> {
    match enterprise.webhooks_of(namespace).await {
        Err(error) if error.is_not_found() => {
            Ok(Listing { items: Vec::new(), counted: 0, gaps: Vec::new() })
        }
        listing => listing,
    }
}

fn state(
    listing: &Listing<NamespaceWebhook>,
    replacement: &Replacement,
    receiver: &Receiver,
) -> WebhookState {
    let expected = replacement.webhook(receiver).expected();
    match listing.items.iter().find(|webhook| webhook.name == expected.name) {
        Some(found) if found.is_like(&expected) => WebhookState::Exists,
        Some(_) => WebhookState::Conflict,
        None if listing.is_complete() => WebhookState::Create,
        None => WebhookState::Unread(Diagnostic::new(format!(
            "the API counts {} webhooks in {}, and lists {}",
            listing.counted,
            replacement.namespace,
            listing.items.len()
        ))),
    }
}

//! Webhooks of one namespace: read whole enough to be compared, created, deleted.
//!
//! Addresses and headers often carry tokens. They are read, and kept as the host and a fingerprint.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::client::{EmptyResponse, Enterprise};
use crate::image::Digest;
use crate::secret::Secret;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LenientFlag, LenientList, LenientNumber, LenientText, ListPage, Paging, collect,
};
use crate::tencent::{ApiError, Listing};

/// A webhook as it can be compared with what it was, or is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceWebhook {
    /// Its number; 0 of one that isn't there yet.
    pub id: i64,
    /// Its name, which is its namespace's own.
    pub name: String,
    /// Whether it fires.
    pub enabled: bool,
    /// `pushImage`, `pullImage`, …
    pub events: Vec<String>,
    /// Which images, as a pattern on `repository:tag`.
    pub condition: String,
    /// Where it sends to: `host[:port]` only.
    pub hosts: Vec<String>,
    /// Of whole addresses and headers, `sha256:…`.
    pub targets: String,
}

/// A webhook to be created. It fires for pushes.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Its name.
    pub name: String,
    /// Which images, as a pattern on `repository:tag`.
    pub condition: String,
    /// Shown in the console.
    pub description: String,
    /// Where it sends to.
    pub address: Secret,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookPage {
    total_count: Option<LenientNumber>,
    // Read in a second step, so that no error quotes an address or a header.
    triggers: Option<Box<RawValue>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookTrigger {
    id: LenientNumber,
    name: LenientText,
    enabled: LenientFlag,
    event_types: LenientList<LenientText>,
    condition: LenientText,
    targets: LenientList<WebhookTarget>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookTarget {
    address: LenientText,
    headers: LenientList<WebhookHeader>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WebhookHeader {
    key: LenientText,
    values: LenientList<LenientText>,
}

/// What a webhook made by this program reacts to.
const EVENT: &str = "pushImage";

impl NewWebhook {
    /// What it will be like.
    #[must_use]
    pub fn expected(&self) -> NamespaceWebhook {
        let target = WebhookTarget {
            address: LenientText(self.address.expose().to_owned()),
            headers: LenientList::default(),
        };
        WebhookTrigger {
            id: LenientNumber(0),
            name: LenientText(self.name.clone()),
            enabled: LenientFlag(true),
            event_types: LenientList(vec![LenientText(EVENT.to_owned())]),
            condition: LenientText(self.condition.clone()),
            targets: LenientList(vec![target]),
        }
        .into()
    }
}

impl NamespaceWebhook {
    /// Whether both do the same under the same name, whatever their numbers.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let bare = |webhook: &Self| Self { id: 0, ..webhook.clone() };
        bare(self) == bare(other)
    }
}

impl Enterprise {
    /// The webhooks of a namespace.
    ///
    /// # Errors
    /// As every call.
    pub async fn webhooks_of(
        &self,
        namespace: &str,
    ) -> Result<Listing<NamespaceWebhook>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_WEBHOOK_TRIGGER;
        let fetch = async |number| {
            let payload = self.page_of(number, &[("Namespace", namespace)]);
            let page: WebhookPage = self.api.call(ACTION, &payload).await?;
            ListPage::new(ACTION, webhooks(page.triggers)?, page.total_count)
        };
        let key = |trigger: &WebhookTrigger| (trigger.id.0, trigger.name.0.clone());
        Ok(collect(Paging::Pages, key, fetch).await?.map(NamespaceWebhook::from))
    }

    /// Creates a webhook. It is enabled: `Enabled: false` may be refused at creation.
    ///
    /// Whether one of that name was there before is for the caller to look at, before and, after an
    /// error, once more: a name that is taken is refused in several spellings, and an answer may be
    /// lost.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_webhook(
        &self,
        namespace: &str,
        webhook: &NewWebhook,
    ) -> Result<(), ApiError> {
        let payload = json!({
            "RegistryId": self.registry_id,
            "Namespace": namespace,
            "Trigger": {
                "Name": webhook.name,
                "Targets": [{"Address": webhook.address.expose(), "Headers": []}],
                "EventTypes": [EVENT],
                "Condition": webhook.condition,
                "Description": webhook.description,
                "Enabled": true,
            },
        });
        let _: EmptyResponse = self.api.call(actions::CREATE_WEBHOOK_TRIGGER, &payload).await?;
        Ok(())
    }

    /// Deletes a webhook. Whether it is gone is for the caller to look at.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_webhook(&self, namespace: &str, id: i64) -> Result<(), ApiError> {
        let payload = json!({"RegistryId": self.registry_id, "Namespace": namespace, "Id": id});
        let _: EmptyResponse = self.api.call(actions::DELETE_WEBHOOK_TRIGGER, &payload).await?;
        Ok(())
    }
}

fn webhooks(list: Option<Box<RawValue>>) -> Result<Option<LenientList<WebhookTrigger>>, ApiError> {
    let Some(list) = list else { return Ok(None) };
    serde_json::from_str(list.get()).map(Some).map_err(|error| ApiError::Unreadable {
        action: actions::DESCRIBE_WEBHOOK_TRIGGER.name.to_owned(),
        reason: format!("its webhooks are not as documented, at column {}", error.column()),
        request_id: None,
    })
}

impl From<WebhookTrigger> for NamespaceWebhook {
    fn from(trigger: WebhookTrigger) -> Self {
        let targets = trigger.targets.0;
        let hosts = targets.iter().filter_map(|target| super::policies::host_of(&target.address.0));
        Self {
            id: trigger.id.0,
            name: trigger.name.0,
            enabled: trigger.enabled.0,
            events: trigger.event_types.0.into_iter().map(|event| event.0).collect(),
            condition: trigger.condition.0,
            hosts: hosts.collect(),
            targets: fingerprint(&targets),
        }
    }
}

/// Of all that requests are sent to and with. JSON, so that no two lists give the same text.
fn fingerprint(targets: &[WebhookTarget]) -> String {
    let header = |header: &WebhookHeader| {
        let values: Vec<&str> = header.values.0.iter().map(|value| value.0.as_str()).collect();
        json!([header.key.0, values])
    };
    // The official example has a header without a key where there is none.
    let is_one = |header: &&WebhookHeader| !header.key.0.is_empty();
    let target = |target: &WebhookTarget| {
        let headers: Vec<_> = target.headers.0.iter().filter(is_one).map(header).collect();
        json!([target.address.0, headers])
    };
    let all: Vec<_> = targets.iter().map(target).collect();
    Digest::of(json!(all).to_string().as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::Instance;
    use crate::tencent::api::test_server::{Reply, Server};

    fn enterprise(server: &Server) -> Enterprise {
        let api = server.api();
        let instance = Instance {
            id: "tcr-1".to_owned(),
            name: "prod".to_owned(),
            region: api.region().clone(),
            status: "Running".to_owned(),
            kind: crate::tencent::InstanceKind::Premium,
            public_domain: None,
            internal_endpoint: None,
            anonymous: false,
            token_hours: 1,
            prepaid: None,
        };
        Enterprise::new(&api, &instance)
    }

    fn new() -> NewWebhook {
        NewWebhook {
            name: "web-aaaa".to_owned(),
            condition: "web:**".to_owned(),
            description: String::new(),
            address: "https://hooks.example/x?token=canary".into(),
        }
    }

    #[tokio::test]
    async fn one_that_was_created_is_found_again_and_not_shown() {
        let server = Server::start(|_| {
            Reply::ok(json!({"TotalCount": 1, "Triggers": [{"Id": "7", "Name": "web-aaaa",
                "Enabled": true, "EventTypes": ["pushImage"], "Condition": "web:**",
                "Targets": [{"Address": "https://hooks.example/x?token=canary",
                             "Headers": [{"Key": "", "Values": ["undefined"]}]}]}]}))
        })
        .await;
        let found = enterprise(&server).webhooks_of("shop").await.unwrap();
        assert!(found.items[0].is_like(&new().expected()), "{found:?}");
        assert_eq!((found.items[0].id, found.items[0].hosts[0].as_str()), (7, "hooks.example"));
        let told = format!("{found:?} {:?}", new());
        assert!(!told.contains("canary"), "{told}");
        assert_eq!(server.asked()[0].json()["Namespace"], "shop");
    }

    #[tokio::test]
    async fn another_token_or_header_is_another_webhook() {
        let mut other = new();
        other.address = "https://hooks.example/x?token=other".into();
        assert!(!other.expected().is_like(&new().expected()));
        let header = WebhookHeader {
            key: LenientText("X".to_owned()),
            values: LenientList(vec![LenientText("1".to_owned())]),
        };
        let target = |headers| WebhookTarget { address: LenientText::default(), headers };
        let (with, without) = (LenientList(vec![header]), LenientList::default());
        assert_ne!(fingerprint(&[target(with)]), fingerprint(&[target(without)]));
    }

    #[tokio::test]
    async fn an_error_quotes_no_address() {
        let server = Server::start(|_| {
            Reply::ok(json!({"TotalCount": 1, "Triggers": [{"Targets": "https://canary"}]}))
        })
        .await;
        let error = enterprise(&server).webhooks_of("shop").await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}

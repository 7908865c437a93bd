//! What CloudAudit has logged: events of the account's description, and what clients do at the
//! registries of the Personal Edition.

use jiff::Timestamp;
use serde_json::json;

use crate::account::AuditDescription;
use crate::secrets::{SecretLedger, alphanumeric, uuid};
use crate::{clock, regions};

/// The log.
#[derive(Debug, Default)]
pub(crate) struct AuditLog {
    pub(crate) short_pages: bool,
    pub(crate) endless: bool,
    pub(crate) events: Vec<LoggedEvent>,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct LoggedEvent {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time: Timestamp,
    pub(crate) user: String,
    pub(crate) principal: String,
    pub(crate) address: String,
    /// The deployment of the Personal Edition.
    pub(crate) region: String,
    pub(crate) repository: String,
    /// Of the session that the event's details hold.
    pub(crate) session_token: String,
}

impl AuditLog {
    /// The log of a description.
    pub(crate) fn new(
        description: &AuditDescription,
        uin: &str,
        secrets: &mut SecretLedger,
    ) -> Self {
        let AuditDescription { short_pages, endless, .. } = *description;
        let mut log = Self { short_pages, endless, events: Vec::new() };
        let now = Timestamp::now();
        for event in &description.events {
            for number in 0..event.times {
                let hours = event.hours_ago - f64::from(number) * event.hours_apart;
                #[allow(clippy::cast_possible_truncation, reason = "as whole seconds")]
                let seconds = (hours * 3600.0) as i64;
                log.add(
                    LoggedEvent {
                        id: uuid(),
                        name: event.event.clone(),
                        time: clock::after(now, -seconds),
                        user: event.user.clone(),
                        principal: event.principal.clone().unwrap_or_else(|| uin.to_owned()),
                        address: event.address.clone(),
                        region: regions::deployment(&event.region).to_owned(),
                        repository: event.repository.clone(),
                        session_token: alphanumeric(60),
                    },
                    secrets,
                );
            }
        }
        log
    }

    fn add(&mut self, event: LoggedEvent, secrets: &mut SecretLedger) {
        secrets.note(&event.session_token);
        self.events.push(event);
    }

    /// Logs what a client did at a registry. All clients are on this machine.
    pub(crate) fn log(
        &mut self,
        (name, uin, region): (&str, &str, &str),
        repository: &str,
        time: Timestamp,
        secrets: &mut SecretLedger,
    ) {
        let event = LoggedEvent {
            id: uuid(),
            name: name.to_owned(),
            time,
            user: if uin.is_empty() { String::new() } else { "root".to_owned() },
            principal: uin.to_owned(),
            address: "127.0.0.1".to_owned(),
            region: regions::deployment(region).to_owned(),
            repository: repository.to_owned(),
            session_token: alphanumeric(60),
        };
        self.add(event, secrets);
    }
}

impl LoggedEvent {
    /// `CloudAuditEvent`: the details, as text. Field names of the official example, which has a
    /// session token in them, too.
    pub(crate) fn details(&self, uin: &str) -> String {
        let session = json!({"token": self.session_token, "ownerUin": uin, "mfa": 0});
        json!({
            "userIdentity": {
                "principalId": self.principal,
                "accountId": uin,
                "secretId": "",
                "sessionContext": session.to_string(),
                "type": if self.user == "root" { "Root" } else { "CAMUser" },
                "userName": self.user,
            },
            "eventRegion": self.region,
            "eventVersion": 3,
            "errorCode": "0",
            "eventID": self.id,
            "eventTime": self.time.as_second(),
            "sourceIPAddress": self.address,
            "resourceType": "ccr",
            "resourceName": self.repository,
            "eventName": self.name,
            "requestParameters": format!("{{\"Token\":\"{}\"}}", self.session_token),
        })
        .to_string()
    }
}

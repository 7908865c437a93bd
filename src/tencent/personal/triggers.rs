//! Application triggers: what CCR does to a workload of TKE when an image is pushed. Only read.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Personal, PersonalResponse};
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{
    LIMIT, LenientList, LenientNumber, LenientText, ListPage, Paging, collect, read_time,
};
use crate::tencent::{ApiError, Listing};

/// A trigger of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalTrigger {
    /// Its name, which is its repository's own.
    pub name: String,
    /// What fires it: `IMAGE_PUSH`.
    pub source: String,
    /// What it does: `SERVICE_UPDATE`.
    pub action: String,
    /// Which pushes.
    pub condition: TriggerCondition,
    /// What it updates.
    pub updates: UpdatedWorkload,
}

/// Which pushes fire a trigger (docs of `CreateApplicationTriggerPersonal`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriggerCondition {
    /// `all`
    All,
    /// `taglist`: these tags, `;` between them.
    Tags(Vec<String>),
    /// `regex`
    Regex(String),
    /// Anything else.
    Other {
        /// `InvokeMethod`
        method: String,
        /// `InvokeExpr`
        expression: String,
    },
}

/// What a trigger updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedWorkload {
    /// `cls-…`
    pub cluster: String,
    /// Its namespace there.
    pub namespace: String,
    /// `Deployment`; `None` in older triggers.
    pub kind: Option<String>,
    /// Its name.
    pub name: String,
    /// The container whose image is set.
    pub container: String,
}

/// The last time that a trigger fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerFiring {
    /// The trigger.
    pub trigger: String,
    /// The tag that was pushed.
    pub tag: String,
    /// When; `None` if that can't be read.
    pub time: Option<Timestamp>,
    /// `ReturnCode`; 0 is success.
    pub code: i64,
}

/// The newest firings of a repository's triggers.
#[derive(Debug, Clone)]
pub struct TriggerLog {
    /// Newest first.
    pub firings: Vec<TriggerFiring>,
    /// Whether these are all that there are.
    pub is_complete: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct TriggerPage {
    total_count: Option<LenientNumber>,
    trigger_info: Option<LenientList<TriggerInfo>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct TriggerInfo {
    trigger_name: LenientText,
    invoke_source: LenientText,
    invoke_action: LenientText,
    invoke_condition: Option<InvokeCondition>,
    invoke_para: Option<InvokePara>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InvokeCondition {
    invoke_method: LenientText,
    invoke_expr: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InvokePara {
    cluster_id: LenientText,
    namespace: LenientText,
    service_name: LenientText,
    container_name: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct LogPage {
    total_count: LenientNumber,
    log_info: LenientList<LogInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct LogInfo {
    trigger_name: LenientText,
    tag_name: LenientText,
    invoke_time: LenientText,
    invoke_result: Option<InvokeResult>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct InvokeResult {
    return_code: LenientNumber,
}

impl Personal {
    /// How many triggers all repositories have together.
    ///
    /// # Errors
    /// [`ApiError::is_not_initialised`] if the account never used CCR in this region.
    pub async fn count_triggers(&self) -> Result<u64, ApiError> {
        const ACTION: Action = actions::DESCRIBE_APPLICATION_TRIGGER_PERSONAL;
        let payload = json!({"Limit": 1, "Offset": 0});
        let answer: PersonalResponse<TriggerPage> = self.0.call(ACTION, &payload).await?;
        Ok(answer.data.total_count.unwrap_or_default().count())
    }

    /// The triggers of `namespace/repository`. The answer doesn't name the repository.
    ///
    /// # Errors
    /// As every call.
    pub async fn triggers(&self, repository: &str) -> Result<Listing<PersonalTrigger>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_APPLICATION_TRIGGER_PERSONAL;
        let fetch = async |offset| {
            let payload = json!({"RepoName": repository, "Limit": LIMIT, "Offset": offset});
            let answer: PersonalResponse<TriggerPage> = self.0.call(ACTION, &payload).await?;
            ListPage::new(ACTION, answer.data.trigger_info, answer.data.total_count)
        };
        let key = |info: &TriggerInfo| info.trigger_name.0.clone();
        Ok(collect(Paging::Items, key, fetch).await?.map(PersonalTrigger::from))
    }

    /// The newest firings of the triggers of `namespace/repository`, at most 100.
    ///
    /// # Errors
    /// As every call.
    pub async fn trigger_log(&self, repository: &str) -> Result<TriggerLog, ApiError> {
        let payload = json!({
            "RepoName": repository,
            "Limit": LIMIT,
            "Offset": 0,
            // As in the official example.
            "Order": "desc",
            "OrderBy": "invoke_time",
        });
        let answer: PersonalResponse<LogPage> =
            self.0.call(actions::DESCRIBE_APPLICATION_TRIGGER_LOG_PERSONAL, &payload).await?;
        let LogPage { total_count, log_info } = answer.data;
        let is_complete = total_count.count() <= log_info.0.len() as u64;
        let mut firings: Vec<TriggerFiring> =
            log_info.0.into_iter().map(TriggerFiring::from).collect();
        firings.sort_by_key(|firing| std::cmp::Reverse(firing.time));
        Ok(TriggerLog { firings, is_complete })
    }
}

impl From<TriggerInfo> for PersonalTrigger {
    fn from(info: TriggerInfo) -> Self {
        Self {
            name: info.trigger_name.0,
            source: info.invoke_source.0,
            action: info.invoke_action.0,
            condition: info.invoke_condition.unwrap_or_default().into(),
            updates: info.invoke_para.unwrap_or_default().into(),
        }
    }
}

impl From<InvokeCondition> for TriggerCondition {
    fn from(condition: InvokeCondition) -> Self {
        let (method, expression) = (condition.invoke_method.0, condition.invoke_expr.0);
        match method.to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "taglist" => {
                let tags = expression.split(';').map(str::trim).filter(|tag| !tag.is_empty());
                Self::Tags(tags.map(str::to_owned).collect())
            }
            "regex" => Self::Regex(expression),
            _ => Self::Other { method, expression },
        }
    }
}

impl From<InvokePara> for UpdatedWorkload {
    fn from(para: InvokePara) -> Self {
        let service = para.service_name.0;
        // `Deployment:nginx`; older triggers have the name alone.
        let (kind, name) = match service.split_once(':') {
            Some((kind, name)) => (Some(kind.to_owned()), name.to_owned()),
            None => (None, service),
        };
        Self {
            cluster: para.cluster_id.0,
            namespace: para.namespace.0,
            kind,
            name,
            container: para.container_name.0,
        }
    }
}

/// `cls-1/default Deployment:web (app)`
impl fmt::Display for UpdatedWorkload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ", self.cluster, self.namespace)?;
        if let Some(kind) = &self.kind {
            write!(f, "{kind}:")?;
        }
        write!(f, "{} ({})", self.name, self.container)
    }
}

impl From<LogInfo> for TriggerFiring {
    fn from(info: LogInfo) -> Self {
        Self {
            trigger: info.trigger_name.0,
            tag: info.tag_name.0,
            time: read_time(&info.invoke_time.0),
            code: info.invoke_result.unwrap_or_default().return_code.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::api::test_server::{Reply, Server};

    #[tokio::test]
    async fn a_trigger_names_its_workload_with_and_without_a_kind() {
        // The official example, and a row as older ones are.
        let server = Server::start(|_| {
            Reply::ok(json!({"Data": {"TotalCount": 3, "TriggerInfo": [
                {"CreateTime": "2021-11-18 11:51:13", "InvokeAction": "SERVICE_UPDATE",
                 "InvokeCondition": {"InvokeExpr": "", "InvokeMethod": "all"},
                 "InvokePara": {"AppId": "1251707795", "ClusterId": "cls-prnklzue",
                    "ClusterRegion": 1, "ContainerName": "nginx", "Namespace": "default",
                    "ServiceName": "Deployment:nginx-deployment"},
                 "InvokeSource": "IMAGE_PUSH", "TriggerName": "aaaa"},
                {"TriggerName": "old", "InvokeCondition": {"InvokeMethod": "taglist",
                    "InvokeExpr": "v1; v2;"}, "InvokePara": {"ServiceName": "nginx"}},
                {"TriggerName": "bare"},
            ]}}))
        })
        .await;
        let found = Personal::new(server.api()).triggers("shop/web").await.unwrap();
        let [new, old, bare] = &found.items[..] else { panic!("{found:?}") };
        assert_eq!(new.condition, TriggerCondition::All);
        assert_eq!(new.updates.kind.as_deref(), Some("Deployment"));
        assert_eq!(new.updates.name, "nginx-deployment");
        assert_eq!((&old.updates.kind, old.updates.name.as_str()), (&None, "nginx"));
        let tags = vec!["v1".to_owned(), "v2".to_owned()];
        assert_eq!(old.condition, TriggerCondition::Tags(tags));
        assert!(matches!(bare.condition, TriggerCondition::Other { .. }));
        assert_eq!(server.asked()[0].json()["RepoName"], "shop/web");
    }

    #[tokio::test]
    async fn the_log_is_newest_first_and_says_whether_it_is_all() {
        let server = Server::start(|_| {
            Reply::ok(json!({"Data": {"TotalCount": 3, "LogInfo": [
                {"TriggerName": "a", "TagName": "v1", "InvokeTime": "2021-11-18 11:51:13",
                 "InvokeResult": {"ReturnCode": 0, "ReturnMsg": "ok"}},
                {"TriggerName": "a", "TagName": "v2", "InvokeTime": "2022-11-18 11:51:13",
                 "InvokeResult": {"ReturnCode": "-1"}},
            ]}}))
        })
        .await;
        let log = Personal::new(server.api()).trigger_log("shop/web").await.unwrap();
        assert!(!log.is_complete);
        assert_eq!((log.firings[0].tag.as_str(), log.firings[0].code), ("v2", -1));
    }
}

//! Clean-up rules: which tags CCR deletes by itself. Only read.

use serde::Deserialize;
use serde_json::json;

use super::{Personal, PersonalResponse};
use crate::tencent::ApiError;
use crate::tencent::actions::{self, Action};
use crate::tencent::api::{LenientList, LenientNumber, LenientText};

/// A clean-up rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanupRule {
    /// `namespace/repository`; `None` for the rule of all repositories.
    pub repository: Option<String>,
    /// What it keeps.
    pub keeps: Kept,
    /// How many tags or days; `u64` and not more, though the API's own example is beyond `i64`.
    pub value: u64,
    /// Whether it is in force.
    pub enabled: bool,
}

/// What a clean-up rule keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The last so many tags.
    Tags,
    /// Tags of the last so many days.
    Days,
    /// A type that the documentation doesn't have.
    Other(String),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct StrategyPage {
    strategy_info: LenientList<StrategyInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct StrategyInfo {
    repo_name: LenientText,
    r#type: LenientText,
    value: LenientNumber,
    valid: LenientNumber,
}

impl Personal {
    /// The rules for all repositories.
    ///
    /// # Errors
    /// [`ApiError::is_not_initialised`] if the account never used CCR in this region.
    pub async fn global_cleanup_rules(&self) -> Result<Vec<CleanupRule>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_IMAGE_LIFECYCLE_GLOBAL_PERSONAL;
        let answer: PersonalResponse<StrategyPage> = self.0.call(ACTION, &json!({})).await?;
        Ok(answer.data.strategy_info.0.into_iter().map(|info| info.rule(None)).collect())
    }

    /// The rules of `namespace/repository` alone.
    ///
    /// # Errors
    /// As every call.
    pub async fn cleanup_rules(&self, repository: &str) -> Result<Vec<CleanupRule>, ApiError> {
        const ACTION: Action = actions::DESCRIBE_IMAGE_LIFECYCLE_PERSONAL;
        let payload = json!({"RepoName": repository});
        let answer: PersonalResponse<StrategyPage> = self.0.call(ACTION, &payload).await?;
        let rules = answer.data.strategy_info.0.into_iter();
        // The global rule may be told here, too.
        let own =
            rules.filter(|info| info.repo_name.0.is_empty() || info.repo_name.0 == repository);
        let own = own.filter(|info| !info.r#type.0.starts_with("global_"));
        Ok(own.map(|info| info.rule(Some(repository))).collect())
    }
}

impl StrategyInfo {
    fn rule(self, repository: Option<&str>) -> CleanupRule {
        // Types: keep_last_days in the example, global_… in the docs of Manage…; keep_last_nums
        // follows from both.
        let keeps = match self.r#type.0.trim_start_matches("global_") {
            "keep_last_nums" => Kept::Tags,
            "keep_last_days" => Kept::Days,
            _ => Kept::Other(self.r#type.0.clone()),
        };
        CleanupRule {
            repository: repository.map(str::to_owned),
            keeps,
            value: self.value.count(),
            enabled: self.valid.0 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::api::test_server::{Reply, Server};

    #[tokio::test]
    async fn a_value_beyond_i64_is_read() {
        // The official examples.
        let server = Server::start(|asked| {
            let of_repository = r#"{"Data":{"StrategyInfo":[{"Username":"3321337994","RepoName":"dockerhub/test","Type":"keep_last_days","Value":9223372036854776000,"Valid":1,"CreationTime":"2020-01-22 15:38:19 +0800 CST"}],"TotalCount":1}}"#;
            let global = r#"{"Data":{"StrategyInfo":[{"Username":"3321337994","RepoName":"","Type":"global_keep_last_nums","Value":80,"Valid":1,"CreationTime":"2020-01-22 15:38:19 +0800 CST"}],"TotalCount":1}}"#;
            let is_global = asked.action().contains("Global");
            Reply::ok(serde_json::from_str(if is_global { global } else { of_repository }).unwrap())
        })
        .await;
        let personal = Personal::new(server.api());
        let rules = personal.cleanup_rules("dockerhub/test").await.unwrap();
        assert_eq!((&rules[0].keeps, rules[0].enabled), (&Kept::Days, true));
        assert!(rules[0].value > 1 << 60);
        let global = personal.global_cleanup_rules().await.unwrap();
        assert_eq!((&global[0].keeps, global[0].value), (&Kept::Tags, 80));
        assert_eq!(global[0].repository, None);
    }
}

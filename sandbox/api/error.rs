//! Errors of the API: a code, and a message in the two languages that it speaks.

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: String,
    pub(crate) chinese: String,
    pub(crate) english: String,
}

impl ApiError {
    /// With a message in each language.
    pub(crate) fn new(
        code: impl Into<String>,
        chinese: impl Into<String>,
        english: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), chinese: chinese.into(), english: english.into() }
    }

    /// The parameter isn't one of the action's.
    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::new(
            "UnknownParameter",
            format!("未知参数错误,参数 `{name}` 未定义。"),
            format!("The parameter `{name}` is not recognized."),
        )
    }

    /// The parameter is required.
    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::new(
            "MissingParameter",
            format!("缺少必要参数 `{name}`。"),
            format!("The request is missing a required parameter `{name}`."),
        )
    }

    /// The parameter is of another type.
    pub(crate) fn wrong_type(name: &str, expected: &str) -> Self {
        Self::new(
            "InvalidParameter",
            format!("参数 `{name}` 的类型错误,应为 {expected}。"),
            format!("The value type of parameter `{name}` is not valid, expected {expected}."),
        )
    }

    /// The Personal user isn't there in this region.
    pub(crate) fn no_user() -> Self {
        Self::new(
            "ResourceNotFound.ErrNoUser",
            "用户不存在(未注册或未初始化)。",
            "The user does not exist (not registered).",
        )
    }

    /// The Personal repository isn't there.
    pub(crate) fn no_repository(name: &str) -> Self {
        Self::new(
            "ResourceNotFound.ErrNoRepo",
            format!("仓库 {name} 不存在。"),
            format!("The repository {name} does not exist."),
        )
    }

    /// The instance isn't there, or is in another region.
    pub(crate) fn no_instance(id: &str) -> Self {
        Self::new(
            "ResourceNotFound",
            format!("实例 {id} 不存在。"),
            format!("The instance {id} does not exist in this region."),
        )
    }

    /// Something inside an instance isn't there.
    pub(crate) fn not_in_instance(what: &str) -> Self {
        Self::new(
            "ResourceNotFound.TcrResourceNotFound",
            format!("TCR 实例中不存在 {what}。"),
            format!("{what} not found in the instance."),
        )
    }

    /// A name breaks a rule.
    pub(crate) fn invalid(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::new("InvalidParameter.ErrorTcrInvalidParameter", chinese, english)
    }

    /// A quota is used up.
    pub(crate) fn over_quota(what: &str, quota: usize) -> Self {
        Self::new(
            "OperationDenied.QuotaOverLimit",
            format!("{what} 数量超过配额 {quota}。"),
            format!("The number of {what} exceeds the quota of {quota}."),
        )
    }
}

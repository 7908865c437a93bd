//! An error answer of the API: its codes, and what to do about each.

use crate::diagnostic::CommonError;

/// What the API said instead of an answer, and the circumstances of the call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{action} was refused: {message} ({code}{})", request_id.as_deref().map(|id| format!(", RequestId {id}")).unwrap_or_default())]
pub struct Refusal {
    /// What was called.
    pub action: String,
    /// The API's error code, `UnauthorizedOperation`.
    pub code: String,
    /// The API's own words, in English where it has them.
    pub message: String,
    /// Tencent's id for the call.
    pub request_id: Option<String>,
    /// `tcr` or `sts`.
    pub service: &'static str,
    /// The region that was asked.
    pub region: String,
    /// Where the key came from.
    pub origin: String,
    /// Seconds by which this machine's clock is ahead of the answer's `Date`; negative if behind.
    pub clock_ahead: Option<i64>,
}

/// `code` itself, or one of the codes below it (`UnauthorizedOperation.ErrorTcrUnauthorized`).
pub(crate) fn is_of(code: &str, family: &str) -> bool {
    code.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

pub(crate) fn is_permission(code: &str) -> bool {
    is_of(code, "UnauthorizedOperation")
        || code == "AuthFailure.UnauthorizedOperation"
        || code.ends_with(".ErrorTcrUnauthorized")
        || code.ends_with(".ErrUnauthorized")
}

pub(crate) fn is_quota(code: &str) -> bool {
    is_of(code, "LimitExceeded")
        || code == "OperationDenied.QuotaOverLimit"
        || code == "InternalError.ErrorOverLimit"
}

pub(crate) fn is_not_initialised(code: &str) -> bool {
    matches!(code, "ResourceNotFound.ErrNoUser" | "UnsupportedOperation.ErrNoUserInitialized")
}

pub(crate) fn is_key_refused(code: &str) -> bool {
    is_of(code, "AuthFailure")
        && !matches!(code, "AuthFailure.SignatureExpire" | "AuthFailure.UnauthorizedOperation")
}

/// A fault inside Tencent's service, after which the state is not known.
pub(crate) fn is_internal(code: &str) -> bool {
    matches!(
        code,
        "InternalError"
            | "InternalError.DbError"
            | "InternalError.ErrorTcrInternal"
            | "InternalError.Unknown"
            | "FailedOperation.DependenceError"
            | "FailedOperation.DbError"
            | "FailedOperation.GetDBDataError"
            | "FailedOperation.ErrorGetDBDataError"
            | "FailedOperation.EmptyCoreBody"
            | "FailedOperation.GetTcrClient"
    )
}

impl Refusal {
    fn is_personal(&self) -> bool {
        self.action.ends_with("Personal")
    }

    fn region_flag(&self) -> &'static str {
        if self.is_personal() { "--ccr-region" } else { "--tcr-region" }
    }

    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self.code.as_str() {
            "AuthFailure.SignatureExpire" => Some(CommonError::ClockWrong),
            code if is_key_refused(code) => Some(CommonError::KeyRefused),
            code if is_permission(code) => Some(CommonError::CamDenied),
            code if is_of(code, "RequestLimitExceeded") => Some(CommonError::RateLimited),
            code if is_quota(code) => Some(CommonError::Quota),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let Self { code, region, origin, .. } = self;
        let code = code.as_str();
        if code == "AuthFailure.SignatureExpire" {
            return Some(self.clock_hint());
        }
        if is_key_refused(code) {
            return Some(self.key_hint());
        }
        if is_permission(code) {
            return Some(self.permission_hint());
        }
        if is_not_initialised(code) {
            return Some(format!(
                "the Personal Edition was never set up in {region} by this account: choose another region with --ccr-region, or there is nothing to move from here; the key is from {origin}"
            ));
        }
        if code == "UnsupportedRegion" || code == "InvalidParameter.UnsupportedRegion" {
            return Some(format!(
                "the API doesn't serve {region} at this endpoint: choose another with {}, or the region's own endpoint with --{}-api-endpoint tcr.{region}.tencentcloudapi.com",
                self.region_flag(),
                if self.is_personal() { "ccr" } else { "tcr" },
            ));
        }
        if is_of(code, "RequestLimitExceeded") {
            return Some(format!(
                "something else calls {} with the same account, and both share one rate limit: stop it, or run this again later",
                self.action
            ));
        }
        if is_quota(code) {
            return Some(
                "a quota is used up: raise it in the console (the instance's level sets it), or move less with PATTERN or --map".to_owned(),
            );
        }
        if code.ends_with(".ErrorTcrResourceConflict") {
            return Some("something of that name is there already: choose another name".to_owned());
        }
        match code {
            "ResourceInsufficient.ErrorInstanceNotRunning" => Some(
                "the instance isn't running yet: see its state in the console, then run this again"
                    .to_owned(),
            ),
            "IpInBlacklist" | "IpNotInWhitelist" => Some(format!(
                "the account limits API access by IP address: allow this machine's, or use another key than {origin}"
            )),
            _ if ["InternalError", "FailedOperation", "ServiceUnavailable", "ResourceUnavailable"]
                .iter()
                .any(|family| is_of(code, family)) =>
            {
                Some(
                    "the error is on Tencent's side: run this again later, what is done is not done twice; if it stays, give the RequestId to Tencent's support".to_owned(),
                )
            }
            _ => None,
        }
    }

    fn key_hint(&self) -> String {
        let origin = &self.origin;
        match self.code.as_str() {
            "AuthFailure.TokenFailure" => format!(
                "the key from {origin} is temporary, and has expired or lacks its token: renew it, and give all three parts (id, key, token)"
            ),
            "AuthFailure.SignatureFailure" => {
                format!("the secret key doesn't belong to the id: check both parts of {origin}")
            }
            "AuthFailure.SecretIdNotFound" | "AuthFailure.InvalidSecretId" => format!(
                "no such key, or it was disabled or deleted: check {origin} at https://console.cloud.tencent.com/cam/capi (keys of the international site need --*-api-endpoint tcr.intl.tencentcloudapi.com)"
            ),
            "AuthFailure.MFAFailure" => {
                format!(
                    "the account asks for a second factor: use a key that needs none instead of {origin}"
                )
            }
            _ => format!("the key from {origin} was not accepted: check its id and secret"),
        }
    }

    fn permission_hint(&self) -> String {
        let (action, region) = (&self.action, &self.region);
        let resource = if action.starts_with("AssumeRole") {
            "the role (qcs::cam::uin/UIN:roleName/ROLE), and the role's trust in this account"
                .to_owned()
        } else if self.is_personal() {
            format!("qcs::tcr:{region}:uin/UIN:repo/*")
        } else if self.service != "tcr" {
            // What is called of the other services is granted on `*`, and counts as not granted on
            // anything else.
            "*".to_owned()
        } else if action == "DescribeInstances" {
            format!("qcs::tcr:{region}:uin/UIN:instance/*")
        } else {
            format!("qcs::tcr:{region}:uin/UIN:instance/INSTANCE-ID and …:repository/INSTANCE-ID/*")
        };
        let missing = if self.code.ends_with(".ErrorTcrUnauthorized") {
            " (the API says the same when the namespace doesn't exist)"
        } else {
            ""
        };
        format!(
            "allow {}:{action} on {resource} to the user of the key from {}{missing}",
            self.service, self.origin
        )
    }

    fn clock_hint(&self) -> String {
        match self.clock_ahead {
            Some(seconds) if seconds.abs() >= 60 => format!(
                "this machine's clock is {} {}: set it (the API allows 5 minutes)",
                spelled(seconds.unsigned_abs()),
                if seconds > 0 { "ahead" } else { "behind" },
            ),
            _ => "check this machine's clock: the API allows 5 minutes, and a slow proxy can use them up".to_owned(),
        }
    }
}

// `10 minutes`: one unit, rounded, for the difference is not known to the second.
fn spelled(seconds: u64) -> String {
    let (size, unit) = match seconds {
        0..120 => (1, "second"),
        120..7_200 => (60, "minute"),
        7_200..172_800 => (3_600, "hour"),
        _ => (86_400, "day"),
    };
    let number = (seconds + size / 2) / size;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::ApiError;

    fn refusal(action: &str, code: &str) -> Refusal {
        Refusal {
            action: action.to_owned(),
            code: code.to_owned(),
            message: "no".to_owned(),
            request_id: Some("r-1".to_owned()),
            service: "tcr",
            region: "ap-shanghai".to_owned(),
            origin: "the environment (TENCENTCLOUD_SECRET_ID)".to_owned(),
            clock_ahead: None,
        }
    }

    fn hint(action: &str, code: &str) -> String {
        refusal(action, code).hint().unwrap_or_default()
    }

    fn error(code: &str) -> ApiError {
        ApiError::Refused(Box::new(refusal("CreateNamespace", code)))
    }

    #[test]
    fn a_refusal_names_action_code_and_request() {
        let error = error("UnauthorizedOperation");
        assert_eq!(
            error.to_string(),
            "CreateNamespace was refused: no (UnauthorizedOperation, RequestId r-1)"
        );
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("UnauthorizedOperation"), Some("r-1"))
        );
    }

    #[test]
    fn a_refused_key_is_told_with_its_origin() {
        for code in [
            "AuthFailure.SecretIdNotFound",
            "AuthFailure.SignatureFailure",
            "AuthFailure.TokenFailure",
            "AuthFailure.InvalidAuthorization",
        ] {
            let hint = hint("DescribeInstances", code);
            assert!(hint.contains("the environment (TENCENTCLOUD_SECRET_ID)"), "{code}: {hint}");
            assert!(error(code).is_key_refused(), "{code}");
        }
        assert!(!error("AuthFailure.SignatureExpire").is_key_refused());
        assert!(!error("UnauthorizedOperation").is_key_refused());
    }

    #[test]
    fn a_wrong_clock_is_told_with_how_much() {
        let ahead = |seconds| {
            let refusal = Refusal {
                clock_ahead: Some(seconds),
                ..refusal("DescribeInstances", "AuthFailure.SignatureExpire")
            };
            refusal.hint().unwrap()
        };
        assert!(ahead(601).starts_with("this machine's clock is 10 minutes ahead"));
        assert!(ahead(-28_801).starts_with("this machine's clock is 8 hours behind"));
        assert!(ahead(-3 * 86_400).starts_with("this machine's clock is 3 days behind"));
        assert!(ahead(2).starts_with("check this machine's clock"));
    }

    #[test]
    fn a_missing_permission_is_named() {
        let enterprise = hint("CreateNamespace", "UnauthorizedOperation");
        assert!(enterprise.contains("allow tcr:CreateNamespace on"), "{enterprise}");
        assert!(enterprise.contains("instance/INSTANCE-ID"), "{enterprise}");
        let personal = hint("DescribeImagePersonal", "InternalError.ErrUnauthorized");
        assert!(personal.contains("allow tcr:DescribeImagePersonal on"), "{personal}");
        assert!(personal.contains("qcs::tcr:ap-shanghai:uin/UIN:repo/*"), "{personal}");
        let either = hint("DescribeImages", "InternalError.ErrorTcrUnauthorized");
        assert!(either.contains("namespace doesn't exist"), "{either}");
    }

    #[test]
    fn the_other_hints_name_the_way_out() {
        let user = hint("DescribeNamespacePersonal", "ResourceNotFound.ErrNoUser");
        assert!(user.contains("never set up in ap-shanghai"), "{user}");
        assert!(user.contains("--ccr-region"), "{user}");
        assert!(hint("DescribeInstances", "UnsupportedRegion").contains("--tcr-region"));
        assert!(hint("DescribeImagePersonal", "UnsupportedRegion").contains("--ccr-region"));
        let limit = hint("DescribeImages", "RequestLimitExceeded.UinLimitExceeded");
        assert!(limit.contains("DescribeImages"), "{limit}");
        for code in
            ["OperationDenied.QuotaOverLimit", "LimitExceeded", "LimitExceeded.ErrRepoMaxLimit"]
        {
            assert!(hint("CreateNamespace", code).contains("quota"), "{code}");
            assert!(error(code).is_quota(), "{code}");
        }
        assert!(!error("RequestLimitExceeded").is_quota());
    }

    #[test]
    fn codes_are_told_apart() {
        assert!(error("FailedOperation.ErrorTcrResourceConflict").is_already_exists());
        assert!(error("InternalError.ErrorTcrResourceConflict").is_already_exists());
        assert!(!error("InternalError.ErrorConflict").is_already_exists());
        assert!(error("ResourceNotFound.ErrNoUser").is_not_initialised());
        assert!(error("UnsupportedOperation.ErrNoUserInitialized").is_not_initialised());
        assert!(!error("ResourceNotFound.ErrNoUser").is_not_found());
        assert!(error("ResourceNotFound").is_not_found());
        assert!(error("ResourceNotFound.TcrResourceNotFound").is_not_found());
        assert!(!error("InternalError.ErrorTcrUnauthorized").is_not_found());
        let message = "project not found".to_owned();
        let hidden =
            Refusal { message, ..refusal("DescribeImages", "InternalError.ErrorTcrUnauthorized") };
        let hidden = ApiError::Refused(Box::new(hidden));
        assert!(hidden.is_not_found() && hidden.is_permission());
        assert!(error("AuthFailure.UnauthorizedOperation").is_permission());
        assert!(error("UnauthorizedOperation.ErrorTcrUnauthorized").is_permission());
        assert!(!error("UnauthorizedOperations").is_permission());
    }
}

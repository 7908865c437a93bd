//! CAM: whose key or login something was asked with, and whether their policies grant it.

use std::net::Ipv4Addr;

use crate::account::{Effect, PolicyDescription, RoleDescription, StatementDescription};

/// Everything calls from here.
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The account itself, which may do everything.
    Root,
    /// The user that the account's key belongs to.
    User,
    /// A role, by a key that STS or the metadata service gave.
    Role { name: String, session: String },
}

/// Users, roles and their policies.
#[derive(Debug)]
pub(crate) struct Cam {
    /// The number of the user whose key it is; the account's own key without it.
    pub(crate) user: Option<String>,
    pub(crate) policies: Vec<PolicyDescription>,
    pub(crate) boundary: Option<PolicyDescription>,
    pub(crate) roles: Vec<RoleDescription>,
    /// Whether CAM answers whatever the policies say.
    pub(crate) readable: Option<bool>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// An action of the operation level, which is granted on `*` only.
    Everything,
    /// `tcr`, `ap-shanghai` and `repository/tcr-1/shop/web`
    One { service: &'static str, region: String, resource: String },
}

impl Cam {
    /// Whose the account's key and logins are.
    pub(crate) fn holder(&self) -> Caller {
        if self.user.is_some() { Caller::User } else { Caller::Root }
    }

    /// Whether `tcr:CreateNamespace` is granted.
    pub(crate) fn grants(&self, caller: &Caller, action: &str, wanted: &Wanted) -> bool {
        if action.starts_with("cam:")
            && let Some(readable) = self.readable
        {
            return readable;
        }
        match caller {
            Caller::Root => true,
            Caller::User => {
                let boundary = self.boundary.as_ref();
                allow(&self.policies, action, wanted)
                    && boundary.is_none_or(|it| allow(std::slice::from_ref(it), action, wanted))
            }
            // A role that isn't described may do everything.
            Caller::Role { name, .. } => {
                let role = self.roles.iter().find(|role| role.name == *name);
                role.is_none_or(|role| allow(&role.policies, action, wanted))
            }
        }
    }
}

/// An explicit deny wins.
fn allow(policies: &[PolicyDescription], action: &str, wanted: &Wanted) -> bool {
    let statements = || policies.iter().flat_map(|policy| &policy.statement);
    let says = |effect| {
        statements().any(|it| it.effect == effect && is_about(it, action, wanted) && holds(it))
    };
    says(Effect::Allow) && !says(Effect::Deny)
}

fn is_about(statement: &StatementDescription, action: &str, wanted: &Wanted) -> bool {
    statement.action.iter().any(|pattern| names(pattern, action))
        && statement.resource.iter().any(|pattern| contains(pattern, wanted))
}

/// The Personal Edition's actions go by the names of its first API, too (1141/41409).
fn names(pattern: &str, action: &str) -> bool {
    let pattern = pattern.strip_prefix("name/").unwrap_or(pattern);
    let old = match action {
        "tcr:PullRepositoryPersonal" => "ccr:pull",
        "tcr:PushRepositoryPersonal" => "ccr:push",
        "tcr:DescribeRepositoryOwnerPersonal" => "ccr:GetUserRepositoryList",
        _ => action,
    };
    matches(pattern, action) || matches(pattern, old)
}

fn contains(pattern: &str, wanted: &Wanted) -> bool {
    let Wanted::One { service, region, resource } = wanted else {
        return pattern == "*";
    };
    if pattern == "*" {
        return true;
    }
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let ["qcs", _, held_service, held_region, held_account, held_resource] = parts.as_slice()
    else {
        return false;
    };
    let is_old = *held_service == "ccr" && resource.starts_with("repo/");
    // There is one account here: `uin/OWNER` is that one, or nothing is meant.
    let account =
        held_account.is_empty() || *held_account == "*" || held_account.starts_with("uin/");
    account
        && (is_old || matches(held_service, service))
        && (held_region.is_empty() || matches(held_region, region))
        && matches(held_resource, resource)
}

fn holds(statement: &StatementDescription) -> bool {
    statement.condition.iter().all(|(operator, keys)| {
        keys.iter().all(|(key, values)| {
            let is_here = values.0.iter().any(|range| is_in(HERE, range));
            match (operator.as_str(), key.as_str()) {
                ("ip_equal", "qcs:ip") => is_here,
                ("ip_not_equal", "qcs:ip") => !is_here,
                _ => false,
            }
        })
    })
}

fn is_in(address: Ipv4Addr, range: &str) -> bool {
    let (base, bits) = range.split_once('/').unwrap_or((range, "32"));
    let (Ok(base), Ok(bits)) = (base.parse::<Ipv4Addr>(), bits.parse::<u32>()) else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0);
    u32::from(address) & mask == u32::from(base) & mask
}

/// `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => text.strip_prefix(before).is_some_and(|text| {
            let ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
            ends.into_iter().any(|place| matches(rest, &text[place..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(policies: &str) -> Cam {
        Cam {
            user: Some("2".to_owned()),
            policies: serde_yaml::from_str(policies).unwrap(),
            boundary: None,
            roles: Vec::new(),
            readable: None,
        }
    }

    fn shop(repository: &str) -> Wanted {
        let resource = format!("repository/tcr-1/shop/{repository}");
        Wanted::One { service: "tcr", region: "ap-shanghai".to_owned(), resource }
    }

    #[test]
    fn what_is_granted_on_a_resource_is_not_granted_on_everything() {
        let cam = user(
            r#"[{"statement": [{"effect": "allow", "action": "tcr:*", "resource": "qcs::tcr:::repository/tcr-1/*"}]}]"#,
        );
        assert!(cam.grants(&Caller::User, "tcr:PushRepository", &shop("web")));
        assert!(!cam.grants(&Caller::User, "tcr:DescribeWebhookTrigger", &Wanted::Everything));
        assert!(!cam.grants(&Caller::User, "vpc:DescribeVpcs", &shop("web")));
        assert!(cam.grants(&Caller::Root, "vpc:DescribeVpcs", &Wanted::Everything));
    }

    #[test]
    fn a_denial_wins_where_its_condition_holds() {
        let of = |range: &str| {
            user(&format!(
                r#"
- statement: [{{effect: allow, action: "*", resource: "*"}}]
- statement: [{{effect: deny, action: ["tcr:Push*"], resource: ["*"], condition: {{ip_equal: {{"qcs:ip": {range}}}}}}}]"#
            ))
        };
        assert!(!of("127.0.0.0/8").grants(&Caller::User, "tcr:PushRepository", &shop("web")));
        assert!(of("10.0.0.0/8").grants(&Caller::User, "tcr:PushRepository", &shop("web")));
        assert!(of("127.0.0.1").grants(&Caller::User, "tcr:PullRepository", &shop("web")));
    }

    #[test]
    fn stars_stand_for_anything() {
        assert!(matches("repository/*/web", "repository/tcr-1/shop/web"));
        assert!(matches("*", "") && matches("a**b", "ab") && !matches("a*b", "abc"));
    }
}

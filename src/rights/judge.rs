//! Judging: do these policies grant this action on this resource? Pure.

use super::document::{Document, Effect, Statement};
use super::old_names::old_name;
use super::pattern::{Cover, cover};
use super::resource::{Extent, ResourcePattern};

/// A policy with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPolicy {
    /// As CAM calls it.
    pub name: String,
    /// What it says.
    pub document: Document,
}

/// Whether something is granted. There are three answers: what can't be known isn't guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// By what can be read here, it is.
    Granted {
        /// The policy that grants it.
        by: String,
    },
    /// It isn't.
    Lacking {
        /// Why not.
        why: String,
    },
    /// It can't be told from here.
    NotProven {
        /// Why not.
        why: String,
    },
}

impl Judgement {
    /// The less favourable of two, for something that needs both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |judgement: &Self| match judgement {
            Self::Lacking { .. } => 0,
            Self::NotProven { .. } => 1,
            Self::Granted { .. } => 2,
        };
        if rank(&other) < rank(&self) { other } else { self }
    }
}

/// What one statement says of an action on a resource.
enum Says {
    Nothing,
    /// It is about all of it, under no condition.
    Plainly,
    /// It may be about it, or is about a part of it.
    Perhaps(String),
}

/// Judges by policies that are all there is, but for those which `unread` tells of.
pub(super) fn judge(
    policies: &[NamedPolicy],
    unread: Option<&str>,
    action: &str,
    resource: &ResourcePattern,
) -> Judgement {
    let (mut granted, mut perhaps_granted, mut perhaps_denied) = (None, None, None);
    let statements = policies
        .iter()
        .flat_map(|policy| policy.document.statements.iter().map(move |it| (&policy.name, it)));
    for (name, statement) in statements {
        match (statement.effect, says(statement, action, resource)) {
            (_, Says::Nothing) => {}
            // An explicit deny wins over everything.
            (Effect::Deny, Says::Plainly) => {
                return Judgement::Lacking { why: format!("denied by {name}") };
            }
            (Effect::Deny, Says::Perhaps(why)) => {
                perhaps_denied.get_or_insert_with(|| format!("{name} denies it {why}"));
            }
            (Effect::Allow, Says::Plainly) => {
                granted.get_or_insert_with(|| name.clone());
            }
            (Effect::Allow, Says::Perhaps(why)) => {
                perhaps_granted.get_or_insert_with(|| format!("{name} allows it {why}"));
            }
        }
    }
    match (granted, perhaps_granted, perhaps_denied, unread) {
        (Some(_), _, Some(why), _) | (None, Some(why), ..) => Judgement::NotProven { why },
        // What is unread may hold a denial as well as an allowance.
        (Some(_), _, None, Some(why)) | (None, None, _, Some(why)) => {
            Judgement::NotProven { why: why.to_owned() }
        }
        (Some(by), _, None, None) => Judgement::Granted { by },
        (None, None, _, None) => Judgement::Lacking { why: "no policy allows it".to_owned() },
    }
}

fn says(statement: &Statement, action: &str, resource: &ResourcePattern) -> Says {
    let about = statement.actions.iter().map(|pattern| about(pattern, action));
    let about = about.max_by_key(|about| match about {
        About::Other => 0,
        About::Perhaps(_) => 1,
        About::This => 2,
    });
    let about = match (about, statement.unknown.first()) {
        (Some(About::Other), _) | (None, None) => return Says::Nothing,
        (_, Some(part)) => {
            return Says::Perhaps(format!("or not: its `{part}` is not understood here"));
        }
        (Some(about), None) => about,
    };
    let (mut is_whole, mut part) = (false, None);
    for held in &statement.resources {
        match held.extent(resource) {
            Extent::Known(Cover::All) => is_whole = true,
            Extent::Known(Cover::Part) => part = Some(format!("on {held} only")),
            Extent::Unknown => {
                part.get_or_insert_with(|| format!("on {held}, which can't be compared from here"));
            }
            Extent::Known(Cover::None) => {}
        }
    }
    match (is_whole, part, about) {
        (false, None, _) => Says::Nothing,
        (_, _, About::Perhaps(why)) | (false, Some(why), _) => Says::Perhaps(why),
        (true, ..) if statement.condition.is_none() => Says::Plainly,
        (true, ..) => Says::Perhaps(format!(
            "under a condition that can't be judged from here ({})",
            statement.condition_keys().join(", ")
        )),
    }
}

/// Whether an action of a statement is the one in question.
enum About {
    Other,
    Perhaps(String),
    This,
}

fn about(pattern: &str, action: &str) -> About {
    if cover(pattern, action) == Cover::All {
        return About::This;
    }
    // Whether CAM looks at capitals isn't documented.
    if cover(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()) == Cover::All {
        return About::Perhaps(format!("as `{pattern}`, with other capitals"));
    }
    // The Personal Edition's actions go by the names of its first API, too.
    if let Some(personal) = action.strip_prefix("tcr:").filter(|name| name.ends_with("Personal"))
        && pattern.starts_with("ccr:")
    {
        return match old_name(personal) {
            Some(old) if cover(pattern, &format!("ccr:{old}")) == Cover::All => About::This,
            Some(_) => About::Other,
            None => About::Perhaps(format!(
                "or not, as `{pattern}`, in the old words of the Personal Edition"
            )),
        };
    }
    // `permid/280655`: an action by a number.
    if pattern.starts_with("permid/") {
        return About::Perhaps(format!("or not, as `{pattern}`"));
    }
    About::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "qcs::tcr:ap-shanghai:uin/1:repository/tcr-1/shop/web";

    fn policy(statements: &str) -> NamedPolicy {
        let text = format!(r#"{{"version": "2.0", "statement": [{statements}]}}"#);
        NamedPolicy { name: "team".to_owned(), document: Document::parse(&text).unwrap() }
    }

    fn judged(statements: &str, unread: Option<&str>, action: &str, resource: &str) -> String {
        let judgement =
            judge(&[policy(statements)], unread, action, &ResourcePattern::parse(resource));
        match judgement {
            Judgement::Granted { by } => format!("granted by {by}"),
            Judgement::Lacking { why } => format!("lacking: {why}"),
            Judgement::NotProven { why } => format!("not proven: {why}"),
        }
    }

    fn of(statements: &str) -> String {
        judged(statements, None, "tcr:PushRepository", WEB)
    }

    #[test]
    fn an_allowance_grants_and_a_denial_wins() {
        let allow = r#"{"effect": "allow", "action": ["tcr:*"], "resource": ["*"]}"#;
        let deny = r#"{"effect": "deny", "action": "tcr:Push*", "resource": "qcs::tcr:::repository/tcr-1/shop/*"}"#;
        assert_eq!(of(allow), "granted by team");
        assert_eq!(of(&format!("{allow},{deny}")), "lacking: denied by team");
        assert_eq!(of(deny), "lacking: denied by team");
        assert_eq!(
            judged(&format!("{allow},{deny}"), None, "tcr:PullRepository", WEB),
            "granted by team"
        );
        assert_eq!(of(&allow.replace("tcr:*", "tcr:Describe*")), "lacking: no policy allows it");
    }

    #[test]
    fn a_denial_of_a_part_or_under_a_condition_proves_nothing() {
        let allow = r#"{"effect": "allow", "action": ["tcr:*"], "resource": ["*"]}"#;
        let deny = r#"{"effect": "deny", "action": "tcr:*", "resource": "qcs::tcr:::repository/tcr-1/ops/*"}"#;
        let all = "qcs::tcr:::repository/tcr-1/*";
        assert_eq!(
            judged(&format!("{allow},{deny}"), None, "tcr:PushRepository", all),
            "not proven: team denies it on qcs::tcr:::repository/tcr-1/ops/* only"
        );
        let deny = r#"{"effect": "deny", "action": "*", "resource": "*",
            "condition": {"ip_not_equal": {"qcs:ip": "10.0.0.0/8"}}}"#;
        assert_eq!(
            of(&format!("{allow},{deny}")),
            "not proven: team denies it under a condition that can't be judged from here (qcs:ip)"
        );
    }

    #[test]
    fn a_part_of_what_is_wanted_is_named() {
        let allow = r#"{"effect": "allow", "action": "tcr:PushRepository", "resource": ["qcs::tcr:::repository/tcr-1/shop/*"]}"#;
        assert_eq!(of(allow), "granted by team");
        assert_eq!(
            judged(allow, None, "tcr:PushRepository", "qcs::tcr:::repository/tcr-1/*"),
            "not proven: team allows it on qcs::tcr:::repository/tcr-1/shop/* only"
        );
        let token = r#"{"effect": "allow", "action": "tcr:DescribeImagePersonal", "resource": "qcs::tcr:::repo/shop"}"#;
        assert_eq!(
            judged(token, None, "tcr:DescribeImagePersonal", "*"),
            "not proven: team allows it on qcs::tcr:::repo/shop only"
        );
    }

    #[test]
    fn what_could_not_be_read_may_deny_or_allow() {
        let allow = r#"{"effect": "allow", "action": ["tcr:*"], "resource": ["*"]}"#;
        let unread = Some("ops can't be read");
        for statements in [allow, &allow.replace("tcr", "cvm")] {
            let judged = judged(statements, unread, "tcr:PushRepository", WEB);
            assert_eq!(judged, "not proven: ops can't be read");
        }
        let deny = allow.replace("allow", "deny");
        assert_eq!(judged(&deny, unread, "tcr:X", WEB), "lacking: denied by team");
    }

    #[test]
    fn other_spellings_prove_nothing() {
        let allow = |action: &str| {
            of(&format!(r#"{{"effect": "allow", "action": "{action}", "resource": "*"}}"#))
        };
        assert_eq!(
            allow("tcr:pushrepository"),
            "not proven: team allows it as `tcr:pushrepository`, with other capitals"
        );
        assert_eq!(allow("permid/1"), "not proven: team allows it or not, as `permid/1`");
        assert_eq!(allow("ccr:*"), "lacking: no policy allows it");
        let old =
            r#"{"effect": "allow", "action": "ccr:pull", "resource": "qcs::ccr:::repo/shop/*"}"#;
        assert_eq!(
            judged(old, None, "tcr:PullRepositoryPersonal", "qcs::tcr:::repo/shop/web"),
            "granted by team"
        );
        assert_eq!(
            judged(old, None, "tcr:PushRepositoryPersonal", "qcs::tcr:::repo/shop/web"),
            "lacking: no policy allows it"
        );
        assert_eq!(
            judged(old, None, "tcr:DescribeImagePersonal", "qcs::tcr:::repo/shop/web"),
            "not proven: team allows it or not, as `ccr:pull`, in the old words of the Personal Edition"
        );
    }
}

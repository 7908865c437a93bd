//! From a trigger of CCR to the webhook that would replace it. Pure.

use std::collections::HashSet;

use super::glob_of_regex::glob_of_regex;
use super::inventory::CcrTrigger;
use crate::image::{Host, Mapping, RepositoryName, Tag};
use crate::tencent::TriggerCondition;

/// A trigger, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Translated<'a> {
    /// The trigger.
    pub trigger: &'a CcrTrigger,
    /// The webhook, or why there is none.
    pub replacement: Result<Replacement, String>,
}

/// A webhook that would replace a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The namespace in TCR.
    pub namespace: String,
    /// Its name there.
    pub name: String,
    /// For which images, as a doublestar pattern on `repository:tag`, the repository without its
    /// namespace.
    pub condition: String,
    /// What the trigger did, for the console.
    pub description: String,
}

/// Translates triggers. No two webhooks of a namespace have the same name.
#[must_use]
pub fn translate<'a>(triggers: &'a [CcrTrigger], mapping: &Mapping) -> Vec<Translated<'a>> {
    let mut names = HashSet::new();
    triggers
        .iter()
        .map(|trigger| {
            let replacement = replacement(trigger, mapping).and_then(|webhook| {
                match names.insert((webhook.namespace.clone(), webhook.name.clone())) {
                    true => Ok(webhook),
                    false => Err(format!(
                        "another trigger gets the webhook {} in {}",
                        webhook.name, webhook.namespace
                    )),
                }
            });
            Translated { trigger, replacement }
        })
        .collect()
}

fn replacement(found: &CcrTrigger, mapping: &Mapping) -> Result<Replacement, String> {
    let trigger = &found.trigger;
    let is = |text: &str, known: &str| text.is_empty() || text.eq_ignore_ascii_case(known);
    if !is(&trigger.source, "IMAGE_PUSH") {
        return Err(format!("it is fired by {}, not by a push", trigger.source));
    }
    if !is(&trigger.action, "SERVICE_UPDATE") {
        return Err(format!("it does {}, and doesn't update a workload", trigger.action));
    }
    let target = target_of(&found.host, &found.repository, mapping)?;
    let tags = tags(&trigger.condition)?;
    let below = target.below_namespace();
    Ok(Replacement {
        namespace: target.namespace().to_owned(),
        name: webhook_name(below, &trigger.name),
        condition: format!("{below}:{tags}"),
        description: format!("replaces CCR trigger {}: updates {}", trigger.name, trigger.updates),
    })
}

/// What a repository of CCR becomes.
pub(super) fn target_of(
    host: &Host,
    repository: &str,
    mapping: &Mapping,
) -> Result<RepositoryName, String> {
    if let Ok(name) = repository.parse::<RepositoryName>() {
        let mut excludes = mapping.excludes().iter();
        let leaves_out = excludes
            .find(|pattern| pattern.takes_all_tags() && pattern.matches_repository(host, &name));
        if let Some(pattern) = leaves_out {
            return Err(format!("the mapping file leaves out {}", pattern.as_str()));
        }
    }
    mapping.target(host, repository).map_err(|error| error.to_string())
}

fn tags(condition: &TriggerCondition) -> Result<String, String> {
    match condition {
        TriggerCondition::All => Ok("**".to_owned()),
        TriggerCondition::Tags(tags) => {
            if let Some(wrong) = tags.iter().find(|tag| tag.parse::<Tag>().is_err()) {
                return Err(format!("`{wrong}` in its list of tags is not a tag"));
            }
            match &tags[..] {
                [] => Err("its list of tags is empty".to_owned()),
                [tag] => Ok(tag.clone()),
                tags => Ok(format!("{{{}}}", tags.join(","))),
            }
        }
        TriggerCondition::Regex(expression) => glob_of_regex(expression).ok_or_else(|| {
            format!(
                "no glob is equal to its regular expression `{expression}`: TCR's webhooks take globs"
            )
        }),
        TriggerCondition::Other { method, .. } => {
            Err(format!("its condition is `{method}`, which is not documented"))
        }
    }
}

/// `ccr-REPOSITORY-TRIGGER`. Which characters TCR takes is not documented: letters, digits, `-`, `_`
/// and `.` stay.
fn webhook_name(below: &str, trigger: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    format!("ccr-{below}-{trigger}").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Rule;
    use crate::tencent::{PersonalTrigger, UpdatedWorkload};
    use crate::triggers::LastFiring;

    fn trigger(repository: &str, name: &str, condition: TriggerCondition) -> CcrTrigger {
        CcrTrigger {
            region: "ap-guangzhou".to_owned(),
            host: "ccr.ccs.tencentyun.com".parse().unwrap(),
            repository: repository.to_owned(),
            tags: 1,
            trigger: PersonalTrigger {
                name: name.to_owned(),
                source: "IMAGE_PUSH".to_owned(),
                action: "SERVICE_UPDATE".to_owned(),
                condition,
                updates: UpdatedWorkload {
                    cluster: "cls-1".to_owned(),
                    namespace: "default".to_owned(),
                    kind: Some("Deployment".to_owned()),
                    name: "web".to_owned(),
                    container: "app".to_owned(),
                },
            },
            last: LastFiring::NotLogged,
        }
    }

    fn tags(list: &[&str]) -> TriggerCondition {
        TriggerCondition::Tags(list.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_condition_is_made_through_the_mapping() {
        let rules = vec![Rule::new("old/*", "platform/dev/*").unwrap()];
        let triggers = [
            trigger("shop/web", "aaaa", TriggerCondition::All),
            trigger("old/api", "b b", tags(&["v1", "v2"])),
            trigger("shop/web", "one", tags(&["v1"])),
            trigger("shop/web", "re", TriggerCondition::Regex("^v.*$".to_owned())),
        ];
        let mapping = Mapping::new(rules);
        let made: Vec<_> = translate(&triggers, &mapping)
            .into_iter()
            .map(|one| one.replacement.unwrap())
            .map(|it| format!("{} {} {}", it.namespace, it.name, it.condition))
            .collect();
        assert_eq!(
            made,
            [
                "shop ccr-web-aaaa web:**",
                "platform ccr-dev-api-b-b dev/api:{v1,v2}",
                "shop ccr-web-one web:v1",
                "shop ccr-web-re web:v*",
            ]
        );
    }

    #[test]
    fn what_can_not_be_translated_says_why() {
        let mut other_source = trigger("shop/web", "a", TriggerCondition::All);
        other_source.trigger.source = "TIMER".to_owned();
        let other = TriggerCondition::Other { method: "x".to_owned(), expression: String::new() };
        let triggers = [
            other_source,
            trigger("shop/web", "b", TriggerCondition::Regex("^v[0-9]$".to_owned())),
            trigger("shop/web", "c", tags(&[])),
            trigger("shop/web", "d", tags(&["a b"])),
            trigger("shop/web", "e", other),
            trigger("Team_/web", "f", TriggerCondition::All),
            trigger("shop/web", "g", TriggerCondition::All),
            trigger("shop/web", "g", TriggerCondition::All),
        ];
        let why: Vec<_> = translate(&triggers, &Mapping::new(Vec::new()))
            .into_iter()
            .filter_map(|one| one.replacement.err())
            .collect();
        let words = ["TIMER", "^v[0-9]$", "empty", "`a b`", "`x`", "Team_", "another trigger"];
        assert_eq!(why.len(), words.len(), "{why:#?}");
        for (why, word) in why.iter().zip(words) {
            assert!(why.contains(word), "{word}: {why}");
        }
    }
}

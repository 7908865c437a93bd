//! CCR's clean-up rules as retention rules of TCR: advice, never applied. Pure.

use std::collections::BTreeSet;

use super::inventory::TriggerInventory;
use super::translate::target_of;
use crate::image::Mapping;
use crate::tencent::{CleanupRule, Kept};

/// A rule that keeps more than this keeps everything: CCR's own example has a number beyond `i64`.
const EVERYTHING: u64 = 1_000_000;

/// A clean-up rule, and what would do the same in TCR.
#[derive(Debug, Clone)]
pub struct CleanupTranslation<'a> {
    /// CCR's rule.
    pub rule: &'a CleanupRule,
    /// The rules of TCR, one for each namespace; or why there is none.
    pub advice: Result<Vec<RetentionAdvice>, String>,
}

/// A retention rule that somebody may want to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionAdvice {
    /// The namespace in TCR.
    pub namespace: String,
    /// Which repositories of it, as a doublestar pattern.
    pub repositories: String,
    /// `latestPushedK` or `nDaysSinceLastPush`.
    pub key: &'static str,
    /// How many tags or days.
    pub value: u64,
}

/// Translates the rules.
#[must_use]
pub fn translate_cleanup<'a>(
    inventory: &'a TriggerInventory,
    mapping: &Mapping,
) -> Vec<CleanupTranslation<'a>> {
    let one = |(host, rule): &'a (_, CleanupRule)| {
        let key = match &rule.keeps {
            Kept::Tags => "latestPushedK",
            Kept::Days => "nDaysSinceLastPush",
            Kept::Other(kind) => return Err(format!("its type `{kind}` is not documented")),
        };
        let value = rule.value;
        if value > EVERYTHING {
            return Err("it keeps everything: no rule is needed".to_owned());
        }
        if value == 0 {
            return Err("it says to keep nothing".to_owned());
        }
        let advice = |namespace: &str, repositories: &str| RetentionAdvice {
            namespace: namespace.to_owned(),
            repositories: repositories.to_owned(),
            key,
            value,
        };
        if let Some(repository) = &rule.repository {
            let target = target_of(host, repository, mapping)?;
            return Ok(vec![advice(target.namespace(), target.below_namespace())]);
        }
        let of_host = inventory.repositories.iter().filter(|(at, _)| at == host);
        let targets = of_host.filter_map(|(at, name)| target_of(at, name, mapping).ok());
        let namespaces: BTreeSet<String> =
            targets.map(|target| target.namespace().to_owned()).collect();
        Ok(namespaces.iter().map(|namespace| advice(namespace, "**")).collect())
    };
    inventory
        .cleanup
        .iter()
        .map(|entry| CleanupTranslation { rule: &entry.1, advice: one(entry) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Host;

    #[test]
    fn rules_become_rules_of_namespaces() {
        let host: Host = "ccr.ccs.tencentyun.com".parse().unwrap();
        let rule = |repository: Option<&str>, keeps, value| CleanupRule {
            repository: repository.map(str::to_owned),
            keeps,
            value,
            enabled: true,
        };
        let inventory = TriggerInventory {
            cleanup: [
                rule(None, Kept::Tags, 80),
                rule(Some("shop/web"), Kept::Days, 30),
                rule(Some("shop/web"), Kept::Days, u64::MAX >> 1),
                rule(Some("shop/web"), Kept::Other("x".to_owned()), 1),
                rule(Some("Bad_/web"), Kept::Tags, 1),
            ]
            .map(|rule| (host.clone(), rule))
            .to_vec(),
            repositories: ["shop/web", "shop/api", "docs/site"]
                .map(|name| (host.clone(), name.to_owned()))
                .to_vec(),
            ..TriggerInventory::default()
        };
        let told = translate_cleanup(&inventory, &Mapping::new(Vec::new()));
        let told: Vec<String> = told
            .iter()
            .map(|one| match &one.advice {
                Ok(advice) => advice
                    .iter()
                    .map(|it| {
                        format!("{} {} {} {}", it.namespace, it.repositories, it.key, it.value)
                    })
                    .collect::<Vec<_>>()
                    .join("; "),
                Err(why) => why.clone(),
            })
            .collect();
        assert_eq!(told[0], "docs ** latestPushedK 80; shop ** latestPushedK 80");
        assert_eq!(told[1], "shop web nDaysSinceLastPush 30");
        assert!(told[2].contains("keeps everything"), "{told:?}");
        assert!(told[3].contains("`x`") && told[4].contains("Bad_"), "{told:?}");
    }
}

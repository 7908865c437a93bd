//! The way in from this machine to TCR's registry: does it answer, is the public entry open, and
//! for whom.

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found, Need};
use crate::checkup::ground::Ground;
use crate::diagnostic::{counted, shortened};
use crate::image::Host;
use crate::registry::RegistryError;
use crate::tencent::{AllowRule, Enterprise, EntryState};

/// Ranges that are larger are said to be wide.
const WIDE: u8 = 8;
const SHOWN: usize = 3;

pub(super) const CHECK: Check = Check {
    id: "network.public",
    about: "this machine reaches TCR's registry: the public entry and its allowlist",
    needs: &["tcr.instance"],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

/// What the API says of the entry.
enum Entry {
    Unknown(Finding),
    Open(Result<Vec<AllowRule>, Finding>),
    NotOpen(String),
}

async fn check(ground: &Ground) -> Found {
    let account = ground.account.get()?;
    let (Some(enterprise), Some(host)) = (&account.enterprise, &account.target_host) else {
        return Err(Finding::not_proven("the registry's host isn't known"));
    };
    let registry = account.registries.get(host);
    let (answer, entry) = tokio::join!(registry.probe(), entry(enterprise));
    ground.entry_is_open.fill(matches!(entry, Entry::Open(_)));
    match answer {
        Ok(_) => Ok(reached(registry.host(), entry)),
        Err(error) => Err(not_reached(registry.host(), &error, &entry)),
    }
}

async fn entry(enterprise: &Enterprise) -> Entry {
    let optional = |error: &_| Finding::api(error, Need::Optional);
    let entry = match enterprise.public_entry().await {
        Ok(entry) => entry,
        Err(error) => return Entry::Unknown(optional(&error)),
    };
    let words = match &entry.state {
        EntryState::Opened => {
            let rules = enterprise.allowlist(&entry.state).await;
            return Entry::Open(rules.map(Option::unwrap_or_default).map_err(|e| optional(&e)));
        }
        EntryState::Closed => "closed",
        EntryState::Opening => "still opening",
        EntryState::Deleting => "being closed",
        EntryState::Other(word) => word,
    };
    Entry::NotOpen(words.to_owned())
}

fn reached(host: &Host, entry: Entry) -> Finding {
    let text = format!("{host} answers from here");
    match entry {
        Entry::Unknown(finding) => Finding {
            text: format!("{text}; of its public entry nothing is known: {}", finding.text),
            ..finding
        },
        Entry::NotOpen(word) => Finding::ok(format!("{text}; the public entry is {word}")),
        Entry::Open(Err(finding)) => {
            let why = finding.text.clone();
            Finding::warn(format!(
                "{text}; the public entry is open, and its allowlist can't be read, so it may be \
                 open to everyone: {why}"
            ))
            .hint("close it if nobody needs it: docker ccr2tcr network status")
        }
        Entry::Open(Ok(rules)) => {
            let wide: Vec<&str> =
                rules.iter().filter(|rule| is_wide(&rule.cidr)).map(|r| r.cidr.as_str()).collect();
            let count = counted(rules.len(), "range", "ranges");
            if wide.is_empty() {
                return Finding::ok(format!("{text}; the public entry is open to {count}"));
            }
            Finding::warn(format!(
                "{text}; the public entry is open to {}, which is most of the internet",
                shortened(&wide, SHOWN)
            ))
            .hint("let in only the addresses that pull: docker ccr2tcr network apply --public-allow CIDR=WHY")
        }
    }
}

fn not_reached(host: &Host, error: &RegistryError, entry: &Entry) -> Finding {
    let finding = Finding::registry(error);
    let allow = "docker ccr2tcr network apply --public-allow ADDRESS/32=WHY";
    match entry {
        Entry::NotOpen(word) => Finding::fail(format!("the public entry is {word}, and {error}"))
            .hint(format!(
                "run this inside a linked VPC, or open the entry for this machine: {allow}"
            )),
        Entry::Open(Ok(rules)) => {
            let count = counted(rules.len(), "range", "ranges");
            Finding::fail(format!("the public entry is open to {count}, and {error}")).hint(format!(
                "is this machine's public address among them? If not: {allow}; otherwise look for a \
                 proxy or firewall on the way to {host}"
            ))
        }
        Entry::Open(Err(_)) | Entry::Unknown(_) => finding,
    }
}

fn is_wide(cidr: &str) -> bool {
    let (address, prefix) = cidr.rsplit_once('/').unwrap_or((cidr, "32"));
    prefix.parse::<u8>().is_ok_and(|prefix| prefix < WIDE)
        || (address.contains(':') && prefix == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_range_is_seen() {
        for wide in ["0.0.0.0/0", "1.2.3.4/0", "128.0.0.0/1", "::/0"] {
            assert!(is_wide(wide), "{wide}");
        }
        for narrow in ["10.0.0.0/8", "1.2.3.4", "1.2.3.4/32", "2001:db8::/32"] {
            assert!(!is_wide(narrow), "{narrow}");
        }
    }
}

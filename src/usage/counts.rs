//! The second witness: how often each repository was pulled, by the registry's own count.
//!
//! One reading says little, for the count has no dates; the difference of two says that somebody has
//! pulled between them, and not who.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::evidence::{CountedPulls, Unread};
use crate::account::CcrSide;
use crate::diagnostic::Diagnostic;

/// Reads the counts of all regions.
pub(super) async fn read(ccr: &CcrSide) -> (Vec<CountedPulls>, Vec<Unread>) {
    let (mut counts, mut unread) = (Vec::new(), Vec::new());
    for region in &ccr.regions {
        let name = region.region.as_str();
        let mut miss = |why| {
            unread.push(Unread { what: format!("the counts of pulls in {name}"), why });
        };
        let pulls = match region.personal.pulls().await {
            Ok(pulls) => pulls,
            // Where the account has no CCR, there is nothing to pull.
            Err(error) if error.is_not_initialised() => continue,
            Err(error) => {
                miss(error.diagnostic());
                continue;
            }
        };
        for gap in &pulls.listing.gaps {
            let why = gap.error.diagnostic();
            miss(Diagnostic { message: format!("repositories {gap}: {}", why.message), ..why });
        }
        if pulls.is_filtered {
            let hint = "use a key that sees all repositories, such as the account's own";
            miss(Diagnostic::new("the key doesn't see all repositories").with_hint(hint));
        } else if !pulls.listing.is_complete() && pulls.listing.gaps.is_empty() {
            let (listed, counted) = (pulls.listing.items.len(), pulls.listing.counted);
            miss(Diagnostic::new(format!(
                "the API counts {counted} repositories, and lists {listed}"
            )));
        }
        counts.extend(pulls.listing.items.into_iter().map(|count| CountedPulls {
            region: name.to_owned(),
            repository: count.repository,
            pulls: count.pulls,
            more: None,
            own: None,
        }));
    }
    counts.sort_by(|a, b| (&a.region, &a.repository).cmp(&(&b.region, &b.repository)));
    (counts, unread)
}

/// The repositories that were pulled from and have no difference to the reading of `when`: whether
/// they were before it can't be told.
pub(super) fn not_compared(compared: &[CountedPulls], when: Timestamp) -> Vec<Unread> {
    let missing = compared.iter().filter(|count| count.pulls > 0 && count.more.is_none());
    missing
        .map(|count| Unread {
            what: format!("the earlier count of {} in {}", count.repository, count.region),
            why: Diagnostic::new(format!("it isn't in the reading of {when}")),
        })
        .collect()
}

/// The counts with their difference to an earlier reading. A repository that was not in it has none:
/// it is new, or was not to be seen then.
pub(super) fn compare(
    now: Vec<CountedPulls>,
    before: &[CountedPulls],
    own: impl Fn((&str, &str)) -> Option<u64>,
) -> Vec<CountedPulls> {
    let before: BTreeMap<(&str, &str), u64> = before
        .iter()
        .map(|count| ((count.region.as_str(), count.repository.as_str()), count.pulls))
        .collect();
    let with_difference =
        |count: CountedPulls| {
            let earlier = before.get(&(count.region.as_str(), count.repository.as_str()));
            // A repository that was deleted and made again counts from 0.
            let more = earlier.map(|&earlier| {
                if count.pulls >= earlier { count.pulls - earlier } else { count.pulls }
            });
            let own = more.and_then(|_| own((&count.region, &count.repository)));
            CountedPulls { more, own, ..count }
        };
    now.into_iter().map(with_difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(repository: &str, pulls: u64) -> CountedPulls {
        let (region, repository) = ("ap-guangzhou".to_owned(), repository.to_owned());
        CountedPulls { region, repository, pulls, more: None, own: None }
    }

    #[test]
    fn a_difference_needs_both_readings() {
        let before = [counted("shop/web", 10), counted("shop/api", 9)];
        let now = vec![counted("shop/web", 13), counted("shop/api", 2), counted("shop/new", 5)];
        let compared = compare(now, &before, |_| Some(1));
        let more: Vec<_> = compared.iter().map(|count| count.more).collect();
        assert_eq!(more, [Some(3), Some(2), None], "deleted and made again: it counts from 0");
        assert_eq!(compared[0].others(), 2);
        assert_eq!(compared[2].others(), 0);
        let now = vec![counted("shop/web", 13), counted("shop/new", 5), counted("shop/quiet", 0)];
        let compared = compare(now, &before, |_| Some(1));
        let missing = not_compared(&compared, Timestamp::UNIX_EPOCH);
        assert_eq!(missing.len(), 1);
        assert!(missing[0].what.contains("shop/new"));
    }
}

//! How fast and how broadly each action may be called.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::http::{HostPause, RateLimit};
use crate::tencent::actions::Action;

/// The limits of each action: the documented rates are per action.
#[derive(Debug, Default)]
pub(super) struct ActionRates {
    limits: Mutex<HashMap<Action, Arc<ActionLimits>>>,
}

/// What calls of one action share.
#[derive(Debug)]
pub(super) struct ActionLimits {
    /// How many may start in a second.
    pub(super) limit: RateLimit,
    /// How many may be under way.
    pub(super) slots: Semaphore,
    /// Set when the API says that it was too much.
    pub(super) pause: HostPause,
}

impl ActionRates {
    pub(super) fn of(&self, action: Action) -> Arc<ActionLimits> {
        let mut limits = self.limits.lock();
        let new = || {
            let rate = allowed_rate(action);
            Arc::new(ActionLimits {
                limit: RateLimit::per_second(rate),
                // An answer takes some 100 ms, so this is enough to reach the rate.
                slots: Semaphore::new((rate as usize / 4).max(2)),
                pause: HostPause::default(),
            })
        };
        Arc::clone(limits.entry(action).or_insert_with(new))
    }
}

/// Four fifths of the documented rate (API doc 1141/41605): the rest is for the account's consoles
/// and clusters, which may be counted together with us.
fn allowed_rate(action: Action) -> u32 {
    match action.rate {
        // 16 would do, 15 is what Tencent's own Terraform provider keeps to.
        20 => 15,
        rate => (rate * 4 / 5).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tencent::actions;

    #[test]
    fn rates_are_those_of_the_documentation() {
        assert_eq!(allowed_rate(actions::DESCRIBE_IMAGES), 80);
        assert_eq!(allowed_rate(actions::DESCRIBE_NAMESPACE_PERSONAL), 15);
        assert_eq!(allowed_rate(Action { rate: 10, ..actions::DESCRIBE_IMAGES }), 8);
        assert_eq!(allowed_rate(Action { rate: 1, ..actions::DESCRIBE_IMAGES }), 1);
    }

    #[test]
    fn calls_of_one_action_share_its_limits() {
        let rates = ActionRates::default();
        assert!(Arc::ptr_eq(
            &rates.of(actions::DESCRIBE_IMAGES),
            &rates.of(actions::DESCRIBE_IMAGES)
        ));
        assert!(!Arc::ptr_eq(
            &rates.of(actions::DESCRIBE_IMAGES),
            &rates.of(actions::DESCRIBE_INSTANCES)
        ));
    }
}

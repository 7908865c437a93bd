//! Whether a repository is worth another try.
//!
//! A repository whose every push fails, each after all its retries, would keep a run going for
//! hours and tell nothing new.

use parking_lot::Mutex;

use super::error::CopyError;
use crate::registry::ErrorClass;
use crate::transfer::report::Failure;

/// Images in a row that fail for a reason which is not theirs alone, before the rest is left.
const IN_A_ROW: usize = 3;

/// How one repository fares in a round.
#[derive(Default)]
pub(crate) struct Health(Mutex<FailureStreak>);

#[derive(Default)]
struct FailureStreak {
    in_a_row: usize,
    /// The failure that was one too many.
    last: Option<GiveUpReason>,
}

/// Why the rest of a repository is left alone.
#[derive(Debug, Clone)]
pub(crate) struct GiveUpReason {
    /// To be reported for each image that is left.
    pub(crate) failure: Failure,
    /// Whether it may be otherwise a little later.
    pub(crate) passes: bool,
}

impl Health {
    /// An image has come through.
    pub(crate) fn succeeded(&self) {
        self.0.lock().in_a_row = 0;
    }

    /// An image has not.
    pub(crate) fn failed(&self, error: &CopyError) {
        if !concerns_all(error) {
            return;
        }
        let mut state = self.0.lock();
        state.in_a_row += 1;
        if state.in_a_row >= IN_A_ROW && state.last.is_none() {
            let mut failure = Failure::from(error);
            failure.diagnostic.message = format!(
                "not tried, after {IN_A_ROW} images in a row had failed here: {}",
                failure.diagnostic.message
            );
            state.last = Some(GiveUpReason { failure, passes: error.is_transient() });
        }
    }

    /// Why the rest is left alone; `None` as long as it isn't.
    pub(crate) fn given_up(&self) -> Option<GiveUpReason> {
        self.0.lock().last.clone()
    }
}

/// Whether the next image is likely to meet the same.
fn concerns_all(error: &CopyError) -> bool {
    match error {
        CopyError::Registry(error) => {
            error.is_transient() || matches!(error.class(), ErrorClass::Auth | ErrorClass::Quota)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;

    fn broken() -> CopyError {
        let error = HttpError::Broken { host: "a.b".to_owned(), reason: "reset".to_owned() };
        crate::registry::RegistryError::from(error).into()
    }

    #[test]
    fn three_in_a_row_are_enough_and_a_success_begins_anew() {
        let health = Health::default();
        health.failed(&broken());
        health.failed(&broken());
        health.succeeded();
        health.failed(&broken());
        health.failed(&broken());
        assert!(health.given_up().is_none());
        health.failed(&broken());
        let verdict = health.given_up().unwrap();
        assert!(verdict.passes);
        assert!(
            verdict.failure.diagnostic.message.starts_with("not tried, after 3 images in a row")
        );
    }

    #[test]
    fn what_is_one_images_own_fault_says_nothing_about_the_next() {
        let health = Health::default();
        for _ in 0..9 {
            health.failed(&CopyError::NotFound { what: "v1".to_owned() });
        }
        assert!(health.given_up().is_none());
    }
}

//! An object right after its patch: what its status says was said of the template before. Pure.

use serde_json::Value;

use crate::workload::{KindRules, Progress};

/// An object as the server gave it back, with the status that its controller had left by then.
#[derive(Debug, Clone, Default)]
pub(in crate::switch) struct WrittenObject(Value);

impl WrittenObject {
    pub(in crate::switch) fn new(object: Value) -> Self {
        Self(object)
    }

    pub(super) fn uid(&self) -> &str {
        self.0["metadata"]["uid"].as_str().unwrap_or_default()
    }

    /// Whether its pods were not all there, and ready, even before.
    pub(super) fn was_stuck(&self) -> bool {
        let mut before = self.0.clone();
        let seen = before["status"]["observedGeneration"].clone();
        if !seen.is_null() {
            before["metadata"]["generation"] = seen;
        }
        let progress = || KindRules::of(&before).progress(&before);
        !self.0.is_null() && !matches!(progress(), Progress::Complete | Progress::Held(_))
    }

    /// How far the rollout of the object is by now. A failure that stood in its status before the
    /// change is none of this change: the controller takes a while to look (kubernetes#49637).
    pub(super) fn progress(&self, now: &Value) -> Progress {
        let rules = KindRules::of(now);
        let progress = rules.progress(now);
        if !matches!(progress, Progress::Failed(_)) {
            return progress;
        }
        let unseen = || Progress::Waiting("the controller has not seen the change yet".to_owned());
        if now["status"] == self.0["status"] {
            return unseen();
        }
        let mut fresh = now.clone();
        let old = self.0["status"]["conditions"].as_array();
        if let (Some(old), Some(all)) = (old, fresh["status"]["conditions"].as_array_mut()) {
            all.retain(|condition| !old.contains(condition));
        }
        match rules.progress(&fresh) {
            // With the old failure out of the way, what is left may be an old success.
            Progress::Complete => unseen(),
            progress => progress,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(seen: i64, ready: i64, conditions: &Value) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"generation": 2}, "spec": {"replicas": 1},
            "status": {"observedGeneration": seen, "replicas": 1, "updatedReplicas": 1,
                       "availableReplicas": ready, "conditions": conditions},
        })
    }

    fn exceeded(at: &str) -> Value {
        json!([{"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "too long",
                "lastUpdateTime": at}])
    }

    #[test]
    fn a_failure_that_is_older_than_the_change_is_none() {
        let written = WrittenObject::new(deployment(1, 0, &exceeded("t1")));
        let unseen = written.progress(&deployment(2, 0, &exceeded("t1")));
        assert!(matches!(unseen, Progress::Waiting(_)), "{unseen:?}");
        let unseen = written.progress(&deployment(2, 1, &exceeded("t1")));
        assert!(matches!(unseen, Progress::Waiting(_)), "{unseen:?}");
        assert_eq!(written.progress(&deployment(2, 1, &json!([]))), Progress::Complete);
        let failed = written.progress(&deployment(2, 0, &exceeded("t2")));
        assert_eq!(failed, Progress::Failed("too long".to_owned()));
    }

    #[test]
    fn what_was_not_ready_before_was_stuck() {
        let was_stuck = |object| WrittenObject::new(object).was_stuck();
        assert!(was_stuck(deployment(1, 0, &json!([]))));
        assert!(was_stuck(deployment(1, 0, &exceeded("t1"))));
        assert!(!was_stuck(deployment(1, 1, &json!([]))));
        assert!(!WrittenObject::default().was_stuck(), "of which nothing is known");
    }
}

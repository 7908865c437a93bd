//! This machine's clock against that of Tencent's API: a signature is good for five minutes.

use std::time::Duration;

use crate::checkup::check::{Check, Run};
use crate::checkup::finding::{Finding, Found};
use crate::checkup::ground::Ground;
use crate::diagnostic::human_duration;
use crate::tencent::Api;

/// What the API accepts (TC3-HMAC-SHA256: `X-TC-Timestamp` within 5 minutes).
const REFUSED: u64 = 300;
/// What an ordinary clock keeps.
const USUAL: u64 = 30;

pub(super) const CHECK: Check = Check {
    id: "clock",
    about: "this machine's clock against the API's: signatures are good for 5 minutes",
    needs: &[],
    after: &[],
    run: Run::Once(|ground| Box::pin(check(ground))),
};

async fn check(ground: &Ground) -> Found {
    let caller = ground.caller().await;
    let Some(ahead) = caller.api.as_ref().and_then(Api::clock_ahead) else {
        return Ok(Finding::not_proven("there is no answer of the API to compare it with"));
    };
    let off = ahead.unsigned_abs();
    let direction = if ahead > 0 { "ahead" } else { "behind" };
    let words = format!("{} {direction}", human_duration(Duration::from_secs(off)));
    let hint = "sudo chronyc makestep";
    Ok(if off <= 1 {
        Finding::ok("the same as the API's")
    } else if off <= USUAL {
        Finding::ok(words)
    } else if off < REFUSED {
        Finding::warn(words).hint(hint)
    } else {
        Finding::fail(format!("{words}; the API refuses what is signed")).hint(hint)
    })
}

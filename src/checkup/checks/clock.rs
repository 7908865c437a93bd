//! This machine's clock against that of Tencent's API: a signature is good for five minutes.

use std::time::Duration;

use crate::checkup::check::{Check, Finding, Found, Run};
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
    Ok(match off {
        0..=1 => Finding::ok("the same as the API's"),
        2..=USUAL => Finding::ok(words),
        ..REFUSED => Finding::warn(words).hint("sudo chronyc makestep"),
        _ => Finding::fail(format!("{words}; the API refuses what is signed"))
            .hint("sudo chronyc makestep"),
    })
}

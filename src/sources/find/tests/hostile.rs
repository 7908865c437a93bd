//! Input that is made to be slow.

use std::time::{Duration, Instant};

use super::{finder, sound};

/// Generous for a build without optimisations; what grows with the square of the length takes much longer.
const ENOUGH: Duration = Duration::from_secs(5);

const LENGTH: usize = 64 << 10;

#[test]
fn the_time_grows_with_the_length() {
    let finder = finder();
    for word in [
        "ccr.ccs.tencentyun.com/",
        "ccr.ccs.tencentyun.com",
        "ccr.ccs.tencentyun.com/${",
        "ccr.ccs.tencentyun.com/{{",
        "{{{{{{{{{{{{ccr.ccs.tencentyun.com",
        "a.ccr.ccs.tencentyun.com.",
        "ccr.ccs.tencentyun.com:${{",
        "ccr.ccs.tencentyun.com/a{{if}}:",
        "ccr\\.ccs\\.tencentyun\\.com",
        "{{",
        "${",
        "tyu",
        "\\",
        "127.0.0.1:5000/",
        "Y2NyLmNjcy50ZW5jZW50eXVuLmNvbQ",
        "qcloudregistrykey",
        "imageType: personal\\",
        "personal",
    ] {
        let text = word.repeat(LENGTH / word.len());
        let text = format!("{text}ccr.ccs.tencentyun.com/{text}");
        let start = Instant::now();
        sound(text.as_bytes(), &finder.find(text.as_bytes()));
        assert!(start.elapsed() < ENOUGH, "{word}: {:?}", start.elapsed());
    }
}

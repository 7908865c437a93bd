//! What is emitted for what was rendered.

mod components;
mod overlays;
mod properties;

use super::*;

/// What the rewrite makes of a text.
fn map(text: &str) -> String {
    text.replace("ccr.ccs.tencentyun.com", "shop.tencentcloudcr.com")
}

/// The text, without its comments at the start.
#[track_caller]
fn body(emitted: &Emitted) -> String {
    let lines = emitted.text.as_deref().unwrap().split_inclusive('\n');
    lines.skip_while(|line| line.starts_with('#')).collect()
}

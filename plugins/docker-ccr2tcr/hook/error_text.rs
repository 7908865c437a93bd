//! What an error of docker's says: whether a registry has to do with it, and which image it names.

use ccr2tcr::image::{CcrHosts, ParsedReference};

/// Errors that come about before a registry is asked, or by the user's will.
const ELSEWHERE: [&str; 13] = [
    "Cannot connect to the Docker daemon",
    "failed to connect to the docker API",
    "error during connect",
    "permission denied while trying to connect",
    "invalid reference format",
    "context canceled",
    "unknown flag",
    "unknown shorthand flag",
    "requires exactly",
    "requires at least",
    "requires 1 argument",
    // A push of what isn't there: no registry has seen it.
    "does not exist locally",
    "tag does not exist",
];

/// Whether no registry has to do with it. Without an error, too.
pub(super) fn is_not_the_registrys(error: &str) -> bool {
    error.is_empty() || ELSEWHERE.iter().any(|words| error.contains(words))
}

/// The first image of CCR that the error names.
pub(super) fn image_in(error: &str, ccr: &CcrHosts) -> Option<ParsedReference> {
    let words = error.split(|c: char| c.is_whitespace() || "\"'`,;()[]<>".contains(c));
    let mut images = words.filter_map(|word| {
        // The colon of `…/web:v1: not found`, the stop at the end of a sentence.
        word.trim_end_matches([':', '.']).parse::<ParsedReference>().ok()
    });
    images.find(|image| ccr.contains(&image.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_found_in_what_engines_say() {
        for (error, image) in [
            (
                "Error response from daemon: pull access denied for ccr.ccs.tencentyun.com/shop/web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                Some("ccr.ccs.tencentyun.com/shop/web"),
            ),
            (
                "Error response from daemon: manifest for hkccr.ccs.tencentyun.com/shop/web:v9 not found: manifest unknown: manifest unknown",
                Some("hkccr.ccs.tencentyun.com/shop/web:v9"),
            ),
            (
                "failed to resolve reference \"ccr.ccs.tencentyun.com/shop/web:v1\": ccr.ccs.tencentyun.com/shop/web:v1: not found",
                Some("ccr.ccs.tencentyun.com/shop/web:v1"),
            ),
            ("Get \"https://ccr.ccs.tencentyun.com/v2/\": dial tcp: no such host", None),
            ("pull access denied for alpine, repository does not exist", None),
            ("manifest for evil.lan/ccr.ccs.tencentyun.com/x:{{exec}} not found", None),
            ("denied: requested access to the resource is denied", None),
        ] {
            let found = image_in(error, &CcrHosts::default());
            assert_eq!(found.map(|image| image.to_string()).as_deref(), image, "{error}");
        }
    }
}

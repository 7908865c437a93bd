//! Lists that come in pages, joined by `Link: <…>; rel="next"` (RFC 8288).
//!
//! Read here rather than by `parse_link_header` (0.4), which splits addresses at commas, takes
//! `rel="last next"` for one relation, and doesn't read `REL` or queries without `=`.

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use crate::registry::{RegistryError, RequestContext};

/// How many pages of one list are read.
pub(crate) const PAGES: usize = 10_000;

/// The address of the next page, `None` on the last one.
///
/// Only path and query are used: behind a proxy a registry may assume another scheme or port.
///
/// # Errors
/// [`RegistryError::UnsafeAddress`] if the next page is on another host.
pub(crate) fn next_page(
    headers: &HeaderMap,
    current: &Url,
    at: &RequestContext,
) -> Result<Option<Url>, RegistryError> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    let Some(target) =
        values.flat_map(links).find_map(|(target, is_next)| is_next.then_some(target))
    else {
        return Ok(None);
    };
    let Ok(target) = current.join(target) else {
        let reason = "the link to the next page can't be read".to_owned();
        return Err(RegistryError::Protocol { at: Box::new(at.clone()), reason });
    };
    if target.host_str() != current.host_str() {
        return Err(RegistryError::UnsafeAddress {
            at: Box::new(at.clone()),
            address: target.host_str().unwrap_or("?").to_owned(),
            reason: "another host, for the next page of a list",
        });
    }
    let mut next = current.clone();
    next.set_path(target.path());
    next.set_query(target.query());
    Ok(Some(next))
}

/// Each link of a header line, and whether its relation is `next`.
fn links(line: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        // A comma ends the link; the next one begins with `<`. Parameters hold no `<` in practice.
        let end = after.find('<').unwrap_or(after.len());
        let is_next = after[..end].split(';').any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
                name.trim().eq_ignore_ascii_case("rel")
                    && value.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
            })
        });
        found.push((target, is_next));
        rest = &after[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &str) -> Result<Option<String>, RegistryError> {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, link.parse().unwrap());
        let at = RequestContext {
            host: "r.lan".parse().unwrap(),
            repository: None,
            what: "tags".to_owned(),
        };
        let current = "https://r.lan/v2/a/tags/list?n=2".parse().unwrap();
        Ok(next_page(&headers, &current, &at)?.map(String::from))
    }

    #[test]
    fn the_next_page_is_found_in_every_spelling() {
        let expected = Some("https://r.lan/v2/a/tags/list?last=b&n=2".to_owned());
        for link in [
            r#"</v2/a/tags/list?last=b&n=2>; rel="next""#,
            "<https://r.lan/v2/a/tags/list?last=b&n=2>;rel=next",
            r#"<http://r.lan:8080/v2/a/tags/list?last=b&n=2>; title="x"; REL="Next""#,
            r#"</first>; rel="first", </v2/a/tags/list?last=b&n=2>; rel="last next""#,
            r#"<?last=b&n=2>; rel="next""#,
        ] {
            assert_eq!(next(link).unwrap(), expected, "{link}");
        }
        for link in [r#"</x>; rel="prev""#, "<broken", "", "next"] {
            assert_eq!(next(link).unwrap(), None, "{link}");
        }
    }

    #[test]
    fn a_page_on_another_host_is_refused() {
        assert!(matches!(
            next(r#"<https://evil.example.com/v2/>; rel="next""#),
            Err(RegistryError::UnsafeAddress { .. })
        ));
    }
}

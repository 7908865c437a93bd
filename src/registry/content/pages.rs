//! Lists that come in pages, joined by `Link: <…>; rel="next"` (RFC 8288).
//!
//! Read here rather than by `parse_link_header` (0.4), which splits addresses at commas, takes
//! `rel="last next"` for one relation, and doesn't read `REL` or queries without `=`.

use std::collections::HashSet;

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use crate::registry::{RegistryError, RequestContext};

/// How many pages of one list are read.
const PAGES: usize = 10_000;
/// How many of them in a row may add nothing.
const EMPTY_PAGES: usize = 100;

/// The pages of one list that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    read: HashSet<Url>,
    empty: usize,
}

impl Pages {
    /// Whether none was read.
    pub(crate) fn is_first(&self) -> bool {
        self.read.is_empty()
    }

    /// The address of the page after `current`; `None` if that is the last one, or if its link
    /// leads back to one that was read. A page that adds nothing (`grew` is false) may have a link
    /// all the same.
    ///
    /// # Errors
    /// [`RegistryError::Protocol`] if the list has no end, and as [`next_page`].
    pub(crate) fn next(
        &mut self,
        headers: &HeaderMap,
        current: &Url,
        at: &RequestContext,
        grew: bool,
    ) -> Result<Option<Url>, RegistryError> {
        self.read.insert(current.clone());
        self.empty = if grew { 0 } else { self.empty + 1 };
        if self.read.len() >= PAGES || self.empty >= EMPTY_PAGES {
            let pages = self.read.len();
            let reason =
                format!("the list has no end: {pages} pages, the last {} empty", self.empty);
            return Err(RegistryError::Protocol { at: Box::new(at.clone()), reason });
        }
        let next = next_page(headers, current, at)?;
        Ok(next.filter(|next| !self.read.contains(next)))
    }
}

/// The address of the next page, `None` on the last one.
///
/// Only path and query are used: behind a proxy a registry may assume another scheme or port.
///
/// # Errors
/// [`RegistryError::UnsafeAddress`] if the next page is on another host.
fn next_page(
    headers: &HeaderMap,
    current: &Url,
    at: &RequestContext,
) -> Result<Option<Url>, RegistryError> {
    let next = headers.get_all(LINK).iter().find_map(|value| {
        let line = String::from_utf8_lossy(value.as_bytes());
        let mut links = links(&line).into_iter();
        links.find_map(|(target, is_next)| is_next.then(|| target.trim().to_owned()))
    });
    let Some(target) = next else { return Ok(None) };
    let Ok(target) = current.join(&target) else {
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
                let value = value.trim().trim_end_matches(',').trim().trim_matches(['"', '\'']);
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
        headers.insert(LINK, reqwest::header::HeaderValue::from_bytes(link.as_bytes()).unwrap());
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
        for link in [
            r#"<list?last=b&n=2>; rel="next""#,
            "<https://r.lan/v2/a/tags/list?last=b&n=2>; rel='next'",
            r"< /v2/a/tags/list?last=b&n=2 > ; rel = next",
            r#"</p>; rel="prev", <list?last=b&n=2>; title="a, b; c"; rel="next""#,
        ] {
            assert_eq!(next(link).unwrap(), expected, "{link}");
        }
        let expected = Some("https://r.lan/v2/a/tags/list?last=%C3%A9%20b".to_owned());
        assert_eq!(next("</v2/a/tags/list?last=\u{e9} b>; rel=next").unwrap(), expected);
        for link in [r#"</x>; rel="prev""#, r#"</x>; rel="nextish""#, "<broken", "", "next"] {
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

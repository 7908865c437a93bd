//! `WWW-Authenticate` (RFC 9110, 11.6.1): which credentials a host asks for.
//!
//! Read here rather than by `http-auth` (0.1), which rejects a whole line for a token68 (`Negotiate
//! YII=, Bearer …`), an unquoted address or a quote that isn't closed.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// One challenge of a scheme that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User name and password with each request.
    Basic,
    /// A token from the token service at `realm`.
    Bearer { realm: String, service: Option<String>, scope: Option<String>, error: Option<String> },
}

/// The best challenge of a response: a token rather than the password itself.
pub(crate) fn best(headers: &HeaderMap) -> Option<Challenge> {
    let all: Vec<Challenge> = headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
        .flat_map(parse)
        .collect();
    let is_bearer = |challenge: &&Challenge| matches!(challenge, Challenge::Bearer { .. });
    all.iter().find(is_bearer).or(all.first()).cloned()
}

/// All challenges of one header line, in order. Unknown schemes and malformed parts are skipped.
fn parse(text: &str) -> Vec<Challenge> {
    let mut reader = ChallengeReader { rest: text };
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    while let Some(word) = reader.word() {
        let spaced = reader.rest.starts_with([' ', '\t']);
        reader.skip(&[' ', '\t']);
        match reader.rest.strip_prefix('=') {
            // `name=value` belongs to the scheme before it.
            Some(rest) if !found.is_empty() => {
                reader.rest = rest;
                reader.skip(&[' ', '\t']);
                let value = reader.value();
                if let Some((_, parameters)) = found.last_mut() {
                    parameters.push((word.to_ascii_lowercase(), value));
                }
            }
            Some(rest) => reader.rest = rest,
            None if spaced || reader.rest.is_empty() || reader.rest.starts_with(',') => {
                found.push((word.to_ascii_lowercase(), Vec::new()));
            }
            None => {}
        }
    }
    found.into_iter().filter_map(|(scheme, parameters)| challenge(&scheme, parameters)).collect()
}

fn challenge(scheme: &str, parameters: Vec<(String, String)>) -> Option<Challenge> {
    let mut take = {
        let mut parameters = parameters;
        move |name: &str| {
            let position = parameters.iter().position(|(key, _)| key == name)?;
            Some(parameters.swap_remove(position).1).filter(|value| !value.is_empty())
        }
    };
    match scheme {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer {
            realm: take("realm")?,
            service: take("service"),
            scope: take("scope"),
            error: take("error"),
        }),
        _ => None,
    }
}

struct ChallengeReader<'a> {
    rest: &'a str,
}

impl<'a> ChallengeReader<'a> {
    fn skip(&mut self, characters: &[char]) {
        self.rest = self.rest.trim_start_matches(characters);
    }

    /// The next token, skipping whatever is before it; `None` at the end.
    fn word(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches(|c| !is_token(c));
        let end = self.rest.find(|c| !is_token(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// A quoted string, or the text before the next comma or blank.
    fn value(&mut self) -> String {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', ' ', '\t']).unwrap_or(self.rest.len());
            let (value, rest) = self.rest.split_at(end);
            self.rest = rest;
            return value.to_owned();
        };
        let mut value = String::new();
        let mut characters = quoted.char_indices();
        while let Some((position, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &quoted[position + 1..];
                    return value;
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                other => value.push(other),
            }
        }
        self.rest = "";
        value
    }
}

// `token` of RFC 9110, 5.6.2, plus what a token68 may hold (11.2) except its `=`.
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
            error: None,
        }
    }

    #[test]
    fn challenges_are_read_in_every_spelling() {
        let table: &[(&str, &[Challenge])] = &[
            (
                r#"Bearer realm="https://ccr.ccs.tencentyun.com/service/token",service="token-service",scope="repository:a/b:pull,push""#,
                &[bearer(
                    "https://ccr.ccs.tencentyun.com/service/token",
                    Some("token-service"),
                    Some("repository:a/b:pull,push"),
                )],
            ),
            ("bEaReR REALM=https://t/x , Service = s", &[bearer("https://t/x", Some("s"), None)]),
            (r#"Basic realm="a, b=\"c\"""#, &[Challenge::Basic]),
            ("Basic", &[Challenge::Basic]),
            (
                r#"Negotiate, Basic realm="x", Bearer realm="https://t""#,
                &[Challenge::Basic, bearer("https://t", None, None)],
            ),
            (
                r#"Negotiate YII=, Bearer service="s",realm="https://t""#,
                &[bearer("https://t", Some("s"), None)],
            ),
            ("Bearer", &[]),
            (r#"Bearer service="no realm""#, &[]),
            (r#"Bearer realm="unclosed"#, &[bearer("unclosed", None, None)]),
            ("=,=\"", &[]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(&parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_token_is_preferred_and_several_headers_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, "Basic realm=x".parse().unwrap());
        headers.append(
            WWW_AUTHENTICATE,
            r#"Bearer realm="https://t",error="insufficient_scope""#.parse().unwrap(),
        );
        let Some(Challenge::Bearer { error, .. }) = best(&headers) else { panic!("no bearer") };
        assert_eq!(error.as_deref(), Some("insufficient_scope"));
    }
}

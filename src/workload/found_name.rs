//! CCR references as objects hold them: which text begins with a CCR host, and how it is read.

use crate::image::{
    CcrHosts, Host, ParsedReference, ReferenceError, RepositoryName, is_tencents_own,
};

/// No reference is longer: host 253 and port, repository 255, tag 128, digest 135 characters.
const LONGEST: usize = 1024;

/// Whether `host` is CCR. `:443` is the port that is meant where none is written.
pub(super) fn is_ccr(host: &Host, ccr: &CcrHosts) -> bool {
    ccr.contains(host) || default_port(host).is_some_and(|bare| ccr.contains(&bare))
}

/// The host without `:443`, if that is what it ends in.
pub(super) fn default_port(host: &Host) -> Option<Host> {
    host.as_str().strip_suffix(":443").and_then(|bare| bare.parse().ok())
}

/// Whether `text` begins with a host of CCR, as a reference to an image there does.
pub(super) fn names_ccr(text: &str, ccr: &CcrHosts) -> bool {
    leading_ccr_host(text, ccr).is_some()
}

/// Whether `text` is a reference to an image in CCR that is Tencent's own, by the exact list.
pub(super) fn names_tencents(text: &str, ccr: &CcrHosts) -> bool {
    names_ccr(text, ccr) && read(text).is_ok_and(|it| is_tencents_own(it.repository.namespace()))
}

/// Schemes in front of a reference: skopeo and `KubeVirt` have Docker's, Helm and Flux
/// OCI's, Kubewarden the last one.
const SCHEMES: [&str; 3] = ["docker://", "oci://", "registry://"];

/// The scheme that stands in front of a reference, or nothing.
pub(super) fn scheme(text: &str) -> &str {
    let end = SCHEMES.iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    });
    &text[..end.unwrap_or_default()]
}

/// Whether a character stands around a reference by mistake: white space, a quote, what editors put
/// in unseen.
pub(super) fn is_around(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '`' | '\u{feff}' | '\u{200b}')
}

/// The CCR host that `text` begins with. What is in front of it and makes no reference of it, white
/// space, a quote, a scheme, is left out.
pub(super) fn leading_ccr_host(text: &str, ccr: &CcrHosts) -> Option<Host> {
    let text = text.trim_start_matches(is_around);
    let text = &text[scheme(text).len()..];
    // Where a host ends; one that is longer than this is none.
    let end = text
        .bytes()
        .take(LONGEST)
        .position(|b| matches!(b, b'/' | b'@' | b'"' | b'\'' | b'`') || b.is_ascii_whitespace());
    let host = match end {
        Some(end) => &text[..end],
        None if text.len() <= LONGEST => text,
        None => return None,
    };
    if !host.contains(['.', ':']) && host != "localhost" {
        return None;
    }
    host.parse().ok().filter(|host| is_ccr(host, ccr))
}

/// Reads a reference whose repository may break the grammar, as CCR's may: upper case, say.
pub(super) fn read(text: &str) -> Result<ParsedReference, ReferenceError> {
    text.parse::<ParsedReference>().or_else(|error| {
        let ReferenceError::Repository(repository) = &error else { return Err(error) };
        let found = RepositoryName::as_found(repository).map_err(|_| error.clone())?;
        // The rest is read in its place, below a repository that nothing is wrong with.
        let (host, rest) = text.split_once('/').ok_or_else(|| error.clone())?;
        let rest = rest.strip_prefix(repository.as_str()).ok_or_else(|| error.clone())?;
        let parsed: ParsedReference = format!("{host}/a{rest}").parse()?;
        Ok(ParsedReference { repository: found, ..parsed })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    fn leading(text: &str) -> Option<String> {
        let ccr = CcrHosts::new(vec!["127.0.0.1:5000".parse().unwrap()]);
        leading_ccr_host(text, &ccr).map(|host| host.to_string())
    }

    #[test]
    fn a_ccr_host_is_known_at_the_start_of_a_text() {
        let ccr = Some("ccr.ccs.tencentyun.com".to_owned());
        assert_eq!(leading("ccr.ccs.tencentyun.com/shop/web"), ccr);
        assert_eq!(leading("CCR.ccs.tencentyun.com/shop/web"), ccr);
        assert_eq!(leading(" ccr.ccs.tencentyun.com/shop/web"), ccr);
        assert_eq!(leading("ccr.ccs.tencentyun.com"), ccr);
        for around in [
            "\"ccr.ccs.tencentyun.com/shop/web:v1\"",
            "'ccr.ccs.tencentyun.com'",
            "\u{feff}ccr.ccs.tencentyun.com/shop/web",
            "\u{a0}\t ccr.ccs.tencentyun.com\n",
            "docker://ccr.ccs.tencentyun.com/shop/web",
            "OCI://ccr.ccs.tencentyun.com/shop/chart",
        ] {
            assert_eq!(leading(around), ccr, "{around}");
        }
        assert_eq!(leading("127.0.0.1:5000/a"), Some("127.0.0.1:5000".to_owned()));
        for other in [
            "",
            "nginx",
            "shop/ccr.ccs.tencentyun.com",
            "evil.ccr.ccs.tencentyun.com/a/b",
            "ccr.ccs.tencentyun.com.evil.com/a/b",
            "127.0.0.1:5001/a",
            "ccr.ccs.tencentyun.com:5000/a/b",
            "https://ccr.ccs.tencentyun.com/a/b",
            "doc://ccr.ccs.tencentyun.com/a/b",
        ] {
            assert_eq!(leading(other), None, "{other}");
        }
    }

    #[test]
    fn the_port_of_https_may_be_written() {
        assert!(leading("ccr.ccs.tencentyun.com:443/a/b").is_some());
    }

    #[test]
    fn a_repository_in_upper_case_is_read_as_ccr_has_it() {
        let digest = Digest::of(b"x");
        for text in [
            "ccr.ccs.tencentyun.com/Dev_/App:V1".to_owned(),
            format!("ccr.ccs.tencentyun.com/Dev_/App@{digest}"),
            format!("ccr.ccs.tencentyun.com/dev/app:v1@{digest}"),
            "ccr.ccs.tencentyun.com/dev/app".to_owned(),
        ] {
            assert_eq!(read(&text).unwrap().to_string(), text);
        }
        for bad in
            ["ccr.ccs.tencentyun.com/App", "a.b/A/b c", "a.b/A/b:", "a.b/A/../b", "a.b/A/b@x"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

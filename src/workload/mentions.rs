//! CCR's hosts in longer text: scripts, JSON in a string, arguments. What is found is reported, not
//! changed.

use super::found_name::{is_ccr, names_tencents};
use crate::image::{CcrHosts, Host};

/// No mention is longer, in bytes.
const LONGEST: usize = 256;

/// A registry host's name has at most 253 characters.
const LONGEST_HOST: usize = 253;

/// Calls `found` with each reference to CCR in `text`, or the host alone where no path follows it;
/// not with those to images of Tencent's own, which stay where they are.
///
/// Each byte is looked at a fixed number of times, however long the text is.
pub(super) fn each(text: &str, ccr: &CcrHosts, mut found: impl FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_name_byte(bytes[at]) {
            at += 1;
            continue;
        }
        let end = at + run(&bytes[at..], is_name_byte);
        let start = at + escape_before(bytes, at);
        at = end;
        // A full stop or dash behind a host belongs to the sentence.
        let bare = text[start..end].trim_end_matches(['.', '-', '_']);
        let host_end = start + bare.len();
        let port = if host_end == end { port(&bytes[end..]) } else { 0 };
        let with_port = &text[start..end + port];
        if bare.len() > LONGEST_HOST || !(bare.contains('.') || port > 0) {
            continue;
        }
        // The whole run is the host: what is part of a longer name is another host.
        if (port > 0 && names_ccr(with_port, ccr)) || names_ccr(bare, ccr) {
            let rest = if host_end == end { path(&bytes[end + port..]) } else { 0 };
            let mention = &text[start..host_end + port + rest];
            at = at.max(host_end + port + rest);
            // Only ASCII is in it, so any byte is a character's end.
            let mention = &mention[..mention.len().min(LONGEST)];
            let mention = mention.trim_end_matches(['.', '-', '_', '/', ':', '@']);
            if !names_tencents(mention, ccr) {
                found(mention);
            }
        }
    }
}

fn names_ccr(host: &str, ccr: &CcrHosts) -> bool {
    host.parse::<Host>().is_ok_and(|host| is_ccr(&host, ccr))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

fn run(bytes: &[u8], of: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| of(byte)).count()
}

/// 1 if the letter at `at` is part of an escape, as `n` is in JSON's `\nccr.ccs.tencentyun.com`.
fn escape_before(bytes: &[u8], at: usize) -> usize {
    let escaped = at > 0 && bytes[at - 1] == b'\\' && matches!(bytes[at], b'n' | b't' | b'r');
    usize::from(escaped)
}

/// The length of `:PORT`, 0 if there is none.
fn port(bytes: &[u8]) -> usize {
    let Some((b':', digits)) = bytes.split_first() else { return 0 };
    let length = run(&digits[..digits.len().min(6)], |byte| byte.is_ascii_digit());
    let over = digits.get(length).is_none_or(|&byte| !is_name_byte(byte) || byte == b'.');
    if (1..=5).contains(&length) && over { length + 1 } else { 0 }
}

/// The length of `/PATH[:TAG][@DIGEST]`, 0 if there is none.
fn path(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'/') {
        return 0;
    }
    let mut length = run(bytes, |byte| is_name_byte(byte) || byte == b'/');
    if bytes.get(length) == Some(&b':') {
        let tag = run(&bytes[length + 1..], is_name_byte);
        length += if tag > 0 { tag + 1 } else { 0 };
    }
    if bytes.get(length) == Some(&b'@') {
        let digest = run(&bytes[length + 1..], |byte| byte.is_ascii_alphanumeric() || byte == b':');
        length += if digest > 0 { digest + 1 } else { 0 };
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    fn found(text: &str) -> Vec<String> {
        let ccr = CcrHosts::new(vec!["127.0.0.1:5000".parse().unwrap()]);
        let mut found = Vec::new();
        each(text, &ccr, |mention| found.push(mention.to_owned()));
        found
    }

    #[test]
    fn what_is_tencents_own_is_no_mention() {
        assert_eq!(found("ccr.ccs.tencentyun.com/tkeimages/pause:3"), [""; 0]);
        assert_eq!(
            found("ccr.ccs.tencentyun.com/library/a ccr.ccs.tencentyun.com/tkeimages2/b"),
            ["ccr.ccs.tencentyun.com/tkeimages2/b"]
        );
        assert_eq!(found("ccr.ccs.tencentyun.com"), ["ccr.ccs.tencentyun.com"]);
    }

    #[test]
    fn references_are_found_among_other_words() {
        let web = ["ccr.ccs.tencentyun.com/shop/web:v1"];
        for text in [
            "ccr.ccs.tencentyun.com/shop/web:v1",
            "--image=ccr.ccs.tencentyun.com/shop/web:v1",
            r#"{"image":"ccr.ccs.tencentyun.com/shop/web:v1"}"#,
            "docker pull ccr.ccs.tencentyun.com/shop/web:v1 && run",
            "We use ccr.ccs.tencentyun.com/shop/web:v1.",
            "docker://ccr.ccs.tencentyun.com/shop/web:v1",
            "image:ccr.ccs.tencentyun.com/shop/web:v1,other",
            "镜像ccr.ccs.tencentyun.com/shop/web:v1。",
            r"a\nccr.ccs.tencentyun.com/shop/web:v1\n",
            "'ccr.ccs.tencentyun.com/shop/web:v1'",
        ] {
            assert_eq!(found(text), web, "{text}");
        }
    }

    #[test]
    fn a_host_alone_is_found_too() {
        for text in [
            "REGISTRY=ccr.ccs.tencentyun.com",
            "host: ccr.ccs.tencentyun.com.",
            "https://ccr.ccs.tencentyun.com/",
            "ccr.ccs.tencentyun.com/${TEAM}/web",
            "/etc/containerd/certs.d/ccr.ccs.tencentyun.com",
            "ccr.ccs.tencentyun.com:",
        ] {
            assert_eq!(found(text), ["ccr.ccs.tencentyun.com"], "{text}");
        }
    }

    #[test]
    fn a_host_that_is_part_of_another_is_not_found() {
        for text in [
            "evilccr.ccs.tencentyun.com.example.com",
            "ccr.ccs.tencentyun.com.example.com/shop/web",
            "evil.ccr.ccs.tencentyun.com",
            "evil-ccr.ccs.tencentyun.com",
            "ccr.ccs.tencentyun.com-evil/a/b",
            "127.0.0.1:50001/a",
            "127.0.0.1",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn port_tag_and_digest_belong_to_the_reference() {
        let digest = Digest::of(b"x");
        for text in [
            "127.0.0.1:5000/shop/web:v1".to_owned(),
            "ccr.ccs.tencentyun.com:443/shop/web".to_owned(),
            format!("hkccr.ccs.tencentyun.com/shop/web@{digest}"),
            format!("hkccr.ccs.tencentyun.com/shop/web:v1.2_x@{digest}"),
        ] {
            assert_eq!(found(&format!("({text})")), [text]);
        }
    }

    #[test]
    fn several_are_found_in_their_order() {
        let text = "a ccr.ccs.tencentyun.com/a/b, ccr.ccs.tencentyun.com/c/d\nnginx";
        assert_eq!(found(text), ["ccr.ccs.tencentyun.com/a/b", "ccr.ccs.tencentyun.com/c/d"]);
    }

    #[test]
    fn a_mention_is_never_long() {
        let long = format!("ccr.ccs.tencentyun.com/{}", "a/ß".repeat(100_000));
        assert!(found(&long)[0].len() <= LONGEST);
        let long = format!("ccr.ccs.tencentyun.com/{}", "a/".repeat(100_000));
        assert_eq!(found(&long).len(), 1);
        assert!(found(&long)[0].len() <= LONGEST);
    }
}

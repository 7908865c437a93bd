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
        // What looks like an escape and leaves no host is none.
        let starts = [at + escape_before(bytes, at), at];
        at = end;
        let host = starts.into_iter().find_map(|start| Some((start, host(text, start, end, ccr)?)));
        let Some((start, host_end)) = host else { continue };
        let rest = if host_end >= end { path(&bytes[host_end..]) } else { 0 };
        let mention = &text[start..host_end + rest];
        at = at.max(host_end + rest);
        // Only ASCII is in it, so any byte is a character's end.
        let mention = &mention[..mention.len().min(LONGEST)];
        let mention = mention.trim_end_matches(['.', '-', '_', '/', ':', '@']);
        if !names_tencents(mention, ccr) {
            found(mention);
        }
    }
}

/// Where the host of CCR ends that the run of name bytes from `start` to `end` is, its port
/// included. The whole run is the host: what is part of a longer name is another host.
fn host(text: &str, start: usize, end: usize, ccr: &CcrHosts) -> Option<usize> {
    // A full stop or dash behind a host belongs to the sentence.
    let bare = text[start..end].trim_end_matches(['.', '-', '_']);
    let host_end = start + bare.len();
    let port = if host_end == end { port(&text.as_bytes()[end..]) } else { 0 };
    if bare.len() > LONGEST_HOST || !(bare.contains('.') || port > 0) {
        return None;
    }
    let is_ccr = (port > 0 && names_ccr(&text[start..end + port], ccr)) || names_ccr(bare, ccr);
    is_ccr.then_some(host_end + port)
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

/// How many bytes at `at` may end an escape that begins in front of them: of JSON, C and shells
/// (`\n`, `\u000a`, `\x0a`, `\012`), of URLs (`%2F`, `%252F`), of terminals (`\e[0m`).
fn escape_before(bytes: &[u8], at: usize) -> usize {
    let digits = |of: fn(&u8) -> bool, from: usize, most: usize| {
        bytes[from..].iter().take(most).take_while(|byte| of(byte)).count()
    };
    let hex = |from, most| digits(u8::is_ascii_hexdigit, from, most);
    let exactly = |count: usize| if hex(at + 1, count) == count { count + 1 } else { 0 };
    match (at.checked_sub(1).map(|before| bytes[before]), bytes[at]) {
        (Some(b'\\'), b'u') => exactly(4),
        (Some(b'\\'), b'U') => exactly(8),
        (Some(b'\\'), b'x') => exactly(2),
        (Some(b'\\'), b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v') => 1,
        (Some(b'\\'), b'0'..=b'7') => digits(|byte| matches!(byte, b'0'..=b'7'), at, 3),
        (Some(b'%'), _) => {
            // A percent sign that is itself encoded, however often.
            let encoded = 2 * bytes[at..].chunks_exact(2).take_while(|it| *it == b"25").count();
            let encoded = encoded.min(LONGEST);
            if hex(at + encoded, 2) == 2 { encoded + 2 } else { encoded }
        }
        (Some(b'[' | b';'), b'0'..=b'9') => {
            let colour = digits(u8::is_ascii_digit, at, 3);
            if bytes.get(at + colour) == Some(&b'm') { colour + 1 } else { 0 }
        }
        _ => 0,
    }
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
    fn an_escape_in_front_of_a_host_is_no_part_of_it() {
        for escape in [
            r"\n",
            r"\t",
            r"\r",
            r"\f",
            r"\b",
            r"\v",
            r"\a",
            r"\\n",
            r"\\\\n",
            r"\u000a",
            r"\\u000A",
            r"\u003d",
            r"\x0a",
            r"\012",
            r"\0",
            r"\e[0m",
            r"\033[1;32m",
            r"\U0000000a",
            "%0A",
            "%2F",
            "%3A%2F%2F",
            "%252F",
            "$'\\n'",
            "\u{1b}[31m",
            "&quot;",
            "&#10;",
            r"\/",
            r"x\n",
        ] {
            let text = format!("a{escape}ccr.ccs.tencentyun.com/shop/web:v1");
            assert_eq!(found(&text), ["ccr.ccs.tencentyun.com/shop/web:v1"], "{text}");
            let text = format!("a{escape}hkccr.ccs.tencentyun.com/shop/web:v1");
            assert_eq!(found(&text), ["hkccr.ccs.tencentyun.com/shop/web:v1"], "{text}");
        }
        // With digits in front of digits there is one way to read a host that is known.
        assert_eq!(found(r"a\n127.0.0.1:5000/a"), ["127.0.0.1:5000/a"]);
        assert_eq!(found("a%2F127.0.0.1:5000/a"), ["127.0.0.1:5000/a"]);
        // What looks like an escape and leaves no host is none.
        assert_eq!(found(r"C:\certs\ccr.ccs.tencentyun.com"), ["ccr.ccs.tencentyun.com"]);
        assert_eq!(found(r"\nevil.ccr.ccs.tencentyun.com"), [""; 0]);
        assert_eq!(found("100%ccr.ccs.tencentyun.com"), ["ccr.ccs.tencentyun.com"]);
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

//! Escapes in front of a host.

use super::{assert_nothing, assert_seen};

#[test]
fn an_escape_is_no_part_of_a_host() {
    for escape in [
        r"\n",
        r"\t",
        r"\r",
        r"\f",
        r"\b",
        r"\v",
        r"\a",
        r"\\\n",
        r"\\n",
        r"\\\\n",
        r"\u000a",
        r"\\u000A",
        r"\u003d",
        r"\u003e",
        r"\x0a",
        r"\012",
        r"\0",
        r"\e[0m",
        r"\033[1;32m",
        r"\U0000000a",
        "%0A",
        "%22",
        "%3D",
        "%2522",
        "%252C",
        "\u{1b}[31m",
        "&quot;",
        "&#10;",
        r"x\n",
        "\\\"",
    ] {
        for host in ["CCR", "hkCCR"] {
            assert_seen(&format!("a{escape}{host}/a/b:v1"), &format!("{host}/a/b:v1"));
        }
    }
    assert_seen(r"a\n127.0.0.1:5000/a", "127.0.0.1:5000/a");
    assert_seen("a%0A127.0.0.1:5000/a", "127.0.0.1:5000/a");
}

#[test]
fn an_escape_behind_a_name_ends_it() {
    for escape in
        [r"\n", r"\\n", r"\u003c/image", "\\\"", "%22", "%0A", "&quot;", "&amp;x=1", "&#10;"]
    {
        assert_seen(&format!("CCR/a/b:v1{escape}"), "CCR/a/b:v1");
        assert_seen(&format!("CCR{escape}"), "CCR");
    }
}

#[test]
fn an_escape_of_powershell_is_no_part_of_a_host() {
    assert_seen("\"`nCCR/a/b\"", "CCR/a/b");
    assert_seen("`thCCR/a/b`", "thCCR/a/b");
    assert_seen("`newCCR/a/b`", "newCCR/a/b");
}

#[test]
fn what_is_no_escape_is_a_part_of_the_name() {
    assert_nothing(r"\nevil.CCR");
    assert_nothing("%2Dx.CCR");
    assert_seen("%2DCCR", "Partial %2DCCR");
    assert_seen(r"\u002dCCR", r"Partial \u002dCCR");
    assert_seen("100%CCR", "CCR");
    assert_seen("100%newCCR", "Partial %newCCR");
}

#[test]
fn a_backslash_that_leaves_two_readings_is_told() {
    // A path of Windows, or a tab and a host that no region has.
    assert_seen(r"\thCCR", "Nested thCCR");
    assert_seen(r"\\tpeCCR", "Nested tpeCCR");
    assert_seen(r"\CCR", "Nested CCR");
    assert_seen(r"\\CCR", "Nested CCR");
    assert_seen(r"\nhkCCR", "hkCCR");
    assert_seen(r"\\nnewCCR", "newCCR");
}

#[test]
fn an_escaped_slash_is_a_slash() {
    assert_seen(r"\u002fCCR", "Nested CCR");
    assert_seen("a%252FCCR", "Nested CCR");
}

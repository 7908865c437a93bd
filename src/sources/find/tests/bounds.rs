//! What stands around a name doesn't change it.

use proptest::prelude::*;

use super::{CCR, find, finder, seen, sound};
use crate::sources::find::What;

/// Words that other words are made of: hosts, and what may stand around and in them.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        CCR,
        "hkccr.ccs.tencentyun.com",
        "mirror.ccs.tencentyun.com",
        "ccs.tencentyun.com",
        "127.0.0.1:5000",
        "registry.lan",
        "old",
        ":443",
        ":5000",
        "/",
        "\\/",
        "%2F",
        "&#47;",
        ":",
        "%3A",
        "@",
        "sha256:",
        "v1",
        "shop",
        "web",
        "-",
        "_",
        ".",
        " ",
        "\n",
        "\t",
        "\\",
        "\\n",
        "\\u000a",
        "\"",
        "'",
        "`",
        "$",
        "${",
        "}",
        "{{",
        "}}",
        "$(",
        ")",
        "(",
        "[",
        "]",
        "%s",
        "%",
        "%(a)s",
        "<",
        ">",
        "<ns>",
        "&lt;",
        "&gt;",
        "@A@",
        "*",
        "#{",
        "镜",
        "://",
        "https://",
        "-t",
        "ccr\\.ccs\\.tencentyun\\.com",
        "qcloudregistrykey",
        "imageType: personal",
        "RepoType",
        "personal",
        "ccr",
        "\0",
        "Y2NyLmNj",
        "Y2NyLmNjcy50ZW5jZW50eXVuLmNvbQ==",
        "\u{1b}[0m",
    ]);
    prop::collection::vec(word, 0..16).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        sound(&bytes, &finder().find(&bytes));
    }

    #[test]
    fn any_words_are_read(text in words()) {
        let found = finder().find(text.as_bytes());
        sound(text.as_bytes(), &found);
        prop_assert!(found.is_empty() || finder().is_worth_reading(text.as_bytes()));
    }

    #[test]
    fn invalid_text_around_a_name_does_no_harm(
        before in prop::collection::vec(128_u8.., 0..8), behind in prop::collection::vec(128_u8.., 0..8)
    ) {
        let bytes = [&before[..], b"ccr.ccs.tencentyun.com/shop/web:v1", &behind[..]].concat();
        let found = finder().find(&bytes);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].span, &(before.len()..bytes.len() - behind.len()));
    }

    #[test]
    fn what_follows_on_another_line_changes_nothing(text in words(), more in words()) {
        // A flag needs a word of containers near it.
        let text = format!("image_uri\n{text}\n");
        let first = finder().find(text.as_bytes());
        let both = finder().find(format!("{text}{more}").as_bytes());
        // It may stand below, and base64 may go on there.
        let is_alone = |what: &What| !matches!(what, What::EditionFlag | What::Encoded);
        let alone = |all: &[super::Found]| {
            let all = all.iter().filter(|it| is_alone(&it.what) && it.span.end <= text.len());
            all.cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(alone(&first), alone(&both));
    }

    #[test]
    fn text_without_the_words_gives_nothing(text in "[a-z/:. {}$\n-]{0,200}") {
        prop_assume!(!["tyu", "ccr", "rso", "old"].iter().any(|word| text.contains(word)));
        prop_assert_eq!(find(&text), []);
        prop_assert!(!finder().is_worth_reading(text.as_bytes()));
    }

    #[test]
    fn a_reference_is_found_as_it_is(
        host in "(hk|sg|tpe)?ccr", namespace in "[a-z0-9]{1,8}(-[a-z0-9]{1,8})?",
        name in "[a-z0-9]{1,8}([._/-][a-z0-9]{1,8}){0,2}", tag in "[A-Za-z0-9][A-Za-z0-9._-]{0,8}[A-Za-z0-9]",
        around in prop::sample::select(vec![("", ""), ("\"", "\""), ("=", " "), ("\n", "\n"), ("(", ")"), (" ", "."), (",", ",")]),
    ) {
        prop_assume!(!name.contains("__"));
        let text = format!("{host}.ccs.tencentyun.com/{namespace}/{name}:{tag}");
        let all = format!("{}{text}{}", around.0, around.1);
        prop_assert_eq!(seen(&all), [text.replace(CCR, "CCR")]);
    }
}

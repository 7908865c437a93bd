//! Whatever bytes come, in files of any kind: no panic, no time that grows faster than the file,
//! places that are there.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{FieldValue, Reading, read};
use crate::image::CcrHosts;
use crate::sources::find::Finder;

const CCR: &str = "ccr.ccs.tencentyun.com";

/// One file for each reader.
const PATHS: [&str; 16] = [
    "Dockerfile",
    "a.sh",
    "a.bat",
    "Makefile",
    "justfile",
    "Jenkinsfile",
    "build.gradle",
    "main.tf",
    ".env",
    "a.toml",
    "pom.xml",
    "a.go",
    "a.py",
    "a.sql",
    "a.html",
    "images.txt",
];

/// What takes time in its square takes minutes with so many bytes.
const SIZE: usize = 16 << 10;

fn sound(path: &str, bytes: &[u8]) -> Reading {
    let found = Finder::new(&CcrHosts::default()).find(bytes);
    let reading = read(path, bytes, &found);
    assert_eq!(reading.contexts.len(), found.len());
    for context in &reading.contexts {
        assert!(context.place.len() < 2000, "{}", context.place);
        assert!(context.map.is_none_or(|map| map < reading.maps.len()));
    }
    for field in reading.maps.iter().flat_map(|map| &map.0) {
        let text = &bytes[field.span.clone()];
        if let (true, FieldValue::Text(value)) = (field.is_verbatim, &field.value) {
            assert_eq!(String::from_utf8_lossy(text), *value, "{}", field.key);
        }
    }
    reading
}

#[test]
fn much_of_anything_is_read_soon() {
    let name = format!("{CCR}/a/b:v1 ");
    let parts = [
        "\"",
        "'",
        "`",
        "\\",
        "\\\n",
        "$(",
        "${",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "<<",
        "<<a\n",
        "<<a ",
        "<<-'a'\n",
        "|",
        ";",
        "&",
        "#",
        "# ",
        "=",
        ":",
        ",",
        "\n",
        "\r",
        "\t",
        " ",
        "a ",
        "a=(",
        "a=( x ) ",
        "\"\"\"",
        "'''",
        "/*",
        "//",
        "<!--",
        "-->",
        "<a ",
        "<a>",
        "</a>",
        "<![CDATA[",
        "--",
        "--[[",
        "$(shell ",
        "define x\n",
        "RUN a \\\n",
        "RUN <<a\n",
        "FROM ",
        "x = <<a\n",
        "a {\n",
        "a = {",
        "a = [",
        "sh '",
        "sh \"${",
        "sh(",
        "bash -c '",
        "echo \"",
        "docker push ",
        "s/",
        "$",
        "%",
        "/",
        "镜",
        "\u{feff}",
        "\0",
        "a: ",
        "- ",
        ".push(",
        "ccr2tcr:keep ",
        "\"${\"",
        "auths\":{\"",
    ];
    for part in parts {
        let mixed = format!("{part}{name}");
        let mixed = mixed.repeat(SIZE / mixed.len());
        let text = part.repeat(SIZE / part.len()) + &mixed;
        for path in PATHS {
            let start = Instant::now();
            sound(path, text.as_bytes());
            let took = start.elapsed();
            assert!(took < Duration::from_secs(5), "{path} {part:?}: {took:?}");
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let pieces = vec![
        "\n",
        "\n  ",
        "\t",
        " ",
        "=",
        ":",
        ",",
        ";",
        "|",
        "&&",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "\"",
        "'",
        "`",
        "\\",
        "\\\n",
        "$(",
        "${",
        "}",
        "$X",
        "%X%",
        "<<EOF\n",
        "\nEOF\n",
        "#",
        "//",
        "/*",
        "*/",
        "<!--",
        "-->",
        "--",
        "\"\"\"",
        "'''",
        "\r\n",
        "镜",
        "FROM ",
        "RUN ",
        "COPY --from=",
        "ARG A=",
        "docker push ",
        "docker login ",
        "sed -i s/",
        "echo ",
        " > Dockerfile",
        "sh ",
        "sh(script: ",
        "image ",
        "image = ",
        "variable \"x\" ",
        "set {\n name = \"a.b\"\n value = \"",
        "--set a.b=",
        "tags = [",
        "define x\n",
        "endef\n",
        "x:\n\t",
        "REPO ?= ",
        "ifeq (",
        "$(shell ",
        "[a.b]\n",
        "<a>",
        "</a>",
        "<image>",
        "A_REGISTRY=",
        "\nA_REPOSITORY=b\n",
        "case x in ",
        "[[ ",
        "bash -c ",
        "auths",
        "ccr2tcr:keep",
        CCR,
        "ccr.ccs.tencentyun.com/a/b:v1",
        "https://ccr.ccs.tencentyun.com/v2/",
        "image_type = \"personal\"",
        "qcloudregistrykey",
        "ccr\\.ccs\\.tencentyun\\.com",
    ];
    prop_oneof![
        6 => prop::sample::select(pieces).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(piece(), 0..40), path in 0..PATHS.len()) {
        sound(PATHS[path], pieces.concat().as_bytes());
    }

    #[test]
    fn any_bytes_are_read(
        mut bytes in prop::collection::vec(any::<u8>(), 0..80),
        at in 0_usize..80,
        path in 0..PATHS.len(),
    ) {
        let at = at.min(bytes.len());
        bytes.splice(at..at, CCR.bytes());
        sound(PATHS[path], &bytes);
    }
}

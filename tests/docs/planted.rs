//! What the tests of the pages must find, planted.

use std::path::Path;

use crate::commands::{calls, sessions, words};
use crate::page::{Page, anchor};
use crate::{chinese, flags, links, partners};

fn lines(findings: &[String]) -> Vec<&str> {
    findings.iter().map(String::as_str).collect()
}

#[test]
fn anchors_are_those_of_github() {
    for (heading, wanted) in [
        ("TKE's addon", "tkes-addon"),
        ("What `--probe` does, and why", "what---probe-does-and-why"),
        ("改写你的文件", "改写你的文件"),
        ("在 CI 里：不再有 CCR", "在-ci-里不再有-ccr"),
        ("a_b", "a_b"),
    ] {
        assert_eq!(anchor(&heading.replace('`', "")), wanted);
    }
    let twice = Page::new("a.md", "# One\n\n## `One`\n");
    assert_eq!(twice.anchors().into_iter().collect::<Vec<_>>(), ["one", "one-1"]);
}

#[test]
fn links_to_nothing_are_found() {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in [("docs/b.md", ""), ("docs/images/a.png", "")] {
        let file = root.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let a = "\
[fine](b.md#there) [fine](#here) ![fine](images/a.png) <https://example.com/x>
[gone](c.md) [gone](b.md#gone) [gone](#gone)

# Here

| a |
|---|
| ![gone](images/b.png) [plain](http://example.com) [escaped](../../etc) |

    [code](gone.md)

[by name][x] `[code](gone.md)`

[x]: gone.md
";
    std::fs::write(root.path().join("docs/a.md"), a).unwrap();
    let pages = [Page::new("docs/a.md", a), Page::new("docs/b.md", "# There\n")];
    assert_eq!(
        lines(&links::broken(&pages, Path::new(root.path()))),
        [
            "docs/a.md:2: c.md: no such file",
            "docs/a.md:2: b.md#gone: no such heading",
            "docs/a.md:2: #gone: no such heading",
            "docs/a.md:8: images/b.png: no such file",
            "docs/a.md:8: http://example.com: not an https:// address",
            "docs/a.md:8: ../../etc: no such file",
            "docs/a.md:12: gone.md: no such file",
        ]
    );
}

#[test]
fn a_page_alone_and_pages_that_do_not_link_are_found() {
    let pages = [
        Page::new("a.md", "[zh](a.zh-CN.md)"),
        Page::new("a.zh-CN.md", "nothing"),
        Page::new("docs/b.md", ""),
        Page::new("docs/c.md", ""),
        Page::new("docs/d.zh-CN.md", ""),
    ];
    let alone = [("docs/c.md", "why"), ("a.md", "why"), ("gone.md", "why")];
    assert_eq!(
        lines(&partners::without_partner(&pages, &alone)),
        [
            "a.md has a partner and is listed",
            "gone.md is listed and not there",
            "a.zh-CN.md: no link to a.md",
            "docs/b.md: there is no docs/b.zh-CN.md",
            "docs/d.zh-CN.md: there is no docs/d.md",
        ]
    );
}

#[test]
fn commands_that_differ_between_languages_are_found() {
    let page = |name, lines| Page::new(name, &format!("```console\n{lines}```\n"));
    let english = page("a.md", "$ one --x 1=a # why\nout\n$ two\n");
    let same = page("a.zh-CN.md", "$ one --x 1=甲  # 为什么\n$ two\n");
    let none: [&str; 0] = [];
    assert_eq!(lines(&partners::other_commands(&[english, same])), none);

    let pages = [page("a.md", "$ one\n$ two\n"), page("a.zh-CN.md", "$ one\n$ zwei\n")];
    let found = partners::other_commands(&pages);
    assert_eq!(lines(&found), ["a.zh-CN.md:3: zwei where a.md:3 has two"]);

    let pages = [page("a.md", "$ one\n$ two\n"), page("a.zh-CN.md", "$ one\n")];
    let found = partners::other_commands(&pages);
    assert_eq!(lines(&found), ["a.zh-CN.md:0: nothing more where a.md:3 has two"]);
}

#[test]
fn output_of_one_language_alone_is_found() {
    let page = |name, shown| Page::new(name, &format!("```console\n$ one\n{shown}\n```\n"));
    let pages = [page("a.md", "1 copied\n2 equal"), page("a.zh-CN.md", "…\n3 equal")];
    assert_eq!(lines(&partners::other_output(&pages)), ["a.zh-CN.md:2: 3 equal"]);
}

#[test]
fn commands_are_found_in_all_code_and_end_where_they_end() {
    let text = "\
Type `docker ccr2tcr sync`, not docker ccr2tcr nor `/bin/docker-ccr2tcr` or `docker ccr2tcrs`.

```console
$ kubectl tcr-switch images -A | docker ccr2tcr sync --images -   # copy
$ docker ccr2tcr rewrite --prove 'a | b # c' >x.patch
hint: type `docker ccr2tcr login --push`; then more
$ tccli x \"$(docker ccr2tcr policy sync)\"
$ scoop install docker ccr2tcr
$ A=b docker ccr2tcr rewrite
```

```json
{\"hint\": \"docker ccr2tcr verify\"}
```
";
    let page = Page::new("a.md", text);
    let found = calls(&page, &["docker ccr2tcr"]);
    let found: Vec<_> = found.iter().map(|it| (it.at, it.line.as_str(), it.whole)).collect();
    assert_eq!(
        found,
        [
            (1, "docker ccr2tcr sync", false),
            (4, "docker ccr2tcr sync --images -", true),
            (5, "docker ccr2tcr rewrite --prove 'a | b # c'", true),
            (6, "docker ccr2tcr login --push", true),
            (7, "docker ccr2tcr policy sync", true),
            (9, "docker ccr2tcr rewrite", true),
            (13, "docker ccr2tcr verify", true),
        ]
    );
    let typed: Vec<_> = sessions(&page).into_iter().map(|it| (it.at, it.shown.len())).collect();
    assert_eq!(typed, [(4, 0), (5, 1), (7, 0), (8, 0), (9, 0)]);
    assert_eq!(words("a 'b c' \"d\"e ''"), ["a", "b c", "de", ""]);
}

#[test]
fn chinese_that_is_written_in_another_way_is_found() {
    let page = Page::new("a.zh-CN.md", "登陆 `x` 账号。\n\n看,然后用Docker 和`y` 做(一)：好\n");
    assert_eq!(lines(&chinese::other_terms(&page)), ["a.zh-CN.md:1: 登陆: 登录"]);
    assert_eq!(
        lines(&chinese::half_width(&page)),
        [
            "a.zh-CN.md:3: 看,然后用Do",
            "a.zh-CN.md:3: 看,然后用Doc",
            "a.zh-CN.md:3: r 和`…` 做(一)：好",
            "a.zh-CN.md:3:  和`…` 做(一)：好",
            "a.zh-CN.md:3: 和`…` 做(一)：好",
        ]
    );
    assert_eq!(
        lines(&chinese::crowded(&page)),
        ["a.zh-CN.md:3: 看,然后用Docker", "a.zh-CN.md:3: cker 和`…` 做(一)"]
    );
}

#[test]
fn a_flag_that_no_plugin_has_is_found() {
    let reference = Page::new("docs/reference/a.md", "| `-n`, `--newest N` | text |\n");
    let page = Page::new("b.md", "Give `--newest=3`, `--oldest 3` or `sync --other`.\n");
    let found = flags::unknown(&[reference, page], &[("--other", "x")]);
    assert_eq!(lines(&found), ["b.md:1: no plugin has --oldest"]);
}

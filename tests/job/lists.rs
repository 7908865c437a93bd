//! Lists for machines.

use serde_json::json;

use super::{ACCOUNT, assert_dealt_out, planned};
use crate::support::{Run, Sandbox, plugin, run, tool};

/// The lists that were written.
fn lists(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let folder = sandbox.folder().join(folder);
    let count = std::fs::read_dir(&folder).unwrap().count();
    let read = |index| std::fs::read_to_string(folder.join(format!("shard-{index}.txt"))).unwrap();
    (0..count).map(read).collect()
}

/// A printed line, as another machine runs it: with logins, and without API keys.
fn elsewhere(sandbox: &Sandbox, line: &str) -> Run {
    let mut words = line.split_whitespace();
    assert_eq!((words.next(), words.next()), (Some("docker"), Some("ccr2tcr")));
    let mut command = tool(plugin());
    command.args(words).current_dir(sandbox.folder().join("lists"));
    command.env("DOCKER_CONFIG", sandbox.variable("DOCKER_CONFIG"));
    run(&mut command)
}

#[test]
fn machines_with_logins_alone_do_what_was_planned() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let planned = planned(&sandbox);
    let plan = ["job", "--on", "shell", "--shards", "3", "--limit-rate", "90MB/s"];
    let shown = sandbox.ccr2tcr(&plan).ends_with(1);
    shown.says(&["SHARD", "shared layers are known by 12 manifests for 12 repositories"]);
    let apply = [plan.as_slice(), &["--folder", "lists", "--apply"]].concat();
    sandbox.ccr2tcr(&apply).ends_with(1).says(&["nothing was changed: no terminal"]);
    let applied = sandbox.ccr2tcr(&[apply.as_slice(), &["--yes"]].concat()).ends_with(0);
    let lists = lists(&sandbox, "lists");
    assert_dealt_out(&lists, &planned);
    assert!(applied.stdout.contains("--limit-rate 30000000"), "{}", applied.stdout);
    // The only tag that gives way, and by what it pointed at.
    let giving_way: Vec<&str> = lists
        .iter()
        .flat_map(|list| list.lines())
        .filter(|line| line.contains("replaces="))
        .collect();
    let latest = sandbox.digest("tcr", "shop/web:latest").unwrap();
    assert_eq!(giving_way.len(), 1);
    assert!(
        giving_way[0].ends_with(&format!("/shop/web:latest replaces={latest}")),
        "{giving_way:?}"
    );

    let calls = sandbox.control("/stats")["api"].clone();
    let mut codes: Vec<i32> =
        applied.stdout.lines().map(|line| elsewhere(&sandbox, line).code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 0, 1], "the broken image is in one of them");
    assert_eq!(sandbox.control("/stats")["api"], calls, "shards ask no API");
    sandbox.ccr2tcr(&["verify"]).ends_with(1).says(&["shop/broken:bad", "1 not equal"]);
    let again = sandbox.ccr2tcr(&["job", "--shards", "3"]).ends_with(1);
    again.says(&["1 repository has something to copy, and each stays whole: 1 shard instead of 3"]);
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
}

#[test]
fn what_was_pushed_since_the_plan_is_not_replaced() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let line = ["job", "--on", "shell", "--shards", "1", "--folder", "lists", "--apply", "--yes"];
    let applied = sandbox.ccr2tcr(&line).ends_with(0);
    for tag in ["latest", "v1"] {
        let newer =
            json!({"registry": "tcr", "repository": "shop/web", "tag": tag, "layers": ["8kB"]});
        sandbox.tell("/push", &newer);
    }
    let newer = ["latest", "v1"].map(|tag| sandbox.digest("tcr", &format!("shop/web:{tag}")));
    let ran = elsewhere(&sandbox, applied.stdout.lines().next().unwrap()).ends_with(1);
    ran.says(&["2 in conflict", "push times are not known"]);
    assert_eq!(
        ["latest", "v1"].map(|tag| sandbox.digest("tcr", &format!("shop/web:{tag}"))),
        newer
    );
    assert_eq!(sandbox.digest("tcr", "shop/web:v2"), sandbox.digest("ccr", "shop/web:v2"));
}

#[test]
fn tags_are_put_in_the_order_of_the_list() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let line = |tag: u32| {
        format!(
            "{0}/many/repo-001:build-{tag:03} {1}/many/r:build-{tag:03}\n",
            sandbox.ccr(),
            sandbox.tcr()
        )
    };
    let list: String = [5, 2, 8, 1].map(line).concat();
    let file = sandbox.file("list", &list);
    sandbox
        .ccr2tcr(&["sync", "--images", file.to_str().unwrap(), "--tcr-name", "prod"])
        .ends_with(0);
    let images = sandbox.control("/images");
    let mut tags: Vec<(String, String)> = images
        .as_array()
        .unwrap()
        .iter()
        .filter(|image| image["repository"] == "many/r")
        .map(|image| (image["pushed"].to_string(), image["tag"].as_str().unwrap().to_owned()))
        .collect();
    tags.sort();
    let tags: Vec<&str> = tags.iter().map(|(_, tag)| tag.as_str()).collect();
    assert_eq!(tags, ["build-005", "build-002", "build-008", "build-001"]);
}

#[test]
fn a_repository_with_most_of_the_work_is_told() {
    let sandbox = Sandbox::with_account(
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: small, images: [{tags: [v1], layers: [1MB]}]}
          - {name: big, images: [{tags: [v1], layers: [30MB]}]}
          - {name: tiny, images: [{tags: [v1], layers: [1kB]}]}
enterprise: [{namespaces: []}]
",
    );
    let said = sandbox.ccr2tcr(&["job", "--shards", "8"]).ends_with(1);
    insta::assert_snapshot!(format!("{}\n{}", said.stdout, said.stderr));
    let json = sandbox.ccr2tcr(&["job", "--shards", "2", "-o", "json"]).ends_with(1).json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

//! The main job, from an empty instance to a proof that nothing is missing.

use crate::support::Sandbox;

const MAP: [&str; 2] = ["--map", "team_a__x=team-a-x"];

fn with_map<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &MAP].concat()
}

#[test]
fn an_account_moves_and_a_second_run_has_nothing_to_do() {
    let sandbox = Sandbox::demo();
    sandbox.ccr2tcr(&with_map(&["sync"])).ends_with(0).says(&["377 copied"]);
    let renamed = |name: String| name.replace("team_a__x/", "team-a-x/");
    let source: Vec<_> =
        sandbox.images("ccr").into_iter().map(|(name, digest)| (renamed(name), digest)).collect();
    // What was there before stays.
    let mut target = sandbox.images("tcr");
    target.retain(|(name, _)| !name.starts_with("existing/"));
    let mut wanted = source;
    wanted.sort();
    assert_eq!(target, wanted);
    sandbox.assert_target_is_whole();

    sandbox.tell("/stats/reset", &serde_json::json!({}));
    sandbox.ccr2tcr(&with_map(&["sync"])).ends_with(0).says(&["377 equal"]);
    let stats = sandbox.control("/stats");
    for never in ["POST upload", "PUT upload", "PUT manifest"] {
        assert!(stats["tcr"].get(never).is_none(), "{never}: {stats}");
    }
    assert!(stats["ccr"].get("GET blob").is_none(), "{stats}");

    sandbox.ccr2tcr(&with_map(&["verify"])).ends_with(0).says(&["377 equal"]);
    sandbox.ccr2tcr(&with_map(&["verify", "--deep"])).ends_with(0).says(&["377 equal"]);
}

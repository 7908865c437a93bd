use serde_json::json;

use super::*;

fn report(items: &[(&str, &str, &str)]) -> Report {
    let digest = format!("sha256:{}", "a".repeat(64));
    let item = |(source, target, outcome): &(&str, &str, &str)| {
        json!({
            "source": format!("ccr.ccs.tencentyun.com/{source}"),
            "target": format!("prod.tencentcloudcr.com/{target}"),
            "digest": digest, "outcome": outcome,
        })
    };
    let items: Vec<_> = items.iter().map(item).collect();
    serde_json::from_value(json!({
        "schemaVersion": 2, "tool": "t", "command": "verify", "summary": {}, "items": items,
        "startedAt": "2026-05-01T10:00:00Z", "finishedAt": "2026-05-01T10:05:00Z",
    }))
    .unwrap()
}

fn of(items: &[(&str, &str, &str)], held: &[&str]) -> (Compared, Vec<Obstacle>) {
    let held = held.iter().map(|&name| name.to_owned()).collect();
    Compared::of(&report(items), &held)
}

#[test]
fn only_repositories_of_tcr_have_to_be_equal() {
    let items = [
        ("shop/web:v1", "shop/web:v1", "equal"),
        ("shop/web:v2", "shop/web:v2", "kept"),
        ("dev/api:v1", "dev/api:v1", "failed"),
    ];
    let (compared, obstacles) = of(&items, &["shop/web"]);
    assert_eq!(obstacles, []);
    let counts = (compared.repositories, compared.tags, compared.newer, compared.left_to_ccr);
    assert_eq!(counts, (1, 2, 1, 1));
    assert_eq!(compared.images[0].reference.to_string(), "ccr.ccs.tencentyun.com/shop/web:v1");
    let (_, obstacles) = of(&items, &["shop/web", "dev/api"]);
    let some = vec!["ccr.ccs.tencentyun.com/dev/api:v1".to_owned()];
    assert_eq!(obstacles, [Obstacle::NotEqual { tags: 1, some }]);
}

#[test]
fn another_name_is_in_the_way() {
    let items = [("shop/web:v1", "front/web:v1", "equal")];
    let (_, obstacles) = of(&items, &["front/web"]);
    let some = vec!["shop/web → front/web".to_owned()];
    assert_eq!(obstacles[0], Obstacle::Renamed { repositories: 1, some });
}

#[test]
fn nothing_in_tcr_and_half_a_list_are_in_the_way() {
    let (_, obstacles) = of(&[("shop/web:v1", "shop/web:v1", "failed")], &[]);
    assert!(matches!(obstacles.as_slice(), [Obstacle::NotCompared { .. }]), "{obstacles:?}");
    let mut half = report(&[("shop/web:v1", "shop/web:v1", "equal")]);
    half.interrupted = true;
    let mut filtered = half.clone();
    let held = BTreeSet::from(["shop/web".to_owned()]);
    let (_, obstacles) = Compared::of(&half, &held);
    assert!(matches!(obstacles.as_slice(), [Obstacle::NotCompared { .. }]), "{obstacles:?}");
    filtered.interrupted = false;
    let notice = json!({"code": "listing-filtered", "message": "permissions cut the list short"});
    filtered.warnings.push(serde_json::from_value(notice).unwrap());
    let what = "permissions cut the list short".to_owned();
    assert_eq!(Compared::of(&filtered, &held).1, [Obstacle::NotCompared { what }]);
}

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn pointer(text: &str) -> Pointer {
    Pointer::try_from(text.to_owned()).unwrap()
}

fn web() -> Value {
    json!({
        "metadata": {"generation": 3, "resourceVersion": "17"},
        "spec": {"template": {"spec": {"containers": [{"image": "old"}]}}},
    })
}

/// A changed image, and pull secrets where there were none.
fn switch(object: &Value) -> ObjectPatch {
    let spec = Pointer::root().key("spec").key("template").key("spec");
    let image = spec.key("containers").index(0).key("image");
    ObjectPatch {
        changes: vec![
            Change::at(object, image, Some(json!("new"))),
            Change::at(object, spec.key("imagePullSecrets"), Some(json!([{"name": "tcr"}]))),
        ],
        guard: Guard::of(object),
    }
}

fn applied(object: &Value, patch: &Patch) -> Result<Value, json_patch::PatchError> {
    let mut object = object.clone();
    json_patch::patch(&mut object, patch).map(|()| object)
}

#[test]
fn old_values_are_tested_before_anything_is_changed() {
    let patch = serde_json::to_value(switch(&web()).forward()).unwrap();
    let spec = "/spec/template/spec";
    assert_eq!(
        patch,
        json!([
            {"op": "test", "path": "/metadata/generation", "value": 3},
            {"op": "test", "path": format!("{spec}/containers/0/image"), "value": "old"},
            {"op": "replace", "path": format!("{spec}/containers/0/image"), "value": "new"},
            {"op": "add", "path": format!("{spec}/imagePullSecrets"), "value": [{"name": "tcr"}]},
        ])
    );
}

#[test]
fn the_way_back_tests_the_new_values_and_leaves_no_trace() {
    let web = web();
    let patch = switch(&web);
    let mut after = applied(&web, &patch.forward()).unwrap();
    after["metadata"]["generation"] = json!(4);
    let back = applied(&after, &patch.reverse()).unwrap();
    assert_eq!(back["spec"], web["spec"]);
    let removal = serde_json::to_value(patch.reverse()).unwrap();
    assert_eq!(removal[2]["op"], "remove", "{removal}");
}

#[test]
fn a_guard_is_needed_only_where_something_is_added() {
    let web = web();
    let mut patch = switch(&web);
    assert!(patch.adds());
    assert!(!patch.reversed().adds(), "a removal tests what it removes");
    patch.changes.truncate(1);
    assert!(!patch.adds());
}

#[test]
fn a_patch_does_not_apply_to_an_object_that_was_changed_meanwhile() {
    let (web, patch) = (web(), switch(&web()));
    let mut image = web.clone();
    image["spec"]["template"]["spec"]["containers"][0]["image"] = json!("other");
    assert!(applied(&image, &patch.forward()).is_err());
    let mut generation = web.clone();
    generation["metadata"]["generation"] = json!(4);
    assert!(applied(&generation, &patch.forward()).is_err());
    assert!(applied(&web, &patch.reverse()).is_err(), "nor backward before it was made");
}

#[test]
fn the_guard_is_the_generation_or_else_the_resource_version() {
    let guard = |object: &Value| Guard::of(object).map(|guard| guard.pointer.to_string());
    assert_eq!(guard(&web()).as_deref(), Some("/metadata/generation"));
    let account = json!({"metadata": {"resourceVersion": "17"}});
    assert_eq!(guard(&account).as_deref(), Some("/metadata/resourceVersion"));
    assert_eq!(guard(&json!({"metadata": {}})), None);
}

#[test]
fn an_object_tells_which_side_of_the_patch_it_is_on() {
    let (web, patch) = (web(), switch(&web()));
    assert_eq!(patch.state_in(&web), PatchState::Before);
    let after = applied(&web, &patch.forward()).unwrap();
    assert_eq!(patch.state_in(&after), PatchState::After);

    let containers = "/spec/template/spec/containers/0/image";
    let mut other = after.clone();
    *other.pointer_mut(containers).unwrap() = json!("newer");
    assert_eq!(patch.state_in(&other), PatchState::Neither { pointer: pointer(containers) });

    let mut half = web.clone();
    *half.pointer_mut(containers).unwrap() = json!("new");
    let secrets = pointer("/spec/template/spec/imagePullSecrets");
    assert_eq!(patch.state_in(&half), PatchState::Neither { pointer: secrets });
    assert!(matches!(patch.state_in(&json!(null)), PatchState::Neither { .. }));
}

#[test]
fn null_and_nothing_are_told_apart_in_the_rollback_file() {
    let change = |old, new| Change { pointer: pointer("/a"), old, new };
    let patch = ObjectPatch {
        changes: vec![change(Some(Value::Null), None), change(None, Some(json!([1])))],
        guard: None,
    };
    let text = serde_json::to_string(&patch).unwrap();
    assert_eq!(text, r#"{"changes":[{"pointer":"/a","old":null},{"pointer":"/a","new":[1]}]}"#);
    assert_eq!(serde_json::from_str::<ObjectPatch>(&text).unwrap(), patch);
}

#[test]
fn a_rollback_file_with_a_broken_pointer_is_refused() {
    let text = r#"{"changes":[{"pointer":"spec/image","old":1,"new":2}]}"#;
    assert!(serde_json::from_str::<ObjectPatch>(text).is_err());
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-c~/ä]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-c~/ä]{0,3}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An object, and changes of its entries and of the entries of what is in one of them.
fn changed() -> impl Strategy<Value = (Value, ObjectPatch)> {
    let entries = || btree_map("[a-e~/]{0,2}", values(), 0..6);
    let news = || btree_map("[a-e~/]{0,2}", proptest::option::of(values()), 0..6);
    (entries(), entries(), news(), news(), any::<u32>()).prop_map(
        |(outer, inner, outer_news, inner_news, generation)| {
            let mut object = json!({"metadata": {"generation": generation}, "outer": outer});
            object["outer"]["list/0"] = json!([inner]);
            let outer = Pointer::root().key("outer");
            let inner = outer.key("list/0").index(0);
            let change = |place: &Pointer, (key, new): (String, Option<Value>)| {
                Change::at(&object, place.key(&key), new)
            };
            let changes = outer_news
                .into_iter()
                .map(|new| change(&outer, new))
                .chain(inner_news.into_iter().map(|new| change(&inner, new)))
                .collect();
            let guard = Guard::of(&object);
            (object, ObjectPatch { changes, guard })
        },
    )
}

proptest! {
    #[test]
    fn forward_and_back_again_is_where_it_began((object, patch) in changed()) {
        let after = applied(&object, &patch.forward()).unwrap();
        for change in &patch.changes {
            prop_assert_eq!(change.pointer.find(&after), change.new.as_ref());
        }
        prop_assert_eq!(patch.state_in(&object), PatchState::Before);
        if after != object {
            prop_assert_eq!(patch.state_in(&after), PatchState::After);
        }
        prop_assert_eq!(&applied(&after, &patch.reverse()).unwrap(), &object);
        prop_assert_eq!(&patch.reversed().reversed().changes, &patch.changes);
    }

    #[test]
    fn a_patch_reads_back_from_its_file((_, patch) in changed()) {
        let text = serde_json::to_string(&patch).unwrap();
        prop_assert_eq!(serde_json::from_str::<ObjectPatch>(&text).unwrap(), patch);
    }
}

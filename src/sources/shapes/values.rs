//! JSON and YAML as another library reads them.

use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use serde_yaml::Value;
use serde_yaml::value::TaggedValue;

use super::edits;
use crate::image::Mapping;
use crate::sources::decide::{Also, Rules};
use crate::sources::find::Finder;
use crate::sources::rewriter::Rewriter;
use crate::text::without_mark;
use crate::workload::CcrNames;

/// The documents of a file, if it is JSON or YAML and can be parsed.
pub(super) fn documents(path: &str, bytes: &[u8]) -> Option<Vec<Value>> {
    let bytes = without_mark(bytes);
    match path.rsplit_once('.')?.1 {
        "json" => serde_json::from_slice(bytes).ok().map(|value| vec![value]),
        "yaml" | "yml" => {
            let documents = serde_yaml::Deserializer::from_slice(bytes).map(Value::deserialize);
            documents.collect::<Result<_, _>>().ok()
        }
        _ => None,
    }
}

/// The same with `old` instead of `new` in each string.
pub(super) fn unmapped(value: &Value, new: &str, old: &str) -> Value {
    mapped(value, &|text| text.replace(new, old))
}

fn mapped(value: &Value, map: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(map(text)),
        Value::Sequence(values) => values.iter().map(|value| mapped(value, map)).collect(),
        Value::Mapping(fields) => Value::Mapping(
            fields.iter().map(|(key, value)| (mapped(key, map), mapped(value, map))).collect(),
        ),
        Value::Tagged(tagged) => Value::Tagged(Box::new(TaggedValue {
            tag: tagged.tag.clone(),
            value: mapped(&tagged.value, map),
        })),
        other => other.clone(),
    }
}

/// Maps, lists and strings that name images, as manifests have them.
pub(super) fn any_value() -> impl Strategy<Value = Value> {
    let key = || select(&["image", "ref", "args", "webhookImage", "x-镜像", "template", "a b"][..]);
    let reference = select(
        &[
            "CCR/shop/web:v1",
            "CCR/shop/deep/web",
            "CCR/other/web:v1",
            "CCR/tkeimages/agent:v1",
            "CCR/shop/web:${TAG}",
            "docker.io/library/nginx:1",
        ][..],
    );
    let text = (reference.clone(), reference, 0..7_usize).prop_map(|(one, two, form)| {
        let text = match form {
            0 => format!("-helper={one}"),
            1 => format!("{one},{two}"),
            2 => format!("run:\n  {one}\n\n{two}\n"),
            3 => format!("\"{one}\"\t'{two}'"),
            4 => format!(" 镜像 {one} "),
            _ => one.to_owned(),
        };
        Value::String(text.replace("CCR", "ccr.ccs.tencentyun.com"))
    });
    let scalar = prop_oneof![
        8 => text,
        1 => any::<i32>().prop_map(Value::from),
        1 => Just(Value::from(1.10)),
        1 => Just(Value::Null),
        1 => Just(Value::from(true)),
    ];
    let value = scalar.prop_recursive(4, 24, 4, move |inner| {
        let map = proptest::collection::btree_map(key(), inner.clone(), 0..4).prop_map(|fields| {
            let fields = fields.into_iter().map(|(key, value)| (Value::from(key), value));
            Value::Mapping(fields.collect())
        });
        prop_oneof![map, proptest::collection::vec(inner, 0..4).prop_map(Value::Sequence)]
    });
    value.prop_map(|value| Value::Mapping([(Value::from("spec"), value)].into_iter().collect()))
}

/// Whether `value`, written as YAML and as JSON, becomes the same as with each string mapped.
pub(super) fn is_mapped_alike(value: &Value) -> Result<(), String> {
    let mapping = Mapping::new(vec!["shop=front".parse().unwrap()]);
    let rules = Rules {
        names: CcrNames { mapping, ..CcrNames::default() },
        target: "prod.tencentcloudcr.com".parse().unwrap(),
        pull_secret: None,
        also: Also::default(),
    };
    let rewriter = Rewriter { finder: Finder::new(&rules.names.ccr), rules };
    let renamed = |text: &str| {
        let text = text.replace("ccr.ccs.tencentyun.com/shop/", "prod.tencentcloudcr.com/front/");
        text.replace("ccr.ccs.tencentyun.com/other/", "prod.tencentcloudcr.com/other/")
    };
    let yaml = serde_yaml::to_string(value).unwrap();
    let crlf = yaml.replace('\n', "\r\n");
    let marked = format!("\u{feff}{yaml}");
    let json = serde_json::to_string(value).unwrap();
    let pretty = serde_json::to_string_pretty(value).unwrap();
    let slashes = json.replace('/', "\\/");
    for (path, text) in [
        ("a.yaml", &yaml),
        ("a.yaml", &crlf),
        ("a.yaml", &marked),
        ("a.yaml", &json),
        ("a.json", &json),
        ("a.json", &pretty),
        ("a.json", &slashes),
    ] {
        let bytes = text.as_bytes();
        let findings = rewriter.look(path.as_ref(), bytes).0;
        let after = edits(bytes, &findings).map_err(|edit| format!("{edit:?}"))?.apply(bytes);
        let old = documents(path, bytes).ok_or_else(|| format!("{path} can't be read\n{text}"))?;
        let expected = old.iter().map(|value| mapped(value, &renamed)).collect();
        if documents(path, &after) != Some(expected) {
            return Err(format!("{path}\n{text}\n{}", String::from_utf8_lossy(&after)));
        }
    }
    Ok(())
}

//! Listings that are not whole: what the API would answer, with a fault's changes.

use serde_json::{Map, Value, json};

use crate::faults::{ListingFault, StatedCount};

/// The names of lists, of their counts, of what an entry is called, and of what it counts.
const LISTS: [(&str, &str, &str, &str); 6] = [
    ("NamespaceInfo", "NamespaceCount", "Namespace", "RepoCount"),
    ("RepoInfo", "TotalCount", "RepoName", "TagCount"),
    ("TagInfo", "TagCount", "TagName", ""),
    ("NamespaceList", "TotalCount", "Name", ""),
    ("RepositoryList", "TotalCount", "Name", ""),
    ("ImageInfoList", "TotalCount", "ImageVersion", ""),
];

/// The parameters of the page that is answered.
pub(super) fn parameters(fault: &ListingFault, asked: &Map<String, Value>) -> Map<String, Value> {
    let mut parameters = asked.clone();
    if fault.repeats {
        parameters.remove("Offset");
        // Personal Edition asks for a position in each of these.
        parameters.insert("Offset".to_owned(), json!(0));
    }
    parameters
}

/// Changes an answer.
pub(super) fn answer(fault: &ListingFault, mut answer: Value) -> Value {
    let data = match answer.get_mut("Data") {
        Some(data) => data,
        None => &mut answer,
    };
    let found = LISTS.into_iter().find(|(list, ..)| data.get(list).is_some());
    let Some((list, count, name, counts)) = found else { return answer };
    match fault.count {
        Some(StatedCount::Number(number)) => data[count] = json!(number),
        Some(StatedCount::Absent) => data[count] = Value::Null,
        None => {}
    }
    if let Some(entries) = data[list].as_array_mut() {
        entries.retain(|entry| !fault.hide.iter().any(|hidden| entry[name] == **hidden));
        for entry in entries {
            let called = entry[name].as_str().unwrap_or_default().to_owned();
            if let Some(number) = fault.counted.get(&called) {
                entry[counts] = json!(number);
            }
            if let Some(other) = fault.digests.get(&called) {
                let digest = if entry.get("TagId").is_some() { "TagId" } else { "Digest" };
                entry[digest] = json!(other);
            }
        }
    }
    answer
}

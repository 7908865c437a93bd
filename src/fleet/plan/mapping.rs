//! The mapping file of an instance.

use std::fmt::Write as _;

use super::data::{MappingText, PlanWish};
use super::seats::Seat;
use crate::fleet::model::Fleet;
use crate::fleet::names::NamePlan;
use crate::image::{Host, Pattern};

/// A file for one instance. All get the same names, for rules between them keep namespaces.
pub(super) fn mapping(
    seat: &Seat<'_>,
    names: &NamePlan,
    fleet: &Fleet,
    wish: &PlanWish,
) -> MappingText {
    // JSON's texts are YAML's, too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let region = quoted(seat.region.as_str());
    let mut content = String::from("# Written by docker ccr2tcr instances plan.\nversion: 1\n");
    let host = wish.host.as_ref().filter(|_| seat.is_main);
    let host = host.map(|host| format!(", host: {}", quoted(host.as_str()))).unwrap_or_default();
    let tcr = match &seat.name {
        Some(name) => format!("{{name: {}, region: {region}{host}}}", quoted(name)),
        None => format!("{{region: {region}{host}}} # and the name, once there is one"),
    };
    let _ = writeln!(content, "tcr: {tcr}");
    let list =
        |texts: &mut dyn Iterator<Item = &str>| texts.map(quoted).collect::<Vec<_>>().join(", ");
    let regions = list(&mut fleet.ccr.iter().map(|ccr| ccr.region.as_str()));
    let hosts = list(&mut wish.ccr_hosts.iter().map(Host::as_str));
    let hosts = if hosts.is_empty() { hosts } else { format!(", hosts: [{hosts}]") };
    let _ = writeln!(content, "ccr: {{regions: [{regions}]{hosts}}}");
    if !names.mapping.is_empty() {
        content.push_str("map:\n");
    }
    for rule in names.mapping.rules() {
        let (from, to) = rule.sides();
        let _ = writeln!(content, "  - {{from: {}, to: {}}}", quoted(&from), quoted(&to));
    }
    let excludes = list(&mut names.mapping.excludes().iter().map(Pattern::as_str));
    if !excludes.is_empty() {
        let _ = writeln!(content, "exclude: [{excludes}]");
    }
    // It becomes a part of a path.
    let is_plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let stem = seat.name.as_deref().filter(is_plain).unwrap_or(seat.region.as_str());
    MappingText { file: format!("{}.yaml", stem.replace('/', "-")), content }
}

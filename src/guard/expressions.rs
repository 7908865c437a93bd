//! The policy's expressions, in CEL.
//!
//! Kinds differ in where their pod spec lies. `dyn` keeps the server from checking a path for kinds
//! that don't have it. Variables are evaluated once, and only where they are needed.

use super::rules::GuardRules;
use crate::image::{Host, Pattern, TENCENTS_OWN};

/// Whether a controller made the object: it does what its owner's template says.
pub(super) const OWNED: &str = "has(object.metadata.ownerReferences) && \
    object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller)";

/// What ends up in front of the person whose change is refused. `found` is the list of images.
pub(super) const MESSAGE: &str = "'this cluster has left CCR (Tencent Container Registry, Personal \
    Edition): ' + variables.found.join(', ') + '. Name the image in TCR instead: docker ccr2tcr sync \
    copies it, kubectl tcr-switch rewrite changes your files. What stands already is not touched.'";

/// The policy's variables, in the order in which they need each other; the last is `found`.
pub(super) fn variables(rules: &GuardRules) -> Vec<(&'static str, String)> {
    vec![
        ("spec", pod_spec("object")),
        ("oldSpec", format!("oldObject == null ? {{}} : {}", pod_spec("oldObject"))),
        ("images", images("variables.spec")),
        ("oldImages", images("variables.oldSpec")),
        ("found", found(rules)),
    ]
}

/// A Pod's spec, that of a template, of a `CronJob`'s Job's template, of a `PodTemplate`.
fn pod_spec(object: &str) -> String {
    let object = format!("dyn({object})");
    format!(
        "!has({object}.spec) ? {object}.template.spec : \
         has({object}.spec.jobTemplate) ? {object}.spec.jobTemplate.spec.template.spec : \
         has({object}.spec.template) ? {object}.spec.template.spec : {object}.spec"
    )
}

/// Of all containers and image volumes. An update need not say an image, a volume need not be one.
fn images(spec: &str) -> String {
    format!(
        "({spec}.?initContainers.orValue([]) + {spec}.?containers.orValue([]) + \
         {spec}.?ephemeralContainers.orValue([])).map(container, string(container.?image.orValue(''))) + \
         {spec}.?volumes.orValue([]).map(volume, string(volume.?image.?reference.orValue('')))"
    )
}

/// The images that are met, and that the object didn't have before: a label or a finalizer of what
/// stands may change.
fn found(rules: &GuardRules) -> String {
    let is = |regex: String| format!("image.matches({})", literal(&regex));
    let mut conditions = vec![is(ccr(rules))];
    let tencents = TENCENTS_OWN.join("|");
    conditions.push(format!("!{}", is(format!("(?i)^[^/]*/(?:{tencents})/"))));
    conditions.extend(rules.exempt.iter().map(|pattern| format!("!{}", is(exempt(pattern)))));
    conditions.push("!(image in variables.oldImages)".to_owned());
    format!("variables.images.filter(image, {})", conditions.join(" && "))
}

/// Hosts in any case. CCR's own with any port; a named one with its own.
pub(super) fn ccr(rules: &GuardRules) -> String {
    let named = rules.hosts.iter().map(|host| format!("|{}", host_regex(host)));
    let named: String = named.collect();
    format!(r"(?i)^(?:[a-z]*ccr\.ccs\.tencentyun\.com(?::[0-9]*)?{named})/")
}

fn host_regex(host: &Host) -> String {
    let port = if host.port().is_none() { "(?::443)?" } else { "" };
    format!("{}{port}", escaped(host.as_str()))
}

pub(super) fn exempt(pattern: &Pattern) -> String {
    let host =
        pattern.host().map_or("[^/]*".to_owned(), |host| format!("(?i:{})", host_regex(host)));
    format!("^{host}/{}", pattern.path_regex())
}

/// A text as itself in a regular expression.
fn escaped(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | ':');
    text.chars().map(|c| if is_plain(c) { c.to_string() } else { format!(r"\{c}") }).collect()
}

/// A text as CEL writes it; what JSON escapes, CEL reads.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::CcrHosts;
    use crate::workload::CcrNames;

    #[test]
    fn a_text_in_an_expression_ends_where_it_should() {
        assert_eq!(literal(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(escaped("[::1]:5000"), r"\[::1\]:5000");
    }

    #[test]
    fn hosts_and_exemptions_are_parts_of_one_expression() {
        let ccr =
            CcrHosts::new(vec!["127.0.0.1:5000".parse().unwrap(), "old.corp".parse().unwrap()]);
        let exempt = vec!["shop/legacy:v1.*".parse().unwrap()];
        let rules = GuardRules::new(&CcrNames::from(&ccr), exempt);
        let found = found(&rules);
        assert!(found.contains(r"127\\.0\\.0\\.1:5000|old\\.corp(?::443)?)/"), "{found}");
        assert!(found.contains(r"!image.matches("), "{found}");
        assert!(found.contains(r":(?:v1\\.[^/]*)$"), "{found}");
    }
}

//! Objects that the user leaves out: `KIND`, `KIND/NAME` or `KIND/NAMESPACE/NAME`.
//!
//! A kind is named as kubectl takes it: singular, plural or short, with its group if need be. Where
//! several groups have one of that name, all of them are meant.

use std::str::FromStr;

use crate::image::Glob;
use crate::kubernetes::{ClusterError, Discovery, Resource};
use crate::workload::ObjectRef;

/// What is left out, as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectPattern {
    text: String,
    /// In lower case.
    kind: String,
    /// `None`: in every namespace, and what lies in none.
    namespace: Option<Glob>,
    /// `None`: every object of the kind.
    name: Option<Glob>,
}

impl FromStr for ObjectPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || {
            format!("`{text}` is not KIND, KIND/NAME or KIND/NAMESPACE/NAME, as in job/shop/web")
        };
        let glob = |part: &str| part.parse::<Glob>().map_err(|error| error.to_string());
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(malformed());
        }
        let (kind, namespace, name) = match parts.as_slice() {
            [kind] => (kind, None, None),
            [kind, name] => (kind, None, Some(glob(name)?)),
            [kind, namespace, name] => (kind, Some(glob(namespace)?), Some(glob(name)?)),
            _ => return Err(malformed()),
        };
        Ok(Self { text: text.to_owned(), kind: kind.to_lowercase(), namespace, name })
    }
}

impl ObjectPattern {
    /// Whether `deployments`, `deployment`, `deploy`, `deployment.apps` or `deployments.v1.apps` means
    /// this kind.
    fn names(&self, resource: &Resource) -> bool {
        let (name, group) = self.kind.split_once('.').unwrap_or((&self.kind, ""));
        let is_named = name == resource.plural
            || name == resource.kind.to_lowercase()
            || resource.short_names.iter().any(|short| short == name);
        let behind_version = || {
            let (version, group) = group.split_once('.').unwrap_or((group, ""));
            version == resource.version && group == resource.group
        };
        is_named && (group.is_empty() || group == resource.group || behind_version())
    }

    fn matches_place(&self, object: &ObjectRef) -> bool {
        let namespace = match (&self.namespace, &object.namespace) {
            (None, _) => true,
            (Some(glob), Some(namespace)) => glob.matches(namespace),
            (Some(_), None) => false,
        };
        namespace && self.name.as_ref().is_none_or(|glob| glob.matches(&object.name))
    }
}

/// What a run leaves out.
#[derive(Debug, Clone, Default)]
pub struct Exclusions(Vec<Exclusion>);

#[derive(Debug, Clone)]
struct Exclusion {
    pattern: ObjectPattern,
    /// Group and kind of each that it means.
    kinds: Vec<(String, String)>,
}

impl Exclusions {
    /// Finds out which kinds are meant.
    ///
    /// # Errors
    /// [`ClusterError::Setting`] if the server has no such kind.
    pub(super) fn resolve(
        patterns: &[ObjectPattern],
        discovery: &Discovery,
    ) -> Result<Self, ClusterError> {
        let resolve = |pattern: &ObjectPattern| {
            let meant = discovery.resources.iter().filter(|resource| pattern.names(resource));
            let kinds: Vec<_> =
                meant.map(|resource| (resource.group.clone(), resource.kind.clone())).collect();
            match kinds.is_empty() {
                true => Err(unknown(pattern, discovery)),
                false => Ok(Exclusion { pattern: pattern.clone(), kinds }),
            }
        };
        patterns.iter().map(resolve).collect::<Result<_, _>>().map(Self)
    }

    /// The pattern that leaves this object out, as it was typed.
    #[must_use]
    pub fn by(&self, object: &ObjectRef) -> Option<&str> {
        self.0.iter().find(|one| one.leaves_out(object)).map(|one| one.pattern.text.as_str())
    }

    /// Patterns that leave none of these objects out, as they were typed.
    pub(super) fn without_effect<'a>(
        &'a self,
        objects: &'a [&ObjectRef],
    ) -> impl Iterator<Item = &'a str> {
        let is_idle = |one: &&Exclusion| !objects.iter().any(|object| one.leaves_out(object));
        self.0.iter().filter(is_idle).map(|one| one.pattern.text.as_str())
    }
}

impl Exclusion {
    fn leaves_out(&self, object: &ObjectRef) -> bool {
        let is_meant =
            |(group, kind): &(String, String)| group == object.group() && *kind == object.kind;
        self.kinds.iter().any(is_meant) && self.pattern.matches_place(object)
    }
}

fn unknown(pattern: &ObjectPattern, discovery: &Discovery) -> ClusterError {
    let kind = pattern.kind.as_str();
    let likeness = |resource: &&Resource| {
        let names = [resource.plural.clone(), resource.kind.to_lowercase(), resource.full_name()];
        let likeness = names.iter().map(|name| strsim::jaro_winkler(kind, name));
        likeness.fold(0.0, f64::max)
    };
    let near = discovery.listable().filter(|resource| likeness(resource) > 0.85);
    let near = near.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let advice = near.map_or_else(
        || "kubectl api-resources lists those that it has".to_owned(),
        |near| format!("did you mean {}?", near.full_name()),
    );
    let unread: Vec<&str> = discovery.unread.iter().map(|(group, _)| group.as_str()).collect();
    let unread = match unread.is_empty() {
        true => String::new(),
        false => format!("; the kinds of {} could not be asked for", unread.join(", ")),
    };
    let reason = format!("the server has no kind `{kind}`{unread}; {advice}");
    ClusterError::Setting { what: format!("--exclude-object {}", pattern.text), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(group: &str, kind: &str, plural: &str, short: &str) -> Resource {
        Resource {
            group: group.to_owned(),
            short_names: vec![short.to_owned()],
            verbs: vec!["list".to_owned()],
            ..Resource::core(kind, plural)
        }
    }

    fn resolved(patterns: &[&str]) -> Result<Exclusions, ClusterError> {
        let discovery = Discovery {
            resources: vec![
                kind("apps", "Deployment", "deployments", "deploy"),
                kind("batch", "Job", "jobs", ""),
                kind("batch.volcano.sh", "Job", "jobs", "vcjob"),
                Resource { namespaced: false, ..kind("", "Node", "nodes", "no") },
            ],
            unread: Vec::new(),
        };
        let patterns: Vec<ObjectPattern> =
            patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        Exclusions::resolve(&patterns, &discovery)
    }

    fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> ObjectRef {
        ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some(namespace.to_owned()).filter(|namespace| !namespace.is_empty()),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_kind_is_named_as_kubectl_names_it() {
        let web = object("apps/v1", "Deployment", "shop", "web");
        for pattern in [
            "deployment",
            "Deployments",
            "deploy",
            "deployment.apps",
            "deployments.v1.apps",
            "deploy/web",
            "deploy/shop/web",
            "deploy/sh*/w?b",
            "deploy/*/web",
        ] {
            assert_eq!(resolved(&[pattern]).unwrap().by(&web), Some(pattern));
        }
        for pattern in ["job", "deploy/api", "deploy/dev/web", "deploy/web*/shop"] {
            assert_eq!(resolved(&[pattern]).unwrap().by(&web), None, "{pattern}");
        }
    }

    #[test]
    fn a_name_that_several_groups_have_means_all_of_them() {
        let volcano = object("batch.volcano.sh/v1alpha1", "Job", "shop", "train");
        assert_eq!(resolved(&["job"]).unwrap().by(&volcano), Some("job"));
        assert_eq!(resolved(&["job.batch"]).unwrap().by(&volcano), None);
        assert_eq!(resolved(&["vcjob"]).unwrap().by(&volcano), Some("vcjob"));
    }

    #[test]
    fn what_lies_in_no_namespace_has_a_kind_and_a_name() {
        let node = object("v1", "Node", "", "n1");
        assert_eq!(resolved(&["no/n1"]).unwrap().by(&node), Some("no/n1"));
        assert_eq!(resolved(&["no/*/n1"]).unwrap().by(&node), None);
    }

    #[test]
    fn a_kind_that_is_not_there_is_an_error_that_names_the_nearest() {
        let error = resolved(&["deploymnet/shop/web"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "--exclude-object deploymnet/shop/web: the server has no kind `deploymnet`; did you mean deployments.apps?"
        );
        let error = resolved(&["taskrun"]).unwrap_err().to_string();
        assert!(error.ends_with("kubectl api-resources lists those that it has"), "{error}");
    }

    #[test]
    fn a_pattern_with_holes_is_none() {
        for bad in ["", "/web", "deploy/", "deploy//web", "a/b/c/d", "deploy/[/x"] {
            assert!(bad.parse::<ObjectPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pattern_without_effect_is_known() {
        let web = object("apps/v1", "Deployment", "shop", "web");
        let all = resolved(&["deploy/web", "deploy/wbe"]).unwrap();
        assert_eq!(all.without_effect(&[&web]).collect::<Vec<_>>(), ["deploy/wbe"]);
    }
}

//! Where a run would write, for a question: a person has many clusters and namespaces.

use std::collections::BTreeSet;

use ccr2tcr::diagnostic::counted;
use ccr2tcr::kubernetes::Cluster;
use ccr2tcr::workload::ObjectRef;

/// At most this many namespaces are named.
const NAMED: usize = 4;

/// ` in namespace shop of cluster prod (context jane@prod)`
pub(super) fn of<'a>(
    objects: impl IntoIterator<Item = &'a ObjectRef>,
    cluster: &Cluster,
) -> String {
    let names = objects.into_iter().filter_map(|object| object.namespace.as_deref());
    format!("{} of {}", namespaces(&names.collect()), cluster.words())
}

fn namespaces(names: &BTreeSet<&str>) -> String {
    let all: Vec<&str> = names.iter().copied().collect();
    match all.as_slice() {
        [] => String::new(),
        [name] => format!(" in namespace {name}"),
        [first @ .., last] if all.len() <= NAMED => {
            format!(" in namespaces {} and {last}", first.join(", "))
        }
        _ => format!(" in {}", counted(all.len(), "namespace", "namespaces")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_namespaces_are_named_and_many_are_counted() {
        let said = |names: &[&str]| namespaces(&names.iter().copied().collect());
        assert_eq!(said(&[]), "");
        assert_eq!(said(&["shop"]), " in namespace shop");
        assert_eq!(said(&["b", "a", "c"]), " in namespaces a, b and c");
        assert_eq!(said(&["a", "b", "c", "d", "e"]), " in 5 namespaces");
    }
}

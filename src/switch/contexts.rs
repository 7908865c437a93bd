//! Several clusters at a time: the contexts that are meant, read side by side.

use std::future::Future;

use futures::{StreamExt as _, stream};

use crate::image::Glob;
use crate::kubernetes::{ClusterError, ConnectionSettings, KubeconfigNames};

/// Clusters that are read at once. Each is asked for several kinds at once already.
const AT_ONCE: usize = 4;

/// The contexts that `wanted` names, each once: names, and globs such as `prod-*` in the kubeconfig's
/// order. `*` alone means all.
///
/// # Errors
/// [`ClusterError::UnknownContext`] for one that names none, [`ClusterError::Kubeconfig`].
pub fn contexts(
    wanted: &[String],
    settings: &ConnectionSettings,
) -> Result<Vec<String>, ClusterError> {
    chosen(wanted, KubeconfigNames::read(settings)?.contexts)
}

fn chosen(wanted: &[String], known: Vec<String>) -> Result<Vec<String>, ClusterError> {
    let mut chosen: Vec<String> = Vec::new();
    for text in wanted {
        // A name may have characters that a glob gives a meaning.
        let found: Vec<&String> = match known.iter().find(|name| *name == text) {
            Some(name) => vec![name],
            None => known.iter().filter(|name| means(text, name)).collect(),
        };
        if found.is_empty() {
            return Err(ClusterError::UnknownContext { name: text.clone(), known });
        }
        for name in found {
            if !chosen.contains(name) {
                chosen.push(name.clone());
            }
        }
    }
    Ok(chosen)
}

/// Contexts of some tools have slashes in their names.
fn means(text: &str, name: &str) -> bool {
    text == "*" || text.parse::<Glob>().is_ok_and(|glob| glob.matches(name))
}

/// Does the same with several clusters, a few at a time. The answers are in the order of `clusters`.
pub async fn side_by_side<'a, C, T, Reading: Future<Output = T>>(
    clusters: &'a [C],
    read: impl Fn(&'a C) -> Reading,
) -> Vec<T> {
    stream::iter(clusters).map(read).buffered(AT_ONCE).collect().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(wanted: &[&str]) -> Result<Vec<String>, ClusterError> {
        let known = ["prod-a", "test", "prod-b", "default/api:6443/jane", "odd[1]"];
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        chosen(&owned(wanted), owned(&known))
    }

    #[test]
    fn names_and_globs_are_taken_once_each() {
        assert_eq!(choose(&["test", "prod-*", "test"]).unwrap(), ["test", "prod-a", "prod-b"]);
        assert_eq!(choose(&["*"]).unwrap().len(), 5);
        assert_eq!(choose(&["odd[1]"]).unwrap(), ["odd[1]"]);
    }

    #[test]
    fn what_names_no_context_is_an_error() {
        for wanted in ["staging", "stag*", "["] {
            let error = choose(&["test", wanted]).unwrap_err();
            assert!(error.to_string().contains(&format!("no context `{wanted}`")), "{error}");
        }
    }
}

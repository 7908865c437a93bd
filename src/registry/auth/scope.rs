//! What a token is requested for: one repository, and the one that a blob is mounted from.

use crate::image::RepositoryName;

/// The access to a repository that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read manifests, tags and blobs.
    Pull,
    /// Write, and read what is there already.
    Push,
}

/// The key of a token: one repository and the source of a mount, so that a missing right on one
/// repository doesn't affect another. A token may serve a few of them; see `token_batch`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenScope {
    pub(crate) repository: RepositoryName,
    pub(crate) access: Access,
    pub(crate) mount_from: Option<RepositoryName>,
}

impl TokenScope {
    pub(crate) fn pull(repository: &RepositoryName) -> Self {
        Self { repository: repository.clone(), access: Access::Pull, mount_from: None }
    }

    pub(crate) fn push(repository: &RepositoryName) -> Self {
        Self { repository: repository.clone(), access: Access::Push, mount_from: None }
    }

    /// Pushing, with the right to read `source` too.
    pub(crate) fn mount(repository: &RepositoryName, source: &RepositoryName) -> Self {
        let mount_from = (source != repository).then(|| source.clone());
        Self { mount_from, ..Self::push(repository) }
    }

    /// The `scope` parameters. The repository to push to comes first: some servers read only the
    /// first.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let actions = match self.access {
            Access::Pull => "pull",
            Access::Push => "pull,push",
        };
        let mut scopes = vec![format!("repository:{}:{actions}", self.repository)];
        scopes.extend(self.mount_from.iter().map(|source| format!("repository:{source}:pull")));
        scopes
    }
}

/// Whether `wanted`, a scope of a challenge, is already covered by `scopes`.
pub(crate) fn covers(scopes: &[String], wanted: &str) -> bool {
    let Some((name, actions)) = wanted.rsplit_once(':') else {
        return scopes.iter().any(|scope| scope == wanted);
    };
    scopes.iter().any(|scope| {
        scope.rsplit_once(':').is_some_and(|(own_name, own)| {
            own_name == name && actions.split(',').all(|a| own.split(',').any(|b| a == b))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RepositoryName {
        text.parse().unwrap()
    }

    #[test]
    fn the_repository_to_push_to_comes_first() {
        let scope = TokenScope::mount(&name("a/to"), &name("a/from"));
        assert_eq!(scope.parameters(), ["repository:a/to:pull,push", "repository:a/from:pull"]);
        assert_eq!(TokenScope::mount(&name("a/b"), &name("a/b")), TokenScope::push(&name("a/b")));
    }

    #[test]
    fn a_scope_within_another_is_not_asked_for_again() {
        let own = TokenScope::push(&name("a/b")).parameters();
        assert!(covers(&own, "repository:a/b:pull"));
        assert!(covers(&own, "repository:a/b:push,pull"));
        assert!(!covers(&own, "repository:a/b:delete"));
        assert!(!covers(&own, "registry:catalog:*"));
    }
}

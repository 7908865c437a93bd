//! What a token is asked for: one repository, and the one that a blob is mounted from.

use crate::image::RepositoryName;

/// What is to be done with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read manifests, tags and blobs.
    Pull,
    /// Write, and read what is there already.
    Push,
}

/// The key of a token: never more than one repository and the source of a mount, so that tokens
/// stay small and a right that is missing on one repository doesn't spoil another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) repository: RepositoryName,
    pub(crate) access: Access,
    pub(crate) mount_from: Option<RepositoryName>,
}

impl Scope {
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

    /// The `scope` parameters. The one to push to comes first: some servers read only the first.
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

/// Whether `wanted`, a scope out of a challenge, is already within `scopes`.
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
        let scope = Scope::mount(&name("a/to"), &name("a/from"));
        assert_eq!(scope.parameters(), ["repository:a/to:pull,push", "repository:a/from:pull"]);
        assert_eq!(Scope::mount(&name("a/b"), &name("a/b")), Scope::push(&name("a/b")));
    }

    #[test]
    fn a_scope_within_another_is_not_asked_for_again() {
        let own = Scope::push(&name("a/b")).parameters();
        assert!(covers(&own, "repository:a/b:pull"));
        assert!(covers(&own, "repository:a/b:push,pull"));
        assert!(!covers(&own, "repository:a/b:delete"));
        assert!(!covers(&own, "registry:catalog:*"));
    }
}

//! What makes a plan impossible, each with the flag that helps.

use std::fmt;

use super::model::{RepositoryCopy, TagCopy};
use super::suggest;
use crate::diagnostic::{CommonError, Diagnostic, counted};
use crate::image::{MappingError, Pattern, propose_namespace};
use crate::transfer::inventory::{Inventory, SourceRepository};

/// Why there is no plan: everything at once, so that one round of corrections is enough.
#[derive(Debug, Clone)]
pub struct PlanError {
    /// At least one.
    pub problems: Vec<Problem>,
}

/// One reason.
#[derive(Debug, Clone)]
pub struct Problem {
    diagnostic: Diagnostic,
    from: String,
    repositories: u64,
    tags: u64,
}

impl Problem {
    fn new(message: String, from: String, hint: String) -> Self {
        let diagnostic = Diagnostic::new(message).with_hint(hint);
        Self { diagnostic, from, repositories: 0, tags: 0 }
    }

    pub(super) fn name(repository: &SourceRepository, error: &MappingError) -> Self {
        let namespace = repository.name.namespace();
        let (from, hint) = match error {
            MappingError::Namespace(bad) if bad.0 == namespace => (
                format!("{}/{namespace}", repository.host),
                format!(
                    "choose a name for it: --map '{namespace}={}'",
                    propose_namespace(namespace)
                ),
            ),
            MappingError::Namespace(_) => (
                format!("{}/{namespace}", repository.host),
                "a --map rule or the mapping file makes this name: choose another".to_owned(),
            ),
            MappingError::Repository(_) => (
                format!("{}/{}", repository.host, repository.name),
                format!("choose a name for it: --map '{}=NAMESPACE/REPOSITORY'", repository.name),
            ),
        };
        let problem = Self::new(error.to_string(), from, hint);
        let diagnostic = problem.diagnostic.known_as(CommonError::InvalidName);
        Self { diagnostic, ..problem }
    }

    pub(super) fn unmatched(pattern: &Pattern, inventory: &Inventory) -> Self {
        Self::new(
            format!("the pattern `{pattern}` matches nothing"),
            String::new(),
            suggest::instead_of(pattern, inventory),
        )
    }

    pub(super) fn collision(
        (first, first_tag): (&RepositoryCopy, &TagCopy),
        (second, tag): (&RepositoryCopy, &TagCopy),
    ) -> Self {
        let label = second.source_host.first_label();
        let prefix = if first.source_host == second.source_host {
            String::new()
        } else if first.source_host.first_label() == label {
            format!("{}:", second.source_host)
        } else {
            format!("{label}:")
        };
        let namespace = second.source.namespace();
        let hint = if first.source == second.source && first.source_host == second.source_host {
            // Only a list gives two tags of a repository one name.
            "give one of the two another target in the list of images: SOURCE TARGET".to_owned()
        } else if first.source == second.source {
            let suffix = label.strip_suffix("ccr").filter(|s| !s.is_empty()).unwrap_or("2");
            let name = propose_namespace(&format!("{namespace}-{suffix}"));
            format!("give one of them another name: --map '{prefix}{namespace}={name}'")
        } else {
            format!(
                "give one of them another name: --map '{prefix}{}={}-2'",
                second.source, second.target
            )
        };
        Self::new(
            format!("two sources would become {}", first.target_of(tag)),
            format!("{} and {}", first.source_of(first_tag), second.source_of(tag)),
            hint,
        )
    }

    /// Counts one more repository, or one more collision, with so many tags.
    pub(super) fn add(&mut self, tags: u64) {
        self.repositories += 1;
        self.tags += tags;
    }

    /// What is wrong, and what to type next.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Where it comes from, and how much it concerns; empty if that says nothing.
    #[must_use]
    pub fn origin(&self) -> String {
        match (self.from.is_empty(), self.tags) {
            (true, _) => String::new(),
            (false, tags) if tags > self.repositories => {
                let repositories = counted(self.repositories, "repository", "repositories");
                format!("from {} ({repositories}, {})", self.from, counted(tags, "tag", "tags"))
            }
            (false, 2..) => format!("from {}, and {} more", self.from, self.tags - 1),
            (false, _) => format!("from {}", self.from),
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> =
            self.problems.iter().map(|problem| problem.diagnostic.message.as_str()).collect();
        f.write_str(&messages.join("; "))
    }
}

impl std::error::Error for PlanError {}

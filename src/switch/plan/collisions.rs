//! What makes a switch impossible as a whole.

use std::fmt;

use super::new_references::NewReferences;
use crate::diagnostic::Diagnostic;

/// Why there is no plan: everything at once, so that one round of corrections is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameCollisions(pub Vec<Diagnostic>);

impl fmt::Display for NameCollisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> = self.0.iter().map(|problem| problem.message.as_str()).collect();
        f.write_str(&messages.join("; "))
    }
}

impl std::error::Error for NameCollisions {}

impl NewReferences {
    /// Two repositories in CCR that would be one in TCR: a pod of one would run the other's image.
    pub(super) fn check(&self) -> Result<(), NameCollisions> {
        let collisions = self.repositories.iter().filter(|(_, from)| from.len() > 1);
        let problems: Vec<Diagnostic> = collisions
            .map(|(to, from)| {
                let from: Vec<String> =
                    from.iter().map(|(host, name)| format!("{host}/{name}")).collect();
                let second = from.last().map(String::as_str).unwrap_or_default();
                let path = second.split_once('/').map_or(second, |(_, path)| path);
                let label = second.split(['.', ':', '/']).next().unwrap_or_default();
                let (count, names) = (from.len(), from.join(" and "));
                Diagnostic::new(format!("{count} repositories would all be {to} in TCR: {names}"))
                    .with_hint(format!(
                        "give one another name, before any other --map: --map '{label}:{path}={to}-2'"
                    ))
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(NameCollisions(problems)) }
    }
}

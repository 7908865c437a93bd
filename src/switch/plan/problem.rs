//! What makes a switch impossible as a whole.

use std::fmt;

use super::wanted::Wanted;

/// Why there is no plan: everything at once, so that one round of corrections is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchProblems(pub Vec<SwitchProblem>);

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchProblem {
    /// What is wrong.
    pub message: String,
    /// Where it comes from.
    pub origin: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for SwitchProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> = self.0.iter().map(|problem| problem.message.as_str()).collect();
        f.write_str(&messages.join("; "))
    }
}

impl std::error::Error for SwitchProblems {}

impl Wanted {
    /// Two repositories in CCR that would be one in TCR: a pod of one would run the other's image.
    pub(super) fn check(&self) -> Result<(), SwitchProblems> {
        let collisions = self.repositories.iter().filter(|(_, from)| from.len() > 1);
        let problems: Vec<SwitchProblem> = collisions
            .map(|(to, from)| {
                let from: Vec<String> =
                    from.iter().map(|(host, name)| format!("{host}/{name}")).collect();
                let second = from.last().map(String::as_str).unwrap_or_default();
                let path = second.split_once('/').map_or(second, |(_, path)| path);
                let label = second.split(['.', ':', '/']).next().unwrap_or_default();
                SwitchProblem {
                    message: format!("{} repositories would all be {to} in TCR", from.len()),
                    origin: format!("from {}", from.join(" and ")),
                    hint: format!(
                        "give one another name, before any other --map: --map '{label}:{path}={to}-2'"
                    ),
                }
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(SwitchProblems(problems)) }
    }
}

//! Making the copies, running the commands in them, comparing what they print.

use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::compare::compare;
use super::copies::{Copies, Copy};
use super::error::ProveError;
use super::proof::{Failure, Outcome, Proof, Proven};
use super::render::{End, Rendering, render};
use super::request::{Limits, ProveRequest};
use crate::diagnostic::{human_bytes, human_duration, shortened};

/// Runs each command three times: twice with the old files, to see what is random, then with the new
/// ones. The first output, mapped, is compared with the last.
///
/// The tree itself is only read. The copies are gone when this returns, or is dropped.
///
/// # Errors
/// If there is nothing to compare, if the copies can't be made, if the user wants to stop. What a
/// command did wrong is in its [`Proof`].
pub(in crate::sources) async fn prove(
    request: ProveRequest<'_>,
    stop: &CancellationToken,
) -> Result<Proven, ProveError> {
    let ProveRequest { commands, tree, map, limits } = request;
    let folder = tree.folder.clone();
    let root = tree.root.clone();
    let stopped = stop.clone();
    let copies = tokio::task::spawn_blocking(move || {
        Copies::make(&tree, &limits, &|| stopped.is_cancelled())
    });
    let copies = copies.await.map_err(|error| ProveError::Shell(error.into()))??;
    let prover = Prover { copies: &copies, root: &root, folder: &folder, map, limits, stop };
    let mut proofs = Vec::with_capacity(commands.len());
    for command in commands {
        proofs.push(prover.proof(command).await?);
    }
    Ok(Proven { before: copies.before.clone(), proofs, not_copied: copies.left_out.clone() })
}

/// What the proofs have in common.
struct Prover<'a> {
    copies: &'a Copies,
    root: &'a Path,
    folder: &'a Path,
    map: &'a (dyn Fn(&[u8]) -> Vec<u8> + Sync),
    limits: Limits,
    stop: &'a CancellationToken,
}

impl Prover<'_> {
    async fn proof(&self, command: &str) -> Result<Proof, ProveError> {
        let mut time = Duration::ZERO;
        let (outcome, hint) = self.outcome(command, &mut time).await?;
        Ok(Proof { command: command.to_owned(), outcome, hint, time })
    }

    async fn outcome(
        &self,
        command: &str,
        time: &mut Duration,
    ) -> Result<(Outcome, Option<String>), ProveError> {
        let mut outputs = Vec::with_capacity(3);
        for copy in [Copy::Before, Copy::Before, Copy::After] {
            let rendering = self.render(command, copy).await?;
            *time += rendering.time;
            if let Some(failure) = self.failure(&rendering) {
                let hint = Some(self.hint_of_failure(command, &failure));
                return Ok(match copy {
                    Copy::Before => (Outcome::FailsBefore(failure), hint),
                    Copy::After => (Outcome::FailsAfter(failure), None),
                });
            }
            if copy == Copy::Before && rendering.output.trim_ascii().is_empty() {
                let hint =
                    "give one that prints what it renders: helm template …, kustomize build …";
                return Ok((Outcome::RendersNothing, Some(hint.to_owned())));
            }
            outputs.push(rendering.output);
        }
        let [before, again, after] = outputs.as_slice() else {
            return Ok((Outcome::RendersNothing, None));
        };
        let compared = compare(before, again, after, self.map);
        let (lines, expected) = (compared.lines, compared.expected);
        Ok(match compared.different {
            Some((lines, diff)) => {
                (Outcome::Different { lines, diff, expected }, self.hint_of_path(command))
            }
            None => {
                let mapped = compared.mapped;
                let hint = (mapped == 0).then(|| {
                    "it proves little: render what is made of the files that change".to_owned()
                });
                (Outcome::Same { lines, mapped, expected }, hint)
            }
        })
    }

    async fn render(&self, command: &str, copy: Copy) -> Result<Rendering, ProveError> {
        let run = async |root: &Path| {
            render(command, &root.join(self.folder), &self.limits, self.stop).await
        };
        self.copies.show(copy, run).await?
    }

    fn failure(&self, rendering: &Rendering) -> Option<Failure> {
        let what = match rendering.end {
            End::Status(status) if status.success() => return None,
            End::Status(status) => match status.code() {
                Some(code) => format!("ends with {code}"),
                None => format!("is ended: {status}"),
            },
            End::TooLong => format!("runs longer than {}", human_duration(self.limits.time)),
            End::TooMuch => format!("prints more than {}", human_bytes(self.limits.output as u64)),
        };
        Some(Failure { what, said: rendering.said.trim_end().to_owned() })
    }

    /// What may be the matter with a command that the user can run, and that fails in a copy.
    fn hint_of_failure(&self, command: &str, failure: &Failure) -> String {
        if failure.said.contains("not a git repository") {
            return "the copies that it runs in have no .git; give a command that needs none"
                .to_owned();
        }
        if let Some(hint) = self.hint_of_path(command) {
            return hint;
        }
        let left_out =
            self.copies.left_out.iter().map(|left_out| left_out.path.display().to_string());
        let left_out: Vec<_> = left_out.collect();
        match left_out.is_empty() {
            true => "it runs in a copy of the files, in the same folder; check that it works there"
                .to_owned(),
            false => format!("it runs in a copy of the files, without {}", shortened(&left_out, 3)),
        }
    }

    fn hint_of_path(&self, command: &str) -> Option<String> {
        let root = self.root.display().to_string();
        command.contains(&root).then(|| {
            format!(
                "`{root}` in it is not the copy that it runs in: give paths from the current folder"
            )
        })
    }
}

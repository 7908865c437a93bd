//! What kustomize looks for has to be what the bases name: a transformer whose `name` no longer is
//! in any of them does nothing, and says nothing of it.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::{FilePlan, RewritePlan};
use crate::sources::bases::Bases;
use crate::sources::decide::{ByHand, Finding, Verdict};

/// What becomes of a name in the files that a transformer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    Rewritten,
    Staying,
}

impl RewritePlan {
    /// Changes what is looked for where all that names it is rewritten; leaves it where nothing is,
    /// or not all. `bases` says what a kustomization builds from; without an answer it is taken to
    /// see the whole tree.
    pub(in crate::sources) fn match_bases(&mut self, bases: impl Fn(&FilePlan) -> Option<Bases>) {
        if !self.findings().any(is_matcher) {
            return;
        }
        let mut fates: HashMap<String, Vec<(PathBuf, Fate)>> = HashMap::new();
        for file in &self.files {
            let full = file.file.full();
            let full = full.canonicalize().unwrap_or(full);
            for finding in file.findings.iter().filter(|finding| !is_matcher(finding)) {
                let fate = match (&finding.verdict, &file.refused) {
                    (Verdict::Rewrite(_), None) => Fate::Rewritten,
                    (Verdict::ByHand(_), _) => continue,
                    _ => Fate::Staying,
                };
                if let Some(name) = &finding.name {
                    fates.entry(name.clone()).or_default().push((full.clone(), fate));
                }
            }
        }
        for file in self.files.iter_mut().filter(|file| file.findings.iter().any(is_matcher)) {
            let bases = bases(file);
            for finding in file.findings.iter_mut().filter(|finding| is_matcher(finding)) {
                let named = finding.name.as_ref().and_then(|name| fates.get(name));
                let seen: HashSet<Fate> = named
                    .into_iter()
                    .flatten()
                    .filter(|(path, _)| bases.as_ref().is_none_or(|it| it.files.contains(path)))
                    .map(|(_, fate)| *fate)
                    .collect();
                let has_others = bases.as_ref().is_some_and(|bases| bases.has_others);
                finding.judge(&seen, has_others);
            }
        }
    }
}

fn is_matcher(finding: &Finding) -> bool {
    matches!(&finding.verdict, Verdict::Rewrite(rewrite) if rewrite.is_matcher)
}

impl Finding {
    /// Leaves what is looked for to a person, unless all that names it is rewritten.
    fn judge(&mut self, seen: &HashSet<Fate>, has_others: bool) {
        let Verdict::Rewrite(rewrite) = &self.verdict else { return };
        let add = format!("add `newName: {}` below it", rewrite.new);
        let why = match (seen.contains(&Fate::Rewritten), seen.contains(&Fate::Staying)) {
            (true, false) if !has_others => return,
            (true, false) => format!(
                "some of what it builds from is not in this tree: if that names it, too, {add} under the old name"
            ),
            (true, true) => "some of what it looks for is rewritten, and some is not".to_owned(),
            (false, _) => {
                format!(
                    "nothing that is rewritten names it: if a base that is not here does, {add}"
                )
            }
        };
        self.verdict = Verdict::ByHand(ByHand::Matcher(why));
    }
}

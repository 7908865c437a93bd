//! What kustomize looks for has to be what the bases name: a transformer whose `name` no longer is
//! in any of them does nothing, and says nothing of it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::{FilePlan, RewritePlan};
use crate::sources::bases::Bases;
use crate::sources::decide::{ByHand, Finding, Keep, Verdict};

/// What becomes of a name in the files that a transformer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    Rewritten,
    Staying,
}

impl RewritePlan {
    /// Changes what is looked for where all that names it is rewritten, or was before; leaves it where
    /// nothing is, or not all. `bases` says what a kustomization builds from.
    pub(in crate::sources) fn match_bases(&mut self, bases: impl Fn(&FilePlan) -> Bases) {
        if !self.findings().any(is_matcher) {
            return;
        }
        let mut fates: HashMap<String, Vec<(PathBuf, Fate, bool)>> = HashMap::new();
        for file in &self.files {
            let full = full(file);
            for finding in file.findings.iter().filter(|finding| !is_matcher(finding)) {
                let fate = match (&finding.verdict, &file.refused) {
                    (Verdict::Rewrite(_), None) => Fate::Rewritten,
                    (Verdict::ByHand(by_hand), _) if !by_hand.is_read_by_programs() => continue,
                    _ => Fate::Staying,
                };
                if let Some(name) = &finding.name {
                    let is_new_name = finding.place.ends_with("newName");
                    let all = fates.entry(name.clone()).or_default();
                    all.push((full.clone(), fate, is_new_name));
                }
            }
        }
        for file in self.files.iter_mut().filter(|file| file.findings.iter().any(is_matcher)) {
            let (bases, full) = (bases(file), full(file));
            for finding in file.findings.iter_mut().filter(|finding| is_matcher(finding)) {
                let named = finding.name.as_ref().and_then(|name| fates.get(name));
                let seen: HashSet<Fate> = named
                    .into_iter()
                    .flatten()
                    // What it writes itself it doesn't look for.
                    .filter(|(path, _, is_new_name)| !(*is_new_name && *path == full))
                    .filter(|(path, ..)| bases.may_see(path))
                    .map(|(_, fate, _)| *fate)
                    .collect();
                finding.judge(&seen, &bases, &full);
            }
        }
    }
}

/// Its path without symbolic links.
fn full(file: &FilePlan) -> PathBuf {
    let full = file.file.full();
    full.canonicalize().unwrap_or(full)
}

fn is_matcher(finding: &Finding) -> bool {
    matches!(&finding.verdict, Verdict::Rewrite(rewrite) if rewrite.is_matcher)
}

impl Finding {
    /// Leaves what is looked for to a person, unless all that names it is rewritten.
    fn judge(&mut self, seen: &HashSet<Fate>, bases: &Bases, file: &Path) {
        let Verdict::Rewrite(rewrite) = &self.verdict else { return };
        let add = format!("add `newName: {}` below it", rewrite.new);
        let is_renamed = self.name.as_ref().is_some_and(|name| bases.renamed.contains(name));
        let why = match (seen.contains(&Fate::Rewritten), seen.contains(&Fate::Staying)) {
            (true, false) if !bases.has_others => return,
            (false, false) if !bases.has_others && bases.name(&rewrite.new, file) => return,
            (false, _) if is_renamed => {
                self.verdict = Verdict::Keep(Keep::LooksElsewhere);
                return;
            }
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

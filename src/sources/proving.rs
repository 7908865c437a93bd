//! A plan, proven by what its files are rendered to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::decide::{Finding, Keep, Needed, Rewrite, Verdict};
use super::edit::Edit;
use super::plan::{FilePlan, RewritePlan, part_conflicts};
use super::prepare::PreparedRewrite;
use super::prove::{Limits, ProveError, ProveRequest, Proven, Tree, prove};
use super::rewriter::Rewriter;
use super::tree::repository_of;
use crate::image::Reference;

impl PreparedRewrite {
    /// Runs commands on copies of the files, before and after the rewrite; each renders the files to
    /// its standard output. Of a plan without edits, the files that differ from HEAD are the result.
    ///
    /// # Errors
    /// If nothing can be compared.
    pub async fn prove(
        &self,
        commands: &[String],
        limits: Limits,
        stop: &CancellationToken,
    ) -> Result<Proven, ProveError> {
        let mapping = Mapping::new(&self.rewriter, &self.plan);
        let map = |text: &[u8]| mapping.map(text);
        let tree = tree(&self.plan)?;
        prove(ProveRequest { commands, tree, map: &map, limits }, stop).await
    }
}

/// The repository that the current folder is in, or that folder, and what will be in its files.
fn tree(plan: &RewritePlan) -> Result<Tree, ProveError> {
    let here = Path::new(".").canonicalize().map_err(ProveError::file(Path::new(".")))?;
    let root = repository_of(&here).unwrap_or_else(|| here.clone());
    let folder = here.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
    let mut new = BTreeMap::new();
    for file in plan.files.iter().filter(|file| file.is_rewritten()) {
        let (path, content) = content(file, &root)?;
        new.insert(path, content);
    }
    Ok(Tree { root, folder, new })
}

fn content(file: &FilePlan, root: &Path) -> Result<(PathBuf, Vec<u8>), ProveError> {
    let full = file.file.full();
    let full = full.canonicalize().map_err(ProveError::file(&full))?;
    let Ok(path) = full.strip_prefix(root) else {
        return Err(ProveError::Elsewhere { path: file.path.clone(), root: root.to_owned() });
    };
    let changed = |why: super::tree::LeftOut| ProveError::Changed(file.path.clone(), why);
    let (old, edits) = file.before().map_err(changed)?;
    Ok((path.to_owned(), edits.apply(&old)))
}

/// What a rewrite of the files does to what is rendered of them.
struct Mapping<'a> {
    rewriter: &'a Rewriter,
    /// `HOST/REPOSITORY` of what stays wherever a file names it.
    kept: HashSet<&'a str>,
    /// What stays because TCR doesn't have it.
    unproven: HashSet<&'a Reference>,
    /// Digests that are written behind tags, with their `@`.
    pins: HashMap<&'a Reference, &'a str>,
}

impl<'a> Mapping<'a> {
    fn new(rewriter: &'a Rewriter, plan: &'a RewritePlan) -> Self {
        let mut this =
            Self { rewriter, kept: HashSet::new(), unproven: HashSet::new(), pins: HashMap::new() };
        let mut rewritten = HashSet::new();
        for file in &plan.files {
            for finding in &file.findings {
                match &finding.verdict {
                    Verdict::Rewrite(rewrite) if file.refused.is_none() => {
                        rewritten.extend(finding.name.as_deref());
                        this.pins.extend(pin(rewrite));
                    }
                    Verdict::Unproven(unproven) => {
                        this.unproven.insert(&unproven.old);
                    }
                    _ if may_be_rendered(finding) => this.kept.extend(finding.name.as_deref()),
                    _ => {}
                }
            }
        }
        this.kept.retain(|name| !rewritten.contains(name));
        this
    }

    fn map(&self, text: &[u8]) -> Vec<u8> {
        let mut findings = self.rewriter.look_at_rendered(text);
        findings.retain(|finding| !self.stays(finding));
        for finding in &mut findings {
            if let Verdict::Rewrite(rewrite) = &mut finding.verdict
                && let Needed::Image { new, .. } = &rewrite.image
                && let (Some(digest), Some(end)) = (self.pins.get(&**new), rewrite.end)
            {
                rewrite.edits.push(Edit { span: end..end, new: (*digest).to_owned() });
            }
        }
        part_conflicts(&mut findings, text).apply(text)
    }

    fn stays(&self, finding: &Finding) -> bool {
        let is_kept = finding.name.as_deref().is_some_and(|name| self.kept.contains(name));
        let is_unproven = match &finding.verdict {
            Verdict::Rewrite(Rewrite { image: Needed::Image { old, .. }, .. }) => {
                self.unproven.contains(&**old)
            }
            _ => false,
        };
        is_kept || is_unproven
    }
}

/// The digest that is written behind a tag, with its `@`.
fn pin(rewrite: &Rewrite) -> Option<(&Reference, &str)> {
    let Needed::Image { new, .. } = &rewrite.image else { return None };
    let added = rewrite.edits.iter().find(|edit| Some(edit.span.start) == rewrite.end)?;
    added.new.starts_with('@').then_some((&**new, added.new.as_str()))
}

/// Whether what stays there can be a part of what is rendered.
fn may_be_rendered(finding: &Finding) -> bool {
    match &finding.verdict {
        Verdict::ByHand(by_hand) => by_hand.is_read_by_programs(),
        Verdict::Keep(Keep::Marked) | Verdict::Rewrite(_) => true,
        Verdict::Keep(_) | Verdict::Unproven(_) => false,
    }
}

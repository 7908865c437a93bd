//! The first half of a rewrite: reads a tree, asks TCR, and makes the plan. Nothing is written; that
//! is for `carry_out`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinError;

use super::bases::bases;
use super::decide::{Also, Rules};
use super::find::Finder;
use super::plan::{FilePlan, RewritePlan};
use super::rewriter::Rewriter;
use super::tree::{self, LeftOut, Listed, Looking, TreeError, Unasked, Wanted};
use crate::account::{Account, AccountError, RequiredApis, Settings, ccr_names, owned_namespaces};
use crate::diagnostic::counted;
use crate::environment::Environment;
use crate::image::{Glob, Host, Pin};
use crate::proof::prove_images;
use crate::workload::CcrNames;

/// What is rewritten, and how.
pub struct RewriteInputs<'a> {
    /// Both registries.
    pub account: &'a Settings,
    /// Files and folders; none for the current folder.
    pub paths: Vec<PathBuf>,
    /// A list of files, from another program.
    pub names: Option<Vec<PathBuf>>,
    /// What of them is left out.
    pub exclude: Vec<Glob>,
    /// How.
    pub options: RewriteOptions,
}

/// How files are rewritten.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is asked for on its own")]
pub struct RewriteOptions {
    /// What is rewritten besides.
    pub also: Also,
    /// The pull secret whose name takes the place of TKE's.
    pub pull_secret: Option<String>,
    /// Which tags get a digest.
    pub pin: Option<Pin>,
    /// Rewrites what nobody can be asked about.
    pub allow_unverified: bool,
    /// Leaves files that Git has no version of as they are.
    pub refuse_dirty: bool,
    /// Only looks, and asks nobody.
    pub offline: bool,
}

/// A plan, and all that it is carried out with.
pub struct PreparedRewrite {
    /// What becomes of the tree.
    pub plan: RewritePlan,
    /// The host that references will name; `None` if nobody was asked and it was not said.
    pub target: Option<Host>,
    /// What to know, a sentence each.
    pub notices: Vec<String>,
    /// Whether TCR was asked for the images.
    pub is_proven: bool,
    pub(super) rewriter: Arc<Rewriter>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The account can't be opened.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The tree can't be listed.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A thread ended before its work did.
    #[error("reading the files failed: {0}")]
    Thread(#[from] JoinError),
}

/// Reads the tree, asks TCR what it has, and makes the plan.
///
/// # Errors
/// [`RewriteError`] if the account or the tree can't be opened.
pub async fn prepare_rewrite(
    inputs: RewriteInputs<'_>,
    environment: &Environment,
) -> Result<PreparedRewrite, RewriteError> {
    let mut notices = Vec::new();
    let sides =
        Sides::open(inputs.account, environment, inputs.options.offline, &mut notices).await?;
    let options = &inputs.options;
    let rewriter = Arc::new(Rewriter {
        finder: Finder::new(&sides.names.ccr),
        rules: Rules {
            names: sides.names,
            target: sides.target.clone().unwrap_or_else(Host::unknown),
            pull_secret: options.pull_secret.clone(),
            also: options.also,
        },
    });
    let wanted = Wanted { base: PathBuf::new(), paths: inputs.paths, names: inputs.names };
    let read = StopWhenDropped::default();
    let (stop, reader, exclude) = (read.0.clone(), rewriter.clone(), inputs.exclude);
    let reading = tokio::task::spawn_blocking(move || read_tree(&wanted, &exclude, &reader, &stop));
    let (mut plan, told) = reading.await??;
    notices.extend(told);
    if let Some(account) = &sides.account {
        let proven = prove_images(&plan.needed(), account).await;
        notices.extend(proven.notices.iter().cloned());
        plan.prove(&proven, options.allow_unverified);
        if let Some(pin) = options.pin {
            let left = plan.pin(pin, &proven);
            if left > 0 {
                let tags = counted(left, "tag stands", "tags stand");
                notices.push(format!("{tags} in a field of its own, and is not pinned"));
            }
        }
    }
    let refuse_dirty = options.refuse_dirty;
    let (checker, stop) = (rewriter.clone(), read.0.clone());
    let checking = tokio::task::spawn_blocking(move || {
        plan.match_bases(|file| bases(&file.file.full()));
        plan.check(&checker, &stop);
        let asked = if refuse_dirty { plan.refuse_dirty() } else { Ok(()) };
        asked.map(|()| plan)
    });
    let plan = checking.await??;
    let is_proven = sides.account.is_some();
    Ok(PreparedRewrite { plan, target: sides.target, notices, is_proven, rewriter })
}

/// What is known of both registries.
struct Sides {
    account: Option<Account>,
    names: CcrNames,
    target: Option<Host>,
}

impl Sides {
    async fn open(
        settings: &Settings,
        environment: &Environment,
        offline: bool,
        notices: &mut Vec<String>,
    ) -> Result<Self, AccountError> {
        if offline {
            let (ccr, mapping) = ccr_names(settings)?;
            let names = CcrNames { ccr, mapping, owned: None };
            return Ok(Self { account: None, names, target: settings.tcr_host.clone() });
        }
        let account = Account::open(settings, environment, RequiredApis::None).await?;
        let target = account.target_host.clone().ok_or(AccountError::NoTarget)?;
        notices.extend(account.notices.iter().cloned());
        let (owned, unknown) = owned_namespaces(settings, environment).await;
        notices.extend(unknown);
        let names =
            CcrNames { ccr: account.ccr_hosts.clone(), mapping: account.mapping.clone(), owned };
        Ok(Self { account: Some(account), names, target: Some(target) })
    }
}

/// Tells the threads that read, which nobody waits for any more.
#[derive(Default)]
struct StopWhenDropped(Arc<AtomicBool>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads all files; what to know of them besides.
fn read_tree(
    wanted: &Wanted,
    exclude: &[Glob],
    rewriter: &Rewriter,
    stop: &AtomicBool,
) -> Result<(RewritePlan, Vec<String>), TreeError> {
    let is_wanted = |path: &Path| {
        let mut folders = path.ancestors().map(Path::to_string_lossy);
        !folders.any(|folder| exclude.iter().any(|glob| glob.matches(&folder)))
    };
    let looking = Looking {
        threads: threads(),
        stop,
        is_wanted,
        names: |bytes: &[u8]| rewriter.finder.is_worth_reading(bytes),
        look: |file: &Listed, bytes: &[u8]| {
            let (findings, unreadable) = rewriter.look(&file.path(), bytes);
            (!findings.is_empty()).then_some((findings, unreadable))
        },
    };
    let looks = tree::look(wanted, looking)?;
    let counts = looks.counts;
    let files = looks.found.into_iter().map(|looked| {
        let (findings, unreadable) = looked.what;
        let (path, file, refused) = (looked.file.path(), looked.file, looked.left_out);
        FilePlan { path, file, findings, unreadable, refused, stamp: looked.stamp }
    });
    let plan = RewritePlan { files: files.collect(), left_out: looks.left_out, read: counts.files };
    let mut told: Vec<String> = looks.unasked.iter().map(Unasked::message).collect();
    for (count, one, many) in [
        (counts.symlinks, "symbolic link was", "symbolic links were"),
        (counts.lfs_pointers, "pointer of Git LFS was", "pointers of Git LFS were"),
        (
            counts.not_checked_out,
            "file that the sparse checkout leaves out was",
            "files that the sparse checkout leaves out were",
        ),
    ] {
        if count > 0 {
            told.push(format!("{} not looked at", counted(count, one, many)));
        }
    }
    for file in &looks.left_behind {
        let path = file.path();
        told.push(format!("{} was left by a run that was killed: delete it", path.display()));
    }
    Ok((plan, told))
}

/// How many files are read at a time.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |count| count.get().min(16))
}

impl RewritePlan {
    /// Reads each file that is to be rewritten once more, and leaves what can't be made, or would
    /// not stay as it is in a second run.
    fn check(&mut self, rewriter: &Rewriter, stop: &AtomicBool) {
        let files = parking_lot::Mutex::new(self.files.iter_mut());
        std::thread::scope(|scope| {
            for _ in 0..threads() {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed)
                        && let Some(file) = { files.lock().next() }
                    {
                        if file.is_rewritten() {
                            file.check(rewriter);
                        }
                    }
                });
            }
        });
    }

    /// Refuses files that Git has no version of as they are.
    fn refuse_dirty(&mut self) -> Result<(), TreeError> {
        let mut rewritten: Vec<&mut FilePlan> =
            self.files.iter_mut().filter(|file| file.is_rewritten()).collect();
        let files: Vec<&Listed> = rewritten.iter().map(|file| &file.file).collect();
        let answers = tree::dirty(&files)?;
        for (file, dirty) in rewritten.iter_mut().zip(answers) {
            file.refused = dirty.map(LeftOut::Dirty);
        }
        Ok(())
    }
}

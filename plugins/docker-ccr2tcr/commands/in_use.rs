//! `--in-use`: what clusters use of CCR, read before the account is opened.

use std::collections::BTreeSet;

use ccr2tcr::account::Settings;
use ccr2tcr::diagnostic::{Diagnostic, counted};
use ccr2tcr::image::Reference;
use ccr2tcr::kubernetes::{ClusterError, ConnectionSettings};
use ccr2tcr::switch::{
    ImagesInUse, Inventory, PrepareError, Scope, SwitchInputs, Unread, contexts, read_usage,
    side_by_side,
};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::UsedImages;

use super::problems;
use crate::cli::InUseArgs;
use crate::exit::ExitCode;

/// Objects in a page, as kubectl asks for them.
const CHUNK: u32 = 500;

/// Asks every cluster that is meant. One that can't be read costs itself alone; `Err` is how the run
/// ends if none can be.
pub(super) async fn read(
    args: &InUseArgs,
    account: &Settings,
    printer: &Printer,
) -> Result<UsedImages, ExitCode> {
    let base = ConnectionSettings { kubeconfig: args.kubeconfig.clone(), ..Default::default() };
    let clusters: Vec<ConnectionSettings> = match contexts(&args.kube_context, &base) {
        Ok(names) if names.is_empty() => vec![base],
        Ok(names) => {
            let of = |name| ConnectionSettings { context: Some(name), ..base.clone() };
            names.into_iter().map(of).collect()
        }
        Err(error) => {
            let hint = "kubectl config get-contexts lists them; '*' means all";
            return Err(problems::plain(printer, &error.to_string(), Some(hint)));
        }
    };
    let found = side_by_side(&clusters, |cluster| inventory(cluster, account)).await;
    let mut used = UsedImages::default();
    let (mut images, mut excluded) = (BTreeSet::<Reference>::new(), 0);
    let mut failed = Vec::new();
    for (cluster, found) in clusters.iter().zip(found) {
        let name = name_of(cluster);
        let inventory = match found {
            Ok(inventory) => inventory,
            Err(error) => {
                failed.push((name, diagnostic(&error)));
                continue;
            }
        };
        let here = ImagesInUse::of(&inventory);
        printer
            .note(&format!("{name} uses {} of CCR", counted(here.images.len(), "image", "images")));
        excluded += here.excluded.len();
        images.extend(here.images);
        for why in here.unusable {
            used.add_unread(format!("an image in use in {name}"), Diagnostic::new(why));
        }
        for unread in inventory.unread.into_iter().filter(Unread::may_hide_images) {
            used.add_unread(place(&unread, &name), Diagnostic::new(unread.why));
        }
    }
    if failed.len() == clusters.len() {
        for (name, why) in &failed {
            let message = format!("{name} can't be read: {}", why.message);
            problems::plain(printer, &message, why.hint.as_deref());
        }
        return Err(ExitCode::CouldNotStart);
    }
    for (name, why) in failed {
        used.add_unread(format!("what {name} uses"), why);
    }
    if excluded > 0 {
        let images = counted(excluded, "image in use is", "images in use are");
        printer.note(&format!("{images} left out: excluded by the mapping file"));
    }
    if images.is_empty() {
        printer.note("no image of CCR is in use there, as far as that could be read");
    }
    for image in images {
        used.add(image);
    }
    Ok(used)
}

/// What a cluster has. Where the user may list nothing over all namespaces, that of the context is
/// read.
async fn inventory(
    cluster: &ConnectionSettings,
    account: &Settings,
) -> Result<Inventory, PrepareError> {
    let read = async |all_namespaces| {
        let scope = Scope { chunk_size: CHUNK, ..Scope::default() };
        let inputs = SwitchInputs { connection: cluster, account, scope, all_namespaces };
        read_usage(&inputs, false).await.map(|usage| usage.inventory)
    };
    let everywhere = read(true).await?;
    let is_refused = everywhere.unread.iter().any(|unread| unread.forbidden)
        && everywhere.looked_at.values().sum::<usize>() == 0;
    if !is_refused {
        return Ok(everywhere);
    }
    let mut one = read(false).await?;
    one.unread.push(Unread {
        what: "all other namespaces".to_owned(),
        namespace: None,
        why: "the user may list nothing there; name a context for each namespace".to_owned(),
        forbidden: true,
    });
    Ok(one)
}

fn name_of(cluster: &ConnectionSettings) -> String {
    match &cluster.context {
        Some(context) => format!("context {context}"),
        None => "the current context".to_owned(),
    }
}

fn place(unread: &Unread, context: &str) -> String {
    match &unread.namespace {
        Some(namespace) => format!("{} of namespace {namespace} of {context}", unread.what),
        None => format!("{} of {context}", unread.what),
    }
}

fn diagnostic(error: &PrepareError) -> Diagnostic {
    let hint = match error {
        PrepareError::Cluster(error) => Some(ClusterError::hint(error)),
        PrepareError::Account(error) => error.hint(),
        PrepareError::Refused(_) => None,
    };
    Diagnostic { hint, ..Diagnostic::new(error.to_string()) }
}

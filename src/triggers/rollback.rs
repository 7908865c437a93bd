//! Deleting the webhooks that a run has made, if they are still as it made them.

use super::plan::existing;
use super::undo_file::MadeWebhook;
use crate::diagnostic::Diagnostic;
use crate::tencent::{ApiError, Enterprise, NamespaceWebhook};

/// A webhook of an undo file, and what there is of it now.
#[derive(Debug, Clone)]
pub struct RollbackEntry {
    /// What was made.
    pub made: MadeWebhook,
    /// What there is.
    pub found: Found,
}

/// What there is of a webhook that was made.
#[derive(Debug, Clone)]
pub enum Found {
    /// It is as it was made, and has this number.
    Unchanged(i64),
    /// It is there, and somebody has changed it: it is left.
    Changed,
    /// It isn't there.
    Gone,
    /// That can't be read.
    Unread(Diagnostic),
    /// It was there, and has been deleted.
    Deleted,
    /// It was to be deleted, and is still there.
    Failed(Diagnostic),
}

/// Looks what there is of the webhooks of an undo file.
pub async fn look(webhooks: Vec<MadeWebhook>, enterprise: &Enterprise) -> Vec<RollbackEntry> {
    let mut entries = Vec::new();
    for made in webhooks {
        let found = look_at(&made, enterprise).await;
        entries.push(RollbackEntry { made, found });
    }
    entries
}

/// Deletes those that are unchanged; each is looked at once more before, and after.
pub async fn roll_back(entries: &mut [RollbackEntry], enterprise: &Enterprise) {
    for RollbackEntry { made, found } in entries {
        if !matches!(found, Found::Unchanged(_)) {
            continue;
        }
        *found = look_at(made, enterprise).await;
        let Found::Unchanged(id) = *found else { continue };
        let deleted = enterprise.delete_webhook(&made.namespace, id).await;
        *found = match (look_at(made, enterprise).await, deleted) {
            (Found::Gone, _) => Found::Deleted,
            (_, Err(error)) => Found::Failed(error.diagnostic()),
            (Found::Unread(why), Ok(())) => Found::Failed(why),
            (_, Ok(())) => {
                Found::Failed(Diagnostic::new("the API says that it is deleted, and lists it"))
            }
        };
    }
}

async fn look_at(made: &MadeWebhook, enterprise: &Enterprise) -> Found {
    match find(made, enterprise).await {
        Ok(None) => Found::Gone,
        Ok(Some(found)) if found.is_like(&made.as_made()) => Found::Unchanged(found.id),
        Ok(Some(_)) => Found::Changed,
        Err(error) => Found::Unread(error.diagnostic()),
    }
}

/// By its number. A run that ended before it knew the number has left the name, which no other webhook
/// of the namespace had then.
async fn find(
    made: &MadeWebhook,
    enterprise: &Enterprise,
) -> Result<Option<NamespaceWebhook>, ApiError> {
    let listing = existing(enterprise, &made.namespace).await?;
    let is_it = |found: &NamespaceWebhook| match made.id {
        Some(id) => found.id == id,
        None => found.name == made.name,
    };
    Ok(listing.items.into_iter().find(is_it))
}

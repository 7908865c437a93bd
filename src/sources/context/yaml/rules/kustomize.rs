//! What kustomize looks for.

use super::super::at::At;
use crate::sources::context::Purpose;

/// `name` in kustomize's `images` is looked for, and so is what stands in front of `=` where Argo CD
/// has them.
pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let mut keys = at.keys();
    match (keys.next()?, keys.next()) {
        ("name", Some("images" | "imageTags" | "imageTag")) => {
            let is_written = ["newName", "newTag", "tagSuffix"].iter().any(|key| at.is_beside(key));
            (is_written || is_kustomize(at)).then_some(Purpose::Matcher)
        }
        // `OLD=NEW`, or `OLD:TAG`.
        ("images", Some("kustomize")) if at.begins() => Some(Purpose::Matcher),
        _ => None,
    }
}

fn is_kustomize(at: &At<'_>) -> bool {
    let is_kind = at.object().is_some_and(|(api, kind)| {
        api.contains("kustomize") && matches!(kind, "Kustomization" | "Component")
    });
    let has_name =
        matches!(at.file_name(), "kustomization.yaml" | "kustomization.yml" | "kustomization");
    is_kind || has_name || at.keys().any(|key| key == "kustomize")
}

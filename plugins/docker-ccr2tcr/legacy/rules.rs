//! `--ruleFile`: which repositories go where, `source: target` line by line.

use std::path::Path;

use ccr2tcr::image::{Host, RepositoryName, Tag};

use super::LegacyError;
use super::files::{Entries, ReadFile, read};

/// One line of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LegacyRule {
    pub(crate) source_host: Host,
    pub(crate) source_repository: RepositoryName,
    /// Which tags are meant.
    pub(crate) tags: TagSelector,
    pub(crate) target_host: Host,
    pub(crate) target_repository: RepositoryName,
    /// What the tags are called there, one for each of the source's; `None` keeps their names.
    pub(crate) target_tags: Option<Vec<Tag>>,
}

/// Which tags of a repository a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagSelector {
    All,
    Some(Vec<Tag>),
}

// Where a name without a host belongs, in the old tool's words (utils.NewRepoURL); logins are
// filed under this name too.
const DOCKER_HUB: &str = "registry.hub.docker.com";

struct Side {
    host: Host,
    repository: RepositoryName,
    tags: Option<Vec<Tag>>,
}

/// Reads a rule file. `registry` is where a source without a target goes, from `--registry`.
pub(super) fn rules(
    path: &Path,
    read_file: ReadFile<'_>,
    registry: Option<&str>,
) -> Result<Vec<LegacyRule>, LegacyError> {
    let expected = "expected lines of `SOURCE: TARGET`, each REPOSITORY or REPOSITORY:TAG";
    let entries: Entries<Option<String>> = read(path, read_file, expected)?;
    let entries = entries.unique(path)?;
    if entries.is_empty() {
        return Err(LegacyError::file(path, format!("holds no rule: {expected}")));
    }
    entries
        .iter()
        .map(|(source, target)| {
            rule(source, target.as_deref().unwrap_or_default(), registry)
                .map_err(|reason| LegacyError::file(path, format!("`{source}`: {reason}")))
        })
        .collect()
}

fn rule(source: &str, target: &str, registry: Option<&str>) -> Result<LegacyRule, String> {
    let source = side(source)?;
    let target = if target.trim().is_empty() {
        let registry = registry.ok_or(
            "names no target, and --registry is not given (image-transfer never read \
             DEFAULT_REGISTRY)",
        )?;
        let host = registry.parse().map_err(|error| format!("--registry: {error}"))?;
        Side { host, repository: source.repository.clone(), tags: None }
    } else {
        side(target).map_err(|reason| format!("target `{target}`: {reason}"))?
    };
    match (&source.tags, &target.tags) {
        (None, Some(_)) => {
            return Err("means all tags, so its target can't name one".to_owned());
        }
        (Some(from), Some(to)) if from.len() != to.len() => {
            return Err(format!("names {} tags, and its target {}", from.len(), to.len()));
        }
        _ => {}
    }
    Ok(LegacyRule {
        source_host: source.host,
        source_repository: source.repository,
        tags: source.tags.map_or(TagSelector::All, TagSelector::Some),
        target_host: target.host,
        target_repository: target.repository,
        target_tags: target.tags,
    })
}

fn side(text: &str) -> Result<Side, String> {
    let text = text.trim();
    if text.contains('@') {
        return Err("a digest can't be a rule here; use --images for it".to_owned());
    }
    // The old tool asked for a dot, and so took `localhost:5000` for a user of Docker Hub.
    let (host, path) = match text.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (first, path),
        _ => (DOCKER_HUB, text),
    };
    let (path, tags) = match path.split_once(':') {
        Some((path, tags)) => {
            let tags = tags.split(',').map(|tag| tag.trim().parse::<Tag>());
            (path, Some(tags.collect::<Result<_, _>>().map_err(|error| error.to_string())?))
        }
        None => (path, None),
    };
    let path = if host == DOCKER_HUB && !path.contains('/') {
        format!("library/{path}")
    } else {
        path.to_owned()
    };
    Ok(Side {
        host: host.parse().map_err(|error: ccr2tcr::image::HostError| error.to_string())?,
        repository: path
            .parse()
            .map_err(|error: ccr2tcr::image::ReferenceError| error.to_string())?,
        tags,
    })
}

//! Finding, reading and merging kubeconfigs, as kubectl does (client-go `clientcmd/loader.go`).
//!
//! kube's own reader fails on a missing file of a list, takes an empty path for a path, and shows
//! the text around an error, which may be a token. Which context is meant is for `target`.

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Kubeconfig};
use secrecy::ExposeSecret as _;

use crate::environment::Environment;
use crate::kubernetes::error::ClusterError;
use crate::text;

/// What all files together say.
#[derive(Default)]
pub(in crate::kubernetes) struct Merged {
    pub(in crate::kubernetes) config: Kubeconfig,
    /// The files that were looked for.
    pub(in crate::kubernetes) looked: Vec<PathBuf>,
}

impl Merged {
    /// Whether there is nothing in them to work with.
    pub(in crate::kubernetes) fn is_empty(&self) -> bool {
        let config = &self.config;
        config.clusters.is_empty() && config.contexts.is_empty() && config.auth_infos.is_empty()
    }
}

/// Reads the file that a flag names, else those of KUBECONFIG, else `~/.kube/config`.
pub(in crate::kubernetes) fn read(
    named: Option<&Path>,
    environment: &Environment,
) -> Result<Merged, ClusterError> {
    let named = named.filter(|path| !path.as_os_str().is_empty());
    let mut looked: Vec<PathBuf> = Vec::new();
    if let Some(path) = named {
        looked.push(path.to_owned());
    } else if let Some(list) = environment.path("KUBECONFIG") {
        for path in std::env::split_paths(list) {
            if !path.as_os_str().is_empty() && !looked.contains(&path) {
                looked.push(path);
            }
        }
    } else {
        looked.extend(environment.in_home(".kube/config"));
    }
    let mut config = Kubeconfig::default();
    for path in &looked {
        match read_file(path) {
            Ok(next) => merge(&mut config, next),
            Err(ReadError::Missing) if named.is_none() => {}
            Err(ReadError::Missing) => {
                return Err(problem(path, None, "there is no such file".to_owned()));
            }
            Err(ReadError::Bad { line, reason }) => return Err(problem(path, line, reason)),
        }
    }
    Ok(Merged { config, looked })
}

fn problem(path: &Path, line: Option<usize>, reason: String) -> ClusterError {
    ClusterError::Kubeconfig { path: path.to_owned(), line, reason }
}

enum ReadError {
    Missing,
    Bad { line: Option<usize>, reason: String },
}

fn read_file(path: &Path) -> Result<Kubeconfig, ReadError> {
    let bad = |reason: &str| ReadError::Bad { line: None, reason: reason.to_owned() };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ReadError::Missing);
        }
        Err(_) if path.is_dir() => return Err(bad("it is a directory")),
        Err(error) => return Err(bad(&error.to_string())),
    };
    let text = text::decode(bytes).map_err(|error| bad(&error.to_string()))?;
    if text.trim().is_empty() {
        return Ok(Kubeconfig::default());
    }
    let mut config = parse(&text)?;
    // What kubectl says of another: no kind "Config" is registered for that version.
    let kind = (config.kind.as_deref(), config.api_version.as_deref());
    if !matches!(kind.0, None | Some("" | "Config")) || !matches!(kind.1, None | Some("" | "v1")) {
        return Err(bad("it is none: its kind is not Config, or its apiVersion is not v1"));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for cluster in config.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        tidy_cluster(cluster, &folder);
    }
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        tidy_user(user, &folder);
    }
    for context in config.contexts.iter_mut().filter_map(|named| named.context.as_mut()) {
        drop_empty(&mut context.user);
        drop_empty(&mut context.namespace);
    }
    drop_empty(&mut config.current_context);
    Ok(config)
}

/// Go's reader knows YAML's merge keys, and takes the last of a key that stands there twice.
fn parse(text: &str) -> Result<Kubeconfig, ReadError> {
    let strict = serde_yaml::from_str::<Option<Kubeconfig>>(text);
    if let Ok(config) = &strict
        && !text.contains("<<")
    {
        return Ok(config.clone().unwrap_or_default());
    }
    let lenient = serde_yaml::from_str(text).ok().and_then(|mut value| {
        apply_merge_keys(&mut value);
        serde_json::from_value::<Option<Kubeconfig>>(value).ok()
    });
    match (lenient, strict) {
        (Some(config), _) | (None, Ok(config)) => Ok(config.unwrap_or_default()),
        (None, Err(error)) => Err(ReadError::Bad {
            line: error.location().map(|location| location.line()),
            reason: without_values(&error.to_string()),
        }),
    }
}

/// `<<: *defaults`: what a map has itself wins, then the first of several.
fn apply_merge_keys(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.values_mut().for_each(apply_merge_keys);
            let merged = map.remove("<<").map(|merged| match merged {
                serde_json::Value::Array(several) => several,
                one => vec![one],
            });
            for one in merged.into_iter().flatten() {
                let serde_json::Value::Object(one) = one else { continue };
                for (key, inner) in one {
                    map.entry(key).or_insert(inner);
                }
            }
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(apply_merge_keys),
        _ => {}
    }
}

/// The parser's message without the values it repeats, and without the place, which is told apart.
fn without_values(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let Some((head, rest)) = message.split_once("invalid type: ").or_else(|| {
        message.split_once("invalid value: ").or_else(|| message.split_once("unknown variant "))
    }) else {
        return message.to_owned();
    };
    let wanted = rest.rsplit_once(", expected ").map_or("something else", |(_, wanted)| wanted);
    format!("{head}expected {wanted}")
}

/// Empty values count as absent, and paths are relative to the file that they stand in
/// (client-go `clientcmd.ResolvePaths`).
fn tidy_cluster(cluster: &mut Cluster, folder: &Path) {
    drop_empty(&mut cluster.server);
    drop_empty(&mut cluster.proxy_url);
    drop_empty(&mut cluster.tls_server_name);
    drop_empty(&mut cluster.certificate_authority_data);
    resolve(&mut cluster.certificate_authority, folder);
}

fn tidy_user(user: &mut AuthInfo, folder: &Path) {
    for text in [&mut user.client_certificate_data, &mut user.username, &mut user.impersonate] {
        drop_empty(text);
    }
    for secret in [&mut user.token, &mut user.client_key_data, &mut user.password] {
        secret.take_if(|secret| secret.expose_secret().is_empty());
    }
    for path in [&mut user.client_certificate, &mut user.client_key, &mut user.token_file] {
        resolve(path, folder);
    }
    if let Some(command) = user.exec.as_mut().and_then(|exec| exec.command.as_mut()) {
        // A bare name is looked for in PATH.
        if command.contains(std::path::MAIN_SEPARATOR) {
            *command = folder.join(&*command).to_string_lossy().into_owned();
        }
    }
}

fn drop_empty(text: &mut Option<String>) {
    text.take_if(|text| text.is_empty());
}

fn resolve(path: &mut Option<String>, folder: &Path) {
    drop_empty(path);
    if let Some(path) = path {
        *path = folder.join(&*path).to_string_lossy().into_owned();
    }
}

/// The first file to say something wins; entries of one name are not mixed.
fn merge(config: &mut Kubeconfig, next: Kubeconfig) {
    config.current_context = config.current_context.take().or(next.current_context);
    add_new(&mut config.clusters, next.clusters, |entry| &entry.name);
    add_new(&mut config.contexts, next.contexts, |entry| &entry.name);
    add_new(&mut config.auth_infos, next.auth_infos, |entry| &entry.name);
}

fn add_new<T>(all: &mut Vec<T>, next: Vec<T>, name: impl Fn(&T) -> &str) {
    for entry in next {
        if !all.iter().any(|known| name(known) == name(&entry)) {
            all.push(entry);
        }
    }
}

#[cfg(test)]
mod tests;

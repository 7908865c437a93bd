//! What keeps a job from being written, read or deleted.

use std::path::PathBuf;

use crate::image::{Digest, Host};
use crate::kubernetes::ClusterError;
use crate::registry::{LoginError, RegistryError};

/// Why a job can't be written, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It runs.
    #[error("job {name} runs in namespace {namespace}: {done} of {shards} shards are done")]
    Runs {
        /// Its name.
        name: String,
        /// Where.
        namespace: String,
        /// Shards that have ended well.
        done: usize,
        /// All of them.
        shards: usize,
    },
    /// There is none.
    #[error("there is no job {name} in namespace {namespace}")]
    NotFound {
        /// Its name.
        name: String,
        /// Where.
        namespace: String,
    },
    /// Something of ours would take the place of something else.
    #[error("{what} is there, and wasn't made by this program: it is left as it is")]
    Foreign {
        /// `job/NAME`
        what: String,
    },
    /// A Secret that the user named is no good.
    #[error("Secret {name} {why}")]
    Secret {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The one before has not gone.
    #[error("{what} is still being deleted")]
    NotGone {
        /// `job/NAME`
        what: String,
    },
    /// Shards can't push without a login that lasts.
    #[error(
        "no login for {0} that lasts as long as a job: a token made with the API key ends within the hour"
    )]
    NoLogin(Host),
    /// The logins can't be read.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The program's image is named by no digest.
    #[error("{0} names no digest: shards that start at other times could run other programs")]
    NoDigest(String),
    /// The program's image is another than that of the file.
    #[error("{} has another image, {digest}", path.display())]
    OtherDigest {
        /// The file.
        path: PathBuf,
        /// What it has.
        digest: Digest,
    },
    /// The file is not the program's image.
    #[error("{}: {why}", path.display())]
    ImageFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The program's image can't be pushed.
    #[error(transparent)]
    Push(#[from] RegistryError),
    /// Certificates that shards are to trust can't be read.
    #[error("{}: {why}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A list can't be packed.
    #[error("a list can't be packed: {0}")]
    List(std::io::Error),
    /// A request failed.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

impl JobError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Runs { name, namespace, .. } => format!(
                "docker ccr2tcr job status -n {namespace} --name {name}; another job needs another --name"
            ),
            Self::NotFound { .. } => {
                "kubectl get jobs -A -l app.kubernetes.io/managed-by=ccr2tcr".to_owned()
            }
            Self::Foreign { .. } => "choose another name: --name".to_owned(),
            Self::Secret { name, .. } => format!(
                "kubectl create secret generic {name} --type kubernetes.io/dockerconfigjson --from-file .dockerconfigjson=FILE"
            ),
            Self::NotGone { what } => format!("see what holds it: kubectl get {what} -o yaml"),
            Self::NoLogin(host) => format!(
                "log in with a long-term credential (docker ccr2tcr login, docker login {host}), or name a Secret with logins: --secret NAME"
            ),
            Self::NoDigest(_) => {
                "--image HOST/NAMESPACE/REPOSITORY@sha256:…, or --image-file FILE, whose digest it then gets".to_owned()
            }
            Self::OtherDigest { .. } => "leave the digest out of --image".to_owned(),
            Self::ImageFile { .. } => {
                "it has to be ccr2tcr-vVERSION-image.tar of a release, or of `make image`".to_owned()
            }
            Self::Push(error) => return error.hint(),
            Self::Login(error) => return error.hint(),
            Self::List(_) | Self::Certificates { .. } => return None,
            Self::Cluster(error) => error.hint(),
        })
    }
}

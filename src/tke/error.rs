//! Why it isn't known which cluster a context is.

use crate::kubernetes::ClusterError;
use crate::tencent::ApiError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum TkeError {
    /// The API refused, or was not reached.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The kubeconfig or the cluster.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// None of the account's clusters is this one.
    #[error("{server} is none of the {looked} TKE clusters that the API key sees in {regions}")]
    NotFound {
        /// The API server's address.
        server: String,
        /// How many clusters were compared.
        looked: usize,
        /// Where.
        regions: String,
    },
}

impl TkeError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::Cluster(error) => Some(error.hint()),
            Self::NotFound { .. } => Some(
                "use a key of the account that the cluster belongs to; a cluster that isn't TKE's \
                 has nothing to be linked"
                    .to_owned(),
            ),
        }
    }
}

//! The classes of errors that programs tell apart.

/// The class of an error, for exit codes and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// No login, a refused login, or one without the right.
    Auth,
    /// The repository, manifest or blob isn't there.
    NotFound,
    /// Too many requests.
    Rate,
    /// No connection, or a broken one.
    Network,
    /// Bytes that are not what their digest or size says.
    Digest,
    /// A rule of the registry: immutable tags, scans.
    Policy,
    /// No space left.
    Quota,
    /// An answer or a request that breaks the protocol, or the registry says so.
    Invalid,
    /// The registry failed.
    Server,
}

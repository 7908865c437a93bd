//! Where webhooks send to. Such an address often carries a token; it is never shown but for its host.

use url::Url;

use crate::secret::Secret;

/// A receiver of webhooks.
#[derive(Debug, Clone)]
pub struct Receiver {
    address: Secret,
    host: String,
}

/// An address that can't be used. The errors don't quote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiverError {
    /// It isn't one.
    #[error("the receiver is not an address that begins with https:// or http://")]
    NotAnAddress,
    /// It may hold a secret, and stands where everybody on the machine can read it.
    #[error("the receiver's address has a login or a query, which may be a secret")]
    SecretInFlag,
}

impl ReceiverError {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotAnAddress => "name it as in --receiver https://hooks.example.com/tcr",
            Self::SecretInFlag => {
                "put it where others on this machine can't read it: --receiver-file FILE, or the \
                 variable CCR2TCR_RECEIVER"
            }
        }
    }
}

impl Receiver {
    /// The receiver of a file or variable.
    ///
    /// # Errors
    /// [`ReceiverError::NotAnAddress`]
    pub fn of(text: &Secret) -> Result<Self, ReceiverError> {
        let url = url(text)?;
        let host = url.host_str().ok_or(ReceiverError::NotAnAddress)?;
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Self { address: text.expose().trim().into(), host })
    }

    /// The receiver of a flag.
    ///
    /// # Errors
    /// Also if the address has parts that are usually secret.
    pub fn of_flag(text: &Secret) -> Result<Self, ReceiverError> {
        let url = url(text)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if is_bare { Self::of(text) } else { Err(ReceiverError::SecretInFlag) }
    }

    /// `host[:port]`, which is all that is shown.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The whole address.
    #[must_use]
    pub fn address(&self) -> &Secret {
        &self.address
    }
}

fn url(text: &Secret) -> Result<Url, ReceiverError> {
    let url = Url::parse(text.expose().trim()).ok();
    url.filter(|url| matches!(url.scheme(), "https" | "http")).ok_or(ReceiverError::NotAnAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_shows_its_host_alone() {
        let text = Secret::from("https://u:canary@hooks.example:8443/canary?token=canary\n");
        let receiver = Receiver::of(&text).unwrap();
        assert_eq!(receiver.host(), "hooks.example:8443");
        assert!(!format!("{receiver:?}").contains("canary"));
        assert!(!receiver.address().expose().ends_with('\n'));
        assert_eq!(Receiver::of_flag(&text).unwrap_err(), ReceiverError::SecretInFlag);
        assert!(Receiver::of_flag(&"https://hooks.example/tcr".into()).is_ok());
        for wrong in ["", "hooks.example", "ftp://hooks.example", "file:///x"] {
            assert_eq!(Receiver::of(&wrong.into()).unwrap_err(), ReceiverError::NotAnAddress);
        }
    }
}

//! Docker's credential helpers: `docker-credential-NAME get|store`, spoken to on the standard
//! streams. Why this isn't the `docker_credential` crate is said in `config`.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::http::Secret;

use crate::registry::LoginError;
use crate::registry::transport::clean;

/// How helpers are found and how long they may take.
#[derive(Debug, Clone)]
pub(crate) struct Helpers {
    /// A `PATH`.
    pub(crate) search: OsString,
    pub(crate) limit: Duration,
    /// Those that have used up their time: each host of a run would wait for them again.
    hung: Arc<Mutex<HashMap<String, LoginError>>>,
}

/// A server's login as a helper gives it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HelperLogin {
    #[serde(default)]
    pub(crate) username: String,
    pub(crate) secret: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ToStore<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    username: &'a str,
    secret: &'a str,
}

impl Helpers {
    pub(crate) fn new(search: OsString, limit: Duration) -> Self {
        Self { search, limit, hung: Arc::default() }
    }

    /// Asks a helper for a server's login, by each of the spellings until one is known.
    pub(crate) async fn get(
        &self,
        name: &str,
        servers: &[String],
    ) -> Result<Option<HelperLogin>, LoginError> {
        let ask = async {
            for server in servers {
                let answer = match self.run(name, "get", server.clone().into()).await {
                    // The words of the helpers' library; there is no code for it
                    // (docker-credential-helpers, credentials/error.go).
                    Err(LoginError::HelperFailed { message, .. })
                        if message.contains("credentials not found") =>
                    {
                        continue;
                    }
                    answer => answer?,
                };
                let found: HelperLogin = serde_json::from_str(answer.expose()).map_err(|_| {
                    failed(name, "its answer is not the JSON of a login".to_owned())
                })?;
                // Some helpers give an empty login instead of an error.
                if !found.secret.is_empty() {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        };
        self.limited(name, ask).await
    }

    /// Gives a login to a helper, on its standard input.
    pub(crate) async fn store(
        &self,
        name: &str,
        server: &str,
        username: &str,
        secret: &Secret,
    ) -> Result<(), LoginError> {
        let login = ToStore { server, username, secret: secret.expose() };
        let input = serde_json::to_string(&login)
            .map_err(|_| failed(name, "the login can't be written as JSON".to_owned()))?;
        self.limited(name, self.run(name, "store", input.into())).await.map(drop)
    }

    async fn limited<T>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, LoginError>>,
    ) -> Result<T, LoginError> {
        if let Some(error) = self.hung.lock().get(name) {
            return Err(error.clone());
        }
        // Dropping the future kills the child; processes that it has started are not waited for.
        tokio::time::timeout(self.limit, work).await.unwrap_or_else(|_| {
            let seconds = self.limit.as_secs_f64().ceil();
            // Limits are seconds: the conversion loses nothing.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let error = LoginError::HelperHangs { helper: program(name), seconds: seconds as u64 };
            self.hung.lock().insert(name.to_owned(), error.clone());
            Err(error)
        })
    }

    async fn run(&self, name: &str, action: &str, input: Secret) -> Result<Secret, LoginError> {
        let path = self.find(name)?;
        let mut child = Command::new(path)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(name, error.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A helper that doesn't read its input says why in its output.
            let _ = stdin.write_all(input.expose().as_bytes()).await;
        }
        let output =
            child.wait_with_output().await.map_err(|error| failed(name, error.to_string()))?;
        if output.status.success() {
            let text = String::from_utf8(output.stdout)
                .map_err(|_| failed(name, "its answer is not text".to_owned()))?;
            return Ok(text.into());
        }
        // Helpers write their error to standard output; a crash is on standard error.
        let said =
            [output.stdout, output.stderr].map(|said| clean(&String::from_utf8_lossy(&said)));
        let said = said.into_iter().find(|said| !said.is_empty());
        Err(failed(name, said.unwrap_or_else(|| output.status.to_string())))
    }

    fn find(&self, name: &str) -> Result<PathBuf, LoginError> {
        let missing = || LoginError::HelperMissing { helper: program(name) };
        // The name is from a file; it must not point outside of PATH.
        if name.contains(['/', '\\']) {
            return Err(missing());
        }
        let file = format!("{}{}", program(name), std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&self.search)
            .map(|folder| folder.join(&file))
            .find(|path| path.is_file())
            .ok_or_else(missing)
    }
}

/// Held by tests that write a script and run it: a process that another test starts in between
/// would inherit the file while it is open for writing ("text file busy").
#[cfg(test)]
pub(crate) static SCRIPTS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn program(name: &str) -> String {
    format!("docker-credential-{}", clean(name))
}

fn failed(name: &str, message: String) -> LoginError {
    LoginError::HelperFailed { helper: program(name), message }
}

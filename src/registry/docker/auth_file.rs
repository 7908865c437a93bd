//! A login given as a file: `--ccr-auth-file`, `--tcr-auth-file`.

use std::path::Path;

use crate::image::Host;

use super::config::DockerConfig;
use crate::registry::{Login, LoginError, LoginKind};

/// Reads a login for `host` out of `text`: one line USER:PASSWORD, or a Docker `config.json`
/// with an entry for the host. `origin` is the flag, for messages.
///
/// `None` if it is a `config.json` without such an entry. Its credential helpers are not asked.
///
/// # Errors
/// [`LoginError::AuthFile`] or [`LoginError::ConfigNotJson`]; neither shows a part of the text.
pub fn parse_auth_file(text: &str, host: &Host, origin: &str) -> Result<Option<Login>, LoginError> {
    if text.trim_start().starts_with('{') {
        let path = Path::new(origin);
        let login = DockerConfig::parse(text, path)?.login(host, path)?;
        return Ok(login.map(|login| Login { origin: origin.to_owned(), ..login }));
    }
    let error = |reason| LoginError::AuthFile { origin: origin.to_owned(), reason };
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(error("it has more than one line"));
    }
    let (username, password) = line.split_once(':').ok_or_else(|| error("it has no colon"))?;
    if username.is_empty() || password.is_empty() {
        return Err(error("the user name or the password is missing"));
    }
    Ok(Some(Login {
        username: username.to_owned(),
        password: password.into(),
        kind: LoginKind::Password,
        origin: origin.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<(String, String)>, LoginError> {
        let login = parse_auth_file(text, &"r.lan".parse().unwrap(), "--ccr-auth-file")?;
        if let Some(login) = &login {
            assert_eq!(login.origin, "--ccr-auth-file");
        }
        Ok(login.map(|login| (login.username, login.password.expose().to_owned())))
    }

    #[test]
    fn one_line_is_split_at_the_first_colon() {
        let expected = |password: &str| Ok(Some(("u".to_owned(), password.to_owned())));
        assert_eq!(read("u:p:q"), expected("p:q"));
        assert_eq!(read("u:p \n"), expected("p "));
        assert_eq!(read("u:p\r\n"), expected("p"));
        for bad in ["", "\n", "hunter2", ":p", "u:", "u:p\nv:q\n", "u:p\n\n"] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.contains("--ccr-auth-file") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_docker_config_is_read_too() {
        let config = r#"{"auths":{"https://r.lan/v2/":{"auth":"dTpw"}}}"#;
        assert_eq!(read(config), Ok(Some(("u".to_owned(), "p".to_owned()))));
        assert_eq!(read(r#"{"auths":{"other.lan":{"auth":"dTpw"}}}"#), Ok(None));
        assert!(matches!(read("{"), Err(LoginError::ConfigNotJson { .. })));
    }
}

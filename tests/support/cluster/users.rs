//! Users of a test's API server, and their kubeconfigs.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A user that the API server knows by a token.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) token: String,
}

impl User {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), token: format!("token-of-{name}") }
    }

    /// The administrator.
    pub(crate) fn admin() -> Self {
        Self::named("admin")
    }

    /// The harness itself: may do everything, and is not in the audit log.
    pub(super) fn harness() -> Self {
        Self::named("harness")
    }

    /// A user without rights, until a test grants some.
    pub(super) fn member(number: usize) -> Self {
        assert!(number < MEMBERS, "no member is left for this test");
        Self::named(&format!("member-{number}"))
    }

    /// A kubeconfig for this user, in the form that TKE hands out.
    pub(super) fn kubeconfig(&self, server: &str, authority: &str) -> String {
        let Self { name, token } = self;
        kubeconfig(server, authority, name, &format!("token: {token}"))
    }
}

/// A token of an administrator with three parts, as an id-token has; it ends in 2100.
pub(crate) const ID_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln";

/// How many users without rights there are: the server reads them once, when it starts.
const MEMBERS: usize = 500;

/// The server's token file: `token,name,uid,"groups"`.
pub(super) fn token_file() -> String {
    let mut text = String::new();
    let oidc = User { token: ID_TOKEN.to_owned(), ..User::named("oidc") };
    for User { name, token } in [User::admin(), User::harness(), oidc] {
        writeln!(text, "{token},{name},{name},\"system:masters\"").unwrap();
    }
    for User { name, token } in (0..MEMBERS).map(User::member) {
        writeln!(text, "{token},{name},{name}").unwrap();
    }
    text
}

/// A kubeconfig with one context, `test`.
pub(super) fn kubeconfig(server: &str, authority: &str, name: &str, proof: &str) -> String {
    let authority = STANDARD.encode(authority);
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: {server}
    certificate-authority-data: {authority}
users:
- name: {name}
  user:
    {proof}
contexts:
- name: test
  context:
    cluster: test
    user: {name}
current-context: test
"
    )
}

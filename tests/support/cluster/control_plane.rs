//! etcd, kube-apiserver and kube-controller-manager on loopback.
//!
//! A start takes two and a half seconds on two idle cores, and the three programs take 400 MB. So
//! all tests share one; it ends with the process (see `keeper`).

use base64::Engine as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use super::api::Api;
use super::certificates::Authority;
use super::keeper::Keeper;
use super::kubelet::Kubelet;
use super::users::{User, kubeconfig, token_file};
use super::{arguments, audit, programs};

/// A running control plane.
pub(crate) struct ControlPlane {
    keeper: Mutex<Keeper>,
    authority: Authority,
    server: String,
    server_arguments: Vec<String>,
    api: Api,
    kubelet: Kubelet,
    members: AtomicUsize,
}

impl ControlPlane {
    /// The one that all tests share.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<ControlPlane>> = OnceLock::new();
        SHARED.get_or_init(Self::start).clone()
    }

    /// One for a single test.
    #[track_caller]
    pub(crate) fn start() -> Arc<Self> {
        // The ports are free when they are looked for; another process may take them first.
        let plane = (0..3).find_map(|_| Self::try_start());
        Arc::new(plane.expect("the control plane finds no ports"))
    }

    fn try_start() -> Option<Self> {
        let authority = Authority::new();
        let mut keeper = Keeper::new();
        authority.write(keeper.folder());
        std::fs::write(keeper.folder().join("tokens.csv"), token_file()).unwrap();
        std::fs::write(keeper.folder().join("audit.yaml"), audit::POLICY).unwrap();

        let store = format!("http://127.0.0.1:{}", arguments::free_port());
        keeper.start("etcd", &programs::etcd(), &arguments::etcd(&store));
        let port = arguments::free_port();
        let server = format!("https://127.0.0.1:{port}");
        let server_arguments = arguments::api_server(&store, port);
        let program = programs::kubernetes("kube-apiserver");
        keeper.start("kube-apiserver", &program, &server_arguments);
        let api = Api::new(&server, authority.pem(), &User::harness().token);
        if !comes_up(&mut keeper, &api) {
            return None;
        }

        let own = User::harness().kubeconfig(&server, authority.pem());
        std::fs::write(keeper.folder().join("kubeconfig"), own).unwrap();
        let program = programs::kubernetes("kube-controller-manager");
        keeper.start("kube-controller-manager", &program, &arguments::controllers());
        Some(Self {
            keeper: Mutex::new(keeper),
            authority,
            server,
            server_arguments,
            kubelet: Kubelet::start(&api),
            api,
            members: AtomicUsize::new(0),
        })
    }

    /// `https://127.0.0.1:PORT`
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Puts an object into the store in the place of the one under this key: what no API server
    /// takes any more, and an older one has left there.
    #[track_caller]
    pub(crate) fn store(&self, key: &str, object: &serde_json::Value) {
        let is_store = |argument: &&String| argument.starts_with("--etcd-servers=");
        let argument = self.server_arguments.iter().find(is_store).unwrap();
        let url = format!("{}/v3/kv/put", argument.trim_start_matches("--etcd-servers="));
        let text = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let body = serde_json::json!({"key": text(key), "value": text(&object.to_string())});
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sent = super::api::wait(client.post(url).body(body.to_string()).send()).unwrap();
        assert!(sent.status().is_success(), "{}", sent.status());
    }

    /// The API server, as the harness itself.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    pub(super) fn kubelet(&self) -> &Kubelet {
        &self.kubelet
    }

    /// The numbers of the processes, and the folder they keep their files in.
    pub(crate) fn with_keeper<T>(&self, look: impl FnOnce(&mut Keeper) -> T) -> T {
        // A test that panics while it looks leaves a keeper that is as good as before.
        look(&mut self.keeper.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// A user without rights yet, which no other test uses.
    pub(crate) fn member(&self) -> User {
        User::member(self.members.fetch_add(1, Ordering::Relaxed))
    }

    /// A kubeconfig with this user's token.
    pub(crate) fn kubeconfig(&self, user: &User) -> String {
        user.kubeconfig(&self.server, self.authority.pem())
    }

    /// A kubeconfig with a client certificate in files, for any user, member of these groups.
    pub(crate) fn kubeconfig_with_certificate(
        &self,
        folder: &Path,
        user: &str,
        groups: &[&str],
    ) -> String {
        let (certificate, key) = self.authority.client(user, groups);
        std::fs::write(folder.join(format!("{user}.crt")), certificate).unwrap();
        std::fs::write(folder.join(format!("{user}.key")), key).unwrap();
        let at = folder.display();
        let proof = format!("client-certificate: {at}/{user}.crt\n    client-key: {at}/{user}.key");
        kubeconfig(&self.server, self.authority.pem(), user, &proof)
    }

    /// The certificate of the authority that signed the server's.
    pub(crate) fn authority(&self) -> &str {
        self.authority.pem()
    }

    /// The key of that authority.
    pub(crate) fn authority_key(&self) -> String {
        self.authority.key()
    }

    /// Kills the API server. Its port is closed until it is started again.
    pub(crate) fn stop_server(&self) {
        self.with_keeper(|keeper| keeper.end("kube-apiserver"));
    }

    /// Starts the API server again, on the same port.
    pub(crate) fn start_server(&self) {
        self.start_server_with(&[]);
    }

    /// The same with further flags.
    pub(crate) fn start_server_with(&self, flags: &[&str]) {
        let program = programs::kubernetes("kube-apiserver");
        let mut arguments = self.server_arguments.clone();
        arguments.extend(flags.iter().map(|&flag| flag.to_owned()));
        self.with_keeper(|keeper| {
            keeper.start("kube-apiserver", &program, &arguments);
            assert!(comes_up(keeper, &self.api), "{}", keeper.log("kube-apiserver"));
        });
    }
}

/// Waits until the server says that it is ready; `false` if a program ended before that.
fn comes_up(keeper: &mut Keeper, api: &Api) -> bool {
    let begin = Instant::now();
    loop {
        let asked = super::api::wait(api.send("GET", "/readyz", None));
        if asked.is_ok_and(|reply| reply.status == 200) {
            return true;
        }
        if keeper.lost_one() {
            return false;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(90),
            "the control plane doesn't come up\n{}\n{}",
            keeper.log("etcd"),
            keeper.log("kube-apiserver")
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

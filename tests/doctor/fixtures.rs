//! A sandbox, a cluster that it takes for one of TKE's, and a resolver.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use crate::support::cluster::{Cluster, User};
use crate::support::{Run, Sandbox, run};

/// One of everything, all of it well. `API_SERVER` is the cluster's.
pub(super) const HEALTHY: &str = "
docker_login: [ccr]
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, v2], layers: [{name: debian, size: 2MB}, 300kB]}]}
          - {name: api, public: true, images: [{tags: [v1], layers: [20kB]}]}
enterprise:
  - name: prod
    region: ap-shanghai
    public_entry: {state: Closed}
    domains: [images.example.com]
    links:
      - {vpc: vpc-prod, address: 10.0.0.5}
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [{name: debian, size: 2MB}]}]}
vpcs:
  - {id: vpc-prod}
certificates:
  - {id: cert-one, names: ['*.example.com', images.example.com]}
clusters:
  - id: cls-prod0001
    name: prod
    vpc: vpc-prod
    external_endpoint: https://API_SERVER
    addon: {}
";

/// What stands before Tencent's id of a call.
const ID: &str = "RequestId ";

/// The link's address in `HEALTHY`.
pub(super) const LINK: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 5);

/// Where everything is.
pub(crate) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) cluster: Cluster,
    resolver: SocketAddr,
}

impl World {
    pub(super) fn healthy() -> Self {
        Self::with(|account| account, LINK)
    }

    /// With an account made from the healthy one, and a resolver that says this of every name.
    pub(crate) fn with(change: impl FnOnce(String) -> String, address: Ipv4Addr) -> Self {
        Self::on(Cluster::shared(), change, address)
    }

    /// The same on this cluster.
    pub(super) fn on(
        cluster: Cluster,
        change: impl FnOnce(String) -> String,
        address: Ipv4Addr,
    ) -> Self {
        let server = cluster.plane().server().trim_start_matches("https://").to_owned();
        let account = change(HEALTHY.replace("API_SERVER", &server));
        Self { sandbox: Sandbox::with_account(&account), cluster, resolver: resolver(address) }
    }

    /// Runs `doctor` of `docker` or `kubectl` against sandbox, cluster and resolver.
    pub(crate) fn run(&self, plugin: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let admin = User::admin();
        let mut command = if plugin == "docker" {
            let mut command = self.sandbox.plugin(&["doctor", "--kube-context", &self.context()]);
            command.arg("--kubeconfig").arg(self.cluster.kubeconfig(&admin));
            command
        } else {
            let mut command = self.cluster.command_with(&self.sandbox, &admin);
            command.args(["tcr-switch", "doctor"]);
            command
        };
        command.args(["--dns-server", &self.resolver.to_string()]).args(arguments);
        run(command.envs(variables.iter().copied()))
    }

    /// Runs a command of `network` with this flag for the cluster's context.
    pub(super) fn network(&self, command: &str, flag: &str, arguments: &[&str]) -> Run {
        let mut command = self.sandbox.plugin(&["network", command, flag, &self.context()]);
        command.arg("--kubeconfig").arg(self.cluster.kubeconfig(&User::admin())).args(arguments);
        run(&mut command)
    }

    /// Text without what differs from run to run.
    pub(super) fn tidy(&self, text: &str) -> String {
        let server = self.cluster.plane().server().trim_start_matches("https://");
        // Time passes between two runs.
        let mut text = text.replace("9m 59s", "10m 0s");
        for (found, name) in [
            (self.sandbox.ccr(), "[ccr]"),
            (self.sandbox.tcr(), "[tcr]"),
            (server, "[api server]"),
            (self.sandbox.variable("DOCKER_CONFIG"), "[docker]"),
        ] {
            text = text.replace(found, name);
        }
        let mut parts = text.split(ID).map(str::to_owned);
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |text, part| format!("{text}{ID}[id]{}", &part[36..]))
    }

    fn context(&self) -> String {
        let shown = self.cluster.kubectl(&["config", "current-context"]).ends_with(0);
        shown.stdout.trim().to_owned()
    }
}

/// A resolver that gives this address to every name that is asked for, until the test ends.
fn resolver(address: Ipv4Addr) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let mut answer = question[..length].to_vec();
            answer[2] |= 0x80;
            answer[7] = 1;
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            answer.extend(address.octets());
            let _ = socket.send_to(&answer, from);
        }
    });
    place
}

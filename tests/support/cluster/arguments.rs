//! What each program of a control plane is told.

use std::net::TcpListener;

use rand::Rng as _;

/// What the tests need, and nothing that would only take time.
const CONTROLLERS: &[&str] = &[
    "clusterrole-aggregation",
    "cronjob",
    "daemonset",
    "deployment",
    "disruption",
    "garbage-collector",
    "job",
    "namespace",
    "replicaset",
    "replicationcontroller",
    "resourcequota",
    "root-ca-certificate-publisher",
    "serviceaccount",
    "serviceaccount-token",
    "statefulset",
    "ttl-after-finished",
    "validatingadmissionpolicy-status",
];

/// A port below those that the kernel gives to clients, so that no client gets it by chance.
pub(super) fn free_port() -> u16 {
    let mut random = rand::rng();
    let mut ports = std::iter::repeat_with(|| random.random_range(15_000..32_000));
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

pub(super) fn etcd(store: &str) -> Vec<String> {
    let peers = format!("http://127.0.0.1:{}", free_port());
    [
        "--unsafe-no-fsync",
        "--data-dir=etcd",
        &format!("--listen-client-urls={store}"),
        &format!("--advertise-client-urls={store}"),
        &format!("--listen-peer-urls={peers}"),
        &format!("--initial-advertise-peer-urls={peers}"),
        &format!("--initial-cluster=default={peers}"),
    ]
    .map(str::to_owned)
    .to_vec()
}

pub(super) fn api_server(store: &str, port: u16) -> Vec<String> {
    [
        &format!("--etcd-servers={store}"),
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        &format!("--secure-port={port}"),
        "--tls-cert-file=server.crt",
        "--tls-private-key-file=server.key",
        "--client-ca-file=ca.crt",
        "--token-auth-file=tokens.csv",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=accounts.pub",
        "--service-account-signing-key-file=accounts.key",
        "--service-cluster-ip-range=10.0.0.0/16",
        // The address of loopback is none that it would write down as an endpoint.
        "--endpoint-reconciler-type=none",
        "--allow-privileged=true",
        "--audit-policy-file=audit.yaml",
        "--audit-log-path=audit.log",
        "--max-requests-inflight=2000",
        "--max-mutating-requests-inflight=1000",
    ]
    .map(str::to_owned)
    .to_vec()
}

pub(super) fn controllers() -> Vec<String> {
    let names: Vec<String> = CONTROLLERS.iter().map(|name| format!("{name}-controller")).collect();
    [
        "--kubeconfig=kubeconfig",
        &format!("--controllers={}", names.join(",")),
        "--service-account-private-key-file=accounts.key",
        "--root-ca-file=ca.crt",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=1000",
        "--kube-api-burst=2000",
    ]
    .map(str::to_owned)
    .to_vec()
}

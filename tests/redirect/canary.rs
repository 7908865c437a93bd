//! A sandbox in which CCR has its own name, and TCR is reached through a link's address.

use serde_json::Value;

use super::relay::Relay;
use crate::support::{Run, Sandbox, run};

pub(crate) const PASSWORD: &str = "ccr-password-1";

/// An account with two repositories, one of them in TCR, and a linked VPC. What is there besides
/// is `more`.
pub(super) fn account(more: &str) -> String {
    format!(
        "personal:
  - region: ap-guangzhou
    password: {PASSWORD}
    namespaces:
      - name: shop
        repositories:
          - name: web
            images: [{{tags: [v1]}}, {{tags: [v2]}}]
      - name: dev
        repositories: [{{name: api, images: [{{tags: [v1]}}]}}]
vpcs:
  - {{id: vpc-1, region: ap-shanghai}}
  - {{id: vpc-2, region: ap-shanghai}}
enterprise:
  - name: sandbox
    takes_ccr_logins: true
    links: [{{vpc: vpc-1, address: 127.0.0.2}}, {{vpc: vpc-2, address: 127.0.0.2}}]
{more}"
    )
}

/// The sandbox, seen as if CCR had its own name there, and TCR's link its address.
pub(crate) struct Canary {
    pub(super) sandbox: Sandbox,
    _relay: Relay,
}

impl Canary {
    /// `shop/web` is in TCR.
    pub(super) fn copied(more: &str) -> Self {
        let sandbox = Sandbox::with_account(&account(more));
        sandbox.ccr2tcr(&["sync", "shop"]).ends_with(0);
        Self::of(sandbox, "100000000001")
    }

    /// A sandbox whose link is at `127.0.0.2`, and the user whose password of CCR is [`PASSWORD`].
    pub(crate) fn of(sandbox: Sandbox, user: &str) -> Self {
        let tcr = sandbox.tcr().to_owned();
        Self::before(&tcr, sandbox, user)
    }

    /// The same with another server behind the link's address.
    pub(super) fn before(server: &str, sandbox: Sandbox, user: &str) -> Self {
        sandbox.file("ccr-login", &format!("{user}:{PASSWORD}\n"));
        let relay = Relay::start("127.0.0.2", port(sandbox.ccr()), server);
        Self { sandbox, _relay: relay }
    }

    /// Runs it with the names that this needs.
    pub(crate) fn redirect(&self, arguments: &[&str]) -> Run {
        let host = format!("ccr.ccs.tencentyun.com:{}", port(self.sandbox.ccr()));
        let ccr = format!("{host}:127.0.0.1");
        let mut all = vec![
            "network",
            "redirect",
            "--ccr-host",
            &host,
            "--resolve",
            &ccr,
            "--insecure-registry",
            &host,
            "--ccr-auth-file",
            "ccr-login",
        ];
        all.extend(arguments);
        let mut command = self.sandbox.plugin(&all);
        command.env_remove("CCR_HOST");
        run(&mut command)
    }

    /// The private zones, as the control server tells them.
    pub(super) fn zones(&self) -> Value {
        self.sandbox.control("/network")["zones"].clone()
    }

    pub(super) fn calls(&self, action: &str) -> u64 {
        let stats = self.sandbox.control("/stats");
        stats["api"][format!("privatedns:{action}")].as_u64().unwrap_or(0)
    }

    /// Nothing of Private DNS was written.
    pub(super) fn wrote_nothing(&self) {
        for action in ["CreatePrivateZone", "CreatePrivateZoneRecord", "AddSpecifyPrivateZoneVpc"] {
            assert_eq!(self.calls(action), 0, "{action}");
        }
    }
}

fn port(host: &str) -> u16 {
    host.rsplit(':').next().unwrap().parse().unwrap()
}

//! The services of Tencent Cloud that the sandbox stands in for. A further one is a file or folder
//! with a table of its actions, and a row here.

use super::action::Action;
use super::{audit, private_dns, sts, tcr, vpc};
use super::{cam, sts, tcr};

/// One service.
pub(super) struct Service {
    /// As the scope of a signature names it.
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// Whether `X-TC-Region` must be sent.
    pub(super) is_regional: bool,
    actions: &'static [Action],
}

const SERVICES: &[Service] = &[
    Service { name: "tcr", version: "2019-09-24", is_regional: true, actions: tcr::ACTIONS },
    Service {
        name: "cloudaudit",
        version: "2019-03-19",
        is_regional: true,
        actions: audit::ACTIONS,
    },
    Service { name: "sts", version: "2018-08-13", is_regional: true, actions: sts::ACTIONS },
    Service { name: "vpc", version: "2017-03-12", is_regional: true, actions: vpc::ACTIONS },
    Service {
        name: "privatedns",
        version: "2020-10-28",
        is_regional: false,
        actions: private_dns::ACTIONS,
    },
    Service { name: "cam", version: "2019-01-16", is_regional: false, actions: cam::ACTIONS },
];

impl Service {
    /// The service with this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.name == name)
    }

    /// Its action with this name.
    pub(super) fn action(&self, name: &str) -> Option<&'static Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

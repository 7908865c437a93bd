//! The services of Tencent Cloud that the sandbox stands in for. A further one is a file or folder
//! with a table of its actions, and a row here.

use super::action::Action;

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
    Service { name: "tcr", version: "2019-09-24", is_regional: true, actions: super::tcr::ACTIONS },
    Service {
        name: "cloudaudit",
        version: "2019-03-19",
        is_regional: true,
        actions: super::audit::ACTIONS,
    },
    Service { name: "sts", version: "2018-08-13", is_regional: true, actions: super::sts::ACTIONS },
    Service { name: "vpc", version: "2017-03-12", is_regional: true, actions: super::vpc::ACTIONS },
    Service {
        name: "privatedns",
        version: "2020-10-28",
        is_regional: false,
        actions: super::private_dns::ACTIONS,
    },
    Service {
        name: "cam",
        version: "2019-01-16",
        is_regional: false,
        actions: super::cam::ACTIONS,
    },
    Service { name: "tke", version: "2018-05-25", is_regional: true, actions: super::tke::ACTIONS },
    Service {
        name: "ssl",
        version: "2019-12-05",
        is_regional: false,
        actions: super::ssl::ACTIONS,
    },
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

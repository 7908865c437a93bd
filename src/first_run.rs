//! What a newcomer has on this machine, and what to type next. Variables and files alone: nobody is
//! asked, no program is started, and no secret is shown.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::diagnostic::shortened;
use crate::environment::Environment;
use crate::image::{CcrHosts, Host};
use crate::registry::{DockerStore, LoginError, LoginKeeper, StoredLogin, StoredLogins};
use crate::tencent::{Edition, KeyChain, KeyError};

/// So many hosts are named of each side.
const NAMED: usize = 3;

/// Logins and keys, as far as they can be told without asking.
#[derive(Debug)]
pub struct FirstRun {
    logins: Result<StoredLogins, LoginError>,
    ccr_key: Result<Option<String>, KeyError>,
    tcr_key: Result<Option<String>, KeyError>,
    ccr: CcrHosts,
    environment: Environment,
}

/// A fact: what it is about, and what there is.
pub type Fact = (&'static str, String);

/// A line to paste, and what it does.
pub type Step = (&'static str, &'static str);

impl FirstRun {
    /// Looks at what is there. `docker_config` is the folder that docker's `--config` names.
    #[must_use]
    pub fn look(docker_config: Option<PathBuf>, environment: Environment) -> Self {
        let store = DockerStore::open(docker_config, &environment);
        let ccr = ccr_hosts(&environment);
        Self {
            logins: store.stored(|host| ccr.contains(host) || host.is_tcr_name()),
            ccr_key: KeyChain::local_origin(Edition::Ccr, &environment),
            tcr_key: KeyChain::local_origin(Edition::Tcr, &environment),
            ccr,
            environment,
        }
    }

    /// What is printed below a help: a fact that the plugin knows, what there is, the next steps below
    /// a heading.
    #[must_use]
    pub fn page(&self, first: Option<Fact>, next: &str, steps: &[Step]) -> String {
        let facts: Vec<Fact> = first.into_iter().chain(self.facts()).collect();
        page(&facts, next, &[&self.missing(), steps].concat())
    }

    /// What there is, one line each.
    fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        match &self.logins {
            Ok(logins) => {
                facts.push((
                    "CCR login",
                    self.logins_of(logins, |host| self.ccr.contains(host), "none"),
                ));
                let none = "none; with an API key none is needed";
                facts.push(("TCR login", self.logins_of(logins, Host::is_tcr_name, none)));
            }
            Err(error) => facts.push(("Logins", error.to_string())),
        }
        match (key(&self.ccr_key), key(&self.tcr_key)) {
            (ccr, tcr) if ccr == tcr => facts.push(("API key", ccr)),
            (ccr, tcr) => facts.extend([("CCR key", ccr), ("TCR key", tcr)]),
        }
        facts.push(("Mapping", "no file is read unless --mapping names one".to_owned()));
        facts
    }

    /// What is missing for a copy, as lines to paste.
    fn missing(&self) -> Vec<Step> {
        // A file that can't be read has to be repaired first.
        let has_ccr_login = self.logins.as_ref().map_or(true, |stored| {
            stored.logins.iter().any(|login| self.ccr.contains(&login.host))
        });
        let login = ("docker login ccr.ccs.tencentyun.com", "the user is the account's UIN");
        let key = ("tccli auth login", "or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY");
        let is_found = |key: &Result<Option<String>, KeyError>| matches!(key, Ok(Some(_)));
        let has_keys = is_found(&self.ccr_key) && is_found(&self.tcr_key);
        let steps = [(!has_ccr_login).then_some(login), (!has_keys).then_some(key)];
        steps.into_iter().flatten().collect()
    }

    fn logins_of(&self, stored: &StoredLogins, side: impl Fn(&Host) -> bool, none: &str) -> String {
        let ours: Vec<&StoredLogin> =
            stored.logins.iter().filter(|login| side(&login.host)).collect();
        match (ours.as_slice(), &stored.helper) {
            ([], None) => none.to_owned(),
            ([], Some(helper)) => {
                format!("none is noted; docker-credential-{helper} was not asked")
            }
            (ours, _) => {
                let words: Vec<String> = ours.iter().map(|login| self.login(login)).collect();
                shortened(&words, NAMED)
            }
        }
    }

    fn login(&self, login: &StoredLogin) -> String {
        let user = login.username.as_ref().map(|name| format!("user {name}, "));
        let keeper = match &login.keeper {
            LoginKeeper::Place(path) => self.environment.shown(path),
            LoginKeeper::Helper(name) => format!("kept by docker-credential-{name}"),
        };
        format!("{} ({}{keeper})", login.host, user.unwrap_or_default())
    }
}

/// CCR's names, and those that `CCR_HOST` gives to `--ccr-host`.
#[must_use]
pub fn ccr_hosts(environment: &Environment) -> CcrHosts {
    let named = environment.text("CCR_HOST").unwrap_or_default().split(',');
    CcrHosts::new(named.filter_map(|name| name.trim().parse().ok()).collect())
}

fn key(found: &Result<Option<String>, KeyError>) -> String {
    match found {
        Ok(Some(origin)) => format!("from {origin}"),
        Ok(None) => "none in variables and files; a role of this machine was not asked for".into(),
        Err(error) => error.to_string(),
    }
}

/// The facts, and the next steps below a heading, below a blank line.
fn page(facts: &[Fact], next: &str, steps: &[Step]) -> String {
    let mut text = String::from("\nOn this machine, by its files and variables alone:\n");
    for (name, fact) in facts {
        let _ = writeln!(text, "  {name:<10} {fact}");
    }
    let _ = writeln!(text, "\n{next}");
    let widest = steps.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
    for (line, what) in steps {
        let _ = writeln!(text, "  {line:<widest$}  # {what}");
    }
    text
}

//! Getting one step done: look, write if it isn't so, look again until it is.
//!
//! Nothing is taken for done because a call was answered, nor for failed because one was refused:
//! what counts is what is there.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::StepError;
use super::range::Range;
use super::report::Outcome;
use super::step::Step;
use super::undo::UndoFile;
use crate::tencent::{
    AllowRule, ApiError, DnsStatus, Enterprise, EntryState, Link, LinkDomain, Region,
};

/// Between the first two looks; each later pause is half as long again.
const FIRST_PAUSE: Duration = Duration::from_millis(150);

/// The longest pause: what is waited for takes minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A write whose outcome isn't known is made so often.
const WRITES: u32 = 4;

/// How long what "exists already" may take to be listed (Terraform waits for a link as long).
pub(super) const LISTED_WITHIN: Duration = Duration::from_secs(180);

/// Gets steps done.
pub(super) struct Settler<'a> {
    pub(super) enterprise: &'a Enterprise,
    pub(super) timeout: Duration,
    pub(super) stop: CancellationToken,
}

/// What is to be done next about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It is so.
    Done,
    /// Ask for it.
    Write,
    /// It seems to be so, but what isn't seen may be coming: ask once more, and take no for done.
    Try,
    /// It is under way.
    Wait,
    /// It has failed, and won't come about by waiting.
    Fail,
}

/// What was seen of the thing that a step is about.
struct Seen {
    next: Next,
    words: String,
    link: Option<Link>,
    rule: Option<AllowRule>,
    /// Whether there is a second rule for the same range.
    is_double: bool,
}

impl Seen {
    fn new(next: Next, words: impl Into<String>) -> Self {
        Self { next, words: words.into(), link: None, rule: None, is_double: false }
    }

    fn of(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}

impl Settler<'_> {
    /// Gets a step done. It is noted in `undo` before it is asked for. `unseen_until`: that an
    /// earlier run may have asked for the opposite just now, which may still come up.
    pub(super) async fn settle(
        &self,
        step: &Step,
        mut undo: Option<&mut UndoFile>,
        unseen_until: Option<Instant>,
    ) -> Result<Outcome, StepError> {
        let began = Instant::now();
        let (mut written, mut tried, mut writes) = (false, false, 0);
        let mut refusal: Option<ApiError> = None;
        let mut deadline = began + self.timeout;
        let mut pause = FIRST_PAUSE;
        loop {
            let seen = self.look(step).await?;
            let may_come_up = !written && unseen_until.is_some_and(|until| Instant::now() < until);
            let asks_blindly = matches!(step, Step::DeleteLink { .. } | Step::DeleteDns { .. });
            match seen.next {
                Next::Try | Next::Done
                    if !may_come_up && (seen.next == Next::Done || tried || written) =>
                {
                    if let Some(undo) = undo {
                        undo.confirm(step).map_err(|error| StepError::Undo(error.to_string()))?;
                    }
                    return Ok(if written { Outcome::Done } else { Outcome::Existed });
                }
                Next::Try | Next::Done => {
                    if !tried && asks_blindly {
                        tried = true;
                        // A no is what was expected.
                        written = self.write(step, &seen).await.is_ok();
                        continue;
                    }
                }
                Next::Write if !written => {
                    if self.stop.is_cancelled() {
                        return Err(StepError::Interrupted);
                    }
                    if let Some(undo) = undo.as_deref_mut() {
                        undo.begin(step).map_err(|error| StepError::Undo(error.to_string()))?;
                    }
                    match self.write(step, &seen).await {
                        Ok(()) => written = true,
                        Err(error) if is_so_already(step, &error) => {
                            written = true;
                            deadline = deadline.min(Instant::now() + LISTED_WITHIN);
                            refusal = Some(error);
                        }
                        Err(error) if is_not_yet(step, &error) => refusal = Some(error),
                        Err(error) if error.is_ambiguous() && writes < WRITES => {
                            writes += 1;
                            refusal = Some(error);
                        }
                        Err(error) => {
                            return match self.look(step).await {
                                Ok(Seen { next: Next::Done, .. }) => Ok(Outcome::Existed),
                                _ => Err(error.into()),
                            };
                        }
                    }
                    pause = FIRST_PAUSE;
                }
                Next::Fail => return Err(StepError::Failed(seen.words)),
                Next::Write | Next::Wait => {}
            }
            if self.stop.is_cancelled() {
                return Err(StepError::Interrupted);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StepError::TimedOut {
                    waited_for: format!("can't {step}"),
                    seconds: began.elapsed().as_secs(),
                    seen: seen.words,
                    refusal: refusal.map(Box::new),
                });
            }
            tokio::select! {
                () = tokio::time::sleep(pause.min(left)) => {}
                () = self.stop.cancelled() => return Err(StepError::Interrupted),
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    async fn look(&self, step: &Step) -> Result<Seen, ApiError> {
        match step {
            Step::CreateLink { vpc, .. } => Ok(match self.link(vpc).await? {
                None => Seen::new(Next::Write, "it isn't listed"),
                Some(link) if link.is_ready() => Seen::new(Next::Done, "Running").of(link),
                Some(link) => Seen::new(Next::Wait, words_of(&link)).of(link),
            }),
            Step::DeleteLink { vpc, subnet, .. } => Ok(match self.link(vpc).await? {
                None => Seen::new(Next::Done, "it isn't listed").of(Link {
                    vpc: vpc.clone(),
                    subnet: subnet.clone(),
                    status: String::new(),
                    address: None,
                }),
                Some(link) if link.status.eq_ignore_ascii_case("Deleting") => {
                    Seen::new(Next::Wait, words_of(&link)).of(link)
                }
                Some(link) => Seen::new(Next::Write, words_of(&link)).of(link),
            }),
            Step::CreateDns { vpc, domain, region } => {
                let Some(link) = self.link(vpc).await? else {
                    return Ok(Seen::new(Next::Wait, "there is no link for the name"));
                };
                if !link.is_ready() {
                    return Ok(Seen::new(Next::Wait, words_of(&link)));
                }
                let status = self.name(&link, *domain, region.as_ref()).await?;
                let next = if status == DnsStatus::Enabled { Next::Done } else { Next::Write };
                Ok(Seen::new(next, format!("its state is {status:?}")).of(link))
            }
            Step::DeleteDns { vpc, domain, region } => {
                let link = self.link(vpc).await?.filter(|link| link.address.is_some());
                let Some(link) = link else {
                    return Ok(Seen::new(Next::Done, "there is no link for the name"));
                };
                let status = self.name(&link, *domain, region.as_ref()).await?;
                let next = if status == DnsStatus::Disabled { Next::Try } else { Next::Write };
                Ok(Seen::new(next, format!("its state is {status:?}")).of(link))
            }
            Step::CreateDomain { name, certificate } => self.domain(name, certificate, true).await,
            Step::DeleteDomain { name, certificate } => self.domain(name, certificate, false).await,
            Step::CreateReplication { rule, namespace, destination, .. } => {
                self.replication(rule, namespace, destination, true).await
            }
            Step::DeleteReplication { rule, namespace, destination, .. } => {
                self.replication(rule, namespace, destination, false).await
            }
            Step::OpenEntry | Step::CloseEntry => {
                let entry = self.enterprise.public_entry().await?;
                let next = match (step, &entry.state) {
                    (Step::OpenEntry, EntryState::Opened)
                    | (Step::CloseEntry, EntryState::Closed) => Next::Done,
                    (Step::OpenEntry, EntryState::Closed)
                    | (Step::CloseEntry, EntryState::Opened) => Next::Write,
                    // It can't be closed before it is open, nor opened before it is closed.
                    _ => Next::Wait,
                };
                let reason = entry.reason.map(|reason| format!(", {reason}")).unwrap_or_default();
                Ok(Seen::new(next, format!("its state is {:?}{reason}", entry.state)))
            }
            Step::AddRule { cidr, description } => self.rule(cidr, description, true).await,
            Step::DeleteRule { cidr, description } => self.rule(cidr, description, false).await,
        }
    }

    /// A domain that is served with another certificate than `certificate` is somebody else's: it
    /// is neither counted as made nor deleted.
    async fn domain(&self, name: &str, certificate: &str, wanted: bool) -> Result<Seen, ApiError> {
        let listing = self.enterprise.domains().await?;
        let found = listing.items.into_iter().find(|it| it.name.eq_ignore_ascii_case(name));
        let Some(found) = found else {
            let next = if wanted { Next::Write } else { Next::Done };
            return Ok(Seen::new(next, "it isn't listed"));
        };
        let is = |word: &str| found.status.eq_ignore_ascii_case(word);
        let status = &found.status;
        let next = match wanted {
            _ if found.certificate != certificate && !is("DELETING") => {
                let other = &found.certificate;
                let words =
                    format!("{name} is served with the certificate {other}, not {certificate}");
                return Ok(Seen::new(Next::Fail, words));
            }
            true if found.is_ready() => Next::Done,
            true if is("FAILURE") => Next::Fail,
            false if !is("DELETING") => Next::Write,
            _ => Next::Wait,
        };
        Ok(Seen::new(next, format!("its state is {status}, its certificate {certificate}")))
    }

    async fn replication(
        &self,
        rule: &str,
        namespace: &str,
        destination: &str,
        wanted: bool,
    ) -> Result<Seen, ApiError> {
        let listing = self.enterprise.replication_rules().await?;
        Ok(match (listing.items.iter().find(|known| known.name == rule), wanted) {
            (None, true) => Seen::new(Next::Write, "it isn't listed"),
            (None, false) => Seen::new(Next::Done, "it isn't listed"),
            (Some(known), true) if known.copies(namespace, destination) => {
                Seen::new(Next::Done, "it is listed")
            }
            (Some(known), false) if known.copies(namespace, destination) => {
                Seen::new(Next::Write, "it is listed")
            }
            (Some(known), _) => {
                let to = &known.destination;
                Seen::new(Next::Fail, format!("the rule {rule} copies something else, to {to}"))
            }
        })
    }

    async fn rule(&self, cidr: &str, description: &str, wanted: bool) -> Result<Seen, ApiError> {
        let state = self.enterprise.public_entry().await?.state;
        let Some(rules) = self.enterprise.allowlist(&state).await? else {
            let words = format!("the public entry is {state:?}");
            let is_over = !wanted && state == EntryState::Closed;
            return Ok(Seen::new(if is_over { Next::Done } else { Next::Wait }, words));
        };
        let range = Range::listed(cidr).ok();
        let is_it = |rule: &&AllowRule| {
            rule.cidr == cidr || range.is_some_and(|range| Range::listed(&rule.cidr) == Ok(range))
        };
        let count = rules.iter().filter(is_it).count();
        // Another's rule for the same range is left to him.
        let mine =
            rules.iter().filter(is_it).find(|rule| wanted || rule.description == description);
        let next = if mine.is_some() == wanted { Next::Done } else { Next::Write };
        let words = if mine.is_some() { "the rule is listed" } else { "the rule isn't listed" };
        Ok(Seen { rule: mine.cloned(), is_double: count > 1, ..Seen::new(next, words) })
    }

    async fn write(&self, step: &Step, seen: &Seen) -> Result<(), ApiError> {
        let api = self.enterprise;
        match (step, &seen.link) {
            (Step::CreateLink { vpc, subnet, region }, _) => {
                api.create_link(vpc, subnet, region.as_ref()).await
            }
            (Step::DeleteLink { region, .. }, Some(link)) => {
                api.delete_link(link, region.as_ref()).await
            }
            (Step::CreateDns { domain, region, .. }, Some(link)) => {
                api.create_dns(link, *domain, region.as_ref()).await
            }
            (Step::DeleteDns { domain, region, .. }, Some(link)) => {
                api.delete_dns(link, *domain, region.as_ref()).await
            }
            (Step::CreateDomain { name, certificate }, _) => {
                api.create_domain(name, certificate).await
            }
            (Step::DeleteDomain { name, certificate }, _) => {
                api.delete_domain(name, certificate).await
            }
            (Step::CreateReplication { rule, namespace, destination, region_number }, _) => {
                api.create_replication(rule, namespace, destination, *region_number).await
            }
            (Step::DeleteReplication { rule, .. }, _) => api.delete_replication(rule).await,
            (Step::OpenEntry, _) => api.open_public_entry().await,
            (Step::CloseEntry, _) => api.close_public_entry().await,
            (Step::AddRule { cidr, description }, _) => api.add_allow_rule(cidr, description).await,
            (Step::DeleteRule { .. }, _) => match &seen.rule {
                Some(rule) => api.delete_allow_rule(rule, seen.is_double).await,
                None => Ok(()),
            },
            // Nothing is written about a link that isn't there.
            (_, None) => Ok(()),
        }
    }

    async fn link(&self, vpc: &str) -> Result<Option<Link>, ApiError> {
        Ok(self.enterprise.links().await?.into_iter().find(|link| link.vpc == vpc))
    }

    async fn name(
        &self,
        link: &Link,
        domain: LinkDomain,
        region: Option<&Region>,
    ) -> Result<DnsStatus, ApiError> {
        self.enterprise.dns_status(link, domain, region).await
    }
}

fn words_of(link: &Link) -> String {
    let status = if link.status.is_empty() { "nothing yet" } else { &link.status };
    let address = link.address.as_deref().unwrap_or("none yet");
    format!("its state is {status}, its address {address}")
}

/// A refusal that says that it was asked for before. Not to be repeated: it is waited for.
fn is_so_already(step: &Step, error: &ApiError) -> bool {
    let code = error.code().unwrap_or_default();
    match step {
        Step::CreateLink { .. } => code == "InternalError.ErrorConflict",
        Step::CreateDns { .. } => code.ends_with(".CreatePrivateZoneRecord"),
        Step::DeleteDns { .. } => {
            code.ends_with(".DeletePrivateZoneRecord") || error.is_not_found()
        }
        Step::DeleteLink { .. } => error.is_not_found(),
        _ => false,
    }
}

/// A refusal that passes: something that was asked for before isn't over.
fn is_not_yet(step: &Step, error: &ApiError) -> bool {
    let code = error.code().unwrap_or_default();
    match step {
        Step::DeleteLink { .. } => {
            matches!(code, "ResourceInsufficient.ErrorVpcDnsStatus" | "InternalError.ErrorConflict")
        }
        Step::OpenEntry | Step::CloseEntry | Step::AddRule { .. } => code == "OperationDenied",
        _ => false,
    }
}

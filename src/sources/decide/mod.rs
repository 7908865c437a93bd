//! What becomes of everything that was found in a file. Pure.
//!
//! What only the whole tree or TCR can tell, what kustomize looks for and whether an image is there,
//! is for `plan`.

mod behind;
mod name;
mod rules;
mod split;
mod together;
mod verdict;

pub use rules::{Also, Rules};
pub use verdict::{ByHand, Finding, Keep, Needed, Rewrite, Unproven, UnprovenWhy, Verdict};

use name::{Outcome, Renamed, edits};
use split::{SplitOutcome, SplitVerdict};
use together::keep_together;

use super::context::{Context, Purpose, Reading};
use super::edit::Edit;
use super::find::{Found, Name, Slash, What};
use super::span::Span;
use crate::image::Owner;

/// No more of a place is shown, in bytes.
const SHOWN: usize = 200;

impl Rules {
    /// What becomes of `all` that was found in `bytes`, in the same order.
    pub(in crate::sources) fn decide(
        &self,
        bytes: &[u8],
        all: &[Found],
        reading: &Reading,
    ) -> Vec<Finding> {
        let pairs: Vec<Vec<SplitOutcome>> =
            reading.maps.iter().map(|fields| self.split(fields)).collect();
        let mut lines = Lines::default();
        let mut findings: Vec<Finding> = all
            .iter()
            .zip(&reading.contexts)
            .map(|(found, context)| {
                let maps = context.map.iter().chain(&context.also_in);
                let in_map = |map: &usize| {
                    pairs.get(*map)?.iter().find(|pair| holds(&pair.host_field, &found.span))
                };
                let mut parts = maps.filter_map(in_map);
                let pair = parts.next();
                let other = parts.find(|other| pair.is_some_and(|pair| pair.text != other.text));
                // Several names in one field are no parts of one.
                let pair = pair.filter(|pair| {
                    let inside = |other: &&Found| holds(&pair.host_field, &other.span);
                    let first = all.partition_point(|it| it.span.start < pair.host_field.start);
                    all[first..].iter().take_while(inside).take(2).count() == 1
                });
                // What it looks for is a name by itself, whatever takes its place.
                let pair = pair.filter(|_| context.purpose != Purpose::Matcher);
                let verdict = self.verdict(bytes, found, context, pair);
                // A host goes with the name that it may belong to.
                let beside = || {
                    let map = context.map?;
                    let fields = &reading.maps.get(map)?.0;
                    let is_field = fields.iter().any(|field| field.span == found.span);
                    let doubt = pairs.get(map)?.iter().find_map(SplitOutcome::doubt)?;
                    is_field.then_some(doubt)
                };
                let verdict = match (verdict, &found.what) {
                    (Verdict::Rewrite(rewrite), What::Name(name))
                        if pair.is_none() && name.path.is_empty() =>
                    {
                        let left = beside().map(|why| Verdict::ByHand(ByHand::Split(why.clone())));
                        left.unwrap_or(Verdict::Rewrite(rewrite))
                    }
                    (verdict, _) => verdict,
                };
                let verdict = match (verdict, other) {
                    (Verdict::Rewrite(_), Some(other)) => {
                        let why = format!("by an anchor, it is a part of {} as well", other.text);
                        Verdict::ByHand(ByHand::PartsWays(why))
                    }
                    (verdict, _) => verdict,
                };
                let (line, column) = lines.at(bytes, found.span.start);
                Finding {
                    span: found.span.clone(),
                    name: pair.map(|pair| pair.name.clone()).or_else(|| repository(&found.what)),
                    line,
                    column,
                    text: pair.map_or_else(|| shown(bytes, found), |it| it.text.clone()),
                    place: context.place.clone(),
                    verdict,
                    is_in_use: None,
                }
            })
            .collect();
        keep_together(&mut findings, reading);
        findings
    }

    fn verdict(
        &self,
        bytes: &[u8],
        found: &Found,
        context: &Context,
        pair: Option<&SplitOutcome>,
    ) -> Verdict {
        if context.is_marked_to_keep {
            return Verdict::Keep(Keep::Marked);
        }
        let is_mere_text = matches!(context.purpose, Purpose::Comment | Purpose::Documentation)
            && !self.is_rewritten(&context.purpose);
        match &found.what {
            What::Pattern | What::Partial | What::Nested | What::Encoded if is_mere_text => {
                Verdict::ByHand(ByHand::Used(context.purpose.clone()))
            }
            What::Pattern => Verdict::ByHand(ByHand::Pattern),
            What::Partial => Verdict::ByHand(ByHand::Partial),
            What::Nested => Verdict::ByHand(ByHand::Nested),
            What::Encoded => Verdict::ByHand(ByHand::Encoded),
            What::EditionFlag => Verdict::ByHand(ByHand::EditionFlag),
            What::PullSecret => self.pull_secret(&found.span, &context.purpose),
            What::Name(name) => match pair {
                Some(pair) => self.of_pair(pair, &context.purpose),
                None => self.of_name(bytes, name, context),
            },
        }
    }

    fn pull_secret(&self, span: &Span, purpose: &Purpose) -> Verdict {
        match (&self.pull_secret, purpose) {
            (Some(new), Purpose::Reference) => Verdict::Rewrite(Rewrite {
                edits: vec![Edit { span: span.clone(), new: new.clone() }],
                new: new.clone(),
                image: Needed::Nothing,
                end: None,
                is_matcher: false,
            }),
            _ => Verdict::ByHand(ByHand::PullSecret),
        }
    }

    fn of_pair(&self, pair: &SplitOutcome, purpose: &Purpose) -> Verdict {
        match &pair.outcome {
            SplitVerdict::Stays(verdict @ Verdict::Keep(_)) => verdict.clone(),
            _ if !self.is_rewritten(purpose) => Verdict::ByHand(ByHand::Used(purpose.clone())),
            SplitVerdict::Stays(verdict) => verdict.clone(),
            SplitVerdict::Rewrite(edits, new, images) => Verdict::Rewrite(Rewrite {
                edits: edits.clone(),
                new: new.clone(),
                image: needed(images.clone(), purpose, true),
                end: None,
                is_matcher: false,
            }),
        }
    }

    fn of_name(&self, bytes: &[u8], name: &Name, context: &Context) -> Verdict {
        let purpose = &context.purpose;
        let outcome = match purpose {
            // The parts of the API's paths are no namespaces.
            Purpose::Url => return Verdict::ByHand(ByHand::Used(Purpose::Url)),
            // Whoever logs in names no image.
            Purpose::Login if name.path.is_empty() => Outcome::Renamed(Renamed::host_alone()),
            Purpose::Container => self.outcome(name, true),
            _ => self.outcome(name, false),
        };
        let renamed = match outcome {
            Outcome::Stays(verdict @ Verdict::Keep(_)) => return verdict,
            _ if !self.is_rewritten(purpose) => {
                return Verdict::ByHand(ByHand::Used(purpose.clone()));
            }
            Outcome::Stays(verdict) => return verdict,
            Outcome::Renamed(renamed) => renamed,
        };
        let edits = edits(name, &self.target, &renamed);
        // The path would change for every value of the variable.
        if name.is_fallback && edits.len() > 1 {
            let why = format!("a variable may put another host in front of it than {}", name.host);
            return Verdict::ByHand(ByHand::PartsWays(why));
        }
        if renamed.path.is_empty()
            && *purpose != Purpose::Login
            && let Some(namespace) = self.left_behind(bytes, name, context)
        {
            let why = format!("the file names {namespace}/…, which stays in CCR");
            return Verdict::ByHand(ByHand::PartsWays(why));
        }
        Verdict::Rewrite(Rewrite {
            new: spliced(bytes, name, &edits),
            edits,
            image: needed(renamed.image.clone(), purpose, renamed.is_repository),
            end: Some(end_of(name)).filter(|_| name.slash != Slash::Percent),
            is_matcher: *purpose == Purpose::Matcher,
        })
    }

    /// A namespace that stays in CCR and that the file puts behind this host.
    fn left_behind<'a>(
        &self,
        bytes: &'a [u8],
        name: &Name,
        context: &'a Context,
    ) -> Option<&'a str> {
        let stays = |namespace: &&str| {
            matches!(self.names.owner(&name.host, namespace), Owner::Other | Owner::Tencent)
        };
        let of_variable = context.variable.iter();
        let mut used = of_variable.flat_map(|variable| behind::namespaces(bytes, variable));
        behind::tencents(bytes).or_else(|| used.find(stays))
    }

    fn is_rewritten(&self, purpose: &Purpose) -> bool {
        match purpose {
            Purpose::Reference | Purpose::Container | Purpose::Push | Purpose::Matcher => true,
            Purpose::Login => self.also.logins,
            Purpose::Comment => self.also.comments,
            Purpose::Documentation => self.also.docs,
            Purpose::Source | Purpose::Test | Purpose::Concatenated => self.also.source,
            Purpose::Url
            | Purpose::Auths
            | Purpose::Mirror
            | Purpose::Pattern
            | Purpose::Comparison
            | Purpose::AllowList
            | Purpose::BesideEditionFlag(_)
            | Purpose::Sealed
            | Purpose::Generated => false,
        }
    }
}

fn needed(
    images: Option<(crate::image::Reference, crate::image::Reference)>,
    purpose: &Purpose,
    is_repository: bool,
) -> Needed {
    match (purpose, images) {
        (Purpose::Push, _) => Needed::Pushed,
        (Purpose::Login | Purpose::Matcher, _) => Needed::Nothing,
        (_, Some((old, new))) => Needed::Image { old: Box::new(old), new: Box::new(new) },
        (_, None) if is_repository => Needed::UnknownTag,
        (_, None) => Needed::Nothing,
    }
}

/// `HOST/REPOSITORY`, if that is written in full.
fn repository(what: &What) -> Option<String> {
    let What::Name(name) = what else { return None };
    let is_whole = name.path.len() > 1 && name.path.iter().all(|segment| !segment.is_template);
    is_whole.then(|| {
        let path: Vec<&str> = name.path.iter().map(|segment| &*segment.text).collect();
        format!("{}/{}", name.host, path.join("/"))
    })
}

fn holds(outer: &Span, inner: &Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// What stands where `name` stands after `edits` of it, without the gap behind a fallback.
fn spliced(bytes: &[u8], name: &Name, edits: &[Edit]) -> String {
    let end = end_of(name);
    let gap = name.gap().map(|span| Edit { span, new: String::new() });
    let mut new = String::new();
    let mut at = name.host_span.start;
    // The host's edit is the first.
    let (host, others) = edits.split_at(edits.len().min(1));
    for edit in host.iter().chain(&gap).chain(others) {
        new.push_str(&String::from_utf8_lossy(&bytes[at..edit.span.start]));
        new.push_str(&edit.new);
        at = edit.span.end;
    }
    new.push_str(&String::from_utf8_lossy(&bytes[at..end.max(at)]));
    new
}

/// Where it ends, without a slash at its end.
fn end_of(name: &Name) -> usize {
    let parts = [name.path.last(), name.tag.as_ref(), name.digest.as_ref()];
    let end = parts.into_iter().flatten().map(|part| part.span.end).max();
    end.unwrap_or(0).max(name.host_span.end)
}

/// What stands there, for people; not what is encoded, which is a login with its password.
fn shown(bytes: &[u8], found: &Found) -> String {
    if found.what == What::Encoded {
        return "base64".to_owned();
    }
    if let What::Name(name) = &found.what
        && name.is_fallback
    {
        return spliced(bytes, name, &[]);
    }
    let bytes = &bytes[found.span.clone()];
    match bytes.get(..SHOWN) {
        Some(beginning) if bytes.len() > SHOWN => {
            format!("{}…", String::from_utf8_lossy(beginning))
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Counts lines up to places that come in order.
#[derive(Default)]
struct Lines {
    counted: usize,
    line: usize,
    begin: usize,
}

impl Lines {
    /// Line and column of a byte, both counted from 1.
    fn at(&mut self, bytes: &[u8], place: usize) -> (usize, usize) {
        for end in memchr::memchr_iter(b'\n', &bytes[self.counted..place]) {
            self.line += 1;
            self.begin = self.counted + end + 1;
        }
        self.counted = place;
        (self.line + 1, place - self.begin + 1)
    }
}

#[cfg(test)]
mod tests;

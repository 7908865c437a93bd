//! What `policy` prints: rights that steps need, judged or not, and translated policies.

use ccr2tcr::rights::{
    CheckedRight, Judgement, LeastPolicy, PrintedPolicy, Step, TranslatedPolicy,
};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON forms.
const SCHEMA_VERSION: u32 = 1;

/// What `policy STEP -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeastView<'a> {
    document: PrintedPolicy,
    kind: &'static str,
    rights: Vec<RightView<'a>>,
    schema_version: u32,
    steps: Vec<String>,
}

#[derive(Serialize)]
struct RightView<'a> {
    /// More than one where CAM's table has another name than the API.
    actions: &'a [&'static str],
    required: bool,
    resources: &'a [String],
    why: &'a str,
}

impl<'a> LeastView<'a> {
    pub(crate) fn of(policy: &'a LeastPolicy) -> Self {
        let right = |right: &'a ccr2tcr::rights::Right| RightView {
            actions: right.need.actions,
            required: right.is_required,
            resources: &right.resources,
            why: right.need.why,
        };
        Self {
            document: policy.document(),
            kind: "policy",
            rights: policy.rights.iter().map(right).collect(),
            schema_version: SCHEMA_VERSION,
            steps: names(&policy.steps),
        }
    }
}

impl View for LeastView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        None
    }
}

/// What `policy check` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckView<'a> {
    kind: &'static str,
    rights: Vec<CheckedView<'a>>,
    schema_version: u32,
    /// What could not be read of the policies, each with its reason.
    unread: Vec<&'a str>,
    /// Whose keys they are: CCR's and TCR's, or one for both.
    users: Vec<String>,
    #[serde(skip)]
    verdicts: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedView<'a> {
    actions: &'a [&'static str],
    optional_for: Vec<String>,
    required_by: Vec<String>,
    resources: &'a [String],
    /// `granted`, `lacking` or `notProven`
    verdict: &'static str,
    /// The policy that grants it, or why it isn't granted.
    reason: &'a str,
    why: &'a str,
}

impl<'a> CheckView<'a> {
    pub(crate) fn of(
        steps: &[Step],
        checked: &'a [CheckedRight],
        users: Vec<String>,
        unread: Vec<&'a str>,
    ) -> Self {
        let view = |right: &'a CheckedRight| {
            let (verdict, reason) = match &right.judgement {
                Judgement::Granted { by } => ("granted", by),
                Judgement::Lacking { why } => ("lacking", why),
                Judgement::NotProven { why } => ("notProven", why),
            };
            CheckedView {
                actions: right.need.actions,
                optional_for: names(&right.optional_for),
                required_by: names(&right.required_by),
                resources: &right.resources,
                verdict,
                reason,
                why: right.need.why,
            }
        };
        Self {
            kind: "policyCheck",
            rights: checked.iter().map(view).collect(),
            schema_version: SCHEMA_VERSION,
            unread,
            users,
            verdicts: steps.iter().map(|step| verdict(*step, checked)).collect(),
        }
    }
}

/// `sync: 2 rights are lacking, 1 is not proven`
fn verdict(step: Step, checked: &[CheckedRight]) -> String {
    let count = |is_it: fn(&Judgement) -> bool| {
        let needed = checked.iter().filter(|right| right.required_by.contains(&step));
        needed.filter(|right| is_it(&right.judgement)).count()
    };
    let lacking = count(|judgement| matches!(judgement, Judgement::Lacking { .. }));
    let open = count(|judgement| matches!(judgement, Judgement::NotProven { .. }));
    match (lacking, open) {
        (0, 0) => format!("{step}: every right that it needs is granted"),
        (0, open) => format!("{step}: {open} not proven"),
        (lacking, 0) => format!("{step}: {lacking} lacking"),
        (lacking, open) => format!("{step}: {lacking} lacking, {open} not proven"),
    }
}

impl View for CheckView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let columns = ["verdict", "right", "needed to", "by", "reason"];
        let mut table = Table::new(columns.map(Column::text));
        for right in self.rights.iter().filter(|right| right.verdict != "granted") {
            let verdict = if right.verdict == "lacking" { "lacking" } else { "not proven" };
            let optional = right
                .optional_for
                .iter()
                .map(|step| format!("{step} (optional)"))
                .collect::<Vec<_>>();
            let steps = [right.required_by.clone(), optional].concat().join(", ");
            // Of two names for one action the second is in the JSON form.
            let right_name = format!("{} on {}", right.actions[0], right.resources.join(" and "));
            table.row([verdict, &right_name, right.why, &steps, right.reason]);
        }
        (!table.is_empty()).then_some(table)
    }

    fn lines(&self) -> Vec<String> {
        self.verdicts.clone()
    }
}

/// What `policy translate -o json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TranslationView<'a> {
    kind: &'static str,
    policies: Vec<TranslatedView<'a>>,
    schema_version: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TranslatedView<'a> {
    document: &'a PrintedPolicy,
    name: &'a str,
    /// What of it is not in the document, and why.
    not_translated: &'a [String],
}

impl<'a> TranslationView<'a> {
    pub(crate) fn of(policies: &'a [(String, TranslatedPolicy)]) -> Self {
        let view = |(name, translated): &'a (String, TranslatedPolicy)| TranslatedView {
            document: &translated.policy,
            name,
            not_translated: &translated.left,
        };
        Self {
            kind: "policyTranslation",
            policies: policies.iter().map(view).collect(),
            schema_version: SCHEMA_VERSION,
        }
    }
}

impl View for TranslationView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        None
    }
}

fn names(steps: &[Step]) -> Vec<String> {
    steps.iter().map(ToString::to_string).collect()
}

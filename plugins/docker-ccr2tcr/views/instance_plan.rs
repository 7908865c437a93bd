//! What a fleet needs.

use ccr2tcr::diagnostic::{counted, human_count, shortened};
use ccr2tcr::fleet::{InstancePlan, PlannedInstance, PlannedRegion, Reach};
use ccr2tcr::terminal::{Column, Table, View};
use serde::Serialize;

/// The version of the JSON form.
const SCHEMA_VERSION: u32 = 1;

/// Clusters and VPCs that are named in a cell.
const NAMED: usize = 3;

/// What `instances plan` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstancePlanView<'a> {
    kind: &'static str,
    schema_version: u32,
    #[serde(flatten)]
    plan: &'a InstancePlan,
    /// Whether the mapping files are shown, for they are not written.
    #[serde(skip)]
    shows_mappings: bool,
}

impl<'a> InstancePlanView<'a> {
    pub(crate) fn of(plan: &'a InstancePlan, shows_mappings: bool) -> Self {
        Self { kind: "instancePlan", schema_version: SCHEMA_VERSION, plan, shows_mappings }
    }

    fn regions(&self) -> Vec<String> {
        if self.plan.regions.is_empty() {
            return vec!["no cluster was found".to_owned()];
        }
        let mut table = Table::new([
            Column::text("region"),
            Column::text("clusters"),
            Column::number("nodes"),
            Column::text("vpcs"),
            Column::text("reached by"),
        ]);
        for region in &self.plan.regions {
            let vpcs: Vec<&String> = region.vpcs.iter().collect();
            table.row([
                region.region.to_string(),
                shortened(&region.clusters, NAMED),
                region.nodes.map_or_else(|| "not said".to_owned(), human_count),
                shortened(&vpcs, NAMED),
                self.reach(region),
            ]);
        }
        table.render(None).lines().map(str::to_owned).collect()
    }

    fn reach(&self, region: &PlannedRegion) -> String {
        let label = self.plan.instances.get(region.instance).map(PlannedInstance::label);
        let label = label.unwrap_or_default();
        match region.reach {
            Reach::Link => format!("links of {label}"),
            Reach::Replica => format!("links of {label} at its replica"),
            Reach::NewReplica => format!("links of {label} at a replica, to be made"),
        }
    }
}

impl View for InstancePlanView<'_> {
    fn table(&self, _wide: bool) -> Option<Table> {
        let mut table = Table::new([
            Column::text("instance"),
            Column::text("what"),
            Column::text("have"),
            Column::number("needed"),
            Column::text("edition"),
        ]);
        for instance in &self.plan.instances {
            for requirement in &instance.requirements {
                let have = match (&instance.edition, requirement.have) {
                    (None, _) => "to be made".to_owned(),
                    (Some(edition), None) if requirement.met => format!("any ({edition})"),
                    (Some(edition), None) => format!("not known ({edition})"),
                    (Some(edition), Some(0)) => format!("none ({edition})"),
                    (Some(edition), Some(have)) => format!("{} ({edition})", human_count(have)),
                };
                let edition = requirement.edition.map(|tier| tier.to_string());
                table.row([
                    instance.label(),
                    requirement.what.to_owned(),
                    have,
                    human_count(requirement.needed),
                    edition.unwrap_or_else(|| "in none".to_owned()),
                ]);
            }
        }
        Some(table)
    }

    fn lines(&self) -> Vec<String> {
        let plan = self.plan;
        let mut lines = vec![String::new()];
        lines.extend(self.regions());
        lines.push(String::new());
        lines.extend(plan.ccr.iter().map(|size| {
            format!(
                "CCR in {}: {}, {}, {}; its lists don't count bytes",
                size.region,
                counted(size.namespaces, "namespace", "namespaces"),
                counted(size.repositories, "repository", "repositories"),
                counted(size.tags, "tag", "tags"),
            )
        }));
        lines.extend(plan.instances.iter().map(verdict));
        let bound = |unread: &ccr2tcr::fleet::Unread| {
            format!("not proven: {} could not be read, so more may be needed", unread.what)
        };
        lines.extend(plan.unread.iter().map(bound));
        lines.extend(plan.unmet.iter().cloned());
        lines.extend(
            plan.rules
                .iter()
                .map(|rule| format!("{} becomes {}: {}", rule.from, rule.to, rule.why)),
        );
        lines.extend(plan.notices.iter().cloned());
        if !plan.steps.is_empty() {
            lines.push(String::new());
        }
        for step in &plan.steps {
            let bill = if step.costs_money { " (Tencent bills it)" } else { "" };
            lines.push(format!("# {}{bill}", step.what));
            lines.push(step.command.clone());
        }
        for mapping in plan.mappings.iter().filter(|_| self.shows_mappings) {
            lines.extend([String::new(), format!("# {}", mapping.file)]);
            lines.extend(mapping.content.lines().map(str::to_owned));
        }
        lines
    }
}

fn verdict(instance: &PlannedInstance) -> String {
    let label = instance.label();
    let is_enough = instance.requirements.iter().all(|it| it.met);
    match (&instance.edition, instance.needs) {
        (Some(edition), _) if is_enough => format!("{label}: its {edition} edition is enough"),
        (_, None) => format!("{label}: no edition is enough"),
        (None, Some(needs)) => match &instance.name {
            Some(_) => format!("{label}: to be made in {}, {needs} edition", instance.region),
            None => format!("{label}: {needs} edition"),
        },
        (Some(edition), Some(needs)) => {
            format!("{label}: the {needs} edition is needed, it has {edition}")
        }
    }
}

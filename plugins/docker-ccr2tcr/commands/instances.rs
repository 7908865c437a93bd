//! `docker ccr2tcr instances`: what the API key can see.

use ccr2tcr::account::{AccountError, list_instances};
use ccr2tcr::environment::Environment;
use ccr2tcr::tencent::Instance;
use ccr2tcr::terminal::{Column, Printer, Table};
use serde_json::json;

use super::problems;
use crate::cli::{InstancesArgs, Output};
use crate::exit::ExitCode;

pub(crate) async fn run(args: InstancesArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let listing = match list_instances(&args.settings, &Environment::from_process()).await {
        Ok(listing) => listing,
        Err(error) => return Ok(problems::account(printer, &error)),
    };
    let shown = match args.output {
        Output::Json => {
            let instances: Vec<_> = listing.items.iter().map(as_json).collect();
            printer.json(&json!({"schemaVersion": 1, "kind": "instances", "instances": instances}))
        }
        Output::Text if listing.items.is_empty() => {
            return Ok(problems::account(printer, &AccountError::NoInstance));
        }
        Output::Text => {
            let mut table = Table::new([
                Column::text("name"),
                Column::text("id"),
                Column::text("region"),
                Column::text("tier"),
                Column::text("status"),
                Column::text("host"),
            ]);
            for instance in &listing.items {
                table.row([
                    instance.name.clone(),
                    instance.id.clone(),
                    instance.region.to_string(),
                    instance.kind.to_string(),
                    instance.status.clone(),
                    instance.public_domain.as_ref().map(ToString::to_string).unwrap_or_default(),
                ]);
            }
            printer.table(&table)
        }
    };
    if !listing.is_complete() {
        printer.warning(&format!(
            "the API counts {} instances and lists {}",
            listing.counted,
            listing.items.len()
        ));
        return Ok(ExitCode::Left.after(shown)?);
    }
    Ok(ExitCode::Done.after(shown)?)
}

fn as_json(instance: &Instance) -> serde_json::Value {
    json!({
        "name": instance.name,
        "id": instance.id,
        "region": instance.region.to_string(),
        "tier": instance.kind.to_string(),
        "status": instance.status,
        "host": instance.public_domain,
    })
}

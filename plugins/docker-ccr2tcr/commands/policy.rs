//! `docker ccr2tcr policy`: rights printed, checked and translated. Nothing is created or attached.

use std::path::Path;

use anyhow::Context as _;
use ccr2tcr::account::{
    AccountError, Settings, SideApis, ccr_names, named_ccr_regions, read_text, side_apis,
};
use ccr2tcr::environment::Environment;
use ccr2tcr::image::{Host, Mapping};
use ccr2tcr::rights::{
    Document, LeastPolicy, MovedNamespace, PrintedPolicy, Rights, Scope, Step, TranslatedPolicy,
    Translation, check,
};
use ccr2tcr::tencent::{ApiError, instances};
use ccr2tcr::terminal::{OutputFormat, Printer, render};
use ccr2tcr::transfer::Stop;

use super::problems;
use crate::cli::{
    CheckArgs, PolicyArgs, PolicyCommand, PolicyOutput, PrintArgs, ScopeArgs, TranslateArgs,
};
use crate::exit::ExitCode;
use crate::views::{CheckView, LeastView, TranslationView};

/// A policy is short; a longer file is the wrong one.
const POLICY_LIMIT: u64 = 1024 * 1024;

pub(crate) async fn run(
    args: PolicyArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    match args.command {
        None => print(&args.print, printer),
        Some(PolicyCommand::Check(args)) => {
            match stop.unless_asked(checked(&args, printer)).await {
                Some(done) => done,
                None => Ok(problems::interrupted(printer, "the rights were checked")),
            }
        }
        Some(PolicyCommand::Translate(args)) => {
            match stop.unless_asked(translated(&args, printer)).await {
                Some(done) => done,
                None => Ok(problems::interrupted(printer, "the policies were translated")),
            }
        }
    }
}

fn print(args: &PrintArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let scope = match scope(&args.scope, &args.settings) {
        Ok(scope) => scope,
        Err(problem) => return Ok(problem.show(printer)),
    };
    let policy = LeastPolicy::of(&args.steps, &scope);
    let shown = match args.output {
        PolicyOutput::Json => render(printer, OutputFormat::Json, &LeastView::of(&policy)),
        output => print_policy(printer, output, &policy.name(), &policy.document()),
    };
    let without_instance = |right: &ccr2tcr::rights::Right| {
        right.resources.iter().any(|it| it.contains("instance/*") || it.contains("repository/*"))
            && right.need.on != ccr2tcr::rights::On::Instances
    };
    if scope.instance.is_none() && policy.rights.iter().any(without_instance) {
        printer.note("it reaches all instances: --instance tcr-… narrows it to one");
    }
    let unsure = policy.unsure();
    if !unsure.is_empty() {
        printer.note(&format!(
            "granted on `*`, because CAM's documents leave open on what less: {}",
            unsure.join(", ")
        ));
    }
    Ok(ExitCode::Done.after(shown)?)
}

fn print_policy(
    printer: &Printer,
    output: PolicyOutput,
    name: &str,
    policy: &PrintedPolicy,
) -> std::io::Result<()> {
    let text = match output {
        PolicyOutput::Terraform => policy.to_terraform(name, "Made by docker ccr2tcr policy"),
        PolicyOutput::Cam | PolicyOutput::Json => policy.to_json() + "\n",
    };
    printer.data(&text)
}

/// A reason not to begin.
enum Problem {
    Account(AccountError),
    Namespace(String),
}

impl Problem {
    fn show(&self, printer: &Printer) -> ExitCode {
        match self {
            Self::Account(error) => problems::account(printer, error),
            Self::Namespace(error) => {
                let hint = "choose a name for it: --map OLD=NEW";
                problems::plain(printer, error, Some(hint))
            }
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        Self::Account(error)
    }
}

/// What the command line says of how far rights reach.
fn scope(args: &ScopeArgs, settings: &Settings) -> Result<Scope, Problem> {
    let (_, mapping) = ccr_names(settings)?;
    let hosts = hosts(settings)?;
    let mut namespaces = Vec::new();
    for name in &args.ns {
        for (_, host) in &hosts {
            let target = mapping.target_below(host, name);
            let enterprise =
                target.map_err(|why| Problem::Namespace(format!("namespace {name}: {why}")))?;
            let moved = MovedNamespace { personal: name.clone(), enterprise };
            if !namespaces.contains(&moved) {
                namespaces.push(moved);
            }
        }
    }
    Ok(Scope { instance: args.instance.clone(), namespaces, ..Scope::default() })
}

/// CCR's regions, each with its host.
fn hosts(settings: &Settings) -> Result<Vec<(String, Host)>, AccountError> {
    let regions = named_ccr_regions(settings)?;
    let host = |region: &ccr2tcr::tencent::Region| Some((region.to_string(), region.ccr_host()?));
    Ok(regions.iter().filter_map(host).collect())
}

async fn checked(args: &CheckArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let mut scope = match scope(&args.scope, &args.settings) {
        Ok(scope) => scope,
        Err(problem) => return Ok(problem.show(printer)),
    };
    let apis = match side_apis(&args.settings, &Environment::from_process()).await {
        Ok(apis) => apis,
        Err(error) => return Ok(problems::account(printer, &error)),
    };
    let rights = match read_rights(&apis).await {
        Ok(rights) => rights,
        Err(error) => return Ok(problems::account(printer, &error.into())),
    };
    scope.personal_regions = apis.personal.iter().map(|source| source.region.clone()).collect();
    find_instance(&mut scope, &args.settings, &apis, printer).await;
    let steps = if args.steps.is_empty() { Step::all() } else { &args.steps };
    let [personal, enterprise] = &rights;
    let rights = check(steps, &scope, personal, enterprise);
    let (mut users, mut unread) = (vec![personal.who()], Vec::new());
    unread.extend(personal.unread());
    if enterprise.identity() != personal.identity() {
        users.push(enterprise.who());
        unread.extend(enterprise.unread());
    }
    for user in &users {
        printer.note(&format!("the key is that of {user}"));
    }
    for what in &unread {
        printer.warning(&format!("could not be read: {what}"));
    }
    let unread = unread.into_iter().map(String::as_str).collect();
    let view = CheckView::of(steps, &rights, users, unread);
    let shown = render(printer, args.output.into(), &view);
    let hindered = rights.iter().any(ccr2tcr::rights::CheckedRight::hinders);
    if hindered && args.output.is_for_people() {
        let names: Vec<_> = steps.iter().map(ToString::to_string).collect();
        printer.hint(&format!(
            "docker ccr2tcr policy {} prints the policy that grants it all",
            if args.steps.is_empty() { "STEP".to_owned() } else { names.join(" ") }
        ));
    }
    let code = if hindered { ExitCode::Left } else { ExitCode::Done };
    Ok(code.after(shown)?)
}

/// Of CCR's key and of TCR's.
async fn read_rights(apis: &SideApis) -> Result<[Rights; 2], ApiError> {
    let personal = apis.personal.first().map(|source| source.personal.api());
    Rights::read_both([personal.unwrap_or(&apis.enterprise), &apis.enterprise]).await
}

/// Narrows the scope to the instance that is moved to, if it can be found; says so if it can't.
async fn find_instance(scope: &mut Scope, settings: &Settings, apis: &SideApis, printer: &Printer) {
    let listed = instances(&apis.enterprise, true).await;
    let wanted = scope.instance.as_deref().or(settings.tcr_name.as_deref());
    let found = match &listed {
        Ok(listing) => match wanted {
            Some(name) => listing.items.iter().find(|it| it.id == name || it.name == name),
            None => listing.items.first().filter(|_| listing.items.len() == 1),
        },
        Err(_) => None,
    };
    if let Some(instance) = found {
        scope.instance = Some(instance.id.clone());
        scope.instance_region = Some(instance.region.clone());
        return;
    }
    if let Err(error) = &listed {
        printer.warning(&format!("the instances can't be listed: {error}"));
    }
    if scope.instance.is_none() {
        printer.note("rights are checked on all instances: --instance tcr-… names one");
    }
}

async fn translated(args: &TranslateArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let (mapping, hosts) = match ccr_names(&args.settings)
        .and_then(|(_, mapping)| Ok((mapping, hosts(&args.settings)?)))
    {
        Ok(names) => names,
        Err(error) => return Ok(problems::account(printer, &error)),
    };
    let policies = match &args.policy {
        Some(path) => match read_policy(path).await? {
            Ok(document) => vec![("policy".to_owned(), document)],
            Err(error) => {
                return Ok(problems::plain(printer, &error.to_string(), Some(&error.hint())));
            }
        },
        None => match key_policies(&args.settings, printer).await? {
            Ok(policies) => policies,
            Err(code) => return Ok(code),
        },
    };
    let translated = translate_all(&policies, &mapping, hosts, args.instance.as_deref());
    let mut is_whole = true;
    for (name, policy) in &translated {
        for left in &policy.left {
            is_whole = false;
            printer.warning(&format!("not translated: {name}: {left}"));
        }
    }
    let about: Vec<_> = translated.iter().filter(|(_, it)| !it.policy.is_empty()).collect();
    if about.is_empty() && is_whole {
        printer.note("nothing of it is about CCR alone: there is nothing to translate");
    }
    let shown = match args.output {
        PolicyOutput::Json => {
            render(printer, OutputFormat::Json, &TranslationView::of(&translated))
        }
        output => about.iter().try_for_each(|(name, translated)| {
            print_policy(printer, output, &format!("{name}-tcr"), &translated.policy)
        }),
    };
    if !about.is_empty() {
        let instance = args.instance.as_deref().unwrap_or("*");
        printer.note(&format!(
            "to log in to TCR, its users also need tcr:CreateInstanceToken on qcs::tcr:::instance/{instance}"
        ));
    }
    Ok(if is_whole { ExitCode::Done } else { ExitCode::Left }.after(shown)?)
}

async fn read_policy(
    path: &Path,
) -> anyhow::Result<Result<Document, ccr2tcr::rights::DocumentError>> {
    let text = read_text(path, POLICY_LIMIT).await;
    let text = text.with_context(|| format!("can't read the policy {}", path.display()))?;
    Ok(Document::parse(&text))
}

/// The policies of CCR's key, as far as they can be read.
async fn key_policies(
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<Result<Vec<(String, Document)>, ExitCode>> {
    let apis = match side_apis(settings, &Environment::from_process()).await {
        Ok(apis) => apis,
        Err(error) => return Ok(Err(problems::account(printer, &error))),
    };
    let api = apis.personal.first().map_or(&apis.enterprise, |source| source.personal.api());
    let rights = match Rights::read(api).await {
        Ok(rights) => rights,
        Err(error) => return Ok(Err(problems::account(printer, &error.into()))),
    };
    printer.note(&format!("the key is that of {}", rights.who()));
    if !rights.unread().is_empty() {
        let hint = "give the policy with --policy FILE, copied from the console";
        for what in rights.unread() {
            printer.error(&format!("could not be read: {what}"), &[""; 0], Some(hint));
        }
        return Ok(Err(ExitCode::CouldNotStart));
    }
    let named = rights.policies().iter().map(|it| (it.name.clone(), it.document.clone()));
    Ok(Ok(named.collect()))
}

fn translate_all(
    policies: &[(String, Document)],
    mapping: &Mapping,
    hosts: Vec<(String, Host)>,
    instance: Option<&str>,
) -> Vec<(String, TranslatedPolicy)> {
    let instance = instance.unwrap_or("*").to_owned();
    let translation = Translation { mapping, hosts, instance };
    policies.iter().map(|(name, document)| (name.clone(), translation.of(document))).collect()
}

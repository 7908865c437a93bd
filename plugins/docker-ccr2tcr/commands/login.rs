//! `docker ccr2tcr login`: a credential for TCR, made by the API and kept by Docker's own store.

use ccr2tcr::account::{Account, AccountError, RequiredApis};
use ccr2tcr::environment::Environment;
use ccr2tcr::http::Secret;
use ccr2tcr::registry::Stored;
use ccr2tcr::tencent::{ApiError, Enterprise, TokenKind};
use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::Stop;
use jiff::Timestamp;

use super::problems;
use crate::cli::LoginArgs;
use crate::exit::ExitCode;

/// What a stop in the midst of it means.
const LOST: &str = "the login was stored: if the API has made it already, it is listed in the console and of no use, because nobody has its password";

struct NewLogin {
    username: String,
    password: Secret,
    expires: Option<Timestamp>,
    what: String,
}

pub(crate) async fn run(
    args: LoginArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let environment = Environment::from_process();
    let opening = Account::open(&args.settings, &environment, RequiredApis::Tcr);
    let account = match stop.unless_asked(opening).await {
        Some(Ok(account)) => account,
        Some(Err(error)) => return Ok(problems::account(printer, &error)),
        None => return Ok(problems::interrupted(printer, "a login was made")),
    };
    let (Some(enterprise), Some(host)) = (&account.enterprise, &account.target_host) else {
        return Ok(problems::account(printer, &AccountError::NoTarget));
    };
    let made = match stop.within_grace(make(&args, enterprise)).await {
        Some(Ok(made)) => made,
        Some(Err(error)) => return Ok(problems::account(printer, &error.into())),
        None => return Ok(problems::interrupted(printer, LOST)),
    };
    let storing = account.docker_store.store(host, &made.username, &made.password);
    let stored = match stop.within_grace(storing).await {
        Some(Ok(stored)) => stored,
        Some(Err(error)) => return Ok(problems::account(printer, &error.into())),
        None => return Ok(problems::interrupted(printer, LOST)),
    };
    printer.data_line(&format!("{host}: logged in as {} with {}", made.username, made.what))?;
    printer.note(&match stored {
        Stored::File(path) => {
            format!("stored in {}, unencrypted, as docker login does", path.display())
        }
        Stored::Helper(helper) => format!("stored with the credential helper {helper}"),
    });
    if let Some(expires) = made.expires {
        printer.note(&format!("it expires on {expires}"));
    }
    Ok(ExitCode::Done)
}

async fn make(args: &LoginArgs, enterprise: &Enterprise) -> Result<NewLogin, ApiError> {
    let Some(name) = &args.service_account else {
        let (kind, what) = if args.temporary {
            (TokenKind::Temporary, "a token for one hour")
        } else {
            let description = "docker ccr2tcr login".to_owned();
            (TokenKind::LongTerm { description }, "a long-term token")
        };
        let token = enterprise.create_token(&kind).await?;
        return Ok(NewLogin {
            username: token.username,
            password: token.password,
            expires: Some(token.expires),
            what: what.to_owned(),
        });
    };
    let namespaces = if args.namespace.is_empty() {
        enterprise.namespaces().await?.items.into_iter().map(|namespace| namespace.name).collect()
    } else {
        args.namespace.clone()
    };
    let names: Vec<&str> = namespaces.iter().map(String::as_str).collect();
    let account = enterprise
        .create_service_account(name, &names, args.push, Some(args.days), "docker ccr2tcr login")
        .await?;
    Ok(NewLogin {
        username: account.name,
        password: account.password,
        expires: account.expires,
        what: "a service account".to_owned(),
    })
}

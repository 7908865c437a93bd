//! `docker ccr2tcr login`: a credential for TCR, made by the API and kept by Docker's own store.

use ccr2tcr::account::{Account, AccountError, RequiredApis};
use ccr2tcr::environment::Environment;
use ccr2tcr::http::Secret;
use ccr2tcr::registry::Stored;
use ccr2tcr::tencent::{ApiError, Enterprise, TokenKind};
use ccr2tcr::terminal::Printer;
use jiff::Timestamp;

use super::problems;
use crate::cli::LoginArgs;
use crate::exit::ExitCode;

struct NewLogin {
    username: String,
    password: Secret,
    expires: Option<Timestamp>,
    what: String,
}

pub(crate) async fn run(args: LoginArgs, printer: &Printer) -> anyhow::Result<ExitCode> {
    let environment = Environment::from_process();
    let account = match Account::open(&args.settings, &environment, RequiredApis::Tcr).await {
        Ok(account) => account,
        Err(error) => return Ok(problems::account(printer, &error)),
    };
    let (Some(enterprise), Some(host)) = (&account.enterprise, &account.target_host) else {
        return Ok(problems::account(printer, &AccountError::NoTarget));
    };
    let made = match make(&args, enterprise).await {
        Ok(made) => made,
        Err(error) => return Ok(problems::account(printer, &error.into())),
    };
    let stored = match account.docker_store.store(host, &made.username, &made.password).await {
        Ok(stored) => stored,
        Err(error) => return Ok(problems::account(printer, &error.into())),
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

//! Settings of accounts, mail and sign-in.

use std::time::Duration;

use matinee_identity::{AccountsOptions, AccountsPolicy, MailOptions, OidcOptions, Registration};

use super::error::Problem;
use super::{AuthMode, Config, Wrong};

/// Accounts and how people sign in.
#[derive(Clone, Default)]
pub struct PeopleConfig {
    /// Who may make an account.
    pub registration: Registration,
    /// How many wrong passwords cost nothing.
    pub login_attempts: u32,
    /// How long one waits at most after further ones.
    pub login_wait: Duration,
    /// The mail server, with its password.
    pub smtp_url: Option<String>,
    /// Whom letters come from.
    pub mail_from: Option<String>,
    /// The OpenID Connect provider.
    pub oidc_issuer: Option<String>,
    /// What the provider calls this service.
    pub oidc_client_id: Option<String>,
    /// The password that the provider gave to this service.
    pub oidc_client_secret: Option<String>,
    /// What people know the provider as.
    pub oidc_name: String,
    /// Whether a verified address is proof enough of who somebody is.
    pub oidc_link_by_email: bool,
    /// Whether somebody new gets an account.
    pub oidc_sign_up: bool,
}

impl std::fmt::Debug for PeopleConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeopleConfig")
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

impl PeopleConfig {
    /// Rules that concern more than one setting.
    pub(super) fn judge(&self, public_url: bool, problems: &mut Vec<Problem>) {
        if self.smtp_url.is_some() && self.mail_from.is_none() {
            problems.push(Problem::rule(
                "MATINEE_MAIL_FROM",
                "must be set when MATINEE_SMTP_URL is",
            ));
        }
        if self.smtp_url.is_some() && !public_url {
            problems.push(Problem::rule(
                "MATINEE_PUBLIC_URL",
                "must be set when MATINEE_SMTP_URL is: links in letters begin with it",
            ));
        }
        if self.oidc_issuer.is_some() && self.oidc_client_id.is_none() {
            problems.push(Problem::rule(
                "MATINEE_OIDC_CLIENT_ID",
                "must be set when MATINEE_OIDC_ISSUER is",
            ));
        }
    }
}

impl Config {
    /// For accounts.
    pub fn accounts(&self) -> AccountsOptions {
        let people = &self.people;
        let mail = match (&people.smtp_url, &people.mail_from) {
            (Some(url), Some(from)) => MailOptions::Smtp {
                url: url.clone(),
                from: from.clone(),
            },
            _ => MailOptions::Log,
        };
        let oidc = match (&people.oidc_issuer, &people.oidc_client_id) {
            (Some(issuer), Some(client_id)) => Some(OidcOptions {
                issuer: issuer.clone(),
                client_id: client_id.clone(),
                client_secret: people.oidc_client_secret.clone(),
                name: people.oidc_name.clone(),
                link_by_email: people.oidc_link_by_email,
                sign_up: people.oidc_sign_up,
            }),
            _ => None,
        };
        AccountsOptions {
            open: self.auth == AuthMode::Open,
            policy: self.accounts_policy(),
            public_url: self.public_url.clone(),
            mail,
            oidc,
        }
    }

    /// For accounts, as far as it may change while they are in use.
    pub fn accounts_policy(&self) -> AccountsPolicy {
        AccountsPolicy {
            registration: self.people.registration,
            service: self.name.clone(),
            free_attempts: self.people.login_attempts,
            longest_wait: self.people.login_wait,
        }
    }
}

pub(super) fn smtp_url(value: &str) -> Result<String, Wrong> {
    let url = url::Url::parse(value).map_err(|_| Wrong)?;
    let sound = matches!(url.scheme(), "smtp" | "smtps") && url.host().is_some();
    if sound {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

pub(super) fn sender(value: &str) -> Result<String, Wrong> {
    if matinee_identity::is_mailbox(value) {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

/// Kept as it is written: a provider's identifier is compared letter by letter.
pub(super) fn issuer(value: &str) -> Result<String, Wrong> {
    let url = url::Url::parse(value).map_err(|_| Wrong)?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.query().is_none()
        && url.fragment().is_none();
    if sound {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

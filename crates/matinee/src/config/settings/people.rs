//! Settings of the section "People".

use std::time::Duration;

use matinee_identity::Registration;

use super::read::{choice, optional, text};
use super::{Edited, Kind, Setting};
use crate::config::Wrong;
use crate::config::people as accounts;
use crate::config::value::{duration, number, switch};

const IN_PEOPLE: Setting = Setting {
    section: "People",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_REGISTRATION",
        kind: Kind::Choice(&["open", "invitation", "closed"]),
        edited: Edited::AtOnce,
        default: "invitation",
        expects: "open, invitation or closed",
        about: "Who may make an account: anybody, those whom an administrator has sent an invitation, or nobody (administrators make them).",
        set: |c, v| {
            c.people.registration = choice(
                v,
                &[
                    ("open", Registration::Open),
                    ("invitation", Registration::Invitation),
                    ("closed", Registration::Closed),
                ],
            )?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_LOGIN_ATTEMPTS",
        kind: Kind::Number,
        edited: Edited::AtOnce,
        default: "5",
        expects: "a number from 1 to 100",
        about: "How many wrong passwords cost nothing, of a name and of an address. From then on each doubles the wait before the next, beginning with 2 seconds. Counted on each node by itself.",
        set: |c, v| {
            c.people.login_attempts = number(v, 1..=100)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_LOGIN_WAIT",
        kind: Kind::Duration,
        edited: Edited::AtOnce,
        default: "15m",
        expects: "a length of time such as 15m, from 2s to 1h",
        about: "What that wait grows to at most. An hour without a failure ends it.",
        set: |c, v| {
            let length = duration(v)?;
            if !(Duration::from_secs(2)..=Duration::from_hours(1)).contains(&length) {
                return Err(Wrong);
            }
            c.people.login_wait = length;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_SMTP_URL",
        kind: Kind::Text,
        expects: "an address such as smtps://user:password@mail.example.org:465, or smtp://mail.example.org:587?tls=required",
        about: "The mail server for confirming addresses and for forgotten passwords. Without it, letters are written to the log. Needs MATINEE_MAIL_FROM and MATINEE_PUBLIC_URL.",
        secret: true,
        set: |c, v| {
            c.people.smtp_url = optional(v, accounts::smtp_url)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_MAIL_FROM",
        kind: Kind::Text,
        expects: "an address such as Film club <films@example.org>",
        about: "Whom letters come from.",
        set: |c, v| {
            c.people.mail_from = optional(v, accounts::sender)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_ISSUER",
        kind: Kind::Text,
        expects: "an address such as https://login.example.org/realms/films",
        about: "A provider that people may sign in with (OpenID Connect). Its redirect address is /api/session/oidc/sso/callback below this server's. Needs MATINEE_OIDC_CLIENT_ID.",
        set: |c, v| {
            c.people.oidc_issuer = optional(v, accounts::issuer)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_CLIENT_ID",
        kind: Kind::Text,
        expects: "a text",
        about: "What the provider calls this service.",
        set: |c, v| {
            c.people.oidc_client_id = optional(v, |v| text(v, 256))?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_CLIENT_SECRET",
        kind: Kind::Text,
        expects: "a text",
        about: "The password that the provider gave to this service. Without it: a public client.",
        secret: true,
        set: |c, v| {
            c.people.oidc_client_secret = optional(v, |v| text(v, 512))?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_NAME",
        kind: Kind::Text,
        edited: Edited::AfterRestart,
        default: "Single sign-on",
        expects: "1 to 60 characters",
        about: "What people know the provider as.",
        set: |c, v| {
            c.people.oidc_name = text(v, 60)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_LINK_BY_EMAIL",
        kind: Kind::Switch,
        default: "false",
        expects: "true or false",
        about: "Whether somebody whose e-mail address the provider has verified is taken for the account with the same verified address. Only for a provider that is trusted with every account.",
        set: |c, v| {
            c.people.oidc_link_by_email = switch(v)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
    Setting {
        env: "MATINEE_OIDC_SIGN_UP",
        kind: Kind::Switch,
        default: "false",
        expects: "true or false",
        about: "Whether somebody new who comes from the provider gets an account (of a viewer), whatever MATINEE_REGISTRATION says.",
        set: |c, v| {
            c.people.oidc_sign_up = switch(v)?;
            Ok(())
        },
        ..IN_PEOPLE
    },
];

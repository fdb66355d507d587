//! Settings of the section "Server".

use super::read::{choice, folder, host, network, optional, origin, text};
use super::{Edited, Kind, Setting};
use crate::config::value::{each, parse, web_address};
use crate::config::{AuthMode, Environment, Wrong};

const IN_SERVER: Setting = Setting {
    section: "Server",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "HOST",
        kind: Kind::Text,
        default: "0.0.0.0",
        expects: "an IP address, or localhost",
        about: "The address to listen on.",
        set: |c, v| {
            c.host = host(v)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "PORT",
        kind: Kind::Number,
        default: "8000",
        expects: "a number from 0 to 65535",
        about: "The port to listen on; 0 takes any free one.",
        set: |c, v| {
            c.port = parse(v)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_NAME",
        kind: Kind::Text,
        edited: Edited::AtOnce,
        default: "Matinee",
        expects: "1 to 60 characters",
        about: "What the instance calls itself.",
        set: |c, v| {
            c.name = text(v, 60)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_PUBLIC_URL",
        kind: Kind::Text,
        expects: "an address such as https://films.example.org",
        about: "The address under which the world sees the server. Without it, each request's Host is believed.",
        set: |c, v| {
            c.public_url = optional(v, web_address)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_TRUSTED_PROXIES",
        kind: Kind::List,
        default: "127.0.0.1,::1",
        expects: "IP addresses separated by commas",
        about: "Proxies whose X-Forwarded-For, -Host and -Proto headers are believed.",
        set: |c, v| {
            c.trusted_proxies = each(v, parse)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_COUNTRY_HEADER",
        kind: Kind::Text,
        expects: "a header such as CF-IPCountry",
        about: "The header in which a trusted proxy tells the viewer's country, for region rules. Without it nobody's country is known.",
        set: |c, v| {
            c.country_header = optional(v, parse)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_COUNTRY_FILE",
        kind: Kind::Text,
        expects: "a file such as /var/lib/GeoIP/GeoLite2-Country.mmdb",
        about: "A database of addresses in MaxMind's format, for region rules and for figures by country, where no trusted proxy tells the country. It is read at start, and again when it has changed.",
        set: |c, v| {
            c.country_file = optional(v, folder)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "ALLOWED_ORIGINS",
        kind: Kind::List,
        edited: Edited::AfterRestart,
        expects: "origins such as https://example.org separated by commas, or *",
        about: "Other sites whose pages may call the API, without cookies.",
        set: |c, v| {
            c.allowed_origins = each(v, origin)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_EMBED_SITES",
        kind: Kind::List,
        edited: Edited::AtOnce,
        default: "*",
        expects: "origins such as https://example.org separated by commas, or *",
        about: "Other sites whose pages may show the player of a public video in a frame; empty for none.",
        set: |c, v| {
            c.embed_sites = each(v, origin)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_WEBHOOK_ALLOW",
        kind: Kind::List,
        expects: "networks such as 10.0.0.0/8 separated by commas",
        about: "Private networks that webhooks may reach. All others are refused.",
        set: |c, v| {
            c.webhook_allow = each(v, network)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_PUSH_ALLOW",
        kind: Kind::List,
        expects: "networks such as 10.0.0.0/8 separated by commas",
        about: "Private networks in which push services for browsers may be, also without HTTPS. All others are refused.",
        set: |c, v| {
            c.push_allow = each(v, network)?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "MATINEE_AUTH",
        kind: Kind::Choice(&["operator", "open"]),
        default: "operator",
        expects: "operator or open",
        about: "Who may write: the signed-in operator, or (open) everybody, which needs a loopback HOST.",
        set: |c, v| {
            c.auth = choice(
                v,
                &[("operator", AuthMode::Operator), ("open", AuthMode::Open)],
            )?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "ENVIRONMENT",
        kind: Kind::Choice(&["development", "production"]),
        default: "development",
        expects: "development or production",
        about: "development logs for people, production logs JSON.",
        set: |c, v| {
            c.environment = choice(
                v,
                &[
                    ("development", Environment::Development),
                    ("production", Environment::Production),
                ],
            )?;
            Ok(())
        },
        ..IN_SERVER
    },
    Setting {
        env: "LOG_LEVEL",
        kind: Kind::Text,
        default: "info",
        expects: "error, warn, info, debug, trace, or filters such as info,matinee_jobs=debug",
        about: "What is logged.",
        set: |c, v| {
            tracing_subscriber::EnvFilter::try_new(v).map_err(|_| Wrong)?;
            // A single unknown word would be taken for the name of a module.
            let level = v.split(',').any(|part| !part.contains('='));
            let known = ["error", "warn", "warning", "info", "debug", "trace", "off"];
            if level
                && !v
                    .split(',')
                    .any(|p| known.contains(&p.trim().to_ascii_lowercase().as_str()))
            {
                return Err(Wrong);
            }
            c.log_level = v.to_lowercase().replace("warning", "warn");
            Ok(())
        },
        ..IN_SERVER
    },
];

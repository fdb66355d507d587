//! The list of all settings.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use matinee_identity::Registration;

use matinee_api::access::{Limits, Quota};

use super::value::{bytes, duration, each, number, parse, rate, switch, web_address};
use super::{AuthMode, Config, Environment, Handoff, Wrong};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The heading under which the reference shows it.
    pub section: &'static str,
    /// Its name in the environment. In `matinee.toml` and for `--set` the same
    /// in lower case, without `MATINEE_`.
    pub env: &'static str,
    /// The default, as one would write it; empty when there is none.
    pub default: &'static str,
    /// What a value looks like, to follow "expected".
    pub expects: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// Reads a value.
    pub(super) set: fn(&mut Config, &str) -> Result<(), Wrong>,
}

impl Setting {
    /// Its name in `matinee.toml`.
    pub fn key(&self) -> String {
        self.env
            .strip_prefix("MATINEE_")
            .unwrap_or(self.env)
            .to_lowercase()
    }
}

macro_rules! setting {
    ($section:literal, $env:literal, $default:literal, $expects:literal, $about:literal, $set:expr) => {
        Setting {
            section: $section,
            env: $env,
            default: $default,
            expects: $expects,
            about: $about,
            secret: false,
            set: $set,
        }
    };
    (secret $section:literal, $env:literal, $expects:literal, $about:literal, $set:expr) => {
        Setting {
            secret: true,
            ..setting!($section, $env, "", $expects, $about, $set)
        }
    };
}

/// Every setting, in the order of the reference.
pub const SETTINGS: &[Setting] = &[
    setting!(
        "Server",
        "HOST",
        "0.0.0.0",
        "an IP address, or localhost",
        "The address to listen on.",
        |c, v| {
            c.host = host(v)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "PORT",
        "8000",
        "a number from 0 to 65535",
        "The port to listen on; 0 takes any free one.",
        |c, v| {
            c.port = parse(v)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_NAME",
        "Matinee",
        "1 to 60 characters",
        "What the instance calls itself.",
        |c, v| {
            c.name = text(v, 60)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_PUBLIC_URL",
        "",
        "an address such as https://films.example.org",
        "The address under which the world sees the server. Without it, each request's Host is believed.",
        |c, v| {
            c.public_url = optional(v, web_address)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "IP addresses separated by commas",
        "Proxies whose X-Forwarded-For, -Host and -Proto headers are believed.",
        |c, v| {
            c.trusted_proxies = each(v, parse)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_COUNTRY_HEADER",
        "",
        "a header such as CF-IPCountry",
        "The header in which a trusted proxy tells the viewer's country, for region rules. Without it nobody's country is known.",
        |c, v| {
            c.country_header = optional(v, parse)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "ALLOWED_ORIGINS",
        "",
        "origins such as https://example.org separated by commas, or *",
        "Other sites whose pages may call the API, without cookies.",
        |c, v| {
            c.allowed_origins = each(v, origin)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_EMBED_SITES",
        "*",
        "origins such as https://example.org separated by commas, or *",
        "Other sites whose pages may show the player of a public video in a frame; empty for none.",
        |c, v| {
            c.embed_sites = each(v, origin)?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "MATINEE_AUTH",
        "operator",
        "operator or open",
        "Who may write: the signed-in operator, or (open) everybody, which needs a loopback HOST.",
        |c, v| {
            c.auth = choice(
                v,
                &[("operator", AuthMode::Operator), ("open", AuthMode::Open)],
            )?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "ENVIRONMENT",
        "development",
        "development or production",
        "development logs for people, production logs JSON.",
        |c, v| {
            c.environment = choice(
                v,
                &[
                    ("development", Environment::Development),
                    ("production", Environment::Production),
                ],
            )?;
            Ok(())
        }
    ),
    setting!(
        "Server",
        "LOG_LEVEL",
        "info",
        "error, warn, info, debug, trace, or filters such as info,matinee_jobs=debug",
        "What is logged.",
        |c, v| {
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
        }
    ),
    setting!(
        "People",
        "MATINEE_REGISTRATION",
        "invitation",
        "open, invitation or closed",
        "Who may make an account: anybody, those whom an administrator has sent an invitation, or nobody (administrators make them).",
        |c, v| {
            c.people.registration = choice(
                v,
                &[
                    ("open", Registration::Open),
                    ("invitation", Registration::Invitation),
                    ("closed", Registration::Closed),
                ],
            )?;
            Ok(())
        }
    ),
    setting!(
        secret "People",
        "MATINEE_SMTP_URL",
        "an address such as smtps://user:password@mail.example.org:465, or smtp://mail.example.org:587?tls=required",
        "The mail server for confirming addresses and for forgotten passwords. Without it, letters are written to the log. Needs MATINEE_MAIL_FROM and MATINEE_PUBLIC_URL.",
        |c, v| {
            c.people.smtp_url = optional(v, super::people::smtp_url)?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_MAIL_FROM",
        "",
        "an address such as Film club <films@example.org>",
        "Whom letters come from.",
        |c, v| {
            c.people.mail_from = optional(v, super::people::sender)?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_OIDC_ISSUER",
        "",
        "an address such as https://login.example.org/realms/films",
        "A provider that people may sign in with (OpenID Connect). Its redirect address is /api/session/oidc/sso/callback below this server's. Needs MATINEE_OIDC_CLIENT_ID.",
        |c, v| {
            c.people.oidc_issuer = optional(v, super::people::issuer)?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_OIDC_CLIENT_ID",
        "",
        "a text",
        "What the provider calls this service.",
        |c, v| {
            c.people.oidc_client_id = optional(v, |v| text(v, 256))?;
            Ok(())
        }
    ),
    setting!(
        secret "People",
        "MATINEE_OIDC_CLIENT_SECRET",
        "a text",
        "The password that the provider gave to this service. Without it: a public client.",
        |c, v| {
            c.people.oidc_client_secret = optional(v, |v| text(v, 512))?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_OIDC_NAME",
        "Single sign-on",
        "1 to 60 characters",
        "What people know the provider as.",
        |c, v| {
            c.people.oidc_name = text(v, 60)?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_OIDC_LINK_BY_EMAIL",
        "false",
        "true or false",
        "Whether somebody whose e-mail address the provider has verified is taken for the account with the same verified address. Only for a provider that is trusted with every account.",
        |c, v| {
            c.people.oidc_link_by_email = switch(v)?;
            Ok(())
        }
    ),
    setting!(
        "People",
        "MATINEE_OIDC_SIGN_UP",
        "false",
        "true or false",
        "Whether somebody new who comes from the provider gets an account (of a viewer), whatever MATINEE_REGISTRATION says.",
        |c, v| {
            c.people.oidc_sign_up = switch(v)?;
            Ok(())
        }
    ),
    setting!(
        "Storage",
        "MATINEE_DATA_DIR",
        "./data",
        "a folder",
        "Holds everything that the embedded engines keep. It is made if it does not exist.",
        |c, v| {
            c.data_dir = folder(v)?;
            Ok(())
        }
    ),
    setting!(secret "Storage", "DATABASE_URL",
        "sqlite:///path/to/file.db or postgres://user:password@host/database",
        "The database. Without it: SQLite, in the data folder.",
        |c, v| { c.database_url = optional(v, parse)?; Ok(()) }),
    setting!(
        "Storage",
        "MATINEE_STORAGE",
        "",
        "a folder, or s3://bucket/prefix",
        "Where uploads, renditions and images lie. Without it: in the data folder.",
        |c, v| {
            c.storage = optional(v, storage)?;
            Ok(())
        }
    ),
    setting!(
        "Storage",
        "UPLOAD_DIR",
        "",
        "a folder",
        "Another name for MATINEE_STORAGE when that is a folder.",
        |c, v| {
            if c.storage.is_none() {
                c.storage = optional(v, storage)?;
            }
            Ok(())
        }
    ),
    setting!(
        "Storage",
        "THUMBNAIL_DIR",
        "",
        "a folder",
        "Where posters, thumbnails and storyboards lie. Without it: with everything else.",
        |c, v| {
            c.thumbnail_dir = optional(v, folder)?;
            Ok(())
        }
    ),
    setting!(
        "Storage",
        "AWS_ENDPOINT_URL",
        "",
        "an address such as https://s3.example.org",
        "The object store, when it is not Amazon's.",
        |c, v| {
            c.s3_endpoint = optional(v, web_address)?;
            Ok(())
        }
    ),
    setting!(
        "Storage",
        "AWS_REGION",
        "us-east-1",
        "a region such as eu-central-1",
        "The object store's region.",
        |c, v| {
            c.s3_region = text(v, 64)?;
            Ok(())
        }
    ),
    setting!(secret "Storage", "AWS_ACCESS_KEY_ID", "an access key",
        "The object store's access key.",
        |c, v| { c.s3_access_key = optional(v, |v| text(v, 256))?; Ok(()) }),
    setting!(secret "Storage", "AWS_SECRET_ACCESS_KEY", "a secret key",
        "The object store's secret key.",
        |c, v| { c.s3_secret_key = optional(v, |v| text(v, 256))?; Ok(()) }),
    setting!(
        secret "Storage",
        "AWS_SESSION_TOKEN",
        "a token",
        "What temporary keys of the object store need besides.",
        |c, v| {
            c.s3_session_token = optional(v, |v| text(v, 4096))?;
            Ok(())
        }
    ),
    setting!(
        "Uploads",
        "MAX_FILE_SIZE",
        "5368709120",
        "a number of bytes, or such as 5GiB",
        "The largest upload.",
        |c, v| {
            c.max_file_size = number(&bytes(v)?.to_string(), 1..=1 << 50)?;
            Ok(())
        }
    ),
    setting!(
        "Uploads",
        "SUPPORTED_FORMATS",
        "mp4,avi,mov,wmv,flv,webm,mkv",
        "names of containers separated by commas",
        "The containers that are accepted, judged by what a file holds, not by its name.",
        |c, v| {
            c.supported_formats = each(v, format_name)?;
            nonempty(&c.supported_formats)
        }
    ),
    setting!(
        "Uploads",
        "MATINEE_UPLOAD_EXPIRY",
        "7d",
        "a length of time such as 7d",
        "How long an unfinished upload is kept.",
        |c, v| {
            c.upload_expiry = at_least(duration(v)?, 60)?;
            Ok(())
        }
    ),
    setting!(
        "Uploads",
        "MATINEE_IMPORT_ALLOW",
        "",
        "networks such as 10.0.0.0/8 separated by commas",
        "Private networks that importing by address may reach. All others are refused.",
        |c, v| {
            c.import_allow = each(v, network)?;
            Ok(())
        }
    ),
    setting!(
        "Uploads",
        "MATINEE_IMPORT_TIMEOUT",
        "2h",
        "a length of time such as 2h",
        "How long an import by address may take.",
        |c, v| {
            c.import_timeout = at_least(duration(v)?, 1)?;
            Ok(())
        }
    ),
    setting!(
        "Metadata",
        "MATINEE_TMDB_URL",
        "https://api.themoviedb.org/3",
        "an address such as https://api.themoviedb.org/3",
        "The database in which titles are looked up: The Movie Database, or one that speaks its API.",
        |c, v| {
            c.tmdb_url = web_address(v)?;
            Ok(())
        }
    ),
    setting!(secret "Metadata", "MATINEE_TMDB_KEY", "an API key, or a read access token",
        "The key to that database. Without one, nothing is looked up.",
        |c, v| { c.tmdb_key = optional(v, |v| text(v, 1024))?; Ok(()) }),
    setting!(
        "Processing",
        "ENABLE_TRANSCODING",
        "true",
        "true or false",
        "Whether anything is encoded. Without it, only what browsers play as it is can be watched.",
        |c, v| {
            c.enable_transcoding = switch(v)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "ENABLE_ADAPTIVE_BITRATE",
        "true",
        "true or false",
        "Whether a ladder is made; otherwise one rendition.",
        |c, v| {
            c.enable_adaptive_bitrate = switch(v)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "TRANSCODING_CONCURRENCY",
        "4",
        "a number from 1 to 64",
        "How many heavy jobs run at once; never more than the machine has cores.",
        |c, v| {
            c.transcoding_concurrency = number(v, 1..=64)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "TRANSCODING_PRESET",
        "fast",
        "one of x264's presets, ultrafast to veryslow",
        "Slower presets make smaller files.",
        |c, v| {
            c.transcoding_preset = preset(v)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MATINEE_LADDER",
        "240,360,480,720,1080,1440,2160",
        "heights from 144 to 4320 separated by commas",
        "The rungs, as heights of the picture's shorter side. A rung above the source is never made.",
        |c, v| {
            c.ladder = each(v, |v| number(v.trim_end_matches('p'), 144..=4320))?;
            nonempty(&c.ladder)
        }
    ),
    setting!(
        "Processing",
        "MAX_BITRATE_4K",
        "15000",
        "kbit/s, from 100 to 200000",
        "The most that 2160 lines may need. Heights in between are interpolated.",
        |c, v| {
            c.max_bitrate[3] = number(v, 100..=200_000)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MAX_BITRATE_1080P",
        "6000",
        "kbit/s, from 100 to 200000",
        "The most that 1080 lines may need.",
        |c, v| {
            c.max_bitrate[2] = number(v, 100..=200_000)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MAX_BITRATE_720P",
        "3000",
        "kbit/s, from 100 to 200000",
        "The most that 720 lines may need.",
        |c, v| {
            c.max_bitrate[1] = number(v, 100..=200_000)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MAX_BITRATE_360P",
        "1200",
        "kbit/s, from 100 to 200000",
        "The most that 360 lines may need.",
        |c, v| {
            c.max_bitrate[0] = number(v, 100..=200_000)?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MATINEE_SEGMENT_DURATION",
        "4",
        "seconds, from 1 to 20",
        "The usual segment length.",
        |c, v| {
            let length = duration(v)?;
            if !(Duration::from_secs(1)..=Duration::from_secs(20)).contains(&length) {
                return Err(Wrong);
            }
            c.segment_duration = length;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MATINEE_HARDWARE",
        "none",
        "none, nvenc, vaapi or qsv",
        "What encodes H.264: the processor, or a graphics card.",
        |c, v| {
            c.hardware = one_of(v, &["none", "nvenc", "vaapi", "qsv"])?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MATINEE_EXTRA_CODECS",
        "",
        "hevc, av1, or both separated by a comma",
        "Codecs that rungs are made in beside H.264.",
        |c, v| {
            c.extra_codecs = each(v, |v| one_of(v, &["hevc", "av1"]))?;
            Ok(())
        }
    ),
    setting!(
        "Processing",
        "MATINEE_FFMPEG_MEMORY",
        "16GiB",
        "a size such as 8GiB, at least 1GiB",
        "How much address space an ffmpeg may take.",
        |c, v| {
            c.ffmpeg_memory = number(&bytes(v)?.to_string(), 1 << 30..=1 << 50)?;
            Ok(())
        }
    ),
    setting!(
        "Playback",
        "MATINEE_HANDOFF",
        "direct",
        "direct, x-accel or signed-url",
        "Who sends the bytes: this server, nginx from the blob folder, or the object store.",
        |c, v| {
            c.handoff = choice(
                v,
                &[
                    ("direct", Handoff::Direct),
                    ("x-accel", Handoff::XAccel),
                    ("signed-url", Handoff::SignedUrl),
                ],
            )?;
            Ok(())
        }
    ),
    setting!(
        "Playback",
        "MATINEE_STREAM_TOKEN_TTL",
        "4h",
        "a length of time such as 6h, from 1m to 30d",
        "How long a stream token is good for.",
        |c, v| {
            let length = duration(v)?;
            if !(Duration::from_mins(1)..=Duration::from_hours(720)).contains(&length) {
                return Err(Wrong);
            }
            c.stream_token_ttl = length;
            Ok(())
        }
    ),
    setting!(
        "Playback",
        "MATINEE_SEGMENT_CACHE",
        "64MiB",
        "a size such as 64MiB; 0 for none",
        "How much memory holds popular segments.",
        |c, v| {
            c.segment_cache = bytes(v)?;
            Ok(())
        }
    ),
    setting!(
        "Playback",
        "ENABLE_CDN_INTEGRATION",
        "false",
        "true or false",
        "Whether the addresses of media lead to CDN_BASE_URL.",
        |c, v| {
            c.enable_cdn = switch(v)?;
            Ok(())
        }
    ),
    setting!(
        "Playback",
        "CDN_BASE_URL",
        "",
        "an address such as https://cdn.example.org",
        "A content delivery network that has this server as its origin.",
        |c, v| {
            c.cdn_base_url = optional(v, web_address)?;
            Ok(())
        }
    ),
    setting!(
        "Limits",
        "MATINEE_RATE_LIMIT",
        "600/m",
        "requests and a time such as 600/m, or 0 for none",
        "How often one address may ask. Media and the bytes of uploads are not counted, nor is the machine itself.",
        |c, v| {
            c.limits.per_address = rate(v)?;
            Ok(())
        }
    ),
    setting!(
        "Limits",
        "MATINEE_RATE_LIMIT_ACCOUNT",
        "1200/m",
        "requests and a time such as 1200/m, or 0 for none",
        "How often one account may ask, from all addresses together.",
        |c, v| {
            c.limits.per_account = rate(v)?;
            Ok(())
        }
    ),
    setting!(
        "Limits",
        "MATINEE_CONCURRENT_PLAYBACKS",
        "0",
        "a number from 0 to 1000; 0 for no limit",
        "On how many devices one account may play at the same time.",
        |c, v| {
            c.limits.playbacks = Some(number(v, 0..=1000)?).filter(|n| *n > 0);
            Ok(())
        }
    ),
    setting!(
        "Limits",
        "MATINEE_QUOTA_STORAGE",
        "",
        "roles and sizes such as creator=100GiB,moderator=1TiB",
        "How much an account of a role may keep: its uploads and what is made of them. Administrators may keep all that fits.",
        |c, v| {
            quotas(c, v, |quota, size| {
                quota.storage = Some(bytes(size)?);
                Ok(())
            })
        }
    ),
    setting!(
        "Limits",
        "MATINEE_QUOTA_UPLOADS",
        "",
        "roles and numbers such as creator=20,moderator=100",
        "How many videos an account of a role may upload in 24 hours.",
        |c, v| {
            quotas(c, v, |quota, count| {
                quota.uploads = Some(parse(count)?);
                Ok(())
            })
        }
    ),
];

impl Config {
    /// Values that the settings' defaults then overwrite.
    pub(super) fn bare() -> Self {
        Self {
            host: IpAddr::from([0, 0, 0, 0]),
            port: 0,
            name: String::new(),
            environment: Environment::Development,
            log_level: String::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            country_header: None,
            limits: Limits::default(),
            allowed_origins: Vec::new(),
            embed_sites: Vec::new(),
            auth: AuthMode::Operator,
            data_dir: std::path::PathBuf::new(),
            database_url: None,
            storage: None,
            thumbnail_dir: None,
            s3_endpoint: None,
            s3_region: String::new(),
            s3_access_key: None,
            s3_secret_key: None,
            s3_session_token: None,
            max_file_size: 0,
            supported_formats: Vec::new(),
            import_allow: Vec::new(),
            import_timeout: Duration::ZERO,
            tmdb_url: String::new(),
            tmdb_key: None,
            upload_expiry: Duration::ZERO,
            enable_transcoding: true,
            enable_adaptive_bitrate: true,
            transcoding_concurrency: 1,
            transcoding_preset: String::new(),
            ladder: Vec::new(),
            max_bitrate: [0; 4],
            segment_duration: Duration::ZERO,
            hardware: String::new(),
            extra_codecs: Vec::new(),
            ffmpeg_memory: 0,
            handoff: Handoff::Direct,
            stream_token_ttl: Duration::ZERO,
            segment_cache: 0,
            enable_cdn: false,
            cdn_base_url: None,
            people: super::people::PeopleConfig::default(),
        }
    }
}

/// `role=value` pairs, each read into its role's quota.
fn quotas(
    config: &mut Config,
    value: &str,
    read: impl Fn(&mut Quota, &str) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    for pair in super::value::list(value) {
        let (role, amount) = pair.split_once('=').ok_or(Wrong)?;
        let quota = match role.trim() {
            "creator" => &mut config.limits.quotas.creator,
            "moderator" => &mut config.limits.quotas.moderator,
            _ => return Err(Wrong),
        };
        read(quota, amount.trim())?;
    }
    Ok(())
}

fn host(value: &str) -> Result<IpAddr, Wrong> {
    if value == "localhost" {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    parse(value.trim_start_matches('[').trim_end_matches(']'))
}

fn text(value: &str, max: usize) -> Result<String, Wrong> {
    let length = value.chars().count();
    if (1..=max).contains(&length) && !value.chars().any(char::is_control) {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

fn optional<T>(value: &str, read: impl Fn(&str) -> Result<T, Wrong>) -> Result<Option<T>, Wrong> {
    if value.is_empty() {
        Ok(None)
    } else {
        read(value).map(Some)
    }
}

fn choice<T: Copy>(value: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    choices
        .iter()
        .find(|(word, _)| value.eq_ignore_ascii_case(word))
        .map(|(_, choice)| *choice)
        .ok_or(Wrong)
}

fn one_of(value: &str, words: &[&str]) -> Result<String, Wrong> {
    let choices: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    choice(value, &choices).map(str::to_owned)
}

fn origin(value: &str) -> Result<String, Wrong> {
    if value == "*" {
        return Ok(value.to_owned());
    }
    let url = url::Url::parse(value).map_err(|_| Wrong)?;
    let origin = url.origin();
    if origin.is_tuple() && url.path() == "/" {
        Ok(origin.ascii_serialization())
    } else {
        Err(Wrong)
    }
}

/// A folder, from the root on: what runs in other folders must find it too.
fn folder(value: &str) -> Result<PathBuf, Wrong> {
    std::path::absolute(text(value, 4096)?).map_err(|_| Wrong)
}

fn storage(value: &str) -> Result<String, Wrong> {
    if value.contains("://") {
        return text(value, 4096);
    }
    folder(value)?
        .into_os_string()
        .into_string()
        .map_err(|_| Wrong)
}

/// An address and how many of its bits count, such as `10.0.0.0/8`.
fn network(value: &str) -> Result<String, Wrong> {
    let (address, bits) = value.split_once('/').ok_or(Wrong)?;
    let most = if address.contains(':') { 128 } else { 32 };
    parse::<IpAddr>(address)?;
    number::<u8>(bits, 0..=most)?;
    Ok(value.to_owned())
}

fn format_name(value: &str) -> Result<String, Wrong> {
    let word = value.trim_start_matches('.').to_ascii_lowercase();
    if !word.is_empty() && word.len() <= 8 && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(word)
    } else {
        Err(Wrong)
    }
}

fn preset(value: &str) -> Result<String, Wrong> {
    one_of(
        value,
        &[
            "ultrafast",
            "superfast",
            "veryfast",
            "faster",
            "fast",
            "medium",
            "slow",
            "slower",
            "veryslow",
        ],
    )
}

fn nonempty<T>(values: &[T]) -> Result<(), Wrong> {
    if values.is_empty() {
        Err(Wrong)
    } else {
        Ok(())
    }
}

fn at_least(length: Duration, seconds: u64) -> Result<Duration, Wrong> {
    if length >= Duration::from_secs(seconds) {
        Ok(length)
    } else {
        Err(Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_what_its_setting_expects() {
        let mut config = Config::bare();
        for setting in SETTINGS.iter().filter(|s| !s.default.is_empty()) {
            assert_eq!(
                (setting.set)(&mut config, setting.default),
                Ok(()),
                "{}",
                setting.env
            );
        }
        assert_eq!(config.supported_formats.len(), 7);
    }

    #[test]
    fn names_are_unique() {
        let mut keys: Vec<String> = SETTINGS.iter().map(Setting::key).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}

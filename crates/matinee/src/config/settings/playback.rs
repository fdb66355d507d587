//! Settings of the section "Playback".

use std::time::Duration;

use super::read::{choice, optional};
use super::{Edited, Kind, Setting};
use crate::config::value::{bytes, duration, switch, web_address};
use crate::config::{Handoff, Wrong};

const IN_PLAYBACK: Setting = Setting {
    section: "Playback",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_HANDOFF",
        kind: Kind::Choice(&["direct", "x-accel", "signed-url"]),
        default: "direct",
        expects: "direct, x-accel or signed-url",
        about: "Who sends the bytes: this server, nginx from the blob folder, or the object store.",
        set: |c, v| {
            c.handoff = choice(
                v,
                &[
                    ("direct", Handoff::Direct),
                    ("x-accel", Handoff::XAccel),
                    ("signed-url", Handoff::SignedUrl),
                ],
            )?;
            Ok(())
        },
        ..IN_PLAYBACK
    },
    Setting {
        env: "MATINEE_STREAM_TOKEN_TTL",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "4h",
        expects: "a length of time such as 6h, from 1m to 30d",
        about: "How long a stream token is good for.",
        set: |c, v| {
            let length = duration(v)?;
            if !(Duration::from_mins(1)..=Duration::from_hours(720)).contains(&length) {
                return Err(Wrong);
            }
            c.stream_token_ttl = length;
            Ok(())
        },
        ..IN_PLAYBACK
    },
    Setting {
        env: "MATINEE_SEGMENT_CACHE",
        kind: Kind::Size,
        edited: Edited::AfterRestart,
        default: "64MiB",
        expects: "a size such as 64MiB; 0 for none",
        about: "How much memory holds popular segments.",
        set: |c, v| {
            c.segment_cache = bytes(v)?;
            Ok(())
        },
        ..IN_PLAYBACK
    },
    Setting {
        env: "ENABLE_CDN_INTEGRATION",
        kind: Kind::Switch,
        default: "false",
        expects: "true or false",
        about: "Whether the addresses of media lead to CDN_BASE_URL.",
        set: |c, v| {
            c.enable_cdn = switch(v)?;
            Ok(())
        },
        ..IN_PLAYBACK
    },
    Setting {
        env: "CDN_BASE_URL",
        kind: Kind::Text,
        expects: "an address such as https://cdn.example.org",
        about: "A content delivery network that has this server as its origin.",
        set: |c, v| {
            c.cdn_base_url = optional(v, web_address)?;
            Ok(())
        },
        ..IN_PLAYBACK
    },
];

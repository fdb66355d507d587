//! Settings of the section "Storage".

use super::read::{folder, optional, redis, storage, text};
use super::{Kind, Setting};
use crate::config::value::{parse, web_address};

const IN_STORAGE: Setting = Setting {
    section: "Storage",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_DATA_DIR",
        kind: Kind::Text,
        default: "./data",
        expects: "a folder",
        about: "Holds everything that the embedded engines keep. It is made if it does not exist.",
        set: |c, v| {
            c.data_dir = folder(v)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "DATABASE_URL",
        kind: Kind::Text,
        expects: "sqlite:///path/to/file.db or postgres://user:password@host/database",
        about: "The database. Without it: SQLite, in the data folder.",
        secret: true,
        set: |c, v| {
            c.database_url = optional(v, parse)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "REDIS_URL",
        kind: Kind::Text,
        expects: "redis://host:6379/0, or rediss:// for TLS",
        about: "Redis 7 or newer, for what many requests touch in a moment: leaderboards, views, limits. Nodes that share a database should share it. Without it: in memory. Nothing is lost with it.",
        secret: true,
        set: |c, v| {
            c.redis_url = optional(v, redis)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "MATINEE_STORAGE",
        kind: Kind::Text,
        expects: "a folder, or s3://bucket/prefix",
        about: "Where uploads, renditions and images lie. Without it: in the data folder.",
        set: |c, v| {
            c.storage = optional(v, storage)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "UPLOAD_DIR",
        kind: Kind::Text,
        expects: "a folder",
        about: "Another name for MATINEE_STORAGE when that is a folder.",
        set: |c, v| {
            if c.storage.is_none() {
                c.storage = optional(v, storage)?;
            }
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "THUMBNAIL_DIR",
        kind: Kind::Text,
        expects: "a folder",
        about: "Where posters, thumbnails and storyboards lie. Without it: with everything else.",
        set: |c, v| {
            c.thumbnail_dir = optional(v, folder)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "AWS_ENDPOINT_URL",
        kind: Kind::Text,
        expects: "an address such as https://s3.example.org",
        about: "The object store, when it is not Amazon's.",
        set: |c, v| {
            c.s3_endpoint = optional(v, web_address)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "AWS_REGION",
        kind: Kind::Text,
        default: "us-east-1",
        expects: "a region such as eu-central-1",
        about: "The object store's region.",
        set: |c, v| {
            c.s3_region = text(v, 64)?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "AWS_ACCESS_KEY_ID",
        kind: Kind::Text,
        expects: "an access key",
        about: "The object store's access key.",
        secret: true,
        set: |c, v| {
            c.s3_access_key = optional(v, |v| text(v, 256))?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "AWS_SECRET_ACCESS_KEY",
        kind: Kind::Text,
        expects: "a secret key",
        about: "The object store's secret key.",
        secret: true,
        set: |c, v| {
            c.s3_secret_key = optional(v, |v| text(v, 256))?;
            Ok(())
        },
        ..IN_STORAGE
    },
    Setting {
        env: "AWS_SESSION_TOKEN",
        kind: Kind::Text,
        expects: "a token",
        about: "What temporary keys of the object store need besides.",
        secret: true,
        set: |c, v| {
            c.s3_session_token = optional(v, |v| text(v, 4096))?;
            Ok(())
        },
        ..IN_STORAGE
    },
];

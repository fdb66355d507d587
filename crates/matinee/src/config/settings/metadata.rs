//! Settings of the section "Metadata".

use super::read::{optional, text};
use super::{Kind, Setting};
use crate::config::value::web_address;

const IN_METADATA: Setting = Setting {
    section: "Metadata",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_TMDB_URL",
        kind: Kind::Text,
        default: "https://api.themoviedb.org/3",
        expects: "an address such as https://api.themoviedb.org/3",
        about: "The database in which titles are looked up: The Movie Database, or one that speaks its API.",
        set: |c, v| {
            c.tmdb_url = web_address(v)?;
            Ok(())
        },
        ..IN_METADATA
    },
    Setting {
        env: "MATINEE_TMDB_KEY",
        kind: Kind::Text,
        expects: "an API key, or a read access token",
        about: "The key to that database. Without one, nothing is looked up.",
        secret: true,
        set: |c, v| {
            c.tmdb_key = optional(v, |v| text(v, 1024))?;
            Ok(())
        },
        ..IN_METADATA
    },
];

//! Settings of the section "Watching over it".

use super::read::{folder, optional, text};
use super::{Kind, Setting};
use crate::config::value::{number, web_address};

const IN_WATCHING: Setting = Setting {
    section: "Watching over it",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_NODE",
        kind: Kind::Text,
        expects: "a name",
        about: "What this node is called in figures and traces, where there are several. Without it: the name of its machine.",
        set: |c, v| {
            c.node = optional(v, |v| text(v, 64))?;
            Ok(())
        },
        ..IN_WATCHING
    },
    Setting {
        env: "MATINEE_LOG_DIR",
        kind: Kind::Text,
        expects: "a folder",
        about: "Where log files are written, one a day, besides standard error.",
        set: |c, v| {
            c.log_dir = optional(v, folder)?;
            Ok(())
        },
        ..IN_WATCHING
    },
    Setting {
        env: "MATINEE_LOG_RETENTION_DAYS",
        kind: Kind::Number,
        default: "14",
        expects: "a number from 1 to 3650",
        about: "How many days of log files are kept.",
        set: |c, v| {
            c.log_days = number(v, 1..=3650)?;
            Ok(())
        },
        ..IN_WATCHING
    },
    Setting {
        env: "OTEL_EXPORTER_OTLP_ENDPOINT",
        kind: Kind::Text,
        expects: "an address such as http://localhost:4318",
        about: "A collector of traces that takes OTLP over HTTP. Without it no traces are made.",
        set: |c, v| {
            c.trace_url = optional(v, web_address)?;
            Ok(())
        },
        ..IN_WATCHING
    },
    Setting {
        env: "MATINEE_TRACE_SAMPLE",
        kind: Kind::Number,
        default: "100",
        expects: "a number from 0 to 100",
        about: "Of how many traces in a hundred the collector is told.",
        set: |c, v| {
            c.trace_percent = number(v, 0..=100)?;
            Ok(())
        },
        ..IN_WATCHING
    },
];

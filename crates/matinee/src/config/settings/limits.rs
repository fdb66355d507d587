//! Settings of the section "Limits".

use super::read::quotas;
use super::{Edited, Kind, Setting};
use crate::config::value::{bytes, number, parse, rate};

const IN_LIMITS: Setting = Setting {
    section: "Limits",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_RATE_LIMIT",
        kind: Kind::Rate,
        edited: Edited::AtOnce,
        default: "600/m",
        expects: "requests and a time such as 600/m, or 0 for none",
        about: "How often one address may ask. Media and the bytes of uploads are not counted, nor is the machine itself. Each node counts by itself.",
        set: |c, v| {
            c.limits.per_address = rate(v)?;
            Ok(())
        },
        ..IN_LIMITS
    },
    Setting {
        env: "MATINEE_RATE_LIMIT_ACCOUNT",
        kind: Kind::Rate,
        edited: Edited::AtOnce,
        default: "1200/m",
        expects: "requests and a time such as 1200/m, or 0 for none",
        about: "How often one account may ask, from all addresses together. Each node counts by itself.",
        set: |c, v| {
            c.limits.per_account = rate(v)?;
            Ok(())
        },
        ..IN_LIMITS
    },
    Setting {
        env: "MATINEE_CONCURRENT_PLAYBACKS",
        kind: Kind::Number,
        edited: Edited::AtOnce,
        default: "0",
        expects: "a number from 0 to 1000; 0 for no limit",
        about: "On how many devices one account may play at the same time. Each node counts by itself.",
        set: |c, v| {
            c.limits.playbacks = Some(number(v, 0..=1000)?).filter(|n| *n > 0);
            Ok(())
        },
        ..IN_LIMITS
    },
    Setting {
        env: "MATINEE_QUOTA_STORAGE",
        kind: Kind::List,
        edited: Edited::AtOnce,
        expects: "roles and sizes such as creator=100GiB,moderator=1TiB",
        about: "How much an account of a role may keep: its uploads and what is made of them. Administrators may keep all that fits.",
        set: |c, v| {
            quotas(c, v, |quota, size| {
                quota.storage = Some(bytes(size)?);
                Ok(())
            })
        },
        ..IN_LIMITS
    },
    Setting {
        env: "MATINEE_QUOTA_UPLOADS",
        kind: Kind::List,
        edited: Edited::AtOnce,
        expects: "roles and numbers such as creator=20,moderator=100",
        about: "How many videos an account of a role may upload in 24 hours.",
        set: |c, v| {
            quotas(c, v, |quota, count| {
                quota.uploads = Some(parse(count)?);
                Ok(())
            })
        },
        ..IN_LIMITS
    },
];

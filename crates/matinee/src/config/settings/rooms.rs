//! Settings of the section "Streams and chat".

use std::time::Duration;

use super::{Edited, Kind, Setting};
use crate::config::Wrong;
use crate::config::value::{duration, number, switch};

const IN_ROOMS: Setting = Setting {
    section: "Streams and chat",
    edited: Edited::AtOnce,
    ..Setting::EMPTY
};

/// A length of time between these, in seconds.
fn between(text: &str, low: u64, high: u64) -> Result<Duration, Wrong> {
    let length = duration(text)?;
    if (Duration::from_secs(low)..=Duration::from_secs(high)).contains(&length) {
        Ok(length)
    } else {
        Err(Wrong)
    }
}

fn days(text: &str) -> Result<Duration, Wrong> {
    Ok(Duration::from_hours(24 * number::<u64>(text, 0..=36_500)?))
}

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MAX_STREAM_DURATION",
        kind: Kind::Duration,
        default: "4h",
        expects: "a length of time such as 4h (a number alone is seconds), at least 1m; 0 for no limit",
        about: "How long a broadcast may last. Then it is ended, and its encoder let go.",
        set: |c, v| {
            let most = duration(v)?;
            if most > Duration::ZERO && most < Duration::from_mins(1) {
                return Err(Wrong);
            }
            c.rooms.streams.max_duration = Some(most).filter(|most| !most.is_zero());
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "STREAM_KEY_LENGTH",
        kind: Kind::Number,
        default: "16",
        expects: "a number from 12 to 64",
        about: "How many letters a stream key has, of 32 that are hard to confuse: 16 are 80 bits. Keys that there are stay as they are.",
        set: |c, v| {
            c.rooms.streams.key_length = number(v, 12..=64)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "ENABLE_STREAM_RECORDING",
        kind: Kind::Switch,
        edited: Edited::AfterRestart,
        default: "false",
        expects: "true or false",
        about: "Whether broadcasts are kept as videos, unless a stream's owner says otherwise.",
        set: |c, v| {
            c.rooms.record = switch(v)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "RECORDING_RETENTION_DAYS",
        kind: Kind::Number,
        default: "0",
        expects: "a number of days from 0 to 36500; 0 for ever",
        about: "How long the recordings of broadcasts stay in the library, counted from when they were made. Then they are deleted, unless somebody keeps them.",
        set: |c, v| {
            c.rooms.streams.keep_recordings = Some(days(v)?).filter(|stay| !stay.is_zero());
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "VIEWER_UPDATE_INTERVAL",
        kind: Kind::Duration,
        default: "30s",
        expects: "a length of time such as 30s, from 1s to 1h",
        about: "How often those in a stream's room are told how many watch, if that has changed.",
        set: |c, v| {
            c.rooms.rooms.count_every = between(v, 1, 3600)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "ANALYTICS_LOG_RETENTION_DAYS",
        kind: Kind::Number,
        default: "90",
        expects: "a number of days from 0 to 36500",
        about: "How long it is kept how many watched a stream.",
        set: |c, v| {
            c.rooms.streams.keep_samples = days(v)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "WEBSOCKET_HEARTBEAT_INTERVAL",
        kind: Kind::Duration,
        default: "30s",
        expects: "a length of time such as 30s, from 1s to 10m",
        about: "How often a socket is asked for a sign of life, and looked at anew whether it may still be there.",
        set: |c, v| {
            c.rooms.rooms.heartbeat = between(v, 1, 600)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "WEBSOCKET_PING_TIMEOUT",
        kind: Kind::Duration,
        default: "10s",
        expects: "a length of time such as 10s, from 1s to 10m",
        about: "How long a socket may take to answer that, and to take what it is sent.",
        set: |c, v| {
            c.rooms.rooms.patience = between(v, 1, 600)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "MAX_WEBSOCKET_CONNECTIONS_PER_STREAM",
        kind: Kind::Number,
        default: "10000",
        expects: "a number from 1 to 1000000",
        about: "How many sockets the room of one stream may have, on each node.",
        set: |c, v| {
            c.rooms.rooms.sockets = number(v, 1..=1_000_000)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "WEBSOCKET_MESSAGE_QUEUE_SIZE",
        kind: Kind::Number,
        default: "1000",
        expects: "a number from 16 to 100000",
        about: "How many messages a socket may lag behind before it is let go. All sockets of a room read from one such queue.",
        set: |c, v| {
            c.rooms.rooms.queue = number(v, 16..=100_000)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "ENABLE_CHAT",
        kind: Kind::Switch,
        default: "true",
        expects: "true or false",
        about: "Whether people can write beside streams at all.",
        set: |c, v| {
            c.rooms.chat.enabled = switch(v)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "MAX_CHAT_MESSAGE_LENGTH",
        kind: Kind::Number,
        default: "500",
        expects: "a number from 1 to 4000",
        about: "The longest chat message, in characters.",
        set: |c, v| {
            c.rooms.chat.message_max = number(v, 1..=4000)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "CHAT_HISTORY_LIMIT",
        kind: Kind::Number,
        default: "1000",
        expects: "a number from 1 to 10000",
        about: "The most chat messages that are read at once.",
        set: |c, v| {
            c.rooms.chat.history_max = number(v, 1..=10_000)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "CHAT_RATE_LIMIT",
        kind: Kind::Number,
        default: "5",
        expects: "a number from 0 to 1000; 0 for no limit",
        about: "How many messages a minute somebody may write in a chat. Those who look after it are not counted.",
        set: |c, v| {
            c.rooms.chat.per_minute = Some(number(v, 0..=1000)?).filter(|n| *n > 0);
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "CHAT_PROFANITY_FILTER",
        kind: Kind::Switch,
        default: "true",
        expects: "true or false",
        about: "Whether the blocked words and the rules about links, which moderators keep, count in chats.",
        set: |c, v| {
            c.rooms.chat.filter = switch(v)?;
            Ok(())
        },
        ..IN_ROOMS
    },
    Setting {
        env: "CHAT_LOG_RETENTION_DAYS",
        kind: Kind::Number,
        default: "30",
        expects: "a number of days from 0 to 36500; 0 for ever",
        about: "How long chat messages are kept.",
        set: |c, v| {
            c.rooms.chat.keep = Some(days(v)?).filter(|keep| !keep.is_zero());
            Ok(())
        },
        ..IN_ROOMS
    },
];

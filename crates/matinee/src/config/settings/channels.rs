//! Settings of the section "Channels".

use super::{Kind, Setting};
use crate::config::value::number;

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[Setting {
    section: "Channels",
    env: "CHANNEL_CLOCK_SPEED",
    kind: Kind::Number,
    default: "1",
    expects: "a number from 1 to 60",
    about: "How many times as fast as usual time goes by on channels, from the start of the program on. For tests alone, which have no hour to watch an hour of a channel: what was on the air before a restart would come again.",
    set: |c, v| {
        c.channel_speed = number(v, 1..=60)?;
        Ok(())
    },
    ..Setting::EMPTY
}];

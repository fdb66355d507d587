//! Settings of the section "Processing".

use std::time::Duration;

use super::read::{PRESETS, nonempty, one_of};
use super::{Edited, Kind, Setting};
use crate::config::Wrong;
use crate::config::value::{bytes, duration, each, number, switch};

const IN_PROCESSING: Setting = Setting {
    section: "Processing",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "ENABLE_TRANSCODING",
        kind: Kind::Switch,
        edited: Edited::AfterRestart,
        default: "true",
        expects: "true or false",
        about: "Whether anything is encoded. Without it, only what browsers play as it is can be watched.",
        set: |c, v| {
            c.enable_transcoding = switch(v)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "ENABLE_ADAPTIVE_BITRATE",
        kind: Kind::Switch,
        edited: Edited::AfterRestart,
        default: "true",
        expects: "true or false",
        about: "Whether a ladder is made; otherwise one rendition.",
        set: |c, v| {
            c.enable_adaptive_bitrate = switch(v)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "TRANSCODING_CONCURRENCY",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "4",
        expects: "a number from 1 to 64",
        about: "How many heavy jobs run at once; never more than the machine has cores.",
        set: |c, v| {
            c.transcoding_concurrency = number(v, 1..=64)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "TRANSCODING_PRESET",
        kind: Kind::Choice(PRESETS),
        edited: Edited::AfterRestart,
        default: "fast",
        expects: "one of x264's presets, ultrafast to veryslow",
        about: "Slower presets make smaller files.",
        set: |c, v| {
            c.transcoding_preset = one_of(v, PRESETS)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MATINEE_LADDER",
        kind: Kind::List,
        edited: Edited::AfterRestart,
        default: "240,360,480,720,1080,1440,2160",
        expects: "heights from 144 to 4320 separated by commas",
        about: "The rungs, as heights of the picture's shorter side. A rung above the source is never made.",
        set: |c, v| {
            c.ladder = each(v, |v| number(v.trim_end_matches('p'), 144..=4320))?;
            nonempty(&c.ladder)
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MAX_BITRATE_4K",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "15000",
        expects: "kbit/s, from 100 to 200000",
        about: "The most that 2160 lines may need. Heights in between are interpolated.",
        set: |c, v| {
            c.max_bitrate[3] = number(v, 100..=200_000)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MAX_BITRATE_1080P",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "6000",
        expects: "kbit/s, from 100 to 200000",
        about: "The most that 1080 lines may need.",
        set: |c, v| {
            c.max_bitrate[2] = number(v, 100..=200_000)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MAX_BITRATE_720P",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "3000",
        expects: "kbit/s, from 100 to 200000",
        about: "The most that 720 lines may need.",
        set: |c, v| {
            c.max_bitrate[1] = number(v, 100..=200_000)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MAX_BITRATE_360P",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "1200",
        expects: "kbit/s, from 100 to 200000",
        about: "The most that 360 lines may need.",
        set: |c, v| {
            c.max_bitrate[0] = number(v, 100..=200_000)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MATINEE_SEGMENT_DURATION",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "4",
        expects: "seconds, from 1 to 20",
        about: "The usual segment length.",
        set: |c, v| {
            let length = duration(v)?;
            if !(Duration::from_secs(1)..=Duration::from_secs(20)).contains(&length) {
                return Err(Wrong);
            }
            c.segment_duration = length;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MATINEE_HARDWARE",
        kind: Kind::Choice(&["none", "nvenc", "vaapi", "qsv"]),
        default: "none",
        expects: "none, nvenc, vaapi or qsv",
        about: "What encodes H.264: the processor, or a graphics card.",
        set: |c, v| {
            c.hardware = one_of(v, &["none", "nvenc", "vaapi", "qsv"])?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MATINEE_EXTRA_CODECS",
        kind: Kind::List,
        edited: Edited::AfterRestart,
        expects: "hevc, av1, or both separated by a comma",
        about: "Codecs that rungs are made in beside H.264.",
        set: |c, v| {
            c.extra_codecs = each(v, |v| one_of(v, &["hevc", "av1"]))?;
            Ok(())
        },
        ..IN_PROCESSING
    },
    Setting {
        env: "MATINEE_FFMPEG_MEMORY",
        kind: Kind::Size,
        default: "16GiB",
        expects: "a size such as 8GiB, at least 1GiB",
        about: "How much address space an ffmpeg may take.",
        set: |c, v| {
            c.ffmpeg_memory = number(&bytes(v)?.to_string(), 1 << 30..=1 << 50)?;
            Ok(())
        },
        ..IN_PROCESSING
    },
];

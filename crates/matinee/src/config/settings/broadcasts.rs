//! Settings of the section "Broadcasts".

use std::time::Duration;

use super::read::{PRESETS, folder, host, ice_server, network, one_of, optional, text};
use super::{Edited, Kind, Setting};
use crate::config::Wrong;
use crate::config::value::{bytes, duration, each, number, parse, switch};

const IN_BROADCASTS: Setting = Setting {
    section: "Broadcasts",
    ..Setting::EMPTY
};

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "RTMP_SERVER_HOST",
        kind: Kind::Text,
        expects: "an IP address, or localhost",
        about: "The address to listen on for encoders. Without it: HOST.",
        set: |c, v| {
            c.broadcasts.rtmp_host = optional(v, host)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "RTMP_SERVER_PORT",
        kind: Kind::Number,
        default: "1935",
        expects: "a number from 0 to 65535; 0 to take in no broadcasts",
        about: "The port to listen on for encoders (RTMP).",
        set: |c, v| {
            c.broadcasts.rtmp_port = parse(v)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "RTMPS_SERVER_PORT",
        kind: Kind::Number,
        default: "0",
        expects: "a number from 0 to 65535; 0 for none",
        about: "The port to listen on for encoders over TLS (RTMPS), such as 1936. It needs MATINEE_TLS_CERT and MATINEE_TLS_KEY.",
        set: |c, v| {
            c.broadcasts.rtmps_port = parse(v)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_TLS_CERT",
        kind: Kind::Text,
        expects: "the path of a file",
        about: "The certificate that encoders are shown over TLS, followed by those that vouch for it (PEM). It is read again when it changes.",
        set: |c, v| {
            c.broadcasts.tls_cert = optional(v, folder)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_TLS_KEY",
        kind: Kind::Text,
        expects: "the path of a file",
        about: "The private key of that certificate (PEM).",
        set: |c, v| {
            c.broadcasts.tls_key = optional(v, folder)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "SRT_SERVER_PORT",
        kind: Kind::Number,
        default: "0",
        expects: "a number from 0 to 65535; 0 for none",
        about: "The UDP port to listen on for encoders that speak SRT, such as 9998.",
        set: |c, v| {
            c.broadcasts.srt_port = parse(v)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "SRT_PASSPHRASE",
        kind: Kind::Text,
        secret: true,
        expects: "10 to 79 characters",
        about: "What encoders that speak SRT have to know beside their stream key. With it all that they send is encrypted, and without it nothing.",
        set: |c, v| {
            c.broadcasts.srt_passphrase = optional(v, |v| match v.len() {
                10..=79 => text(v, 79),
                _ => Err(Wrong),
            })?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "WEBRTC_UDP_PORT",
        kind: Kind::Number,
        default: "8189",
        expects: "a number from 0 to 65535; 0 for none",
        about: "The UDP port of all who publish (WHIP) and watch (WHEP) by WebRTC. A firewall or a container has to let it in.",
        set: |c, v| {
            c.broadcasts.webrtc_port = parse(v)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "WEBRTC_TCP_PORT",
        kind: Kind::Number,
        expects: "a number from 0 to 65535; 0 for none",
        about: "The TCP port of those whose network lets no UDP through. The same number as WEBRTC_UDP_PORT, unless it is set.",
        set: |c, v| {
            c.broadcasts.webrtc_tcp_port = optional(v, parse)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "WEBRTC_PUBLIC_ADDRESS",
        kind: Kind::List,
        expects: "IP addresses separated by commas",
        about: "Addresses at which the world reaches that port, if they are not this machine's own: behind a router or in a container.",
        set: |c, v| {
            c.broadcasts.webrtc_addresses = each(v, parse)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "WEBRTC_ICE_SERVERS",
        kind: Kind::List,
        expects: "addresses such as stun:stun.example.org:3478 separated by commas",
        about: "STUN and TURN servers that clients are told to find their way with. This server needs none.",
        set: |c, v| {
            c.broadcasts.ice_servers = each(v, ice_server)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_MAX_BITRATE",
        kind: Kind::Number,
        edited: Edited::AfterRestart,
        default: "100000",
        expects: "a number of kbit/s from 100 to 1000000",
        about: "The most that an encoder may send, over ten seconds. Whoever sends more is let go.",
        set: |c, v| {
            c.broadcasts.max_kbps = number(v, 100..=1_000_000)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_WINDOW",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "5m",
        expects: "a length of time such as 5m, from 30s to 12h",
        about: "How far back viewers may go while a broadcast is on the air. It lies in memory.",
        set: |c, v| {
            let length = duration(v)?;
            if !(Duration::from_secs(30)..=Duration::from_hours(12)).contains(&length) {
                return Err(Wrong);
            }
            c.broadcasts.window = length;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_MEMORY",
        kind: Kind::Size,
        edited: Edited::AfterRestart,
        default: "256MiB",
        expects: "a size such as 256MiB, at least 16MiB",
        about: "How much memory the segments of one broadcast may take. If they need more, viewers can go back less far.",
        set: |c, v| {
            let size = bytes(v)?;
            if size < 16 << 20 {
                return Err(Wrong);
            }
            c.broadcasts.memory = size;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_GRACE",
        kind: Kind::Duration,
        edited: Edited::AfterRestart,
        default: "30s",
        expects: "a length of time such as 30s, up to 1h",
        about: "How long a broadcast waits for an encoder whose connection was lost. One that says goodbye ends it at once.",
        set: |c, v| {
            let length = duration(v)?;
            if length > Duration::from_hours(1) {
                return Err(Wrong);
            }
            c.broadcasts.grace = length;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_TAKEOVER",
        kind: Kind::Switch,
        edited: Edited::AfterRestart,
        default: "true",
        expects: "true or false",
        about: "Whether a second encoder with the same key takes over from the first. If not, it is refused as long as the first one is there.",
        set: |c, v| {
            c.broadcasts.takeover = switch(v)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_PRESET",
        kind: Kind::Choice(PRESETS),
        edited: Edited::AfterRestart,
        default: "veryfast",
        expects: "one of x264's presets, ultrafast to veryslow",
        about: "How thoroughly the smaller sizes of broadcasts are encoded while they go on. If the machine cannot keep up, it makes fewer of them.",
        set: |c, v| {
            c.broadcasts.preset = one_of(v, PRESETS)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
    Setting {
        env: "MATINEE_LIVE_ALLOW",
        kind: Kind::List,
        expects: "networks such as 10.0.0.0/8 separated by commas",
        about: "Private networks that broadcasts may be sent on to, and pulled from. All others are refused.",
        set: |c, v| {
            c.broadcasts.allow = each(v, network)?;
            Ok(())
        },
        ..IN_BROADCASTS
    },
];

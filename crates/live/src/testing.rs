//! A desk and an encoder for the tests.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use matinee_media::flv::{Tag, TagKind};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::broadcast::{Broadcasts, Options};
use crate::desk::{Admitted, Desk, OffAir, Refused};

/// A desk that knows some keys, and writes down what it is told.
pub(crate) struct Notebook {
    keys: HashMap<String, String>,
    told: watch::Sender<Vec<String>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Notebook {
    /// Knows `key-1` of `stream_1`, and so on.
    pub(crate) fn new() -> Arc<Self> {
        let keys = (1..=3).map(|n| (format!("key-{n}"), format!("stream_{n}")));
        Arc::new(Self {
            keys: keys.collect(),
            told: watch::Sender::new(Vec::new()),
            asked: Mutex::default(),
        })
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.borrow().clone()
    }

    /// Waits until it has been told so much.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<String> {
        let mut told = self.told.subscribe();
        told.wait_for(|told| told.len() >= count)
            .await
            .unwrap()
            .clone()
    }
}

#[async_trait]
impl Desk for Notebook {
    async fn admit(&self, key: &str, _: IpAddr) -> Result<Admitted, Refused> {
        self.asked.lock().push(key.to_owned());
        match self.keys.get(key) {
            Some(stream_id) => Ok(Admitted {
                stream_id: stream_id.clone(),
                record: false,
            }),
            None => Err(Refused::UnknownKey),
        }
    }

    async fn on_air(&self, stream_id: &str) {
        self.told
            .send_modify(|told| told.push(format!("{stream_id} on")));
    }

    async fn off_air(&self, stream_id: &str, why: OffAir) {
        self.told
            .send_modify(|told| told.push(format!("{stream_id} {why:?}")));
    }
}

pub(crate) fn station(options: Options) -> (Arc<Notebook>, Arc<Broadcasts>) {
    let desk = Notebook::new();
    let broadcasts = Broadcasts::new(desk.clone(), options);
    (desk, broadcasts)
}

pub(crate) fn admitted(stream: &str) -> Admitted {
    Admitted {
        stream_id: stream.to_owned(),
        record: false,
    }
}

/// 320x180.
pub(crate) const SMALL: &str =
    "0142c00bffe100176742c00bda05067e7c0440000003004000000503c50aa801000468ce0fc8";
/// 640x360.
pub(crate) const LARGE: &str =
    "0142c016ffe100196742c016da0280bfe5c044000003000400000300503c58ba8001000468ce0fc8";
/// 48 kHz, two channels.
const AAC: &str = "119056e500";

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn tag(kind: TagKind, ms: u32, head: &[u8], body: &[u8]) -> Tag {
    let mut all = head.to_vec();
    all.extend(body);
    Tag {
        kind,
        timestamp_ms: ms,
        body: Bytes::from(all),
    }
}

pub(crate) fn small_header(ms: u32) -> Tag {
    tag(TagKind::Video, ms, &[0x17, 0, 0, 0, 0], &unhex(SMALL))
}

pub(crate) fn large_header(ms: u32) -> Tag {
    tag(TagKind::Video, ms, &[0x17, 0, 0, 0, 0], &unhex(LARGE))
}

pub(crate) fn sound_header(ms: u32) -> Tag {
    tag(TagKind::Audio, ms, &[0xaf, 0], &unhex(AAC))
}

pub(crate) fn picture(ms: u32, sync: bool) -> Tag {
    let head = [if sync { 0x17 } else { 0x27 }, 1, 0, 0, 0];
    tag(TagKind::Video, ms, &head, &[7; 200])
}

pub(crate) fn sound(ms: u32) -> Tag {
    tag(TagKind::Audio, ms, &[0xaf, 1], &[3; 60])
}

/// What an encoder sends from one instant to another: 25 pictures a second, a keyframe every
/// two seconds, sound between them.
pub(crate) fn programme(from_ms: u32, to_ms: u32, pictures: bool, sounds: bool) -> Vec<Tag> {
    let mut tags = Vec::new();
    if pictures {
        let frames = (from_ms..to_ms).filter(|ms| ms % 40 == 0);
        tags.extend(frames.map(|ms| picture(ms, ms % 2000 == 0)));
    }
    if sounds {
        let nth = |ms: u32| u64::from(ms) * 48 / 1024;
        let frames = nth(from_ms)..nth(to_ms);
        tags.extend(frames.map(|n| sound(u32::try_from(n * 1024 / 48).unwrap())));
    }
    tags.sort_by_key(|tag| tag.timestamp_ms);
    tags
}

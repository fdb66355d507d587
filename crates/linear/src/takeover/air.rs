//! What channels have to know of broadcasts.

use async_trait::async_trait;
use bytes::Bytes;
use matinee_identity::access::Rules;
use matinee_media::codec::Codec;

/// What is broadcast, as far as channels need to know.
#[async_trait]
pub trait Air: Send + Sync {
    /// The whole segments of a stream's broadcast after a number, at most so many; without a
    /// number the newest. `None` when it is not on the air here.
    fn taken(&self, stream: &str, after: Option<u64>, most: usize) -> Option<Vec<Segment>>;

    /// A stream; `None` when there is none.
    async fn stream(&self, id: &str) -> Option<Stream>;
}

/// A stream, as far as channels need to know.
#[derive(Clone, Debug)]
pub struct Stream {
    /// What it is called.
    pub title: String,
    /// A few sentences; may be empty.
    pub description: String,
    /// Its picture.
    pub image: Option<String>,
    /// Its rating.
    pub rating: Option<String>,
    /// Whether it is on the air, or waits for its encoder.
    pub is_live: bool,
    /// The account that it belongs to.
    pub owner: Option<String>,
    /// Whom it is open to, told of by [`Rules`].
    pub open_to: OpenTo,
}

/// The rules of a stream, by value.
#[derive(Clone, Debug)]
pub struct OpenTo(pub matinee_catalog::Access, pub Option<u8>);

impl OpenTo {
    /// The same as rules.
    pub fn rules(&self) -> Rules<'_> {
        let Self(access, rating_level) = self;
        Rules {
            visibility: access.visibility,
            groups: &access.groups.any,
            password_hash: access.password_hash.as_deref(),
            publish_at: access.publish_at,
            expires_at: access.expires_at,
            regions: access.regions.as_ref(),
            networks: &access.networks.any,
            rating_level: *rating_level,
        }
    }
}

/// A whole segment of a broadcast.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Its number.
    pub msn: u64,
    /// The run that it is of: within one nothing is coded otherwise.
    pub run: u32,
    /// When it begins on the broadcast's clock, in microseconds.
    pub begins: u64,
    /// When it ends.
    pub ends: u64,
    /// Whether decoding can begin with it.
    pub independent: bool,
    /// The advertisement break that it is in.
    pub in_break: Option<InBreak>,
    /// What it is to be had in.
    pub renditions: Vec<Rendition>,
}

/// An advertisement break of a broadcast, on the broadcast's clock in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InBreak {
    /// When it begins.
    pub begins: u64,
    /// When it ends, or is meant to, if that is known.
    pub ends: Option<u64>,
}

/// A segment in one of its renditions.
#[derive(Clone, Debug)]
pub struct Rendition {
    /// Its name: letters and digits.
    pub name: String,
    /// The codec family.
    pub codec: Codec,
    /// Pictures, in pixels.
    pub size: Option<(u32, u32)>,
    /// Sound: samples a second, and how many speakers.
    pub sound: Option<(u32, u16)>,
    /// Ticks a second of its fragments.
    pub timescale: u32,
    /// What goes before its segments.
    pub init: Bytes,
    /// The segment; none if it has not come yet.
    pub bytes: Option<Bytes>,
    /// Whether nothing of it will come any more.
    pub settled: bool,
}

//! The form of everything that a channel shows.

use matinee_media::codec::Codec;
use serde::{Deserialize, Serialize};

use crate::library::AudioRendition;

/// One codec family, sample rate and layout of speakers, one ladder, one target duration: what
/// players were told at the beginning holds for every item that comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Format {
    /// The pictures' codec family: `avc`, `hevc` or `av1`.
    pub video: Codec,
    /// The sound's codec family: `aac`, `opus`, `ac3` or `eac3`.
    pub audio: Codec,
    /// Samples a second of all sound.
    pub sample_rate: u32,
    /// How many speakers all sound is for.
    pub channels: u16,
    /// `EXT-X-TARGETDURATION` of every playlist, in seconds. Items with longer segments are not
    /// shown.
    pub target_duration_s: u32,
    /// What players choose among, ascending by bandwidth.
    pub rungs: Vec<Rung>,
    /// The languages of the sound, the default first. Items without one of them are heard in
    /// their own first language then. Empty for one track of whatever the item has first.
    pub audio_tracks: Vec<Track>,
    /// The languages of the subtitles. Items without one of them have empty ones.
    pub subtitle_tracks: Vec<Track>,
}

/// A rung of a channel's ladder. At any time it is the item's best rendition that stays within
/// its bandwidth, or the item's smallest one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its name in addresses: letters, digits, `-` and `_`.
    pub name: String,
    /// Bits a second of the pictures, at most.
    pub bandwidth: u64,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The pictures' codec as RFC 6381 has it; it must hold for every item.
    pub codec: String,
}

/// A track of sound or subtitles that the channel has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its language (BCP 47), which is its name in addresses, too.
    pub language: String,
    /// What viewers read in a menu.
    pub name: String,
}

impl Default for Format {
    fn default() -> Self {
        let rung = |name: &str, width, height, bandwidth, codec: &str| Rung {
            name: name.into(),
            bandwidth,
            width,
            height,
            codec: codec.into(),
        };
        Self {
            video: Codec::Avc,
            audio: Codec::Aac,
            sample_rate: 48_000,
            channels: 2,
            target_duration_s: 6,
            rungs: vec![
                rung("360p", 640, 360, 1_200_000, "avc1.64001e"),
                rung("480p", 854, 480, 2_000_000, "avc1.64001f"),
                rung("720p", 1280, 720, 4_500_000, "avc1.640020"),
                rung("1080p", 1920, 1080, 8_000_000, "avc1.64002a"),
            ],
            audio_tracks: Vec::new(),
            subtitle_tracks: Vec::new(),
        }
    }
}

impl Format {
    /// Whether sound has the channel's form.
    pub fn takes(&self, sound: &AudioRendition) -> bool {
        sound.codec == self.audio
            && sound.sample_rate == self.sample_rate
            && sound.channels == self.channels
    }

    /// The sound's codec as RFC 6381 has it.
    pub fn audio_codec(&self) -> &'static str {
        match self.audio {
            Codec::Opus => "opus",
            Codec::Ac3 => "ac-3",
            Codec::Eac3 => "ec-3",
            _ => "mp4a.40.2",
        }
    }

    /// The target duration in milliseconds.
    pub fn target_ms(&self) -> i64 {
        i64::from(self.target_duration_s) * 1000
    }
}

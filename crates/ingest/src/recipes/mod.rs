//! The arguments of each ffmpeg run. Pure: from what the source is and what is wanted to words.

pub mod audio;
pub mod breaks;
pub mod copy;
pub mod pictures;
pub mod video;

/// What every output of media gets: no metadata, chapters, subtitles or data of the source's.
pub(crate) const BARE: [&str; 7] = [
    "-map_metadata",
    "-1",
    "-map_chapters",
    "-1",
    "-sn",
    "-dn",
    "-ignore_unknown",
];

/// Fragments of at most this many microseconds, for sound: it is cut to the grid afterwards.
pub(crate) const SOUND_FRAGMENT_US: &str = "2000000";

/// How pictures are written: a fragment from each keyframe on, composition offsets that are not
/// negative, and one edit that takes them back.
pub(crate) const PICTURE_FLAGS: &str = "+frag_keyframe+empty_moov+default_base_moof+delay_moov";

/// How sound is written: fragments, no edit.
pub(crate) const SOUND_FLAGS: &str = "+cmaf";

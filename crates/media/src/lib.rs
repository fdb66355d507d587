//! Formats, and nothing but formats: bytes and instants in, bytes and instants out.
//!
//! No I/O of its own (readers and writers are handed in), no async, no clock, no globals; the same
//! input gives the same bytes on every machine. Hostile input ends in a [`MediaError`], never in
//! a panic or in memory out of proportion to the input.
//!
//! # The model
//!
//! ```text
//!  an MP4 or MOV ── mp4::read ──────► Movie ── standard::assess ─► playable as it is, or why not
//!                                       │
//!                                       │ RenditionIndex::from_mp4_track        (Layout::Virtual)
//!                                       ▼
//!  a CMAF file ─── cmaf::scan ──────► RenditionIndex ◄── encode/decode ──► bytes kept beside the file
//!  (still growing)   Scan::index        │                            (Layout::Cmaf or Virtual)
//!                                       │
//!            ┌──────────────┬───────────┴───┬──────────────────┬──────────────────┐
//!            ▼              ▼               ▼                  ▼                  ▼
//!      segment_ranges   hls::…_playlist  dash::manifest   progressive::     iframe_range
//!      build_segment    hls::multivariant                 VirtualFile       build_iframe
//! ```
//!
//! A **rendition** is one track, of pictures or of sound, in one file. Its
//! [`RenditionIndex`](index::RenditionIndex) knows each sample's size, time and place, and where
//! the segments begin. Everything that players ask for is computed from indices alone; media bytes
//! are only read when a segment itself is asked for, and are passed on without being looked at.
//!
//! How to answer a request for segment `n`: read
//! [`segment_ranges(n)`](index::RenditionIndex::segment_ranges) of the rendition's file, one range
//! nearly always, and give the bytes to
//! [`build_segment`](index::RenditionIndex::build_segment). In the
//! [Cmaf layout](index::Layout::Cmaf) the range *is* the segment, so it may as well be served by
//! whoever holds the file. In the [Virtual layout](index::Layout::Virtual) the fragment header is
//! made on the spot and the samples are gathered; so an upload can be watched where it lies, before
//! anything is copied or encoded.
//!
//! A **broadcast** comes frame by frame instead: [`flv`] and [`ts`] take apart what encoders send,
//! [`SampleEntry::of_config`](codec::SampleEntry::of_config) says what it is, [`live`] makes CMAF
//! parts and segments of it, and [`hls::LivePlaylist`] lists them (Low-Latency HLS).
//!
//! # Times
//!
//! All times are integers in ticks of a timescale. What an edit list does to a track is done to
//! its samples when they are indexed: time 0 is the same instant in all renditions of a video, and
//! encoder priming of sound is gone. Sound is cut on the pictures' timeline
//! ([`Cut::Like`](index::Cut)), so segment numbers match.
//!
//! Pictures that are shown in another order than they are decoded need composition offsets. These
//! are written as positive numbers, and one edit in the initialization segment takes the delay
//! back: the form that all players understand. (Negative offsets without an edit are tidier, but
//! players built on ffmpeg then show the pictures late.) ffmpeg writes this form by itself with
//! `-movflags +frag_keyframe+empty_moov+default_base_moof+delay_moov`.

mod bits;
pub mod boxes;
pub mod byte_stream;
pub mod cmaf;
pub mod codec;
pub mod dash;
mod error;
pub mod flv;
mod fragment;
pub mod hls;
pub mod index;
pub mod language;
pub mod live;
pub mod mp4;
pub mod ogg;
pub mod presentation;
pub mod progressive;
mod ratio;
pub mod samples;
pub mod scte35;
pub mod silence;
pub mod standard;
pub mod storyboard;
#[cfg(test)]
mod testing;
pub mod ts;
pub mod webvtt;

pub use error::{MediaError, Result};
pub use ratio::{Ratio, rescale, rescale_signed};

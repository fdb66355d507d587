//! Sound: measured, brought to one loudness, as stereo and, where there is more, as 5.1.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ffmpeg::Run;
use crate::probe::{AudioStream, SourceInfo};

/// The loudness that all sound is brought to, in LUFS.
pub const TARGET_LUFS: f64 = -16.0;
/// The highest peak that is left, in dBFS.
const PEAK_DBFS: f64 = -1.5;
/// Louder than by this much, noise is all that comes up.
const MAX_GAIN_DB: f64 = 20.0;
/// Streams beyond this are left in the source.
const MAX_STREAMS: usize = 16;
/// Samples a second of all sound made here.
pub const SAMPLE_RATE: u32 = 48_000;
/// AAC's first frame only prepares the second; it takes the place of the first samples, so that
/// everything after them is heard when it should be, without an edit list.
const PRIMING: u64 = 1024;

/// How many channels a rendition has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mix {
    /// Left and right: for every player.
    Stereo,
    /// 5.1.
    Surround,
}

impl Mix {
    /// ffmpeg's name of the channel layout.
    fn layout(self) -> &'static str {
        match self {
            Self::Stereo => "stereo",
            Self::Surround => "5.1",
        }
    }

    /// Bits a second.
    fn bitrate(self) -> &'static str {
        match self {
            Self::Stereo => "128k",
            Self::Surround => "384k",
        }
    }

    /// Number of channels.
    pub fn channels(self) -> u32 {
        match self {
            Self::Stereo => 2,
            Self::Surround => 6,
        }
    }
}

/// One rendition of sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioTrack {
    /// The stream's number in the source.
    pub stream: u32,
    /// Its channels.
    pub mix: Mix,
    /// Unique name within the video, such as `audio-en-2ch`.
    pub name: String,
    /// BCP 47 tag, if known.
    pub language: Option<String>,
    /// What a person sees in a menu.
    pub label: Option<String>,
    /// Whether players choose it unless told otherwise.
    pub is_default: bool,
}

/// The renditions of sound that a source gets: each stream as stereo, and those with six
/// channels or more as 5.1 beside it.
pub fn plan(source: &SourceInfo) -> Vec<AudioTrack> {
    let streams: Vec<&AudioStream> = source.audio.iter().take(MAX_STREAMS).collect();
    let default = streams
        .iter()
        .position(|stream| stream.default && !stream.commentary)
        .or_else(|| streams.iter().position(|stream| !stream.commentary))
        .unwrap_or(0);
    let mut tracks: Vec<AudioTrack> = Vec::new();
    for (at, stream) in streams.iter().enumerate() {
        let language = stream.language.as_deref().unwrap_or("und");
        let kind = if stream.commentary { "-commentary" } else { "" };
        let alike = streams[..at]
            .iter()
            .filter(|before| {
                before.language == stream.language && before.commentary == stream.commentary
            })
            .count();
        let number = if alike == 0 {
            String::new()
        } else {
            format!("-{}", alike + 1)
        };
        let mixes: &[Mix] = if stream.channels >= 6 {
            &[Mix::Stereo, Mix::Surround]
        } else {
            &[Mix::Stereo]
        };
        for &mix in mixes {
            tracks.push(AudioTrack {
                stream: stream.index,
                mix,
                name: format!("audio-{language}{kind}{number}-{}ch", mix.channels()),
                language: stream.language.clone(),
                label: stream
                    .title
                    .clone()
                    .or_else(|| stream.commentary.then(|| "Commentary".to_owned())),
                is_default: at == default && mix == Mix::Stereo,
            });
        }
    }
    tracks
}

/// Brings a stream to the layout and rate, with gaps filled, from the film's first instant on.
///
/// The resampler runs even where the rate is right already (`flags=res`): when it joins later, to
/// make up for timestamps that drift, it begins again at the first instant, and sound is lost.
fn conform(stream: u32, mix: Mix) -> String {
    format!(
        "[0:{stream}]aresample={SAMPLE_RATE}:flags=res:async=1000:first_pts=0,\
         aformat=sample_fmts=fltp:channel_layouts={}",
        mix.layout()
    )
}

/// A run that measures the loudness of all tracks in one decode. [`parse_loudness`] reads what
/// it says.
pub fn measure(run: &mut Run, tracks: &[AudioTrack]) {
    run.arg("-v").arg("info").arg("-nostats");
    let graph: Vec<String> = tracks
        .iter()
        .enumerate()
        .map(|(at, track)| {
            format!(
                "{},ebur128=peak=sample:framelog=verbose[m{at}]",
                conform(track.stream, track.mix)
            )
        })
        .collect();
    run.arg("-filter_complex").arg(graph.join(";"));
    for at in 0..tracks.len() {
        run.args(["-map", &format!("[m{at}]"), "-f", "null", "-"]);
    }
}

/// How loud a track is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Integrated loudness in LUFS; -70 for silence.
    pub integrated_lufs: f64,
    /// Highest sample in dBFS.
    pub peak_dbfs: f64,
}

impl Loudness {
    /// The change that brings it to [`TARGET_LUFS`], in dB; none for silence.
    pub fn gain_db(&self) -> f64 {
        if self.integrated_lufs <= -69.0 || !self.integrated_lufs.is_finite() {
            return 0.0;
        }
        (TARGET_LUFS - self.integrated_lufs).min(MAX_GAIN_DB)
    }

    /// Whether the change would push peaks too high.
    fn needs_limiter(&self) -> bool {
        !self.peak_dbfs.is_finite() || self.peak_dbfs + self.gain_db() > PEAK_DBFS
    }
}

/// Reads the summaries that [`measure`] made ffmpeg print, in the order of the tracks. None
/// unless there is one for each.
///
/// ffmpeg makes every filter more than once: to learn the shape of the graph, and again when the
/// sound changes on its way. Each instance has a summary, and the one that heard nothing says so
/// as silence; so the loudest counts.
pub fn parse_loudness(text: &str, tracks: usize) -> Option<Vec<Loudness>> {
    // Filters are numbered in the order of the graph, but end in any.
    let mut found: BTreeMap<u32, Loudness> = BTreeMap::new();
    let mut current: Option<(u32, f64)> = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("[Parsed_ebur128_")
            && line.ends_with("Summary:")
        {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            current = Some((digits.parse().ok()?, f64::NAN));
        } else if let (Some(value), Some((_, integrated))) =
            (number(line, "I:", "LUFS"), current.as_mut())
        {
            *integrated = value;
        } else if let Some(peak_dbfs) = number(line, "Peak:", "dBFS")
            && let Some((filter, integrated_lufs)) = current.take()
            && !integrated_lufs.is_nan()
        {
            let heard = found.entry(filter).or_insert(Loudness {
                integrated_lufs,
                peak_dbfs,
            });
            heard.integrated_lufs = heard.integrated_lufs.max(integrated_lufs);
            heard.peak_dbfs = heard.peak_dbfs.max(peak_dbfs);
        }
    }
    (found.len() == tracks).then(|| found.into_values().collect())
}

fn number(line: &str, name: &str, unit: &str) -> Option<f64> {
    let value = line.strip_prefix(name)?.trim().strip_suffix(unit)?.trim();
    match value {
        "-inf" => Some(f64::NEG_INFINITY),
        value => value.parse().ok(),
    }
}

/// The filters for one track: gain, limiter, and exactly as long as the film.
fn chain(track: &AudioTrack, loudness: Option<Loudness>, film: Duration) -> String {
    let mut chain = conform(track.stream, track.mix);
    if let Some(loudness) = loudness {
        let gain = loudness.gain_db();
        if gain.abs() >= 0.1 {
            let _ = write!(chain, ",volume={gain:.2}dB");
        }
        if gain > 0.0 && loudness.needs_limiter() {
            let limit = 10_f64.powf(PEAK_DBFS / 20.0);
            let _ = write!(
                chain,
                ",alimiter=limit={limit:.4}:attack=5:release=50:level=0"
            );
        }
    }
    let _ = write!(chain, ",atrim=start_sample={PRIMING},asetpts=PTS-STARTPTS");
    let samples = u128::from(SAMPLE_RATE) * film.as_micros() / 1_000_000;
    let samples = u64::try_from(samples).unwrap_or(0).saturating_sub(PRIMING);
    if samples > 0 {
        let _ = write!(chain, ",apad,atrim=end_sample={samples}");
    }
    chain
}

/// The name of a track's file in the work folder.
pub fn file_name(index: usize) -> String {
    format!("sound-{index}.mp4")
}

/// Adds the encoding of tracks to a run that has its input already. `labels` begins the names of
/// the graph's outputs; they must not collide with those of a video graph in the same run.
pub fn add_tracks(run: &mut Run, tracks: &[AudioTrack], loudness: &[Loudness], film: Duration) {
    let graph: Vec<String> = tracks
        .iter()
        .enumerate()
        .map(|(at, track)| format!("{}[a{at}]", chain(track, loudness.get(at).copied(), film)))
        .collect();
    run.arg("-filter_complex").arg(graph.join(";"));
    for (at, track) in tracks.iter().enumerate() {
        run.args([
            "-map",
            &format!("[a{at}]"),
            "-c:a",
            "aac",
            "-b:a",
            track.mix.bitrate(),
        ]);
        run.args(super::BARE);
        run.args([
            "-vn",
            "-movflags",
            super::SOUND_FLAGS,
            "-frag_duration",
            super::SOUND_FRAGMENT_US,
            "-f",
            "mp4",
        ]);
        run.output(&file_name(at));
    }
}

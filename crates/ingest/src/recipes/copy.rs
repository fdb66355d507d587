//! Repackaging without encoding: the same samples in fragments of our own.

use crate::ffmpeg::Run;
use crate::probe::{AudioStream, SourceInfo, VideoStream};

/// The file that [`add_copies`] makes of the picture.
pub const VIDEO_FILE: &str = "copy-video.mp4";

/// The file that [`add_copies`] makes of sound number `index` of those copied.
pub fn audio_file(index: usize) -> String {
    format!("copy-audio-{index}.mp4")
}

/// Why the picture cannot be played without encoding; empty when it can.
pub fn picture_reasons(video: &VideoStream, max_bps: u64, bps: Option<u64>) -> Vec<String> {
    let mut reasons = Vec::new();
    if video.codec != "h264" {
        reasons.push(format!(
            "The pictures are coded as {}, not H.264.",
            video.codec
        ));
    }
    if video.bit_depth > 8 {
        reasons.push(format!(
            "The pictures have {} bits a sample, not 8.",
            video.bit_depth
        ));
    }
    if video
        .pixel_format
        .as_deref()
        .is_some_and(|format| !format.starts_with("yuv420p") && !format.starts_with("yuvj420p"))
    {
        reasons.push("The colour resolution is higher than 4:2:0.".into());
    }
    reasons.extend(hidden_reasons(video));
    if video.rotation != 0 {
        reasons.push(format!(
            "The pictures are to be turned by {}°.",
            video.rotation
        ));
    }
    if video.width % 2 == 1 || video.height % 2 == 1 {
        reasons.push("The width or height is odd.".into());
    }
    if bps.is_some_and(|bps| bps > max_bps) {
        reasons.push(format!(
            "The pictures take more than {} Mbit/s.",
            max_bps / 1_000_000
        ));
    }
    reasons
}

/// Those of the reasons that a container need not tell.
pub fn hidden_reasons(video: &VideoStream) -> Vec<String> {
    let mut reasons = Vec::new();
    if video.hdr.is_some() {
        reasons.push("The pictures have a high dynamic range.".into());
    }
    if video.interlaced {
        reasons.push("The pictures are interlaced.".into());
    }
    reasons
}

/// Whether browsers play this sound as it is.
pub fn sound_is_playable(audio: &AudioStream) -> bool {
    audio.codec == "aac"
        && audio
            .profile
            .as_deref()
            .is_none_or(|profile| profile.contains("LC") || profile.contains("HE-AAC"))
}

/// Adds the copying of the picture and of these streams of sound to a run with its input.
pub fn add_copies(run: &mut Run, source: &SourceInfo, audio: &[u32]) {
    run.args(["-map", &format!("0:{}", source.video.index), "-c:v", "copy"]);
    run.args(super::BARE);
    run.args(["-an", "-movflags", super::PICTURE_FLAGS, "-f", "mp4"]);
    run.output(VIDEO_FILE);
    for (at, stream) in audio.iter().enumerate() {
        run.args(["-map", &format!("0:{stream}"), "-c:a", "copy"]);
        // Transport streams say in each frame what MP4 says once; other AAC passes as it is.
        run.args(["-bsf:a", "aac_adtstoasc"]);
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
        run.output(&audio_file(at));
    }
}

//! Of the form of a channel.

use std::collections::BTreeSet;

use matinee_media::{codec::Codec, language::canonical};

use super::{Findings, is_name};
use crate::definition::{Format, Track};

pub(super) fn check(format: &Format, found: &mut Findings) {
    if !matches!(format.video, Codec::Avc | Codec::Hevc | Codec::Av1) {
        found.add("format.video", "must be avc, hevc or av1");
    }
    if !matches!(
        format.audio,
        Codec::Aac | Codec::Opus | Codec::Ac3 | Codec::Eac3
    ) {
        found.add("format.audio", "must be aac, opus, ac3 or eac3");
    }
    found.within(
        "format.target_duration_s",
        format.target_duration_s.into(),
        1,
        20,
    );
    found.within(
        "format.sample_rate",
        format.sample_rate.into(),
        8000,
        192_000,
    );
    found.within("format.channels", format.channels.into(), 1, 16);
    found.within("format.rungs", format.rungs.len() as u64, 1, 12);
    let mut names = BTreeSet::new();
    for (n, rung) in format.rungs.iter().enumerate() {
        let field = format!("format.rungs[{n}]");
        if !is_name(&rung.name, |c| {
            c.is_ascii_alphanumeric() || c == '-' || c == '_'
        }) {
            found.add(
                format!("{field}.name"),
                "must be of letters, digits, - and _",
            );
        }
        if !names.insert(&rung.name) {
            found.add(format!("{field}.name"), "another rung has this name");
        }
        found.within(
            &format!("{field}.bandwidth"),
            rung.bandwidth,
            1000,
            1_000_000_000,
        );
        found.within(&format!("{field}.width"), rung.width.into(), 16, 16_384);
        found.within(&format!("{field}.height"), rung.height.into(), 16, 16_384);
        if !is_name(&rung.codec, |c| c.is_ascii_alphanumeric() || c == '.') {
            found.add(format!("{field}.codec"), "is no codec string (RFC 6381)");
        }
    }
    if !format.rungs.is_sorted_by(|a, b| a.bandwidth < b.bandwidth) {
        found.add("format.rungs", "must ascend by bandwidth");
    }
    tracks(&format.audio_tracks, "format.audio_tracks", found);
    tracks(&format.subtitle_tracks, "format.subtitle_tracks", found);
}

fn tracks(tracks: &[Track], field: &str, found: &mut Findings) {
    found.within(field, tracks.len() as u64, 0, 32);
    let mut languages = BTreeSet::new();
    for (n, track) in tracks.iter().enumerate() {
        match canonical(&track.language) {
            None => found.add(
                format!("{field}[{n}].language"),
                "is no language tag (BCP 47)",
            ),
            Some(tag) => {
                if !languages.insert(tag) {
                    found.add(
                        format!("{field}[{n}].language"),
                        "another track has this language",
                    );
                }
            }
        }
        if track.name.trim().is_empty() || track.name.chars().count() > 100 {
            found.add(
                format!("{field}[{n}].name"),
                "must have from 1 to 100 characters",
            );
        }
    }
}

//! The first playable form without encoding pictures: in place, or copied into a file of ours.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use matinee_jobs::{JobContext, JobProgress};
use matinee_media::index::{Cut, RenditionIndex, Timeline};
use matinee_media::mp4::{self, Movie};
use matinee_media::standard;

use super::context::{Work, blocking};
use super::probe::FirstWay;
use super::publish::{Bytes, Finished, SOURCE_NAME, new_id};
use super::{Core, grid};
use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::ladder::{self, Ladder};
use crate::recipes::audio::{self, AudioTrack, Mix};
use crate::recipes::copy;

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let work = core.work(ctx, "package").await?;
    ctx.progress(JobProgress::percent(5.0)).await;
    let ladder = core.ladder(&work.video, &work.info);
    let first: FirstWay = ctx
        .job
        .payload
        .get("first")
        .and_then(|first| serde_json::from_value(first.clone()).ok())
        .unwrap_or(FirstWay::Copy);
    let finished = match first {
        FirstWay::InPlace => in_place(core, ctx, &work, &ladder).await?,
        FirstWay::Copy | FirstWay::Encode => copied(core, ctx, &work, &ladder).await?,
    };
    ctx.progress(JobProgress::percent(95.0)).await;
    core.publish(&work.video.id, finished).await
}

/// Renditions of the tracks where they lie; sound that browsers do not play is encoded.
async fn in_place(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    ladder: &Ladder,
) -> Result<Vec<Finished>> {
    let key = work.video.source_key.clone().unwrap_or_default();
    let path = PathBuf::from(work.source.path());
    let segment_ms = ladder.segment_ms();
    let tracks = stereo(&work.info);
    let (picture, sound) = blocking(move || {
        let file = File::open(&path).map_err(|source| IngestError::io("reading", &path, source))?;
        let movie = mp4::read(&mut BufReader::new(file))?;
        index_tracks(&movie, segment_ms, &tracks)
    })
    .await?;
    let times = picture.timeline();
    let mut finished = vec![picture_of(
        core,
        work,
        ladder,
        picture,
        Bytes::Source(key.clone()),
    )];
    let playable_default = sound.iter().any(|(track, _)| track.is_default);
    for (track, index) in sound {
        finished.push(sound_of(&track, index, Bytes::Source(key.clone()), true));
    }
    if !playable_default {
        finished.extend(quick_sound(core, ctx, work, &times).await?);
    }
    Ok(finished)
}

type Indexed = (RenditionIndex, Vec<(AudioTrack, RenditionIndex)>);

/// Indexes the picture and all sound that can be played as it is.
fn index_tracks(movie: &Movie, segment_ms: u64, tracks: &[AudioTrack]) -> Result<Indexed> {
    let track = movie
        .video()
        .ok_or_else(|| IngestError::Internal("the picture's track is gone".into()))?;
    let picture = RenditionIndex::from_mp4_track(movie, track, Cut::Every(segment_ms))?;
    let times = picture.timeline();
    let judged = standard::assess(movie, &standard::Limits::default());
    let mut sound = Vec::new();
    // ffprobe and we count the tracks of sound in the same order.
    for (in_file, wanted) in movie.audios().zip(tracks) {
        let playable = judged
            .audios
            .iter()
            .any(|verdict| verdict.track_id == in_file.id && verdict.playable());
        if !playable {
            continue;
        }
        match RenditionIndex::from_mp4_track(movie, in_file, Cut::Like(&times)) {
            Ok(index) => sound.push((wanted.clone(), index)),
            Err(error) => tracing::debug!(%error, "a track of sound cannot be played in place"),
        }
    }
    Ok((picture, sound))
}

/// The stereo renditions that the sound step will make: their names and labels are used until it
/// has, so that it takes their places.
fn stereo(info: &crate::probe::SourceInfo) -> Vec<AudioTrack> {
    audio::plan(info)
        .into_iter()
        .filter(|track| track.mix == Mix::Stereo)
        .collect()
}

fn picture_of(
    core: &Core,
    work: &Work,
    ladder: &Ladder,
    index: RenditionIndex,
    bytes: Bytes,
) -> Finished {
    let aligned = grid::is_aligned(&index, ladder);
    Finished {
        id: new_id(),
        name: if aligned && within_cap(core, work, &index) {
            ladder
                .rungs
                .first()
                .map_or_else(|| SOURCE_NAME.to_owned(), |top| top.name.clone())
        } else {
            SOURCE_NAME.to_owned()
        },
        bytes,
        index,
        language: None,
        label: None,
        role: None,
        is_default: false,
        aligned,
        is_source: true,
    }
}

/// Whether the source's own picture may stay as the top rung: nobody has chosen other heights,
/// and it is no larger and takes no more bits than the rung would.
fn within_cap(core: &Core, work: &Work, index: &RenditionIndex) -> bool {
    let info = index.info();
    let lines = info.width.min(info.height);
    let highest = core.config.rungs.iter().copied().max().unwrap_or(0);
    let chosen = &work.video.requested_resolutions.0;
    let cap = u64::from(ladder::bitrate_cap_kbps(&core.config.bitrate_caps, lines)) * 1000;
    lines <= highest
        && (chosen.is_empty() || chosen.contains(&lines))
        && index.average_bandwidth_bps() <= cap
}

fn sound_of(track: &AudioTrack, index: RenditionIndex, bytes: Bytes, is_source: bool) -> Finished {
    Finished {
        id: new_id(),
        name: track.name.clone(),
        index: index.with_language(track.language.clone()),
        bytes,
        language: track.language.clone(),
        label: track.label.clone(),
        role: None,
        is_default: track.is_default,
        aligned: true,
        is_source,
    }
}

/// Encodes the default stream of sound, without measuring it first: the fastest way to hear it.
pub(super) async fn quick_sound(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    times: &Timeline,
) -> Result<Option<Finished>> {
    let Some(track) = stereo(&work.info)
        .into_iter()
        .find(|track| track.is_default)
    else {
        return Ok(None);
    };
    let mut run = Run::ffmpeg(&work.folder);
    run.film(work.info.film()).input(work.source.path());
    audio::add_tracks(
        &mut run,
        std::slice::from_ref(&track),
        &[],
        work.info.film(),
    );
    core.run(ctx, &run, "sound", |percent| 10.0 + percent * 0.8)
        .await?;
    let finished = cut_sound(&work.folder, &audio::file_name(0), &track, times, false).await?;
    Ok(Some(finished))
}

/// Cuts a file of sound like the picture.
pub(super) async fn cut_sound(
    folder: &Path,
    name: &str,
    track: &AudioTrack,
    times: &Timeline,
    is_source: bool,
) -> Result<Finished> {
    let from = folder.join(name);
    let to = folder.join(format!("cut-{name}"));
    let cut_to = to.clone();
    let times = times.clone();
    let index = blocking(move || grid::recut(&from, &cut_to, Cut::Like(&times))).await?;
    Ok(sound_of(track, index, Bytes::File(to), is_source))
}

/// Renditions copied into files of ours.
async fn copied(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    ladder: &Ladder,
) -> Result<Vec<Finished>> {
    let (plain, other): (Vec<AudioTrack>, Vec<AudioTrack>) =
        stereo(&work.info).into_iter().partition(|track| {
            work.info
                .audio
                .iter()
                .any(|stream| stream.index == track.stream && copy::sound_is_playable(stream))
        });
    let streams: Vec<u32> = plain.iter().map(|track| track.stream).collect();
    let quick: Vec<AudioTrack> = other.into_iter().filter(|track| track.is_default).collect();
    let film = work.info.film();
    let mut run = Run::ffmpeg(&work.folder);
    run.film(film).input(work.source.path());
    copy::add_copies(&mut run, &work.info, &streams);
    if !quick.is_empty() {
        audio::add_tracks(&mut run, &quick, &[], film);
    }
    core.run(ctx, &run, "repackaging", |percent| 5.0 + percent * 0.8)
        .await?;

    let from = work.folder.join(copy::VIDEO_FILE);
    let to = work.folder.join("cut-video.mp4");
    let cut_to = to.clone();
    let segment_ms = ladder.segment_ms();
    let picture = blocking(move || grid::recut(&from, &cut_to, Cut::Every(segment_ms))).await?;
    let times = picture.timeline();
    let mut finished = vec![picture_of(core, work, ladder, picture, Bytes::File(to))];
    for (at, track) in plain.iter().enumerate() {
        let name = copy::audio_file(at);
        finished.push(cut_sound(&work.folder, &name, track, &times, true).await?);
    }
    for (at, track) in quick.iter().enumerate() {
        let name = audio::file_name(at);
        finished.push(cut_sound(&work.folder, &name, track, &times, false).await?);
    }
    Ok(finished)
}

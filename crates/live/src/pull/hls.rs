//! Follows HLS playlists of others.
//!
//! Every address in them is judged like the first one: a playlist may name any host, also one
//! that nobody but this machine can reach. Segments are fetched one after another and put in as
//! fast as time goes by, whatever pieces they come in.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use matinee_engines::outbound::OutboundError;
use matinee_media::flv::Content;
use matinee_media::hls::read::{MAX_PLAYLIST, Media, Playlist, Segment, playlist};
use matinee_media::index::MediaKind;
use matinee_media::live::unpack;
use matinee_media::scte35::splice_insert;
use matinee_media::ts::{Demuxer, Event};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use url::Url;

use super::Means;
use super::address::Address;
use super::intake::{Intake, Pace};
use crate::again::Stop;

/// The largest segment that is taken: a minute at 8 Mbit/s.
const MAX_SEGMENT: usize = 64 << 20;
/// How often somebody may say that a thing is elsewhere.
const REDIRECTS: usize = 5;
/// So many segments from the end is begun (RFC 8216 §6.3.3).
const FROM_END: usize = 3;
/// How long fetching one thing may take.
const FETCH: Duration = Duration::from_secs(30);
/// How long nothing new may come.
const SILENCE: Duration = Duration::from_mins(1);
/// The first bytes of packets of a transport stream.
const TS_SYNC: u8 = 0x47;

/// Pulls until the source is lost. Gives back when it has ended.
pub(super) async fn pull(
    address: &Address,
    means: &Means,
    intake: &mut Intake,
) -> Result<(), Stop> {
    // A round of segments is being put in while the next is fetched.
    let (found, mut events) = mpsc::channel::<Vec<Event>>(1);
    let fetching = follow(address.url.clone(), means, found);
    let putting = async move {
        let mut pace = Pace::default();
        // Whoever fetches learns with the next round that nothing more is wanted.
        while let Some(round) = events.recv().await {
            for event in round {
                pace.wait_for(&event).await;
                intake.event(event).await?;
            }
        }
        Ok::<_, Stop>(())
    };
    let (fetched, put) = tokio::join!(fetching, putting);
    put.and(fetched)
}

/// One playlist that is followed.
struct Track {
    url: Url,
    /// The number of the segment that comes next.
    next: Option<u64>,
    /// The initialization segment in use.
    map: Option<(Url, Bytes)>,
    demuxer: Demuxer,
}

impl Track {
    fn new(url: Url) -> Self {
        Self {
            url,
            next: None,
            map: None,
            demuxer: Demuxer::new(),
        }
    }
}

fn gone() -> Stop {
    Stop::Again("it was stopped".to_owned())
}

async fn follow(first: Url, means: &Means, found: mpsc::Sender<Vec<Event>>) -> Result<(), Stop> {
    let mut tracks = match read(means, &first).await? {
        (url, Playlist::Media(_)) => vec![Track::new(url)],
        (url, Playlist::Multivariant(variants)) => {
            let best = variants.into_iter().max_by_key(|variant| variant.bandwidth);
            let best = best.ok_or_else(|| Stop::Again("the playlist is empty".to_owned()))?;
            let mut tracks = vec![Track::new(joined(&url, &best.uri)?)];
            if let Some(sound) = best.sound.filter(|sound| *sound != best.uri) {
                tracks.push(Track::new(joined(&url, &sound)?));
            }
            tracks
        }
    };
    let mut news_at = Instant::now();
    loop {
        let began = Instant::now();
        let (mut round, mut ended, mut behind) = (Vec::new(), true, false);
        let mut target_s = 60;
        for track in &mut tracks {
            let (url, list) = read(means, &track.url).await?;
            let Playlist::Media(media) = list else {
                return Err(Stop::Again("the playlist has become another".to_owned()));
            };
            target_s = target_s.min(media.target_s);
            for segment in new_ones(track, &media) {
                let events = fetch(means, &url, track, &segment).await?;
                round.extend(cues(&segment, &events));
                round.extend(events);
            }
            let count = media.segments.len() as u64;
            let all = track.next >= Some(media.first_msn.saturating_add(count));
            behind |= !all;
            ended &= media.ended && all;
        }
        if !round.is_empty() {
            news_at = Instant::now();
            // Pictures and sound that come apart go on side by side.
            if tracks.len() > 1 {
                round.sort_by_key(at);
            }
            found.send(round).await.map_err(|_| gone())?;
        }
        if ended {
            return Ok(());
        }
        if news_at.elapsed() > SILENCE {
            return Err(Stop::Again("nothing new has come for a minute".to_owned()));
        }
        let pause = Duration::from_secs(target_s.into()) / 2;
        let pause = pause.saturating_sub(began.elapsed());
        if behind {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(pause.max(Duration::from_millis(200))) => {}
            () = found.closed() => return Err(gone()),
        }
    }
}

/// When something is due. Configurations come before what they are for.
fn at(event: &Event) -> i64 {
    match event {
        Event::Packet { time_us, .. } => *time_us,
        // What is told of breaks is told ahead.
        Event::Refused { .. } | Event::Cue { .. } => i64::MIN,
    }
}

/// The segments of a playlist that have not been fetched.
fn new_ones(track: &mut Track, media: &Media) -> Vec<Segment> {
    let count = media.segments.len() as u64;
    let end = media.first_msn.saturating_add(count);
    let start = match track.next {
        // It has been begun anew.
        Some(next) if next > end => media.first_msn,
        Some(next) => next.max(media.first_msn),
        None if media.ended => media.first_msn,
        None => end.saturating_sub(FROM_END as u64).max(media.first_msn),
    };
    // Not more than this at a time: the rest comes with the next round.
    let to = end.min(start.saturating_add(FROM_END as u64));
    track.next = Some(to);
    let skip = usize::try_from(start - media.first_msn).unwrap_or(usize::MAX);
    let take = usize::try_from(to.saturating_sub(start)).unwrap_or(0);
    let wanted = media.segments.iter().skip(skip).take(take);
    wanted.filter(|segment| !segment.gap).cloned().collect()
}

/// What the playlist tells of breaks in a segment, on the clock of its frames.
fn cues(segment: &Segment, events: &[Event]) -> Vec<Event> {
    let shown = |event: &Event| match event {
        Event::Packet {
            time_us, packet, ..
        } => match &packet.content {
            Content::Frame(frame) => Some(time_us + i64::from(frame.composition_ms) * 1000),
            _ => None,
        },
        _ => None,
    };
    // The first keyframe is shown first of all; sound may come a little before it.
    let video = |event: &&Event| {
        matches!(
            event,
            Event::Packet {
                kind: MediaKind::Video,
                ..
            }
        )
    };
    let first = events.iter().filter(video).find_map(shown);
    let Some(first) = first.or_else(|| events.iter().find_map(shown)) else {
        return Vec::new();
    };
    let signals = segment.signals.iter();
    signals
        .map(|signal| {
            let section = signal.section.clone();
            let section = section.unwrap_or_else(|| splice_insert(&signal.cue));
            Event::Cue {
                time_us: first + i64::from(signal.offset_ms) * 1000,
                cue: signal.cue,
                section: section.into(),
            }
        })
        .collect()
}

fn joined(base: &Url, uri: &str) -> Result<Url, Stop> {
    base.join(uri)
        .map_err(|_| Stop::Again("an address in the playlist cannot be read".to_owned()))
}

/// Fetches a segment, and takes it apart.
async fn fetch(
    means: &Means,
    base: &Url,
    track: &mut Track,
    segment: &Segment,
) -> Result<Vec<Event>, Stop> {
    let url = joined(base, &segment.uri)?;
    let bytes = match get(means, &url, MAX_SEGMENT).await {
        Ok((_, bytes)) => bytes,
        Err(Missing::Gone) => return Ok(Vec::new()),
        Err(Missing::Stop(stop)) => return Err(stop),
    };
    let Some(map) = &segment.map else {
        if bytes.first() != Some(&TS_SYNC) {
            return Err(Stop::Never(
                "its segments are neither a transport stream nor fragmented MP4".to_owned(),
            ));
        }
        return Ok(track.demuxer.feed(&bytes));
    };
    let map = joined(base, map)?;
    if track.map.as_ref().is_none_or(|(known, _)| *known != map) {
        let (_, init) = get(means, &map, MAX_SEGMENT).await.map_err(Stop::from)?;
        track.map = Some((map, init));
    }
    let init = track.map.as_ref().map(|(_, init)| init.clone());
    let taken = tokio::task::spawn_blocking(move || unpack(&init.unwrap_or_default(), &bytes));
    match taken.await {
        Ok(taken) => Ok(taken?),
        Err(error) => Err(Stop::Again(error.to_string())),
    }
}

/// Fetches a playlist. Gives where it was in the end.
async fn read(means: &Means, url: &Url) -> Result<(Url, Playlist), Stop> {
    let (url, bytes) = get(means, url, MAX_PLAYLIST).await?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| Stop::Never("it is no HLS playlist".to_owned()))?;
    Ok((url, playlist(text)?))
}

/// Why something was not fetched.
enum Missing {
    /// It is not there, or not any more.
    Gone,
    Stop(Stop),
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Gone => Self::Again("it is not there (404)".to_owned()),
            Missing::Stop(stop) => stop,
        }
    }
}

impl From<OutboundError> for Missing {
    fn from(error: OutboundError) -> Self {
        Self::Stop(error.into())
    }
}

/// Fetches something of at most so many bytes. Gives where it was in the end.
async fn get(means: &Means, url: &Url, most: usize) -> Result<(Url, Bytes), Missing> {
    match timeout(FETCH, get_it(means, url.clone(), most)).await {
        Ok(got) => got,
        Err(_) => Err(Missing::Stop(Stop::Again(
            "it took too long to answer".to_owned(),
        ))),
    }
}

async fn get_it(means: &Means, mut url: Url, most: usize) -> Result<(Url, Bytes), Missing> {
    let again = |words: String| Missing::Stop(Stop::Again(words));
    for _ in 0..=REDIRECTS {
        means.outbound.check_url(&url)?;
        let request = means.outbound.client().get(url.clone());
        let response = means.outbound.send(&url, request).await?;
        let status = response.status();
        if status.is_redirection() {
            let to = response.headers().get("location");
            let to = to.and_then(|to| to.to_str().ok());
            url = joined(&url, to.unwrap_or_default()).map_err(Missing::Stop)?;
            continue;
        }
        if matches!(status.as_u16(), 404 | 410) {
            return Err(Missing::Gone);
        }
        if !status.is_success() {
            return Err(again(format!("it answered {status}")));
        }
        let mut all = BytesMut::new();
        let mut body = response.bytes_stream();
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| again(error.to_string()))?;
            if all.len() + piece.len() > most {
                return Err(again(format!("it sends more than {most} bytes")));
            }
            all.extend_from_slice(&piece);
        }
        return Ok((url, all.freeze()));
    }
    Err(again("it is always elsewhere".to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn media(first_msn: u64, count: usize, ended: bool) -> Media {
        let segment = |n: usize| Segment {
            uri: format!("{}.ts", first_msn + n as u64),
            map: None,
            gap: false,
            signals: Vec::new(),
        };
        Media {
            target_s: 2,
            first_msn,
            segments: (0..count).map(segment).collect(),
            ended,
        }
    }

    fn names(track: &mut Track, media: &Media) -> Vec<String> {
        let wanted = new_ones(track, media);
        wanted.into_iter().map(|segment| segment.uri).collect()
    }

    #[test]
    fn each_segment_is_fetched_once_from_near_the_end_on() {
        let track = || Track::new("https://tv.example/a.m3u8".parse().unwrap());
        let mut live = track();
        assert_eq!(
            names(&mut live, &media(10, 6, false)),
            ["13.ts", "14.ts", "15.ts"]
        );
        assert!(names(&mut live, &media(10, 6, false)).is_empty());
        assert_eq!(names(&mut live, &media(11, 6, false)), ["16.ts"]);
        // It was away for long, and has been begun anew.
        assert_eq!(names(&mut live, &media(40, 2, false)), ["40.ts", "41.ts"]);
        assert_eq!(names(&mut live, &media(0, 1, false)), ["0.ts"]);
        let mut film = track();
        assert_eq!(names(&mut film, &media(0, 5, true)).len(), 3);
        assert_eq!(names(&mut film, &media(0, 5, true)), ["3.ts", "4.ts"]);
    }
}

//! `/media/ads/…`: lists of advertisements, and videos with them, for players that know HLS
//! interstitials (RFC 8216bis, appendix D).
//!
//! `list/{signed}/{n}` is the asset list of a break: of a channel by the number of its first
//! segment, of a video by its place. `video/{signed}/{video}/…` is the video's own playlists with
//! its breaks in them.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::Method;
use http::request::Parts;
use matinee_ads::breaks::Break;
use matinee_ads::pods::Signed;
use matinee_playback::asset::types;
use matinee_playback::{
    Asset, Caching, Content, MediaPart, MediaPath, MediaRequest, PlaybackError, RenditionFile,
    SubtitleFile,
};
use serde_json::{Value, json};

use crate::playback::media::{preflight, token, wrong_method};
use crate::playback::respond::{refuse, respond};
use crate::{AppState, Problem};

/// Videos have no clock; this is where theirs begins.
const EPOCH_MS: i64 = 946_684_800_000;
/// How far around now a break of a channel is looked for, in milliseconds.
const AROUND_MS: i64 = 3 * 3_600_000;

/// Everything under `/media/ads/`.
pub(super) async fn serve(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(),
        _ => return wrong_method(),
    }
    match Box::pin(open(&state, &parts)).await {
        Ok(asset) => respond(&parts.method, &parts.headers, asset, state.playback.blobs()),
        Err(problem) => refuse(problem),
    }
}

fn missing() -> Problem {
    Problem::not_found("There is nothing under this address.")
}

async fn open(state: &AppState, parts: &Parts) -> Result<Asset, Problem> {
    let path = parts.uri.path().strip_prefix("/media/ads/");
    let (kind, rest) = path
        .and_then(|path| path.split_once('/'))
        .ok_or_else(missing)?;
    let (signed, rest) = rest.split_once('/').ok_or_else(missing)?;
    match kind {
        "channel" => of_channel(state, signed, rest).await,
        "list" => of_video(state, signed, rest),
        "video" => playlist(state, parts, signed, rest).await,
        _ => Err(missing()),
    }
}

/// Tells the bytes of an answer from others.
fn etag(bytes: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hash = DefaultHasher::new();
    bytes.hash(&mut hash);
    format!("\"{:016x}\"", hash.finish())
}

fn json_asset(value: &Value) -> Asset {
    let text = value.to_string();
    Asset {
        content_type: "application/json",
        etag: etag(text.as_bytes()),
        modified: None,
        caching: Caching::Never,
        gzip: false,
        varies: false,
        content: Content::Bytes(Bytes::from(text)),
        save_as: None,
    }
}

fn asset_list<'a>(ads: impl Iterator<Item = (&'a str, u32)>) -> Asset {
    let assets: Vec<Value> = ads
        .map(|(video, seconds)| {
            json!({ "URI": format!("/media/{video}/master.m3u8"), "DURATION": f64::from(seconds) })
        })
        .collect();
    json_asset(&json!({ "ASSETS": assets }))
}

/// What is shown in a break of a channel.
async fn of_channel(state: &AppState, signed: &str, rest: &str) -> Result<Asset, Problem> {
    let (channel, viewer) = state.ads.read_break(signed).ok_or_else(missing)?;
    let msn: u64 = rest.parse().map_err(|_| missing())?;
    let station = state.channels.station(&channel).await?;
    let now = state.channels.now();
    let found = state
        .channels
        .breaks(&station, now - AROUND_MS, now + AROUND_MS)
        .await?;
    let found = found.into_iter().find(|one| one.msn == msn);
    let found = found.ok_or_else(missing)?;
    let what = Break {
        channel: found.channel,
        msn: found.msn,
        at: found.start,
        seconds: found.seconds,
        parts: found.parts,
    };
    let mut decision = (*state.ads.of_break(&what).await?).clone();
    if let Some(viewer) = viewer {
        decision = decision.for_viewer(&what.ask(), &viewer);
    }
    let ads: Vec<(&str, u32)> = decision
        .ads()
        .map(|ad| (ad.video.as_str(), ad.seconds))
        .collect();
    Ok(asset_list(ads.into_iter()))
}

/// What is shown in a break of a video.
fn of_video(state: &AppState, signed: &str, rest: &str) -> Result<Asset, Problem> {
    let (video, n) = rest.split_once('/').ok_or_else(missing)?;
    let pods = state.ads.read_pods(video, signed).ok_or_else(missing)?;
    let n: usize = n.parse().map_err(|_| missing())?;
    let (_, ads) = pods.pods.get(n).ok_or_else(missing)?;
    Ok(asset_list(
        ads.iter()
            .map(|(video, seconds)| (video.as_str(), *seconds)),
    ))
}

/// A playlist of a video, with its breaks.
async fn playlist(
    state: &AppState,
    parts: &Parts,
    signed: &str,
    rest: &str,
) -> Result<Asset, Problem> {
    let path = MediaPath::parse(rest).ok_or(PlaybackError::NotFound("address"))?;
    let pods = state
        .ads
        .read_pods(path.video, signed)
        .ok_or_else(missing)?;
    let request = MediaRequest {
        token: parts.uri.query().and_then(token),
        gzip: false,
        admitted: false,
    };
    let mut asset = state.playback.media(path, request).await?;
    let folder = match path.part {
        MediaPart::Rendition {
            id,
            file: RenditionFile::Playlist | RenditionFile::IframePlaylist,
        } => format!("/media/{}/{id}/", path.video),
        MediaPart::Subtitle {
            id,
            file: SubtitleFile::Playlist,
        } => format!("/media/{}/subtitles/{id}/", path.video),
        _ => return Ok(asset),
    };
    let Content::Bytes(bytes) = &asset.content else {
        return Ok(asset);
    };
    let text = std::str::from_utf8(bytes).map_err(|error| Problem::internal(&error))?;
    let rules = state.ads.rules().await?;
    let text = with_breaks(text, &folder, signed, &pods, rules.seekable);
    asset.etag = etag(text.as_bytes());
    asset.content = Content::Bytes(text.into());
    asset.content_type = types::HLS;
    asset.modified = None;
    asset.caching = Caching::Never;
    Ok(asset)
}

/// A media playlist with dates and breaks; what it lists lies where it always lies.
fn with_breaks(text: &str, folder: &str, signed: &str, pods: &Signed, seekable: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut dated = false;
    let length_ms = length_ms(text);
    for line in text.lines() {
        if line.starts_with("#EXTINF") && !dated {
            dated = true;
            ranges(&mut out, signed, pods, length_ms, seekable);
            let _ = writeln!(out, "#EXT-X-PROGRAM-DATE-TIME:{}", date(0));
        }
        if let Some((before, uri)) = line.split_once("URI=\"").filter(|_| line.starts_with('#')) {
            let _ = write!(out, "{before}URI=\"");
            if is_relative(uri) {
                out.push_str(folder);
            }
            out.push_str(uri);
        } else {
            if !line.is_empty() && !line.starts_with('#') && is_relative(line) {
                out.push_str(folder);
            }
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn is_relative(uri: &str) -> bool {
    !uri.starts_with('/') && !uri.contains("://")
}

fn length_ms(text: &str) -> u64 {
    let seconds: f64 = text
        .lines()
        .filter_map(|line| line.strip_prefix("#EXTINF:"))
        .filter_map(|rest| rest.split(',').next()?.parse::<f64>().ok())
        .sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a film is shorter than a year"
    )]
    let ms = (seconds.clamp(0.0, 3e7) * 1000.0) as u64;
    ms
}

fn date(ms: u64) -> String {
    let at = EPOCH_MS + i64::try_from(ms).unwrap_or(0);
    jiff::Timestamp::from_millisecond(at)
        .unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

fn ranges(out: &mut String, signed: &str, pods: &Signed, length_ms: u64, seekable: bool) {
    for (n, (at, ads)) in pods.pods.iter().enumerate() {
        let seconds: u32 = ads.iter().map(|(_, seconds)| seconds).sum();
        let cue = match *at {
            0 => ",CUE=\"PRE,ONCE\"",
            at if at >= length_ms.saturating_sub(1000) => ",CUE=\"POST,ONCE\"",
            _ => ",CUE=\"ONCE\"",
        };
        let restrict = if seekable {
            ""
        } else {
            ",X-RESTRICT=\"SKIP,JUMP\""
        };
        let _ = writeln!(
            out,
            "#EXT-X-DATERANGE:ID=\"break-{n}\",CLASS=\"com.apple.hls.interstitial\",START-DATE=\"{}\",\
             DURATION={seconds}{cue},X-ASSET-LIST=\"/media/ads/list/{signed}/{}/{n}\",X-RESUME-OFFSET=0,\
             X-PLAYOUT-LIMIT={seconds}{restrict},X-SNAP=\"OUT\"",
            date((*at).min(length_ms)),
            pods.video,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_stand_in_a_playlist_and_segments_where_they_were() {
        let text = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.000,\n0.m4s?token=a\n#EXTINF:4.000,\n1.m4s\n#EXT-X-ENDLIST\n";
        let pods = Signed {
            video: "video_1".to_owned(),
            pods: vec![
                (0, vec![("video_a".to_owned(), 15)]),
                (
                    4000,
                    vec![("video_a".to_owned(), 15), ("video_b".to_owned(), 30)],
                ),
                (8000, vec![("video_b".to_owned(), 30)]),
            ],
            until: 0,
        };
        let out = with_breaks(text, "/media/video_1/r/", "S", &pods, false);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[1], "#EXT-X-MAP:URI=\"/media/video_1/r/init.mp4\"");
        assert!(lines[2].contains("CUE=\"PRE,ONCE\"") && lines[2].contains("DURATION=15,"));
        assert!(
            lines[3].contains("START-DATE=\"2000-01-01T00:00:04.000Z\""),
            "{out}"
        );
        assert!(lines[3].contains("X-ASSET-LIST=\"/media/ads/list/S/video_1/1\""));
        assert!(lines[4].contains("CUE=\"POST,ONCE\""));
        assert_eq!(
            lines[5],
            "#EXT-X-PROGRAM-DATE-TIME:2000-01-01T00:00:00.000Z"
        );
        assert_eq!(lines[7], "/media/video_1/r/0.m4s?token=a");
        assert_eq!(lines[9], "/media/video_1/r/1.m4s");
    }
}

//! `/media/live/…`: what players fetch of a broadcast. Everything is in memory; the database is
//! asked nothing.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderValue, Method};
use matinee_identity::TokenError;
use matinee_live::LiveError;
use matinee_live::broadcast::{Directives, Rendition, Still, Text, Track};
use matinee_live::desk::Door;
use matinee_live::path::{LiveFile, LivePath};
use matinee_playback::asset::types;
use matinee_playback::http::accepts_gzip;
use matinee_playback::{Asset, Caching, Content, PlaybackError};

use super::growing::Growing;
use super::who::{fetching, most};
use crate::http::caller::client_ip;
use crate::playback::media::{preflight, token, wrong_method};
use crate::playback::respond::{refuse, respond};
use crate::{AppState, Problem};

/// How long a playlist that was waited for may be kept: whoever asks for the same part later is
/// answered no worse. One that was not asked for a part is old with the next.
const WAITED_FOR: &str = "public, max-age=6";
const OF_NOW: &str = "public, max-age=1";

/// Everything under `/media/live/`.
pub(super) async fn serve(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(),
        _ => return wrong_method(),
    }
    match open(&state, &parts).await {
        Ok(Opened::Growing(growing)) => growing.respond(&parts.method),
        Ok(Opened::Asset(asset, caching)) => {
            let mut response =
                respond(&parts.method, &parts.headers, asset, state.playback.blobs());
            if let Some(caching) = caching {
                let caching = HeaderValue::from_static(caching);
                response.headers_mut().insert(CACHE_CONTROL, caching);
            }
            response
        }
        Err(problem) => refuse(problem),
    }
}

/// What is there under an address.
enum Opened {
    /// All of it; how long it may be kept, unless the asset says so.
    Asset(Asset, Option<&'static str>),
    /// A segment that is not whole yet.
    Growing(Growing),
}

async fn open(state: &AppState, parts: &Parts) -> Result<Opened, Problem> {
    let path = parts.uri.path().strip_prefix("/media/live/");
    let path = path.and_then(LivePath::parse);
    let LivePath { stream, file } = path.ok_or(PlaybackError::NotFound("address"))?;
    let query = parts.uri.query().unwrap_or_default();
    let is_public = admit(state, stream, token(query)).await?;
    let suffix = match token(query) {
        Some(token) if !is_public => format!("?token={token}"),
        _ => String::new(),
    };
    // Not at the first of all, which is fetched once, and perhaps by somebody else.
    if matches!(file, LiveFile::Playlist(_) | LiveFile::Manifest) {
        count(state, parts, stream, token(query)).await?;
    }
    if file == LiveFile::Thumbnail {
        let (picture, caching) = thumbnail(state, stream, query, is_public).await?;
        return Ok(Opened::Asset(picture, caching));
    }
    let broadcast = state.broadcasts.get(stream).ok_or(LiveError::NotOnAir)?;
    if matches!(file, LiveFile::Segment(..) | LiveFile::Part(..)) {
        crate::analytics::tell(state, parts, stream);
    }
    let began = broadcast.began_at();
    let media = |of: Rendition, name: String, bytes| {
        let caching = if is_public {
            Caching::Immutable
        } else {
            Caching::ImmutableForViewer
        };
        let kind = match of.track() {
            Track::Video => types::VIDEO,
            Track::Audio => types::AUDIO,
        };
        let etag = format!("\"{began:x}-{name}\"");
        Ok(Opened::Asset(asset(kind, etag, caching, bytes), None))
    };
    match file {
        LiveFile::Thumbnail => Err(LiveError::NotFound("picture").into()),
        LiveFile::Master => {
            let text = broadcast.master(&suffix).await?;
            let caching = is_public.then_some(OF_NOW);
            Ok(Opened::Asset(playlist(text, began, false), caching))
        }
        LiveFile::Manifest => {
            let text = broadcast.manifest(&suffix).await?;
            let manifest = Asset {
                content_type: types::DASH,
                ..playlist(text, began, false)
            };
            // It says what time it is: whoever has it from a second ago is a second late.
            Ok(Opened::Asset(manifest, is_public.then_some(OF_NOW)))
        }
        LiveFile::Playlist(of) => {
            let directives = directives(query)?;
            let text = broadcast.playlist(of, directives, &suffix).await?;
            let caching = match directives.msn {
                _ if !is_public => None,
                Some(_) => Some(WAITED_FOR),
                None => Some(OF_NOW),
            };
            let list = playlist(text, began, accepts_gzip(&parts.headers));
            Ok(Opened::Asset(list, caching))
        }
        LiveFile::Init(of, run) => media(of, format!("i{run}"), broadcast.init(of, run)?),
        LiveFile::Segment(of, msn) => {
            if let Ok(bytes) = broadcast.segment(of, msn) {
                return media(of, format!("{msn}"), bytes);
            }
            let growing = Growing::begin(broadcast, of, msn, is_public).await?;
            Ok(Opened::Growing(growing))
        }
        LiveFile::Part(of, msn, part) => {
            let bytes = broadcast.part(of, msn, part).await?;
            media(of, format!("{msn}.{part}"), bytes)
        }
    }
}

/// The picture of a stream. Under the address that names it, it never changes.
async fn thumbnail(
    state: &AppState,
    stream: &str,
    query: &str,
    is_public: bool,
) -> Result<(Asset, Option<&'static str>), Problem> {
    let kept_at = state.live.streams.glance(stream).await?;
    let kept_at = kept_at.and_then(|stream| stream.thumbnail_at);
    let still = state.stills.of(stream, kept_at).await;
    let Still { taken_at, jpeg } = still.ok_or(LiveError::NotFound("picture"))?;
    let version = version(taken_at);
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("v="));
    let named = asked.is_some_and(|asked| asked.parse() == Ok(version));
    let caching = match (named, is_public) {
        (true, true) => Caching::Immutable,
        (true, false) => Caching::ImmutableForViewer,
        (false, true) => Caching::Fresh(2),
        (false, false) => Caching::FreshForViewer,
    };
    let etag = format!("\"t{version:x}\"");
    Ok((asset(types::JPEG, etag, caching, jpeg), None))
}

/// The number by which addresses tell a picture that was taken then from others.
pub(super) const fn version(taken_at: i64) -> i64 {
    taken_at / 1000
}

fn asset(content_type: &'static str, etag: String, caching: Caching, bytes: Bytes) -> Asset {
    Asset {
        content_type,
        etag,
        modified: None,
        caching,
        gzip: false,
        varies: false,
        content: Content::Bytes(bytes),
        save_as: None,
    }
}

fn playlist(text: Text, began: i64, gzip: bool) -> Asset {
    let Text {
        plain,
        gzip: packed,
        version,
    } = text;
    let varies = packed.is_some();
    let (bytes, gzip) = match packed {
        Some(packed) if gzip => (packed, true),
        _ => (plain, false),
    };
    let mark = if gzip { "z" } else { "" };
    let etag = format!("\"{began:x}-p{version:x}{mark}\"");
    Asset {
        gzip,
        varies,
        ..asset(types::HLS, etag, Caching::Never, bytes)
    }
}

/// Whoever fetches playlists is a viewer: of those there may be so many.
async fn count(
    state: &AppState,
    parts: &Parts,
    stream: &str,
    token: Option<&str>,
) -> Result<(), Problem> {
    // From memory, like the door.
    let Some(known) = state.live.streams.glance(stream).await? else {
        return Ok(());
    };
    let addr = client_ip(parts, &state.config);
    let who = fetching(state, stream, &parts.headers, token, addr);
    state.live.rooms.fetches(stream, who, most(&known, None))?;
    Ok(())
}

/// Lets the bearer of this token, or of none, in. Gives whether anybody may have the same.
pub(super) async fn admit(
    state: &AppState,
    stream: &str,
    token: Option<&str>,
) -> Result<bool, PlaybackError> {
    let door = state.broadcasts.door(stream).await;
    let refused = |error| match door {
        Door::Hidden => PlaybackError::Hidden,
        Door::Open | Door::Token => error,
    };
    if door == Door::Open {
        return Ok(true);
    }
    let token = token.ok_or_else(|| refused(PlaybackError::TokenMissing))?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    match state.tokens.verify(token, stream, now) {
        Ok(_) => Ok(false),
        // Whoever held a good one knew of the stream.
        Err(error @ (TokenError::Expired | TokenError::Revoked)) => Err(error.into()),
        Err(error) => Err(refused(error.into())),
    }
}

/// The delivery directives of a query (RFC 8216bis §6.2.5).
fn directives(query: &str) -> Result<Directives, Problem> {
    let mut directives = Directives::default();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "_HLS_msn" => directives.msn = Some(number(name, value)?),
            "_HLS_part" => {
                let part = number(name, value)?;
                // Further than any segment goes.
                directives.part = Some(u32::try_from(part).unwrap_or(u32::MAX));
            }
            "_HLS_skip" => directives.skip = matches!(value, "YES" | "v2"),
            _ => {}
        }
    }
    Ok(directives)
}

fn number(name: &str, value: &str) -> Result<u64, Problem> {
    let read = value.parse();
    read.map_err(|_| Problem::bad_request(format!("{name} must be a whole number.")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", None, None, false)]
    #[case("token=abc&_HLS_msn=12", Some(12), None, false)]
    #[case("_HLS_msn=12&_HLS_part=3&_HLS_skip=YES", Some(12), Some(3), true)]
    #[case("_HLS_part=99999999999&_HLS_skip=v2", None, Some(u32::MAX), true)]
    #[case("_HLS_skip=NO", None, None, false)]
    fn directives_are_read(
        #[case] query: &str,
        #[case] msn: Option<u64>,
        #[case] part: Option<u32>,
        #[case] skip: bool,
    ) {
        let wanted = Directives { msn, part, skip };
        assert_eq!(directives(query).unwrap(), wanted);
    }

    #[rstest]
    #[case("_HLS_msn=-1")]
    #[case("_HLS_msn=")]
    #[case("_HLS_part=a")]
    fn nonsense_is_refused(#[case] query: &str) {
        assert_eq!(directives(query).unwrap_err().status, 400);
    }
}

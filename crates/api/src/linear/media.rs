//! What players fetch of channels: `/media/channels/…`, and below `/media/` what stands where the
//! library has nothing. From memory, mostly; the database is asked once for a channel.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderValue, Method};
use matinee_identity::TokenError;
use matinee_identity::access::{Action, Asker, Decision, decide};
use matinee_linear::media::Silence;
use matinee_linear::playout::{self, Address, CATCH_UP_MS, Document, Feed, Page, SHIFT_MS};
use matinee_linear::{LinearError, Station};
use matinee_playback::asset::types;
use matinee_playback::http::accepts_gzip;
use matinee_playback::{
    Asset, Caching, CaptionPath, Content, MediaPath, MediaRequest, PlaybackError,
};

use super::path::{ChannelFile, ChannelPath, Made, Relayed};
use super::time;
use crate::access::chosen;
use crate::live::now_seconds;
use crate::playback::media::{preflight, token, wrong_method};
use crate::playback::respond::{refuse, respond};
use crate::{AppState, Caller, Problem};

/// A WebVTT file without cues, on the clock of whatever it stands beside.
const NO_CUES: &str = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n";

/// Everything under `/media/channels/`.
pub(super) async fn serve(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().strip_prefix("/media/channels/");
    let path = path.and_then(ChannelPath::parse);
    answer(&state, &parts, async {
        Box::pin(open(&state, &parts, path.ok_or_else(missing)?)).await
    })
    .await
}

/// Slate, silence and no cues, which are nobody's.
pub(super) async fn serve_made(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let made = parts
        .uri
        .path()
        .strip_prefix("/media/")
        .and_then(Made::parse);
    answer(&state, &parts, async {
        let asset = of_ours(&state, made.ok_or_else(missing)?, Caching::Immutable).await?;
        Ok((asset, None))
    })
    .await
}

/// The part of a query that those carry who see no advertisements.
pub(super) const SPARED: &str = "spared";

type Answer = Result<(Asset, Option<HeaderValue>), Problem>;

async fn answer(state: &AppState, parts: &Parts, open: impl Future<Output = Answer>) -> Response {
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(),
        _ => return wrong_method(),
    }
    match open.await {
        Ok((asset, caching)) => {
            let mut response =
                respond(&parts.method, &parts.headers, asset, state.playback.blobs());
            if let Some(caching) = caching {
                response.headers_mut().insert(CACHE_CONTROL, caching);
            }
            response
        }
        Err(problem) => refuse(problem),
    }
}

fn missing() -> Problem {
    Problem::not_found("There is nothing under this address.")
}

async fn open(state: &AppState, parts: &Parts, path: ChannelPath<'_>) -> Answer {
    if path.channel == "time" {
        return Ok((clock(state), Some(HeaderValue::from_static("no-store"))));
    }
    let station = match state.channels.station(path.channel).await {
        Err(error) if matches!(error.root(), LinearError::NotFound(_)) => return Err(missing()),
        other => other?,
    };
    let query = parts.uri.query().unwrap_or_default();
    let token = token(query);
    let is_open = admit(state, &station, token)?;
    let way_in = matches!(path.file, ChannelFile::Master | ChannelFile::Manifest);
    if way_in && token.is_none() && chosen(&parts.headers).is_some() {
        // What is open to everybody may be above the age of the profile that asks.
        let mut parts = parts.clone();
        let caller = Caller::from_request_parts(&mut parts, state).await;
        let caller = caller.map_err(|_| missing())?;
        if decide(&caller.0, &station.channel.resource(), Action::Watch) != Decision::Allow {
            return Err(missing());
        }
    }
    match path.file {
        ChannelFile::Master | ChannelFile::Playlist(..) | ChannelFile::Manifest => {
            let token = token.filter(|_| !is_open);
            crate::analytics::tune(state, parts, &station.channel.id);
            document(state, &station, path.file, query, token).await
        }
        ChannelFile::Media(media) => {
            let asset = of_library(state, parts, &station, media).await?;
            Ok((asset, None))
        }
        ChannelFile::Captions(path) => {
            if !station.has(path.video) || !state.channels.shows(&station, path.video) {
                return Err(missing());
            }
            let asset = state.playback.captions(path, admitted(parts)).await?;
            Ok((asset, None))
        }
        ChannelFile::Relayed(relayed) => {
            if relayed.channel != path.channel {
                return Err(missing());
            }
            let asset = of_relay(state, parts, relayed, for_ever(is_open)).await?;
            Ok((asset, None))
        }
        ChannelFile::Made(made) => {
            let caching = for_ever(is_open);
            Ok((of_ours(state, made, caching).await?, None))
        }
    }
}

/// Lets the bearer of this token, or of none, in. Gives whether anybody may have the same.
fn admit(state: &AppState, station: &Station, token: Option<&str>) -> Result<bool, Problem> {
    let channel = &station.channel;
    let decision = decide(&Asker::nobody(), &channel.resource(), Action::Watch);
    if decision == Decision::Allow {
        return Ok(true);
    }
    let refused = |error: PlaybackError| match decision {
        Decision::Hide => missing(),
        _ => error.into(),
    };
    let token = token.ok_or_else(|| refused(PlaybackError::TokenMissing))?;
    match state.tokens.verify(token, &channel.id, now_seconds()) {
        Ok(_) => Ok(false),
        // Whoever held a good one knew of the channel.
        Err(error @ (TokenError::Expired | TokenError::Revoked)) => {
            Err(PlaybackError::from(error).into())
        }
        Err(error) => Err(refused(error.into())),
    }
}

async fn document(
    state: &AppState,
    station: &Arc<Station>,
    file: ChannelFile<'_>,
    query: &str,
    token: Option<&str>,
) -> Answer {
    let (mut feed, passed_on) = feed(query)?;
    feed.spared =
        spared(query).is_some_and(|signed| state.ads.is_spared(&station.channel.id, &signed));
    if feed.spared {
        feed.interstitials = None;
    }
    if let Some(address) = &mut feed.interstitials {
        *address = interstitials(state, station, feed.viewer.as_deref());
    }
    let page = if file == ChannelFile::Master {
        // What is asked for goes along to the playlists.
        let suffix = suffix(token, &passed_on);
        let text = playout::master(station.format(), &suffix);
        Page {
            // Its own bytes tell it from others.
            etag: String::new(),
            text,
            max_age_s: 60,
        }
    } else {
        let wanted = match file {
            ChannelFile::Playlist(kind, name) => Document::Playlist(kind, name),
            _ => Document::Manifest,
        };
        // What is open to everybody is fetched where everybody fetches it.
        let root = match token {
            None => String::from("/media"),
            Some(_) => format!("/media/channels/{}", station.channel.id),
        };
        let address = Address {
            root: &root,
            suffix: &suffix(token, ""),
        };
        state.channels.page(station, wanted, &feed, address).await?
    };
    let who = if token.is_none() { "public" } else { "private" };
    let caching = format!("{who}, max-age={}", page.max_age_s);
    let kind = match file {
        ChannelFile::Manifest => types::DASH,
        _ => types::HLS,
    };
    let etag = if page.etag.is_empty() {
        etag_of(&page.text)
    } else {
        page.etag
    };
    let asset = tagged(kind, Caching::Revalidate, page.text, etag);
    Ok((asset, HeaderValue::from_str(&caching).ok()))
}

/// What players ask for the advertisements of a break, before its number. It is signed, so that
/// nobody else asks for breaks.
fn interstitials(state: &AppState, station: &Station, viewer: Option<&str>) -> String {
    let pass = state.ads.sign_break(&station.channel.id, viewer);
    format!("/media/ads/channel/{pass}/")
}

/// What those who see no advertisements carry.
fn spared(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(name, _)| name == SPARED)?;
    Some(found.1.into_owned())
}

fn suffix(token: Option<&str>, more: &str) -> String {
    let token = token.map(|token| format!("token={token}"));
    let parts = [token.as_deref(), Some(more).filter(|more| !more.is_empty())];
    let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
    if query.is_empty() {
        query
    } else {
        format!("?{query}")
    }
}

/// What of a channel a query asks for, and the same as a query again.
fn feed(query: &str) -> Result<(Feed, String), Problem> {
    let mut feed = Feed::default();
    let mut again = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "from" => feed.from = Some(time::read("from", &value)?),
            "until" => feed.until = Some(time::read("until", &value)?),
            "shift" => {
                let seconds: i64 = value.parse().unwrap_or(-1);
                if !(0..=SHIFT_MS / 1000).contains(&seconds) {
                    let most = SHIFT_MS / 1000;
                    let reason = format!("must be from 0 to {most} seconds");
                    return Err(Problem::field("shift", reason));
                }
                feed.shift_ms = seconds * 1000;
            }
            "cues" => {
                feed.marked = &*value == "marked";
                feed.interstitials = (&*value == "interstitials").then(String::new);
            }
            "viewer" => {
                let sound = (8..=64).contains(&value.len())
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                if !sound {
                    let reason = "must be 8 to 64 letters, digits, - or _";
                    return Err(Problem::field("viewer", reason));
                }
                feed.viewer = Some(value.clone().into_owned());
            }
            SPARED => {}
            _ => continue,
        }
        again.append_pair(&name, &value);
    }
    match (feed.from, feed.until) {
        (None, Some(_)) => return Err(Problem::field("from", "must come with until")),
        (Some(from), Some(until)) if until <= from => {
            return Err(Problem::field("until", "must be after from"));
        }
        (Some(from), Some(until)) if until - from > CATCH_UP_MS => {
            return Err(Problem::field("until", "must be within a day of from"));
        }
        _ => {}
    }
    Ok((feed, again.finish()))
}

/// A segment of the library that the channel may show.
async fn of_library(
    state: &AppState,
    parts: &Parts,
    station: &Station,
    path: MediaPath<'_>,
) -> Result<Asset, Problem> {
    let of_channel = station.has(path.video) && state.channels.shows(station, path.video);
    if !of_channel && !state.channels.shows_advert(path.video).await {
        return Err(missing());
    }
    crate::analytics::tell_on(state, parts, path.video, &station.channel.id);
    Ok(state.playback.media(path, admitted(parts)).await?)
}

/// Whoever may watch the channel may have what it shows.
fn admitted(parts: &Parts) -> MediaRequest<'static> {
    MediaRequest {
        token: None,
        gzip: accepts_gzip(&parts.headers),
        admitted: true,
    }
}

/// Subtitles of what is open to everybody, cut as the pictures are.
pub(super) async fn serve_captions(
    State(state): State<Arc<AppState>>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().strip_prefix("/media/captions/");
    let path = path.and_then(CaptionPath::parse);
    answer(&state, &parts, async {
        let request = MediaRequest {
            token: parts.uri.query().and_then(token),
            admitted: false,
            ..admitted(&parts)
        };
        let path = path.ok_or_else(missing)?;
        Ok((
            Box::pin(state.playback.captions(path, request)).await?,
            None,
        ))
    })
    .await
}

fn for_ever(is_open: bool) -> Caching {
    if is_open {
        Caching::Immutable
    } else {
        Caching::ImmutableForViewer
    }
}

/// Parts of broadcasts on channels that are open to everybody.
pub(super) async fn serve_relayed(
    State(state): State<Arc<AppState>>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().strip_prefix("/media/relay/");
    let path = path.and_then(Relayed::parse);
    let relayed = async {
        let path = path.ok_or_else(missing)?;
        let station = match state.channels.station(path.channel).await {
            Err(error) if matches!(error.root(), LinearError::NotFound(_)) => return Err(missing()),
            other => other?,
        };
        let token = parts.uri.query().and_then(token);
        let is_open = admit(&state, &station, token)?;
        let asset = of_relay(&state, &parts, path, for_ever(is_open)).await?;
        Ok((asset, None))
    };
    Box::pin(answer(&state, &parts, relayed)).await
}

/// A part of a broadcast that a channel shows.
async fn of_relay(
    state: &AppState,
    parts: &Parts,
    path: Relayed<'_>,
    caching: Caching,
) -> Result<Asset, Problem> {
    if crate::analytics::says(parts)
        && let Ok(stream) = state.channels.taken_from(path.takeover).await
    {
        crate::analytics::tell_on(state, parts, &stream, path.channel);
    }
    let bytes = state
        .channels
        .relayed(path.channel, path.takeover, path.part);
    let bytes = match bytes.await {
        Err(error) if matches!(error.root(), LinearError::NotFound(_)) => return Err(missing()),
        other => other?,
    };
    let sound = path.part.contains("-audio/");
    let kind = if sound { types::AUDIO } else { types::VIDEO };
    Ok(asset(kind, caching, bytes))
}

/// What stands where the library has nothing.
async fn of_ours(state: &AppState, made: Made<'_>, caching: Caching) -> Result<Asset, Problem> {
    let (kind, bytes) = match made {
        Made::Slate { codec, segment } => {
            let part = state.channels.slates().part(codec, segment).await;
            (types::VIDEO, part.map_err(|error| quiet(&error))?)
        }
        Made::Stretched {
            codec,
            span: (start, duration),
        } => {
            let slates = state.channels.slates();
            let part = slates.stretch(codec, start, duration).await;
            (types::VIDEO, part.map_err(|error| quiet(&error))?)
        }
        Made::Silence {
            sample_rate,
            channels,
            span,
        } => {
            let silence = Silence::new(sample_rate, channels).map_err(|_| missing())?;
            let bytes = match span {
                None => silence.init(),
                Some((start, duration)) => {
                    silence.segment(start, duration).map_err(|_| missing())?
                }
            };
            (types::AUDIO, bytes)
        }
        Made::NoCues => (types::VTT, Bytes::from_static(NO_CUES.as_bytes())),
    };
    Ok(asset(kind, caching, bytes))
}

/// A slate that cannot be made is told as what it is; one that there is not, is not found.
fn quiet(error: &LinearError) -> Problem {
    match error.root() {
        LinearError::NotFound(_) => missing(),
        LinearError::Slate(_) => Problem::unavailable(error),
        other => Problem::internal(other),
    }
}

/// What time it is, for players whose clock is wrong.
fn clock(state: &AppState) -> Asset {
    let now = time::instant(state.channels.now());
    asset("text/plain; charset=utf-8", Caching::Never, now.into())
}

fn asset(content_type: &'static str, caching: Caching, bytes: Bytes) -> Asset {
    let etag = etag_of(&bytes);
    tagged(content_type, caching, bytes, etag)
}

/// The same on every node of one version: the bytes are never anything else.
fn etag_of(bytes: &Bytes) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hash = DefaultHasher::new();
    bytes.hash(&mut hash);
    format!("\"{:016x}\"", hash.finish())
}

fn tagged(content_type: &'static str, caching: Caching, bytes: Bytes, etag: String) -> Asset {
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_passed_on() {
        let (asked, again) = feed("token=x&from=2026-03-01T00:00:00Z&shift=3600&z=1").unwrap();
        assert_eq!(asked.from, Some(1_772_323_200_000));
        assert_eq!(asked.shift_ms, 3_600_000);
        assert_eq!(again, "from=2026-03-01T00%3A00%3A00Z&shift=3600");
        assert_eq!(feed(&again).unwrap().0, asked);
    }

    #[test]
    fn nonsense_is_refused() {
        for query in [
            "until=5",
            "from=9&until=9",
            "from=0&until=86400001",
            "from=soon",
            "shift=-1",
            "shift=86401",
            "shift=a",
        ] {
            assert_eq!(feed(query).unwrap_err().status, 422, "{query}");
        }
    }
}

//! Streams as clients see them.

use std::collections::{HashMap, HashSet};

use matinee_identity::access::{Action, Decision, Visibility, decide};
use matinee_live::streams::{ChatFrom, Stream};
use serde::Serialize;
use utoipa::ToSchema;

use super::ingest::{self, IngestView};
use super::media;
use super::renditions::{self, LiveRenditionView};
use crate::videos::view::rfc3339;
use crate::{AppState, Caller, ProblemResult, PublicOrigin};

/// A live stream.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StreamView {
    /// `stream_…`
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Who the client said streams; else the account that owns it.
    pub streamer_id: Option<String>,
    /// What the client said they are called, else what the owner is called; null
    /// if nobody owns it any more.
    pub streamer_name: Option<String>,
    /// `live_stream`, `gaming`, `webinar`, …
    pub content_type: Option<String>,
    /// Such as `Gaming`.
    pub category: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// An age rating, such as `PG-13`.
    pub rating: Option<String>,
    /// Where it is in its life.
    #[schema(value_type = StreamStatusView)]
    pub status: &'static str,
    /// What the encoder sends; null for all but its owner and administrators.
    pub stream_key: Option<String>,
    /// Where the encoder sends it, with the key for whoever may see it; null
    /// where nothing is taken in.
    pub rtmp_url: Option<String>,
    /// The same over TLS; null where that is not set up.
    pub rtmps_url: Option<String>,
    /// Where the encoder sends it by SRT (as a caller), with the key for
    /// whoever may see it; null where that is not set up. A passphrase, where
    /// one is asked for, is not in it.
    pub srt_url: Option<String>,
    /// Where the encoder or a page sends it by WebRTC (WHIP), with the key for
    /// whoever may see it; without, the key goes as a bearer token. Null where
    /// that is not set up.
    pub whip_url: Option<String>,
    /// The HLS multivariant playlist. Unless the stream is public it needs a
    /// token: see `/api/streams/{id}/token`.
    pub hls_url: String,
    /// Where it is watched by WebRTC (WHEP) in less than a second; null while it
    /// is off the air, or if its pictures or the server's set-up do not allow it.
    /// Who may watch it may watch it so; `?token=` works here too.
    pub whep_url: Option<String>,
    /// The DASH manifest, as `hls_url`.
    pub dash_url: String,
    /// The room: chat, counts, and what happens.
    pub websocket_url: String,
    /// A picture of it, renewed about every ten seconds while it is on the air;
    /// the last one stays until the next broadcast. Null until there is one.
    /// Unless the stream is public it needs a token, as the rest of its media.
    pub thumbnail_url: Option<String>,
    /// How many watch now.
    pub viewer_count: u32,
    /// How many may watch at once; null for all.
    pub max_viewers: Option<i32>,
    /// The most who watched at once, of the last broadcast.
    pub peak_viewers: i32,
    /// How many like it.
    pub like_count: i64,
    /// How many people passed it on to others.
    pub share_count: i64,
    /// Whether there is something to watch at this moment.
    pub on_air: bool,
    /// When it is meant to begin, RFC 3339.
    pub scheduled_at: Option<String>,
    /// When it last began, RFC 3339.
    pub started_at: Option<String>,
    /// When it last ended, RFC 3339; null while it is live.
    pub ended_at: Option<String>,
    /// The same as `started_at`.
    pub start_time: Option<String>,
    /// The same as `ended_at`.
    pub end_time: Option<String>,
    /// How long the last broadcast was, in seconds; null while it is live.
    pub duration: Option<i64>,
    /// What viewers are to get; `auto` leaves it to their players.
    pub quality: String,
    /// Whether the visibility is another than `public`.
    pub is_private: bool,
    /// `public`, `unlisted`, `members`, `groups`, `password` or `private`.
    pub visibility: &'static str,
    /// Always null: passwords are given, never told.
    pub password: Option<String>,
    /// Whether broadcasts are kept as videos.
    pub record: bool,
    /// The video that the last broadcast became.
    pub recording_video_id: Option<String>,
    /// Who may write in the chat.
    #[schema(value_type = ChatFromView)]
    pub chat_from: &'static str,
    /// How many seconds somebody waits from one message to the next.
    pub slow_mode_s: i32,
    /// Whether only those write in the chat who follow its owner.
    pub followers_only: bool,
    /// How many follow its owner; null if nobody owns it.
    pub streamer_followers: Option<i64>,
    /// Whether you do; null if you have not signed in, if nobody owns it, and in
    /// what a room is told.
    pub following: Option<bool>,
    /// The sizes in which it is to be had while it is on the air on this server: what
    /// the encoder sends, and what is made of it. Empty otherwise.
    pub renditions: Vec<LiveRenditionView>,
    /// What comes in from the encoder now; null for all but its owner and
    /// administrators, and while nothing does.
    pub ingest: Option<IngestView>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// Where a stream is in its life.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum StreamStatusView {
    /// It has not been on the air yet.
    Scheduled,
    /// It is on the air, or waits for its encoder.
    Live,
    /// It is over, and may be begun again.
    Ended,
}

/// Who may write in a stream's chat, of those who may watch it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum ChatFromView {
    /// Whoever may comment on videos.
    Everybody,
    /// Those who have signed in.
    SignedIn,
    /// Those who look after the chat.
    Moderators,
    /// Nobody: there is no chat.
    Nobody,
}

pub(super) fn chat_from(from: ChatFrom) -> &'static str {
    match from {
        ChatFrom::Everybody => "everybody",
        ChatFrom::SignedIn => "signed_in",
        ChatFrom::Moderators => "moderators",
        ChatFrom::Nobody => "nobody",
    }
}

/// What is to be known of the owners of streams.
struct Facts {
    /// What they are called.
    names: HashMap<String, String>,
    /// How many follow them.
    followers: HashMap<String, i64>,
}

impl Facts {
    /// In a fixed number of queries, however many streams there are.
    async fn of(state: &AppState, streams: &[&Stream]) -> ProblemResult<Self> {
        Ok(Self {
            names: state.live.streams.owner_names(streams).await?,
            followers: state.community.follower_counts(&owners(streams)).await?,
        })
    }
}

fn owners<'a>(streams: &[&'a Stream]) -> Vec<&'a str> {
    let owners = streams.iter().filter_map(|stream| stream.owner.as_deref());
    owners.collect()
}

/// Which of their owners the caller follows; none for somebody who follows
/// nobody because they have not signed in.
async fn followed(
    caller: &Caller,
    state: &AppState,
    streams: &[&Stream],
) -> ProblemResult<Option<HashSet<String>>> {
    let Some(user) = caller.0.user() else {
        return Ok(None);
    };
    let owners = owners(streams);
    let followed = state.community.followed_of(user.id.as_str(), &owners);
    Ok(Some(followed.await?))
}

impl StreamView {
    /// The stream as anybody sees it who may watch it.
    pub(super) async fn of(
        state: &AppState,
        stream: &Stream,
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        let facts = Facts::of(state, &[stream]).await?;
        Ok(Self::new(state, stream, origin, &facts))
    }

    /// The same, where what is to be known of owners is known.
    fn new(state: &AppState, stream: &Stream, origin: &PublicOrigin, facts: &Facts) -> Self {
        let owner = stream.owner.as_deref();
        let owner = owner.and_then(|owner| facts.names.get(owner));
        let live = &state.live;
        let id = &stream.id;
        let started_at = stream.started_at.map(rfc3339);
        let ended_at = stream.ended_at.map(rfc3339);
        Self {
            title: stream.title.clone(),
            description: stream.description.clone(),
            streamer_id: stream.streamer_id.clone().or_else(|| stream.owner.clone()),
            streamer_name: stream.streamer_id.as_ref().or(owner).cloned(),
            content_type: stream.content_type.clone(),
            category: stream.category.clone(),
            tags: stream.tags.0.clone(),
            language: stream.language.clone(),
            rating: stream.rating.clone(),
            status: stream.status.as_str(),
            stream_key: None,
            rtmp_url: encoder_url("rtmp", live.ports.rtmp, 1935, origin),
            rtmps_url: encoder_url("rtmps", live.ports.rtmps, 443, origin),
            srt_url: srt_url(live.ports.srt, origin),
            whip_url: live.ports.webrtc.map(|_| origin.url("/whip")),
            hls_url: origin.url(&format!("/media/live/{id}/master.m3u8")),
            whep_url: whep_url(state, origin, id),
            dash_url: origin.url(&format!("/media/live/{id}/manifest.mpd")),
            websocket_url: websocket_url(origin, id),
            thumbnail_url: live
                .streams
                .pictured_at(stream)
                .map(|at| thumbnail_url(origin, id, at)),
            viewer_count: live.rooms.viewers(id),
            max_viewers: stream.max_viewers,
            peak_viewers: stream.peak_viewers,
            like_count: stream.like_count,
            share_count: stream.share_count,
            on_air: live.streams.plays(id),
            scheduled_at: stream.scheduled_at.map(rfc3339),
            start_time: started_at.clone(),
            started_at,
            end_time: ended_at.clone(),
            ended_at,
            duration: stream
                .duration()
                .map(|micros| (micros + 500_000) / 1_000_000),
            quality: stream.quality.clone(),
            is_private: stream.visibility != Visibility::Public,
            visibility: stream.visibility.as_str(),
            password: None,
            record: stream.record,
            recording_video_id: stream.recording_video_id.clone(),
            chat_from: chat_from(stream.chat_from),
            slow_mode_s: stream.slow_mode_s,
            followers_only: stream.followers_only,
            streamer_followers: stream
                .owner
                .as_deref()
                .map(|owner| facts.followers.get(owner).copied().unwrap_or(0)),
            following: None,
            renditions: renditions::view(state, id),
            ingest: None,
            created_at: rfc3339(stream.created_at),
            updated_at: rfc3339(stream.updated_at),
            id: stream.id.clone(),
        }
    }

    /// The stream as the caller sees it: with its key if it is theirs.
    pub(super) async fn to(
        caller: &Caller,
        state: &AppState,
        stream: &Stream,
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        let followed = followed(caller, state, &[stream]).await?;
        Ok(Self::of(state, stream, origin)
            .await?
            .shown(caller, state, stream, followed.as_ref()))
    }

    /// The same of many, in a fixed number of queries.
    pub(super) async fn all(
        caller: &Caller,
        state: &AppState,
        streams: &[Stream],
        origin: &PublicOrigin,
    ) -> ProblemResult<Vec<Self>> {
        let of: Vec<&Stream> = streams.iter().collect();
        let followed = followed(caller, state, &of).await?;
        let views = Self::public(state, streams, origin).await?.into_iter();
        let shown =
            |(view, stream): (Self, _)| view.shown(caller, state, stream, followed.as_ref());
        Ok(views.zip(streams).map(shown).collect())
    }

    /// Many as anybody sees them who may watch them, in a fixed number of queries.
    pub(crate) async fn public(
        state: &AppState,
        streams: &[Stream],
        origin: &PublicOrigin,
    ) -> ProblemResult<Vec<Self>> {
        let of: Vec<&Stream> = streams.iter().collect();
        let facts = Facts::of(state, &of).await?;
        let view = |stream| Self::new(state, stream, origin, &facts);
        Ok(streams.iter().map(view).collect())
    }

    fn shown(
        mut self,
        caller: &Caller,
        state: &AppState,
        stream: &Stream,
        followed: Option<&HashSet<String>>,
    ) -> Self {
        self.following = followed
            .zip(stream.owner.as_ref())
            .map(|(followed, owner)| followed.contains(owner));
        if decide(&caller.0, &stream.resource(), Action::Edit) == Decision::Allow {
            let key = &stream.stream_key;
            for url in [&mut self.rtmp_url, &mut self.rtmps_url, &mut self.whip_url] {
                *url = url.take().map(|url| format!("{url}/{key}"));
            }
            self.srt_url = self
                .srt_url
                .map(|url| format!("{url}?streamid=publish:{key}"));
            self.stream_key = Some(key.clone());
            self.ingest = ingest::view(state, &stream.id);
        }
        self
    }
}

/// Where encoders send to, without a key. The `usual` port need not be named.
fn encoder_url(
    scheme: &str,
    port: Option<u16>,
    usual: u16,
    origin: &PublicOrigin,
) -> Option<String> {
    let port = port?;
    let site = url::Url::parse(&origin.site).ok()?;
    let host = site.host_str()?;
    Some(if port == usual {
        format!("{scheme}://{host}/live")
    } else {
        format!("{scheme}://{host}:{port}/live")
    })
}

/// The same by SRT.
fn srt_url(port: Option<u16>, origin: &PublicOrigin) -> Option<String> {
    let site = url::Url::parse(&origin.site).ok()?;
    Some(format!("srt://{}:{}", site.host_str()?, port?))
}

fn whep_url(state: &AppState, origin: &PublicOrigin, id: &str) -> Option<String> {
    let possible = state.rtc.is_heard()
        && state
            .broadcasts
            .get(id)
            .is_some_and(|broadcast| broadcast.goes_out_at_once());
    possible.then(|| origin.url(&format!("/whep/{id}")))
}

fn thumbnail_url(origin: &PublicOrigin, id: &str, taken_at: i64) -> String {
    let version = media::version(taken_at);
    origin.url(&format!("/media/live/{id}/thumbnail.jpg?v={version}"))
}

fn websocket_url(origin: &PublicOrigin, id: &str) -> String {
    let site = match origin.site.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => origin.site.clone(),
    };
    format!("{site}/ws/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_site() {
        let origin = |site: &str| PublicOrigin {
            site: site.to_owned(),
            media: site.to_owned(),
        };
        let secure = origin("https://tv.example.org:8443");
        assert_eq!(
            encoder_url("rtmp", Some(1935), 1935, &secure).as_deref(),
            Some("rtmp://tv.example.org/live")
        );
        assert_eq!(
            encoder_url("rtmp", Some(1936), 1935, &origin("http://[::1]:8000")).as_deref(),
            Some("rtmp://[::1]:1936/live")
        );
        assert_eq!(
            encoder_url("rtmps", Some(1936), 443, &secure).as_deref(),
            Some("rtmps://tv.example.org:1936/live")
        );
        assert_eq!(encoder_url("rtmp", None, 1935, &secure), None);
        assert_eq!(
            srt_url(Some(9998), &secure).as_deref(),
            Some("srt://tv.example.org:9998")
        );
        assert_eq!(
            websocket_url(&secure, "stream_1"),
            "wss://tv.example.org:8443/ws/stream_1"
        );
    }
}

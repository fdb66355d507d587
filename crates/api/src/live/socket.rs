//! `/ws/{stream_id}`: a stream's room.
//!
//! A socket is one task with small buffers. It reads the room's ring at its own
//! pace; one that cannot keep up, that takes too long to take what it is sent,
//! or that gives no sign of life is let go with a reason. Who is behind it is
//! looked at anew with every heartbeat: what was taken away from them closes
//! it.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{FromRequestParts as _, State};
use axum::response::Response;
use bytes::Bytes;
use futures::SinkExt as _;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use matinee_engines::time::now_micros;
use matinee_identity::access::{Action, Decision, decide};
use matinee_identity::{Principal, Via};
use matinee_live::chat::{MessageState, NewMessage, Speaker};
use matinee_live::room::{Heard, Notice, Seat, What};
use matinee_live::streams::{QUALITIES, Stream};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use utoipa::IntoParams;

use super::chat::{ChatMessageView, speaking};
use super::events::{Said, about_stage, about_stream, refusal, shared, text};
use super::head::let_go;
use super::stage::{StageView, concerns, may_come};
use super::view::StreamView;
use super::who::{caller_tag, fetching, most, now_seconds, speaker};
use crate::http::caller::{client_ip, permit};
use crate::http::origin::first;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// The longest that a client says at once, in bytes.
const FRAME_MAX: usize = 16 * 1024;
/// What a socket reads at a time, in bytes: clients say little, and there are many of them.
const READ_BUFFER: usize = 1024;
/// What it gathers before it writes.
const WRITE_BUFFER: usize = 4 * 1024;
/// How many notices are sent in one go.
const BATCH: usize = 64;
/// After it has been told something, a socket rests for so long for each socket in the room, and
/// is then told all that came meanwhile in one go: in a room of thousands that are talking, each
/// write counts.
const REST_FOR_EACH: Duration = Duration::from_micros(20);
/// The longest rest: nobody notices it.
const REST_MAX: Duration = Duration::from_millis(100);
/// What is shorter than that is no rest.
const REST_MIN: Duration = Duration::from_millis(5);
/// How often a client may say something, a second, and how much at once.
const FRAMES_PER_SECOND: f64 = 10.0;
const FRAMES_AT_ONCE: f64 = 40.0;

/// What comes with the address of a room.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SocketParams {
    /// A permission to watch, from `/api/streams/{id}/token`.
    token: Option<String>,
    /// A bearer token, for pages and programs that cannot send `Authorization`.
    access_token: Option<String>,
}

/// Enter a stream's room
///
/// A WebSocket of JSON texts. The server says `welcome`, `stream_started`,
/// `stream_ended`, `stream_updated`, `viewer_count_update`, `chat_message`,
/// `chat_message_updated`, `chat_message_deleted`, `chat_silenced`,
/// `question_asked`, `question_updated`, `question_deleted`, `poll_opened`,
/// `poll_results`, `poll_closed`, `poll_deleted`, `stage_updated`,
/// `quality_change`, `pong` and `error`; the client `ping`, `chat_message`,
/// `raise_hand`, `lower_hand` and `quality_change`. A session's cookie counts only from this site's own pages.
#[utoipa::path(get, path = "/ws/{stream_id}", tag = "live",
    params(("stream_id" = String, Path), SocketParams),
    responses((status = 101, description = "The room is open"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 426, body = Problem, description = "It is no WebSocket that asks"),
        (status = 503, body = Problem, description = "The room is full")))]
pub(super) async fn connect(
    State(state): State<AppState>,
    PathId(stream_id): PathId,
    Params(params): Params<SocketParams>,
    mut parts: Parts,
) -> ProblemResult<Response> {
    let origin = PublicOrigin::of(&parts, &state.config);
    let from_elsewhere = admit_page(&mut parts, &state, &origin)?;
    if let Some(token) = &params.access_token {
        let value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| Problem::field("access_token", "must be a bearer token"))?;
        parts.headers.insert(header::AUTHORIZATION, value);
    }
    let mut visitor = Visitor {
        state,
        stream_id,
        token: params.token,
        origin,
        parts,
        from_elsewhere,
    };
    let (stream, caller) = visitor.look().await?;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut visitor.parts, &())
        .await
        .map_err(|rejection| no_socket(&rejection))?;
    let who = speaker(&caller, &stream);
    let seat = visitor.sit(&caller, &stream, who.as_ref())?;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        // Written through: texts are small, and a batch is flushed at its end.
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_MAX)
        .max_frame_size(FRAME_MAX);
    let via = visitor.parts.extensions.get::<Via>().cloned();
    let_go(&mut visitor.parts);
    let guest = Guest {
        visitor,
        caller,
        via,
        who,
        stream,
        seat,
        allowance: FRAMES_AT_ONCE,
        counted: Instant::now(),
        heard: Instant::now(),
    };
    Ok(upgrade.on_upgrade(move |socket| guest.stay(socket)))
}

fn no_socket(rejection: &WebSocketUpgradeRejection) -> Problem {
    Problem::new(
        StatusCode::UPGRADE_REQUIRED,
        format!("Only a WebSocket comes in here: {rejection}."),
    )
}

/// A browser sends cookies with a socket that any page opens: only our own
/// pages may use them. Others that may call the API come as strangers. Whether
/// it is such a page.
fn admit_page(parts: &mut Parts, state: &AppState, ours: &PublicOrigin) -> ProblemResult<bool> {
    let Some(page) = first(&parts.headers, header::ORIGIN.as_str()) else {
        // Every browser sends one: this is a program.
        return Ok(false);
    };
    let host = |url: &str| {
        url.split_once("://")
            .map(|(_, host)| host.to_ascii_lowercase())
    };
    if host(&page).is_some() && host(&page) == host(&ours.site) {
        return Ok(false);
    }
    let allowed = &state.config.allowed_origins;
    if !allowed.iter().any(|one| one == "*" || *one == page) {
        return Err(Problem::forbidden(
            "This page is of another site, which may not open sockets here.",
        ));
    }
    parts.headers.remove(header::COOKIE);
    Ok(true)
}

/// Somebody at the door of a room.
struct Visitor {
    state: AppState,
    stream_id: String,
    token: Option<String>,
    origin: PublicOrigin,
    parts: Parts,
    from_elsewhere: bool,
}

impl Visitor {
    /// The stream, and who this is, if they may watch it now.
    async fn look(&mut self) -> ProblemResult<(Arc<Stream>, Caller)> {
        let state = self.state.clone();
        self.parts.extensions.remove::<Caller>();
        self.parts.extensions.remove::<Via>();
        let mut caller = Caller::from_request_parts(&mut self.parts, &state).await?;
        if self.from_elsewhere && !self.parts.headers.contains_key(header::AUTHORIZATION) {
            caller.0.principal = Principal::NOBODY;
        }
        let found = state.live.streams.glance(&self.stream_id).await?;
        let stream =
            found.ok_or_else(|| Problem::not_found("There is nothing under this address."))?;
        let decision = decide(&caller.0, &stream.resource(), Action::Watch);
        let token = self
            .token
            .as_deref()
            .filter(|_| decision != Decision::Allow);
        let holds = token.is_some_and(|token| {
            let tokens = &state.tokens;
            tokens.verify(token, &self.stream_id, now_seconds()).is_ok()
        });
        if !holds {
            permit(decision)?;
        }
        Ok((stream, caller))
    }

    fn sit(&self, caller: &Caller, stream: &Stream, who: Option<&Speaker>) -> ProblemResult<Seat> {
        let (state, id) = (&self.state, &self.stream_id);
        let addr = client_ip(&self.parts, &state.config);
        let also = fetching(state, id, &self.parts.headers, self.token.as_deref(), addr);
        let tag = caller_tag(state, caller).filter(|_| self.token.is_none());
        let tag = tag.unwrap_or(also);
        Ok(state.live.rooms.enter(id, tag, also, most(stream, who))?)
    }
}

/// Why a socket is closed.
type Farewell = (u16, &'static str);

/// What becomes of a socket.
enum Onward {
    Stay,
    Leave(Option<Farewell>),
}

/// Somebody in a room.
struct Guest {
    visitor: Visitor,
    caller: Caller,
    via: Option<Via>,
    who: Option<Speaker>,
    stream: Arc<Stream>,
    seat: Seat,
    /// How many frames they may send now, and when that was counted.
    allowance: f64,
    counted: Instant,
    /// When they last gave a sign of life.
    heard: Instant,
}

impl Guest {
    async fn stay(mut self, mut socket: WebSocket) {
        let _counted = crate::gauges::Counted::begin("matinee_sockets");
        let options = self.visitor.state.live.rooms.options();
        let farewell = self
            .talk(&mut socket, options.heartbeat, options.patience)
            .await;
        if let Some((code, reason)) = farewell {
            let frame = CloseFrame {
                code,
                reason: Utf8Bytes::from_static(reason),
            };
            let close = socket.send(Message::Close(Some(frame)));
            let _ = timeout(Duration::from_secs(1), close).await;
        }
    }

    async fn talk(
        &mut self,
        socket: &mut WebSocket,
        heartbeat: Duration,
        patience: Duration,
    ) -> Option<Farewell> {
        let mut beats = interval(heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats.tick().await;
        // What is seldom done stands in memory of its own while it is: thousands are here and
        // wait, and a future is as large as the largest of what it may do.
        let welcome = Box::pin(self.welcome()).await?;
        if !send(socket, vec![welcome], patience).await {
            return None;
        }
        let shutdown = self.visitor.state.shutdown.clone();
        let mut stopped = pin!(shutdown.cancelled());
        let mut resting = false;
        let mut rest = pin!(sleep(Duration::ZERO));
        loop {
            let onward = tokio::select! {
                () = &mut stopped => {
                    Onward::Leave(Some((close_code::RESTART, "the server stops: come again")))
                }
                said = socket.recv() => match said {
                    Some(Ok(Message::Text(said))) => {
                        Box::pin(self.answer(socket, said, patience)).await
                    }
                    Some(Ok(Message::Binary(_))) => {
                        Onward::Leave(Some((close_code::UNSUPPORTED, "texts only")))
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                        self.heard = Instant::now();
                        if self.counts() { Onward::Stay } else { TOO_MUCH }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Onward::Leave(None),
                },
                () = &mut rest, if resting => {
                    resting = false;
                    Onward::Stay
                }
                heard = self.seat.hear(), if !resting => {
                    let length = rest_among(self.seat.room().sockets());
                    resting = length >= REST_MIN;
                    if resting {
                        rest.as_mut().reset(tokio::time::Instant::now() + length);
                    }
                    self.pass_on(socket, heard, patience).await
                }
                _ = beats.tick() => {
                    Box::pin(self.beat(socket, heartbeat + patience, patience)).await
                }
            };
            if let Onward::Leave(farewell) = onward {
                return farewell;
            }
        }
    }

    /// The first thing that is said: the stream, and what they are to it.
    async fn welcome(&self) -> Option<Vec<u8>> {
        let state = &self.visitor.state;
        let view = StreamView::of(state, &self.stream, &self.visitor.origin)
            .await
            .ok()?;
        let chat = &state.live.chat;
        Some(text(&json!({
            "type": "welcome",
            "stream": view,
            "viewer_count": self.seat.room().viewers(),
            "you": {
                "user_id": self.caller.0.user().map(|user| user.id.as_str()),
                "username": self.who.as_ref().map(|who| who.person.name.as_str()),
                "badge": self.who.as_ref().map(|who| who.badge.as_str()),
                "moderates": self.who.as_ref().is_some_and(|who| who.badge.moderates()),
            },
            "chat": {
                "open": chat.is_open(&self.stream),
                "max_length": chat.options().message_max,
                "slow_mode_s": self.stream.slow_mode_s,
                "followers_only": self.stream.followers_only,
            },
            "timestamp": crate::videos::view::rfc3339(now_micros()),
        })))
    }

    /// Looks anew at who this is and whether they may still be here.
    async fn look_again(&mut self) -> Result<(), Farewell> {
        match self.visitor.look().await {
            Ok((stream, caller)) => {
                self.who = speaker(&caller, &stream);
                self.via = self.visitor.parts.extensions.get::<Via>().cloned();
                (self.stream, self.caller) = (stream, caller);
                Ok(())
            }
            // Not their fault: it is looked at again with the next beat.
            Err(problem) if problem.status.is_server_error() => Ok(()),
            Err(problem) if problem.status == StatusCode::TOO_MANY_REQUESTS => Ok(()),
            Err(_) => Err((
                close_code::POLICY,
                "this stream is not open to you any more",
            )),
        }
    }

    async fn beat(&mut self, socket: &mut WebSocket, most: Duration, patience: Duration) -> Onward {
        if self.heard.elapsed() > most {
            return Onward::Leave(Some((close_code::AWAY, "no sign of life")));
        }
        if let Err(farewell) = self.look_again().await {
            return Onward::Leave(Some(farewell));
        }
        let ping = timeout(patience, socket.send(Message::Ping(Bytes::new())));
        match ping.await {
            Ok(Ok(())) => Onward::Stay,
            _ => Onward::Leave(None),
        }
    }

    /// Sends on what was heard, and whatever else is there already.
    async fn pass_on(
        &mut self,
        socket: &mut WebSocket,
        first: Heard,
        patience: Duration,
    ) -> Onward {
        let mut out = Vec::new();
        let mut farewell = None;
        let mut next = Some(first);
        while let Some(heard) = next.take() {
            match heard {
                Heard::Notice(notice) => match self.word(&notice).await {
                    Ok(word) => out.extend(word),
                    Err(last) => farewell = Some(last),
                },
                Heard::TooSlow => {
                    farewell = Some((close_code::AGAIN, "too slow: messages were missed"));
                }
            }
            if farewell.is_none() && out.len() < BATCH {
                next = self.seat.heard();
            }
        }
        if !out.is_empty() && !send(socket, out, patience).await {
            return Onward::Leave(Some((close_code::AGAIN, "too slow: messages were missed")));
        }
        match farewell {
            Some(farewell) => Onward::Leave(Some(farewell)),
            None => Onward::Stay,
        }
    }

    /// A notice as this guest is told it, if it concerns them.
    async fn word(&mut self, notice: &Arc<Notice>) -> Result<Option<Bytes>, Farewell> {
        let key = self.who.as_ref().map(|who| who.person.key.as_str());
        let moderates = self.who.as_ref().is_some_and(|who| who.badge.moderates());
        let (kind, stream) = match &notice.what {
            What::Said(message) if message.row.state != MessageState::Visible => {
                let theirs = key == Some(message.row.author.as_str());
                return Ok(shared(notice).filter(|_| theirs || moderates));
            }
            What::Silenced { author, until } => {
                let event = json!({ "type": "chat_silenced",
                    "until": until.map(crate::videos::view::rfc3339), "silenced": true });
                let theirs = key == Some(author.as_str());
                return Ok(theirs.then(|| text(&event).into()));
            }
            What::Unsilenced { author } => {
                let event = json!({ "type": "chat_silenced", "until": null, "silenced": false });
                let theirs = key == Some(author.as_str());
                return Ok(theirs.then(|| text(&event).into()));
            }
            What::Stage(told) => {
                // Hosts see more of it, and those whom it concerns where they are.
                let own = self.who.as_ref().filter(|who| concerns(told, who));
                let view = own.map(|who| StageView::of(told, Some(who)));
                return Ok(match view {
                    Some(view) => Some(about_stage(&view).into()),
                    None => shared(notice),
                });
            }
            What::Deleted => return Err((close_code::NORMAL, "the stream was deleted")),
            What::Started(stream) => ("stream_started", stream.clone()),
            What::Ended(stream) => ("stream_ended", stream.clone()),
            What::Changed(stream) => {
                // Whom it is open to may have changed as well.
                Box::pin(self.look_again()).await?;
                ("stream_updated", stream.clone())
            }
            _ => return Ok(shared(notice)),
        };
        self.stream = stream;
        let visitor = &self.visitor;
        let view = StreamView::of(&visitor.state, &self.stream, &visitor.origin);
        let Ok(view) = Box::pin(view).await else {
            return Ok(None);
        };
        let event = about_stream(kind, &view, notice.at);
        Ok(Some(event.into()))
    }

    /// Whether they may say something more now.
    fn counts(&mut self) -> bool {
        let since = self.counted.elapsed().as_secs_f64();
        self.counted = Instant::now();
        self.allowance = (self.allowance + since * FRAMES_PER_SECOND).min(FRAMES_AT_ONCE) - 1.0;
        self.allowance >= 0.0
    }

    async fn answer(
        &mut self,
        socket: &mut WebSocket,
        said: Utf8Bytes,
        patience: Duration,
    ) -> Onward {
        self.heard = Instant::now();
        if !self.counts() {
            return TOO_MUCH;
        }
        let answer = match serde_json::from_str::<Said>(&said) {
            Ok(said) => self.act(said).await,
            Err(error) => {
                let problem = Problem::bad_request(format!("This is not understood: {error}."));
                Some(refusal(&problem, None))
            }
        };
        let sent = match answer {
            Some(answer) => send(socket, vec![answer], patience).await,
            None => true,
        };
        if sent {
            Onward::Stay
        } else {
            Onward::Leave(None)
        }
    }

    /// Does what a client says, and what it is answered.
    async fn act(&mut self, said: Said) -> Option<Vec<u8>> {
        match said {
            Said::Ping => Some(text(&json!({ "type": "pong" }))),
            Said::Pong => None,
            Said::RaiseHand => self.hand(true).await,
            Said::LowerHand => self.hand(false).await,
            Said::QualityChange { quality } => {
                let quality = quality.to_lowercase();
                if !QUALITIES.contains(&quality.as_str()) {
                    let reason = format!("must be one of {}", QUALITIES.join(", "));
                    return Some(refusal(&Problem::field("quality", reason), None));
                }
                self.seat.watches(&quality);
                Some(text(
                    &json!({ "type": "quality_change", "quality": quality }),
                ))
            }
            Said::ChatMessage {
                message,
                username,
                reply_to,
                reference,
            } => {
                let new = NewMessage {
                    body: message,
                    reply_to,
                };
                match self.say(username, new).await {
                    // Everybody hears it, they as well; this is for programs
                    // that want to know which one was theirs.
                    Ok(view) => reference.map(|reference| {
                        let event = json!({ "type": "chat_sent", "ref": reference,
                            "message": view });
                        text(&event)
                    }),
                    Err(problem) => Some(refusal(&problem, reference.as_deref())),
                }
            }
        }
    }

    /// Raises or lowers their hand; everybody is told, and they where they are.
    async fn hand(&self, up: bool) -> Option<Vec<u8>> {
        let state = &self.visitor.state;
        let who = may_come(state, &self.stream, &self.caller, self.via.as_ref()).await;
        let done = who.and_then(|who| {
            let stage = state.stages.open(&self.stream.id)?;
            if up {
                stage.raise(&who)?;
            } else {
                stage.lower(&who);
            }
            Ok(StageView::of(&stage.told(), Some(&who)))
        });
        Some(match done {
            Ok(view) => about_stage(&view),
            Err(problem) => refusal(&problem, None),
        })
    }

    async fn say(
        &self,
        username: Option<String>,
        new: NewMessage,
    ) -> ProblemResult<ChatMessageView> {
        let live = &self.visitor.state.live;
        let known = live.streams.glance(&self.stream.id).await?;
        let stream = known.as_ref().unwrap_or(&self.stream);
        let who = speaking(&self.caller, self.via.as_ref(), stream, username)?;
        let message = live.chat.say(stream, &who, new).await?;
        let analytics = &self.visitor.state.analytics;
        analytics.happens(
            &message.row.id,
            &stream.id,
            matinee_analytics::event::What::ChatMessage,
        );
        Ok(ChatMessageView::new(&message))
    }
}

/// How long a socket rests between two things that it is told, in a room of so many.
fn rest_among(sockets: usize) -> Duration {
    let sockets = u32::try_from(sockets).unwrap_or(u32::MAX);
    REST_FOR_EACH.saturating_mul(sockets).min(REST_MAX)
}

const TOO_MUCH: Onward = Onward::Leave(Some((close_code::POLICY, "too many messages at once")));

/// Sends texts in one go; false if that fails or takes too long.
async fn send<T: Into<Bytes>>(socket: &mut WebSocket, texts: Vec<T>, patience: Duration) -> bool {
    let all = async {
        for text in texts {
            // Everything that is made here is JSON.
            let Ok(text) = Utf8Bytes::try_from(text.into()) else {
                continue;
            };
            socket.feed(Message::Text(text)).await?;
        }
        socket.flush().await
    };
    matches!(timeout(patience, all).await, Ok(Ok(())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rooms_do_not_rest() {
        assert!(rest_among(0) < REST_MIN);
        assert!(rest_among(200) < REST_MIN);
        assert_eq!(rest_among(1_000), Duration::from_millis(20));
        assert_eq!(rest_among(1_000_000), REST_MAX);
    }
}

//! Stages: a few people who see and hear each other by WebRTC, and are seen by everybody else.
//!
//! * [`rules`] says who is there, who would like to be, and who may do what about it.
//! * [`source`] passes on what each of them sends to the others, without anybody waiting for
//!   anybody; the connections themselves are [`rtc`](crate::rtc)'s.
//! * [`programme`] makes one picture and one sound of it, which go into the stream's broadcast.
//!
//! Who is on a stage is in memory alone, as what is on the air is. It rests on no socket: whoever
//! comes back finds their hand still up, and somebody whose connection is lost keeps the seat for
//! a while.

pub mod atelier;
mod canvas;
mod coding;
mod decoding;
mod encoder;
mod layout;
mod programme;
mod rules;
mod sound;
mod source;
mod stages;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

pub use layout::Size;
pub use rules::{Guest, Layout, Place, SEATS, Seat, SeatChange};
pub use source::Track;
pub(crate) use source::{Frame, Passed, Source, has_keyframe};
pub use stages::{Stages, StagesDeps};

use crate::chat::Speaker;
use crate::room::{Rooms, What};
use crate::{LiveError, Result};
use decoding::Origin;
use programme::{Actor, Scene};
use rules::Rules;

/// As what a programme comes in.
pub const PROTOCOL: &str = "stage";
/// What an encoder is called among those who are in a programme.
const PROGRAM: &str = "encoder";
/// What happens in quick succession is told as one.
const TOGETHER: Duration = Duration::from_millis(200);

/// A stage as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Everybody, in the order in which they came.
    pub guests: Vec<Guest>,
    /// How it is shown.
    pub layout: Layout,
    /// Whether its programme is the stream's broadcast.
    pub on_air: bool,
    /// Whether an encoder's pictures or sound are in it.
    pub encoder: bool,
    /// What is not as it should be, in words.
    pub warning: Option<String>,
}

impl Told {
    /// Nobody's stage.
    pub fn empty() -> Self {
        Self {
            guests: Vec::new(),
            layout: Layout::Auto,
            on_air: false,
            encoder: false,
            warning: None,
        }
    }

    /// Whoever has this key.
    pub fn of_key(&self, key: &str) -> Option<&Guest> {
        self.guests.iter().find(|guest| guest.key == key)
    }
}

/// What belongs to a seat.
#[derive(Debug)]
struct Line {
    sources: [Arc<Source>; 3],
    wish: Arc<Notify>,
    /// The connection that holds it: its number, and what ends it.
    session: Option<(u64, CancellationToken)>,
}

impl Line {
    fn new() -> Self {
        let wish: Arc<Notify> = Arc::default();
        Self {
            sources: Track::ALL.map(|track| Arc::new(Source::new(track, wish.clone()))),
            wish,
            session: None,
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((_, cut)) = &self.session {
            cut.cancel();
        }
    }
}

#[derive(Debug, Default)]
struct State {
    rules: Rules,
    lines: HashMap<String, Line>,
    sessions: u64,
    programme: Option<CancellationToken>,
    /// What an encoder sends beside those on the stage.
    encoder: Vec<(Track, Origin)>,
    warning: Option<String>,
    /// Since when nobody is on the stage while its programme goes on.
    empty_since: Option<Instant>,
}

/// The stage of a stream.
#[derive(Debug)]
pub struct Stage {
    stream_id: String,
    rooms: Rooms,
    state: Mutex<State>,
    telling: AtomicBool,
    version: watch::Sender<u64>,
}

impl Stage {
    fn new(stream_id: &str, rooms: Rooms) -> Self {
        Self {
            stream_id: stream_id.to_owned(),
            rooms,
            state: Mutex::default(),
            telling: AtomicBool::new(false),
            version: watch::Sender::new(0),
        }
    }

    /// Whose it is.
    pub fn stream_id(&self) -> &str {
        &self.stream_id
    }

    /// As it is now.
    pub fn told(&self) -> Told {
        let state = self.state.lock();
        Told {
            guests: state.rules.guests().to_vec(),
            layout: state.rules.layout,
            on_air: state.programme.is_some(),
            encoder: !state.encoder.is_empty(),
            warning: state.warning.clone(),
        }
    }

    /// Somebody raises their hand. Errors: see `Rules::raise`.
    pub fn raise(self: &Arc<Self>, who: &Speaker) -> Result<Guest> {
        self.with(|rules| rules.raise(who))
    }

    /// Somebody lowers their hand, or declines an invitation.
    pub fn lower(self: &Arc<Self>, who: &Speaker) {
        self.with(|rules| rules.lower(&who.person.key));
    }

    /// A host invites somebody whose hand is up. Errors: see `Rules::invite`.
    pub fn invite(self: &Arc<Self>, id: &str) -> Result<Guest> {
        self.with(|rules| rules.invite(id))
    }

    /// A host lets somebody go. Errors: [`LiveError::NotFound`].
    pub fn dismiss(self: &Arc<Self>, id: &str) -> Result<Guest> {
        self.with(|rules| rules.dismiss(id))
    }

    /// Somebody comes onto the stage. Errors: see `Rules::enter`.
    pub fn enter(self: &Arc<Self>, who: &Speaker) -> Result<Guest> {
        self.with(|rules| rules.enter(who))
    }

    /// Somebody leaves the stage. Gives who that was.
    pub fn leave(self: &Arc<Self>, who: &Speaker) -> Option<Guest> {
        self.with(|rules| rules.leave(&who.person.key))
    }

    /// Changes how somebody is on the stage. Errors: see `Rules::change`.
    pub fn change(self: &Arc<Self>, id: &str, by: &Speaker, change: SeatChange) -> Result<Guest> {
        self.with(|rules| rules.change(id, by, change))
    }

    /// Shows it in another way.
    pub fn set_layout(self: &Arc<Self>, layout: Layout) {
        self.with(|rules| rules.layout = layout);
    }

    /// Changes something, and whatever follows from it.
    fn with<T>(self: &Arc<Self>, change: impl FnOnce(&mut Rules) -> T) -> T {
        let mut state = self.state.lock();
        let outcome = change(&mut state.rules);
        self.settle(&mut state);
        outcome
    }

    /// Those who have a seat have a line, nobody else has one, and what is to be kept back is.
    fn settle(self: &Arc<Self>, state: &mut State) {
        let State { rules, lines, .. } = &mut *state;
        lines.retain(|id, _| rules.seated(id).is_some());
        for guest in rules.on_stage() {
            let line = lines.entry(guest.id.clone()).or_insert_with(Line::new);
            for track in Track::ALL {
                let open = guest.seat().is_some_and(|seat| seat.shows(track));
                line.sources[track.index()].set_open(open);
            }
        }
        self.tell();
    }

    /// Tells everybody in the room, soon.
    fn tell(self: &Arc<Self>) {
        self.version.send_modify(|version| *version += 1);
        if self.telling.swap(true, Ordering::AcqRel) {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let stage = self.clone();
        runtime.spawn(async move {
            sleep(TOGETHER).await;
            stage.telling.store(false, Ordering::Release);
            let told = Arc::new(stage.told());
            stage.rooms.tell(&stage.stream_id, What::Stage(told));
        });
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Everybody who is in the programme.
    fn scene(&self) -> Scene {
        let state = self.state.lock();
        let actors = state.rules.on_stage().map(|guest| {
            let line = state.lines.get(&guest.id);
            let shown = |track: &Track| guest.seat().is_some_and(|seat| seat.shows(*track));
            let origin = |track: Track| {
                let source = line?.sources[track.index()].clone();
                let coded = atelier::Coded::WebRtc;
                Some((track, Origin { source, coded }))
            };
            Actor {
                id: guest.id.clone(),
                tracks: Track::ALL
                    .into_iter()
                    .filter(shown)
                    .filter_map(origin)
                    .collect(),
            }
        });
        let encoder = (!state.encoder.is_empty()).then(|| Actor {
            id: PROGRAM.to_owned(),
            tracks: state.encoder.clone(),
        });
        Scene {
            actors: encoder.into_iter().chain(actors).collect(),
            layout: state.rules.layout,
        }
    }

    /// Says what is not as it should be.
    fn warn(self: &Arc<Self>, words: Option<String>) {
        self.state.lock().warning = words;
        self.tell();
    }

    /// An encoder has come, sends something else, or has gone.
    fn set_encoder(self: &Arc<Self>, sends: Vec<(Track, Origin)>) {
        self.state.lock().encoder = sends;
        self.tell();
    }

    /// Its programme is over.
    fn off_air(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.programme = None;
        state.encoder.clear();
        state.warning = None;
        drop(state);
        self.tell();
    }

    /// Somebody on the stage connects, in the place of whatever connection they had.
    ///
    /// Errors: [`LiveError::NotYours`] for who is not on the stage.
    pub fn connect(self: &Arc<Self>, who: &Speaker) -> Result<Seated> {
        let mut state = self.state.lock();
        let found = state.rules.of_key(&who.person.key);
        let guest = found.filter(|guest| guest.seat().is_some()).cloned();
        let guest = guest.ok_or(LiveError::NotYours("You are not on the stage."))?;
        state.sessions += 1;
        let number = state.sessions;
        let line = state
            .lines
            .entry(guest.id.clone())
            .or_insert_with(Line::new);
        let cut = CancellationToken::new();
        if let Some((_, before)) = line.session.replace((number, cut.clone())) {
            before.cancel();
        }
        Ok(Seated {
            stage: self.clone(),
            sources: line.sources.clone(),
            wish: line.wish.clone(),
            id: guest.id,
            number,
            cut,
        })
    }
}

/// A connection of somebody on a stage. Dropped, they are away.
#[derive(Debug)]
pub struct Seated {
    stage: Arc<Stage>,
    sources: [Arc<Source>; 3],
    wish: Arc<Notify>,
    /// Whose.
    id: String,
    number: u64,
    cut: CancellationToken,
}

impl Seated {
    /// Under which id they are on the stage.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn stream_id(&self) -> &str {
        &self.stage.stream_id
    }

    /// What they send goes here.
    pub(crate) fn source(&self, track: Track) -> &Arc<Source> {
        &self.sources[track.index()]
    }

    /// Done when they are to look whether somebody wants a keyframe.
    pub(crate) async fn is_wished(&self) {
        self.wish.notified().await;
    }

    /// Done when this connection is nobody's any more.
    pub(crate) fn cut(&self) -> &CancellationToken {
        &self.cut
    }

    /// What somebody else on the stage sends.
    pub(crate) fn other(&self, id: &str, track: Track) -> Option<Arc<Source>> {
        let state = self.stage.state.lock();
        let line = state.lines.get(id).filter(|_| id != self.id)?;
        Some(line.sources[track.index()].clone())
    }

    /// Notes what they send from now on. Errors: see `Rules::sends`.
    pub(crate) fn sends(&self, tracks: &[Track]) -> Result<()> {
        let sends = Track::ALL.map(|track| tracks.contains(&track));
        self.stage.with(|rules| rules.sends(&self.id, sends))
    }

    /// The connection stands.
    pub(crate) fn connected(&self) {
        self.note(true);
    }

    fn note(&self, there: bool) {
        let mut state = self.stage.state.lock();
        let current = state
            .lines
            .get(&self.id)
            .and_then(|line| line.session.as_ref());
        if current.is_none_or(|(number, _)| *number != self.number) {
            return;
        }
        let now = Instant::now();
        state.rules.connected(&self.id, there, now);
        self.stage.settle(&mut state);
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.note(false);
    }
}

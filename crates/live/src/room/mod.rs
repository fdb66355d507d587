//! Rooms: who is with a stream right now, and what they are told.
//!
//! A [`Room`] has one ring of [`Notice`]s for all its sockets: a notice is put
//! in once, made into bytes once, and read by each socket from its own place in
//! the ring. A socket that falls a whole ring behind has missed something and
//! is let go ([`Heard::TooSlow`]): memory does not grow with slow clients.
//!
//! Viewers are counted by who they are, not by their sockets: see
//! [`presence`].

pub mod company;
pub mod presence;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use matinee_engines::time::now_micros;
use parking_lot::{Mutex, RwLock};
use tokio::sync::broadcast;

use crate::chat::Message;
use crate::polls::Poll;
use crate::questions::Question;
use crate::stage;
use crate::streams::Stream;
use presence::{Presence, Tag};

/// How rooms are kept.
#[derive(Debug, Clone, Copy)]
pub struct RoomOptions {
    /// How many notices a socket may lag behind.
    pub queue: usize,
    /// How many sockets a room may have.
    pub sockets: usize,
    /// How often a socket is asked for a sign of life.
    pub heartbeat: Duration,
    /// How long it may take to answer, and to take what it is sent.
    pub patience: Duration,
    /// How often those in a room are told how many watch.
    pub count_every: Duration,
}

impl Default for RoomOptions {
    fn default() -> Self {
        Self {
            queue: 1024,
            sockets: 10_000,
            heartbeat: Duration::from_secs(30),
            patience: Duration::from_secs(10),
            count_every: Duration::from_secs(30),
        }
    }
}

/// What those in a room are told.
#[derive(Debug, Clone)]
pub enum What {
    /// The stream is live.
    Started(Arc<Stream>),
    /// The stream is over.
    Ended(Arc<Stream>),
    /// What is said about the stream, or whom it is open to, has changed.
    Changed(Arc<Stream>),
    /// The stream is gone.
    Deleted,
    /// The broadcast is to be had in other sizes: the largest that is made here, or the
    /// encoder's.
    Scaled(String),
    /// So many watch.
    Viewers(u32),
    /// Somebody says something.
    Said(Arc<Message>),
    /// A message is something else now: it is pinned, or not any more.
    Edited(Arc<Message>),
    /// The message of this id is gone.
    Unsaid(String),
    /// Somebody may not write, until an instant (UTC microseconds) or for ever.
    Silenced {
        /// The profile, account or browser.
        author: String,
        /// Until when.
        until: Option<i64>,
    },
    /// Somebody may write again.
    Unsilenced {
        /// The profile, account or browser.
        author: String,
    },
    /// Somebody asks something.
    Asked(Arc<Question>),
    /// A question has other votes, another state or another answer.
    QuestionChanged(Arc<Question>),
    /// The question of this id is gone.
    QuestionGone(String),
    /// A poll is open.
    PollOpened(Arc<Poll>),
    /// A poll has other results.
    PollResults(Arc<Poll>),
    /// A poll takes no more votes.
    PollClosed(Arc<Poll>),
    /// The poll of this id is gone.
    PollGone(String),
    /// Who is on the stage or wants to be, or how it is shown, has changed.
    Stage(Arc<stage::Told>),
}

/// One thing that everybody in a room is told.
#[derive(Debug)]
pub struct Notice {
    /// What.
    pub what: What,
    /// When (UTC microseconds).
    pub at: i64,
    bytes: OnceLock<Bytes>,
}

impl Notice {
    fn new(what: What) -> Self {
        Self {
            what,
            at: now_micros(),
            bytes: OnceLock::new(),
        }
    }

    /// What goes out, made by whoever is the first to need it and shared by all.
    pub fn bytes(&self, make: impl FnOnce(&Self) -> Vec<u8>) -> Bytes {
        self.bytes.get_or_init(|| Bytes::from(make(self))).clone()
    }
}

/// Why somebody cannot come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// As many watch as may.
    #[error("as many people watch this stream as may")]
    Viewers,
    /// The room has as many sockets as it may.
    #[error("the room of this stream is full")]
    Sockets,
}

/// What a socket hears.
#[derive(Debug)]
pub enum Heard {
    /// Something.
    Notice(Arc<Notice>),
    /// It has missed something.
    TooSlow,
}

/// The room of one stream.
#[derive(Debug)]
pub struct Room {
    stream_id: String,
    notices: broadcast::Sender<Arc<Notice>>,
    sockets: AtomicUsize,
    presence: Mutex<Presence>,
    /// One message at a time: they are kept and told in the same order.
    pub(crate) writing: tokio::sync::Mutex<()>,
    /// Messages since the last sample.
    messages: AtomicU32,
    /// How many those in it were last told.
    told: Mutex<(Instant, u32)>,
}

impl Room {
    fn new(stream_id: &str, queue: usize) -> Self {
        Self {
            stream_id: stream_id.to_owned(),
            notices: broadcast::Sender::new(queue.max(1)),
            sockets: AtomicUsize::new(0),
            presence: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            messages: AtomicU32::new(0),
            told: Mutex::new((Instant::now(), 0)),
        }
    }

    /// Tells everybody in it.
    pub fn tell(&self, what: What) {
        if matches!(what, What::Said(_)) {
            self.messages.fetch_add(1, Ordering::Relaxed);
        }
        // Nobody need be there.
        let _ = self.notices.send(Arc::new(Notice::new(what)));
    }

    /// How many sockets it has.
    pub fn sockets(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
    }

    /// How many watch.
    pub fn viewers(&self) -> u32 {
        self.presence.lock().count(Instant::now())
    }

    /// What most of those watch who have said so.
    pub fn quality(&self) -> Option<String> {
        self.presence.lock().quality().map(str::to_owned)
    }

    /// How many messages were written since this was last asked.
    pub fn take_messages(&self) -> u32 {
        self.messages.swap(0, Ordering::Relaxed)
    }

    /// Whether nobody is there, and nothing was said that has not been counted yet.
    fn is_empty(&self) -> bool {
        self.sockets.load(Ordering::Acquire) == 0
            && self.viewers() == 0
            && self.messages.load(Ordering::Relaxed) == 0
    }
}

/// A socket's place in a room; dropping it gives it back.
#[derive(Debug)]
pub struct Seat {
    room: Arc<Room>,
    notices: broadcast::Receiver<Arc<Notice>>,
    tag: Tag,
}

impl Seat {
    /// The room.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// What comes next. Cancel safe.
    pub async fn hear(&mut self) -> Heard {
        match self.notices.recv().await {
            Ok(notice) => Heard::Notice(notice),
            Err(broadcast::error::RecvError::Lagged(_)) => Heard::TooSlow,
            // The room has the sender, and this has the room.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }

    /// What is there already.
    pub fn heard(&mut self) -> Option<Heard> {
        match self.notices.try_recv() {
            Ok(notice) => Some(Heard::Notice(notice)),
            Err(broadcast::error::TryRecvError::Lagged(_)) => Some(Heard::TooSlow),
            Err(_) => None,
        }
    }

    /// Notes what whoever sits here watches.
    pub fn watches(&self, quality: &str) {
        self.room.presence.lock().watches(self.tag, quality);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.room.sockets.fetch_sub(1, Ordering::AcqRel);
        self.room.presence.lock().leave(self.tag, Instant::now());
    }
}

/// All rooms of this node. A clone shares them.
#[derive(Clone, Debug)]
pub struct Rooms(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rooms: RwLock<HashMap<String, Arc<Room>>>,
    options: RwLock<RoomOptions>,
}

impl Rooms {
    /// No rooms yet.
    pub fn new(options: RoomOptions) -> Self {
        Self(Arc::new(Inner {
            rooms: RwLock::default(),
            options: RwLock::new(options),
        }))
    }

    /// How rooms are kept.
    pub fn options(&self) -> RoomOptions {
        *self.0.options.read()
    }

    /// Other options; rooms that there are keep their rings.
    pub fn set_options(&self, options: RoomOptions) {
        *self.0.options.write() = options;
    }

    /// The room of a stream, if anybody is in it.
    pub fn find(&self, stream_id: &str) -> Option<Arc<Room>> {
        self.0.rooms.read().get(stream_id).cloned()
    }

    /// The room of a stream that there is.
    pub fn open(&self, stream_id: &str) -> Arc<Room> {
        if let Some(room) = self.find(stream_id) {
            return room;
        }
        let queue = self.options().queue;
        let mut rooms = self.0.rooms.write();
        let room = rooms
            .entry(stream_id.to_owned())
            .or_insert_with(|| Arc::new(Room::new(stream_id, queue)));
        room.clone()
    }

    /// The streams whose rooms there are.
    pub fn ids(&self) -> Vec<String> {
        self.0.rooms.read().keys().cloned().collect()
    }

    /// How many watch a stream.
    pub fn viewers(&self, stream_id: &str) -> u32 {
        self.find(stream_id).map_or(0, |room| room.viewers())
    }

    /// Tells everybody in a stream's room, if there is anybody.
    pub fn tell(&self, stream_id: &str, what: What) {
        if let Some(room) = self.find(stream_id) {
            room.tell(what);
        }
    }

    /// Notes that somebody fetches a stream's media now; `most` may watch.
    pub fn fetches(&self, stream_id: &str, who: Tag, most: Option<u32>) -> Result<(), NoRoom> {
        let room = self.open(stream_id);
        let seen = room.presence.lock().seen(who, most, Instant::now());
        if seen { Ok(()) } else { Err(NoRoom::Viewers) }
    }

    /// A place for a socket of somebody, who fetches media as `also`.
    pub fn enter(
        &self,
        stream_id: &str,
        who: Tag,
        also: Tag,
        most: Option<u32>,
    ) -> Result<Seat, NoRoom> {
        let room = self.open(stream_id);
        if room.sockets.fetch_add(1, Ordering::AcqRel) >= self.options().sockets {
            room.sockets.fetch_sub(1, Ordering::AcqRel);
            return Err(NoRoom::Sockets);
        }
        if !room.presence.lock().enter(who, also, most, Instant::now()) {
            room.sockets.fetch_sub(1, Ordering::AcqRel);
            return Err(NoRoom::Viewers);
        }
        let notices = room.notices.subscribe();
        Ok(Seat {
            room,
            notices,
            tag: who,
        })
    }

    /// Tells those in rooms how many watch, where it is time and that has
    /// changed, and yields the counts that were told.
    pub fn tell_counts(&self) -> Vec<(String, u32)> {
        let every = self.options().count_every;
        let rooms: Vec<Arc<Room>> = self.0.rooms.read().values().cloned().collect();
        let mut news = Vec::new();
        for room in rooms {
            let viewers = room.viewers();
            let mut told = room.told.lock();
            if told.0.elapsed() >= every && told.1 != viewers {
                *told = (Instant::now(), viewers);
                drop(told);
                room.tell(What::Viewers(viewers));
                news.push((room.stream_id.clone(), viewers));
            }
        }
        news
    }

    /// Closes rooms that nobody is in.
    pub fn tidy(&self) {
        self.0
            .rooms
            .write()
            .retain(|_, room| Arc::strong_count(room) > 1 || !room.is_empty());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn rooms(queue: usize, sockets: usize) -> Rooms {
        Rooms::new(RoomOptions {
            queue,
            sockets,
            count_every: Duration::ZERO,
            ..RoomOptions::default()
        })
    }

    #[test]
    fn a_notice_is_made_into_bytes_once() {
        let notice = Notice::new(What::Viewers(3));
        let first = notice.bytes(|_| b"three".to_vec());
        let again = notice.bytes(|_| unreachable!("it was made"));
        assert_eq!(first.as_ptr(), again.as_ptr());
    }

    #[tokio::test]
    async fn everybody_hears_the_same_and_who_is_too_slow_is_told() {
        let rooms = rooms(4, 10);
        let mut quick = rooms.enter("s", [1; 12], [1; 12], None).unwrap();
        let mut slow = rooms.enter("s", [2; 12], [2; 12], None).unwrap();
        for n in 0..3 {
            rooms.tell("s", What::Viewers(n));
        }
        for n in 0..3 {
            assert!(matches!(quick.hear().await,
                Heard::Notice(notice) if matches!(notice.what, What::Viewers(m) if m == n)));
        }
        for n in 3..6 {
            rooms.tell("s", What::Viewers(n));
        }
        assert!(matches!(quick.hear().await, Heard::Notice(_)));
        assert!(matches!(slow.hear().await, Heard::TooSlow));
    }

    #[test]
    fn a_room_has_so_many_sockets_and_no_more() {
        let rooms = rooms(4, 2);
        let one = rooms.enter("s", [1; 12], [1; 12], None).unwrap();
        let _same = rooms.enter("s", [1; 12], [1; 12], None).unwrap();
        assert_eq!(rooms.viewers("s"), 1);
        assert_eq!(
            rooms.enter("s", [2; 12], [2; 12], None).unwrap_err(),
            NoRoom::Sockets
        );
        drop(one);
        let _two = rooms.enter("s", [2; 12], [2; 12], None).unwrap();
        assert_eq!(rooms.viewers("s"), 2);
    }

    #[test]
    fn counts_are_told_when_they_change() {
        let rooms = rooms(4, 9);
        let seat = rooms.enter("s", [1; 12], [1; 12], None).unwrap();
        assert_eq!(rooms.tell_counts(), [("s".to_owned(), 1)]);
        assert_eq!(rooms.tell_counts(), []);
        rooms.tidy();
        assert!(rooms.find("s").is_some());
        drop(seat);
    }
}

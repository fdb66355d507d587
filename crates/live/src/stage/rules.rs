//! Who is on a stage, who would like to be, and who may do what about it.

use std::time::{Duration, Instant};

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;

use super::Track;
use crate::chat::{Badge, Speaker};
use crate::{LiveError, Result};

/// How many people a stage has room for.
pub const SEATS: usize = 8;
/// How many hands may be up at once.
const HANDS: usize = 200;
/// How long somebody may be away who has lost the connection, or has not connected yet.
pub const GRACE: Duration = Duration::from_secs(30);

/// How a stage is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// A screen that somebody shares large, with the faces beside it; else everybody alike.
    #[default]
    Auto,
    /// Everybody alike.
    Grid,
    /// Whoever speaks large, with the others beside them.
    Speaker,
}

impl Layout {
    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Grid => "grid",
            Self::Speaker => "speaker",
        }
    }

    /// The layout of this name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::Grid, Self::Speaker]
            .into_iter()
            .find(|layout| layout.as_str() == word)
    }
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Their hand is up.
    Hand,
    /// They have been asked to come.
    Invited,
    /// They are on the stage.
    Seat(Seat),
}

/// How somebody is on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Nobody hears them.
    pub muted: bool,
    /// Nobody sees their camera.
    pub hidden: bool,
    /// What they send: microphone, camera, screen.
    sends: [bool; 3],
    /// Since when they are not connected; none if they are.
    pub away: Option<Instant>,
}

impl Seat {
    /// Whether they send this.
    pub fn sends(&self, track: Track) -> bool {
        self.sends[track.index()]
    }

    /// Whether this of them is shown or heard.
    pub fn shows(&self, track: Track) -> bool {
        let kept_back = match track {
            Track::Microphone => self.muted,
            Track::Camera => self.hidden,
            Track::Screen => false,
        };
        self.sends(track) && !kept_back && self.away.is_none()
    }
}

/// Somebody who is on the stage or wants to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// `guest_…`, from when their hand goes up until they leave.
    pub id: String,
    /// The profile or account.
    pub key: String,
    /// `user_…`
    pub account: Option<String>,
    /// The name that others see.
    pub name: String,
    /// What they are to the stream.
    pub badge: Badge,
    /// Since when (UTC microseconds).
    pub since: i64,
    /// Where they are.
    pub place: Place,
}

impl Guest {
    fn new(who: &Speaker, place: Place) -> Self {
        Self {
            id: Id::new("guest").to_string(),
            key: who.person.key.clone(),
            account: who.person.account.clone(),
            name: who.person.name.clone(),
            badge: who.badge,
            since: now_micros(),
            place,
        }
    }

    /// How they are on the stage, if they are.
    pub fn seat(&self) -> Option<&Seat> {
        match &self.place {
            Place::Seat(seat) => Some(seat),
            Place::Hand | Place::Invited => None,
        }
    }

    fn seat_mut(&mut self) -> Option<&mut Seat> {
        match &mut self.place {
            Place::Seat(seat) => Some(seat),
            Place::Hand | Place::Invited => None,
        }
    }
}

/// What is to be changed of somebody on the stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeatChange {
    /// Whether nobody hears them.
    pub muted: Option<bool>,
    /// Whether nobody sees their camera.
    pub hidden: Option<bool>,
}

/// A stage, as far as people are concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    guests: Vec<Guest>,
    /// How it is shown.
    pub layout: Layout,
}

const FULL: &str = "there is room for eight on the stage, with those who have been invited";

impl Rules {
    /// Everybody, in the order in which they came.
    pub fn guests(&self) -> &[Guest] {
        &self.guests
    }

    /// Whoever has this key.
    pub fn of_key(&self, key: &str) -> Option<&Guest> {
        self.guests.iter().find(|guest| guest.key == key)
    }

    /// Whoever is on the stage under this id.
    pub fn seated(&self, id: &str) -> Option<&Guest> {
        self.on_stage().find(|guest| guest.id == id)
    }

    /// Those on the stage.
    pub fn on_stage(&self) -> impl Iterator<Item = &Guest> {
        self.guests.iter().filter(|guest| guest.seat().is_some())
    }

    /// How many hands are up.
    pub fn hands(&self) -> usize {
        self.count(|place| matches!(place, Place::Hand))
    }

    fn count(&self, which: impl Fn(&Place) -> bool) -> usize {
        self.guests
            .iter()
            .filter(|guest| which(&guest.place))
            .count()
    }

    fn has_room(&self) -> bool {
        self.count(|place| !matches!(place, Place::Hand)) < SEATS
    }

    fn find(&mut self, id: &str) -> Result<&mut Guest> {
        let mut guests = self.guests.iter_mut();
        guests
            .find(|guest| guest.id == id)
            .ok_or(LiveError::NotFound("guest"))
    }

    /// Somebody raises their hand. Whoever has been invited, or is there, stays so.
    ///
    /// Errors: [`LiveError::Conflict`] when too many hands are up.
    pub fn raise(&mut self, who: &Speaker) -> Result<Guest> {
        if let Some(guest) = self.of_key(&who.person.key) {
            return Ok(guest.clone());
        }
        if self.hands() >= HANDS {
            let words = "as many hands are up as can be: try again in a while";
            return Err(LiveError::Conflict(words.to_owned()));
        }
        let guest = Guest::new(who, Place::Hand);
        self.guests.push(guest.clone());
        Ok(guest)
    }

    /// Somebody lowers their hand, or declines. Gives whether that has changed anything.
    pub fn lower(&mut self, key: &str) -> bool {
        let before = self.guests.len();
        self.guests
            .retain(|guest| guest.key != key || guest.seat().is_some());
        self.guests.len() != before
    }

    /// A host asks somebody to come whose hand is up.
    ///
    /// Errors: [`LiveError::Conflict`] when the stage is full.
    pub fn invite(&mut self, id: &str) -> Result<Guest> {
        let room = self.has_room();
        let guest = self.find(id)?;
        if guest.place == Place::Hand {
            if !room {
                return Err(LiveError::Conflict(FULL.to_owned()));
            }
            guest.place = Place::Invited;
        }
        Ok(guest.clone())
    }

    /// A host lets somebody go: puts a hand aside, takes an invitation back, or removes somebody
    /// from the stage.
    pub fn dismiss(&mut self, id: &str) -> Result<Guest> {
        let guest = self.find(id)?.clone();
        self.guests.retain(|other| other.id != id);
        Ok(guest)
    }

    /// Somebody comes onto the stage who has been invited, or is a host.
    ///
    /// Errors: [`LiveError::NotYours`] for others, [`LiveError::Conflict`] when it is full.
    pub fn enter(&mut self, who: &Speaker) -> Result<Guest> {
        let room = self.has_room();
        let seat = Place::Seat(Seat {
            muted: false,
            hidden: false,
            sends: [false; 3],
            away: Some(Instant::now()),
        });
        let found = self
            .guests
            .iter_mut()
            .find(|guest| guest.key == who.person.key);
        let invited = match found.as_ref().map(|guest| guest.place) {
            Some(Place::Seat(_)) => {
                return Ok(found.map_or_else(|| Guest::new(who, seat), |g| g.clone()));
            }
            Some(Place::Invited) => true,
            Some(Place::Hand) | None => false,
        };
        if !invited {
            if !who.badge.moderates() {
                return Err(LiveError::NotYours(
                    "Raise your hand: you come onto the stage when you are invited.",
                ));
            }
            if !room {
                return Err(LiveError::Conflict(FULL.to_owned()));
            }
        }
        if let Some(guest) = found {
            guest.place = seat;
            return Ok(guest.clone());
        }
        let guest = Guest::new(who, seat);
        self.guests.push(guest.clone());
        Ok(guest)
    }

    /// Somebody leaves the stage, by their key.
    pub fn leave(&mut self, key: &str) -> Option<Guest> {
        let at = self
            .guests
            .iter()
            .position(|guest| guest.key == key && guest.seat().is_some())?;
        Some(self.guests.remove(at))
    }

    /// Changes how somebody is on the stage. Hosts silence others; to be heard and seen again is
    /// for everybody to decide for themselves.
    pub fn change(&mut self, id: &str, by: &Speaker, change: SeatChange) -> Result<Guest> {
        let guest = self.find(id)?;
        let own = guest.key == by.person.key;
        if !own && !by.badge.moderates() {
            return Err(LiveError::NotYours("This is for the hosts of the stage."));
        }
        let opens = change.muted == Some(false) || change.hidden == Some(false);
        if !own && opens {
            return Err(LiveError::NotYours(
                "Only they themselves turn their microphone or camera on again.",
            ));
        }
        let seat = guest.seat_mut().ok_or(LiveError::NotFound("guest"))?;
        seat.muted = change.muted.unwrap_or(seat.muted);
        seat.hidden = change.hidden.unwrap_or(seat.hidden);
        Ok(guest.clone())
    }

    /// Notes what somebody on the stage sends from now on.
    ///
    /// Errors: [`LiveError::Conflict`] when somebody else shows a screen already.
    pub fn sends(&mut self, id: &str, sends: [bool; 3]) -> Result<()> {
        let screen = Track::Screen.index();
        let shared = self
            .on_stage()
            .any(|guest| guest.id != id && guest.seat().is_some_and(|seat| seat.sends[screen]));
        if sends[screen] && shared {
            let words = "somebody else shows their screen: one at a time";
            return Err(LiveError::Conflict(words.to_owned()));
        }
        let seat = self.find(id)?.seat_mut();
        seat.ok_or(LiveError::NotFound("guest"))?.sends = sends;
        Ok(())
    }

    /// Somebody's connection stands, or is lost. Whoever is lost shows no screen any more.
    pub fn connected(&mut self, id: &str, there: bool, now: Instant) {
        if let Ok(guest) = self.find(id)
            && let Some(seat) = guest.seat_mut()
        {
            if there {
                seat.away = None;
            } else {
                seat.away.get_or_insert(now);
                seat.sends = [false; 3];
            }
        }
    }

    /// Lets those go who have been away for too long. Gives who that is.
    pub fn lapse(&mut self, now: Instant) -> Vec<Guest> {
        let gone = |guest: &Guest| {
            let away = guest.seat().and_then(|seat| seat.away);
            away.is_some_and(|since| now.saturating_duration_since(since) >= GRACE)
        };
        let (lapsed, there) = std::mem::take(&mut self.guests).into_iter().partition(gone);
        self.guests = there;
        lapsed
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.guests.is_empty()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use matinee_catalog::community::Person;

    use super::*;

    fn who(name: &str, badge: Badge) -> Speaker {
        Speaker {
            person: Person {
                key: format!("key-{name}"),
                account: Some(format!("user_{name}")),
                name: name.to_owned(),
                moderator: false,
            },
            badge,
        }
    }

    fn viewer(name: &str) -> Speaker {
        who(name, Badge::Member)
    }

    #[test]
    fn a_hand_becomes_an_invitation_and_that_a_seat() {
        let mut rules = Rules::default();
        let vera = viewer("vera");
        assert!(matches!(rules.enter(&vera), Err(LiveError::NotYours(_))));
        let hand = rules.raise(&vera).unwrap();
        assert_eq!(rules.raise(&vera).unwrap(), hand);
        assert!(matches!(rules.enter(&vera), Err(LiveError::NotYours(_))));
        rules.invite(&hand.id).unwrap();
        assert_eq!(rules.hands(), 0);
        let seated = rules.enter(&vera).unwrap();
        assert_eq!(seated.id, hand.id);
        // Coming again is coming once, and a hand is not lowered from the stage.
        assert_eq!(rules.enter(&vera).unwrap(), seated);
        assert!(!rules.lower("key-vera"));
        assert!(rules.leave("key-vera").is_some());
        assert!(rules.is_empty());
    }

    #[test]
    fn there_is_room_for_eight_with_those_who_are_invited() {
        let mut rules = Rules::default();
        let host = who("host", Badge::Streamer);
        rules.enter(&host).unwrap();
        let hands: Vec<Guest> = (0..8)
            .map(|n| rules.raise(&viewer(&format!("v{n}"))).unwrap())
            .collect();
        for hand in &hands[..7] {
            rules.invite(&hand.id).unwrap();
        }
        let full = |outcome: Result<Guest>| matches!(outcome, Err(LiveError::Conflict(_)));
        assert!(full(rules.invite(&hands[7].id)));
        assert!(full(rules.enter(&who("other", Badge::Moderator))));
        // Whoever was invited has a place.
        for n in 0..7 {
            rules.enter(&viewer(&format!("v{n}"))).unwrap();
        }
        assert_eq!(rules.on_stage().count(), SEATS);
        assert!(full(rules.invite(&hands[7].id)));
        rules.dismiss(&hands[0].id).unwrap();
        rules.invite(&hands[7].id).unwrap();
    }

    #[test]
    fn hosts_silence_and_only_oneself_speaks_again() {
        let mut rules = Rules::default();
        let host = who("host", Badge::Moderator);
        let vera = viewer("vera");
        let id = rules.raise(&vera).unwrap().id;
        rules.invite(&id).unwrap();
        rules.enter(&vera).unwrap();
        let mute = |muted| SeatChange {
            muted: Some(muted),
            hidden: None,
        };
        let refused = |outcome: Result<Guest>| matches!(outcome, Err(LiveError::NotYours(_)));
        assert!(refused(rules.change(&id, &viewer("otto"), mute(true))));
        rules.change(&id, &host, mute(true)).unwrap();
        assert!(refused(rules.change(&id, &host, mute(false))));
        let heard = rules.change(&id, &vera, mute(false)).unwrap();
        assert!(!heard.seat().unwrap().muted);
    }

    #[test]
    fn one_screen_at_a_time() {
        let mut rules = Rules::default();
        let one = rules.enter(&who("one", Badge::Streamer)).unwrap().id;
        let two = rules.enter(&who("two", Badge::Moderator)).unwrap().id;
        rules.sends(&one, [true, true, true]).unwrap();
        assert!(rules.sends(&two, [true, true, true]).is_err());
        // Who is lost shows none.
        rules.connected(&one, false, Instant::now());
        rules.sends(&two, [true, true, true]).unwrap();
    }

    #[test]
    fn who_stays_away_loses_the_seat() {
        let mut rules = Rules::default();
        let id = rules.enter(&who("one", Badge::Streamer)).unwrap().id;
        let now = Instant::now();
        rules.connected(&id, true, now);
        assert!(rules.lapse(now + GRACE * 2).is_empty());
        rules.connected(&id, false, now);
        assert!(rules.lapse(now + GRACE / 2).is_empty());
        rules.connected(&id, true, now);
        rules.connected(&id, false, now + GRACE);
        assert!(rules.lapse(now + GRACE).is_empty());
        assert_eq!(rules.lapse(now + GRACE * 2).len(), 1);
        assert!(rules.is_empty());
    }
}

//! Who watches a stream: people, not connections.
//!
//! Somebody is known by a [`Tag`]: that of their stream token, or else of what
//! their player sends with each request. They watch as long as they have a
//! socket open, and for [`LINGER`] after their last request, so that neither a
//! reload nor a lost connection counts twice or drops them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How one viewer is told from another.
pub type Tag = [u8; 12];

/// How long after their last sign somebody still counts: a player asks for a
/// playlist at least every target duration, and may stall for a while.
pub const LINGER: Duration = Duration::from_secs(30);
/// The most viewers that are told apart on one node.
const KNOWN_MAX: usize = 200_000;
/// How often those who are gone are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Viewer {
    last: Instant,
    sockets: u32,
    quality: Option<String>,
}

/// Who watches one stream.
#[derive(Debug, Default)]
pub struct Presence {
    viewers: HashMap<Tag, Viewer>,
    /// Under which other tag somebody with a socket fetches media.
    also: HashMap<Tag, Tag>,
    tidied: Option<Instant>,
}

impl Presence {
    /// Somebody fetches media; false if as many watch as may, and they do not.
    pub fn seen(&mut self, who: Tag, most: Option<u32>, now: Instant) -> bool {
        let who = self.also.get(&who).copied().unwrap_or(who);
        self.put(who, most, now).is_some()
    }

    /// Somebody opens a socket, who fetches media as `also`.
    pub fn enter(&mut self, who: Tag, also: Tag, most: Option<u32>, now: Instant) -> bool {
        if also != who {
            // They may have begun to fetch before.
            self.viewers.remove(&also);
        }
        let Some(viewer) = self.put(who, most, now) else {
            return false;
        };
        viewer.sockets += 1;
        // Only now: what leads to nobody is tidied away.
        if also != who && self.also.len() < KNOWN_MAX {
            self.also.insert(also, who);
        }
        true
    }

    fn put(&mut self, who: Tag, most: Option<u32>, now: Instant) -> Option<&mut Viewer> {
        if !self.viewers.contains_key(&who) {
            self.tidy(now);
            let most = most.and_then(|most| usize::try_from(most).ok());
            if self.viewers.len() >= most.unwrap_or(usize::MAX).min(KNOWN_MAX) {
                return None;
            }
        }
        let viewer = self.viewers.entry(who).or_insert(Viewer {
            last: now,
            sockets: 0,
            quality: None,
        });
        viewer.last = now;
        Some(viewer)
    }

    /// Somebody's socket is closed.
    pub fn leave(&mut self, who: Tag, now: Instant) {
        if let Some(viewer) = self.viewers.get_mut(&who) {
            viewer.sockets = viewer.sockets.saturating_sub(1);
            viewer.last = now;
        }
    }

    /// What somebody watches.
    pub fn watches(&mut self, who: Tag, quality: &str) {
        if let Some(viewer) = self.viewers.get_mut(&who) {
            viewer.quality = Some(quality.to_owned());
        }
    }

    /// How many watch.
    pub fn count(&mut self, now: Instant) -> u32 {
        self.tidy(now);
        u32::try_from(self.viewers.len()).unwrap_or(u32::MAX)
    }

    /// What most of those watch who have said so.
    pub fn quality(&self) -> Option<&str> {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for viewer in self.viewers.values() {
            if let Some(quality) = &viewer.quality {
                *counts.entry(quality).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(word, n)| (*n, *word));
        most.map(|(word, _)| word)
    }

    fn tidy(&mut self, now: Instant) {
        if self
            .tidied
            .is_some_and(|at| now.saturating_duration_since(at) < TIDY_EVERY)
        {
            return;
        }
        self.tidied = Some(now);
        self.viewers.retain(|_, viewer| {
            viewer.sockets > 0 || now.saturating_duration_since(viewer.last) < LINGER
        });
        let viewers = &self.viewers;
        self.also.retain(|_, who| viewers.contains_key(who));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADA: Tag = [1; 12];
    const BOB: Tag = [2; 12];
    const ADAS_PLAYER: Tag = [3; 12];

    #[test]
    fn a_player_and_its_sockets_are_one_viewer() {
        let now = Instant::now();
        let mut presence = Presence::default();
        assert!(presence.seen(ADAS_PLAYER, None, now));
        assert!(presence.enter(ADA, ADAS_PLAYER, None, now));
        assert!(presence.enter(ADA, ADAS_PLAYER, None, now));
        assert!(presence.seen(ADAS_PLAYER, None, now));
        assert_eq!(presence.count(now), 1);
        assert!(presence.seen(BOB, None, now));
        assert_eq!(presence.count(now), 2);
    }

    #[test]
    fn a_player_that_begins_after_its_socket_is_no_other_viewer() {
        let now = Instant::now();
        let mut presence = Presence::default();
        assert!(presence.enter(ADA, ADAS_PLAYER, None, now));
        assert!(presence.seen(ADAS_PLAYER, None, now));
        assert_eq!(presence.count(now), 1);
    }

    #[test]
    fn who_reconnects_stays_and_who_is_gone_goes() {
        let now = Instant::now();
        let mut presence = Presence::default();
        assert!(presence.enter(ADA, ADA, None, now));
        presence.leave(ADA, now);
        assert_eq!(presence.count(now + LINGER / 2), 1);
        assert!(presence.enter(ADA, ADA, None, now + LINGER / 2));
        assert_eq!(presence.count(now + LINGER * 3), 1);
        presence.leave(ADA, now + LINGER * 3);
        assert_eq!(presence.count(now + LINGER * 5), 0);
    }

    #[test]
    fn no_more_watch_than_may_and_who_does_stays() {
        let now = Instant::now();
        let mut presence = Presence::default();
        assert!(presence.seen(ADA, Some(1), now));
        assert!(!presence.seen(BOB, Some(1), now));
        assert!(!presence.enter(BOB, BOB, Some(1), now));
        assert!(presence.seen(ADA, Some(1), now));
        assert!(presence.seen(BOB, Some(1), now + LINGER * 2));
    }

    #[test]
    fn what_most_watch_is_known() {
        let now = Instant::now();
        let mut presence = Presence::default();
        for (n, quality) in [(1, "720p"), (2, "720p"), (3, "1080p")] {
            assert!(presence.seen([n; 12], None, now));
            presence.watches([n; 12], quality);
        }
        assert_eq!(presence.quality(), Some("720p"));
    }

    proptest! {
        #[test]
        fn the_count_is_that_of_different_people(
            steps in proptest::collection::vec((0_u8..6, 0_u8..3), 0..60),
        ) {
            let now = Instant::now();
            let mut presence = Presence::default();
            let mut people = std::collections::HashSet::new();
            for (who, what) in steps {
                let tag = [who; 12];
                match what {
                    0 => { presence.seen(tag, None, now); people.insert(who); }
                    1 => { presence.enter(tag, tag, None, now); people.insert(who); }
                    _ => presence.leave(tag, now),
                }
            }
            prop_assert_eq!(presence.count(now) as usize, people.len());
        }
    }
}

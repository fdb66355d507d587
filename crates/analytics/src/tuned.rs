//! On which channels players are, as their requests for playlists have said.

use std::collections::HashMap;

use matinee_engines::id::Id;

use crate::intake::id_hash;

/// The most sessions that are remembered.
const SESSIONS: usize = 50_000;
/// Playlists of what is on the air are asked for again and again: after so long (microseconds)
/// without one a session is on no channel any more.
const LASTS: i64 = 120 * 1_000_000;

/// Whether this is an id of a channel.
pub(crate) fn is_channel(id: &str) -> bool {
    Id::parse("channel", id).is_ok()
}

/// Sessions by their ids, each with the channel and when its playlist was last asked for.
#[derive(Debug, Default)]
pub(crate) struct Tuned(HashMap<[u8; 16], (String, i64)>);

impl Tuned {
    pub(crate) fn tune(&mut self, session: &str, channel: &str, at: i64) {
        let key = id_hash(session);
        if self.0.len() >= SESSIONS && !self.0.contains_key(&key) {
            self.0.retain(|_, (_, last)| at - *last < LASTS);
            if self.0.len() >= SESSIONS {
                // They say it again in a moment.
                self.0.clear();
            }
        }
        self.0.insert(key, (channel.to_owned(), at));
    }

    pub(crate) fn of(&self, session: &str, at: i64) -> Option<String> {
        let (channel, last) = self.0.get(&id_hash(session))?;
        (at - last < LASTS).then(|| channel.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_where_its_last_playlist_was() {
        let mut tuned = Tuned::default();
        tuned.tune("one", "channel_a", 0);
        tuned.tune("one", "channel_b", 5);
        assert_eq!(tuned.of("one", 10).as_deref(), Some("channel_b"));
        assert_eq!(tuned.of("one", 5 + LASTS), None);
        assert_eq!(tuned.of("two", 10), None);
        for n in 0..SESSIONS + 10 {
            tuned.tune(&n.to_string(), "channel_c", 20);
        }
        assert!(tuned.0.len() <= SESSIONS);
        assert!(tuned.of(&(SESSIONS + 9).to_string(), 30).is_some());
        assert!(is_channel("channel_01h455vb4pex5vsknk084sn02q") && !is_channel("channel_7"));
    }
}

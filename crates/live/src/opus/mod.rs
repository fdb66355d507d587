//! Sound for those who watch by WebRTC, where the encoder's is none that browsers take so: most
//! send AAC, and WebRTC has Opus.
//!
//! One [`OpusMill`] at a time works for a broadcast, and only as long as somebody who watches by
//! WebRTC needs it ([`Hearing`]). It listens as others do ([`Tap`](crate::broadcast::Tap)), so the
//! broadcast waits for nothing; what it gives back goes out beside the pictures, on the encoder's
//! own clock. How many work at once is bounded: whoever comes to one broadcast too many watches
//! without sound, as everybody did before.

#[cfg(test)]
mod tests;
mod work;

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::broadcast::Broadcast;
use crate::ladder::{MillError, Work};

/// For how many broadcasts sound is made at once, unless said otherwise.
pub const AT_ONCE: usize = 16;

/// Makes Opus of other sound.
#[async_trait]
pub trait OpusMill: Send + Sync {
    /// Begins. It takes a fragmented MP4 of one track of sound, and gives an Ogg stream of Opus in
    /// packets of 20 milliseconds, at the times of what went in.
    async fn start(&self) -> Result<Work, MillError>;
}

/// Makes Opus of broadcasts' sound. A clone is the same.
#[derive(Clone)]
pub struct Opus(Arc<Inner>);

struct Inner {
    mill: Arc<dyn OpusMill>,
    places: Arc<Semaphore>,
    /// Those that somebody hears, by their streams.
    heard: Mutex<HashMap<String, Weak<Hearing>>>,
}

/// Somebody hears a broadcast. When nobody does any more, nothing is made any more.
pub(crate) struct Hearing {
    opus: Opus,
    stream_id: String,
    stop: CancellationToken,
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.stop.cancel();
        let mut heard = self.opus.0.heard.lock();
        // Another one may have begun meanwhile.
        if heard
            .get(&self.stream_id)
            .is_some_and(|known| known.strong_count() == 0)
        {
            heard.remove(&self.stream_id);
        }
    }
}

impl Opus {
    /// Makes it by this mill, for so many broadcasts at once.
    pub fn new(mill: Arc<dyn OpusMill>, at_once: usize) -> Self {
        Self(Arc::new(Inner {
            mill,
            places: Arc::new(Semaphore::new(at_once)),
            heard: Mutex::default(),
        }))
    }

    /// For how many broadcasts it is made now.
    pub fn working(&self) -> usize {
        let mut heard = self.0.heard.lock();
        heard.retain(|_, known| known.strong_count() > 0);
        heard.len()
    }

    /// Somebody would hear this broadcast. None if there is no place, or it is over.
    pub(crate) fn join(&self, broadcast: &Arc<Broadcast>) -> Option<Arc<Hearing>> {
        let mut heard = self.0.heard.lock();
        let known = heard.get(broadcast.stream_id()).and_then(Weak::upgrade);
        if known.is_some() {
            return known;
        }
        let place = self.0.places.clone().try_acquire_owned().ok()?;
        let tap = broadcast.tap()?;
        let hearing = Arc::new(Hearing {
            opus: self.clone(),
            stream_id: broadcast.stream_id().to_owned(),
            stop: CancellationToken::new(),
        });
        heard.insert(hearing.stream_id.clone(), Arc::downgrade(&hearing));
        let work = work::serve(
            self.0.mill.clone(),
            broadcast.clone(),
            tap,
            hearing.stop.clone(),
            place,
        );
        tokio::spawn(work);
        Some(hearing)
    }
}

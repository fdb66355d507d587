//! Taking events in: durably and acknowledged, or beside something else and
//! only as far as there is room.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use bytes::Bytes;
use matinee_engines::log::NewEvent;
use matinee_engines::time::now_micros;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::event::{Event, Told, What};
use crate::lanes::TOPIC;
use crate::parse::{self, Sender};
use crate::tuned::is_channel;
use crate::who::{Client, Who, is_bot};
use crate::{Analytics, AnalyticsError, Result, cmcd, quick};

/// How many ids are remembered for telling clients what came twice.
const RECENT: usize = 200_000;
/// How many of the queue are appended at once.
const CARRIED: usize = 1000;

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Events that are kept now, those that were before among them.
    pub accepted: usize,
    /// The ids of those that had been accepted before.
    pub duplicates: Vec<String>,
    /// Events that nobody has caused by watching.
    pub ignored: usize,
}

/// What came a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    known: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Recent {
    fn add(&mut self, id: u128) {
        if self.known.insert(id) {
            self.order.push_back(id);
            if self.order.len() > RECENT
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
    }
}

/// The hash under which an event's id is remembered.
pub(crate) fn id_hash(id: &str) -> [u8; 16] {
    let hash = Sha256::digest(id);
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    first
}

/// A request for media, for what stands beside it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `video_…` or `stream_…`, as it was written.
    pub subject: String,
    /// `channel_…`, if it was asked for as a part of that.
    pub channel: Option<String>,
    /// Whether it is a channel's playlist: what its session asks for next is seen on the channel.
    pub is_list: bool,
    /// CMCD as it was sent: a query's value, or the headers with commas in between.
    pub cmcd: String,
    /// Whether that is still percent-encoded.
    pub encoded: bool,
    /// By whom.
    pub client: Client,
}

pub(crate) enum Queued {
    Asked(Box<Asked>, i64),
    Progress {
        subject: String,
        position_ms: u32,
        client: Box<Client>,
        at: i64,
    },
    Happened {
        id: String,
        subject: String,
        what: What,
        at: i64,
    },
    /// Answered once everything before it is in the log.
    Flush(oneshot::Sender<()>),
}

pub(crate) fn encoded(event: &Event) -> NewEvent {
    NewEvent {
        key: None,
        payload: Bytes::from(serde_json::to_vec(event).unwrap_or_default()),
        at: None,
    }
}

/// About how long an event is when it is written.
const WRITTEN: usize = 400;

/// Events as they go into the log, in one piece of memory.
fn written(events: &[&Told<'_>]) -> Vec<NewEvent> {
    let mut all = Vec::with_capacity(events.len() * WRITTEN);
    let ends: Vec<usize> = events
        .iter()
        .map(|event| {
            // Into memory, and of nothing that JSON has no words for.
            let _ = serde_json::to_writer(&mut all, event);
            all.len()
        })
        .collect();
    let mut all = Bytes::from(all);
    let mut from = 0;
    let pieces = ends.into_iter().map(|end| {
        let payload = all.split_to(end - from);
        from = end;
        NewEvent {
            key: None,
            payload,
            at: None,
        }
    });
    pieces.collect()
}

impl Analytics {
    /// Takes a batch in: it is durable when this returns.
    pub async fn take_in(
        &self,
        body: &[u8],
        client: &Client,
        host: Option<&str>,
    ) -> Result<Accepted> {
        let lane = self.lane()?;
        let who = self.who(client);
        let sender = Sender {
            who: &who,
            host,
            now: now_micros(),
        };
        let read;
        let events: Vec<Told<'_>> = if let Some(events) = quick::batch(body, sender) {
            events
        } else {
            read = parse::batch(body, sender)?;
            read.iter().map(Event::told).collect()
        };
        if is_bot(&client.user_agent) {
            metrics::counter!("matinee_events_ignored_total").increment(events.len() as u64);
            return Ok(Accepted {
                ignored: events.len(),
                ..Accepted::default()
            });
        }
        let mut outcome = Accepted {
            accepted: events.len(),
            ..Accepted::default()
        };
        // Worked out before the lock is taken: others take theirs in at the same time.
        let hashes: Vec<u128> = events
            .iter()
            .map(|event| u128::from_be_bytes(id_hash(event.id.unwrap_or_default())))
            .collect();
        let mut batch = HashSet::with_capacity(events.len());
        let mut fresh = Vec::with_capacity(events.len());
        {
            let recent = self.inner.recent.lock();
            for (event, hash) in events.iter().zip(hashes) {
                if recent.known.contains(&hash) || !batch.insert(hash) {
                    outcome
                        .duplicates
                        .push(event.id.unwrap_or_default().to_owned());
                } else {
                    fresh.push(event);
                }
            }
        }
        if !fresh.is_empty() {
            let count = fresh.len() as u64;
            lane.log.append(TOPIC, written(&fresh)).await?;
            metrics::counter!("matinee_events_accepted_total").increment(count);
        }
        // Only now: what is remembered is not appended again.
        let mut recent = self.inner.recent.lock();
        for hash in batch {
            recent.add(hash);
        }
        Ok(outcome)
    }

    /// Takes in what happened without a player: durable when this returns. It counts once by `id`.
    pub async fn happened(&self, id: &str, subject: &str, at: i64, what: What) -> Result<()> {
        let event = Event {
            id: Some(id.to_owned()),
            play: None,
            subject: subject.to_owned(),
            channel: None,
            item: None,
            at,
            position_ms: None,
            what,
            who: Who::default(),
        };
        self.lane()?
            .log
            .append(TOPIC, vec![encoded(&event)])
            .await?;
        metrics::counter!("matinee_events_accepted_total").increment(1);
        Ok(())
    }

    /// The same beside something else: it waits for nobody, and is dropped if there is no room.
    pub fn happens(&self, id: &str, subject: &str, what: What) {
        let (id, subject) = (id.to_owned(), subject.to_owned());
        self.push(|| Queued::Happened {
            id,
            subject,
            what,
            at: now_micros(),
        });
    }

    /// Takes what a player says of itself beside a request. Never waits: what
    /// there is no room for is dropped, and counted.
    pub fn asked(&self, asked: impl FnOnce() -> Asked) {
        self.push(|| Queued::Asked(Box::new(asked()), now_micros()));
    }

    /// Takes where somebody is in a video. Never waits, either.
    pub fn progress(&self, subject: &str, position_ms: u64, client: impl FnOnce() -> Client) {
        self.push(|| Queued::Progress {
            subject: subject.to_owned(),
            position_ms: u32::try_from(position_ms).unwrap_or(u32::MAX),
            client: Box::new(client()),
            at: now_micros(),
        });
    }

    /// What is kept of a client, and on which node it was told.
    pub(crate) fn who(&self, client: &Client) -> Who {
        Who {
            node: self.inner.node.clone(),
            ..self.inner.tagger.who(client)
        }
    }

    fn push(&self, queued: impl FnOnce() -> Queued) {
        if self.inner.lane.get().is_none() {
            return;
        }
        match self.inner.queue.try_reserve() {
            Ok(place) => place.send(queued()),
            Err(_) => metrics::counter!("matinee_events_dropped_total").increment(1),
        }
    }

    /// Waits until what was queued is in the log.
    pub(crate) async fn flush_queue(&self) {
        let (done, wait) = oneshot::channel();
        // Nobody carries where nothing is served.
        let carried = self.inner.queued.lock().is_none();
        if carried && self.inner.queue.send(Queued::Flush(done)).await.is_ok() {
            let _ = wait.await;
        }
    }

    /// Carries what is queued to the log, until `stop` and the queue is empty.
    pub(crate) async fn carry(&self, stop: CancellationToken) {
        let Some(mut queued) = self.inner.queued.lock().take() else {
            return;
        };
        let mut batch = Vec::with_capacity(CARRIED);
        loop {
            tokio::select! {
                biased;
                count = queued.recv_many(&mut batch, CARRIED) => if count == 0 { return },
                () = stop.cancelled() => break,
            }
            self.append(&mut batch).await;
        }
        while let Ok(last) = queued.try_recv() {
            batch.push(last);
            if batch.len() == CARRIED {
                self.append(&mut batch).await;
            }
        }
        self.append(&mut batch).await;
    }

    async fn append(&self, batch: &mut Vec<Queued>) {
        let mut flushed = Vec::new();
        let mut events = Vec::with_capacity(batch.len());
        for queued in batch.drain(..) {
            match queued {
                Queued::Flush(done) => flushed.push(done),
                other => events.extend(self.event(other).as_ref().map(encoded)),
            }
        }
        let count = events.len() as u64;
        let appended = async {
            if events.is_empty() {
                return Ok(());
            }
            self.lane()?.log.append(TOPIC, events).await?;
            Ok::<(), AnalyticsError>(())
        };
        if let Err(error) = appended.await {
            metrics::counter!("matinee_events_dropped_total").increment(count);
            tracing::warn!(%error, count, "events beside requests were lost");
        }
        for done in flushed {
            let _ = done.send(());
        }
    }

    /// The channel on which a request's session is. What is open to everybody is fetched where
    /// everybody fetches it, so its address does not say.
    fn channel_of(&self, asked: &Asked, read: &cmcd::Cmcd, at: i64) -> Option<String> {
        let session = read.session.as_deref();
        let mut tuned = self.inner.tuned.lock();
        if asked.is_list {
            if let Some(session) = session {
                tuned.tune(session, &asked.subject, at);
            }
            return None;
        }
        if is_channel(&asked.subject) {
            return None;
        }
        let named = read.content.clone().filter(|name| is_channel(name));
        let channel = asked.channel.clone().or(named);
        channel.or_else(|| tuned.of(session?, at))
    }

    fn event(&self, queued: Queued) -> Option<Event> {
        match queued {
            Queued::Flush(_) => None,
            Queued::Happened {
                id,
                subject,
                what,
                at,
            } => Some(Event {
                id: Some(id),
                play: None,
                subject,
                channel: None,
                item: None,
                at,
                position_ms: None,
                what,
                who: Who::default(),
            }),
            Queued::Progress {
                subject,
                position_ms,
                client,
                at,
            } => {
                let who = self.who(&client);
                // Without a tag it is not known whose place it is.
                let known = who.viewer.is_some() && !is_bot(&client.user_agent);
                known.then_some(Event {
                    id: None,
                    play: None,
                    subject,
                    channel: None,
                    item: None,
                    at,
                    position_ms: None,
                    what: What::Progress { position_ms },
                    who,
                })
            }
            Queued::Asked(asked, at) => {
                let asked = *asked;
                let text = if asked.encoded {
                    Cow::Owned(cmcd::decoded(&asked.cmcd))
                } else {
                    Cow::Borrowed(asked.cmcd.as_str())
                };
                let read = cmcd::parse(&text)?;
                let who = self.who(&asked.client);
                let channel = self.channel_of(&asked, &read, at);
                if asked.is_list {
                    return None;
                }
                let play = read.session.or_else(|| who.viewer.clone())?;
                let hash = u128::from_be_bytes(id_hash(&play));
                let sampled = hash % 100 < u128::from(self.inner.options.cmcd_percent);
                (sampled && !is_bot(&asked.client.user_agent)).then_some(Event {
                    id: None,
                    play: Some(play),
                    subject: asked.subject,
                    channel,
                    item: None,
                    at,
                    position_ms: None,
                    what: What::Requested(read.requested),
                    who,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_long_ago_is_forgotten() {
        let mut recent = Recent::default();
        for id in 0..RECENT as u128 + 10 {
            recent.add(id);
            recent.add(id);
        }
        assert_eq!((recent.known.len(), recent.order.len()), (RECENT, RECENT));
        assert!(!recent.known.contains(&9) && recent.known.contains(&10));
    }
}

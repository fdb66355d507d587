//! What channels have to know of broadcasts: told by those that are on the air here.

use std::sync::Arc;

use async_trait::async_trait;
use matinee_linear::takeover::{Air, InBreak, OpenTo, Rendition, Segment, Stream};
use matinee_live::broadcast::{self, Broadcasts};
use matinee_live::streams::Streams;

/// The broadcasts of this node, for channels.
pub struct Relays {
    /// What is on the air here.
    pub broadcasts: Arc<Broadcasts>,
    /// What it is to people.
    pub streams: Streams,
}

#[async_trait]
impl Air for Relays {
    fn taken(&self, stream: &str, after: Option<u64>, most: usize) -> Option<Vec<Segment>> {
        let broadcast = self.broadcasts.get(stream)?;
        let taken = broadcast.taken(after, most);
        // The last segments can be had for a while after the end.
        if broadcast.has_ended() && taken.is_empty() {
            return None;
        }
        Some(taken.into_iter().map(segment).collect())
    }

    async fn stream(&self, id: &str) -> Option<Stream> {
        let stream = match self.streams.glance(id).await {
            Ok(stream) => stream?,
            Err(error) => {
                tracing::warn!(stream = id, %error, "a stream on a channel is not known");
                return None;
            }
        };
        let level = stream.rating_level.and_then(|level| level.try_into().ok());
        Some(Stream {
            title: stream.title.clone(),
            description: stream.description.clone(),
            image: stream
                .thumbnail_at
                .map(|at| format!("/media/live/{id}/thumbnail.jpg?v={at}")),
            rating: stream.rating.clone(),
            is_live: stream.is_live(),
            owner: stream.owner.clone(),
            open_to: OpenTo(stream.access(), level),
        })
    }
}

fn segment(of: broadcast::Segment) -> Segment {
    let rendition = |one: broadcast::Taken| Rendition {
        name: one.of.name().into_owned(),
        codec: one.entry.codec,
        size: one
            .entry
            .video
            .as_ref()
            .map(|video| (video.width.into(), video.height.into())),
        sound: one
            .entry
            .audio
            .map(|audio| (audio.sample_rate, audio.channels)),
        timescale: one.timescale,
        init: one.init,
        bytes: one.bytes,
        settled: one.settled,
    };
    Segment {
        msn: of.msn,
        run: of.run,
        begins: of.begins,
        ends: of.ends,
        independent: of.independent,
        in_break: of.in_break.map(|(begins, ends)| InBreak { begins, ends }),
        renditions: of.renditions.into_iter().map(rendition).collect(),
    }
}

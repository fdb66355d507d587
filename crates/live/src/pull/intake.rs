//! What a source brings, put into a broadcast.

use std::sync::Arc;
use std::time::Duration;

use matinee_media::flv::{Content, Tag};
use matinee_media::ts::Event;
use tokio::time::Instant;

use super::state::{Progress, SourceState};
use crate::LiveError;
use crate::again::Stop;
use crate::broadcast::{Broadcasts, Feed};
use crate::desk::Admitted;

/// A clock that is off by so much has jumped.
const JUMP_US: i64 = 20_000_000;

impl From<LiveError> for Stop {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::TakenOver | LiveError::Over => Self::Never(error.to_string()),
            error => Self::Again(error.to_string()),
        }
    }
}

/// Publishes what a source brings, from its first frame on: a source that cannot be reached takes
/// nothing over from anybody.
pub(super) struct Intake {
    broadcasts: Arc<Broadcasts>,
    admitted: Admitted,
    protocol: &'static str,
    progress: Arc<Progress>,
    feed: Option<Feed>,
}

impl Intake {
    pub(super) fn new(
        broadcasts: Arc<Broadcasts>,
        admitted: Admitted,
        protocol: &'static str,
        progress: Arc<Progress>,
    ) -> Self {
        Self {
            broadcasts,
            admitted,
            protocol,
            progress,
            feed: None,
        }
    }

    fn feed(&mut self) -> &mut Feed {
        self.feed.get_or_insert_with(|| {
            self.progress.set(SourceState::Pulling, None);
            let publisher = self
                .broadcasts
                .publish(self.admitted.clone(), self.protocol);
            Feed::new(publisher)
        })
    }

    /// What RTMP carries.
    pub(super) async fn tag(&mut self, tag: Tag) -> Result<(), Stop> {
        Ok(self.feed().tag(tag).await?)
    }

    /// What a transport stream or a segment carries.
    pub(super) async fn event(&mut self, event: Event) -> Result<(), Stop> {
        Ok(self.feed().event(event).await?)
    }

    /// The source has ended by itself: so does the broadcast.
    pub(super) async fn end(self) {
        if let Some(feed) = self.feed {
            feed.end().await;
        }
    }

    /// The source is lost, and may be found again.
    pub(super) async fn vanish(self) {
        if let Some(feed) = self.feed {
            feed.vanish().await;
        }
    }
}

/// Lets what comes in pieces of seconds go on as fast as time goes by.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the frame of this time was let go.
    began: Option<(Instant, i64)>,
}

impl Pace {
    /// Waits until something is due.
    pub(super) async fn wait_for(&mut self, event: &Event) {
        let Event::Packet {
            time_us, packet, ..
        } = event
        else {
            return;
        };
        if !matches!(packet.content, Content::Frame(_)) {
            return;
        }
        let now = Instant::now();
        let (began, first) = *self.began.get_or_insert((now, *time_us));
        let since = time_us.saturating_sub(first);
        let elapsed = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
        if (since - elapsed).abs() > JUMP_US {
            self.began = Some((now, *time_us));
            return;
        }
        let ahead = u64::try_from(since - elapsed).unwrap_or(0);
        tokio::time::sleep(Duration::from_micros(ahead)).await;
    }
}

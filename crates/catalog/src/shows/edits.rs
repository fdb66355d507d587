//! Edits of shows, each of which is kept.

use std::collections::BTreeMap;

use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::seasons::{checked_seasons, snapshot, write_seasons};
use super::{SeasonDetails, ShowDetails, ShowPatch, write_genres};
use crate::credits::{self, NewCredit};
use crate::listed;
use crate::revisions::{Edit, Edited, Subject, record};
use crate::store::{shows, videos};
use crate::{Catalog, CatalogError, Result, Show};

impl Catalog {
    /// Changes what people say about a show, and keeps how it was.
    pub async fn edit_show(&self, id: &str, patch: ShowPatch, edit: &Edit) -> Result<Show> {
        self.rewrite_show(id, Some(patch), None, edit).await
    }

    /// Changes a show together with its credits.
    pub async fn edit_show_with_credits(
        &self,
        id: &str,
        patch: ShowPatch,
        people: Vec<NewCredit>,
        edit: &Edit,
    ) -> Result<Show> {
        self.rewrite_show(id, Some(patch), Some(people), edit).await
    }

    /// Makes a show say what it said in an earlier revision.
    pub async fn restore_show(&self, id: &str, number: i64, edit: &Edit) -> Result<Show> {
        let revision = self.revision(Subject::Show, id, number).await?;
        let gone = || CatalogError::not_found("revision", &number.to_string());
        let then: ShowDetails =
            serde_json::from_value(revision.snapshot.clone()).map_err(|_| gone())?;
        let now = self.show(id).await?.details();
        let seasons_then: Vec<SeasonDetails> = revision
            .snapshot
            .get("seasons")
            .and_then(|list| serde_json::from_value(list.clone()).ok())
            .unwrap_or_default();
        // Seasons that were not spoken of then are not to be now.
        let mut seasons: BTreeMap<i32, SeasonDetails> = self
            .seasons(id)
            .await?
            .into_iter()
            .map(|season| {
                let silent = SeasonDetails {
                    number: season.number,
                    ..SeasonDetails::default()
                };
                (season.number, silent)
            })
            .collect();
        seasons.extend(seasons_then.into_iter().map(|s| (s.number, s)));
        let mut external_ids: BTreeMap<String, Option<String>> = now
            .external_ids
            .into_keys()
            .map(|name| (name, None))
            .collect();
        external_ids.extend(then.external_ids.into_iter().map(|(k, v)| (k, Some(v))));
        let patch = ShowPatch {
            kind: Some(then.kind),
            title: Some(then.title),
            sort_title: Some(then.sort_title),
            original_title: Some(then.original_title),
            tagline: Some(then.tagline),
            overview: Some(then.overview),
            studio: Some(then.studio),
            release_date: Some(then.release_date),
            release_year: Some(then.release_year),
            status: Some(then.status),
            rating: Some(then.rating),
            languages: Some(then.languages),
            genres: Some(then.genres),
            tags: Some(then.tags),
            external_ids: Some(external_ids),
            seasons: Some(seasons.into_values().collect()),
        };
        let people = credits::of_snapshot(&revision.snapshot);
        self.rewrite_show(id, Some(patch), people, &edit.restoring())
            .await
    }

    async fn rewrite_show(
        &self,
        id: &str,
        patch: Option<ShowPatch>,
        people: Option<Vec<NewCredit>>,
        edit: &Edit,
    ) -> Result<Show> {
        let people = people.map(credits::checked).transpose()?;
        let mut patch = patch.unwrap_or_default();
        let seasons = patch.seasons.take().map(checked_seasons).transpose()?;
        let tx = self.db.begin().await?;
        let before = listed::find::<shows::Entity>(&tx, id).await?;
        edit.check(before.revision)?;
        let details = before.details().patched(patch).checked()?;
        let was = snapshot(&tx, &before).await?;
        let edited = Edited {
            subject: Subject::Show,
            id,
            revision: before.revision,
            owner: before.owner.clone(),
            created_at: before.created_at,
        };
        let renamed = details.title != before.title;
        let regenred = details.genres != before.genres.0;
        let mut show = Show {
            id: before.id.clone(),
            created_at: before.created_at,
            owner: before.owner.clone(),
            auto_key: before.auto_key.clone(),
            is_auto: false,
            revision: before.revision,
            ..Show::made(details, None, None)
        };
        if let Some(seasons) = seasons {
            write_seasons(&tx, id, seasons).await?;
        }
        if let Some(people) = people {
            credits::replace(&tx, Subject::Show, id, people, edit.actor.as_deref()).await?;
        }
        let is = snapshot(&tx, &show).await?;
        show.revision = record(&tx, edited, edit, was, is).await?;
        if show.revision == before.revision {
            // Nothing has changed.
            show.updated_at = before.updated_at;
            show.is_auto = before.is_auto;
        }
        let show = show.into_active_model().reset_all().update(&tx).await?;
        if regenred {
            write_genres(&tx, id, &show.genres.0).await?;
        }
        if renamed {
            videos::Entity::update_many()
                .col_expr(videos::Column::ShowTitle, Expr::value(show.title.clone()))
                .col_expr(
                    videos::Column::Version,
                    Expr::col(videos::Column::Version).add(1),
                )
                .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
                .filter(videos::Column::ShowId.eq(id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        if show.revision != before.revision {
            // Whoever indexes an episode indexes words of its show with it.
            for episode in self.episode_ids(id).await? {
                self.announce(&episode, false);
            }
        }
        Ok(show)
    }

    /// Removes a show. Its episodes stay, and belong to no show any more.
    pub async fn delete_show(&self, id: &str) -> Result<()> {
        let tx = self.db.begin().await?;
        videos::Entity::update_many()
            .col_expr(videos::Column::ShowId, Expr::value(None::<String>))
            .col_expr(videos::Column::ShowTitle, Expr::value(None::<String>))
            .col_expr(
                videos::Column::Version,
                Expr::col(videos::Column::Version).add(1),
            )
            .filter(videos::Column::ShowId.eq(id))
            .exec(&tx)
            .await?;
        listed::remove::<shows::Entity>(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

//! Edits of videos.

use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::Value;

use crate::access::Rulebook;
use crate::catalog::{rating_level, write_genres, write_tags};
use crate::community::queue;
use crate::credits::{self, NewCredit};
use crate::judge::sort_key;
use crate::moderation::Verdict;
use crate::revisions::{Edit, Edited, Snapshot, Subject, record};
use crate::store::videos::{self, ExternalIds, Tags};
use crate::{Catalog, CatalogError, Details, DetailsPatch, Result, Video, shows};

impl Catalog {
    /// Changes what people say about a video; the program itself does it.
    pub async fn patch(&self, id: &str, patch: DetailsPatch) -> Result<Video> {
        self.edit(id, patch, &Edit::default()).await
    }

    /// Changes what people say about a video, and keeps how it was.
    pub async fn edit(&self, id: &str, patch: DetailsPatch, edit: &Edit) -> Result<Video> {
        self.rewrite(id, edit, None, Change::Patch(Box::new(patch)))
            .await
    }

    /// Changes what people say about a video together with its credits.
    pub async fn edit_with_credits(
        &self,
        id: &str,
        patch: DetailsPatch,
        people: Vec<NewCredit>,
        edit: &Edit,
    ) -> Result<Video> {
        self.rewrite(id, edit, Some(people), Change::Patch(Box::new(patch)))
            .await
    }

    /// Changes many videos in one transaction: all of them or none.
    pub async fn edit_many(
        &self,
        changes: Vec<(String, DetailsPatch)>,
        edit: &Edit,
    ) -> Result<Vec<Video>> {
        let mut judged = Vec::with_capacity(changes.len());
        for (id, patch) in changes {
            let change = Change::Patch(Box::new(patch));
            let verdict = self.verdict_on(&id, &change).await?;
            judged.push((id, change, verdict));
        }
        let tx = self.db.begin().await?;
        let mut videos = Vec::with_capacity(judged.len());
        for (id, change, verdict) in judged {
            let work = Rewrite {
                edit,
                people: None,
                change,
                verdict,
            };
            videos.push(self.rewrite_in(&tx, &id, work).await?);
        }
        tx.commit().await?;
        for video in &videos {
            self.announce(&video.id, false);
        }
        Ok(videos)
    }

    /// Replaces the details by what `change` makes of them, and the credits if
    /// there are any, in one transaction that is kept as a revision.
    pub(crate) async fn rewrite(
        &self,
        id: &str,
        edit: &Edit,
        people: Option<Vec<NewCredit>>,
        change: Change,
    ) -> Result<Video> {
        let work = self.prepared(id, edit, people, change).await?;
        let tx = self.db.begin().await?;
        let video = self.rewrite_in(&tx, id, work).await?;
        tx.commit().await?;
        self.announce(id, false);
        Ok(video)
    }

    /// An edit, judged outside of any transaction.
    pub(crate) async fn prepared<'a>(
        &self,
        id: &str,
        edit: &'a Edit,
        people: Option<Vec<NewCredit>>,
        change: Change,
    ) -> Result<Rewrite<'a>> {
        Ok(Rewrite {
            edit,
            people: people.map(credits::checked).transpose()?,
            verdict: self.verdict_on(id, &change).await?,
            change,
        })
    }

    /// The same within the caller's transaction. [`Catalog::announce`] it once
    /// that is committed.
    pub(crate) async fn rewrite_in(
        &self,
        tx: &DatabaseTransaction,
        id: &str,
        work: Rewrite<'_>,
    ) -> Result<Video> {
        let Rewrite {
            edit,
            people,
            change,
            verdict,
        } = work;
        let before = videos::Entity::find_by_id(id)
            .one(tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("video", id))?;
        edit.check(before.revision)?;
        let mut details = match change {
            Change::Patch(patch) => before.details().patched(*patch),
            Change::Restore(details) => restorable(tx, *details, &before).await?,
        }
        .checked()?;
        let wanted = before.visibility.made_public(details.is_public);
        if before.visibility == Visibility::Private && wanted != Visibility::Private {
            queue::refuse_if_held(tx, id).await?;
        }
        let visibility = if verdict.held() {
            Visibility::Private
        } else {
            wanted
        };
        self.place(tx, Some(&before), &mut details, before.owner.as_deref())
            .await?;
        let was = snapshot(tx, &before).await?;
        let retagged = details.tags != before.tags.0;
        let regenred = details.genres != before.genres.0;
        let (version, left) = (before.version, before.show_id.clone());
        let edited = Edited {
            subject: Subject::Video,
            id,
            revision: before.revision,
            owner: before.owner.clone(),
            created_at: before.created_at,
        };
        let mut row = before.clone().into_active_model();
        row.sort_key = Set(sort_key(&details.title, details.sort_title.as_deref()));
        row.title = Set(details.title);
        row.description = Set(details.description);
        row.uploader_id = Set(details.uploader_id);
        row.category = Set(details.category);
        row.tags = Set(Tags(details.tags));
        row.is_public = Set(visibility == Visibility::Public);
        row.visibility = Set(visibility);
        row.content_type = Set(details.content_type);
        row.show_title = Set(details.show_title);
        row.season_number = Set(details.season_number);
        row.episode_number = Set(details.episode_number);
        row.episode_number_end = Set(details.episode_number_end);
        row.genre = Set(details.genre);
        row.release_year = Set(details.release_year);
        row.rating_level = Set(rating_level(details.rating.as_deref()));
        row.rating = Set(details.rating);
        row.sort_title = Set(details.sort_title);
        row.original_title = Set(details.original_title);
        row.tagline = Set(details.tagline);
        row.release_date = Set(details.release_date);
        row.studio = Set(details.studio);
        row.languages = Set(Tags(details.languages));
        row.genres = Set(Tags(details.genres));
        row.show_id = Set(details.show_id);
        row.extra_of = Set(details.extra_of);
        row.extra_kind = Set(details.extra_kind);
        row.external_ids = Set(ExternalIds(details.external_ids));
        row.version = Set(version + 1);
        row.updated_at = Set(now_micros());
        let mut video = row.update(tx).await?;
        Rulebook::of(&before).changed_to(tx, &video).await?;
        if retagged {
            write_tags(tx, id, &video.tags.0).await?;
        }
        if regenred {
            write_genres(tx, id, &video.genres.0).await?;
        }
        if let Some(people) = people {
            credits::replace(tx, Subject::Video, id, people, edit.actor.as_deref()).await?;
        }
        if let Some(left) = left.filter(|left| Some(left) != video.show_id.as_ref()) {
            shows::drop_abandoned(tx, &left).await?;
        }
        queue::open_for_video(tx, &video, &verdict, wanted).await?;
        let is = snapshot(tx, &video).await?;
        let revision = record(tx, edited, edit, was, is).await?;
        if revision != video.revision {
            video.revision = revision;
            videos::Entity::update_many()
                .col_expr(
                    videos::Column::Revision,
                    sea_orm::sea_query::Expr::value(revision),
                )
                .filter(videos::Column::Id.eq(id))
                .exec(tx)
                .await?;
        }
        Ok(video)
    }

    /// What the hooks say of the words that a change brings. They may take their
    /// time: no transaction waits for them.
    async fn verdict_on(&self, id: &str, change: &Change) -> Result<Verdict> {
        let known = self.get(id).await?.details();
        let wanted = match change {
            Change::Patch(patch) => known.clone().patched((**patch).clone()),
            Change::Restore(details) => (**details).clone(),
        }
        .checked()?;
        let words = |d: &Details| {
            (
                d.title.clone(),
                d.description.clone(),
                d.tags.clone(),
                d.tagline.clone(),
                d.original_title.clone(),
            )
        };
        if words(&known) == words(&wanted) {
            return Ok(Verdict::allow());
        }
        self.judge(&wanted, "").await
    }

    /// Finds or makes the show that details name, and checks what they point
    /// to. `before` is the video that is edited.
    pub(crate) async fn place(
        &self,
        conn: &impl ConnectionTrait,
        before: Option<&Video>,
        details: &mut Details,
        owner: Option<&str>,
    ) -> Result<()> {
        let (old_id, old_title) = before.map_or((None, None), |video| {
            (video.show_id.as_deref(), video.show_title.as_deref())
        });
        if details.show_id.as_deref() != old_id {
            // By id: the show's own title counts.
            match &details.show_id {
                Some(id) => {
                    let title = shows::title_of(conn, id).await?;
                    details.show_title = Some(title.ok_or_else(|| {
                        CatalogError::field("show_id", "must be the id of a show")
                    })?);
                }
                None if details.show_title.as_deref() == old_title => details.show_title = None,
                None => {}
            }
        } else if details.show_title.as_deref() != old_title {
            details.show_id = None;
        }
        if let (Some(title), None) = (&details.show_title, &details.show_id) {
            let kind = shows::kind_for(details.content_type.as_deref());
            let show = shows::find_or_make(conn, title, kind, owner).await?;
            details.show_id = Some(show);
        }
        if let Some(of) = &details.extra_of {
            let wrong = |reason| CatalogError::field("extra_of", reason);
            if before.is_some_and(|video| video.id == *of) {
                return Err(wrong("must be another video"));
            }
            let found: Option<Option<String>> = videos::Entity::find_by_id(of)
                .select_only()
                .column(videos::Column::ExtraOf)
                .into_tuple()
                .one(conn)
                .await?;
            match found {
                None => return Err(wrong("must be the id of a video")),
                Some(Some(_)) => return Err(wrong("must not be an extra itself")),
                Some(None) => {}
            }
        }
        Ok(())
    }
}

/// An edit that has been judged.
pub(crate) struct Rewrite<'a> {
    edit: &'a Edit,
    /// Checked credits, if they are set anew.
    people: Option<Vec<NewCredit>>,
    change: Change,
    verdict: Verdict,
}

/// What an edit makes of the details.
pub(crate) enum Change {
    /// Some of them anew.
    Patch(Box<DetailsPatch>),
    /// All of them, as they once were.
    Restore(Box<Details>),
}

/// Details as they once were, as far as they can be had back. Who may see the
/// video stays as it is now: a way back in the text is none in the access.
async fn restorable(conn: &impl ConnectionTrait, then: Details, now: &Video) -> Result<Details> {
    let mut details = Details {
        is_public: now.is_public,
        ..then
    };
    if let Some(show) = &details.show_id
        && shows::title_of(conn, show).await?.is_none()
    {
        // The show is gone; its name finds or makes one.
        details.show_id.clone_from(&now.show_id);
    }
    if let Some(of) = &details.extra_of
        && videos::Entity::find_by_id(of).one(conn).await?.is_none()
    {
        details.extra_of = None;
    }
    Ok(details)
}

/// Everything that an edit of a video can change.
async fn snapshot(conn: &impl ConnectionTrait, video: &Video) -> Result<Snapshot> {
    let mut all = match serde_json::to_value(video.details()) {
        Ok(Value::Object(fields)) => fields,
        _ => Snapshot::new(),
    };
    let people = credits::snapshot(conn, Subject::Video, &video.id).await?;
    all.insert("credits".to_owned(), people);
    Ok(all)
}

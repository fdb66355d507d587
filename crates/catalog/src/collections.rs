//! Collections: titles that belong together, in order.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::details::nullable;
use crate::judge::{Judge, sort_key};
use crate::listed;
use crate::pages::Placed;
use crate::revisions::{Edit, Edited, Snapshot, Subject, record, snapshot_of};
use crate::store::{collection_items, collections, shows, videos};
use crate::{
    Catalog, CatalogError, Collection, Paged, Result, Show, Sight, TitleQuery, Video, limits,
};

/// The most titles in a collection.
pub const ITEMS_MAX: usize = 1000;

/// What people say about a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionDetails {
    /// 1 to [`limits::TITLE_MAX`] characters.
    pub title: String,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub overview: String,
}

/// A change of a collection: an absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionPatch {
    /// A new title.
    pub title: Option<String>,
    /// A new sort title, or none.
    #[serde(deserialize_with = "nullable")]
    pub sort_title: Option<Option<String>>,
    /// A new overview.
    pub overview: Option<String>,
}

/// A title in a collection.
#[derive(Debug, Clone, PartialEq)]
pub enum CollectionItem {
    /// A video.
    Video(Box<Video>),
    /// A show.
    Show(Box<Show>),
}

impl CollectionDetails {
    /// The same with surrounding space trimmed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge::new();
        judge.name("title", &mut self.title, limits::TITLE_MAX);
        judge.word("sort_title", &mut self.sort_title, limits::TITLE_MAX);
        judge.text("overview", &self.overview, limits::DESCRIPTION_MAX);
        judge.verdict(self)
    }
}

impl collections::Model {
    /// What people said about it.
    pub fn details(&self) -> CollectionDetails {
        CollectionDetails {
            title: self.title.clone(),
            sort_title: self.sort_title.clone(),
            overview: self.overview.clone(),
        }
    }

    fn edited(&self) -> Edited<'_> {
        Edited {
            subject: Subject::Collection,
            id: &self.id,
            revision: self.revision,
            owner: self.owner.clone(),
            created_at: self.created_at,
        }
    }
}

impl Placed for collections::Model {
    fn place(&self) -> (&str, i64, &str) {
        (&self.sort_key, self.created_at, &self.id)
    }
}

impl Catalog {
    /// Adds a collection with these titles (`video_…` or `show_…`).
    pub async fn create_collection(
        &self,
        details: CollectionDetails,
        items: &[String],
        owner: Option<String>,
    ) -> Result<Collection> {
        let details = details.checked()?;
        let now = now_micros();
        let collection = Collection {
            id: Id::new("collection").to_string(),
            sort_key: sort_key(&details.title, details.sort_title.as_deref()),
            title: details.title,
            sort_title: details.sort_title,
            overview: details.overview,
            owner,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        let tx = self.db.begin().await?;
        let row = collection.into_active_model().reset_all();
        let collection = row.insert(&tx).await?;
        write_items(&tx, &collection.id, items).await?;
        tx.commit().await?;
        Ok(collection)
    }

    /// The collection of this id.
    pub async fn collection(&self, id: &str) -> Result<Collection> {
        listed::find::<collections::Entity>(self.db.read(), id).await
    }

    /// Whether somebody sees a collection.
    pub async fn sees_collection(&self, sight: &Sight, id: &str) -> Result<bool> {
        listed::sees::<collections::Entity>(self.db.read(), sight, id).await
    }

    /// One page of the collections that somebody sees.
    pub async fn list_collections(&self, wanted: TitleQuery<'_>) -> Result<Paged<Collection>> {
        listed::list::<collections::Entity>(self.db.read(), wanted, Condition::all()).await
    }

    /// The titles of a collection that somebody sees, in order.
    pub async fn collection_items(&self, sight: &Sight, id: &str) -> Result<Vec<CollectionItem>> {
        let all = items_in(self.db.read(), id).await?;
        let videos: Vec<&str> = all.iter().filter_map(|i| i.video_id.as_deref()).collect();
        let shows: Vec<&str> = all.iter().filter_map(|i| i.show_id.as_deref()).collect();
        let mut known = listed::titles(self.db.read(), sight, &videos, &shows).await?;
        Ok(all
            .into_iter()
            .filter_map(|item| {
                let video = item.video_id.and_then(|id| known.videos.remove(&id));
                let show = item.show_id.and_then(|id| known.shows.remove(&id));
                video
                    .map(|video| CollectionItem::Video(Box::new(video)))
                    .or(show.map(|show| CollectionItem::Show(Box::new(show))))
            })
            .collect())
    }

    /// Changes what people say about a collection, and keeps how it was.
    pub async fn edit_collection(
        &self,
        id: &str,
        patch: CollectionPatch,
        edit: &Edit,
    ) -> Result<Collection> {
        self.rewrite_collection(id, edit, None, |now| CollectionDetails {
            title: patch.title.unwrap_or(now.title),
            sort_title: patch.sort_title.unwrap_or(now.sort_title),
            overview: patch.overview.unwrap_or(now.overview),
        })
        .await
    }

    /// Puts these titles (`video_…` or `show_…`), in this order, in the place of
    /// all that there are.
    pub async fn set_collection_items(
        &self,
        id: &str,
        items: Vec<String>,
        edit: &Edit,
    ) -> Result<Collection> {
        self.rewrite_collection(id, edit, Some(items), |now| now)
            .await
    }

    /// Makes a collection say and hold what it did in an earlier revision, as
    /// far as its titles are still there.
    pub async fn restore_collection(
        &self,
        id: &str,
        number: i64,
        edit: &Edit,
    ) -> Result<Collection> {
        let revision = self.revision(Subject::Collection, id, number).await?;
        let Value::Object(mut then) = revision.snapshot else {
            return Err(CatalogError::not_found("revision", &number.to_string()));
        };
        let items = then.remove("items");
        let items: Vec<String> = items
            .and_then(|items| serde_json::from_value(items).ok())
            .unwrap_or_default();
        let then: CollectionDetails = serde_json::from_value(Value::Object(then))
            .map_err(|_| CatalogError::not_found("revision", &number.to_string()))?;
        let there = existing(self.db.read(), &items).await?;
        let items = items
            .into_iter()
            .filter(|item| there.contains(item))
            .collect();
        self.rewrite_collection(id, &edit.restoring(), Some(items), |_| then)
            .await
    }

    async fn rewrite_collection(
        &self,
        id: &str,
        edit: &Edit,
        items: Option<Vec<String>>,
        change: impl FnOnce(CollectionDetails) -> CollectionDetails,
    ) -> Result<Collection> {
        let tx = self.db.begin().await?;
        let before = listed::find::<collections::Entity>(&tx, id).await?;
        edit.check(before.revision)?;
        let details = change(before.details()).checked()?;
        let was = snapshot(&tx, &before).await?;
        let mut collection = Collection {
            sort_key: sort_key(&details.title, details.sort_title.as_deref()),
            title: details.title,
            sort_title: details.sort_title,
            overview: details.overview,
            updated_at: now_micros(),
            ..before.clone()
        };
        if let Some(items) = items {
            write_items(&tx, id, &items).await?;
        }
        let is = snapshot(&tx, &collection).await?;
        collection.revision = record(&tx, before.edited(), edit, was, is).await?;
        let row = collection.into_active_model().reset_all();
        let collection = row.update(&tx).await?;
        tx.commit().await?;
        Ok(collection)
    }

    /// Puts a title behind the others of the collection of this name (in any
    /// case): the owner's own before others', or a new one.
    pub async fn collect(
        &self,
        title: &str,
        item: &str,
        owner: Option<String>,
        edit: &Edit,
    ) -> Result<Collection> {
        let found = collections::Entity::find()
            .filter(collections::Column::SortKey.eq(sort_key(title, None)))
            .order_by_asc(collections::Column::Id)
            .all(self.db.read())
            .await?;
        let lowered = title.to_lowercase();
        let mut found: Vec<Collection> = found
            .into_iter()
            .filter(|one| one.title.to_lowercase() == lowered)
            .collect();
        let own = found.iter().position(|one| one.owner == owner);
        if found.is_empty() {
            let details = CollectionDetails {
                title: title.to_owned(),
                ..CollectionDetails::default()
            };
            return self
                .create_collection(details, &[item.to_owned()], owner)
                .await;
        }
        let collection = found.swap_remove(own.unwrap_or(0));
        let mut items: Vec<String> = items_in(self.db.read(), &collection.id)
            .await?
            .into_iter()
            .filter_map(|item| item.video_id.or(item.show_id))
            .collect();
        if items.iter().any(|there| there == item) {
            return Ok(collection);
        }
        items.push(item.to_owned());
        // Nobody else's change of it in between is undone.
        let edit = Edit {
            if_revision: Some(collection.revision),
            ..edit.clone()
        };
        self.set_collection_items(&collection.id, items, &edit)
            .await
    }

    /// Removes a collection; its titles stay.
    pub async fn delete_collection(&self, id: &str) -> Result<()> {
        let tx = self.db.begin().await?;
        listed::remove::<collections::Entity>(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn items_in(conn: &impl ConnectionTrait, id: &str) -> Result<Vec<collection_items::Model>> {
    Ok(collection_items::Entity::find()
        .filter(collection_items::Column::CollectionId.eq(id))
        .order_by_asc(collection_items::Column::Position)
        .all(conn)
        .await?)
}

/// Which of these titles there are.
async fn existing(
    conn: &impl ConnectionTrait,
    items: &[String],
) -> Result<std::collections::HashSet<String>> {
    use sea_orm::QuerySelect as _;
    let mut there = std::collections::HashSet::new();
    for some in items.chunks(400) {
        let ids = || some.iter().map(String::as_str);
        let found: Vec<String> = videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .filter(videos::Column::Id.is_in(ids()))
            .into_tuple()
            .all(conn)
            .await?;
        there.extend(found);
        let found: Vec<String> = shows::Entity::find()
            .select_only()
            .column(shows::Column::Id)
            .filter(shows::Column::Id.is_in(ids()))
            .into_tuple()
            .all(conn)
            .await?;
        there.extend(found);
    }
    Ok(there)
}

async fn write_items(conn: &impl ConnectionTrait, id: &str, items: &[String]) -> Result<()> {
    let mut judge = Judge::new();
    if items.len() > ITEMS_MAX {
        judge.refuse("items", format!("must not be more than {ITEMS_MAX}"));
        return judge.verdict(());
    }
    let there = existing(conn, items).await?;
    let mut seen = std::collections::HashSet::new();
    for (n, item) in items.iter().enumerate() {
        let field = format!("items[{n}]");
        if !there.contains(item) {
            judge.refuse(&field, "must be the id of a video or a show");
        } else if !seen.insert(item) {
            judge.refuse(&field, "must not be there twice");
        }
    }
    judge.verdict(())?;
    collection_items::Entity::delete_many()
        .filter(collection_items::Column::CollectionId.eq(id))
        .exec(conn)
        .await?;
    let rows: Vec<collection_items::ActiveModel> = items
        .iter()
        .zip(0..)
        .map(|(item, position)| {
            let show = item.starts_with("show_");
            collection_items::ActiveModel {
                collection_id: Set(id.to_owned()),
                position: Set(position),
                video_id: Set((!show).then(|| item.clone())),
                show_id: Set(show.then(|| item.clone())),
            }
        })
        .collect();
    for some in rows.chunks(200) {
        collection_items::Entity::insert_many(some.iter().cloned())
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Everything that an edit of a collection can change.
async fn snapshot(conn: &impl ConnectionTrait, collection: &Collection) -> Result<Snapshot> {
    let mut all = snapshot_of(&collection.details());
    let items: Vec<Value> = items_in(conn, &collection.id)
        .await?
        .into_iter()
        .filter_map(|item| item.video_id.or(item.show_id))
        .map(Value::String)
        .collect();
    all.insert("items".to_owned(), Value::Array(items));
    Ok(all)
}

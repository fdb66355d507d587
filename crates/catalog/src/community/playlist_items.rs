//! What is in a playlist, in order.

use std::collections::{HashMap, HashSet};

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::playlists::{editable, invalid, limits};
use super::store::{playlist_items as items, playlists};
use super::{Community, Person, Playlist};
use crate::store::videos;
use crate::{CatalogError, Result};

pub use super::store::playlist_items::Model as Item;

/// From one place to the next.
const STEP: i64 = 1;

/// A new order of a playlist.
#[derive(Debug, Clone)]
pub enum Order {
    /// By places (`item_…`), each once.
    Items(Vec<String>),
    /// By videos; one that is in the list more than once is named as often.
    Videos(Vec<String>),
}

impl Community {
    /// The places of these playlists, each list in order.
    pub async fn items(&self, playlists: &[String]) -> Result<HashMap<String, Vec<Item>>> {
        let mut found: HashMap<String, Vec<Item>> = HashMap::new();
        if playlists.is_empty() {
            return Ok(found);
        }
        let rows = items::Entity::find()
            .filter(items::Column::PlaylistId.is_in(playlists.iter().map(String::as_str)))
            .order_by_asc(items::Column::Position)
            .order_by_asc(items::Column::Id)
            .all(self.db().read())
            .await?;
        for row in rows {
            found.entry(row.playlist_id.clone()).or_default().push(row);
        }
        Ok(found)
    }

    /// Puts a video into a playlist: at its end, or before what stands at
    /// `position` (from 0). The caller sees to it that the person may see the
    /// video.
    pub async fn add_to_playlist(
        &self,
        who: &Person,
        id: &str,
        video: &str,
        position: Option<usize>,
    ) -> Result<()> {
        let tx = self.db().begin().await?;
        let (list, _) = editable(&tx, who, id).await?;
        let mut places = in_order(&tx, id).await?;
        if places.len() >= limits::ITEMS_MAX {
            return Err(full());
        }
        if !list.allow_duplicates && places.iter().any(|place| place.video_id == video) {
            return Err(CatalogError::Conflict(
                "the video is in this playlist already".to_owned(),
            ));
        }
        let at = position.unwrap_or(places.len()).min(places.len());
        let new = place(id, video, who);
        if at == places.len() {
            let last = places.last().map_or(0, |place| place.position + STEP);
            insert(
                &tx,
                &[Item {
                    position: last,
                    ..new
                }],
            )
            .await?;
        } else {
            places.insert(at, new);
            rewrite(&tx, id, places).await?;
        }
        touch(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a video out of a playlist: every place that it has, or only one.
    pub async fn remove_from_playlist(
        &self,
        who: &Person,
        id: &str,
        video: &str,
        item: Option<&str>,
    ) -> Result<()> {
        let tx = self.db().begin().await?;
        editable(&tx, who, id).await?;
        let mut gone = items::Entity::delete_many()
            .filter(items::Column::PlaylistId.eq(id))
            .filter(items::Column::VideoId.eq(video));
        if let Some(item) = item {
            gone = gone.filter(items::Column::Id.eq(item));
        }
        if gone.exec(&tx).await?.rows_affected == 0 {
            return Err(CatalogError::not_found("video in this playlist", video));
        }
        touch(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Orders a playlist anew. Places that the order does not name (those that
    /// this person does not see) follow after the rest, in their old order.
    pub async fn order_playlist(&self, who: &Person, id: &str, order: Order) -> Result<()> {
        let tx = self.db().begin().await?;
        editable(&tx, who, id).await?;
        let places = in_order(&tx, id).await?;
        let (field, wanted, key): (_, _, fn(&Item) -> &String) = match order {
            Order::Items(ids) => ("item_ids", ids, |item| &item.id),
            Order::Videos(ids) => ("video_ids", ids, |item| &item.video_id),
        };
        let mut left: Vec<Option<Item>> = places.into_iter().map(Some).collect();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, item) in left.iter().enumerate().rev() {
            if let Some(item) = item {
                by_key.entry(key(item).clone()).or_default().push(n);
            }
        }
        let mut ordered = Vec::with_capacity(left.len());
        for id in wanted {
            let taken = by_key
                .get_mut(&id)
                .and_then(Vec::pop)
                .and_then(|n| left[n].take());
            let Some(item) = taken else {
                let id: String = id.chars().take(64).collect();
                let reason =
                    format!("must name what is in the playlist, each place once; {id} is not");
                return Err(invalid(field, reason));
            };
            ordered.push(item);
        }
        ordered.extend(left.into_iter().flatten());
        rewrite(&tx, id, ordered).await?;
        touch(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn full() -> CatalogError {
    CatalogError::Conflict(format!(
        "a playlist holds at most {} videos",
        limits::ITEMS_MAX
    ))
}

fn place(list: &str, video: &str, who: &Person) -> Item {
    Item {
        id: Id::new("item").to_string(),
        playlist_id: list.to_owned(),
        video_id: video.to_owned(),
        position: 0,
        added_by: who.account.clone(),
        added_at: now_micros(),
    }
}

async fn in_order(tx: &impl ConnectionTrait, id: &str) -> Result<Vec<Item>> {
    Ok(items::Entity::find()
        .filter(items::Column::PlaylistId.eq(id))
        .order_by_asc(items::Column::Position)
        .order_by_asc(items::Column::Id)
        .all(tx)
        .await?)
}

async fn insert(tx: &impl ConnectionTrait, places: &[Item]) -> Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    let rows = places.iter().map(|place| items::ActiveModel {
        id: Set(place.id.clone()),
        playlist_id: Set(place.playlist_id.clone()),
        video_id: Set(place.video_id.clone()),
        position: Set(place.position),
        added_by: Set(place.added_by.clone()),
        added_at: Set(place.added_at),
    });
    items::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes the whole list again: one statement for any length of it.
async fn rewrite(tx: &impl ConnectionTrait, id: &str, mut places: Vec<Item>) -> Result<()> {
    for (place, position) in places.iter_mut().zip((0..).step_by(1)) {
        place.position = position * STEP;
    }
    items::Entity::delete_many()
        .filter(items::Column::PlaylistId.eq(id))
        .exec(tx)
        .await?;
    insert(tx, &places).await
}

/// Puts these videos in the place of all that are there. Those that stay keep
/// their places' ids.
pub(super) async fn replace(
    tx: &impl ConnectionTrait,
    list: &Playlist,
    wanted: &[String],
    who: &Person,
) -> Result<()> {
    if wanted.len() > limits::ITEMS_MAX {
        return Err(full());
    }
    let different: HashSet<&str> = wanted.iter().map(String::as_str).collect();
    if !list.allow_duplicates && different.len() < wanted.len() {
        return Err(invalid("video_ids", "must not name a video twice"));
    }
    if !different.is_empty() {
        let known: Vec<String> = videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .filter(videos::Column::Id.is_in(different.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        let known: HashSet<&str> = known.iter().map(String::as_str).collect();
        if let Some(odd) = wanted.iter().find(|id| !known.contains(id.as_str())) {
            let odd: String = odd.chars().take(64).collect();
            return Err(invalid(
                "video_ids",
                format!("must name videos; there is no {odd}"),
            ));
        }
    }
    let mut before: HashMap<String, Vec<Item>> = HashMap::new();
    for item in in_order(tx, &list.id).await?.into_iter().rev() {
        before.entry(item.video_id.clone()).or_default().push(item);
    }
    let places = wanted
        .iter()
        .map(|video| {
            before
                .get_mut(video)
                .and_then(Vec::pop)
                .unwrap_or_else(|| place(&list.id, video, who))
        })
        .collect();
    rewrite(tx, &list.id, places).await
}

/// Refuses to forbid what is already there.
pub(super) async fn refuse_duplicates(tx: &impl ConnectionTrait, list: &Playlist) -> Result<()> {
    let mut seen = HashSet::new();
    let twice = in_order(tx, &list.id)
        .await?
        .into_iter()
        .any(|item| !seen.insert(item.video_id));
    if twice {
        return Err(CatalogError::Conflict(
            "a video is in this playlist more than once: remove it first".to_owned(),
        ));
    }
    Ok(())
}

async fn touch(tx: &impl ConnectionTrait, id: &str) -> Result<()> {
    playlists::Entity::update_many()
        .col_expr(playlists::Column::UpdatedAt, Expr::value(now_micros()))
        .filter(Expr::col(playlists::Column::Id).eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

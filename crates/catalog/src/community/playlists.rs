//! Making, finding, changing and deleting playlists.

use std::collections::HashMap;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::Role;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::page::{Place, Slice};
use super::store::{playlist_collaborators as collaborators, playlist_items as items, playlists};
use super::{Community, Person, Playlist, PlaylistAccess, PostState, Sharing, playlist_items};
use crate::moderation::{Kind, text};
use crate::{CatalogError, FieldError, Result};

/// The bounds of playlists.
pub mod limits {
    /// The most playlists of one account.
    pub const PLAYLISTS_MAX: u64 = 1000;
    /// The most videos in one playlist.
    pub const ITEMS_MAX: usize = 1000;
    /// The most collaborators of one playlist.
    pub const COLLABORATORS_MAX: usize = 50;
    /// The longest name, in characters.
    pub const NAME_MAX: usize = 150;
    /// The longest description, in characters.
    pub const DESCRIPTION_MAX: usize = 5000;
    /// The longest creator, in characters.
    pub const CREATOR_MAX: usize = 128;
}

/// The most places in playlists that [`library_playlists`] gives.
const LISTED_MAX: u64 = 100_000;

/// What is in the playlists that others than their owners may see, and whose owners make the
/// library: playlists and their videos, each playlist in its order.
pub async fn library_playlists(conn: &impl ConnectionTrait) -> Result<Vec<(String, String)>> {
    // Viewers' own lists are many, and nobody's programme.
    let viewers = Query::select()
        .column("id")
        .from("users")
        .and_where(Expr::col("role").eq(Role::Viewer.as_str()))
        .to_owned();
    let shared = Query::select()
        .column(playlists::Column::Id)
        .from(playlists::Entity)
        .and_where(playlists::Column::Visibility.ne(Sharing::Private))
        .and_where(playlists::Column::State.eq(PostState::Visible))
        .cond_where(
            Condition::any()
                .add(playlists::Column::Owner.is_null())
                .add(playlists::Column::Owner.not_in_subquery(viewers)),
        )
        .to_owned();
    let rows = items::Entity::find()
        .select_only()
        .columns([items::Column::PlaylistId, items::Column::VideoId])
        .filter(items::Column::PlaylistId.in_subquery(shared))
        .order_by_asc(items::Column::PlaylistId)
        .order_by_asc(items::Column::Position)
        .order_by_asc(items::Column::Id)
        .limit(LISTED_MAX)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// The order of lists of playlists.
const ORDER: &str = "playlists";

/// A playlist about to be made.
#[derive(Debug, Clone)]
pub struct NewPlaylist {
    /// See [`Playlist::name`].
    pub name: String,
    /// See [`Playlist::description`].
    pub description: String,
    /// See [`Playlist::creator_id`].
    pub creator_id: Option<String>,
    /// Who finds it.
    pub visibility: Sharing,
    /// Whether a video may be in it more than once.
    pub allow_duplicates: bool,
    /// Its videos, in order; the caller sees to it that the maker may see them.
    pub video_ids: Vec<String>,
}

/// A change of a playlist: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct PlaylistChange {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// Who finds it from now on; the owner's to say.
    pub visibility: Option<Sharing>,
    /// Whether a video may be in it more than once; the owner's to say.
    pub allow_duplicates: Option<bool>,
    /// Everybody who edits it besides its owner; the owner's to say.
    pub collaborators: Option<Vec<String>>,
    /// All its videos anew, in order.
    pub video_ids: Option<Vec<String>>,
}

/// Which playlists.
#[derive(Debug, Clone, Default)]
pub struct PlaylistFilter {
    /// Exactly this creator.
    pub creator_id: Option<String>,
    /// Only public ones, or only others.
    pub is_public: Option<bool>,
    /// Only those that this account owns or edits.
    pub of_account: Option<String>,
    /// Only those that hold this video.
    pub video_id: Option<String>,
}

/// A playlist and who edits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistRow {
    /// The row.
    pub playlist: Playlist,
    /// The accounts that edit it besides its owner.
    pub collaborators: Vec<String>,
}

impl PlaylistRow {
    /// What this person may do with it.
    pub fn access(&self, who: Option<&Person>) -> PlaylistAccess {
        PlaylistAccess::of(who, &self.playlist, &self.collaborators)
    }
}

impl Community {
    /// Makes a playlist.
    pub async fn create_playlist(&self, who: &Person, new: NewPlaylist) -> Result<PlaylistRow> {
        let (name, description) = checked(&new.name, &new.description)?;
        let texts = [("name", name.as_str()), ("description", &description)];
        let verdict = self.moderation().judge(Kind::Playlist, &texts, who).await?;
        let tx = self.db().begin().await?;
        if let Some(owner) = &who.account {
            let owned = playlists::Entity::find()
                .filter(playlists::Column::Owner.eq(owner))
                .count(&tx)
                .await?;
            if owned >= limits::PLAYLISTS_MAX {
                return Err(CatalogError::Conflict(format!(
                    "an account has at most {} playlists",
                    limits::PLAYLISTS_MAX
                )));
            }
        }
        let now = now_micros();
        let row = playlists::Model {
            id: Id::new("playlist").to_string(),
            name,
            description,
            creator_id: new.creator_id.or_else(|| who.account.clone()),
            owner: who.account.clone(),
            visibility: new.visibility,
            allow_duplicates: new.allow_duplicates,
            state: if verdict.held() {
                PostState::Removed
            } else {
                PostState::Visible
            },
            created_at: now,
            updated_at: now,
        };
        let row = row.into_active_model().reset_all().insert(&tx).await?;
        playlist_items::replace(&tx, &row, &new.video_ids, who).await?;
        super::queue::open_for_playlist(&tx, &row, who, &verdict).await?;
        tx.commit().await?;
        Ok(PlaylistRow {
            playlist: row,
            collaborators: Vec::new(),
        })
    }

    /// The playlist of this id, whoever asks.
    pub async fn playlist(&self, id: &str) -> Result<PlaylistRow> {
        let playlist = playlists::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            .ok_or_else(|| CatalogError::not_found("playlist", id))?;
        let mut rows = self.with_collaborators(vec![playlist]).await?;
        rows.pop()
            .ok_or_else(|| CatalogError::not_found("playlist", id))
    }

    /// One page of the playlists that this person, or nobody in particular,
    /// finds in lists; the latest changed first.
    pub async fn playlists(
        &self,
        who: Option<&Person>,
        filter: &PlaylistFilter,
        cursor: Option<&str>,
        offset: u64,
        limit: u64,
    ) -> Result<Slice<PlaylistRow>> {
        use playlists::Column as C;
        let mut query = playlists::Entity::find()
            .filter(listed(who))
            .order_by_desc(C::UpdatedAt)
            .order_by_desc(C::Id)
            .offset(offset)
            .limit(limit.saturating_add(1));
        if let Some(creator) = &filter.creator_id {
            query = query.filter(C::CreatorId.eq(creator));
        }
        match filter.is_public {
            Some(true) => query = query.filter(C::Visibility.eq(Sharing::Public)),
            Some(false) => query = query.filter(C::Visibility.ne(Sharing::Public)),
            None => {}
        }
        if let Some(account) = &filter.of_account {
            query = query.filter(
                C::Owner
                    .eq(account)
                    .or(C::Id.in_subquery(shared_with(account))),
            );
        }
        if let Some(video) = &filter.video_id {
            let holding = Query::select()
                .column(items::Column::PlaylistId)
                .from(items::Entity)
                .and_where(Expr::col(items::Column::VideoId).eq(video))
                .to_owned();
            query = query.filter(C::Id.in_subquery(holding));
        }
        if let Some(cursor) = cursor {
            let place = Place::decode(cursor, ORDER)?;
            query = query.filter(
                Condition::any().add(C::UpdatedAt.lt(place.at)).add(
                    Condition::all()
                        .add(C::UpdatedAt.eq(place.at))
                        .add(C::Id.lt(place.id)),
                ),
            );
        }
        let rows = query.all(self.db().read()).await?;
        let page = Slice::cut(rows, limit, |row| {
            Place::new(ORDER, row.updated_at, &row.id)
        });
        Ok(Slice {
            rows: self.with_collaborators(page.rows).await?,
            next: page.next,
        })
    }

    /// Changes a playlist. Whether this person may is asked here, of the row
    /// as it is.
    pub async fn change_playlist(
        &self,
        who: &Person,
        id: &str,
        change: PlaylistChange,
    ) -> Result<PlaylistRow> {
        let before = self.playlist(id).await?.playlist;
        let (name, description) = checked(
            change.name.as_deref().unwrap_or(&before.name),
            change.description.as_deref().unwrap_or(&before.description),
        )?;
        let reworded = name != before.name || description != before.description;
        let verdict = if reworded {
            let texts = [("name", name.as_str()), ("description", &description)];
            self.moderation().judge(Kind::Playlist, &texts, who).await?
        } else {
            crate::moderation::Verdict::default()
        };
        let tx = self.db().begin().await?;
        let (row, mut friends) = editable(&tx, who, id).await?;
        let owns_only = change.visibility.is_some()
            || change.allow_duplicates.is_some()
            || change.collaborators.is_some();
        if owns_only && PlaylistAccess::of(Some(who), &row, &friends) < PlaylistAccess::Own {
            return Err(CatalogError::Forbidden(
                "only its owner says who may see and edit a playlist",
            ));
        }
        if let Some(wanted) = change.collaborators {
            friends = write_collaborators(&tx, &row, wanted).await?;
        }
        let allow = change.allow_duplicates.unwrap_or(row.allow_duplicates);
        let visibility = change.visibility.unwrap_or(row.visibility);
        let state = if verdict.held() {
            PostState::Removed
        } else {
            row.state
        };
        let mut row = row.into_active_model();
        row.name = Set(name);
        row.description = Set(description);
        row.visibility = Set(visibility);
        row.allow_duplicates = Set(allow);
        row.state = Set(state);
        row.updated_at = Set(now_micros());
        let row = row.update(&tx).await?;
        match change.video_ids {
            Some(videos) => playlist_items::replace(&tx, &row, &videos, who).await?,
            None if !allow => playlist_items::refuse_duplicates(&tx, &row).await?,
            None => {}
        }
        super::queue::open_for_playlist(&tx, &row, who, &verdict).await?;
        tx.commit().await?;
        Ok(PlaylistRow {
            playlist: row,
            collaborators: friends,
        })
    }

    /// Deletes a playlist; its owner's and the moderators' to do.
    pub async fn delete_playlist(&self, who: &Person, id: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = self::row(&tx, id).await?;
        let friends = collaborators_of(&tx, std::slice::from_ref(&row.id))
            .await?
            .remove(&row.id)
            .unwrap_or_default();
        match PlaylistAccess::of(Some(who), &row, &friends) {
            PlaylistAccess::None => return Err(CatalogError::not_found("playlist", id)),
            PlaylistAccess::Own => {}
            _ if who.moderator => {}
            _ => return Err(CatalogError::Forbidden("only its owner deletes a playlist")),
        }
        playlists::Entity::delete_by_id(id).exec(&tx).await?;
        super::queue::close(&tx, super::SubjectKind::Playlist, id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn with_collaborators(&self, rows: Vec<Playlist>) -> Result<Vec<PlaylistRow>> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut friends = collaborators_of(self.db().read(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|playlist| PlaylistRow {
                collaborators: friends.remove(&playlist.id).unwrap_or_default(),
                playlist,
            })
            .collect())
    }
}

/// What this person finds in lists: the SQL of [`PlaylistAccess::of`], less
/// what is found by its address alone.
fn listed(who: Option<&Person>) -> Condition {
    use playlists::Column as C;
    let account = who.and_then(|person| person.account.as_deref());
    let moderator = who.is_some_and(|person| person.moderator);
    let mut open = Condition::any().add(C::Visibility.eq(Sharing::Public));
    if account.is_some() {
        open = open.add(C::Visibility.eq(Sharing::Members));
    }
    if let Some(account) = account {
        open = open.add(C::Id.in_subquery(shared_with(account)));
    }
    let mut seen = Condition::all().add(open);
    if !moderator {
        seen = seen.add(C::State.ne(PostState::Removed));
    }
    let any = Condition::any().add(seen);
    match account {
        Some(account) => any.add(C::Owner.eq(account)),
        None => any,
    }
}

fn shared_with(account: &str) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(collaborators::Column::PlaylistId)
        .from(collaborators::Entity)
        .and_where(Expr::col(collaborators::Column::UserId).eq(account))
        .to_owned()
}

async fn row(tx: &impl ConnectionTrait, id: &str) -> Result<Playlist> {
    playlists::Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| CatalogError::not_found("playlist", id))
}

/// The playlist, for this transaction alone, if this person may edit it.
pub(super) async fn editable(
    tx: &impl ConnectionTrait,
    who: &Person,
    id: &str,
) -> Result<(Playlist, Vec<String>)> {
    let row = row(tx, id).await?;
    let friends = collaborators_of(tx, std::slice::from_ref(&row.id))
        .await?
        .remove(&row.id)
        .unwrap_or_default();
    match PlaylistAccess::of(Some(who), &row, &friends) {
        PlaylistAccess::None => Err(CatalogError::not_found("playlist", id)),
        PlaylistAccess::See => Err(CatalogError::Forbidden(
            "only its owner and collaborators edit a playlist",
        )),
        PlaylistAccess::Edit | PlaylistAccess::Own => Ok((row, friends)),
    }
}

async fn collaborators_of(
    conn: &impl ConnectionTrait,
    ids: &[String],
) -> Result<HashMap<String, Vec<String>>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let rows = collaborators::Entity::find()
        .filter(collaborators::Column::PlaylistId.is_in(ids.iter().map(String::as_str)))
        .order_by_asc(collaborators::Column::AddedAt)
        .order_by_asc(collaborators::Column::UserId)
        .all(conn)
        .await?;
    for row in rows {
        found.entry(row.playlist_id).or_default().push(row.user_id);
    }
    Ok(found)
}

async fn write_collaborators(
    tx: &impl ConnectionTrait,
    list: &Playlist,
    wanted: Vec<String>,
) -> Result<Vec<String>> {
    let mut seen = std::collections::HashSet::new();
    let wanted: Vec<String> = wanted
        .into_iter()
        .filter(|id| list.owner.as_ref() != Some(id) && seen.insert(id.clone()))
        .collect();
    if wanted.len() > limits::COLLABORATORS_MAX {
        let max = limits::COLLABORATORS_MAX;
        return Err(invalid(
            "collaborators",
            format!("must not be more than {max}"),
        ));
    }
    if let Some(odd) = wanted
        .iter()
        .find(|id| id.parse::<Id>().is_err() || !id.starts_with("user_"))
    {
        let odd: String = odd.chars().take(64).collect();
        return Err(invalid(
            "collaborators",
            format!("must be ids of accounts; {odd} is none"),
        ));
    }
    collaborators::Entity::delete_many()
        .filter(collaborators::Column::PlaylistId.eq(&list.id))
        .exec(tx)
        .await?;
    if !wanted.is_empty() {
        let now = now_micros();
        let rows = wanted
            .iter()
            .zip(now..)
            .map(|(user, at)| collaborators::ActiveModel {
                playlist_id: Set(list.id.clone()),
                user_id: Set(user.clone()),
                added_at: Set(at),
            });
        collaborators::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(wanted)
}

fn checked(name: &str, description: &str) -> Result<(String, String)> {
    let mut errors = Vec::new();
    let name = text::line(name);
    if name.is_empty() {
        errors.push(FieldError::new("name", "must not be empty"));
    }
    text::at_most(&mut errors, "name", &name, limits::NAME_MAX);
    let description = text::clean(description);
    text::at_most(
        &mut errors,
        "description",
        &description,
        limits::DESCRIPTION_MAX,
    );
    if errors.is_empty() {
        Ok((name, description))
    } else {
        Err(CatalogError::Invalid(errors))
    }
}

pub(super) fn invalid(field: &str, reason: impl Into<String>) -> CatalogError {
    CatalogError::Invalid(vec![FieldError::new(field, reason)])
}

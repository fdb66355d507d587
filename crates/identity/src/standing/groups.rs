//! Groups: what accounts may belong to, and what that opens. A plan, a course,
//! a team: whoever sells or gives membership keeps it here, with its end.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::store::{groups, members};
use super::{Result, StandingError, Standings, group_rows};
use crate::{IdentityError, take_back};

/// The most groups of an instance.
const GROUPS_MAX: u64 = 10_000;
/// The most members that are listed at once.
const MEMBERS_MAX: u64 = 10_000;
const NAME_MAX: usize = 64;
const DESCRIPTION_MAX: usize = 1_000;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `group_…`
    pub id: String,
    /// Unique.
    pub name: String,
    /// Plain text; may be empty.
    pub description: String,
    /// UTC microseconds.
    pub created_at: i64,
}

impl From<groups::Model> for Group {
    fn from(row: groups::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            created_at: row.created_at,
        }
    }
}

/// What a group is to be called; an absent field stays.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    /// 1 to 64 characters, unique.
    pub name: Option<String>,
    /// Up to 1000 characters.
    pub description: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// `user_…`
    pub user_id: String,
    /// Until when; for good if none (UTC microseconds).
    pub expires_at: Option<i64>,
    /// Since when (UTC microseconds).
    pub added_at: i64,
}

impl Standings {
    /// All groups, by name.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        let rows = group_rows::Entity::find()
            .order_by_asc(groups::Column::Name)
            .limit(GROUPS_MAX)
            .all(self.0.db.read())
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The group of this id.
    pub async fn group(&self, id: &str) -> Result<Group> {
        Ok(self.group_row(id).await?.into())
    }

    async fn group_row(&self, id: &str) -> Result<groups::Model> {
        group_rows::Entity::find_by_id(id.to_owned())
            .one(self.0.db.write())
            .await?
            .ok_or(StandingError::NotFound("group"))
    }

    /// Adds a group.
    pub async fn create_group(&self, change: GroupChange) -> Result<Group> {
        let now = now_micros();
        let name = valid_name(change.name.as_deref().unwrap_or_default())?;
        self.unique(&name, "").await?;
        let row = groups::Model {
            id: Id::new("group").to_string(),
            name,
            description: valid_description(change.description.unwrap_or_default())?,
            created_at: now,
            updated_at: now,
        };
        let row = row.into_active_model().reset_all();
        Ok(row.insert(self.0.db.write()).await?.into())
    }

    /// Changes a group.
    pub async fn change_group(&self, id: &str, change: GroupChange) -> Result<Group> {
        let mut row = self.group_row(id).await?.into_active_model();
        if let Some(name) = change.name {
            let name = valid_name(&name)?;
            self.unique(&name, id).await?;
            row.name = Set(name);
        }
        if let Some(description) = change.description {
            row.description = Set(valid_description(description)?);
        }
        row.updated_at = Set(now_micros());
        Ok(row.update(self.0.db.write()).await?.into())
    }

    async fn unique(&self, name: &str, but: &str) -> Result<()> {
        let other = group_rows::Entity::find()
            .filter(groups::Column::Name.eq(name))
            .filter(groups::Column::Id.ne(but))
            .one(self.0.db.write())
            .await?;
        match other {
            Some(_) => Err(StandingError::Conflict(
                "a group of this name exists already",
            )),
            None => Ok(()),
        }
    }

    /// Removes a group; nobody is in it any more, and it opens nothing.
    pub async fn delete_group(&self, id: &str) -> Result<()> {
        let tx = self.0.db.begin().await?;
        let in_it: Vec<String> = members::Entity::find()
            .select_only()
            .column(members::Column::UserId)
            .filter(members::Column::GroupId.eq(id))
            .into_tuple()
            .all(&tx)
            .await?;
        let done = group_rows::Entity::delete_by_id(id.to_owned())
            .exec(&tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(StandingError::NotFound("group"));
        }
        take_back(&tx, in_it.iter().map(String::as_str)).await?;
        tx.commit().await?;
        self.forget_known();
        Ok(())
    }

    /// Who is in a group, the longest first.
    pub async fn members(&self, group: &str) -> Result<Vec<Member>> {
        self.group_row(group).await?;
        let rows = members::Entity::find()
            .filter(members::Column::GroupId.eq(group))
            .order_by_asc(members::Column::AddedAt)
            .limit(MEMBERS_MAX)
            .all(self.0.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| Member {
                user_id: row.user_id,
                expires_at: row.expires_at,
                added_at: row.added_at,
            })
            .collect())
    }

    /// Puts an account into a group, until then if an end is given.
    pub async fn add_member(&self, group: &str, user: &str, expires_at: Option<i64>) -> Result<()> {
        self.group_row(group).await?;
        let known = crate::store::users::Entity::find_by_id(user.to_owned())
            .one(self.0.db.write())
            .await?;
        if known.is_none() {
            return Err(StandingError::NotFound("account"));
        }
        let row = members::ActiveModel {
            group_id: Set(group.to_owned()),
            user_id: Set(user.to_owned()),
            expires_at: Set(expires_at),
            added_at: Set(now_micros()),
        };
        members::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([members::Column::GroupId, members::Column::UserId])
                    .update_column(members::Column::ExpiresAt)
                    .to_owned(),
            )
            .exec_without_returning(self.0.db.write())
            .await?;
        self.forget(user).await;
        Ok(())
    }

    /// Takes an account out of a group.
    pub async fn remove_member(&self, group: &str, user: &str) -> Result<()> {
        let tx = self.0.db.begin().await?;
        let done = members::Entity::delete_by_id((group.to_owned(), user.to_owned()))
            .exec(&tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(StandingError::NotFound("member"));
        }
        take_back(&tx, [user]).await?;
        tx.commit().await?;
        self.forget(user).await;
        Ok(())
    }
}

fn refuse(field: &'static str, reason: String) -> StandingError {
    IdentityError::Invalid { field, reason }.into()
}

fn valid_name(name: &str) -> Result<String> {
    let name = name.trim();
    if (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(refuse(
            "name",
            format!("1 to {NAME_MAX} characters are needed"),
        ))
    }
}

fn valid_description(text: String) -> Result<String> {
    let sound = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().count() <= DESCRIPTION_MAX && text.chars().all(sound) {
        Ok(text)
    } else {
        let reason = format!("up to {DESCRIPTION_MAX} characters are accepted");
        Err(refuse("description", reason))
    }
}

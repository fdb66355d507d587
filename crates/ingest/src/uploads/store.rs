//! The table of uploads under way.

use matinee_engines::time::now_micros;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{
    Condition, DatabaseTransaction, FromJsonQueryResult, IntoActiveModel, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::Metadata;

/// Which way the bytes come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// In one request.
    #[sea_orm(string_value = "form")]
    Form,
    /// In numbered parts.
    #[sea_orm(string_value = "parts")]
    Parts,
    /// One after the other, by tus.
    #[sea_orm(string_value = "tus")]
    Tus,
    /// Downloaded by ourselves.
    #[sea_orm(string_value = "url")]
    Url,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum State {
    /// Bytes may come.
    #[sea_orm(string_value = "active")]
    Active,
    /// All bytes are there; the video is being made of them.
    #[sea_orm(string_value = "completing")]
    Completing,
    /// There is a video.
    #[sea_orm(string_value = "complete")]
    Complete,
    /// Nobody went on with it, or somebody gave it up.
    #[sea_orm(string_value = "gone")]
    Gone,
}

/// The fields that came with the upload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Fields(pub Metadata);

/// One upload.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    /// `upload_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which way.
    pub kind: Kind,
    /// How far.
    pub state: State,
    /// Whose: see [`super::Uploader::person`].
    pub person: String,
    /// The account that is to own the video.
    pub owner: Option<String>,
    /// The video that it is to become.
    pub video_id: String,
    /// Where the bytes are to lie.
    pub blob_key: String,
    /// The blob engine's handle.
    #[sea_orm(column_type = "Text", nullable)]
    pub handle: Option<String>,
    /// The whole file's bytes, once known.
    pub size: Option<i64>,
    /// Bytes of a part, for numbered parts.
    pub part_size: i64,
    /// What the client said about the video.
    #[sea_orm(column_type = "Json")]
    pub metadata: Fields,
    /// tus's `Upload-Metadata` as it came; for a download, the URL.
    #[sea_orm(column_type = "Text")]
    pub raw_metadata: String,
    /// For a download: what proves that the file is still the same.
    pub validator: Option<String>,
    /// UTC microseconds.
    pub created_at: i64,
    /// UTC microseconds.
    pub updated_at: i64,
    /// UTC microseconds.
    pub expires_at: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes a new upload.
pub(super) async fn insert(conn: &impl ConnectionTrait, row: &Model) -> Result<(), DbErr> {
    let active = row.clone().into_active_model().reset_all();
    Entity::insert(active).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes every column of a known upload.
pub(super) async fn save(conn: &impl ConnectionTrait, row: &Model) -> Result<(), DbErr> {
    let active = row.clone().into_active_model().reset_all();
    active.update(conn).await?;
    Ok(())
}

/// Moves an upload from one state to another; false if it was in another one.
pub(super) async fn advance(
    conn: &impl ConnectionTrait,
    id: &str,
    from: &[State],
    to: State,
    expires_at: i64,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::UpdatedAt, Expr::value(now_micros()))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(from.iter().copied()))
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Puts off the end of an upload that is being fed.
pub(super) async fn touch(
    conn: &impl ConnectionTrait,
    id: &str,
    expires_at: i64,
) -> Result<bool, DbErr> {
    advance(conn, id, &[State::Active], State::Active, expires_at).await
}

/// Keeps the size of an upload that was begun without one.
pub(super) async fn set_size(tx: &DatabaseTransaction, id: &str, size: i64) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::Size, Expr::value(size))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Active))
        .filter(
            Condition::any()
                .add(Column::Size.is_null())
                .add(Column::Size.eq(size)),
        )
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Up to `limit` uploads in this state whose time was over at `before`.
pub(super) async fn overdue(
    conn: &impl ConnectionTrait,
    state: State,
    column: Column,
    before: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::State.eq(state))
        .filter(column.lt(before))
        .order_by_asc(column)
        .limit(limit)
        .all(conn)
        .await
}

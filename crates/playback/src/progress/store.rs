//! The table of positions.

use matinee_engines::db::Db;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::Progress;

/// A position at zero has nothing to resume.
const BEGUN_MS: i64 = 1;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "watch_progress")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub viewer_key: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub video_id: String,
        pub position_ms: i64,
        pub duration_ms: i64,
        pub watched_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

impl From<&Model> for Progress {
    fn from(row: &Model) -> Self {
        Self {
            position_ms: u64::try_from(row.position_ms).unwrap_or(0),
            duration_ms: u64::try_from(row.duration_ms).unwrap_or(0),
            watched_at: row.watched_at,
        }
    }
}

/// Writes positions in one statement; a newer one that is there already stays.
///
/// `rows` hold each viewer and video once, in one order everywhere, so that
/// nodes which write at the same time wait for each other instead of locking
/// each other out.
pub(super) async fn save(db: &Db, rows: &[(String, String, Progress)]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().map(|(viewer, video, progress)| ActiveModel {
        viewer_key: Set(viewer.clone()),
        video_id: Set(video.clone()),
        position_ms: Set(i64::try_from(progress.position_ms).unwrap_or(i64::MAX)),
        duration_ms: Set(i64::try_from(progress.duration_ms).unwrap_or(i64::MAX)),
        watched_at: Set(progress.watched_at),
    });
    let newer = Expr::col((Alias::new("excluded"), Column::WatchedAt))
        .gte(Expr::col((Entity, Column::WatchedAt)));
    Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::ViewerKey, Column::VideoId])
                .update_columns([Column::PositionMs, Column::DurationMs, Column::WatchedAt])
                .action_and_where(newer)
                .to_owned(),
        )
        .exec_without_returning(db.write())
        .await?;
    Ok(())
}

/// Where this viewer is in this video.
pub(super) async fn find(db: &Db, viewer: &str, video: &str) -> Result<Option<Progress>, DbErr> {
    let row = Entity::find_by_id((viewer.to_owned(), video.to_owned()))
        .one(db.read())
        .await?;
    Ok(row.as_ref().map(Progress::from))
}

/// What this viewer has begun, the latest first.
pub(super) async fn recent(
    db: &Db,
    viewer: &str,
    limit: u64,
) -> Result<Vec<(String, Progress)>, DbErr> {
    let rows = Entity::find()
        .filter(Column::ViewerKey.eq(viewer))
        .filter(Column::PositionMs.gte(BEGUN_MS))
        .order_by_desc(Column::WatchedAt)
        .limit(limit)
        .all(db.read())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let progress = Progress::from(&row);
            (row.video_id, progress)
        })
        .collect())
}

/// Forgets everybody's place in these videos.
pub(super) async fn forget(db: &Db, videos: &[String]) -> Result<u64, DbErr> {
    let done = Entity::delete_many()
        .filter(Column::VideoId.is_in(videos))
        .exec(db.write())
        .await?;
    Ok(done.rows_affected)
}

/// Everybody's places by viewer and video, after this one: at most `limit`.
pub(super) async fn page(
    db: &Db,
    (viewer, video): (&str, &str),
    limit: u64,
) -> Result<Vec<(String, String, Progress)>, DbErr> {
    let later = Column::ViewerKey
        .gt(viewer)
        .or(Column::ViewerKey.eq(viewer).and(Column::VideoId.gt(video)));
    let rows = Entity::find()
        .filter(Column::ViewerKey.gte(viewer))
        .filter(later)
        .order_by_asc(Column::ViewerKey)
        .order_by_asc(Column::VideoId)
        .limit(limit)
        .all(db.read())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let progress = Progress::from(&row);
            (row.viewer_key, row.video_id, progress)
        })
        .collect())
}

/// How many people have watched each video since then, later ones counting more:
/// the weight, from 0 to 1 each, and how many they are; the most first.
pub(super) async fn trending(
    db: &Db,
    since: i64,
    now: i64,
    limit: u64,
) -> Result<Vec<(String, f64, i64)>, DbErr> {
    let sql = "SELECT video_id, SUM((watched_at - $1) * 1.0 / $2) AS score, COUNT(*) AS viewers \
        FROM watch_progress WHERE watched_at > $1 AND position_ms >= $3 \
        GROUP BY video_id ORDER BY score DESC, video_id LIMIT $4";
    let values: [sea_orm::Value; 4] = [
        since.into(),
        (Ord::max(now - since, 1) as f64).into(),
        BEGUN_MS.into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    let statement = sea_orm::Statement::from_sql_and_values(db.backend(), sql, values);
    let rows = sea_orm::ConnectionTrait::query_all_raw(db.read(), statement).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("", "video_id")?,
                row.try_get("", "score")?,
                row.try_get("", "viewers")?,
            ))
        })
        .collect()
}

/// Forgets what this viewer has begun.
pub(super) async fn forget_viewer(db: &Db, viewer: &str) -> Result<u64, DbErr> {
    let done = Entity::delete_many()
        .filter(Column::ViewerKey.eq(viewer))
        .exec(db.write())
        .await?;
    Ok(done.rows_affected)
}

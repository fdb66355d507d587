//! The seasons of a show, and everything that an edit of it can change.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};

use super::SeasonDetails;
use crate::judge::Judge;
use crate::revisions::{Snapshot, Subject, snapshot_of};
use crate::store::seasons;
use crate::{Result, Season, Show, credits, limits};

pub(super) async fn seasons_in(conn: &impl ConnectionTrait, show_id: &str) -> Result<Vec<Season>> {
    Ok(seasons::Entity::find()
        .filter(seasons::Column::ShowId.eq(show_id))
        .order_by_asc(seasons::Column::Number)
        .all(conn)
        .await?)
}

pub(super) fn checked_seasons(mut all: Vec<SeasonDetails>) -> Result<Vec<SeasonDetails>> {
    let mut judge = Judge::new();
    if all.len() > 1000 {
        judge.refuse("seasons", "must not be more than 1000");
    }
    for (n, season) in all.iter_mut().enumerate() {
        let field = |name: &str| format!("seasons[{n}].{name}");
        judge.number(&field("number"), Some(season.number), &limits::SEASONS);
        judge.word(&field("title"), &mut season.title, limits::TITLE_MAX);
        judge.text(
            &field("overview"),
            &season.overview,
            limits::DESCRIPTION_MAX,
        );
        judge.date(&field("release_date"), &mut season.release_date);
    }
    judge.verdict(all)
}

pub(super) async fn write_seasons(
    conn: &impl ConnectionTrait,
    show_id: &str,
    all: Vec<SeasonDetails>,
) -> Result<()> {
    for season in all {
        let this = Condition::all()
            .add(seasons::Column::ShowId.eq(show_id))
            .add(seasons::Column::Number.eq(season.number));
        seasons::Entity::delete_many()
            .filter(this)
            .exec(conn)
            .await?;
        let silent =
            season.title.is_none() && season.overview.is_empty() && season.release_date.is_none();
        if silent {
            continue;
        }
        let row = Season {
            show_id: show_id.to_owned(),
            number: season.number,
            title: season.title,
            overview: season.overview,
            release_date: season.release_date,
        };
        row.into_active_model().reset_all().insert(conn).await?;
    }
    Ok(())
}

/// Everything that an edit of a show can change.
pub(super) async fn snapshot(conn: &impl ConnectionTrait, show: &Show) -> Result<Snapshot> {
    let mut all = snapshot_of(&show.details());
    let seasons: Vec<SeasonDetails> = seasons_in(conn, &show.id)
        .await?
        .into_iter()
        .map(|season| SeasonDetails {
            number: season.number,
            title: season.title,
            overview: season.overview,
            release_date: season.release_date,
        })
        .collect();
    all.insert(
        "seasons".to_owned(),
        serde_json::to_value(seasons).unwrap_or_default(),
    );
    let people = credits::snapshot(conn, Subject::Show, &show.id).await?;
    all.insert("credits".to_owned(), people);
    Ok(all)
}

//! Shows, people, collections, artwork and the history of edits, on every
//! database that there is.
#![allow(
    clippy::large_futures,
    reason = "a test's future lives on the stack once"
)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod edits;
mod people;
mod shows;

use matinee_catalog::{Catalog, Details, NewVideo, Page, Sight, TitleOrder, TitleQuery};
use matinee_engines::db::migrate;
use matinee_engines::testing;

async fn on_each<F: AsyncFn(Catalog)>(test: F) {
    for (engine, database) in testing::databases().await.unwrap() {
        println!("on {engine}");
        migrate(&database.db, tables()).await.unwrap();
        test(Catalog::new(database.db.clone())).await;
    }
}

fn episode(show: &str, season: i32, number: i32) -> NewVideo {
    NewVideo {
        details: Details {
            title: format!("{show} {season}x{number:02}"),
            content_type: Some("episode".to_owned()),
            show_title: Some(show.to_owned()),
            season_number: Some(season),
            episode_number: Some(number),
            ..Details::default()
        },
        ..NewVideo::default()
    }
}

fn film(title: &str) -> NewVideo {
    NewVideo {
        details: Details {
            title: title.to_owned(),
            ..Details::default()
        },
        ..NewVideo::default()
    }
}

/// The first page, from A to Z.
fn first_page(sight: &Sight) -> TitleQuery<'_> {
    TitleQuery {
        sight,
        words: None,
        order: TitleOrder::default(),
        from: Page::First,
        limit: 10,
    }
}

fn public() -> Sight {
    Sight::anybody()
}

/// The catalog's tables, and those of identity that it writes to.
fn tables() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all
}

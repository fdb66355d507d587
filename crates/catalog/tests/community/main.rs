//! What people do with videos, on every database that there is.
#![allow(
    clippy::large_futures,
    reason = "a test's future lives on the stack once"
)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod lists;
mod moderation;
mod talk;
mod traces;

use matinee_catalog::community::{Community, NewComment, NewPlaylist, Person, Sharing};
use matinee_catalog::{Catalog, CatalogError, Details, NewVideo};
use matinee_engines::db::migrate;
use matinee_engines::testing;

async fn on_each<F: AsyncFn(Community, Catalog)>(test: F) {
    for (engine, database) in testing::databases().await.unwrap() {
        println!("on {engine}");
        migrate(&database.db, tables()).await.unwrap();
        let catalog = Catalog::new(database.db.clone());
        test(Community::new(catalog.clone()), catalog).await;
    }
}

fn person(name: &str) -> Person {
    Person {
        key: format!("profile_{name}"),
        account: Some(account(name)),
        name: name.to_owned(),
        moderator: false,
    }
}

fn account(name: &str) -> String {
    // Ids of accounts are TypeIDs: 26 characters after the prefix.
    let mut suffix: String = name
        .bytes()
        .map(|b| char::from(b'a' + b % 8))
        .chain(std::iter::repeat('0'))
        .take(25)
        .collect();
    suffix.insert(0, '0');
    format!("user_{suffix}")
}

fn moderator() -> Person {
    Person {
        moderator: true,
        ..person("mod")
    }
}

fn browser(name: &str) -> Person {
    Person {
        key: format!("anon:{name}"),
        account: None,
        name: "Guest".to_owned(),
        moderator: false,
    }
}

async fn video(catalog: &Catalog, title: &str) -> String {
    let new = NewVideo {
        details: Details {
            title: title.to_owned(),
            ..Details::default()
        },
        external_video_url: Some("https://example.com/film.mp4".to_owned()),
        ..NewVideo::default()
    };
    catalog.create(new).await.unwrap().id
}

fn said(body: &str) -> NewComment {
    NewComment {
        body: body.to_owned(),
        ..NewComment::default()
    }
}

fn field(error: CatalogError) -> String {
    match error {
        CatalogError::Invalid(errors) => errors[0].field.clone(),
        other => panic!("{other}"),
    }
}

fn list(name: &str, videos: &[&String]) -> NewPlaylist {
    NewPlaylist {
        name: name.to_owned(),
        description: String::new(),
        creator_id: None,
        visibility: Sharing::Public,
        allow_duplicates: false,
        video_ids: videos.iter().map(|id| (*id).clone()).collect(),
    }
}

/// The catalog's tables, and those of identity that it writes to.
fn tables() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all
}

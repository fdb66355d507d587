//! The library on every database that there is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use matinee_catalog::store::videos;
use matinee_catalog::{
    Audience, Catalog, CatalogError, Details, DetailsPatch, Filter, Image, ImageKind, Layout,
    Listing, NewVideo, Page, Probed, ProcessingStatus, Rendition, RenditionKind, Sort, SortKey,
    Subtitle, Video,
};
use matinee_engines::db::migrate;
use matinee_engines::id::Id;
use matinee_engines::testing;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
};

/// Runs a test against an empty library on each database.
async fn on_each<F: AsyncFn(Catalog)>(test: F) {
    for (engine, database) in testing::databases().await.unwrap() {
        println!("on {engine}");
        migrate(&database.db, tables()).await.unwrap();
        test(Catalog::new(database.db.clone())).await;
    }
}

fn titled(title: &str) -> NewVideo {
    NewVideo {
        details: Details {
            title: title.to_owned(),
            ..Details::default()
        },
        filename: format!("{title}.mp4"),
        file_size: 1000,
        source_key: Some("videos/x/source/original".to_owned()),
        ..NewVideo::default()
    }
}

fn rendition(video_id: &str, name: &str, height: Option<i32>) -> Rendition {
    Rendition {
        id: Id::new("rendition").to_string(),
        video_id: video_id.to_owned(),
        kind: if height.is_some() {
            RenditionKind::Video
        } else {
            RenditionKind::Audio
        },
        layout: Layout::Cmaf,
        name: name.to_owned(),
        codecs: "avc1.64001f".to_owned(),
        width: height.map(|h| h * 16 / 9),
        height,
        frame_rate: height.map(|_| 23.976),
        bandwidth_bps: 3_000_000,
        average_bandwidth_bps: 2_000_000,
        language: None,
        label: None,
        role: None,
        channels: None,
        is_default: height.is_none(),
        key: format!("videos/{video_id}/renditions/{name}.mp4"),
        index_key: format!("videos/{video_id}/renditions/{name}.idx"),
        size_bytes: 1,
        is_source: false,
        aligned: true,
        duration_ms: 1000,
        created_at: now_micros(),
        retired_at: None,
    }
}

fn image(video_id: &str, kind: ImageKind, at_ms: i64) -> Image {
    Image {
        id: Id::new("image").to_string(),
        video_id: video_id.to_owned(),
        kind,
        key: format!("videos/{video_id}/images/{at_ms}.jpg"),
        width: 640,
        height: 360,
        at_ms,
        columns: None,
        rows: None,
        tiles: None,
        interval_ms: None,
        created_at: now_micros(),
    }
}

#[tokio::test]
async fn a_video_is_kept_changed_and_removed() {
    on_each(async |catalog| {
        let mut changes = catalog.changes();
        let mut new = titled("Sintel");
        new.details.tags = vec!["Dragon".to_owned(), "short".to_owned()];
        new.requested_resolutions = vec![720, 360];
        let video = catalog.create(new).await.unwrap();
        assert_eq!(changes.recv().await.unwrap().video_id, video.id);
        assert_eq!(catalog.get(&video.id).await.unwrap(), video);
        assert_eq!(video.processing_status, ProcessingStatus::Pending);
        assert_eq!(video.requested_resolutions.0, [720, 360]);

        let patch = DetailsPatch {
            title: Some("Sintel (2010)".to_owned()),
            tags: Some(vec!["blender".to_owned()]),
            genre: Some(Some("Fantasy".to_owned())),
            ..DetailsPatch::default()
        };
        let after = catalog.patch(&video.id, patch).await.unwrap();
        assert_eq!(after.title, "Sintel (2010)");
        assert!(after.version > video.version);
        let tagged = |tag: &str| Filter {
            tag: Some(tag.to_owned()),
            ..Filter::default()
        };
        assert_eq!(
            catalog
                .count(&Audience::program(), &tagged("Blender"))
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            catalog
                .count(&Audience::program(), &tagged("dragon"))
                .await
                .unwrap(),
            0
        );

        let refused = DetailsPatch {
            title: Some(String::new()),
            ..DetailsPatch::default()
        };
        assert!(matches!(
            catalog.patch(&video.id, refused).await,
            Err(CatalogError::Invalid(_))
        ));

        catalog.delete(&video.id).await.unwrap();
        assert!(catalog.find(&video.id).await.unwrap().is_none());
        assert!(matches!(
            catalog.delete(&video.id).await,
            Err(CatalogError::NotFound { .. })
        ));
        assert_eq!(
            catalog
                .count(&Audience::program(), &tagged("blender"))
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn pages_meet_every_video_once_in_every_order() {
    on_each(async |catalog| {
        let mut ids = std::collections::BTreeSet::new();
        // Equal titles and unknown lengths: the order still needs no luck.
        for n in 0..23_u8 {
            let mut new = titled(["Émile", "alien", "Alien", "zulu"][usize::from(n % 4)]);
            new.details.release_year = (n % 3 > 0).then_some(1990 + i32::from(n % 5));
            let video = catalog.create(new).await.unwrap();
            if n % 2 == 0 {
                let probed = Probed {
                    duration_ms: Some(i64::from(n % 4)),
                    ..Probed::default()
                };
                catalog.set_probed(&video.id, probed).await.unwrap();
            }
            ids.insert(video.id);
        }
        for key in [
            SortKey::CreatedAt,
            SortKey::Title,
            SortKey::Duration,
            SortKey::ViewCount,
            SortKey::ReleaseYear,
        ] {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                let whole = catalog
                    .list(
                        &Audience::program(),
                        &Filter::default(),
                        sort,
                        Page::First,
                        100,
                    )
                    .await
                    .unwrap();
                assert_eq!(whole.next, None);
                let mut page = Page::First;
                let mut walked = Vec::new();
                loop {
                    let part = catalog
                        .list(&Audience::program(), &Filter::default(), sort, page, 5)
                        .await
                        .unwrap();
                    walked.extend(part.videos.into_iter().map(|v| v.id));
                    match part.next {
                        Some(cursor) => page = Page::After(cursor),
                        None => break,
                    }
                }
                let whole: Vec<String> = whole.videos.into_iter().map(|v| v.id).collect();
                assert_eq!(walked, whole, "{sort:?}");
                assert_eq!(
                    walked
                        .iter()
                        .cloned()
                        .collect::<std::collections::BTreeSet<_>>(),
                    ids
                );
                let rest = catalog
                    .list(
                        &Audience::program(),
                        &Filter::default(),
                        sort,
                        Page::Offset(20),
                        100,
                    )
                    .await
                    .unwrap();
                assert_eq!(rest.videos.len(), 3);
            }
        }
        let by_title = Sort {
            key: SortKey::Title,
            descending: false,
        };
        for cursor in ["", "x", "eyJ9", "bm9uZQ"] {
            let page = Page::After(cursor.to_owned());
            assert!(matches!(
                catalog
                    .list(&Audience::program(), &Filter::default(), by_title, page, 5)
                    .await,
                Err(CatalogError::Cursor)
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_and_words_are_taken_literally() {
    on_each(async |catalog| {
        let mut new = titled("100% Wolf");
        new.details.genre = Some("Family".to_owned());
        new.details.is_public = false;
        let wolf = catalog.create(new).await.unwrap();
        let mut new = titled("100 Wolves");
        new.details.description = "A documentary about packs".to_owned();
        catalog.create(new).await.unwrap();
        let titles = async |filter: Filter| {
            let found = catalog
                .list(
                    &Audience::program(),
                    &filter,
                    Sort::default(),
                    Page::First,
                    10,
                )
                .await
                .unwrap();
            let mut titles: Vec<String> = found.videos.into_iter().map(|v| v.title).collect();
            titles.sort();
            titles
        };
        let q = |text: &str| Filter {
            q: Some(text.to_owned()),
            ..Filter::default()
        };
        assert_eq!(titles(q("100%")).await, ["100% Wolf"]);
        assert_eq!(titles(q("WOL 100")).await, ["100 Wolves", "100% Wolf"]);
        assert_eq!(titles(q("packs wolves")).await, ["100 Wolves"]);
        assert!(titles(q("_")).await.is_empty());
        let public = Filter {
            is_public: Some(true),
            ..Filter::default()
        };
        assert_eq!(titles(public).await, ["100 Wolves"]);
        let family = Filter {
            genre: Some("Family".to_owned()),
            status: Some(ProcessingStatus::Pending),
            ..Filter::default()
        };
        assert_eq!(titles(family).await, ["100% Wolf"]);
        catalog
            .set_status(&wolf.id, ProcessingStatus::Failed, Some("no video".into()))
            .await
            .unwrap();
        let counts = catalog.count_by_status().await.unwrap();
        assert_eq!(counts[&ProcessingStatus::Failed], 1);
        assert_eq!(counts[&ProcessingStatus::Pending], 1);
        assert_eq!(
            catalog.find_upload("100% Wolf.mp4", 1000).await.unwrap(),
            Some(wolf.id)
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_video_rendition_makes_it_playable_and_repeats_replace() {
    on_each(async |catalog| {
        let id = catalog.create(titled("Tears of Steel")).await.unwrap().id;
        let sound = rendition(&id, "audio-und-2ch", None);
        catalog.add_renditions(&id, vec![sound]).await.unwrap();
        assert!(!catalog.get(&id).await.unwrap().is_processed);
        let rungs = vec![
            rendition(&id, "240p", Some(240)),
            rendition(&id, "720p", Some(720)),
        ];
        catalog.add_renditions(&id, rungs).await.unwrap();
        assert!(catalog.get(&id).await.unwrap().is_processed);
        let again = rendition(&id, "240p", Some(240));
        let again_id = again.id.clone();
        catalog.add_renditions(&id, vec![again]).await.unwrap();

        let parts = catalog.parts(&id).await.unwrap();
        let names: Vec<&str> = parts.renditions.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["720p", "240p", "audio-und-2ch"]);
        assert_eq!(parts.renditions[1].id, again_id);
        assert_eq!(catalog.all_renditions(&id).await.unwrap().len(), 4);

        catalog.retire_renditions(&id, &[again_id]).await.unwrap();
        let gone = catalog.retired_before(now_micros() + 1, 10).await.unwrap();
        assert_eq!(gone.len(), 2);
        for rendition in gone {
            catalog.forget_rendition(&rendition.id).await.unwrap();
        }
        assert_eq!(catalog.all_renditions(&id).await.unwrap().len(), 2);

        catalog.delete(&id).await.unwrap();
        let orphan = rendition(&id, "360p", Some(360));
        assert!(matches!(
            catalog.add_renditions(&id, vec![orphan]).await,
            Err(CatalogError::NotFound { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn images_and_subtitles_come_with_their_video() {
    on_each(async |catalog| {
        let id = catalog.create(titled("Spring")).await.unwrap().id;
        let other = catalog.create(titled("Charge")).await.unwrap().id;
        let thumbs: Vec<Image> = [3000, 1000, 2000]
            .map(|at| image(&id, ImageKind::Thumbnail, at))
            .to_vec();
        let wanted = thumbs[2].clone();
        catalog
            .replace_images(&id, &[ImageKind::Thumbnail], thumbs)
            .await
            .unwrap();
        let poster = catalog.choose_poster(&id, &wanted.id).await.unwrap();
        assert_eq!((poster.at_ms, &poster.key), (2000, &wanted.key));
        assert!(catalog.choose_poster(&other, &wanted.id).await.is_err());
        let subtitle = Subtitle {
            id: Id::new("subtitle").to_string(),
            video_id: id.clone(),
            language: "en".to_owned(),
            label: "English".to_owned(),
            forced: false,
            is_default: true,
            hearing_impaired: false,
            key: format!("videos/{id}/subtitles/en.vtt"),
            created_at: now_micros(),
            origin: matinee_catalog::Origin::Source,
        };
        catalog.add_subtitle(subtitle.clone()).await.unwrap();

        let videos = [
            catalog.get(&id).await.unwrap(),
            catalog.get(&other).await.unwrap(),
        ];
        let cards = catalog.parts_of(&videos).await.unwrap();
        assert_eq!(cards[&id].images.as_slice(), std::slice::from_ref(&poster));
        assert!(cards[&other].images.is_empty());
        let parts = catalog.parts(&id).await.unwrap();
        assert_eq!(parts.poster(), Some(&poster));
        let at: Vec<i64> = parts.images.iter().map(|i| i.at_ms).collect();
        assert_eq!(at, [1000, 2000, 2000, 3000]);
        assert_eq!(parts.subtitles.as_slice(), std::slice::from_ref(&subtitle));

        let old = catalog
            .replace_images(&id, &[ImageKind::Thumbnail], Vec::new())
            .await
            .unwrap();
        assert_eq!(old.len(), 3);
        catalog.remove_subtitle(&id, &subtitle.id).await.unwrap();
        assert!(catalog.remove_subtitle(&id, &subtitle.id).await.is_err());
    })
    .await;
}

/// The same of what is said of it; and what is hidden or gone is in no list.
#[tokio::test]
async fn a_list_from_memory_is_as_new_as_one_that_is_read() {
    on_each(async |catalog| {
        let node = Catalog::new(catalog.db().clone());
        let id = catalog.create(titled("Spring")).await.unwrap().id;
        let other = catalog.create(titled("Charge")).await.unwrap().id;
        let nobody = matinee_catalog::Audience::anybody();
        let listed = async || {
            let filter = Filter::default();
            let page = node.list(&nobody, &filter, Sort::default(), Page::First, 10);
            page.await.unwrap().videos
        };
        let same = async || {
            let read = catalog.find_many(&[id.clone(), other.clone()]).await;
            let read = read.unwrap();
            for video in listed().await {
                assert_eq!(video, read[&video.id]);
            }
        };
        assert_eq!(listed().await.len(), 2);
        same().await;
        // Counters move without the version.
        let sql = format!("UPDATE videos SET view_count = 7, like_count = 3 WHERE id = '{id}'");
        let write = catalog.db().write();
        write.execute_unprepared(&sql).await.unwrap();
        assert_eq!(listed().await[1].view_count, 7);
        same().await;
        let status = ProcessingStatus::Failed;
        let reason = Some("it is no film".to_owned());
        catalog.set_status(&id, status, reason).await.unwrap();
        same().await;
        let hidden = matinee_catalog::Access {
            visibility: Visibility::Private,
            ..catalog.get(&id).await.unwrap().access()
        };
        catalog.set_access(&id, hidden).await.unwrap();
        assert_eq!(listed().await.len(), 1);
        catalog.delete(&other).await.unwrap();
        assert!(listed().await.is_empty());
    })
    .await;
}

/// Lists take parts from memory; whoever changed them, and on which node.
#[tokio::test]
async fn what_lists_show_of_a_video_is_never_older_than_the_video() {
    on_each(async |catalog| {
        // Another node: the same database, and a memory of its own.
        let node = Catalog::new(catalog.db().clone());
        let id = catalog.create(titled("Spring")).await.unwrap().id;
        let shown = async || {
            let video = node.get(&id).await.unwrap();
            let mut parts = node.parts_of([&video]).await.unwrap();
            parts.remove(&id).unwrap()
        };
        assert!(shown().await.renditions.is_empty());
        let rungs = vec![rendition(&id, "240p", Some(240))];
        let rung = rungs[0].id.clone();
        catalog.add_renditions(&id, rungs).await.unwrap();
        assert_eq!(shown().await.renditions.len(), 1);
        // What does not change them is no reason to read them again.
        let same = shown().await;
        assert!(std::sync::Arc::ptr_eq(&same, &shown().await));
        catalog.retire_renditions(&id, &[rung]).await.unwrap();
        assert!(shown().await.renditions.is_empty());
        let poster = image(&id, ImageKind::Poster, 0);
        let kinds = [ImageKind::Poster];
        let new = vec![poster.clone()];
        catalog.replace_images(&id, &kinds, new).await.unwrap();
        assert_eq!(shown().await.poster(), Some(&poster));

        let picture = |id: &str, is_primary| matinee_catalog::Artwork {
            id: id.to_owned(),
            subject_kind: "video".to_owned(),
            subject_id: poster.video_id.clone(),
            season_number: None,
            kind: "poster".to_owned(),
            is_primary,
            language: None,
            key: format!("artwork/{id}"),
            format: "jpeg".to_owned(),
            width: 600,
            height: 900,
            size_bytes: 1,
            origin: "upload".to_owned(),
            created_at: now_micros(),
        };
        let chosen = async || {
            shown()
                .await
                .artwork
                .iter()
                .map(|a| a.id.clone())
                .collect::<Vec<_>>()
        };
        catalog
            .add_artwork(picture("artwork_1", true))
            .await
            .unwrap();
        assert_eq!(chosen().await, vec!["artwork_1".to_owned()]);
        catalog
            .add_artwork(picture("artwork_2", true))
            .await
            .unwrap();
        assert_eq!(chosen().await, vec!["artwork_2".to_owned()]);
        catalog.choose_artwork("artwork_1").await.unwrap();
        assert_eq!(chosen().await, vec!["artwork_1".to_owned()]);
        let tx = catalog.db().begin().await.unwrap();
        catalog.delete_artwork_in(&tx, "artwork_1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(chosen().await, vec!["artwork_2".to_owned()]);
    })
    .await;
}

#[tokio::test]
async fn a_video_elsewhere_is_complete_at_once() {
    on_each(async |catalog| {
        let new = NewVideo {
            external_hls_url: Some("https://example.com/live.m3u8".to_owned()),
            ..NewVideo::default()
        };
        let video = catalog.create(new).await.unwrap();
        assert!(video.is_external() && video.is_processed);
        assert_eq!(video.processing_status, ProcessingStatus::Completed);
    })
    .await;
}

/// Which index a list is read by depends on how many rows pass its filter; what
/// it holds must not.
#[tokio::test]
async fn a_list_holds_the_same_however_it_is_read() {
    const FILMS: i32 = 1_300;
    on_each(async |catalog| {
        let template = catalog.create(titled("Template")).await.unwrap();
        let mut rows: Vec<Video> = Vec::new();
        let mut of_genre = Vec::new();
        for n in 0..FILMS {
            let id = Id::new("video").to_string();
            let mut genres = vec!["drama"];
            if n % 40 == 0 {
                genres.push("western");
            }
            let values = genres
                .iter()
                .map(|genre| format!("('{id}','{genre}','{genre}')"));
            of_genre.extend(values);
            rows.push(Video {
                id,
                sort_key: format!("{:05}", n * 7 % FILMS),
                content_type: Some(if n % 90 == 0 { "short" } else { "movie" }.to_owned()),
                view_count: i64::from(n % 17),
                duration_ms: (n % 5 != 0).then_some(i64::from(n * 31 % 977)),
                release_year: (n % 3 != 0).then_some(1950 + n % 70),
                visibility: if n % 13 == 0 {
                    Visibility::Members
                } else {
                    Visibility::Public
                },
                created_at: template.created_at + i64::from(n / 2),
                ..template.clone()
            });
        }
        catalog.delete(&template.id).await.unwrap();
        let write = catalog.db().write();
        for some in rows.chunks(100) {
            let models = some
                .iter()
                .map(|r| r.clone().into_active_model().reset_all());
            let all = videos::Entity::insert_many(models);
            all.exec_without_returning(write).await.unwrap();
        }
        for some in of_genre.chunks(500) {
            let values = some.join(",");
            let sql = format!("INSERT INTO video_genres (video_id, genre, name) VALUES {values}");
            write.execute_unprepared(&sql).await.unwrap();
        }
        let genre = |name: &str| Filter {
            genre: Some(name.to_owned()),
            ..Filter::default()
        };
        let kind = |name: &str| Filter {
            content_type: Some(name.to_owned()),
            ..Filter::default()
        };
        for filter in [
            Filter::default(),
            genre("Drama"),
            genre("Western"),
            kind("movie"),
            kind("short"),
            Filter {
                content_type: Some("short".to_owned()),
                ..genre("western")
            },
        ] {
            let passes = |n: usize, row: &Video| {
                filter
                    .genre
                    .as_deref()
                    .is_none_or(|g| g == "Drama" || n.is_multiple_of(40))
                    && (filter.content_type.is_none() || filter.content_type == row.content_type)
                    && row.visibility == Visibility::Public
            };
            let numbered = rows.iter().enumerate().filter(|(n, row)| passes(*n, row));
            let wanted: Vec<&Video> = numbered.map(|(_, row)| row).collect();
            let anybody = Audience::anybody();
            let count = catalog.count(&anybody, &filter).await.unwrap();
            assert_eq!(count, wanted.len() as u64, "{filter:?}");
            for key in [
                "created_at",
                "title",
                "duration",
                "view_count",
                "release_year",
            ] {
                for descending in [false, true] {
                    let name = format!("{}{key}", if descending { "-" } else { "" });
                    let sort = Sort::parse(&name).unwrap();
                    let mut wanted = wanted.clone();
                    wanted.sort_by(|a, b| {
                        let order = match key {
                            "created_at" => a.created_at.cmp(&b.created_at),
                            "title" => a.sort_key.cmp(&b.sort_key),
                            "duration" => a.duration_ms.cmp(&b.duration_ms),
                            "view_count" => a.view_count.cmp(&b.view_count),
                            _ => a.release_year.cmp(&b.release_year),
                        };
                        order.then_with(|| a.id.cmp(&b.id))
                    });
                    if descending {
                        wanted.reverse();
                    }
                    let mut page = Page::First;
                    let mut found = Vec::new();
                    loop {
                        let listed = catalog.list(&anybody, &filter, sort, page, 450);
                        let Listing { videos, next } = listed.await.unwrap();
                        found.extend(videos.into_iter().map(|video| video.id));
                        let Some(next) = next else { break };
                        page = Page::After(next);
                    }
                    let wanted: Vec<String> = wanted.iter().map(|v| v.id.clone()).collect();
                    assert!(found == wanted, "{name} of {filter:?}");
                }
            }
        }
    })
    .await;
}

/// The catalog's tables, and those of identity that it writes to.
fn tables() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all
}

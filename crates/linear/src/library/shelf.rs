//! From the catalog's rows to the items that channels choose from.

use std::collections::HashMap;
use std::sync::Arc;

use matinee_catalog::community::library_playlists;
use matinee_catalog::store::{
    collection_items, collections, credits, people, renditions, shows, videos,
};
use matinee_catalog::{Catalog, Parts, ProcessingStatus, Video};
use matinee_channels::library::{Item, Media, SubtitleRendition};
use matinee_engines::blobs::SharedBlobs;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Share;
use super::measure::measure;
use crate::Result;

/// How many videos are read at once.
const BATCH: u64 = 500;
/// So many people of one title are found with it.
const PEOPLE: usize = 40;
/// The most characters of a description that guides tell.
const DESCRIPTION: usize = 1000;

/// The items of a share, in batches of a fixed number of queries each.
pub(super) async fn items(
    catalog: &Catalog,
    blobs: &SharedBlobs,
    share: &Share,
    now: i64,
) -> Result<Vec<Item>> {
    let names = Names::read(catalog).await?;
    let mut out = Vec::new();
    let mut after = String::new();
    loop {
        let batch = videos::Entity::find()
            .filter(videos::Column::Id.gt(after.as_str()))
            .filter(videos::Column::IsProcessed.eq(true))
            .filter(videos::Column::ProcessingStatus.eq(ProcessingStatus::Completed))
            .order_by_asc(videos::Column::Id)
            .limit(BATCH)
            .all(catalog.db().read())
            .await?;
        let Some(last) = batch.last() else { break };
        after.clone_from(&last.id);
        let held: Vec<&Video> = batch
            .iter()
            .filter(|video| !video.is_external() && share.holds(video, now))
            .collect();
        let parts = catalog.parts_of(held.iter().copied()).await?;
        let wanted: Vec<(String, Arc<Parts>)> = held
            .iter()
            .filter_map(|video| Some((video.id.clone(), parts.get(&video.id)?.clone())))
            .collect();
        let mut media = measure(catalog.db(), blobs, &wanted).await?;
        let mut people = people_of(catalog, &held).await?;
        let ids: Vec<&str> = held.iter().map(|video| video.id.as_str()).collect();
        let mut marks = catalog.break_marks_of(&ids).await?;
        for video in held {
            if let (Some(media), Some(parts)) = (media.remove(&video.id), parts.get(&video.id)) {
                let people = people.remove(&video.id).unwrap_or_default();
                let mut item = item(video, parts, media, people, &names);
                let marks = marks.remove(&video.id).unwrap_or_default();
                let ms = |all: Vec<i64>| all.into_iter().filter_map(|ms| u32::try_from(ms).ok());
                item.breaks = ms(marks.markers).collect();
                item.quiet = ms(marks.found).collect();
                out.push(item);
            }
        }
    }
    Ok(out)
}

/// What shows and collections are called, and what is in playlists.
struct Names {
    shows: HashMap<String, String>,
    /// The collections that a video or a show is in.
    sets: HashMap<String, Vec<String>>,
    /// The playlists that a video is in, and at which place: those that others may see, too.
    playlists: HashMap<String, Vec<(String, u32)>>,
}

impl Names {
    async fn read(catalog: &Catalog) -> Result<Self> {
        let db = catalog.db().read();
        let shows: Vec<(String, String)> = shows::Entity::find()
            .select_only()
            .columns([shows::Column::Id, shows::Column::Title])
            .into_tuple()
            .all(db)
            .await?;
        let collections: HashMap<String, String> = collections::Entity::find()
            .select_only()
            .columns([collections::Column::Id, collections::Column::Title])
            .into_tuple::<(String, String)>()
            .all(db)
            .await?
            .into_iter()
            .collect();
        let mut sets: HashMap<String, Vec<String>> = HashMap::new();
        for row in collection_items::Entity::find().all(db).await? {
            let name = collections.get(&row.collection_id);
            if let (Some(name), Some(of)) = (name, row.video_id.or(row.show_id)) {
                sets.entry(of).or_default().push(name.clone());
            }
        }
        let mut playlists: HashMap<String, Vec<(String, u32)>> = HashMap::new();
        let mut place = 0;
        let mut before = String::new();
        for (playlist, video) in library_playlists(db).await? {
            // Counted anew in each, so that a change of one changes no other.
            place = if playlist == before { place + 1 } else { 0 };
            before.clone_from(&playlist);
            playlists.entry(video).or_default().push((playlist, place));
        }
        Ok(Self {
            playlists,
            shows: shows.into_iter().collect(),
            sets,
        })
    }
}

/// Who took part, by the video's id; those of a show are those of its episodes.
async fn people_of(catalog: &Catalog, of: &[&Video]) -> Result<HashMap<String, Vec<String>>> {
    use credits::Column as C;
    let db = catalog.db().read();
    let ids = of.iter().map(|video| video.id.as_str());
    let shows = of.iter().filter_map(|video| video.show_id.as_deref());
    let rows: Vec<credits::Model> = credits::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(C::VideoId.is_in(ids))
                .add(C::ShowId.is_in(shows)),
        )
        .order_by_asc(C::Position)
        .all(db)
        .await?;
    let mut named: Vec<&str> = rows.iter().map(|row| row.person_id.as_str()).collect();
    named.sort_unstable();
    named.dedup();
    let mut names: HashMap<String, String> = HashMap::with_capacity(named.len());
    for some in named.chunks(1000) {
        let found: Vec<(String, String)> = people::Entity::find()
            .select_only()
            .columns([people::Column::Id, people::Column::Name])
            .filter(people::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        names.extend(found);
    }
    let mut by: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in &rows {
        let of = row.video_id.as_deref().or(row.show_id.as_deref());
        if let (Some(of), Some(name)) = (of, names.get(&row.person_id)) {
            by.entry(of).or_default().push(name);
        }
    }
    let all = of.iter().map(|video| {
        let keys = [Some(video.id.as_str()), video.show_id.as_deref()];
        let mut people: Vec<String> = Vec::new();
        for name in keys
            .iter()
            .flatten()
            .filter_map(|key| by.get(key))
            .flatten()
        {
            if people.len() < PEOPLE && !people.iter().any(|known| known == name) {
                people.push((*name).to_owned());
            }
        }
        (video.id.clone(), people)
    });
    Ok(all.collect())
}

fn item(
    video: &Video,
    parts: &Arc<Parts>,
    media: Media,
    people: Vec<String>,
    names: &Names,
) -> Item {
    let boxed = |texts: Vec<String>| texts.into_iter().map(Into::into).collect();
    let details = video.details();
    let mut item = Item::new(&video.id, &video.title, media);
    speak(&mut item, parts);
    if let Some(grid_of) = item.video.first().map(|rendition| rendition.path.clone()) {
        item.subtitles = parts
            .subtitles
            .iter()
            // A forced track is only a little of another.
            .filter(|track| !track.forced && track.language != "und")
            .map(|track| SubtitleRendition {
                path: format!("captions/{grid_of}/{}", track.id).into(),
                language: Some(track.language.as_str().into()),
            })
            .collect();
    }
    let ms = |ms: i64| u32::try_from(ms).ok();
    item.chapters = video
        .chapters
        .0
        .iter()
        .filter_map(|c| ms(c.start_ms))
        .collect();
    item.chapters.sort_unstable();
    item.chapters.dedup();
    if !video.description.is_empty() {
        let text: String = video.description.chars().take(DESCRIPTION).collect();
        item.description = Some(text.into());
    }
    item.image = parts
        .poster()
        .map(|image| format!("/media/{}/images/{}.jpg", video.id, image.id).into());
    item.kind = match (&details.content_type, &details.extra_kind) {
        (Some(kind), _) | (None, Some(kind)) => kind.as_str().into(),
        (None, None) => "video".into(),
    };
    let show = video.show_id.as_ref().and_then(|id| names.shows.get(id));
    item.show = show
        .or(video.show_title.as_ref())
        .map(|s| s.as_str().into());
    item.season = video.season_number.and_then(|n| n.try_into().ok());
    item.episode = video.episode_number.and_then(|n| n.try_into().ok());
    item.year = video.release_year.and_then(|year| year.try_into().ok());
    item.min_age = video.rating_level.and_then(|level| level.try_into().ok());
    item.rating = video.rating.as_deref().map(Into::into);
    item.tags = boxed(details.tags);
    item.genres = boxed(details.genres);
    item.people = boxed(people);
    let keys = [Some(&video.id), video.show_id.as_ref()];
    let mut sets: Vec<String> = Vec::new();
    for set in keys.iter().flatten().filter_map(|key| names.sets.get(*key)) {
        sets.extend(set.iter().cloned());
    }
    sets.sort_unstable();
    sets.dedup();
    item.sets = boxed(sets);
    let listed = names.playlists.get(&video.id).into_iter().flatten();
    item.playlists = listed
        .map(|(id, place)| (id.as_str().into(), *place))
        .collect();
    item
}

/// The languages of the sound are those that people say, whenever they say it.
fn speak(item: &mut Item, parts: &Parts) {
    for sound in &mut item.audio {
        let id = sound.path.rsplit('/').next().unwrap_or_default();
        let row: Option<&renditions::Model> = parts.renditions.iter().find(|r| r.id == id);
        if let Some(row) = row {
            sound.language = row.language.as_deref().map(Into::into);
        }
    }
}

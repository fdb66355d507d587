//! People: who plays and who makes.

use std::collections::BTreeMap;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::details::{ids_patched, nullable};
use crate::judge::{Judge, sort_key};
use crate::listed;
use crate::pages::Placed;
use crate::revisions::{Edit, Edited, Snapshot, Subject, record, snapshot_of};
use crate::store::videos::ExternalIds;
use crate::store::{credits, people};
use crate::{
    Catalog, CatalogError, Credit, Paged, Person, Result, Show, Sight, TitleQuery, Video, limits,
};

/// Titles of a person's that come along with them.
const FILMOGRAPHY_MAX: u64 = 1000;

/// What is said about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonDetails {
    /// 1 to [`limits::TITLE_MAX`] characters.
    pub name: String,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub biography: String,
    /// The day of birth, as `1974-11-11`.
    pub birth_date: Option<String>,
    /// The day of death.
    pub death_date: Option<String>,
    /// Where they were born.
    pub birth_place: Option<String>,
    /// Their names in other databases.
    pub external_ids: BTreeMap<String, String>,
}

/// A change of a person: an absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new biography.
    pub biography: Option<String>,
    /// A new day of birth, or none.
    #[serde(deserialize_with = "nullable")]
    pub birth_date: Option<Option<String>>,
    /// A new day of death, or none.
    #[serde(deserialize_with = "nullable")]
    pub death_date: Option<Option<String>>,
    /// A new place of birth, or none.
    #[serde(deserialize_with = "nullable")]
    pub birth_place: Option<Option<String>>,
    /// Names in other databases to add, change or (`null`) take away.
    pub external_ids: Option<BTreeMap<String, Option<String>>>,
}

impl PersonDetails {
    /// The same with surrounding space trimmed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge::new();
        judge.name("name", &mut self.name, limits::TITLE_MAX);
        judge.text("biography", &self.biography, limits::DESCRIPTION_MAX);
        judge.day("birth_date", &mut self.birth_date);
        judge.day("death_date", &mut self.death_date);
        judge.word("birth_place", &mut self.birth_place, limits::TITLE_MAX);
        judge.external_ids("external_ids", &self.external_ids);
        judge.verdict(self)
    }

    fn patched(self, patch: PersonPatch) -> Self {
        Self {
            name: patch.name.unwrap_or(self.name),
            biography: patch.biography.unwrap_or(self.biography),
            birth_date: patch.birth_date.unwrap_or(self.birth_date),
            death_date: patch.death_date.unwrap_or(self.death_date),
            birth_place: patch.birth_place.unwrap_or(self.birth_place),
            external_ids: ids_patched(self.external_ids, patch.external_ids),
        }
    }
}

impl people::Model {
    /// What is said about them.
    pub fn details(&self) -> PersonDetails {
        PersonDetails {
            name: self.name.clone(),
            biography: self.biography.clone(),
            birth_date: self.birth_date.clone(),
            death_date: self.death_date.clone(),
            birth_place: self.birth_place.clone(),
            external_ids: self.external_ids.0.clone(),
        }
    }

    fn snapshot(&self) -> Snapshot {
        snapshot_of(&self.details())
    }

    fn edited(&self) -> Edited<'_> {
        Edited {
            subject: Subject::Person,
            id: &self.id,
            revision: self.revision,
            owner: self.owner.clone(),
            created_at: self.created_at,
        }
    }
}

impl Placed for people::Model {
    fn place(&self) -> (&str, i64, &str) {
        (&self.sort_key, self.created_at, &self.id)
    }
}

/// What a person has done, as far as somebody sees it.
#[derive(Debug, Clone, Default)]
pub struct Filmography {
    /// Credits with the videos they are in, the latest first.
    pub videos: Vec<(Credit, Video)>,
    /// Credits with the shows they are in, the latest first.
    pub shows: Vec<(Credit, Show)>,
}

impl Catalog {
    /// Adds a person.
    pub async fn create_person(
        &self,
        details: PersonDetails,
        owner: Option<String>,
    ) -> Result<Person> {
        let details = details.checked()?;
        let now = now_micros();
        let person = Person {
            id: Id::new("person").to_string(),
            sort_key: sort_key(&details.name, None),
            auto_key: None,
            name: details.name,
            biography: details.biography,
            birth_date: details.birth_date,
            death_date: details.death_date,
            birth_place: details.birth_place,
            external_ids: ExternalIds(details.external_ids),
            owner,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        let row = person.into_active_model().reset_all();
        Ok(row.insert(self.db.write()).await?)
    }

    /// The person of this id.
    pub async fn person(&self, id: &str) -> Result<Person> {
        listed::find::<people::Entity>(self.db.read(), id).await
    }

    /// Whether somebody sees a person.
    pub async fn sees_person(&self, sight: &Sight, id: &str) -> Result<bool> {
        listed::sees::<people::Entity>(self.db.read(), sight, id).await
    }

    /// One page of the people that somebody sees, with these words in their names.
    pub async fn list_people(&self, wanted: TitleQuery<'_>) -> Result<Paged<Person>> {
        listed::list::<people::Entity>(self.db.read(), wanted, Condition::all()).await
    }

    /// What a person has done, as far as somebody sees it.
    pub async fn filmography(&self, sight: &Sight, id: &str) -> Result<Filmography> {
        let all = credits::Entity::find()
            .filter(credits::Column::PersonId.eq(id))
            .order_by_asc(credits::Column::Id)
            .limit(FILMOGRAPHY_MAX)
            .all(self.db.read())
            .await?;
        let videos: Vec<&str> = all.iter().filter_map(|c| c.video_id.as_deref()).collect();
        let shows: Vec<&str> = all.iter().filter_map(|c| c.show_id.as_deref()).collect();
        let known = listed::titles(self.db.read(), sight, &videos, &shows).await?;
        let mut found = Filmography::default();
        for credit in all {
            if let Some(video) = credit.video_id.as_ref().and_then(|id| known.videos.get(id)) {
                found.videos.push((credit, video.clone()));
            } else if let Some(show) = credit.show_id.as_ref().and_then(|id| known.shows.get(id)) {
                found.shows.push((credit, show.clone()));
            }
        }
        let latest = |year: Option<i32>| std::cmp::Reverse(year.unwrap_or(i32::MIN));
        found
            .videos
            .sort_by_key(|(_, video)| (latest(video.release_year), video.sort_key.clone()));
        found
            .shows
            .sort_by_key(|(_, show)| (latest(show.release_year), show.sort_key.clone()));
        Ok(found)
    }

    /// Changes what is said about a person, and keeps how it was.
    pub async fn edit_person(&self, id: &str, patch: PersonPatch, edit: &Edit) -> Result<Person> {
        self.rewrite_person(id, edit, |now| now.patched(patch))
            .await
    }

    /// Makes a person's page say what it said in an earlier revision.
    pub async fn restore_person(&self, id: &str, number: i64, edit: &Edit) -> Result<Person> {
        let revision = self.revision(Subject::Person, id, number).await?;
        let then: PersonDetails = serde_json::from_value(revision.snapshot)
            .map_err(|_| CatalogError::not_found("revision", &number.to_string()))?;
        self.rewrite_person(id, &edit.restoring(), |_| then).await
    }

    async fn rewrite_person(
        &self,
        id: &str,
        edit: &Edit,
        change: impl FnOnce(PersonDetails) -> PersonDetails,
    ) -> Result<Person> {
        let tx = self.db.begin().await?;
        let before = listed::find::<people::Entity>(&tx, id).await?;
        edit.check(before.revision)?;
        let details = change(before.details()).checked()?;
        let mut person = Person {
            sort_key: sort_key(&details.name, None),
            name: details.name,
            biography: details.biography,
            birth_date: details.birth_date,
            death_date: details.death_date,
            birth_place: details.birth_place,
            external_ids: ExternalIds(details.external_ids),
            updated_at: now_micros(),
            ..before.clone()
        };
        person.revision = record(
            &tx,
            before.edited(),
            edit,
            before.snapshot(),
            person.snapshot(),
        )
        .await?;
        let person = person.into_active_model().reset_all().update(&tx).await?;
        let touched = if person.name == before.name {
            Vec::new()
        } else {
            videos_with(&tx, id).await?
        };
        tx.commit().await?;
        for video in touched {
            self.announce(&video, false);
        }
        Ok(person)
    }

    /// Removes a person, and every credit of theirs.
    pub async fn delete_person(&self, id: &str) -> Result<()> {
        let tx = self.db.begin().await?;
        let touched = videos_with(&tx, id).await?;
        listed::remove::<people::Entity>(&tx, id).await?;
        tx.commit().await?;
        for video in touched {
            self.announce(&video, false);
        }
        Ok(())
    }
}

/// The videos in which somebody has a credit.
async fn videos_with(conn: &impl ConnectionTrait, person: &str) -> Result<Vec<String>> {
    Ok(credits::Entity::find()
        .select_only()
        .column(credits::Column::VideoId)
        .distinct()
        .filter(credits::Column::PersonId.eq(person))
        .filter(credits::Column::VideoId.is_not_null())
        .into_tuple()
        .all(conn)
        .await?)
}

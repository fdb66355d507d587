//! Who did what in which video or show.

use std::collections::{HashMap, HashSet};

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::judge::{Judge, sort_key};
use crate::revisions::{Edit, Subject};
use crate::store::videos::ExternalIds;
use crate::store::{credits, people};
use crate::{Catalog, CatalogError, Credit, DetailsPatch, Person, Result, Video, limits};

/// What a credit can be for.
pub const CREDIT_ROLES: [&str; 18] = [
    "actor",
    "voice",
    "guest",
    "host",
    "presenter",
    "narrator",
    "teacher",
    "musician",
    "director",
    "writer",
    "creator",
    "producer",
    "executive_producer",
    "composer",
    "cinematographer",
    "editor",
    "crew",
    "other",
];
/// The most credits of one title.
pub const CREDITS_MAX: usize = 500;

/// A credit about to be given: to a person by id, or by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewCredit {
    /// `person_…`
    pub person_id: Option<String>,
    /// The name; a person of this name is found or made.
    pub name: Option<String>,
    /// One of [`CREDIT_ROLES`]; `actor` unless given.
    pub role: Option<String>,
    /// Whom they play, or what exactly they did.
    pub character: Option<String>,
    /// The person's names in other databases, by which namesakes are told apart.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub external_ids: std::collections::BTreeMap<String, String>,
}

/// The same with surrounding space trimmed, or every field that is wrong.
pub(crate) fn checked(mut new: Vec<NewCredit>) -> Result<Vec<NewCredit>> {
    let mut judge = Judge::new();
    if new.len() > CREDITS_MAX {
        judge.refuse("credits", format!("must not be more than {CREDITS_MAX}"));
    }
    for (n, credit) in new.iter_mut().enumerate() {
        let field = |name: &str| format!("credits[{n}].{name}");
        judge.word(&field("name"), &mut credit.name, limits::TITLE_MAX);
        judge.word(
            &field("character"),
            &mut credit.character,
            limits::TITLE_MAX,
        );
        judge.choice(&field("role"), &mut credit.role, &CREDIT_ROLES);
        judge.external_ids(&field("external_ids"), &credit.external_ids);
        if credit.person_id.is_none() && credit.name.is_none() {
            judge.refuse(&field("name"), "or person_id must be given");
        }
    }
    judge.verdict(new)
}

fn of(subject: Subject, id: &str) -> sea_orm::sea_query::SimpleExpr {
    match subject {
        Subject::Show => credits::Column::ShowId.eq(id),
        _ => credits::Column::VideoId.eq(id),
    }
}

/// Puts these credits in the place of all that there are. They have been checked.
pub(crate) async fn replace(
    conn: &impl ConnectionTrait,
    subject: Subject,
    id: &str,
    new: Vec<NewCredit>,
    actor: Option<&str>,
) -> Result<()> {
    let who = people_of(conn, &new, actor).await?;
    credits::Entity::delete_many()
        .filter(of(subject, id))
        .exec(conn)
        .await?;
    let rows: Vec<credits::ActiveModel> = new
        .into_iter()
        .zip(who)
        .zip(0..)
        .map(|((credit, person_id), position)| credits::ActiveModel {
            id: Set(Id::new("credit").to_string()),
            person_id: Set(person_id),
            video_id: Set((subject == Subject::Video).then(|| id.to_owned())),
            show_id: Set((subject == Subject::Show).then(|| id.to_owned())),
            role: Set(credit.role.unwrap_or_else(|| "actor".to_owned())),
            character: Set(credit.character),
            position: Set(position),
        })
        .collect();
    // An SQL statement takes a limited number of values.
    for some in rows.chunks(100) {
        credits::Entity::insert_many(some.iter().cloned())
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// The ids of the people that these credits go to, found or made.
async fn people_of(
    conn: &impl ConnectionTrait,
    new: &[NewCredit],
    actor: Option<&str>,
) -> Result<Vec<String>> {
    let given: Vec<&str> = new.iter().filter_map(|c| c.person_id.as_deref()).collect();
    let mut known: HashSet<String> = HashSet::new();
    for some in given.chunks(400) {
        let rows = people::Entity::find()
            .filter(people::Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        known.extend(rows.into_iter().map(|row| row.id));
    }
    let keys: Vec<String> = new
        .iter()
        .filter(|c| c.person_id.is_none())
        .filter_map(|c| c.name.as_deref())
        .map(|name| sort_key(name, None))
        .collect();
    let mut namesakes: Vec<Person> = Vec::new();
    for some in keys.chunks(400) {
        let rows = people::Entity::find()
            .filter(people::Column::SortKey.is_in(some.iter().map(String::as_str)))
            .order_by_asc(people::Column::Id)
            .all(conn)
            .await?;
        namesakes.extend(rows);
    }
    let mut ids = Vec::with_capacity(new.len());
    for (n, credit) in new.iter().enumerate() {
        if let Some(id) = &credit.person_id {
            if !known.contains(id) {
                let field = format!("credits[{n}].person_id");
                return Err(CatalogError::field(field, "must be the id of a person"));
            }
            ids.push(id.clone());
            continue;
        }
        let name = credit.name.as_deref().unwrap_or_default();
        let found = namesakes.iter().find(|person| {
            person.name.to_lowercase() == name.to_lowercase()
                && !contradict(&person.external_ids.0, &credit.external_ids)
        });
        if let Some(person) = found {
            ids.push(person.id.clone());
            continue;
        }
        let person = make(conn, name, credit, actor, &namesakes).await?;
        ids.push(person.id.clone());
        namesakes.push(person);
    }
    Ok(ids)
}

/// Whether two sets of names in other databases cannot be the same person's.
fn contradict(
    a: &std::collections::BTreeMap<String, String>,
    b: &std::collections::BTreeMap<String, String>,
) -> bool {
    a.iter()
        .any(|(name, id)| b.get(name).is_some_and(|other| other != id))
}

async fn make(
    conn: &impl ConnectionTrait,
    name: &str,
    credit: &NewCredit,
    actor: Option<&str>,
    namesakes: &[Person],
) -> Result<Person> {
    let now = now_micros();
    let lowered = name.to_lowercase();
    let first = !namesakes.iter().any(|p| p.name.to_lowercase() == lowered);
    let person = Person {
        id: Id::new("person").to_string(),
        name: name.to_owned(),
        auto_key: first.then(|| lowered.clone()),
        sort_key: sort_key(name, None),
        biography: String::new(),
        birth_date: None,
        death_date: None,
        birth_place: None,
        external_ids: ExternalIds(credit.external_ids.clone()),
        owner: actor.map(str::to_owned),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let row = person.clone().into_active_model().reset_all();
    people::Entity::insert(row)
        .on_conflict(
            OnConflict::column(people::Column::AutoKey)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    if !first {
        return Ok(person);
    }
    // Another node may have been faster.
    people::Entity::find()
        .filter(people::Column::AutoKey.eq(lowered))
        .one(conn)
        .await?
        .ok_or_else(|| CatalogError::not_found("person", name))
}

/// A credit with the person that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    /// The credit.
    pub credit: Credit,
    /// The person.
    pub person: Person,
}

/// The credits of a title, in order.
pub(crate) async fn read(
    conn: &impl ConnectionTrait,
    subject: Subject,
    id: &str,
) -> Result<Vec<Credited>> {
    let rows = credits::Entity::find()
        .filter(of(subject, id))
        .order_by_asc(credits::Column::Position)
        .all(conn)
        .await?;
    with_people(conn, rows).await
}

async fn with_people(conn: &impl ConnectionTrait, rows: Vec<Credit>) -> Result<Vec<Credited>> {
    let mut known: HashMap<String, Person> = HashMap::new();
    let ids: Vec<&str> = rows.iter().map(|row| row.person_id.as_str()).collect();
    for some in ids.chunks(400) {
        let found = people::Entity::find()
            .filter(people::Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        known.extend(found.into_iter().map(|person| (person.id.clone(), person)));
    }
    Ok(rows
        .into_iter()
        .filter_map(|credit| {
            let person = known.get(&credit.person_id)?.clone();
            Some(Credited { credit, person })
        })
        .collect())
}

/// The credits of a title, as a revision keeps them.
pub(crate) async fn snapshot(
    conn: &impl ConnectionTrait,
    subject: Subject,
    id: &str,
) -> Result<Value> {
    let all = read(conn, subject, id).await?;
    let kept: Vec<NewCredit> = all
        .into_iter()
        .map(|credited| NewCredit {
            person_id: Some(credited.person.id),
            name: Some(credited.person.name),
            role: Some(credited.credit.role),
            character: credited.credit.character,
            ..NewCredit::default()
        })
        .collect();
    Ok(serde_json::to_value(kept).unwrap_or_default())
}

/// The credits that a revision has kept. By name, for the person may be gone.
pub(crate) fn of_snapshot(snapshot: &Value) -> Option<Vec<NewCredit>> {
    let list: Vec<NewCredit> = serde_json::from_value(snapshot.get("credits")?.clone()).ok()?;
    Some(
        list.into_iter()
            .map(|credit| NewCredit {
                person_id: None,
                ..credit
            })
            .collect(),
    )
}

impl Catalog {
    /// The credits of a video or a show, in order.
    pub async fn credits(&self, subject: Subject, id: &str) -> Result<Vec<Credited>> {
        read(self.db.read(), subject, id).await
    }

    /// The credits of many videos, in a fixed number of queries; for those who
    /// index them.
    pub async fn credits_of(&self, video_ids: &[String]) -> Result<HashMap<String, Vec<Credited>>> {
        let mut all: HashMap<String, Vec<Credited>> = HashMap::new();
        if video_ids.is_empty() {
            return Ok(all);
        }
        let rows = credits::Entity::find()
            .filter(credits::Column::VideoId.is_in(video_ids.iter().map(String::as_str)))
            .order_by_asc(credits::Column::Position)
            .all(self.db.read())
            .await?;
        for credited in with_people(self.db.read(), rows).await? {
            if let Some(id) = credited.credit.video_id.clone() {
                all.entry(id).or_default().push(credited);
            }
        }
        Ok(all)
    }

    /// Puts these credits in the place of all that a video has. Kept as an edit.
    pub async fn set_video_credits(
        &self,
        id: &str,
        new: Vec<NewCredit>,
        edit: &Edit,
    ) -> Result<Video> {
        self.edit_with_credits(id, DetailsPatch::default(), new, edit)
            .await
    }
}

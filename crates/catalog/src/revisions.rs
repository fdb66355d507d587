//! Edits that are kept: what was changed, by whom, when, and the way back.

use matinee_engines::time::now_micros;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::Value;

use crate::edit::Change;
use crate::store::artwork;
use crate::store::revisions::{self, FieldChange, FieldChanges};
use crate::{Catalog, CatalogError, Details, Result, Revision, Video, credits};

/// Revisions of one title that are kept; older ones go.
pub const REVISIONS_KEPT: i64 = 200;

/// What can be edited, be credited, and have artwork.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A video.
    Video,
    /// A show.
    Show,
    /// A person.
    Person,
    /// A collection.
    Collection,
}

impl Subject {
    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Show => "show",
            Self::Person => "person",
            Self::Collection => "collection",
        }
    }

    /// Reads [`Subject::as_str`]'s form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Video, Self::Show, Self::Person, Self::Collection]
            .into_iter()
            .find(|subject| subject.as_str() == text)
    }
}

/// An edit: by whom, how, and of which revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// The account that makes it; none for the program itself.
    pub actor: Option<String>,
    /// How it came about, when not by hand: `import`, `restore`, a provider's name.
    pub via: Option<&'static str>,
    /// The revision that the editor has seen. If there is a later one the edit
    /// is refused, so that nobody undoes what they never saw.
    pub if_revision: Option<i64>,
}

impl Edit {
    /// An edit by this account, whatever the revision.
    pub fn by(actor: Option<String>) -> Self {
        Self {
            actor,
            ..Self::default()
        }
    }

    /// The same as the way back to an earlier revision.
    pub(crate) fn restoring(&self) -> Self {
        Self {
            via: Some("restore"),
            ..self.clone()
        }
    }

    /// Refuses if somebody else was faster.
    pub(crate) fn check(&self, current: i64) -> Result<()> {
        match self.if_revision {
            Some(seen) if seen != current => Err(CatalogError::Stale { current }),
            _ => Ok(()),
        }
    }
}

/// The state of a title before or after an edit: one JSON object, a key a field.
pub(crate) type Snapshot = serde_json::Map<String, Value>;

/// What people say about something, as such a state.
pub(crate) fn snapshot_of(details: &impl Serialize) -> Snapshot {
    match serde_json::to_value(details) {
        Ok(Value::Object(fields)) => fields,
        _ => Snapshot::new(),
    }
}

/// What differs between two states.
pub(crate) fn difference(before: &Snapshot, after: &Snapshot) -> Vec<FieldChange> {
    let names = before
        .keys()
        .chain(after.keys().filter(|name| !before.contains_key(*name)));
    names
        .filter_map(|name| {
            let was = before.get(name).unwrap_or(&Value::Null);
            let is = after.get(name).unwrap_or(&Value::Null);
            (was != is).then(|| FieldChange {
                field: name.clone(),
                before: was.clone(),
                after: is.clone(),
            })
        })
        .collect()
}

/// Something that is edited, as far as its history is concerned.
pub(crate) struct Edited<'a> {
    pub subject: Subject,
    pub id: &'a str,
    /// The revision before the edit.
    pub revision: i64,
    /// Who made it at first, and when.
    pub owner: Option<String>,
    pub created_at: i64,
}

/// Keeps an edit, unless it has changed nothing. Yields the revision that there
/// is now.
pub(crate) async fn record(
    conn: &impl ConnectionTrait,
    edited: Edited<'_>,
    edit: &Edit,
    before: Snapshot,
    after: Snapshot,
) -> Result<i64> {
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(edited.revision);
    }
    let row = |number, at, actor, via: &str, changes, snapshot| revisions::ActiveModel {
        subject_kind: Set(edited.subject.as_str().to_owned()),
        subject_id: Set(edited.id.to_owned()),
        number: Set(number),
        at: Set(at),
        actor: Set(actor),
        via: Set(via.to_owned()),
        changes: Set(FieldChanges(changes)),
        snapshot: Set(Value::Object(snapshot)),
    };
    // How it was at first is kept with the first edit: most are never edited.
    if edited.revision <= 1 {
        row(
            1,
            edited.created_at,
            edited.owner,
            "create",
            Vec::new(),
            before,
        )
        .insert(conn)
        .await?;
    }
    let number = edited.revision.max(1) + 1;
    let via = edit.via.unwrap_or("edit");
    row(
        number,
        now_micros(),
        edit.actor.clone(),
        via,
        changes,
        after,
    )
    .insert(conn)
    .await?;
    if number > REVISIONS_KEPT {
        revisions::Entity::delete_many()
            .filter(of(edited.subject, edited.id))
            .filter(revisions::Column::Number.lte(number - REVISIONS_KEPT))
            .exec(conn)
            .await?;
    }
    Ok(number)
}

fn of(subject: Subject, id: &str) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(revisions::Column::SubjectKind.eq(subject.as_str()))
        .add(revisions::Column::SubjectId.eq(id))
}

/// Forgets the history of something that is deleted, and the artwork of a
/// video, whose bytes go with it. What there is of other pictures stays written
/// down until their bytes are gone ([`Catalog::stray_artwork`]).
pub(crate) async fn forget(conn: &impl ConnectionTrait, subject: Subject, id: &str) -> Result<()> {
    revisions::Entity::delete_many()
        .filter(of(subject, id))
        .exec(conn)
        .await?;
    if subject == Subject::Video {
        artwork::Entity::delete_many()
            .filter(artwork::Column::SubjectKind.eq(subject.as_str()))
            .filter(artwork::Column::SubjectId.eq(id))
            .exec(conn)
            .await?;
    }
    Ok(())
}

impl Catalog {
    /// The revisions of something, the latest first; at most `limit`, before
    /// the one numbered `before`.
    pub async fn revisions(
        &self,
        subject: Subject,
        id: &str,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Revision>> {
        let mut query = revisions::Entity::find()
            .filter(of(subject, id))
            .order_by_desc(revisions::Column::Number)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(revisions::Column::Number.lt(before));
        }
        Ok(query.all(self.db.read()).await?)
    }

    /// One revision.
    pub async fn revision(&self, subject: Subject, id: &str, number: i64) -> Result<Revision> {
        revisions::Entity::find_by_id((subject.as_str().to_owned(), id.to_owned(), number))
            .one(self.db.read())
            .await?
            .ok_or_else(|| CatalogError::not_found("revision", &number.to_string()))
    }

    /// Makes a video say what it said in an earlier revision. Who may see it
    /// stays as it is now: a way back in the text is none in the access.
    pub async fn restore_video(&self, id: &str, number: i64, edit: &Edit) -> Result<Video> {
        let revision = self.revision(Subject::Video, id, number).await?;
        let details: Details = serde_json::from_value(revision.snapshot.clone())
            .map_err(|_| CatalogError::not_found("revision", &number.to_string()))?;
        let people = credits::of_snapshot(&revision.snapshot);
        let change = Change::Restore(Box::new(details));
        self.rewrite(id, &edit.restoring(), people, change).await
    }
}

//! Artwork: which pictures there are of a title, a person or a collection, and
//! which of them are shown. The bytes are others' business.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::revisions::Subject;
use crate::store::{artwork, collections, people, shows, videos};
use crate::{Artwork, Catalog, CatalogError, Result};

/// What a picture can be for.
pub const ARTWORK_KINDS: [&str; 6] = ["poster", "backdrop", "logo", "banner", "still", "avatar"];
/// Pictures that something can have.
pub const ARTWORK_MAX: usize = 100;

impl Artwork {
    /// What it is of.
    pub fn subject(&self) -> Option<Subject> {
        Subject::parse(&self.subject_kind)
    }
}

fn of(subject: Subject, id: &str) -> Condition {
    Condition::all()
        .add(artwork::Column::SubjectKind.eq(subject.as_str()))
        .add(artwork::Column::SubjectId.eq(id))
}

/// Those of the same kind and season, of which one is shown.
fn rivals(picture: &Artwork) -> Condition {
    let season = match picture.season_number {
        Some(number) => artwork::Column::SeasonNumber.eq(number),
        None => artwork::Column::SeasonNumber.is_null(),
    };
    Condition::all()
        .add(artwork::Column::SubjectKind.eq(picture.subject_kind.as_str()))
        .add(artwork::Column::SubjectId.eq(picture.subject_id.as_str()))
        .add(artwork::Column::Kind.eq(picture.kind.as_str()))
        .add(season)
}

impl Catalog {
    /// Adds a picture, whose blob is kept already. If it is primary, it takes
    /// the place of the one that was.
    pub async fn add_artwork(&self, picture: Artwork) -> Result<Artwork> {
        let subject = picture
            .subject()
            .ok_or_else(|| CatalogError::field("subject", "must be a title"))?;
        let tx = self.db.begin().await?;
        require(&tx, subject, &picture.subject_id).await?;
        let there = artwork::Entity::find()
            .filter(of(subject, &picture.subject_id))
            .all(&tx)
            .await?;
        if there.len() >= ARTWORK_MAX {
            let reason = format!("must not be more than {ARTWORK_MAX} pictures");
            return Err(CatalogError::field("file", reason));
        }
        let alone = !there.iter().any(|other| {
            other.is_primary
                && other.kind == picture.kind
                && other.season_number == picture.season_number
        });
        let picture = Artwork {
            is_primary: picture.is_primary || alone,
            ..picture
        };
        if picture.is_primary {
            artwork::Entity::update_many()
                .col_expr(artwork::Column::IsPrimary, Expr::value(false))
                .filter(rivals(&picture))
                .exec(&tx)
                .await?;
        }
        let row = picture.into_active_model().reset_all().insert(&tx).await?;
        touch_subject(&tx, &row).await?;
        tx.commit().await?;
        self.announce_subject(&row);
        Ok(row)
    }

    /// The picture of this id.
    pub async fn artwork(&self, id: &str) -> Result<Artwork> {
        artwork::Entity::find_by_id(id)
            .one(self.db.read())
            .await?
            .ok_or_else(|| CatalogError::not_found("artwork", id))
    }

    /// All pictures of something: those that are shown first.
    pub async fn artwork_of(&self, subject: Subject, id: &str) -> Result<Vec<Artwork>> {
        Ok(artwork::Entity::find()
            .filter(of(subject, id))
            .order_by_asc(artwork::Column::Kind)
            .order_by_desc(artwork::Column::IsPrimary)
            .order_by_desc(artwork::Column::Id)
            .all(self.db.read())
            .await?)
    }

    /// The pictures that are shown of many, in one query.
    pub async fn primary_artwork(
        &self,
        subject: Subject,
        ids: &[String],
    ) -> Result<HashMap<String, Vec<Artwork>>> {
        let mut found: HashMap<String, Vec<Artwork>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        for some in ids.chunks(400) {
            let rows = artwork::Entity::find()
                .filter(artwork::Column::SubjectKind.eq(subject.as_str()))
                .filter(artwork::Column::SubjectId.is_in(some.iter().map(String::as_str)))
                .filter(artwork::Column::IsPrimary.eq(true))
                .order_by_asc(artwork::Column::Id)
                .all(self.db.read())
                .await?;
            for row in rows {
                found.entry(row.subject_id.clone()).or_default().push(row);
            }
        }
        Ok(found)
    }

    /// Makes a picture the one of its kind that is shown.
    pub async fn choose_artwork(&self, id: &str) -> Result<Artwork> {
        let tx = self.db.begin().await?;
        let picture = artwork::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("artwork", id))?;
        artwork::Entity::update_many()
            .col_expr(artwork::Column::IsPrimary, Expr::value(false))
            .filter(rivals(&picture))
            .exec(&tx)
            .await?;
        let chosen = Artwork {
            is_primary: true,
            ..picture
        };
        let row = chosen.into_active_model().reset_all().update(&tx).await?;
        touch_subject(&tx, &row).await?;
        tx.commit().await?;
        self.announce_subject(&row);
        Ok(row)
    }

    /// Forgets a picture within the caller's transaction, and shows the latest
    /// other one of its kind instead. Its blobs are the caller's to remove.
    pub async fn delete_artwork_in(
        &self,
        conn: &impl ConnectionTrait,
        id: &str,
    ) -> Result<Artwork> {
        let picture = artwork::Entity::find_by_id(id)
            .one(conn)
            .await?
            .ok_or_else(|| CatalogError::not_found("artwork", id))?;
        artwork::Entity::delete_by_id(id).exec(conn).await?;
        if picture.is_primary
            && let Some(next) = artwork::Entity::find()
                .filter(rivals(&picture))
                .order_by_desc(artwork::Column::Id)
                .one(conn)
                .await?
        {
            let next = Artwork {
                is_primary: true,
                ..next
            };
            next.into_active_model().reset_all().update(conn).await?;
        }
        touch_subject(conn, &picture).await?;
        Ok(picture)
    }

    /// Pictures of shows, people and collections that are gone; at most `limit`.
    /// Their bytes may go, and then [`Catalog::forget_artwork`] them.
    pub async fn stray_artwork(&self, limit: u64) -> Result<Vec<Artwork>> {
        let there = |subject: Subject, table: &'static str| {
            let own = Query::select()
                .expr(Expr::value(1))
                .from(table)
                .and_where(
                    Expr::col((table, "id")).equals((artwork::Entity, artwork::Column::SubjectId)),
                )
                .to_owned();
            Condition::all()
                .add(artwork::Column::SubjectKind.eq(subject.as_str()))
                .add(Expr::exists(own).not())
        };
        let stray = Condition::any()
            .add(there(Subject::Show, "shows"))
            .add(there(Subject::Person, "people"))
            .add(there(Subject::Collection, "collections"));
        Ok(artwork::Entity::find()
            .filter(stray)
            .limit(limit)
            .all(self.db.read())
            .await?)
    }

    /// Forgets a picture whose bytes are gone.
    pub async fn forget_artwork(&self, id: &str) -> Result<()> {
        artwork::Entity::delete_by_id(id)
            .exec(self.db.write())
            .await?;
        Ok(())
    }

    /// Tells listeners that a video's pictures have changed.
    pub fn announce_subject(&self, picture: &Artwork) {
        if picture.subject() == Some(Subject::Video) {
            self.announce(&picture.subject_id, false);
        }
    }
}

/// Moves a video's version on if the picture is one of its parts.
async fn touch_subject(conn: &impl ConnectionTrait, picture: &Artwork) -> Result<()> {
    if picture.subject() != Some(Subject::Video) {
        return Ok(());
    }
    match Catalog::touch(conn, &picture.subject_id).await {
        // The video may go in the same breath.
        Err(CatalogError::NotFound { .. }) => Ok(()),
        done => done,
    }
}

/// Refuses if there is no such title, person or collection.
async fn require(conn: &impl ConnectionTrait, subject: Subject, id: &str) -> Result<()> {
    let there = match subject {
        Subject::Video => videos::Entity::find_by_id(id).one(conn).await?.is_some(),
        Subject::Show => shows::Entity::find_by_id(id).one(conn).await?.is_some(),
        Subject::Person => people::Entity::find_by_id(id).one(conn).await?.is_some(),
        Subject::Collection => collections::Entity::find_by_id(id)
            .one(conn)
            .await?
            .is_some(),
    };
    if there {
        Ok(())
    } else {
        Err(CatalogError::not_found(subject.as_str(), id))
    }
}

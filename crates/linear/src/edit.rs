//! Making, changing and deleting channels.

use std::sync::Arc;

use matinee_catalog::community::Person;
use matinee_catalog::{Access, CatalogError};
use matinee_channels::definition;
use matinee_channels::schedule::{
    Change, Effective, Notice, Plan, Revision, Timeline, changes, notices,
};
use matinee_channels::time::{DAY, HOUR};
use matinee_channels::{ChannelError, Problem};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use matinee_identity::{ratings, take_back};
use matinee_media::codec::Codec;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, SqlErr,
};

use crate::library::{Libraries, Library, Share, aside};
use crate::station::Station;
use crate::store::{channels, revisions};
use crate::{Channel, Channels, LinearError, Result};

/// How often an edit is begun anew when others were faster.
const ATTEMPTS: usize = 5;
/// How many days of a schedule are compared to tell what an edit changes.
const COMPARED: i64 = 3 * DAY;
/// The most changes that are told.
const CHANGES_TOLD: usize = 500;
/// How soon a channel that has nothing to show is looked after again, at the earliest: sooner than
/// anybody looks.
pub(crate) const BARE_EVERY: i64 = 2_000;
/// Segments of before it began fill the playlist of a channel that begins, so that players can
/// begin at once.
const BEGUN_MS: i64 = 60_000;

/// A channel about to be made.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// What it shows.
    pub definition: definition::Channel,
    /// Whom it is open to.
    pub access: Access,
    /// The rating that children's profiles go by.
    pub rating: Option<String>,
    /// The account that owns it.
    pub owner: Option<String>,
}

/// What is to become of a channel. An absent field stays.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Another definition.
    pub definition: Option<definition::Channel>,
    /// Other rules.
    pub access: Option<Access>,
    /// Another rating, or none.
    pub rating: Option<Option<String>>,
    /// Whether new videos are taken up, though nothing else changes.
    pub refresh: bool,
}

/// What is to become of a channel as it is.
pub type WishOf<'a> = dyn Fn(&Station) -> Result<Wish> + Send + Sync + 'a;

/// How it is edited.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// From when on.
    pub when: Effective,
    /// Whether it is only told what would change.
    pub dry_run: bool,
}

/// What an edit comes to.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The channel from then on; as it was, if it was only asked what would change.
    pub station: Arc<Station>,
    /// The number of the edit of the programme that holds then.
    pub edition: u32,
    /// From when on; now, if the programme stays as it is.
    pub effective_at: i64,
    /// What will be shown otherwise, in the first days.
    pub changes: Vec<Change>,
    /// What its operator should know.
    pub notices: Vec<Notice>,
}

impl Channels {
    /// Makes a channel, which is on the air at once.
    pub async fn create(&self, new: NewChannel, by: &Person) -> Result<Arc<Station>> {
        let NewChannel {
            definition,
            access,
            rating,
            owner,
        } = new;
        servable(&definition)?;
        let access = access.checked(false)?;
        let (rating, rating_level) = rated(rating)?;
        self.judge(&definition.name, by).await?;
        let now = self.now();
        let begins_at = now - BEGUN_MS;
        let micros = now_micros();
        let text = serde_json::to_string(&definition).map_err(LinearError::damaged)?;
        let mut row = channels::Model {
            id: Id::new("channel").to_string(),
            number: i32::try_from(definition.number).ok(),
            slug: definition.slug.clone(),
            name: definition.name.clone(),
            owner,
            definition: text,
            visibility: access.visibility,
            access_groups: None,
            access_password_hash: None,
            publish_at: None,
            expires_at: None,
            access_regions: None,
            access_networks: None,
            rating,
            rating_level,
            edition: 1,
            begins_at,
            aired_until: begins_at,
            renew_at: 0,
            version: 1,
            deleted_at: None,
            created_at: micros,
            updated_at: micros,
        };
        open_to(&mut row, access);
        let library = self.0.libraries.take(&Share::of(&row)).await?;
        let (id, snapshot) = (row.id.clone(), library.snapshot.clone());
        let (timeline, renew_at) = aside(move || {
            let definition = Arc::new(definition);
            let timeline = Timeline::begin(&id, definition, snapshot, begins_at)?;
            let renew_at = next_look(&timeline, &id, now)?;
            Ok((timeline, renew_at))
        })
        .await?;
        row.renew_at = renew_at;
        self.keep_library(&library).await?;
        let tx = self.0.db.begin().await?;
        let id = row.id.clone();
        taken(row.into_active_model().insert(&tx).await)?;
        write_revision(&tx, &id, timeline.revision(i64::MAX), &library).await?;
        tx.commit().await?;
        self.forget(&id).await;
        self.station(&id).await
    }

    /// Changes a channel, or tells what would change. `wish` is asked again when others were
    /// faster.
    pub async fn edit(
        &self,
        id: &str,
        edit: Edit,
        by: &Person,
        wish: &WishOf<'_>,
    ) -> Result<Edited> {
        for _ in 0..ATTEMPTS {
            let before = Arc::new(self.load(id).await?);
            let wish = wish(&before)?;
            let mut coming = self.prepare(&before, wish, edit, by).await?;
            if edit.dry_run {
                return Ok(coming.told(before));
            }
            if self.commit(&before, &mut coming).await? {
                self.forget(id).await;
                return Ok(coming.told(self.station(id).await?));
            }
        }
        Err(LinearError::Busy)
    }

    /// What an edit comes to, before anything is written.
    async fn prepare(
        &self,
        before: &Arc<Station>,
        wish: Wish,
        edit: Edit,
        by: &Person,
    ) -> Result<Coming> {
        let mut row = before.channel.clone();
        let definition = match wish.definition {
            Some(definition) => Arc::new(definition),
            None => before.written.clone(),
        };
        servable(&definition)?;
        if definition.name != before.written.name {
            self.judge(&definition.name, by).await?;
        }
        row.number = i32::try_from(definition.number).ok();
        row.slug.clone_from(&definition.slug);
        row.name.clone_from(&definition.name);
        if let Some(access) = wish.access {
            let access = access.checked(row.access_password_hash.is_some())?;
            open_to(&mut row, access);
        }
        if let Some(rating) = wish.rating {
            (row.rating, row.rating_level) = rated(rating)?;
        }
        let share = Share::of(&row);
        let other_share = share != Share::of(&before.channel);
        let last = before.timeline.revision(i64::MAX);
        let other_programme = !same_programme(&last.channel, &definition);
        let now = self.now();
        let mut coming = Coming {
            row,
            definition: definition.clone(),
            revision: None,
            edition: last.version,
            effective_at: now,
            changes: Vec::new(),
            notices: Vec::new(),
        };
        if !(other_share || other_programme || wish.refresh) {
            return Ok(coming);
        }
        if wish.refresh {
            self.0.libraries.look_again();
        }
        let library = self.0.libraries.take(&share).await?;
        if !(other_share || other_programme) && library.id == before.library.id {
            return Ok(coming);
        }
        // Who may watch it has changed: what they may not see leaves the air as soon as can be.
        let when = if other_share {
            Effective::Cut(now)
        } else {
            edit.when
        };
        let (before, snapshot) = (before.clone(), library.snapshot.clone());
        let (timeline, at, changes, notices, renew_at) = aside(move || {
            let mut timeline = before.timeline.clone();
            let at = timeline.edit(now, definition.clone(), snapshot.clone(), when)?;
            let old = before.timeline.strips(at, at + COMPARED)?;
            let new = timeline.strips(at, at + COMPARED)?;
            let mut changes = changes(&old, &new);
            changes.retain(|change| change.start >= at);
            changes.truncate(CHANGES_TOLD);
            let version = timeline.revision(i64::MAX).version;
            let plan = Plan::new(timeline.id(), version, &definition, &snapshot)?;
            let notices = notices(&definition, &plan, &new);
            let renew_at = if timeline.is_bare(at)? {
                at
            } else {
                before.channel.renew_at
            };
            Ok((timeline, at, changes, notices, renew_at))
        })
        .await?;
        coming.row.renew_at = renew_at;
        coming.edition = timeline.revision(i64::MAX).version;
        coming.row.edition = i32::try_from(coming.edition).unwrap_or(i32::MAX);
        coming.effective_at = at;
        coming.changes = changes;
        coming.notices = notices;
        coming.revision = Some((timeline, library));
        Ok(coming)
    }

    /// Writes an edit; false if the channel has changed meanwhile.
    async fn commit(&self, before: &Station, coming: &mut Coming) -> Result<bool> {
        let row = &mut coming.row;
        row.definition =
            serde_json::to_string(&*coming.definition).map_err(LinearError::damaged)?;
        row.version = before.channel.version + 1;
        row.updated_at = now_micros();
        if let Some((_, library)) = &coming.revision {
            self.keep_library(library).await?;
        }
        let tx = self.0.db.begin().await?;
        if !claim(&tx, &before.channel).await? {
            return Ok(false);
        }
        taken(
            row.clone()
                .into_active_model()
                .reset_all()
                .update(&tx)
                .await,
        )?;
        if let Some((timeline, library)) = &coming.revision {
            let from = coming.effective_at;
            write_from(&tx, &row.id, timeline, from, |_| library).await?;
        }
        if rules(row) != rules(&before.channel) {
            take_back(&tx, [row.id.as_str()]).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes a channel. Its number is free at once.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let now = now_micros();
        let tx = self.0.db.begin().await?;
        let gone = channels::Entity::update_many()
            .col_expr(channels::Column::Number, Expr::value(None::<i32>))
            .col_expr(channels::Column::Slug, Expr::value(None::<String>))
            .col_expr(channels::Column::DeletedAt, Expr::value(now))
            .col_expr(channels::Column::UpdatedAt, Expr::value(now))
            .col_expr(
                channels::Column::Version,
                Expr::col(channels::Column::Version).add(1),
            )
            .filter(channels::Column::Id.eq(id))
            .filter(channels::Column::DeletedAt.is_null())
            .exec(&tx)
            .await?;
        if gone.rows_affected == 0 {
            return Err(LinearError::NotFound("channel"));
        }
        take_back(&tx, [id]).await?;
        tx.commit().await?;
        self.forget(id).await;
        Ok(())
    }

    /// Keeps the bytes of a library, and names them, so that a revision can.
    pub(crate) async fn keep_library(&self, library: &Library) -> Result<()> {
        // Named first: what has just been named is not collected.
        Libraries::name(self.0.db.write(), library).await?;
        self.0.libraries.keep(library).await
    }
}

/// When a channel is next looked after: about an hour before its next midnight, each at a
/// moment of its own; soon, if it has nothing to show.
pub(crate) fn next_look(timeline: &Timeline, id: &str, now: i64) -> Result<i64> {
    if timeline.is_bare(now)? {
        return Ok(now + BARE_EVERY);
    }
    let zone = timeline.revision(now).channel.zone_name().to_owned();
    let zone = matinee_channels::time::Zone::named(&zone);
    let own = i64::from(
        id.bytes()
            .fold(0_u32, |h, b| h.wrapping_mul(31).wrapping_add(b.into()))
            % 3_000_000,
    );
    let midnight = zone.map_or(now + DAY, |zone| {
        // Of the day on which it will be in two hours: never the one just looked after.
        zone.instant(zone.date(now + 2 * HOUR), 1440)
    });
    Ok(midnight - HOUR - own / 2)
}

/// An edit that is about to be written.
struct Coming {
    row: Channel,
    definition: Arc<definition::Channel>,
    revision: Option<(Timeline, Library)>,
    edition: u32,
    effective_at: i64,
    changes: Vec<Change>,
    notices: Vec<Notice>,
}

impl Coming {
    fn told(self, station: Arc<Station>) -> Edited {
        Edited {
            station,
            edition: self.edition,
            effective_at: self.effective_at,
            changes: self.changes,
            notices: self.notices,
        }
    }
}

/// Takes the channel's next version; false when somebody else has.
pub(crate) async fn claim<C: ConnectionTrait>(conn: &C, before: &Channel) -> Result<bool> {
    let claimed = channels::Entity::update_many()
        .col_expr(channels::Column::Version, Expr::value(before.version + 1))
        .filter(channels::Column::Id.eq(before.id.as_str()))
        .filter(channels::Column::Version.eq(before.version))
        .filter(channels::Column::DeletedAt.is_null())
        .exec(conn)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Writes the revisions of a channel from an instant on, in place of those that were there.
pub(crate) async fn write_from<'l, C: ConnectionTrait>(
    conn: &C,
    channel: &str,
    timeline: &'l Timeline,
    from: i64,
    library_of: impl Fn(&Revision) -> &'l Library,
) -> Result<()> {
    revisions::Entity::delete_many()
        .filter(revisions::Column::ChannelId.eq(channel))
        .filter(revisions::Column::BeginsAt.gte(from))
        .exec(conn)
        .await?;
    let changed = timeline.revisions().iter();
    for revision in changed.filter(|revision| revision.state.at >= from) {
        write_revision(conn, channel, revision, library_of(revision)).await?;
    }
    Ok(())
}

pub(crate) async fn write_revision<C: ConnectionTrait>(
    conn: &C,
    channel: &str,
    revision: &Revision,
    library: &Library,
) -> Result<()> {
    let row = revisions::ActiveModel {
        channel_id: Set(channel.to_owned()),
        begins_at: Set(revision.state.at),
        edition: Set(i32::try_from(revision.version).unwrap_or(i32::MAX)),
        library_id: Set(library.id.to_string()),
        definition: Set(serde_json::to_string(&*revision.channel).map_err(LinearError::damaged)?),
        state: Set(serde_json::to_string(&revision.state).map_err(LinearError::damaged)?),
        relay: Set(match &revision.relay {
            None => None,
            Some(relay) => Some(serde_json::to_string(relay.form()).map_err(LinearError::damaged)?),
        }),
    };
    row.insert(conn).await?;
    Ok(())
}

/// Whether two definitions come to the same schedule: what they are called does not matter.
fn same_programme(a: &definition::Channel, b: &definition::Channel) -> bool {
    let bare = |of: &definition::Channel| definition::Channel {
        number: 0,
        name: String::new(),
        slug: None,
        logo: None,
        language: None,
        dvr_minutes: 0,
        ..of.clone()
    };
    bare(a) == bare(b)
}

fn rules(of: &Channel) -> (Access, Option<String>, Option<i32>) {
    let password = of.access_password_hash.clone();
    (of.access(), password, of.rating_level)
}

fn open_to(row: &mut Channel, access: Access) {
    row.visibility = access.visibility;
    row.access_groups = Some(access.groups).filter(|groups| !groups.any.is_empty());
    row.access_password_hash = access
        .password_hash
        .or_else(|| row.access_password_hash.take())
        .filter(|_| access.visibility == Visibility::Password);
    row.publish_at = access.publish_at;
    row.expires_at = access.expires_at;
    row.access_regions = access.regions;
    row.access_networks = Some(access.networks).filter(|networks| !networks.any.is_empty());
}

fn rated(rating: Option<String>) -> Result<(Option<String>, Option<i32>)> {
    let Some(rating) = rating.filter(|rating| !rating.trim().is_empty()) else {
        return Ok((None, None));
    };
    let level = ratings::level(&rating).ok_or_else(|| {
        LinearError::from(CatalogError::field(
            "rating",
            "must be a rating such as PG-13",
        ))
    })?;
    Ok((Some(rating), Some(level.into())))
}

/// Whether a definition holds together, and everything that it needs can be served.
pub(crate) fn servable(definition: &definition::Channel) -> Result<()> {
    let mut problems = match definition.validate() {
        Ok(()) => Vec::new(),
        Err(ChannelError::Invalid(problems)) => problems,
        Err(other) => return Err(other.into()),
    };
    let slug = definition.slug.as_deref().unwrap_or("a");
    if slug.bytes().all(|b| b.is_ascii_digit()) {
        problems.push(Problem::new(
            "slug",
            "must have a letter: numbers are numbers",
        ));
    }
    if slug == "mine" {
        problems.push(Problem::new(
            "slug",
            "is what stands for viewers' own channels",
        ));
    }
    let format = &definition.format;
    if format.audio != Codec::Aac {
        problems.push(Problem::new(
            "format.audio",
            "must be aac: silence is made of it",
        ));
    } else if matinee_media::silence::Silence::new(format.sample_rate, format.channels).is_err() {
        problems.push(Problem::new(
            "format.sample_rate",
            "with so many channels has no silence: 1, 2 or 6 channels of 48000 or 44100 do",
        ));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ChannelError::Invalid(problems).into())
    }
}

/// A number or a slug that another channel has is told so.
fn taken<T>(outcome: Result<T, DbErr>) -> Result<T> {
    outcome.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(what)) => {
            LinearError::Taken(if what.contains("slug") {
                "slug"
            } else {
                "number"
            })
        }
        _ => error.into(),
    })
}

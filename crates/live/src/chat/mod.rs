//! What people say beside a stream.
//!
//! A message is judged, kept, and only then told to the room and acknowledged;
//! one after the other, so that everybody reads them in the order in which they
//! are kept. What people type is plain text and stays it: see
//! [`matinee_catalog::moderation::text`].

mod bans;
mod beside;
mod leaving;
mod model;
mod recorded;
mod replay;
mod rows;
mod store;

use std::sync::Arc;
use std::time::Duration;

use matinee_catalog::CatalogError;
use matinee_catalog::moderation::{Kind, Moderation, WhoMayWrite, text};
use matinee_engines::db::Db;
use matinee_engines::hot::{Hot, Rate};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use parking_lot::RwLock;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::room::{Rooms, What};
use crate::streams::{ChatFrom, Stream};
use crate::{LiveError, Result};

pub use bans::NewBan;
pub use model::{Badge, ChatOptions, MessageChange, MessageState, NewMessage, Speaker};
pub(crate) use recorded::{Kept as KeptColumn, Table as ReplayTable, rows as recordings};
pub use replay::Replayed;
pub use rows::{Message, Quoted};
pub use store::bans::Model as Ban;

use store::messages::{self, Column};

/// The longest name of somebody without account, in characters.
const NAME_MAX: usize = 40;

/// What chats are kept with.
pub struct ChatDeps {
    /// Where.
    pub db: Db,
    /// Who is told.
    pub rooms: Rooms,
    /// Judges what people write.
    pub moderation: Arc<Moderation>,
    /// Counts how often they do.
    pub hot: Arc<dyn Hot>,
    /// How.
    pub options: ChatOptions,
}

/// All chats. A clone shares them.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

struct Inner {
    db: Db,
    rooms: Rooms,
    moderation: Arc<Moderation>,
    hot: Arc<dyn Hot>,
    options: RwLock<ChatOptions>,
}

impl Chat {
    /// The chats in this database.
    pub fn new(deps: ChatDeps) -> Self {
        Self(Arc::new(Inner {
            db: deps.db,
            rooms: deps.rooms,
            moderation: deps.moderation,
            hot: deps.hot,
            options: RwLock::new(deps.options),
        }))
    }

    /// How chats are kept.
    pub fn options(&self) -> ChatOptions {
        *self.0.options.read()
    }

    /// Other options from now on.
    pub fn set_options(&self, options: ChatOptions) {
        *self.0.options.write() = options;
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// Whether a stream has a chat that can be written in.
    pub fn is_open(&self, stream: &Stream) -> bool {
        self.options().enabled && stream.chat_from != ChatFrom::Nobody
    }

    /// Somebody says something. It is kept when this returns. A message that a
    /// rule holds back is seen by its author and by those who look after the
    /// chat.
    pub async fn say(&self, stream: &Stream, who: &Speaker, new: NewMessage) -> Result<Message> {
        let options = self.options();
        self.may_write(stream, who).await?;
        let body = text::clean(&new.body);
        if body.is_empty() {
            return Err(LiveError::field("message", "must not be empty"));
        }
        if body.chars().count() > options.message_max {
            let reason = format!("must not be longer than {} characters", options.message_max);
            return Err(LiveError::field("message", reason));
        }
        let name = self.name_of(who).await?;
        let quoted = match &new.reply_to {
            Some(id) => Some(self.quotable(stream, id).await?),
            None => None,
        };
        let held = if options.filter && !who.badge.moderates() {
            let texts = [("message", body.as_str())];
            let verdict = self
                .0
                .moderation
                .verdict(Kind::Comment, &texts, &who.person.key);
            verdict.await?.held()
        } else {
            false
        };
        // Last of all: what is refused costs nobody a turn.
        self.take_turn(stream, who, options).await?;
        let room = self.0.rooms.open(&stream.id);
        let _turn = room.writing.lock().await;
        let row = messages::ActiveModel {
            id: Set(Id::new("msg").to_string()),
            stream_id: Set(stream.id.clone()),
            author: Set(who.person.key.clone()),
            account: Set(who.person.account.clone()),
            author_name: Set(name),
            badge: Set(who.badge),
            body: Set(body),
            reply_to: Set(new.reply_to),
            state: Set(if held {
                MessageState::Held
            } else {
                MessageState::Visible
            }),
            pinned: Set(false),
            created_at: Set(now_micros()),
        };
        let row = row.insert(self.db().write()).await.map_err(gone)?;
        let message = Message { row, quoted };
        room.tell(What::Said(Arc::new(message.clone())));
        Ok(message)
    }

    /// Refuses unless somebody may write in a stream's chat at all.
    pub async fn may_write(&self, stream: &Stream, who: &Speaker) -> Result<()> {
        if !self.is_open(stream) {
            return Err(LiveError::NoChat);
        }
        if who.badge.moderates() {
            return Ok(());
        }
        match stream.chat_from {
            ChatFrom::Moderators => {
                return Err(LiveError::NotYours("Only moderators write here now."));
            }
            ChatFrom::SignedIn if who.person.account.is_none() => return Err(LiveError::SignIn),
            ChatFrom::SignedIn | ChatFrom::Everybody | ChatFrom::Nobody => {}
        }
        let rules = &self.0.moderation;
        match rules.may_write(Kind::Comment, Some(&who.person)).await? {
            WhoMayWrite::Yes => {}
            WhoMayWrite::SignIn => return Err(LiveError::SignIn),
            WhoMayWrite::Nobody => return Err(LiveError::NoChat),
        }
        if let Some(ban) = self.ban_of(&stream.id, &who.person).await? {
            return Err(LiveError::Banned { until: ban.until });
        }
        self.may_among_followers(stream, who).await
    }

    /// Takes one of the messages that somebody may write now.
    async fn take_turn(&self, stream: &Stream, who: &Speaker, options: ChatOptions) -> Result<()> {
        if who.badge.moderates() {
            return Ok(());
        }
        let person = who.person.account.as_ref().unwrap_or(&who.person.key);
        let slow = u64::try_from(stream.slow_mode_s).unwrap_or(0);
        let rates = [
            (
                "slow",
                (slow > 0).then(|| Rate {
                    count: 1,
                    per: Duration::from_secs(slow),
                    burst: 1,
                }),
            ),
            (
                "rate",
                options.per_minute.map(|count| Rate {
                    count,
                    per: Duration::from_mins(1),
                    burst: count,
                }),
            ),
        ];
        for (what, rate) in rates {
            let Some(rate) = rate else { continue };
            let key = format!("chat:{what}:{}:{person}", stream.id);
            match self.0.hot.take(&key, rate, 1).await {
                Ok(taken) if !taken.allowed => {
                    return Err(LiveError::TooFast {
                        retry_after: taken.retry_after,
                    });
                }
                Ok(_) => {}
                // Better a message too many than none.
                Err(error) => tracing::warn!(%error, "chat messages are not counted"),
            }
        }
        Ok(())
    }

    /// The name that is shown with what somebody writes. One without account
    /// calls themselves what they like, within the rules about names.
    async fn name_of(&self, who: &Speaker) -> Result<String> {
        let name = text::line(&who.person.name);
        if who.person.account.is_some() {
            return Ok(name);
        }
        if name.is_empty() {
            return Ok("Guest".to_owned());
        }
        if name.chars().count() > NAME_MAX {
            let reason = format!("must not be longer than {NAME_MAX} characters");
            return Err(LiveError::field("username", reason));
        }
        let texts = [("username", name.as_str())];
        let verdict = self
            .0
            .moderation
            .verdict(Kind::Name, &texts, &who.person.key);
        if verdict.await?.held() {
            return Err(LiveError::field("username", "is not allowed here"));
        }
        Ok(name)
    }

    async fn quotable(&self, stream: &Stream, id: &str) -> Result<Quoted> {
        let row = messages::Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream.id.as_str()))
            .filter(Column::State.eq(MessageState::Visible))
            .one(self.db().read())
            .await?;
        row.map(|row| Quoted::of(&row))
            .ok_or_else(|| LiveError::field("reply_to", "must be a message of this chat"))
    }

    /// The latest messages of a stream before one of them, or before the end,
    /// the earliest first. `who` sees their own held ones, too; those who look
    /// after the chat see all of these.
    pub async fn history(
        &self,
        stream_id: &str,
        who: Option<&Speaker>,
        before: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Message>> {
        let limit = limit.min(self.options().history_max);
        let mut seen = Condition::any().add(Column::State.eq(MessageState::Visible));
        if let Some(who) = who {
            let mut held = Condition::all().add(Column::State.eq(MessageState::Held));
            if !who.badge.moderates() {
                held = held.add(Column::Author.eq(who.person.key.as_str()));
            }
            seen = seen.add(held);
        }
        let mut query = messages::Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(seen)
            .order_by_desc(Column::Id)
            .limit(limit);
        if let Some(before) = before {
            let before = Id::parse("msg", before).map_err(|_| CatalogError::Cursor)?;
            query = query.filter(Column::Id.lt(before.as_str()));
        }
        let mut rows = query.all(self.db().read()).await?;
        rows.reverse();
        self.with_quotes(rows).await
    }

    /// The messages of a stream that stand above the others, the earliest first.
    pub async fn pinned(&self, stream_id: &str) -> Result<Vec<Message>> {
        let rows = messages::Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(Column::Pinned.eq(true))
            .filter(Column::State.eq(MessageState::Visible))
            .order_by_asc(Column::Id)
            .limit(rows::PINNED_MAX)
            .all(self.db().read())
            .await?;
        self.with_quotes(rows).await
    }

    /// A message of a stream that is not deleted.
    pub async fn message(&self, stream_id: &str, id: &str) -> Result<Message> {
        let row = messages::Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .filter(Column::State.ne(MessageState::Deleted))
            .one(self.db().read())
            .await?
            .ok_or(LiveError::NotFound("message"))?;
        let mut all = self.with_quotes(vec![row]).await?;
        all.pop().ok_or(LiveError::NotFound("message"))
    }

    /// Changes a message, and tells the room. Whether somebody may is decided
    /// before.
    pub async fn edit(&self, stream_id: &str, id: &str, change: MessageChange) -> Result<Message> {
        let room = self.0.rooms.open(stream_id);
        let _turn = room.writing.lock().await;
        let mut message = self.message(stream_id, id).await?;
        let shown = change.approve && message.row.state == MessageState::Held;
        if change.pinned == Some(true) && !message.row.pinned {
            let pinned = self.pinned(stream_id).await?.len() as u64;
            if pinned >= rows::PINNED_MAX {
                let reason = format!("{} messages are pinned already", rows::PINNED_MAX);
                return Err(LiveError::Conflict(reason));
            }
            if message.row.state == MessageState::Held && !shown {
                let reason = "a message that is held cannot be pinned";
                return Err(LiveError::Conflict(reason.to_owned()));
            }
        }
        let mut row = message.row.clone().into_active_model();
        if shown {
            row.state = Set(MessageState::Visible);
        }
        if let Some(pinned) = change.pinned {
            row.pinned = Set(pinned);
        }
        if row.is_changed() {
            message.row = row.update(self.db().write()).await.map_err(gone)?;
            let told = Arc::new(message.clone());
            room.tell(if shown {
                What::Said(told)
            } else {
                What::Edited(told)
            });
        }
        Ok(message)
    }

    /// Deletes a message, and tells the room. Whether somebody may is decided
    /// before. Its words go at once; deleting it again is not found.
    pub async fn delete(&self, stream_id: &str, id: &str) -> Result<()> {
        let room = self.0.rooms.open(stream_id);
        let _turn = room.writing.lock().await;
        let message = self.message(stream_id, id).await?;
        let mut row = message.row.into_active_model();
        row.state = Set(MessageState::Deleted);
        row.pinned = Set(false);
        row.body = Set(String::new());
        row.update(self.db().write()).await.map_err(gone)?;
        room.tell(What::Unsaid(id.to_owned()));
        Ok(())
    }

    /// Forgets messages that are older than they are kept, and bans that are
    /// over.
    pub async fn collect(&self) -> Result<()> {
        let now = now_micros();
        if let Some(keep) = self.options().keep {
            let instant = now.saturating_sub(crate::streams::micros(keep));
            messages::Entity::delete_many()
                .filter(Column::CreatedAt.lt(instant))
                .exec(self.db().write())
                .await?;
        }
        store::bans::Entity::delete_many()
            .filter(store::bans::Column::Until.lt(now))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// A stream, or a message, that was deleted meanwhile is not found.
fn gone(error: sea_orm::DbErr) -> LiveError {
    gone_from(error, "message")
}

/// The same of anything else beside a stream.
pub(crate) fn gone_from(error: sea_orm::DbErr, what: &'static str) -> LiveError {
    match (error.sql_err(), error) {
        (Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_)), _)
        | (_, sea_orm::DbErr::RecordNotUpdated) => LiveError::NotFound(what),
        (_, error) => LiveError::Db(error),
    }
}

//! Who may not write beside a stream, and for how long.

use matinee_catalog::community::Person;
use matinee_catalog::moderation::text;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::store::bans::{ActiveModel, Column, Entity};
use super::store::messages;
use super::{Ban, Chat, MessageState};
use crate::room::What;
use crate::{LiveError, Result};

/// The longest reason, in characters.
const REASON_MAX: usize = 500;
/// The longest time-out, in seconds: a year. Longer is for ever.
const SECONDS_MAX: i64 = 31_536_000;
/// The most bans that are listed.
const LISTED: u64 = 500;
/// The most messages that go with a ban.
const UNSAID: u64 = 500;

/// Somebody about to be kept from writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewBan {
    /// Who wrote this message.
    pub message_id: String,
    /// For so many seconds; none for ever.
    pub seconds: Option<i64>,
    /// Why, in words; may be empty.
    pub reason: String,
    /// Whether what they have written goes, too.
    pub delete_messages: bool,
}

impl Chat {
    /// Keeps the author of a message from writing, and tells the room. Whether
    /// `by` may is decided before; nobody silences those who look after the
    /// chat.
    pub async fn ban(&self, stream_id: &str, new: NewBan, by: Option<&str>) -> Result<Ban> {
        let reason = text::line(&new.reason);
        if reason.chars().count() > REASON_MAX {
            let why = format!("must not be longer than {REASON_MAX} characters");
            return Err(LiveError::field("reason", why));
        }
        if new.seconds.is_some_and(|n| !(1..=SECONDS_MAX).contains(&n)) {
            let why = format!("must be from 1 to {SECONDS_MAX}, or null for ever");
            return Err(LiveError::field("seconds", why));
        }
        let said = messages::Entity::find_by_id(&new.message_id)
            .filter(messages::Column::StreamId.eq(stream_id))
            .one(self.db().read())
            .await?
            .ok_or_else(|| LiveError::field("message_id", "must be a message of this chat"))?;
        if said.badge.moderates() {
            let why = "must not be of somebody who looks after the chat";
            return Err(LiveError::field("message_id", why));
        }
        let now = now_micros();
        let row = ActiveModel {
            id: Set(Id::new("ban").to_string()),
            stream_id: Set(stream_id.to_owned()),
            author: Set(said.author.clone()),
            account: Set(said.account),
            author_name: Set(said.author_name),
            reason: Set(reason),
            until: Set(new.seconds.map(|seconds| now + seconds * 1_000_000)),
            created_by: Set(by.map(str::to_owned)),
            created_at: Set(now),
        };
        let again = OnConflict::columns([Column::StreamId, Column::Author])
            .update_columns([
                Column::Reason,
                Column::Until,
                Column::CreatedBy,
                Column::CreatedAt,
            ])
            .to_owned();
        let tx = self.db().begin().await?;
        Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&tx)
            .await
            .map_err(super::gone)?;
        let ban = Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(Column::Author.eq(said.author.as_str()))
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("ban"))?;
        tx.commit().await?;
        let silenced = What::Silenced {
            author: ban.author.clone(),
            until: ban.until,
        };
        self.0.rooms.tell(stream_id, silenced);
        if new.delete_messages {
            self.unsay_all(stream_id, &ban.author).await?;
        }
        Ok(ban)
    }

    async fn unsay_all(&self, stream_id: &str, author: &str) -> Result<()> {
        let said: Vec<String> = messages::Entity::find()
            .select_only()
            .column(messages::Column::Id)
            .filter(messages::Column::StreamId.eq(stream_id))
            .filter(messages::Column::Author.eq(author))
            .filter(messages::Column::State.ne(MessageState::Deleted))
            .order_by_desc(messages::Column::Id)
            .limit(UNSAID)
            .into_tuple()
            .all(self.db().read())
            .await?;
        for id in said {
            match self.delete(stream_id, &id).await {
                Ok(()) | Err(LiveError::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Who may not write beside a stream, the latest first.
    pub async fn bans(&self, stream_id: &str) -> Result<Vec<Ban>> {
        Ok(Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(lasting())
            .order_by_desc(Column::CreatedAt)
            .limit(LISTED)
            .all(self.db().read())
            .await?)
    }

    /// Lets somebody write again.
    pub async fn unban(&self, stream_id: &str, id: &str) -> Result<()> {
        let ban = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .one(self.db().read())
            .await?
            .ok_or(LiveError::NotFound("ban"))?;
        Entity::delete_by_id(id).exec(self.db().write()).await?;
        let again = What::Unsilenced { author: ban.author };
        self.0.rooms.tell(stream_id, again);
        Ok(())
    }

    /// What keeps this person from writing, if anything does.
    pub(super) async fn ban_of(&self, stream_id: &str, who: &Person) -> Result<Option<Ban>> {
        let mut theirs = Condition::any().add(Column::Author.eq(who.key.as_str()));
        if let Some(account) = &who.account {
            theirs = theirs.add(Column::Account.eq(account.as_str()));
        }
        Ok(Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(theirs)
            .filter(lasting())
            .one(self.db().read())
            .await?)
    }
}

fn lasting() -> Condition {
    Condition::any()
        .add(Column::Until.is_null())
        .add(Column::Until.gt(now_micros()))
}

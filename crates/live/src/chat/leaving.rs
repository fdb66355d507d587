//! What somebody has said: to be handed out, or to be forgotten.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::store::{bans, messages};
use super::{Chat, MessageState};
use crate::Result;

/// The most messages that an export holds.
const EXPORT_MAX: u64 = 50_000;

impl Chat {
    /// What an account (`user_…`) has said, the earliest first.
    pub async fn said_by(&self, account: &str) -> Result<Vec<messages::Model>> {
        Ok(messages::Entity::find()
            .filter(messages::Column::Account.eq(account))
            .filter(messages::Column::State.ne(MessageState::Deleted))
            .order_by_asc(messages::Column::Id)
            .limit(EXPORT_MAX)
            .all(self.db().read())
            .await?)
    }

    /// Forgets what an account with these keys has said, and its bans.
    pub async fn forget(&self, account: &str, keys: &[String]) -> Result<()> {
        let keys = || keys.iter().map(String::as_str);
        let tx = self.db().begin().await?;
        messages::Entity::delete_many()
            .filter(
                Condition::any()
                    .add(messages::Column::Account.eq(account))
                    .add(messages::Column::Author.is_in(keys())),
            )
            .exec(&tx)
            .await?;
        bans::Entity::delete_many()
            .filter(
                Condition::any()
                    .add(bans::Column::Account.eq(account))
                    .add(bans::Column::Author.is_in(keys())),
            )
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

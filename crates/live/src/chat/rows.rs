//! Messages with what they answer.

use std::collections::HashMap;

use matinee_catalog::moderation::text;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::store::messages::{self, Column, Model};
use super::{Chat, MessageState};
use crate::Result;

/// How much of a message is shown with an answer to it, in characters.
const EXCERPT: usize = 120;
/// The most messages of a stream that stand above the others.
pub(super) const PINNED_MAX: u64 = 10;

/// A message, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The row.
    pub row: Model,
    /// What it answers; none if that is gone.
    pub quoted: Option<Quoted>,
}

/// The beginning of a message that another one answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// `msg_…`
    pub id: String,
    /// The name of its author.
    pub author_name: String,
    /// How it begins.
    pub excerpt: String,
}

impl Quoted {
    pub(super) fn of(row: &Model) -> Self {
        Self {
            id: row.id.clone(),
            author_name: row.author_name.clone(),
            excerpt: text::excerpt(&row.body, EXCERPT),
        }
    }
}

impl Chat {
    /// The same rows with what they answer, in two queries at most.
    pub(super) async fn with_quotes(&self, rows: Vec<Model>) -> Result<Vec<Message>> {
        let wanted: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.reply_to.as_deref())
            .collect();
        let mut quotes = HashMap::new();
        for ids in wanted.chunks(500) {
            let found = messages::Entity::find()
                .filter(Column::Id.is_in(ids.iter().copied()))
                .filter(Column::State.eq(MessageState::Visible))
                .all(self.db().read())
                .await?;
            quotes.extend(found.iter().map(|row| (row.id.clone(), Quoted::of(row))));
        }
        let message = |row: Model| Message {
            quoted: row.reply_to.as_ref().and_then(|id| quotes.get(id).cloned()),
            row,
        };
        Ok(rows.into_iter().map(message).collect())
    }
}

//! Questions beside a stream, for whoever speaks to answer: the audience says
//! which ones matter.
//!
//! Whoever has signed in asks and votes, unless they are kept from writing in
//! the chat. A question has one vote of each account, counted by the database;
//! rooms are told of votes once a second.

mod store;

use matinee_engines::hot::Rate;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::prelude::StringLen;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DeriveActiveEnum, EntityTrait, EnumIter,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::chat::{Chat, Speaker, gone_from};
use crate::pace::Pace;
use crate::room::What;
use crate::streams::{Stream, micros};
use crate::{LiveError, Result};

pub(crate) use store::Tables;
pub use store::questions::Model as Question;

use store::questions::{Column, Entity};
use store::votes;

/// The longest question, in characters.
pub const QUESTION_MAX: usize = 500;
/// The longest answer, in characters.
pub const ANSWER_MAX: usize = 2_000;
/// The most questions beside one stream.
const PER_STREAM: u64 = 2_000;
/// The most of them that are one person's and wait for an answer.
const PER_PERSON: u64 = 20;
/// How often somebody may ask.
const ASKING: Rate = Rate {
    count: 5,
    per: Duration::from_mins(1),
    burst: 5,
};
/// How often somebody may vote, or think better of it.
const VOTING: Rate = Rate {
    count: 60,
    per: Duration::from_mins(1),
    burst: 30,
};
/// The most questions that an export holds.
const EXPORT_MAX: u64 = 10_000;

/// What has become of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum QuestionState {
    /// It waits for an answer.
    #[sea_orm(string_value = "open")]
    Open,
    /// It was answered, in writing or aloud.
    #[sea_orm(string_value = "answered")]
    Answered,
    /// It will not be answered; only those who look after the chat see it.
    #[sea_orm(string_value = "dismissed")]
    Dismissed,
}

impl QuestionState {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of this name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Dismissed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A question as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The row.
    pub row: Question,
    /// Whether they have voted for it.
    pub voted: bool,
}

/// A change of a question, by those who look after the chat: an absent field
/// stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionChange {
    /// What has become of it.
    pub state: Option<QuestionState>,
    /// What is answered in writing; `None` within takes an answer back. An
    /// answer makes the question answered unless a state is given.
    pub answer: Option<Option<String>>,
}

/// All questions. A clone shares them.
#[derive(Clone)]
pub struct Questions {
    chat: Chat,
    pace: Pace,
}

impl Questions {
    /// Questions beside the streams of these chats.
    pub fn new(chat: Chat) -> Self {
        Self {
            chat,
            pace: Pace::default(),
        }
    }

    /// Somebody asks. Whether they may watch the stream is decided before. It
    /// is kept when this returns.
    pub async fn ask(&self, stream: &Stream, who: &Speaker, words: &str) -> Result<Asked> {
        let account = self.chat.writer(stream, who).await?;
        let body = self.chat.written(who, "text", words, QUESTION_MAX).await?;
        let key = format!("questions:ask:{}:{account}", stream.id);
        self.chat.turn(who, &key, ASKING).await?;
        let tx = self.chat.store().begin().await?;
        let beside = || Entity::find().filter(Column::StreamId.eq(stream.id.as_str()));
        if beside().count(&tx).await? >= PER_STREAM {
            let reason = "as many questions have been asked here as may".to_owned();
            return Err(LiveError::Conflict(reason));
        }
        let theirs = beside()
            .filter(Column::Account.eq(account.as_str()))
            .filter(Column::State.eq(QuestionState::Open));
        if !who.badge.moderates() && theirs.count(&tx).await? >= PER_PERSON {
            let reason = format!("{PER_PERSON} of your questions wait for an answer already");
            return Err(LiveError::Conflict(reason));
        }
        let row = store::questions::ActiveModel {
            id: Set(Id::new("question").to_string()),
            stream_id: Set(stream.id.clone()),
            author: Set(who.person.key.clone()),
            account: Set(account),
            author_name: Set(who.person.name.clone()),
            body: Set(body),
            state: Set(QuestionState::Open),
            votes: Set(0),
            answer: Set(None),
            answered_at: Set(None),
            created_at: Set(now_micros()),
        };
        let row = row.insert(&tx).await.map_err(|e| gone_from(e, "stream"))?;
        tx.commit().await?;
        let told = What::Asked(Arc::new(row.clone()));
        self.chat.rooms().tell(&stream.id, told);
        Ok(Asked { row, voted: false })
    }

    /// The questions beside a stream in this state (or all), those with the
    /// most votes first, and how many there are. Dismissed ones are for those
    /// who look after the chat.
    pub async fn list(
        &self,
        stream_id: &str,
        who: Option<&Speaker>,
        state: Option<QuestionState>,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<Asked>, u64)> {
        let mut query = Entity::find().filter(Column::StreamId.eq(stream_id));
        if let Some(state) = state {
            query = query.filter(Column::State.eq(state));
        }
        if !who.is_some_and(|who| who.badge.moderates()) {
            query = query.filter(Column::State.ne(QuestionState::Dismissed));
        }
        let db = self.chat.store().read();
        let total = query.clone().count(db).await?;
        let rows = query
            .order_by_desc(Column::Votes)
            .order_by_asc(Column::Id)
            .offset(offset)
            .limit(limit)
            .all(db)
            .await?;
        let account = who.and_then(|who| who.person.account.as_deref());
        let voted = self.voted(account, &rows).await?;
        let asked = rows.into_iter().map(|row| Asked {
            voted: voted.contains(&row.id),
            row,
        });
        Ok((asked.collect(), total))
    }

    /// For which of these an account has voted.
    async fn voted(&self, account: Option<&str>, rows: &[Question]) -> Result<HashSet<String>> {
        let Some(account) = account.filter(|_| !rows.is_empty()) else {
            return Ok(HashSet::new());
        };
        let ids: Vec<String> = votes::Entity::find()
            .select_only()
            .column(votes::Column::QuestionId)
            .filter(votes::Column::Account.eq(account))
            .filter(votes::Column::QuestionId.is_in(rows.iter().map(|row| row.id.as_str())))
            .into_tuple()
            .all(self.chat.store().read())
            .await?;
        Ok(ids.into_iter().collect())
    }

    /// A question beside a stream, as this person may see it.
    pub async fn get(&self, stream_id: &str, id: &str, who: Option<&Speaker>) -> Result<Asked> {
        let row = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .one(self.chat.store().read())
            .await?
            .filter(|row| is_seen(row, who))
            .ok_or(LiveError::NotFound("question"))?;
        let account = who.and_then(|who| who.person.account.as_deref());
        let voted = self.voted(account, std::slice::from_ref(&row)).await?;
        Ok(Asked {
            voted: voted.contains(&row.id),
            row,
        })
    }

    /// Somebody wants a question answered, or not any more. Doing so again
    /// changes nothing.
    pub async fn vote(
        &self,
        stream: &Stream,
        id: &str,
        who: &Speaker,
        voted: bool,
    ) -> Result<Asked> {
        let account = self.chat.partaker(stream, who).await?;
        let key = format!("questions:vote:{}:{account}", stream.id);
        self.chat.turn(who, &key, VOTING).await?;
        let tx = self.chat.store().begin().await?;
        // The row is this transaction's until it ends: votes are counted one
        // after the other.
        let mut row = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream.id.as_str()))
            .lock_exclusive()
            .one(&tx)
            .await?
            .filter(|row| is_seen(row, Some(who)))
            .ok_or(LiveError::NotFound("question"))?;
        let theirs = (id.to_owned(), account.clone());
        let before = votes::Entity::find_by_id(theirs.clone()).one(&tx).await?;
        if before.is_some() == voted {
            return Ok(Asked { row, voted });
        }
        if voted {
            let vote = votes::ActiveModel {
                question_id: Set(id.to_owned()),
                account: Set(account),
                created_at: Set(now_micros()),
            };
            votes::Entity::insert(vote)
                .exec_without_returning(&tx)
                .await?;
        } else {
            votes::Entity::delete_by_id(theirs).exec(&tx).await?;
        }
        let delta: i64 = if voted { 1 } else { -1 };
        Entity::update_many()
            .col_expr(Column::Votes, Expr::col(Column::Votes).add(delta))
            .filter(Column::Id.eq(id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        row.votes += delta;
        self.tell_soon(&row);
        Ok(Asked { row, voted })
    }

    fn tell_soon(&self, row: &Question) {
        let (chat, stream, id) = (self.chat.clone(), row.stream_id.clone(), row.id.clone());
        self.pace.tell(&row.id, move || {
            let (chat, stream, id) = (chat.clone(), stream.clone(), id.clone());
            async move {
                match Entity::find_by_id(id).one(chat.store().read()).await {
                    Ok(Some(row)) => {
                        let told = What::QuestionChanged(Arc::new(row));
                        chat.rooms().tell(&stream, told);
                    }
                    // It was deleted, and that has been told.
                    Ok(None) => {}
                    Err(error) => tracing::warn!(%error, "votes were not told"),
                }
            }
        });
    }

    /// Changes a question, and tells the room. Whether somebody may is decided
    /// before.
    pub async fn edit(
        &self,
        stream_id: &str,
        id: &str,
        who: &Speaker,
        change: QuestionChange,
    ) -> Result<Asked> {
        let answer = match change.answer {
            Some(Some(words)) => {
                let words = self.chat.written(who, "answer", &words, ANSWER_MAX).await?;
                Some(Some(words))
            }
            other => other,
        };
        let tx = self.chat.store().begin().await?;
        let before = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("question"))?;
        let answers = matches!(answer, Some(Some(_)));
        let state = change
            .state
            .or(answers.then_some(QuestionState::Answered))
            .unwrap_or(before.state);
        let answered_at = match state {
            QuestionState::Answered => before.answered_at.or_else(|| Some(now_micros())),
            QuestionState::Open | QuestionState::Dismissed => None,
        };
        let mut row = before.into_active_model();
        row.state = Set(state);
        row.answered_at = Set(answered_at);
        if let Some(answer) = answer {
            row.answer = Set(answer);
        }
        let row = row.update(&tx).await?;
        tx.commit().await?;
        let told = What::QuestionChanged(Arc::new(row));
        self.chat.rooms().tell(stream_id, told);
        self.get(stream_id, id, Some(who)).await
    }

    /// Deletes a question with its votes, and tells the room. Whether somebody
    /// may is decided before.
    pub async fn delete(&self, stream_id: &str, id: &str) -> Result<()> {
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Column::StreamId.eq(stream_id))
            .exec(self.chat.store().write())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(LiveError::NotFound("question"));
        }
        let told = What::QuestionGone(id.to_owned());
        self.chat.rooms().tell(stream_id, told);
        Ok(())
    }

    /// What an account has asked, the earliest first.
    pub async fn asked_by(&self, account: &str) -> Result<Vec<Question>> {
        Ok(Entity::find()
            .filter(Column::Account.eq(account))
            .order_by_asc(Column::Id)
            .limit(EXPORT_MAX)
            .all(self.chat.store().read())
            .await?)
    }

    /// Forgets what an account has asked, and takes its votes back.
    pub async fn forget(&self, account: &str) -> Result<()> {
        let tx = self.chat.store().begin().await?;
        Entity::delete_many()
            .filter(Column::Account.eq(account))
            .exec(&tx)
            .await?;
        let voted: Vec<String> = votes::Entity::find()
            .select_only()
            .column(votes::Column::QuestionId)
            .filter(votes::Column::Account.eq(account))
            .into_tuple()
            .all(&tx)
            .await?;
        for ids in voted.chunks(200) {
            Entity::update_many()
                .col_expr(Column::Votes, Expr::col(Column::Votes).sub(1_i64))
                .filter(Column::Id.is_in(ids.iter().map(String::as_str)))
                .exec(&tx)
                .await?;
        }
        votes::Entity::delete_many()
            .filter(votes::Column::Account.eq(account))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets questions that are older than chat messages are kept.
    pub async fn collect(&self) -> Result<()> {
        if let Some(keep) = self.chat.options().keep {
            let instant = now_micros().saturating_sub(micros(keep));
            Entity::delete_many()
                .filter(Column::CreatedAt.lt(instant))
                .exec(self.chat.store().write())
                .await?;
        }
        Ok(())
    }
}

/// Whether somebody may see a question at all.
fn is_seen(row: &Question, who: Option<&Speaker>) -> bool {
    row.state != QuestionState::Dismissed || who.is_some_and(|who| who.badge.moderates())
}

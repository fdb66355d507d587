//! Polls beside a stream, with results as they come.
//!
//! Those who look after the chat ask; whoever has signed in chooses, unless
//! they are kept from writing in the chat. Everybody has one vote, of one
//! option or of several, and may change it while the poll is open. The database
//! counts; rooms are told of results once a second.

mod closing;
mod store;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::hot::Rate;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::chat::{Chat, Speaker, gone_from};
use crate::pace::Pace;
use crate::room::What;
use crate::streams::Stream;
use crate::{LiveError, Result};

pub use closing::run;
pub(crate) use store::Tables;
pub use store::options::Model as PollOption;
pub use store::polls::Model as PollRow;

use store::polls::{Column, Entity};
use store::{options, votes};

/// The longest question, in characters.
pub const POLL_QUESTION_MAX: usize = 300;
/// The longest option, in characters.
pub const POLL_OPTION_MAX: usize = 120;
/// The most options.
pub const POLL_OPTIONS_MAX: usize = 10;
/// The longest that a poll closes by itself after, in seconds: a day.
pub const POLL_SECONDS_MAX: i64 = 86_400;
/// The most polls beside one stream; as many are listed.
const PER_STREAM: u64 = 100;
/// The most of them that are open at once.
const OPEN_AT_ONCE: u64 = 5;
/// How often somebody may vote, or change it.
const VOTING: Rate = Rate {
    count: 30,
    per: Duration::from_mins(1),
    burst: 15,
};

/// A poll about to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPoll {
    /// Plain text.
    pub question: String,
    /// 2 to 10 different ones.
    pub options: Vec<String>,
    /// Whether one may choose several.
    pub multiple: bool,
    /// It closes by itself after so many seconds.
    pub seconds: Option<i64>,
}

/// A poll as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The row.
    pub row: PollRow,
    /// What can be chosen, in order.
    pub options: Vec<PollOption>,
    /// What they have chosen, in order; none if nothing.
    pub voted: Option<Vec<i32>>,
}

impl Poll {
    /// Whether it takes votes.
    pub fn is_open(&self) -> bool {
        is_open(&self.row)
    }
}

fn is_open(row: &PollRow) -> bool {
    row.closed_at.is_none() && row.closes_at.is_none_or(|at| at > now_micros())
}

/// All polls. A clone shares them.
#[derive(Clone)]
pub struct Polls {
    chat: Chat,
    pace: Pace,
}

impl Polls {
    /// Polls beside the streams of these chats.
    pub fn new(chat: Chat) -> Self {
        Self {
            chat,
            pace: Pace::default(),
        }
    }

    /// Opens a poll, and tells the room. Whether somebody may is decided
    /// before.
    pub async fn open(&self, stream: &Stream, who: &Speaker, new: NewPoll) -> Result<Poll> {
        let words = new.question.as_str();
        let question = self
            .chat
            .written(who, "question", words, POLL_QUESTION_MAX)
            .await?;
        let labels = self.labels(who, &new.options).await?;
        if new
            .seconds
            .is_some_and(|n| !(1..=POLL_SECONDS_MAX).contains(&n))
        {
            let reason = format!("must be from 1 to {POLL_SECONDS_MAX}, or null");
            return Err(LiveError::field("duration_seconds", reason));
        }
        let now = now_micros();
        let tx = self.chat.store().begin().await?;
        let beside = || Entity::find().filter(Column::StreamId.eq(stream.id.as_str()));
        if beside().count(&tx).await? >= PER_STREAM {
            let reason = format!("a stream has at most {PER_STREAM} polls: delete an old one");
            return Err(LiveError::Conflict(reason));
        }
        if beside().filter(still_open(now)).count(&tx).await? >= OPEN_AT_ONCE {
            let reason = format!("{OPEN_AT_ONCE} polls are open already: close one first");
            return Err(LiveError::Conflict(reason));
        }
        let row = store::polls::ActiveModel {
            id: Set(Id::new("poll").to_string()),
            stream_id: Set(stream.id.clone()),
            question: Set(question),
            multiple: Set(new.multiple),
            voters: Set(0),
            closes_at: Set(new.seconds.map(|seconds| now + seconds * 1_000_000)),
            closed_at: Set(None),
            created_by: Set(who.person.account.clone()),
            created_at: Set(now),
        };
        let row = row.insert(&tx).await.map_err(|e| gone_from(e, "stream"))?;
        let rows = (0..)
            .zip(labels)
            .map(|(position, label)| options::ActiveModel {
                poll_id: Set(row.id.clone()),
                position: Set(position),
                label: Set(label),
                votes: Set(0),
            });
        options::Entity::insert_many(rows)
            .exec_without_returning(&tx)
            .await?;
        let poll = with_options(&tx, row).await?;
        tx.commit().await?;
        let told = What::PollOpened(Arc::new(poll.clone()));
        self.chat.rooms().tell(&stream.id, told);
        Ok(poll)
    }

    async fn labels(&self, who: &Speaker, given: &[String]) -> Result<Vec<String>> {
        if !(2..=POLL_OPTIONS_MAX).contains(&given.len()) {
            let reason = format!("must be 2 to {POLL_OPTIONS_MAX}");
            return Err(LiveError::field("options", reason));
        }
        let mut labels: Vec<String> = Vec::with_capacity(given.len());
        for label in given {
            let label = self
                .chat
                .written(who, "options", label, POLL_OPTION_MAX)
                .await?;
            if labels.contains(&label) {
                return Err(LiveError::field("options", "must differ from each other"));
            }
            labels.push(label);
        }
        Ok(labels)
    }

    /// The polls beside a stream, the latest first.
    pub async fn list(&self, stream_id: &str, who: Option<&Speaker>) -> Result<Vec<Poll>> {
        let db = self.chat.store().read();
        let rows = Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .order_by_desc(Column::Id)
            .limit(PER_STREAM)
            .all(db)
            .await?;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let mut choices: HashMap<String, Vec<PollOption>> = HashMap::new();
        let mut voted: HashMap<String, Vec<i32>> = HashMap::new();
        if !ids.is_empty() {
            let all = options::Entity::find()
                .filter(options::Column::PollId.is_in(ids.iter().copied()))
                .order_by_asc(options::Column::Position)
                .all(db)
                .await?;
            for option in all {
                choices
                    .entry(option.poll_id.clone())
                    .or_default()
                    .push(option);
            }
            if let Some(account) = who.and_then(|who| who.person.account.as_deref()) {
                let theirs = votes::Entity::find()
                    .filter(votes::Column::PollId.is_in(ids.iter().copied()))
                    .filter(votes::Column::Account.eq(account))
                    .order_by_asc(votes::Column::Position)
                    .all(db)
                    .await?;
                for vote in theirs {
                    voted.entry(vote.poll_id).or_default().push(vote.position);
                }
            }
        }
        let poll = |row: PollRow| Poll {
            options: choices.remove(&row.id).unwrap_or_default(),
            voted: voted.remove(&row.id),
            row,
        };
        Ok(rows.into_iter().map(poll).collect())
    }

    /// A poll beside a stream, as an account sees it.
    async fn get(&self, stream_id: &str, id: &str, account: Option<&str>) -> Result<Poll> {
        let db = self.chat.store().read();
        let row = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .one(db)
            .await?
            .ok_or(LiveError::NotFound("poll"))?;
        let mut poll = with_options(db, row).await?;
        if let Some(account) = account {
            let theirs = chosen(db, id, account).await?;
            poll.voted =
                Some(theirs.into_iter().collect()).filter(|all: &Vec<i32>| !all.is_empty());
        }
        Ok(poll)
    }

    /// Somebody chooses, in place of what they have chosen before.
    pub async fn vote(
        &self,
        stream: &Stream,
        id: &str,
        who: &Speaker,
        choice: &[i32],
    ) -> Result<Poll> {
        let account = self.chat.partaker(stream, who).await?;
        let key = format!("polls:vote:{}:{account}", stream.id);
        self.chat.turn(who, &key, VOTING).await?;
        let tx = self.chat.store().begin().await?;
        // The row is this transaction's until it ends: votes are counted one
        // after the other, and none after it was closed.
        let row = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream.id.as_str()))
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("poll"))?;
        if !is_open(&row) {
            return Err(LiveError::Conflict("this poll is closed".to_owned()));
        }
        let after: BTreeSet<i32> = choice.iter().copied().collect();
        let known = options::Entity::find()
            .filter(options::Column::PollId.eq(id))
            .count(&tx)
            .await?;
        check(
            &row,
            &after,
            choice.len(),
            i32::try_from(known).unwrap_or(0),
        )?;
        let before = chosen(&tx, id, &account).await?;
        if before != after {
            change(&tx, id, &account, &before, &after).await?;
            tx.commit().await?;
            self.tell_soon(&stream.id, id);
        }
        self.get(&stream.id, id, Some(&account)).await
    }

    fn tell_soon(&self, stream_id: &str, id: &str) {
        let (polls, stream, poll) = (self.clone(), stream_id.to_owned(), id.to_owned());
        self.pace.tell(id, move || {
            let (polls, stream, poll) = (polls.clone(), stream.clone(), poll.clone());
            async move {
                match polls.get(&stream, &poll, None).await {
                    Ok(poll) => {
                        let told = What::PollResults(Arc::new(poll));
                        polls.chat.rooms().tell(&stream, told);
                    }
                    // It was deleted, and that has been told.
                    Err(LiveError::NotFound(_)) => {}
                    Err(error) => tracing::warn!(%error, "results of a poll were not told"),
                }
            }
        });
    }

    /// Deletes a poll with its votes, and tells the room. Whether somebody may
    /// is decided before.
    pub async fn delete(&self, stream_id: &str, id: &str) -> Result<()> {
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Column::StreamId.eq(stream_id))
            .exec(self.chat.store().write())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(LiveError::NotFound("poll"));
        }
        let told = What::PollGone(id.to_owned());
        self.chat.rooms().tell(stream_id, told);
        Ok(())
    }

    /// Takes an account's votes back, and its name off the polls that it made.
    pub async fn forget(&self, account: &str) -> Result<()> {
        let tx = self.chat.store().begin().await?;
        let ids: Vec<String> = votes::Entity::find()
            .select_only()
            .column(votes::Column::PollId)
            .distinct()
            .filter(votes::Column::Account.eq(account))
            // Whoever locks several polls does so in one order.
            .order_by_asc(votes::Column::PollId)
            .into_tuple()
            .all(&tx)
            .await?;
        for id in ids {
            Entity::find_by_id(&id).lock_exclusive().one(&tx).await?;
            let before = chosen(&tx, &id, account).await?;
            change(&tx, &id, account, &before, &BTreeSet::new()).await?;
        }
        Entity::update_many()
            .col_expr(Column::CreatedBy, Expr::value(Option::<String>::None))
            .filter(Column::CreatedBy.eq(account))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Of the polls: those that take votes.
fn still_open(now: i64) -> Condition {
    Condition::all().add(Column::ClosedAt.is_null()).add(
        Condition::any()
            .add(Column::ClosesAt.is_null())
            .add(Column::ClosesAt.gt(now)),
    )
}

fn check(row: &PollRow, choice: &BTreeSet<i32>, given: usize, known: i32) -> Result<()> {
    let reason = if choice.is_empty() {
        "must not be empty"
    } else if choice.len() != given {
        "must differ from each other"
    } else if !choice.iter().all(|position| (0..known).contains(position)) {
        "must be options of this poll"
    } else if given > 1 && !row.multiple {
        "must be one: this poll allows no more"
    } else {
        return Ok(());
    };
    Err(LiveError::field("options", reason))
}

async fn with_options(conn: &impl ConnectionTrait, row: PollRow) -> Result<Poll> {
    let options = options::Entity::find()
        .filter(options::Column::PollId.eq(row.id.as_str()))
        .order_by_asc(options::Column::Position)
        .all(conn)
        .await?;
    Ok(Poll {
        row,
        options,
        voted: None,
    })
}

/// What an account has chosen.
async fn chosen(conn: &impl ConnectionTrait, id: &str, account: &str) -> Result<BTreeSet<i32>> {
    let rows: Vec<i32> = votes::Entity::find()
        .select_only()
        .column(votes::Column::Position)
        .filter(votes::Column::PollId.eq(id))
        .filter(votes::Column::Account.eq(account))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Puts one choice in place of another, and moves the counters with it. The
/// poll's row is the transaction's.
async fn change(
    tx: &impl ConnectionTrait,
    id: &str,
    account: &str,
    before: &BTreeSet<i32>,
    after: &BTreeSet<i32>,
) -> Result<()> {
    let count = async |position: i32, delta: i64| {
        options::Entity::update_many()
            .col_expr(
                options::Column::Votes,
                Expr::col(options::Column::Votes).add(delta),
            )
            .filter(options::Column::PollId.eq(id))
            .filter(options::Column::Position.eq(position))
            .exec(tx)
            .await
    };
    for position in before.difference(after) {
        let vote = (id.to_owned(), account.to_owned(), *position);
        votes::Entity::delete_by_id(vote).exec(tx).await?;
        count(*position, -1).await?;
    }
    for position in after.difference(before) {
        let vote = votes::ActiveModel {
            poll_id: Set(id.to_owned()),
            account: Set(account.to_owned()),
            position: Set(*position),
            created_at: Set(now_micros()),
        };
        votes::Entity::insert(vote)
            .exec_without_returning(tx)
            .await?;
        count(*position, 1).await?;
    }
    let voters = i64::from(!after.is_empty()) - i64::from(!before.is_empty());
    if voters != 0 {
        Entity::update_many()
            .col_expr(Column::Voters, Expr::col(Column::Voters).add(voters))
            .filter(Column::Id.eq(id))
            .exec(tx)
            .await?;
    }
    Ok(())
}

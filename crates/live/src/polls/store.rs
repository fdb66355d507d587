//! The tables of polls.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, string, string_null, text,
};

/// `stream_polls`: what an audience is asked.
pub(crate) mod polls {
    use sea_orm::entity::prelude::*;

    /// One poll.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_polls")]
    pub struct Model {
        /// `poll_…`; later ones sort later.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// Plain text.
        pub question: String,
        /// Whether one may choose several options.
        pub multiple: bool,
        /// How many have voted.
        pub voters: i64,
        /// When it closes by itself (UTC microseconds).
        pub closes_at: Option<i64>,
        /// When it was closed (UTC microseconds).
        pub closed_at: Option<i64>,
        /// The account that asks.
        pub created_by: Option<String>,
        /// When (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stream_poll_options`: what can be chosen.
pub(crate) mod options {
    use sea_orm::entity::prelude::*;

    /// One option.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_poll_options")]
    pub struct Model {
        /// The poll.
        #[sea_orm(primary_key, auto_increment = false)]
        pub poll_id: String,
        /// Its place, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// Plain text.
        pub label: String,
        /// How many have chosen it.
        pub votes: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stream_poll_votes`: who has chosen what.
pub(crate) mod votes {
    use sea_orm::entity::prelude::*;

    /// One choice.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_poll_votes")]
    pub struct Model {
        /// The poll.
        #[sea_orm(primary_key, auto_increment = false)]
        pub poll_id: String,
        /// The account.
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: String,
        /// The option's place.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// When (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the tables.
pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261121_221500_live_polls"
    }
}

const INDEXES: [(&str, &str, &[&str]); 4] = [
    (
        "stream_polls_of_stream",
        "stream_polls",
        &["stream_id", "id"],
    ),
    (
        "stream_polls_to_close",
        "stream_polls",
        &["closed_at", "closes_at"],
    ),
    ("stream_polls_by_time", "stream_polls", &["created_at"]),
    (
        "stream_poll_votes_by_account",
        "stream_poll_votes",
        &["account"],
    ),
];

/// A row that goes with its poll.
fn of_poll(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "poll_id")
        .to("stream_polls", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let polls = Table::create()
            .table("stream_polls")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(text("question"))
            .col(boolean("multiple"))
            .col(big_integer("voters").default(0))
            .col(big_integer_null("closes_at"))
            .col(big_integer_null("closed_at"))
            .col(string_null("created_by"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_polls", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        let options = Table::create()
            .table("stream_poll_options")
            .col(string("poll_id"))
            .col(integer("position"))
            .col(text("label"))
            .col(big_integer("votes").default(0))
            .primary_key(Index::create().col("poll_id").col("position"))
            .foreign_key(&mut of_poll("stream_poll_options"))
            .to_owned();
        let votes = Table::create()
            .table("stream_poll_votes")
            .col(string("poll_id"))
            .col(string("account"))
            .col(integer("position"))
            .col(big_integer("created_at"))
            .primary_key(
                Index::create()
                    .col("poll_id")
                    .col("account")
                    .col("position"),
            )
            .foreign_key(&mut of_poll("stream_poll_votes"))
            .to_owned();
        for table in [polls, options, votes] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

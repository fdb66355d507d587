//! The tables of questions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, string, text, text_null};

/// `stream_questions`: what people ask beside a stream.
pub(crate) mod questions {
    use sea_orm::entity::prelude::*;

    use super::super::QuestionState;

    /// One question.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_questions")]
    pub struct Model {
        /// `question_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The profile that asked it.
        pub author: String,
        /// The account.
        pub account: String,
        /// The name that was shown with it.
        pub author_name: String,
        /// Plain text, as typed.
        pub body: String,
        /// What has become of it.
        pub state: QuestionState,
        /// How many want it answered.
        pub votes: i64,
        /// What was answered in writing.
        pub answer: Option<String>,
        /// When it was answered (UTC microseconds).
        pub answered_at: Option<i64>,
        /// When it was asked (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stream_question_votes`: who wants which question answered.
pub(crate) mod votes {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_question_votes")]
    pub struct Model {
        /// The question.
        #[sea_orm(primary_key, auto_increment = false)]
        pub question_id: String,
        /// The account.
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: String,
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
        "m20261121_221000_live_questions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let asked = Table::create()
            .table("stream_questions")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(string("author"))
            .col(string("account"))
            .col(string("author_name"))
            .col(text("body"))
            .col(string("state"))
            .col(big_integer("votes").default(0))
            .col(text_null("answer"))
            .col(big_integer_null("answered_at"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_questions", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        let votes = Table::create()
            .table("stream_question_votes")
            .col(string("question_id"))
            .col(string("account"))
            .col(big_integer("created_at"))
            .primary_key(Index::create().col("question_id").col("account"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_question_votes", "question_id")
                    .to("stream_questions", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(asked).await?;
        manager.create_table(votes).await?;
        let indexes: [(&str, &str, &[&str]); 4] = [
            (
                "stream_questions_by_votes",
                "stream_questions",
                &["stream_id", "votes", "id"],
            ),
            (
                "stream_questions_by_account",
                "stream_questions",
                &["account", "stream_id"],
            ),
            (
                "stream_questions_by_time",
                "stream_questions",
                &["created_at"],
            ),
            (
                "stream_question_votes_by_account",
                "stream_question_votes",
                &["account"],
            ),
        ];
        for (name, table, columns) in indexes {
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

//! The tables of what people are told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, string, text};

/// `notifications`: what people are told on the site.
pub(crate) mod notifications {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        /// `notification_…`; later ones sort later.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Who is told.
        pub account: String,
        /// What has happened: a name of [`NewsKind`](crate::news::NewsKind).
        pub kind: String,
        /// The id of what it happened to.
        pub subject: String,
        /// When it happened (UTC microseconds).
        pub at: i64,
        /// Plain text.
        pub title: String,
        /// Plain text; may be empty.
        pub body: String,
        /// A page of the site.
        pub url: String,
        /// When they were told (UTC microseconds).
        pub created_at: i64,
        /// When they read it (UTC microseconds).
        pub read_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `notification_settings`: how people want to be told.
pub(crate) mod settings {
    use sea_orm::entity::prelude::*;

    /// One person's wishes.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_settings")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: String,
        /// By mail.
        pub email: bool,
        /// On the site.
        pub in_app: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the tables.
pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261121_224500_notify_news"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notifications = Table::create()
            .table("notifications")
            .col(string("id").primary_key())
            .col(string("account"))
            .col(string("kind"))
            .col(string("subject"))
            .col(big_integer("at"))
            .col(text("title"))
            .col(text("body"))
            .col(text("url"))
            .col(big_integer("created_at"))
            .col(big_integer_null("read_at"))
            .to_owned();
        let settings = Table::create()
            .table("notification_settings")
            .col(string("account").primary_key())
            .col(boolean("email"))
            .col(boolean("in_app"))
            .to_owned();
        manager.create_table(notifications).await?;
        manager.create_table(settings).await?;
        let indexes: [(&str, bool, &[&str]); 3] = [
            ("notifications_of_account", false, &["account", "id"]),
            ("notifications_by_time", false, &["created_at"]),
            // Whoever is told again after a crash is told once.
            (
                "notifications_once",
                true,
                &["account", "kind", "subject", "at"],
            ),
        ];
        for (name, unique, columns) in indexes {
            let mut index = Index::create();
            index.name(name).table("notifications");
            if unique {
                index.unique();
            }
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

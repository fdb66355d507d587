//! The tables of what browsers are told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, binary, string, text};

/// `push_keys`: by what push services know this instance.
pub(crate) mod keys {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_keys")]
    pub struct Model {
        /// What it is for.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// The private key (PKCS #8), sealed.
        pub value: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `push_subscriptions`: browsers that want to be told.
pub(crate) mod subscriptions {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_subscriptions")]
    pub struct Model {
        /// `push_…`; later ones sort later.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Whose.
        pub account: String,
        /// Where messages to it go. Whoever knows it can disturb its owner.
        pub endpoint: String,
        /// The SHA-256 of that: there is one row for each browser.
        pub endpoint_hash: String,
        /// The browser's public key: an uncompressed point of P-256.
        pub public_key: Vec<u8>,
        /// The browser's secret.
        pub auth: Vec<u8>,
        /// What a person would call the browser.
        pub device: String,
        /// When (UTC microseconds).
        pub created_at: i64,
        /// When it was last told something (UTC microseconds).
        pub told_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the tables.
pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261122_090000_notify_push"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table("push_keys")
            .col(string("name").primary_key())
            .col(binary("value"))
            .to_owned();
        let subscriptions = Table::create()
            .table("push_subscriptions")
            .col(string("id").primary_key())
            .col(string("account"))
            .col(text("endpoint"))
            .col(string("endpoint_hash").unique_key())
            .col(binary("public_key"))
            .col(binary("auth"))
            .col(text("device"))
            .col(big_integer("created_at"))
            .col(big_integer_null("told_at"))
            .to_owned();
        manager.create_table(keys).await?;
        manager.create_table(subscriptions).await?;
        let mut index = Index::create();
        index
            .name("push_subscriptions_of_account")
            .table("push_subscriptions")
            .col("account")
            .col("id");
        manager.create_index(index).await
    }
}

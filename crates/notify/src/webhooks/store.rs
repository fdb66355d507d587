//! The tables of webhooks.

use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

/// Of what somebody is told: names of [`EventKind`](crate::EventKind).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct EventNames(pub Vec<String>);

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum DeliveryState {
    /// It is going to be sent, or sent again.
    #[sea_orm(string_value = "queued")]
    Queued,
    /// It was taken.
    #[sea_orm(string_value = "delivered")]
    Delivered,
    /// It was given up.
    #[sea_orm(string_value = "failed")]
    Failed,
}

impl DeliveryState {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// `webhooks`: addresses of other programs.
pub(crate) mod webhooks {
    use sea_orm::entity::prelude::*;

    use super::EventNames;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhooks")]
    pub struct Model {
        /// `webhook_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Where messages go.
        pub url: String,
        /// What it is for; may be empty.
        pub description: String,
        /// Of what it is told.
        #[sea_orm(column_type = "Json")]
        pub events: EventNames,
        /// The key that messages are signed with, sealed.
        pub secret: Vec<u8>,
        /// The key before that, sealed, as long as messages are signed with it, too.
        pub old_secret: Option<Vec<u8>>,
        /// Until when that is (UTC microseconds).
        pub old_secret_until: Option<i64>,
        /// Whether it is told anything.
        pub active: bool,
        /// The account that made it.
        pub created_by: Option<String>,
        /// When (UTC microseconds).
        pub created_at: i64,
        /// When it was last changed (UTC microseconds).
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `webhook_deliveries`: what was sent to them.
pub(crate) mod deliveries {
    use sea_orm::entity::prelude::*;

    use super::DeliveryState;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_deliveries")]
    pub struct Model {
        /// `delivery_…`; later ones sort later.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Whom it goes to.
        pub webhook_id: String,
        /// What it tells of.
        pub event: String,
        /// What is sent.
        pub body: String,
        /// Where it is.
        pub state: DeliveryState,
        /// How often it was sent.
        pub attempts: i32,
        /// What the other side last answered.
        pub status_code: Option<i32>,
        /// Why it was not taken.
        pub error: Option<String>,
        /// When it is sent again (UTC microseconds).
        pub next_attempt_at: Option<i64>,
        /// The job that sends it.
        pub job_id: Option<String>,
        /// When it was made (UTC microseconds).
        pub created_at: i64,
        /// When it was taken or given up (UTC microseconds).
        pub finished_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

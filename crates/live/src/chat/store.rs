//! The chat's tables.

/// `chat_messages`: what people say beside a stream.
pub(crate) mod messages {
    use sea_orm::entity::prelude::*;

    use super::super::{Badge, MessageState};

    /// One message.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_messages")]
    pub struct Model {
        /// `msg_…`; later ones sort later.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The profile, account or browser that wrote it.
        pub author: String,
        /// The account, if there is one.
        pub account: Option<String>,
        /// The name that was shown with it.
        pub author_name: String,
        /// What they were to the stream.
        pub badge: Badge,
        /// Plain text, as typed.
        pub body: String,
        /// The message that it answers.
        pub reply_to: Option<String>,
        /// Who sees it.
        pub state: MessageState,
        /// Whether it stands above the others.
        pub pinned: bool,
        /// When it was written (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `chat_bans`: who may not write beside a stream.
pub(crate) mod bans {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_bans")]
    pub struct Model {
        /// `ban_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The profile, account or browser.
        pub author: String,
        /// The account, if there is one: all its profiles are meant.
        pub account: Option<String>,
        /// What they were called.
        pub author_name: String,
        /// Why, in words; may be empty.
        pub reason: String,
        /// Until when (UTC microseconds); none for ever.
        pub until: Option<i64>,
        /// The account that did it.
        pub created_by: Option<String>,
        /// When (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

//! The tables.

/// `users`: accounts.
pub(crate) mod users {
    use sea_orm::entity::prelude::*;

    /// One account.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        /// `user_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Lower-case, unique.
        pub username: String,
        /// PHC string.
        pub password_hash: String,
        /// [`crate::Role::as_str`].
        pub role: String,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `sessions`: who is signed in where.
pub(crate) mod sessions {
    use sea_orm::entity::prelude::*;

    /// One session.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        /// SHA-256 of the session's token, so that a copy of the database
        /// signs nobody in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub user_id: String,
        pub user_agent: String,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `instance_secrets`: what the nodes of one instance share.
pub(crate) mod secrets {
    use sea_orm::entity::prelude::*;

    /// One secret.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "instance_secrets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `audit_log`: who has done what.
pub(crate) mod audit_log {
    use sea_orm::entity::prelude::*;

    /// One act.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub struct Model {
        /// `audit_…`; sorts by time.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub at: i64,
        /// Refers to no row: the log outlives the account.
        pub actor_id: Option<String>,
        pub actor_name: String,
        pub action: String,
        pub subject: Option<String>,
        /// JSON.
        #[sea_orm(column_type = "Text")]
        pub detail: String,
        pub addr: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

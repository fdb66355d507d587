//! The tables. Instants are UTC microseconds; secrets are kept as SHA-256 only.

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
        /// Lower-case; unique among those that are proven.
        pub email: Option<String>,
        pub email_verified_at: Option<i64>,
        pub display_name: Option<String>,
        pub disabled_at: Option<i64>,
        pub last_seen_at: Option<i64>,
        /// Counts the times that all access tokens were taken back.
        pub generation: i64,
        /// Sealed with the instance's secret.
        pub totp_secret: Option<Vec<u8>>,
        pub totp_confirmed_at: Option<i64>,
        /// The step of the code that was accepted last.
        pub totp_last_step: Option<i64>,
        /// In bytes, instead of the role's; none for the role's.
        pub quota_storage: Option<i64>,
        /// In uploads a day, instead of the role's; none for the role's.
        pub quota_uploads: Option<i64>,
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
        /// `session_…`, unique.
        pub id: String,
        /// From where it was last used.
        pub addr: String,
        /// [`crate::SessionKind::as_str`].
        pub kind: String,
        pub last_seen_at: i64,
        /// An application's, separated by spaces; none for all.
        pub scopes: Option<String>,
        /// What a device calls itself.
        pub client: Option<String>,
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

/// `one_time_tokens`: secrets in mailed links.
pub(crate) mod one_time_tokens {
    use sea_orm::entity::prelude::*;

    /// One secret, good once.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "one_time_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub user_id: String,
        pub purpose: String,
        #[sea_orm(column_type = "Text")]
        pub data: String,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `spent_tokens`: what must not be used again.
pub(crate) mod spent_tokens {
    use sea_orm::entity::prelude::*;

    /// A refresh token or a challenge that was used.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "spent_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        /// The session that ends if it is.
        pub session_id: Option<String>,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `invitations`: links by which people make accounts.
pub(crate) mod invitations {
    use sea_orm::entity::prelude::*;

    /// One invitation.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub token_hash: Vec<u8>,
        pub role: String,
        pub note: String,
        pub max_uses: i32,
        pub uses: i32,
        pub created_by: Option<String>,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `api_keys`: credentials of programs.
pub(crate) mod api_keys {
    use sea_orm::entity::prelude::*;

    /// One key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: String,
        pub name: String,
        /// How the key begins.
        pub prefix: String,
        pub key_hash: Vec<u8>,
        /// Separated by spaces.
        pub scopes: String,
        pub created_at: i64,
        pub expires_at: Option<i64>,
        pub last_used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `passkeys`: public keys of authenticators.
pub(crate) mod passkeys {
    use sea_orm::entity::prelude::*;

    /// One passkey.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkeys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: String,
        pub name: String,
        pub credential_id: Vec<u8>,
        /// COSE.
        pub public_key: Vec<u8>,
        pub sign_count: i64,
        pub backed_up: bool,
        /// Separated by spaces.
        pub transports: String,
        pub created_at: i64,
        pub last_used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `recovery_codes`: what stands in for a lost authenticator.
pub(crate) mod recovery_codes {
    use sea_orm::entity::prelude::*;

    /// One code.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `identities`: who people are elsewhere.
pub(crate) mod identities {
    use sea_orm::entity::prelude::*;

    /// One account at a provider.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "identities")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub provider: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        pub user_id: String,
        pub email: Option<String>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `device_codes`: devices that wait to be let in.
pub(crate) mod device_codes {
    use sea_orm::entity::prelude::*;

    /// One device.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "device_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub device_hash: Vec<u8>,
        pub user_code: String,
        pub client: String,
        pub scopes: Option<String>,
        pub user_agent: String,
        pub addr: String,
        /// Who has let it in.
        pub user_id: Option<String>,
        pub denied: bool,
        pub polled_at: Option<i64>,
        pub interval_s: i32,
        pub created_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stream_revocations`: from when on stream tokens of a subject count.
pub(crate) mod stream_revocations {
    use sea_orm::entity::prelude::*;

    /// One subject.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_revocations")]
    pub struct Model {
        /// `user_…`, `session_…`, `key_…` or `video_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        pub revoked_at: i64,
        /// The process that wrote it.
        pub node: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `instance_settings`: what administrators have set in the studio.
pub(crate) mod instance_settings {
    use sea_orm::entity::prelude::*;

    /// One setting.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "instance_settings")]
    pub struct Model {
        /// As in `matinee.toml`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// As one would write it there.
        pub value: String,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

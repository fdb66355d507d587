//! What accounts, sessions and credentials need beyond a name and a password.

use matinee_engines::id::Id;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QuerySelect as _};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, binary_null, boolean, integer, string, string_null, text,
};

use crate::store::sessions;

pub(super) struct People;

impl MigrationName for People {
    fn name(&self) -> &'static str {
        "m20261121_100002_identity_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for People {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        sessions(manager).await?;
        for table in [
            one_time_tokens(),
            spent_tokens(),
            invitations(),
            api_keys(),
            passkeys(),
            recovery_codes(),
            identities(),
            device_codes(),
        ] {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("one_time_tokens", &["user_id", "purpose"][..]),
            ("one_time_tokens", &["expires_at"]),
            ("spent_tokens", &["expires_at"]),
            ("api_keys", &["user_id"]),
            ("passkeys", &["user_id"]),
            ("identities", &["user_id"]),
            ("device_codes", &["expires_at"]),
        ] {
            let mut index = Index::create();
            index
                .name(format!("{table}_by_{}", columns.join("_")))
                .table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// SQLite adds one column at a time.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(table).add_column(column).to_owned())
        .await
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut generation = big_integer("generation");
    generation.default(0);
    for column in [
        string_null("email"),
        big_integer_null("email_verified_at"),
        string_null("display_name"),
        big_integer_null("disabled_at"),
        big_integer_null("last_seen_at"),
        generation,
        binary_null("totp_secret"),
        big_integer_null("totp_confirmed_at"),
        big_integer_null("totp_last_step"),
    ] {
        add(manager, "users", column).await?;
    }
    // Anybody may claim an address; one account has proven that it is theirs.
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email_verified_at IS NOT NULL",
        )
        .await?;
    Ok(())
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for name in ["id", "addr"] {
        let mut column = string(name);
        column.default("");
        add(manager, "sessions", column).await?;
    }
    let mut kind = string("kind");
    kind.default("browser");
    add(manager, "sessions", kind).await?;
    let mut seen = big_integer("last_seen_at");
    seen.default(0);
    add(manager, "sessions", seen).await?;
    for column in [string_null("scopes"), string_null("client")] {
        add(manager, "sessions", column).await?;
    }
    let connection = manager.get_connection();
    let hashes: Vec<Vec<u8>> = sessions::Entity::find()
        .select_only()
        .column(sessions::Column::TokenHash)
        .into_tuple()
        .all(connection)
        .await?;
    for hash in hashes {
        let update = Query::update()
            .table("sessions")
            .value("id", Id::new("session").to_string())
            .value("last_seen_at", Expr::col("created_at"))
            .and_where(Expr::col("token_hash").eq(hash))
            .to_owned();
        manager.exec_stmt(update).await?;
    }
    manager
        .create_index(
            Index::create()
                .name("sessions_by_id")
                .table("sessions")
                .col("id")
                .unique()
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("sessions_by_user")
                .table("sessions")
                .col("user_id")
                .to_owned(),
        )
        .await
}

fn of_user(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(string("user_id"))
        .foreign_key(
            ForeignKey::create()
                .from(table, "user_id")
                .to("users", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn one_time_tokens() -> TableCreateStatement {
    of_user("one_time_tokens")
        .col(binary("token_hash").primary_key())
        .col(string("purpose"))
        .col(text("data"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .to_owned()
}

fn spent_tokens() -> TableCreateStatement {
    Table::create()
        .table("spent_tokens")
        .col(binary("token_hash").primary_key())
        .col(string_null("session_id"))
        .col(big_integer("expires_at"))
        .to_owned()
}

fn invitations() -> TableCreateStatement {
    Table::create()
        .table("invitations")
        .col(string("id").primary_key())
        .col(binary("token_hash").unique_key())
        .col(string("role"))
        .col(string("note"))
        .col(integer("max_uses"))
        .col(integer("uses"))
        .col(string_null("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .to_owned()
}

fn api_keys() -> TableCreateStatement {
    of_user("api_keys")
        .col(string("id").primary_key())
        .col(string("name"))
        .col(string("prefix"))
        .col(binary("key_hash").unique_key())
        .col(string("scopes"))
        .col(big_integer("created_at"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("last_used_at"))
        .to_owned()
}

fn passkeys() -> TableCreateStatement {
    of_user("passkeys")
        .col(string("id").primary_key())
        .col(string("name"))
        .col(binary("credential_id").unique_key())
        .col(binary("public_key"))
        .col(big_integer("sign_count"))
        .col(boolean("backed_up"))
        .col(string("transports"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .to_owned()
}

fn recovery_codes() -> TableCreateStatement {
    of_user("recovery_codes")
        .col(binary("code_hash"))
        .primary_key(Index::create().col("user_id").col("code_hash"))
        .to_owned()
}

fn identities() -> TableCreateStatement {
    of_user("identities")
        .col(string("provider"))
        .col(string("subject"))
        .col(string_null("email"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("provider").col("subject"))
        .to_owned()
}

fn device_codes() -> TableCreateStatement {
    Table::create()
        .table("device_codes")
        .col(binary("device_hash").primary_key())
        .col(string("user_code").unique_key())
        .col(string("client"))
        .col(string_null("scopes"))
        .col(string("user_agent"))
        .col(string("addr"))
        // Who has let it in; nobody yet, or nobody ever (denied).
        .col(string_null("user_id"))
        .col(boolean("denied"))
        .col(big_integer_null("polled_at"))
        .col(integer("interval_s"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .to_owned()
}

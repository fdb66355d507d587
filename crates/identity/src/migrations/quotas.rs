//! Quotas of single accounts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer_null;

pub(super) struct AccountQuotas;

impl MigrationName for AccountQuotas {
    fn name(&self) -> &'static str {
        "m20261121_200003_identity_account_quotas"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AccountQuotas {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["quota_storage", "quota_uploads"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("users")
                        .add_column(big_integer_null(column))
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

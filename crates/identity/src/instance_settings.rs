//! What administrators have set in the studio.
//!
//! Values are kept as they were written, by name; what a name means and
//! whether a value is right is for the configuration to say.

use std::collections::BTreeMap;

use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::store::instance_settings::{ActiveModel, Column, Entity};
use crate::{Audit, AuditEntry, Result};

/// What administrators have set in the studio.
#[derive(Clone)]
pub struct InstanceSettings(Db);

impl InstanceSettings {
    /// Those in this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// All that is set, by name.
    pub async fn all(&self) -> Result<BTreeMap<String, String>> {
        let rows = Entity::find().all(self.0.read()).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
    }

    /// Sets these, or takes them back (none), and writes down who did.
    pub async fn change(
        &self,
        changes: &BTreeMap<String, Option<String>>,
        entry: AuditEntry,
    ) -> Result<()> {
        let tx = self.0.begin().await?;
        for (name, value) in changes {
            match value {
                Some(value) => {
                    let row = ActiveModel {
                        name: Set(name.clone()),
                        value: Set(value.clone()),
                        updated_at: Set(now_micros()),
                    };
                    let newer = OnConflict::column(Column::Name)
                        .update_columns([Column::Value, Column::UpdatedAt])
                        .to_owned();
                    Entity::insert(row)
                        .on_conflict(newer)
                        .exec_without_returning(&tx)
                        .await?;
                }
                None => {
                    Entity::delete_many()
                        .filter(Column::Name.eq(name))
                        .exec(&tx)
                        .await?;
                }
            }
        }
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

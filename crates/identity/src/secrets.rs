//! The instance's secret, from which every signing key is derived.

use hmac::{Hmac, KeyInit as _, Mac as _};
use matinee_engines::db::Db;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use sha2::Sha256;

use crate::store::secrets;
use crate::{IdentityError, Result};

const MASTER: &str = "master";

/// 256 random bits, made at the first start and kept in the database, so that
/// every node signs alike and a restart invalidates nothing.
#[derive(Clone)]
pub struct InstanceSecret([u8; 32]);

impl InstanceSecret {
    /// The secret of the instance that has this database.
    pub async fn load(db: &Db) -> Result<Self> {
        let fresh: [u8; 32] = rand::random();
        let row = secrets::ActiveModel {
            name: Set(MASTER.to_owned()),
            value: Set(fresh.to_vec()),
        };
        // Nodes that start together all insert; the first wins and all read it.
        secrets::Entity::insert(row)
            .on_conflict(
                OnConflict::column(secrets::Column::Name)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(db.write())
            .await?;
        let stored = secrets::Entity::find_by_id(MASTER.to_owned())
            .one(db.write())
            .await?
            .ok_or(IdentityError::Corrupt("instance secret"))?;
        let bytes = stored
            .value
            .try_into()
            .map_err(|_| IdentityError::Corrupt("instance secret"))?;
        Ok(Self(bytes))
    }

    /// A secret of the caller's choosing, for tests.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key for this purpose; keys of different purposes tell nothing of
    /// each other.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
            .chain_update(purpose)
            .finalize()
            .into_bytes()
            .into()
    }
}

impl std::fmt::Debug for InstanceSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceSecret(…)")
    }
}

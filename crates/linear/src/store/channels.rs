//! `channels`: one row per channel.

use matinee_channels::definition;
use matinee_identity::access::{GroupIds, Item, Networks, Regions, Resource, Rules, Visibility};
use sea_orm::entity::prelude::*;

use crate::{LinearError, Result};

/// One channel.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    /// `channel_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What viewers type; none once it is deleted.
    pub number: Option<i32>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// What it is called.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The account that it belongs to.
    pub owner: Option<String>,
    /// The definition as it was last written, as JSON. It may not have begun yet.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// Whom it is open to, before any other rule.
    pub visibility: Visibility,
    /// The groups that open it.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_groups: Option<GroupIds>,
    /// The PHC string of its password.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_password_hash: Option<String>,
    /// Until then it is as good as absent (UTC microseconds).
    pub publish_at: Option<i64>,
    /// From then on it is as good as absent (UTC microseconds).
    pub expires_at: Option<i64>,
    /// Where it may be watched.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_regions: Option<Regions>,
    /// From which networks.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_networks: Option<Networks>,
    /// The rating that children's profiles go by.
    pub rating: Option<String>,
    /// The age that stands for.
    pub rating_level: Option<i32>,
    /// The number of the last edit of its programme.
    pub edition: i32,
    /// When it went on the air (UTC milliseconds, as everything that is on the air).
    pub begins_at: i64,
    /// Until when what was aired is kept as strips (UTC milliseconds).
    pub aired_until: i64,
    /// When it is to be looked after (UTC milliseconds).
    pub renew_at: i64,
    /// Grows with every change of the row or of its revisions.
    pub version: i64,
    /// When it was deleted (UTC microseconds). The row stays for a while, so that other nodes
    /// see that it is gone.
    pub deleted_at: Option<i64>,
    /// When it was made (UTC microseconds).
    pub created_at: i64,
    /// When it was last changed (UTC microseconds).
    pub updated_at: i64,
}

/// Rows of other tables are read by the channel's identifier.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whom it is open to.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            visibility: self.visibility,
            groups: self
                .access_groups
                .as_ref()
                .map_or(&[], |groups| groups.any.as_slice()),
            password_hash: self.access_password_hash.as_deref(),
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            regions: self.access_regions.as_ref(),
            networks: self
                .access_networks
                .as_ref()
                .map_or(&[], |networks| networks.any.as_slice()),
            rating_level: self.rating_level.and_then(|level| level.try_into().ok()),
        }
    }

    /// What a decision needs to know of it.
    pub fn resource(&self) -> Resource<'_> {
        Resource::Item(Item {
            id: &self.id,
            owner: self.owner.as_deref(),
            rules: self.rules(),
        })
    }

    /// All its rules but its password.
    pub fn access(&self) -> matinee_catalog::Access {
        matinee_catalog::Access {
            visibility: self.visibility,
            groups: self.access_groups.clone().unwrap_or_default(),
            password_hash: None,
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            regions: self.access_regions.clone(),
            networks: self.access_networks.clone().unwrap_or_default(),
        }
    }

    /// Its definition as it was last written.
    pub fn written(&self) -> Result<definition::Channel> {
        serde_json::from_str(&self.definition).map_err(LinearError::damaged)
    }
}

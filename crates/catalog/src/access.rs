//! Whom a video is open to: reading and changing its rules.

use matinee_engines::time::now_micros;
use matinee_identity::access::{GroupIds, Item, Networks, Regions, Rules, Visibility};
use matinee_identity::take_back;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::community::queue;
use crate::store::videos;
use crate::{Catalog, CatalogError, FieldError, Result, Video};

/// The most groups, countries or networks that one rule names.
pub const LISTED_MAX: usize = 250;

/// All rules of a video but its password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Whom it is open to, before any other rule.
    pub visibility: Visibility,
    /// The groups that open it; needed by [`Visibility::Groups`].
    pub groups: GroupIds,
    /// Another password (a PHC string); none leaves the one that there is.
    /// [`Visibility::Password`] needs one.
    pub password_hash: Option<String>,
    /// Until then it is as good as absent (UTC microseconds).
    pub publish_at: Option<i64>,
    /// From then on it is as good as absent (UTC microseconds).
    pub expires_at: Option<i64>,
    /// Where it may be watched.
    pub regions: Option<Regions>,
    /// From which networks.
    pub networks: Networks,
}

impl Access {
    /// The same, or every field that is wrong. `has_password` tells whether the
    /// video has a password already.
    pub fn checked(self, has_password: bool) -> Result<Self> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, reason: String| errors.push(FieldError::new(field, reason));
        if self.visibility == Visibility::Groups && self.groups.any.is_empty() {
            refuse("groups", "must name at least one group".into());
        }
        if self.visibility == Visibility::Password && !has_password && self.password_hash.is_none()
        {
            refuse("password", "must be given".into());
        }
        if let (Some(from), Some(until)) = (self.publish_at, self.expires_at)
            && until <= from
        {
            refuse("expires_at", "must be after publish_at".into());
        }
        let countries = match &self.regions {
            Some(Regions::Allow(these) | Regions::Deny(these)) => {
                if these.is_empty() {
                    refuse("regions", "must name at least one country".into());
                }
                these.len()
            }
            None => 0,
        };
        for (field, count) in [
            ("groups", self.groups.any.len()),
            ("regions", countries),
            ("networks", self.networks.any.len()),
        ] {
            if count > LISTED_MAX {
                refuse(field, format!("must not be more than {LISTED_MAX}"));
            }
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(CatalogError::Invalid(errors))
        }
    }
}

impl Video {
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
    pub fn item(&self) -> Item<'_> {
        Item {
            id: &self.id,
            owner: self.owner.as_deref(),
            rules: self.rules(),
        }
    }

    /// All its rules but its password.
    pub fn access(&self) -> Access {
        Access {
            visibility: self.visibility,
            groups: self.access_groups.clone().unwrap_or_default(),
            password_hash: None,
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            regions: self.access_regions.clone(),
            networks: self.access_networks.clone().unwrap_or_default(),
        }
    }
}

impl Catalog {
    /// Gives a video these rules. A password that it does not need any more is
    /// forgotten.
    pub async fn set_access(&self, id: &str, access: Access) -> Result<Video> {
        let tx = self.db.begin().await?;
        let before = videos::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("video", id))?;
        let access = access.checked(before.access_password_hash.is_some())?;
        if before.visibility == Visibility::Private && access.visibility != Visibility::Private {
            queue::refuse_if_held(&tx, id).await?;
        }
        let (version, old) = (before.version, before.access_password_hash.clone());
        let rules = Rulebook::of(&before);
        let password = access
            .password_hash
            .or(old)
            .filter(|_| access.visibility == Visibility::Password);
        let mut row = before.into_active_model();
        row.visibility = Set(access.visibility);
        row.is_public = Set(access.visibility == Visibility::Public);
        row.access_groups = Set(Some(access.groups).filter(|groups| !groups.any.is_empty()));
        row.access_password_hash = Set(password);
        row.publish_at = Set(access.publish_at);
        row.expires_at = Set(access.expires_at);
        row.access_regions = Set(access.regions);
        row.access_networks = Set(Some(access.networks).filter(|n| !n.any.is_empty()));
        row.version = Set(version + 1);
        row.updated_at = Set(now_micros());
        let video = row.update(&tx).await?;
        rules.changed_to(&tx, &video).await?;
        tx.commit().await?;
        self.announce(id, false);
        Ok(video)
    }
}

/// Whom a video was open to before a change.
#[derive(Debug, PartialEq)]
pub(crate) struct Rulebook {
    access: Access,
    password: Option<String>,
    rating: Option<i32>,
}

impl Rulebook {
    pub(crate) fn of(video: &Video) -> Self {
        Self {
            access: video.access(),
            password: video.access_password_hash.clone(),
            rating: video.rating_level,
        }
    }

    /// Has players ask again whether they may go on, if that has changed.
    pub(crate) async fn changed_to<C: ConnectionTrait>(
        self,
        conn: &C,
        video: &Video,
    ) -> Result<()> {
        if Self::of(video) != self {
            take_back(conn, [video.id.as_str()]).await?;
        }
        Ok(())
    }
}

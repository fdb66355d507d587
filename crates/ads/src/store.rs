//! The tables.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// Where advertisements stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// In the breaks of a channel.
    Channel,
    /// Before a video.
    Preroll,
    /// Within a video.
    Midroll,
    /// After a video.
    Postroll,
}

impl Placement {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Channel, Self::Preroll, Self::Midroll, Self::Postroll];

    /// The word that is kept and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Preroll => "preroll",
            Self::Midroll => "midroll",
            Self::Postroll => "postroll",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// Where something may stand; everywhere, if none is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Placements(pub Vec<Placement>);

impl Placements {
    /// Whether something may stand there.
    pub fn allow(&self, placement: Placement) -> bool {
        self.0.is_empty() || self.0.contains(&placement)
    }
}

/// Names, such as those of channels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Names(pub Vec<String>);

impl Names {
    /// Whether one is among them; none stand for all.
    pub fn allow(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|one| one == name)
    }
}

/// `ad_campaigns`: what somebody wants shown.
pub mod campaigns {
    use sea_orm::entity::prelude::*;

    use super::{Names, Placements};

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_campaigns")]
    pub struct Model {
        /// `campaign_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it is called.
        pub name: String,
        /// Whose it is: no two of one advertiser in a pod.
        pub advertiser: String,
        /// What it advertises: no two of a kind next to each other.
        pub category: String,
        /// How often it is chosen, beside others.
        pub weight: i32,
        /// Since when (UTC microseconds).
        pub starts_at: Option<i64>,
        /// Until when (UTC microseconds).
        pub ends_at: Option<i64>,
        /// On which channels; all, if none is named.
        #[sea_orm(column_type = "Json")]
        pub channels: Names,
        /// Where.
        #[sea_orm(column_type = "Json")]
        pub placements: Placements,
        /// How often an hour on one channel.
        pub hourly_cap: Option<i32>,
        /// How often a day for one viewer, where viewers are told apart.
        pub viewer_cap: Option<i32>,
        /// After so many impressions it is over.
        pub goal: Option<i64>,
        /// What a thousand impressions pay, in millionths of the currency.
        pub cpm_micros: i64,
        /// Whether it is shown.
        pub active: bool,
        /// The account that made it.
        pub created_by: Option<String>,
        /// When (UTC microseconds).
        pub created_at: i64,
        /// When it was last changed (UTC microseconds).
        pub updated_at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_creatives`: what is shown.
pub mod creatives {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_creatives")]
    pub struct Model {
        /// `creative_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The campaign that it belongs to; none for those of ad servers.
        pub campaign_id: Option<String>,
        /// The ad server that it came from.
        pub server_id: Option<String>,
        /// What the world calls it (`registry:value`, or a hash of its address).
        pub universal_id: Option<String>,
        /// Its video.
        pub video_id: String,
        /// What it is called.
        pub name: String,
        /// Where a click leads.
        pub click_url: Option<String>,
        /// Whether it is shown.
        pub active: bool,
        /// When it was added (UTC microseconds).
        pub created_at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_servers`: who else is asked.
pub mod servers {
    use sea_orm::entity::prelude::*;

    use super::{Names, Placements};

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_servers")]
    pub struct Model {
        /// `adserver_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it is called.
        pub name: String,
        /// Its tag, with macros.
        pub url: String,
        /// Lower ones are asked first.
        pub priority: i32,
        /// How long it may take, in milliseconds.
        pub timeout_ms: i32,
        /// On which channels; all, if none is named.
        #[sea_orm(column_type = "Json")]
        pub channels: Names,
        /// Where.
        #[sea_orm(column_type = "Json")]
        pub placements: Placements,
        /// What a thousand impressions pay, in millionths of the currency.
        pub cpm_micros: i64,
        /// Whether this server fires beacons, rather than the player.
        pub server_side: bool,
        /// Whether it is asked.
        pub active: bool,
        /// Why it last gave nothing.
        pub last_error: Option<String>,
        /// When that was (UTC microseconds).
        pub last_error_at: Option<i64>,
        /// When it last gave something (UTC microseconds).
        pub last_ok_at: Option<i64>,
        /// When it was added (UTC microseconds).
        pub created_at: i64,
        /// When it was last changed by somebody (UTC microseconds).
        pub updated_at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_breaks`: what was decided for breaks.
pub mod breaks {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_breaks")]
    pub struct Model {
        /// The channel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel_id: String,
        /// The media sequence number of its first segment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub msn: i64,
        /// When it begins (UTC milliseconds).
        pub begins_at: i64,
        /// How long it is.
        pub seconds: i32,
        /// What was decided, as JSON.
        pub decision: String,
        /// When (UTC microseconds).
        pub created_at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_counts`: what happened, by the hour.
pub mod counts {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_counts")]
    pub struct Model {
        /// Hours since 1970.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hour: i32,
        /// The channel or the video around it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject_id: String,
        /// The campaign or the ad server; empty for breaks.
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_id: String,
        /// The creative; empty for breaks.
        #[sea_orm(primary_key, auto_increment = false)]
        pub creative_id: String,
        /// What.
        #[sea_orm(primary_key, auto_increment = false)]
        pub event: String,
        /// How often.
        pub times: i64,
        /// How many seconds together: of breaks, offered and filled.
        pub seconds: i64,
        /// What it pays, in millionths of the currency.
        pub revenue_micros: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_told`: what has been counted, so that it is counted once.
pub mod told {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_told")]
    pub struct Model {
        /// A hash of session, break, advertisement and event.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// When (UTC microseconds).
        pub at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_seen`: how often a viewer has seen a campaign on a day.
pub mod seen {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_seen")]
    pub struct Model {
        /// A name for the viewer that tells nobody who it is.
        #[sea_orm(primary_key, auto_increment = false)]
        pub viewer: String,
        /// The campaign.
        #[sea_orm(primary_key, auto_increment = false)]
        pub campaign_id: String,
        /// Days since 1970.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i32,
        /// How often.
        pub times: i32,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `ad_rules`: one row, how videos are broken.
pub mod rules {
    use sea_orm::entity::prelude::*;

    /// The row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ad_rules")]
    pub struct Model {
        /// Always 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        /// The rules, as JSON.
        pub body: String,
        /// When they were last changed (UTC microseconds).
        pub updated_at: i64,
    }

    /// It is related to none.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

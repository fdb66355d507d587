//! Campaigns and their creatives.

use std::collections::HashMap;

use matinee_catalog::Video;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::store::{Names, Placements, campaigns, creatives};
use crate::{AdError, Ads, Result};

pub use crate::store::campaigns::Model as Campaign;
pub use crate::store::creatives::Model as Creative;

/// The most campaigns.
pub const CAMPAIGNS_MAX: u64 = 500;
/// The most creatives of one campaign.
const CREATIVES_MAX: u64 = 50;
/// The longest name, in characters.
const NAME_MAX: usize = 100;
/// The longest address, in bytes.
const URL_MAX: usize = 2048;
/// The greatest weight.
const WEIGHT_MAX: i32 = 1000;
/// The most that a thousand impressions pay: a million.
const CPM_MAX: i64 = 1_000_000_000_000;

/// What somebody wants of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are those of a campaign")]
pub struct CampaignForm {
    pub name: String,
    pub advertiser: String,
    pub category: String,
    pub weight: i32,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub channels: Vec<String>,
    pub placements: Placements,
    pub hourly_cap: Option<i32>,
    pub viewer_cap: Option<i32>,
    pub goal: Option<i64>,
    pub cpm_micros: i64,
    pub active: bool,
}

/// What somebody wants of a creative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreativeForm {
    /// Its video.
    pub video_id: String,
    /// What it is called.
    pub name: String,
    /// Where a click leads.
    pub click_url: Option<String>,
    /// Whether it is shown.
    pub active: bool,
}

/// A creative with its video, if that is still there.
pub type Shown = (Creative, Option<Video>);

/// Whether a video can be shown in breaks.
pub fn is_ready(video: &Video) -> bool {
    video.is_advert()
        && video.is_processed
        && video.processing_status == matinee_catalog::ProcessingStatus::Completed
        && video.duration_ms.is_some()
}

pub(crate) fn named(field: &str, text: &str, may_be_empty: bool) -> Result<String> {
    let text = text.trim();
    if text.is_empty() && !may_be_empty {
        return Err(AdError::field(field, "must not be empty"));
    }
    if text.chars().count() > NAME_MAX {
        let reason = format!("must be at most {NAME_MAX} characters long");
        return Err(AdError::field(field, reason));
    }
    if text.chars().any(char::is_control) {
        return Err(AdError::field(field, "must be one line of text"));
    }
    Ok(text.to_owned())
}

pub(crate) fn within(field: &str, value: i64, from: i64, to: i64) -> Result<()> {
    if (from..=to).contains(&value) {
        return Ok(());
    }
    Err(AdError::field(
        field,
        format!("must be from {from} to {to}"),
    ))
}

pub(crate) fn on_channels(channels: &[String]) -> Result<Names> {
    let sound = |id: &String| id.starts_with("channel_") && id.len() <= 96;
    if channels.len() > 200 || !channels.iter().all(sound) {
        let reason = "must be at most 200 identifiers of channels";
        return Err(AdError::field("channels", reason));
    }
    Ok(Names(channels.to_vec()))
}

pub(crate) fn paying(cpm_micros: i64) -> Result<()> {
    if (0..=CPM_MAX).contains(&cpm_micros) {
        return Ok(());
    }
    Err(AdError::field("cpm", "must be from 0 to 1000000"))
}

/// An address that people may follow.
pub(crate) fn link(field: &str, text: &str) -> Result<String> {
    let reason = "must be a whole address that begins with https:// or http://";
    if text.len() > URL_MAX {
        return Err(AdError::field(field, reason));
    }
    match url::Url::parse(text.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.to_string()),
        _ => Err(AdError::field(field, reason)),
    }
}

fn checked(form: CampaignForm) -> Result<campaigns::ActiveModel> {
    within("weight", form.weight.into(), 1, WEIGHT_MAX.into())?;
    for (field, cap) in [
        ("hourly_cap", form.hourly_cap),
        ("viewer_cap", form.viewer_cap),
    ] {
        if let Some(cap) = cap {
            within(field, cap.into(), 1, 1000)?;
        }
    }
    if let Some(goal) = form.goal {
        within("goal", goal, 1, 1_000_000_000_000)?;
    }
    if let (Some(from), Some(to)) = (form.starts_at, form.ends_at)
        && to <= from
    {
        return Err(AdError::field("ends_at", "must be after starts_at"));
    }
    paying(form.cpm_micros)?;
    Ok(campaigns::ActiveModel {
        name: Set(named("name", &form.name, false)?),
        advertiser: Set(named("advertiser", &form.advertiser, true)?),
        category: Set(named("category", &form.category, true)?),
        weight: Set(form.weight),
        starts_at: Set(form.starts_at),
        ends_at: Set(form.ends_at),
        channels: Set(on_channels(&form.channels)?),
        placements: Set(form.placements),
        hourly_cap: Set(form.hourly_cap),
        viewer_cap: Set(form.viewer_cap),
        goal: Set(form.goal),
        cpm_micros: Set(form.cpm_micros),
        active: Set(form.active),
        updated_at: Set(now_micros()),
        ..Default::default()
    })
}

impl Ads {
    /// All campaigns, the newest first.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>> {
        let all = campaigns::Entity::find()
            .order_by_desc(campaigns::Column::Id)
            .limit(CAMPAIGNS_MAX)
            .all(self.db().read())
            .await?;
        Ok(all)
    }

    /// A campaign.
    pub async fn campaign(&self, id: &str) -> Result<Campaign> {
        let found = campaigns::Entity::find_by_id(id)
            .one(self.db().read())
            .await?;
        found.ok_or(AdError::NotFound("campaign"))
    }

    /// Makes a campaign.
    pub async fn add_campaign(&self, form: CampaignForm, by: Option<&str>) -> Result<Campaign> {
        let mut row = checked(form)?;
        row.id = Set(Id::new("campaign").to_string());
        row.created_by = Set(by.map(ToOwned::to_owned));
        row.created_at = Set(now_micros());
        let tx = self.db().begin().await?;
        if campaigns::Entity::find().count(&tx).await? >= CAMPAIGNS_MAX {
            let reason = format!("there are {CAMPAIGNS_MAX} campaigns already");
            return Err(AdError::Conflict(reason));
        }
        let made = row.insert(&tx).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Replaces what was said of a campaign.
    pub async fn change_campaign(&self, id: &str, form: CampaignForm) -> Result<Campaign> {
        let row = checked(form)?;
        let tx = self.db().begin().await?;
        let changed = campaigns::Entity::update_many()
            .set(row)
            .filter(campaigns::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(AdError::NotFound("campaign"));
        }
        let found = campaigns::Entity::find_by_id(id).one(&tx).await?;
        tx.commit().await?;
        found.ok_or(AdError::NotFound("campaign"))
    }

    /// Deletes a campaign with its creatives; their videos stay.
    pub async fn remove_campaign(&self, id: &str) -> Result<()> {
        let gone = campaigns::Entity::delete_many()
            .filter(campaigns::Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(AdError::NotFound("campaign"));
        }
        Ok(())
    }

    /// The creatives of these campaigns with their videos, in two queries.
    pub async fn creatives_of(&self, campaigns: &[&str]) -> Result<HashMap<String, Vec<Shown>>> {
        let rows = creatives::Entity::find()
            .filter(creatives::Column::CampaignId.is_in(campaigns.iter().copied()))
            .order_by_asc(creatives::Column::Id)
            .limit(CAMPAIGNS_MAX * CREATIVES_MAX)
            .all(self.db().read())
            .await?;
        let mut by: HashMap<String, Vec<Shown>> = HashMap::new();
        for (row, video) in self.with_videos(rows).await? {
            if let Some(campaign) = row.campaign_id.clone() {
                by.entry(campaign).or_default().push((row, video));
            }
        }
        Ok(by)
    }

    pub(crate) async fn with_videos(&self, rows: Vec<Creative>) -> Result<Vec<Shown>> {
        let mut videos = HashMap::new();
        for some in rows.chunks(400) {
            let ids: Vec<String> = some.iter().map(|row| row.video_id.clone()).collect();
            videos.extend(self.catalog().find_many(&ids).await?);
        }
        let with = |row: Creative| {
            let video = videos.get(&row.video_id).cloned();
            (row, video)
        };
        Ok(rows.into_iter().map(with).collect())
    }

    /// Adds a creative to a campaign.
    pub async fn add_creative(&self, campaign: &str, form: CreativeForm) -> Result<Shown> {
        let name = named("name", &form.name, false)?;
        let click_url = form.click_url.filter(|url| !url.trim().is_empty());
        let click_url = click_url.map(|url| link("click_url", &url)).transpose()?;
        let video = self.catalog().find(&form.video_id).await?;
        let video = video.ok_or_else(|| AdError::field("video_id", "must name a video"))?;
        if !video.is_advert() {
            let reason = "must name a video that was uploaded as an advert (content_type)";
            return Err(AdError::field("video_id", reason));
        }
        self.campaign(campaign).await?;
        let tx = self.db().begin().await?;
        let own = creatives::Column::CampaignId.eq(campaign);
        if creatives::Entity::find().filter(own).count(&tx).await? >= CREATIVES_MAX {
            let reason = format!("the campaign has {CREATIVES_MAX} creatives already");
            return Err(AdError::Conflict(reason));
        }
        let row = creatives::ActiveModel {
            id: Set(Id::new("creative").to_string()),
            campaign_id: Set(Some(campaign.to_owned())),
            server_id: Set(None),
            universal_id: Set(None),
            video_id: Set(video.id.clone()),
            name: Set(name),
            click_url: Set(click_url),
            active: Set(form.active),
            created_at: Set(now_micros()),
        };
        let made = row.insert(&tx).await?;
        tx.commit().await?;
        Ok((made, Some(video)))
    }

    /// Switches a creative of a campaign on or off.
    pub async fn switch_creative(&self, campaign: &str, id: &str, active: bool) -> Result<()> {
        let changed = creatives::Entity::update_many()
            .col_expr(creatives::Column::Active, Expr::value(active))
            .filter(creatives::Column::Id.eq(id))
            .filter(creatives::Column::CampaignId.eq(campaign))
            .exec(self.db().write())
            .await?;
        if changed.rows_affected == 0 {
            return Err(AdError::NotFound("creative"));
        }
        Ok(())
    }

    /// Takes a creative out of a campaign; its video stays.
    pub async fn remove_creative(&self, campaign: &str, id: &str) -> Result<()> {
        let gone = creatives::Entity::delete_many()
            .filter(creatives::Column::Id.eq(id))
            .filter(creatives::Column::CampaignId.eq(campaign))
            .exec(self.db().write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(AdError::NotFound("creative"));
        }
        Ok(())
    }
}

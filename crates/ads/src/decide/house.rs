//! Our own campaigns.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use matinee_catalog::advert;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{AdServer, Ask, Candidate, Tracking};
use crate::campaigns::{CAMPAIGNS_MAX, Campaign, is_ready};
use crate::store::{Placement, breaks, campaigns, counts, creatives, seen};
use crate::{Ads, Result};

/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;
/// The most breaks of an hour that are looked at.
const BREAKS_MAX: u64 = 240;

/// Proposes what the campaigns of this server want shown.
pub struct House(Ads);

impl House {
    /// Those that are kept here.
    pub fn new(ads: Ads) -> Self {
        Self(ads)
    }

    async fn candidates(&self, ask: &Ask) -> Result<Vec<Candidate>> {
        let mut running = self.running(ask).await?;
        if running.is_empty() {
            return Ok(Vec::new());
        }
        let over = self.over(&running, ask).await?;
        running.retain(|campaign| !over.contains(&campaign.id));
        let by: HashMap<&str, &Campaign> =
            running.iter().map(|one| (one.id.as_str(), one)).collect();
        let rows = creatives::Entity::find()
            .filter(creatives::Column::CampaignId.is_in(by.keys().copied()))
            .filter(creatives::Column::Active.eq(true))
            .order_by_asc(creatives::Column::Id)
            .limit(1000)
            .all(self.0.db().read())
            .await?;
        let mut out = Vec::new();
        for (row, video) in self.0.with_videos(rows).await? {
            let campaign = row.campaign_id.as_deref().and_then(|id| by.get(id));
            let ready = video.filter(is_ready);
            let (Some(campaign), Some(video)) = (campaign, ready) else {
                continue;
            };
            let seconds = advert::seconds(video.duration_ms.unwrap_or_default());
            if seconds > ask.seconds {
                continue;
            }
            out.push(Candidate {
                source: campaign.id.clone(),
                creative: row.id,
                video: video.id,
                seconds,
                title: row.name,
                advertiser: campaign.advertiser.clone(),
                category: campaign.category.clone(),
                weight: u32::try_from(campaign.weight).ok(),
                cpm_micros: campaign.cpm_micros,
                click_url: row.click_url,
                tracking: Tracking::new(),
                server_side: false,
            });
        }
        Ok(out)
    }

    /// The campaigns that are on at the time, and want to stand there.
    async fn running(&self, ask: &Ask) -> Result<Vec<Campaign>> {
        use campaigns::Column as C;
        let at = ask.at.saturating_mul(1000);
        let open =
            |column: C, condition: Condition| Condition::any().add(column.is_null()).add(condition);
        let mut all = campaigns::Entity::find()
            .filter(C::Active.eq(true))
            .filter(open(C::StartsAt, C::StartsAt.lte(at).into()))
            .filter(open(C::EndsAt, C::EndsAt.gt(at).into()))
            .order_by_asc(C::Id)
            .limit(CAMPAIGNS_MAX)
            .all(self.0.db().read())
            .await?;
        let on_channel = ask.placement == Placement::Channel;
        all.retain(|one| {
            one.placements.allow(ask.placement) && (!on_channel || one.channels.allow(&ask.subject))
        });
        Ok(all)
    }

    /// Those of these that have been shown as often as they may.
    async fn over(&self, running: &[Campaign], ask: &Ask) -> Result<HashSet<String>> {
        let mut over = HashSet::new();
        let goals: Vec<&Campaign> = running.iter().filter(|one| one.goal.is_some()).collect();
        if !goals.is_empty() {
            let ids = goals.iter().map(|one| one.id.as_str());
            let reached: Vec<(String, i64)> = counts::Entity::find()
                .select_only()
                .column(counts::Column::SourceId)
                // PostgreSQL adds such numbers up to decimals.
                .column_as(
                    Expr::col(counts::Column::Times).sum().cast_as("bigint"),
                    "times",
                )
                .filter(counts::Column::SourceId.is_in(ids))
                .filter(counts::Column::Event.eq("impression"))
                .group_by(counts::Column::SourceId)
                .into_tuple()
                .all(self.0.db().read())
                .await?;
            let reached: HashMap<String, i64> = reached.into_iter().collect();
            over.extend(goals.iter().filter_map(|one| {
                let times = reached.get(&one.id).copied().unwrap_or(0);
                (times >= one.goal?).then(|| one.id.clone())
            }));
        }
        let capped = running.iter().any(|one| one.hourly_cap.is_some());
        if capped && ask.placement == Placement::Channel {
            let lately = breaks::Entity::find()
                .filter(breaks::Column::ChannelId.eq(ask.subject.as_str()))
                .filter(breaks::Column::BeginsAt.gt(ask.at - HOUR))
                .filter(breaks::Column::BeginsAt.lt(ask.at))
                .limit(BREAKS_MAX)
                .all(self.0.db().read())
                .await?;
            let mut times: HashMap<String, i32> = HashMap::new();
            for row in &lately {
                for ad in crate::breaks::read(row)?.ads() {
                    *times.entry(ad.source.clone()).or_default() += 1;
                }
            }
            over.extend(running.iter().filter_map(|one| {
                let shown = times.get(&one.id).copied().unwrap_or(0);
                (shown >= one.hourly_cap?).then(|| one.id.clone())
            }));
        }
        let capped = running.iter().any(|one| one.viewer_cap.is_some());
        if let (true, Some(viewer)) = (capped, &ask.viewer) {
            let rows = seen::Entity::find()
                .filter(seen::Column::Viewer.eq(viewer.as_str()))
                .filter(seen::Column::Day.eq(crate::events::day(now_micros())))
                .limit(CAMPAIGNS_MAX)
                .all(self.0.db().read())
                .await?;
            let times: HashMap<&str, i32> = rows
                .iter()
                .map(|row| (row.campaign_id.as_str(), row.times))
                .collect();
            over.extend(running.iter().filter_map(|one| {
                let shown = times.get(one.id.as_str()).copied().unwrap_or(0);
                (shown >= one.viewer_cap?).then(|| one.id.clone())
            }));
        }
        Ok(over)
    }
}

#[async_trait]
impl AdServer for House {
    fn id(&self) -> Option<&str> {
        None
    }

    async fn propose(&self, ask: &Ask) -> std::result::Result<Vec<Candidate>, String> {
        self.candidates(ask)
            .await
            .map_err(|error| error.to_string())
    }
}

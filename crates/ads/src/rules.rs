//! How videos are broken: one set of rules for the whole server.

use std::time::Duration;

use matinee_engines::time::now_micros;
use moka::future::Cache;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};

use crate::campaigns::within;
use crate::store::rules;
use crate::{AdError, Ads, Result};

/// How long they are known without asking again.
const KNOWN_FOR: Duration = Duration::from_secs(2);

/// They, in memory.
pub(crate) type Known = Cache<(), Rules>;

pub(crate) fn known() -> Known {
    Cache::builder()
        .name("ad rules")
        .max_capacity(1)
        .time_to_live(KNOWN_FOR)
        .build()
}

/// The most groups that are spared.
const GROUPS_MAX: usize = 100;

/// Where advertisements stand in videos, and who sees none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Seconds of advertisements before a video; none when 0.
    pub preroll_seconds: u32,
    /// Seconds of them within a video, each time; none when 0.
    pub midroll_seconds: u32,
    /// About every so many minutes.
    pub midroll_minutes: u32,
    /// Seconds of them after a video; none when 0.
    pub postroll_seconds: u32,
    /// Videos shorter than so many minutes are not broken.
    pub unbroken_minutes: u32,
    /// Whether viewers may seek over advertisements.
    pub seekable: bool,
    /// Whether whoever watches under a child's profile sees none, on channels neither.
    pub spare_children: bool,
    /// The groups (`group_…`) whose members see none, on channels neither.
    pub spare_groups: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            preroll_seconds: 0,
            midroll_seconds: 0,
            midroll_minutes: 15,
            postroll_seconds: 0,
            unbroken_minutes: 20,
            seekable: false,
            spare_children: true,
            spare_groups: Vec::new(),
        }
    }
}

impl Rules {
    /// Whether there are advertisements in videos at all.
    pub fn any(&self) -> bool {
        self.preroll_seconds > 0 || self.midroll_seconds > 0 || self.postroll_seconds > 0
    }

    /// Whether somebody sees no advertisements: as a child, or by the groups that they are in.
    pub fn spares(&self, child: bool, groups: &[String]) -> bool {
        (self.spare_children && child)
            || groups.iter().any(|group| self.spare_groups.contains(group))
    }

    /// Where a video is broken, in milliseconds: about every so many minutes, at the nearest place
    /// that disturbs least, and never near to its beginning or its end.
    pub fn midrolls(&self, duration_ms: u64, places: &[u64]) -> Vec<u64> {
        const MARGIN: u64 = 60_000;
        const MOST: usize = 20;
        let every = u64::from(self.midroll_minutes) * 60_000;
        let short = duration_ms < u64::from(self.unbroken_minutes) * 60_000;
        if self.midroll_seconds == 0 || every == 0 || short {
            return Vec::new();
        }
        let mut out: Vec<u64> = Vec::new();
        let mut wanted = every;
        while wanted < duration_ms && out.len() < MOST {
            let near = places
                .iter()
                .copied()
                .filter(|place| place.abs_diff(wanted) <= every / 2)
                .min_by_key(|place| place.abs_diff(wanted));
            let at = near.unwrap_or(wanted);
            let last = out.last().copied().unwrap_or(0);
            if at >= last + MARGIN && at + MARGIN <= duration_ms {
                out.push(at);
            }
            wanted += every;
        }
        out
    }
}

impl Ads {
    /// The rules.
    pub async fn rules(&self) -> Result<Rules> {
        if let Some(known) = self.0.rules.get(&()).await {
            return Ok(known);
        }
        let row = rules::Entity::find_by_id(1).one(self.db().read()).await?;
        let read = match row {
            Some(row) => serde_json::from_str(&row.body).map_err(AdError::damaged)?,
            None => Rules::default(),
        };
        self.0.rules.insert((), read).await;
        self.0
            .rules
            .get(&())
            .await
            .map_or_else(|| Ok(Rules::default()), Ok)
    }

    /// Changes them.
    pub async fn change_rules(&self, mut new: Rules) -> Result<Rules> {
        new.spare_groups.sort_unstable();
        new.spare_groups.dedup();
        let sound = |id: &String| id.starts_with("group_") && id.len() <= 96;
        if new.spare_groups.len() > GROUPS_MAX || !new.spare_groups.iter().all(sound) {
            let reason = format!("must be at most {GROUPS_MAX} identifiers of groups");
            return Err(AdError::field("spare_groups", reason));
        }
        for (field, seconds) in [
            ("preroll_seconds", new.preroll_seconds),
            ("midroll_seconds", new.midroll_seconds),
            ("postroll_seconds", new.postroll_seconds),
        ] {
            within(field, seconds.into(), 0, 300)?;
        }
        within("midroll_minutes", new.midroll_minutes.into(), 1, 240)?;
        within("unbroken_minutes", new.unbroken_minutes.into(), 0, 600)?;
        let row = rules::ActiveModel {
            id: Set(1),
            body: Set(serde_json::to_string(&new).map_err(AdError::damaged)?),
            updated_at: Set(now_micros()),
        };
        let again = OnConflict::column(rules::Column::Id)
            .update_columns([rules::Column::Body, rules::Column::UpdatedAt])
            .to_owned();
        rules::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(self.db().write())
            .await?;
        self.0.rules.insert((), new.clone()).await;
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_broken_where_it_disturbs_least() {
        let minute = 60_000;
        let rules = Rules {
            midroll_seconds: 30,
            midroll_minutes: 10,
            ..Rules::default()
        };
        let places = [9 * minute, 33 * minute];
        let at = rules.midrolls(40 * minute, &places);
        assert_eq!(at, [9 * minute, 20 * minute, 33 * minute]);
        assert!(rules.midrolls(19 * minute, &places).is_empty());
        assert!(Rules::default().midrolls(90 * minute, &places).is_empty());
    }

    #[test]
    fn children_and_chosen_groups_are_spared() {
        let plus = ["group_plus".to_owned()];
        let rules = Rules {
            spare_groups: plus.to_vec(),
            ..Rules::default()
        };
        assert!(rules.spares(true, &[]) && rules.spares(false, &plus));
        assert!(!rules.spares(false, &["group_other".to_owned()]));
        let rules = Rules {
            spare_children: false,
            ..Rules::default()
        };
        assert!(!rules.spares(true, &plus));
        // What was kept before there was this rule spares children.
        let kept: Result<Rules, _> = serde_json::from_str(r#"{"preroll_seconds": 15}"#);
        assert!(kept.is_ok_and(|kept| kept.spares(true, &[])));
    }
}

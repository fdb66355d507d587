//! What is put into a break.
//!
//! An [`AdServer`] proposes; [`choose`] decides, as a pure function of what was proposed and a
//! seed. So what is kept of a break is what was proposed: another viewer's choice from it can be
//! made again at any time, on any node.

mod house;
mod vast;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::store::Placement;
use crate::{Ads, Result};

pub use house::House;
pub use vast::Vast;

/// How long asking everybody may take together.
pub const BUDGET: Duration = Duration::from_secs(3);
/// The most advertisements that are considered for one break.
const CONSIDERED: usize = 60;

/// A break, to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Where it is.
    pub placement: Placement,
    /// The channel, or the video.
    pub subject: String,
    /// How long it is.
    pub seconds: u32,
    /// How many advertisements it may have.
    pub most: u32,
    /// When it begins (UTC milliseconds).
    pub at: i64,
    /// Names it, and so decides what chance does.
    pub name: String,
    /// Who watches, where that is known: a name that tells nobody who it is.
    pub viewer: Option<String>,
}

/// Whom to tell of what: addresses by the name of an event.
pub type Tracking = BTreeMap<String, Vec<String>>;

/// An advertisement that could be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The campaign, or the ad server, that it comes from.
    pub source: String,
    /// The creative.
    pub creative: String,
    /// Its video.
    pub video: String,
    /// How long it is.
    pub seconds: u32,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub advertiser: String,
    /// What it advertises.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// How often it is chosen; none for what an ad server has put in order itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// What a thousand impressions pay, in millionths of the currency.
    #[serde(default)]
    pub cpm_micros: i64,
    /// Where a click leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_url: Option<String>,
    /// Whom to tell.
    #[serde(default, skip_serializing_if = "Tracking::is_empty")]
    pub tracking: Tracking,
    /// Whether this server tells them, rather than the player.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub server_side: bool,
}

/// Somebody who proposes advertisements.
#[async_trait]
pub trait AdServer: Send + Sync {
    /// The identifier under which it is counted and its failures are noted; none for our own.
    fn id(&self) -> Option<&str>;

    /// Proposes. Ends in bounded time; fails in words for its operator.
    async fn propose(&self, ask: &Ask) -> std::result::Result<Vec<Candidate>, String>;
}

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was proposed.
    pub proposed: Vec<Candidate>,
    /// Which of it is shown, in this order, by its place among what was proposed.
    pub shown: Vec<usize>,
}

impl Decision {
    /// What is shown.
    pub fn ads(&self) -> impl Iterator<Item = &Candidate> {
        self.shown.iter().filter_map(|&n| self.proposed.get(n))
    }

    /// What is shown to a viewer who has a choice of their own.
    #[must_use]
    pub fn for_viewer(&self, ask: &Ask, viewer: &str) -> Self {
        let shown = choose(&self.proposed, ask.seconds, ask.most, &[&ask.name, viewer]);
        Self {
            proposed: self.proposed.clone(),
            shown,
        }
    }
}

/// Chooses what is shown of what was proposed: what ad servers have put in order first, then by
/// weight. Nothing is shown twice, no two are of one advertiser or campaign, and no two next to
/// each other of one category.
pub fn choose(proposed: &[Candidate], seconds: u32, most: u32, seed: &[&str]) -> Vec<usize> {
    let mut order: Vec<(bool, f64, usize)> = proposed
        .iter()
        .enumerate()
        .map(|(n, one)| match one.weight {
            None => (false, n as f64, n),
            // Efraimidis and Spirakis: the order that drawing by weight without putting back has.
            Some(weight) => {
                let chance = chance(seed, &one.creative);
                (true, -chance.ln() / f64::from(weight.max(1)), n)
            }
        })
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut shown: Vec<usize> = Vec::new();
    let mut left = seconds;
    let mut waiting: Vec<usize> = order.into_iter().map(|(_, _, n)| n).collect();
    // One that was passed over for its neighbour may stand further on.
    loop {
        let taken = shown.len();
        waiting.retain(|&n| {
            let one = &proposed[n];
            let room = u32::try_from(shown.len()).unwrap_or(u32::MAX) + 1;
            // The last part is the slate's, unless nothing is left for it.
            let fits = room < most || (room == most && one.seconds == left);
            if one.seconds == 0 || one.seconds > left || !fits {
                return true;
            }
            let clashes = shown.iter().any(|&other| {
                let other = &proposed[other];
                let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
                other.creative == one.creative
                    || same(&other.advertiser, &one.advertiser)
                    || (one.weight.is_some() && other.source == one.source)
            });
            let beside = shown
                .last()
                .map(|&last| &proposed[last])
                .is_some_and(|last| {
                    !one.category.is_empty() && last.category.eq_ignore_ascii_case(&one.category)
                });
            if clashes || beside {
                return true;
            }
            left -= one.seconds;
            shown.push(n);
            false
        });
        if shown.len() == taken {
            return shown;
        }
    }
}

/// A number between 0 and 1, the same on every node.
fn chance(seed: &[&str], creative: &str) -> f64 {
    let mut hash = Sha256::new();
    for text in seed.iter().chain([&creative]) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let digest = hash.finalize();
    let mut bits = [0; 8];
    bits.copy_from_slice(&digest[..8]);
    // 53 bits are what a double holds; never 0.
    ((u64::from_be_bytes(bits) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

impl Ads {
    /// Asks everybody, within the budget, and chooses.
    pub(crate) async fn decide(&self, ask: &Ask) -> Result<Decision> {
        let deadline = Instant::now() + BUDGET;
        let mut proposed: Vec<Candidate> = Vec::new();
        for source in self.sources().await? {
            let asked = tokio::time::timeout_at(deadline, source.propose(ask)).await;
            let answer = asked.unwrap_or_else(|_| Err("it took too long to answer".to_owned()));
            match (answer, source.id()) {
                (Ok(more), id) => {
                    if let (Some(id), false) = (id, more.is_empty()) {
                        self.note_server(id, None).await;
                    }
                    proposed.extend(more);
                }
                (Err(error), Some(id)) => self.note_server(id, Some(&error)).await,
                (Err(error), None) => tracing::warn!(%error, "no advertisements of our own"),
            }
        }
        proposed.truncate(CONSIDERED);
        let shown = choose(&proposed, ask.seconds, ask.most, &[&ask.name]);
        Ok(Decision { proposed, shown })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn candidate(n: usize, seconds: u32, weight: Option<u32>) -> Candidate {
        Candidate {
            source: format!("campaign_{n}"),
            creative: format!("creative_{n}"),
            video: format!("video_{n}"),
            seconds,
            title: String::new(),
            advertiser: String::new(),
            category: String::new(),
            weight,
            cpm_micros: 0,
            click_url: None,
            tracking: Tracking::new(),
            server_side: false,
        }
    }

    proptest! {
        /// What is chosen fits, keeps competitors apart, and is the same for the same seed.
        #[test]
        fn what_is_chosen_fits(
            all in prop::collection::vec((1u32..70, prop::option::of(1u32..9), 0u8..4, 0u8..3), 0..20),
            seconds in 5u32..200,
            most in 1u32..9,
            seed in ".{0,9}",
        ) {
            let proposed: Vec<Candidate> = all
                .iter()
                .enumerate()
                .map(|(n, &(seconds, weight, advertiser, category))| {
                    let mut one = candidate(n, seconds, weight);
                    if advertiser > 0 { one.advertiser = format!("A{advertiser}"); }
                    if category > 0 { one.category = format!("c{category}"); }
                    one
                })
                .collect();
            let shown = choose(&proposed, seconds, most, &[&seed]);
            prop_assert_eq!(&shown, &choose(&proposed, seconds, most, &[&seed]));
            let ads: Vec<&Candidate> = shown.iter().map(|&n| &proposed[n]).collect();
            let total: u32 = ads.iter().map(|ad| ad.seconds).sum();
            prop_assert!(total <= seconds);
            let parts = u32::try_from(ads.len()).unwrap() + u32::from(total < seconds);
            prop_assert!(parts <= most);
            for pair in ads.windows(2) {
                prop_assert!(pair[0].category.is_empty() || pair[0].category != pair[1].category);
            }
            for (n, ad) in ads.iter().enumerate() {
                let again = ads[n + 1..].iter().any(|other| {
                    other.creative == ad.creative
                        || (!ad.advertiser.is_empty() && other.advertiser == ad.advertiser)
                });
                prop_assert!(!again);
            }
        }
    }

    #[test]
    fn the_heavier_is_shown_more_often() {
        let proposed = [candidate(0, 15, Some(3)), candidate(1, 15, Some(1))];
        let first = |n: u32| choose(&proposed, 15, 2, &[&n.to_string()]) == [0];
        let often = (0..1000).filter(|&n| first(n)).count();
        assert!(
            (680..820).contains(&often),
            "{often} of 1000 by weight 3 to 1"
        );
    }
}

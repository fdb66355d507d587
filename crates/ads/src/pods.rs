//! Advertisements in videos: before, within and after. Nothing of it is kept: what was decided
//! for somebody is signed into the addresses that they play.

use futures::future::join_all;
use matinee_engines::time::now_micros;
use serde::{Deserialize, Serialize};

use crate::decide::{Ask, Candidate};
use crate::rules::Rules;
use crate::store::Placement;
use crate::{Ads, Result, token};

/// The most advertisements in a row.
const IN_A_ROW: u32 = 9;
/// How long the addresses are good, in seconds.
pub const LASTS: i64 = 12 * 3600;
/// What they are signed for.
const PURPOSE: &str = "pods";

/// A video that somebody is about to watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watching {
    /// It.
    pub video: String,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// Where it may be broken, in milliseconds.
    pub places: Vec<u64>,
    /// Who watches: a name that tells nobody who it is.
    pub viewer: String,
}

/// Advertisements in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Names it.
    pub name: String,
    /// Where they stand.
    pub placement: Placement,
    /// When in the video, in milliseconds.
    pub at_ms: u64,
    /// They.
    pub ads: Vec<Candidate>,
}

/// The same as addresses carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The video.
    #[serde(rename = "v")]
    pub video: String,
    /// When in the video (ms), and the videos of the advertisements with their seconds.
    #[serde(rename = "p")]
    pub pods: Vec<(u64, Vec<(String, u32)>)>,
    /// Until when (UTC seconds).
    #[serde(rename = "x")]
    pub until: i64,
}

impl Ads {
    /// What somebody sees in a video, in order; nothing if the rules say so.
    pub async fn for_video(&self, watching: &Watching) -> Result<(Rules, Vec<Pod>)> {
        let rules = self.rules().await?;
        if !rules.any() {
            return Ok((rules, Vec::new()));
        }
        let now = now_micros() / 1000;
        let mut asks: Vec<(u64, Ask)> = Vec::new();
        let mut ask = |at_ms: u64, placement: Placement, seconds: u32| {
            asks.push((
                at_ms,
                Ask {
                    placement,
                    subject: watching.video.clone(),
                    seconds,
                    most: IN_A_ROW,
                    at: now,
                    // Another viewing is another choice.
                    name: format!("{now}/{at_ms}/{}/{}", placement.as_str(), watching.viewer),
                    viewer: Some(watching.viewer.clone()).filter(|viewer| !viewer.is_empty()),
                },
            ));
        };
        if rules.preroll_seconds > 0 {
            ask(0, Placement::Preroll, rules.preroll_seconds);
        }
        for at in rules.midrolls(watching.duration_ms, &watching.places) {
            ask(at, Placement::Midroll, rules.midroll_seconds);
        }
        if rules.postroll_seconds > 0 {
            let end = watching.duration_ms;
            ask(end, Placement::Postroll, rules.postroll_seconds);
        }
        let decided = join_all(asks.iter().map(|(_, ask)| self.decide(ask))).await;
        let mut pods = Vec::new();
        let tx = self.db().begin().await?;
        for ((at_ms, ask), decision) in asks.into_iter().zip(decided) {
            let decision = decision?;
            let ads: Vec<Candidate> = decision.ads().cloned().collect();
            let filled = ads.iter().map(|ad| ad.seconds).sum();
            let at = ask.at.saturating_mul(1000);
            self.count_break(&tx, &ask.subject, at, ask.seconds, filled)
                .await?;
            if !ads.is_empty() {
                pods.push(Pod {
                    name: ask.name,
                    placement: ask.placement,
                    at_ms,
                    ads,
                });
            }
        }
        tx.commit().await?;
        Ok((rules, pods))
    }

    /// The pods as addresses carry them.
    pub fn sign_pods(&self, video: &str, pods: &[Pod]) -> String {
        let short = |pod: &Pod| {
            let ads = pod.ads.iter().map(|ad| (ad.video.clone(), ad.seconds));
            (pod.at_ms, ads.collect())
        };
        let signed = Signed {
            video: video.to_owned(),
            pods: pods.iter().map(short).collect(),
            until: now_micros() / 1_000_000 + LASTS,
        };
        token::sign(&self.0.secret, PURPOSE, &signed)
    }

    /// What an address of this video carries, if that is ours and still good.
    pub fn read_pods(&self, video: &str, token: &str) -> Option<Signed> {
        let signed: Signed = token::read(&self.0.secret, PURPOSE, token)?;
        let good = signed.video == video && signed.until > now_micros() / 1_000_000;
        good.then_some(signed)
    }
}

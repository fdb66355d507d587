//! How many devices of an account play at the same time.
//!
//! Each that plays holds a place by its reports; a place that is not renewed
//! for a while is free again. Places live in hot state, so that all nodes count
//! alike. Two that begin in the same moment may both get in; the later one is
//! told at its next report.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use matinee_engines::hot::Hot;
use matinee_engines::time::now_micros;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::problems::{TOO_MANY_PLAYBACKS, too_many, unheeded};
use super::services::Access;
use crate::http::caller::{SESSION_COOKIE, cookie};
use crate::{Caller, ProblemResult};

/// How long a place is held without a report.
const LEASE: Duration = Duration::from_secs(90);
/// The longest name of a device, in characters.
const DEVICE_MAX: usize = 60;

/// A device that plays.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Place {
    /// What it calls itself.
    device: String,
    /// The profile that watches.
    profile: String,
    /// Since when, and when it was last heard of: UTC microseconds.
    since: i64,
    heard: i64,
}

impl Place {
    fn is_held(&self, now: i64) -> bool {
        now.saturating_sub(self.heard) < lease()
    }
}

fn lease() -> i64 {
    i64::try_from(LEASE.as_micros()).unwrap_or(i64::MAX)
}

impl Access {
    /// Takes or keeps a place for the caller's device, or refuses and says who
    /// has the places. Somebody without account is counted nowhere.
    pub(crate) async fn play(&self, caller: &Caller, headers: &HeaderMap) -> ProblemResult<()> {
        let (Some(user), Some(limit)) = (caller.0.user(), self.limits().playbacks) else {
            return Ok(());
        };
        let key = format!("playing:{}", user.id);
        let device = fingerprint(headers);
        let places = match places(self.hot.as_ref(), &key).await {
            Ok(places) => places,
            Err(error) => {
                unheeded(&error);
                return Ok(());
            }
        };
        let now = now_micros();
        let mine = places.iter().find(|(id, _)| *id == device);
        let since = mine
            .filter(|(_, place)| place.is_held(now))
            .map_or(now, |(_, place)| place.since);
        let before_me: Vec<&(String, Place)> = places
            .iter()
            .filter(|(id, place)| {
                *id != device && place.is_held(now) && (place.since, id) < (since, &device)
            })
            .collect();
        let gone: Vec<&str> = places
            .iter()
            .filter(|(_, place)| !place.is_held(now))
            .map(|(id, _)| id.as_str())
            .collect();
        let outcome = if before_me.len() < limit {
            let place = Place {
                device: name(headers),
                profile: user.profile_id(),
                since,
                heard: now,
            };
            let value = Bytes::from(serde_json::to_vec(&place).unwrap_or_default());
            self.hot.hash_set(&key, &[(&device, value)]).await
        } else {
            self.hot.hash_delete(&key, &[&device]).await.map(drop)
        };
        let tidied = async {
            outcome?;
            self.hot.hash_delete(&key, &gone).await?;
            self.hot.expire(&key, Some(LEASE)).await
        };
        if let Err(error) = tidied.await {
            unheeded(&error);
        }
        if before_me.len() < limit {
            return Ok(());
        }
        let devices: Vec<&str> = before_me
            .iter()
            .map(|(_, place)| place.device.as_str())
            .collect();
        // The one that was heard of longest ago is the first that may be gone.
        let oldest = before_me.iter().map(|(_, place)| place.heard).min();
        let left = lease() - now.saturating_sub(oldest.unwrap_or(now));
        let wait = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        let detail = format!(
            "This account plays on as many devices as it may: {}. Stop one of them first.",
            devices.join(", ")
        );
        Err(too_many(detail, wait).of_kind(TOO_MANY_PLAYBACKS))
    }

    /// Gives the place of the caller's device back.
    pub(crate) async fn stop_playing(&self, caller: &Caller, headers: &HeaderMap) {
        let (Some(user), Some(_)) = (caller.0.user(), self.limits().playbacks) else {
            return;
        };
        let key = format!("playing:{}", user.id);
        let device = fingerprint(headers);
        if let Err(error) = self.hot.hash_delete(&key, &[&device]).await {
            unheeded(&error);
        }
    }
}

async fn places(hot: &dyn Hot, key: &str) -> matinee_engines::hot::Result<Vec<(String, Place)>> {
    let all = hot.hash_all(key).await?;
    Ok(all
        .into_iter()
        .filter_map(|(id, value)| Some((id, serde_json::from_slice(&value).ok()?)))
        .collect())
}

/// Tells the devices of an account apart: each has credentials of its own.
/// Those that share them differ in what they call themselves.
fn fingerprint(headers: &HeaderMap) -> String {
    let text = |name: http::HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let mut hash = Sha256::new();
    hash.update(text(http::header::AUTHORIZATION));
    hash.update([0]);
    hash.update(cookie(headers, SESSION_COOKIE).unwrap_or_default());
    hash.update([0]);
    hash.update(text(http::header::USER_AGENT));
    let digest = hash.finalize();
    digest[..12].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a device calls itself: such as `Firefox on Linux`.
fn name(headers: &HeaderMap) -> String {
    const CLIENTS: [(&str, &str); 9] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("Roku", "Roku"),
        ("okhttp", "an Android app"),
        ("VLC", "VLC"),
    ];
    const SYSTEMS: [(&str, &str); 9] = [
        ("AFT", "Fire TV"),
        ("Tizen", "a Samsung TV"),
        ("Web0S", "an LG TV"),
        ("AppleTV", "Apple TV"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
    ];
    let agent = headers
        .get(http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let find = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let linux = agent.contains("Linux").then_some("Linux");
    match (find(&CLIENTS), find(&SYSTEMS).or(linux)) {
        (Some(client), Some(system)) => format!("{client} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.is_empty() => "another device".to_owned(),
        (None, None) => {
            let product = agent.split(['/', ' ']).next().unwrap_or_default();
            product.chars().take(DEVICE_MAX).collect()
        }
    }
}

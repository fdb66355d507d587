//! What of the library a channel may choose from.

use matinee_catalog::{Access, Video};
use matinee_identity::access::{Networks, Regions, Rules, Visibility};
use serde::Serialize;

use crate::Channel;

/// How long from now on a video must be there at least to be chosen: longer than until the
/// library is next taken up.
const STAYS_MICROS: i64 = 3 * 24 * 3_600_000_000;

/// A share of the library: what everybody who may watch a channel may come upon by themselves.
/// So a channel never shows anybody what they may not see, and channels that are open to the
/// same people share one snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Share {
    open_to: OpenTo,
    /// Nothing that is for older people than this, and nothing unrated.
    most: Option<u8>,
    /// JSON of the channel's own: what has other rules is left out.
    regions: Option<String>,
    networks: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
enum OpenTo {
    Everybody,
    Members,
    Groups(Vec<String>),
    Owner(Option<String>),
}

impl Share {
    /// That of a channel.
    pub fn of(channel: &Channel) -> Self {
        Self {
            most: channel.rules().rating_level,
            ..Self::open_as(&channel.access(), channel.owner.clone())
        }
    }

    /// That of a viewer's own channel: what they may see as one of many. What is for some groups
    /// or places, or their own, is not in it.
    pub fn of_viewer(is_member: bool, max_rating: Option<u8>) -> Self {
        Self {
            open_to: if is_member {
                OpenTo::Members
            } else {
                OpenTo::Everybody
            },
            most: max_rating,
            regions: None,
            networks: None,
        }
    }

    /// That of a channel of this owner that is open to those.
    pub fn open_as(access: &Access, owner: Option<String>) -> Self {
        let open_to = match access.visibility {
            Visibility::Public | Visibility::Unlisted | Visibility::Password => OpenTo::Everybody,
            Visibility::Members => OpenTo::Members,
            Visibility::Groups => {
                let mut groups = access.groups.any.clone();
                groups.sort_unstable();
                groups.dedup();
                OpenTo::Groups(groups)
            }
            Visibility::Private => OpenTo::Owner(owner),
        };
        Self {
            open_to,
            most: None,
            regions: regions(access.regions.as_ref()),
            networks: networks(Some(&access.networks)),
        }
    }

    /// Its name, for caches.
    pub(super) fn key(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether a video is in it at an instant (UTC microseconds).
    pub fn holds(&self, video: &Video, now: i64) -> bool {
        self.admits(&video.rules(), video.owner.as_deref(), now, STAYS_MICROS)
    }

    /// Whether everybody who may watch the channel may see what has these rules, at an instant
    /// and for so long after it (in microseconds).
    pub fn admits(&self, rules: &Rules<'_>, owner: Option<&str>, now: i64, stays: i64) -> bool {
        let open = match (&self.open_to, rules.visibility) {
            (OpenTo::Owner(None), _) | (_, Visibility::Public) => true,
            (OpenTo::Owner(mine), _) if owner == mine.as_deref() => true,
            (OpenTo::Members | OpenTo::Groups(_) | OpenTo::Owner(_), Visibility::Members) => true,
            // Whoever is in any of the channel's groups must be let in.
            (OpenTo::Groups(mine), Visibility::Groups) => {
                !mine.is_empty() && mine.iter().all(|group| rules.groups.contains(group))
            }
            _ => false,
        };
        let fit = self
            .most
            .is_none_or(|most| rules.rating_level.is_some_and(|level| level <= most));
        let near = match rules.regions {
            None => true,
            some => regions(some) == self.regions,
        } && (rules.networks.is_empty()
            || self.networks
                == networks(Some(&Networks {
                    any: rules.networks.to_vec(),
                })));
        let on = rules.publish_at.is_none_or(|at| at <= now)
            && rules.expires_at.is_none_or(|at| at > now + stays);
        open && fit && near && on
    }
}

fn regions(regions: Option<&Regions>) -> Option<String> {
    regions.map(ToString::to_string)
}

fn networks(networks: Option<&Networks>) -> Option<String> {
    networks
        .filter(|networks| !networks.any.is_empty())
        .map(ToString::to_string)
}

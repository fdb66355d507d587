//! For whom something is found.
//!
//! The index lets through what [`Audience`] lets through in SQL: both follow
//! [`matinee_identity::access::decide`], and a test holds all three against
//! each other.

use matinee_engines::search::Filter;
use matinee_identity::access::place::Network;
use matinee_identity::access::{Asker, Regions, Visibility};
use matinee_identity::ratings::UNRATED;
use matinee_identity::{Role, Scope};
use serde_json::{Value, json};

use crate::{Audience, Video};

/// What stands in a field for "no rule".
const ANY: &str = "*";
/// What stands among the regions of a title that shuts some out.
const SHUTS_OUT: &str = "!";

/// For whom something is found: decides what is counted, and, once more and
/// for good, what is shown.
#[derive(Debug, Clone)]
pub struct Seer {
    asker: Asker,
    audience: Audience,
    /// Under which key their watch history is kept.
    pub viewer: Option<String>,
}

impl Seer {
    /// This person.
    pub fn of(asker: &Asker) -> Self {
        Self {
            audience: Audience::of(asker),
            viewer: asker.viewer_key(),
            asker: asker.clone(),
        }
    }

    /// Somebody of whom nothing is known: what feeds and pages for other sites
    /// may show.
    pub fn nobody() -> Self {
        Self {
            viewer: None,
            ..Self::of(&Asker::nobody())
        }
    }

    /// Whether they may come upon it. The index may be a moment behind; this
    /// is decided on what the database says.
    pub fn sees(&self, video: &Video) -> bool {
        self.audience.sees(video)
    }

    /// When they ask: UTC microseconds.
    pub(super) fn now(&self) -> i64 {
        self.asker.now
    }

    /// What the index lets through for them.
    pub(super) fn filter(&self) -> Option<Filter> {
        let asker = &self.asker;
        let user = asker.user().filter(|user| user.scopes.contain(Scope::Read));
        let role = user.filter(|user| !user.is_kid()).map(|user| user.role);
        let mut all = Vec::new();
        let profile = asker.user().and_then(|user| user.profile.as_ref());
        if let Some(most) = profile.and_then(|profile| profile.max_rating) {
            all.push(Filter::Between("level".into(), None, Some(most.into())));
        }
        if role >= Some(Role::Administrator) {
            return (!all.is_empty()).then_some(Filter::All(all));
        }
        let moderates = role >= Some(Role::Moderator);
        let mut open = vec![Visibility::Public];
        let mut ways = Vec::new();
        if let Some(user) = user {
            open.push(Visibility::Members);
            if moderates {
                open.push(Visibility::Groups);
            } else if !user.groups.is_empty() {
                ways.push(Filter::All(vec![
                    is("visibility", [Visibility::Groups.as_str().to_owned()]),
                    is("group", user.groups.iter().take(900).cloned()),
                ]));
            }
        }
        ways.push(is("visibility", open.iter().map(|v| v.as_str().to_owned())));
        let mut theirs = vec![
            Filter::Any(ways),
            Filter::Between("publish".into(), None, Some(asker.now)),
            Filter::Between("expires".into(), Some(asker.now.saturating_add(1)), None),
        ];
        if !moderates {
            theirs.push(self.near());
            theirs.push(self.within());
        }
        let mut any = vec![Filter::All(theirs)];
        if let Some(user) = user.filter(|_| role >= Some(Role::Creator)) {
            any.push(is("owner", [user.id.to_string()]));
        }
        all.push(Filter::Any(any));
        Some(Filter::All(all))
    }

    fn near(&self) -> Filter {
        let mut ways = vec![ANY.to_owned()];
        let Some(country) = self.asker.country else {
            return is("region", ways);
        };
        ways.push(format!("+{country}"));
        Filter::Any(vec![
            is("region", ways),
            Filter::All(vec![
                is("region", [SHUTS_OUT.to_owned()]),
                Filter::Not(Box::new(is("region", [format!("-{country}")]))),
            ]),
        ])
    }

    fn within(&self) -> Filter {
        let around = self.asker.addr.into_iter().flat_map(Network::all_around);
        let ways = around.map(|network| network.to_string());
        is("network", ways.chain([ANY.to_owned()]))
    }

    /// The same for everybody who sees the same; `places` tells whether any
    /// title asks from where.
    pub(super) fn key(&self, places: bool) -> String {
        let asker = &self.asker;
        let who = asker.user().map(|user| {
            let profile = user.profile.as_ref();
            let owner = (user.role >= Role::Creator).then_some(&user.id);
            let bounds = profile.map(|profile| (profile.kids, profile.max_rating));
            (user.role, owner, &user.groups, user.scopes.names(), bounds)
        });
        let place = places.then_some((asker.addr, asker.country));
        format!("{who:?}{place:?}")
    }
}

fn is(field: &str, values: impl IntoIterator<Item = String>) -> Filter {
    Filter::In(field.to_owned(), values.into_iter().collect())
}

/// The rules of a title, as the index keeps them.
pub(super) fn rules(video: &Video) -> [(&'static str, Value); 7] {
    let rules = video.rules();
    let regions: Vec<String> = match rules.regions {
        None => vec![ANY.to_owned()],
        Some(Regions::Allow(these)) => these.iter().map(|c| format!("+{c}")).collect(),
        Some(Regions::Deny(these)) => these
            .iter()
            .map(|c| format!("-{c}"))
            .chain([SHUTS_OUT.to_owned()])
            .collect(),
    };
    let networks: Vec<String> = if rules.networks.is_empty() {
        vec![ANY.to_owned()]
    } else {
        rules.networks.iter().map(ToString::to_string).collect()
    };
    [
        ("visibility", json!(rules.visibility.as_str())),
        ("group", json!(rules.groups)),
        ("publish", json!(rules.publish_at.unwrap_or(i64::MIN))),
        ("expires", json!(rules.expires_at.unwrap_or(i64::MAX))),
        ("level", json!(rules.rating_level.unwrap_or(UNRATED))),
        ("region", json!(regions)),
        ("network", json!(networks)),
    ]
}

//! Smart rules: what of the library is meant.

use serde::{Deserialize, Serialize};

/// How deep rules may stand in each other.
pub const MAX_DEPTH: usize = 16;

/// How many rules may stand in one.
pub const MAX_PARTS: usize = 256;

/// A condition on items. Everything that is given must hold; of a list one is enough. Capitals
/// do not matter. `{}` matches everything.
///
/// `{"tags": ["comedy"], "year": {"from": 1930, "to": 1959}, "not": {"ratings": ["R"]}}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Has one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Has one of these genres.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    /// Is one of these: `movie`, `episode`, `short`, `documentary` …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Belongs to one of these shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<String>,
    /// Is rated one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<String>,
    /// One of these people took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Is in one of these collections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<String>,
    /// Is one of these items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// What is said of it: words that must begin one of its title, show, description, people,
    /// genres or tags, `"phrases"` that must stand there, `-words` that must not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The year of its release: one, or from one to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Bounds>,
    /// How many minutes it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Bounds>,
    /// All of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Rule>,
    /// One of these holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Rule>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Rule>>,
}

/// From one number to another, both included; a bound that is not given is none. A number alone
/// is both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Bounds {
    /// The least.
    pub from: Option<u32>,
    /// The most.
    pub to: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    One(u32),
    Span(Span),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u32>,
}

impl From<Written> for Bounds {
    fn from(written: Written) -> Self {
        match written {
            Written::One(n) => Self {
                from: Some(n),
                to: Some(n),
            },
            Written::Span(Span { from, to }) => Self { from, to },
        }
    }
}

impl From<Bounds> for Written {
    fn from(Bounds { from, to }: Bounds) -> Self {
        match (from, to) {
            (Some(a), Some(b)) if a == b => Self::One(a),
            _ => Self::Span(Span { from, to }),
        }
    }
}

impl Rule {
    /// Items with this tag.
    pub fn tag(tag: &str) -> Self {
        Self {
            tags: vec![tag.into()],
            ..Self::default()
        }
    }

    /// Whether no other rules stand in it.
    pub fn is_leaf(&self) -> bool {
        self.all.is_empty() && self.any.is_empty() && self.not.is_none()
    }

    /// The lists that are not empty, by the name of their field.
    pub fn lists(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        [
            ("tags", self.tags.as_slice()),
            ("genres", &self.genres),
            ("types", &self.types),
            ("shows", &self.shows),
            ("ratings", &self.ratings),
            ("people", &self.people),
            ("sets", &self.sets),
            ("items", &self.items),
        ]
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
    }
}

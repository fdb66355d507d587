//! Definitions as clients write them.

use matinee_catalog::Access;
use matinee_channels::definition;
use matinee_channels::schedule::Effective;
use matinee_engines::id::Id;
use matinee_identity::access::{GroupIds, Visibility};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::time;
use crate::{AppState, Problem, ProblemResult};

/// The longest definition, written out.
const LONGEST: usize = 1 << 20;
/// What stands beside a definition and is none of it.
const BESIDE: [&str; 4] = ["visibility", "groups", "password", "rating"];

/// A channel's definition. The least is `{"number": 1, "name": "Comedy",
/// "rules": {"tags": ["comedy"]}}`.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes a definition, whose crate knows no OpenAPI"
)]
pub struct ChannelForm {
    /// What viewers type, from 1 to 9999.
    #[schema(minimum = 1, maximum = 9999)]
    number: u32,
    /// 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Small letters, digits and hyphens, with a letter.
    slug: Option<String>,
    /// A path or an address.
    logo: Option<String>,
    /// The IANA name of the zone of its days and times; UTC unless given.
    time_zone: Option<String>,
    /// BCP 47.
    language: Option<String>,
    /// Codecs, ladder, target duration, languages: the form of everything it
    /// shows. It never changes.
    #[schema(value_type = Option<Object>)]
    format: Option<Value>,
    /// Another number is another shuffle.
    seed: Option<u64>,
    /// What it shows when no block says otherwise: `tags`, `genres`, `types`,
    /// `shows`, `ratings`, `people`, `sets` (collections), `items`, `search`
    /// (words, `"phrases"`, `-words`), `year`, `minutes`, `all`, `any`, `not`.
    #[schema(value_type = Option<Object>)]
    rules: Option<Value>,
    /// Blocks by time of day, day of the week and date, of `rules`, `items`,
    /// `shows`, `playlists` (in their order) and `lists`.
    #[schema(value_type = Option<Vec<Object>>)]
    programme: Option<Vec<Value>>,
    /// What begins at a fixed time and is shown once.
    #[schema(value_type = Option<Vec<Object>>)]
    events: Option<Vec<Value>>,
    /// Named collections.
    #[schema(value_type = Option<Object>)]
    lists: Option<Value>,
    /// Short items until a fixed time.
    #[schema(value_type = Option<Object>)]
    filler: Option<Value>,
    /// What tells which channel it is.
    #[schema(value_type = Option<Object>)]
    idents: Option<Value>,
    /// What leads into a break and out of it.
    #[schema(value_type = Option<Object>)]
    bumpers: Option<Value>,
    /// The video that is shown where there is nothing else.
    slate: Option<String>,
    /// Advertisement breaks.
    #[schema(value_type = Option<Object>)]
    ads: Option<Value>,
    /// When items for grown-ups may be shown.
    #[schema(value_type = Option<Object>)]
    watershed: Option<Value>,
    /// How many minutes viewers may go back.
    #[schema(maximum = 10080)]
    dvr_minutes: Option<u32>,
    /// `public` (unless given), `unlisted`, `members`, `groups`, `password` or
    /// `private`.
    visibility: Option<String>,
    /// The groups (`group_…`) that open it; needed by `groups`.
    groups: Option<Vec<String>>,
    /// A password of 4 characters or more; needed by `password`.
    password: Option<String>,
    /// The rating that children's profiles go by. With one nothing is shown
    /// that is rated higher.
    rating: Option<String>,
}

/// From when on an edit holds.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct EditParams {
    /// `next` (after what is on air, unless given), `next_day`, `cut` (at the
    /// next segment), or an instant: after what is on then.
    effective: Option<String>,
    /// Whether it is only told what would change.
    dry_run: Option<bool>,
}

impl EditParams {
    pub(super) fn edit(&self, now: i64) -> ProblemResult<matinee_linear::Edit> {
        let when = match self.effective.as_deref().unwrap_or_default() {
            "" | "next" => Effective::Next,
            "next_day" => Effective::NextDay,
            "cut" => Effective::Cut(now),
            text => {
                let at = time::read("effective", text).map_err(|_| {
                    Problem::field(
                        "effective",
                        "must be next, next_day, cut, or an instant such as 2027-01-31T18:00:00Z",
                    )
                })?;
                if at > now + matinee_channels::schedule::MAX_SPAN_MS {
                    return Err(Problem::field("effective", "must be within five weeks"));
                }
                Effective::After(at)
            }
        };
        Ok(matinee_linear::Edit {
            when,
            dry_run: self.dry_run.unwrap_or(false),
        })
    }
}

/// What stands beside a definition.
#[derive(Debug, Default)]
#[expect(
    clippy::option_option,
    reason = "a rating that is not named stays, and one that is null goes"
)]
pub(super) struct Beside {
    visibility: Option<Visibility>,
    groups: Option<Vec<String>>,
    password: Option<String>,
    /// Null clears it.
    pub(super) rating: Option<Option<String>>,
}

impl Beside {
    /// Whether it says anything about who may watch.
    pub(super) fn opens(&self) -> bool {
        self.visibility.is_some() || self.groups.is_some() || self.password.is_some()
    }

    /// The rules that it makes of these.
    pub(super) async fn access(&self, state: &AppState, before: Access) -> ProblemResult<Access> {
        let visibility = self.visibility.unwrap_or(match &self.password {
            Some(_) => Visibility::Password,
            None => before.visibility,
        });
        let password_hash = match &self.password {
            Some(password) if visibility == Visibility::Password => {
                Some(state.access.unlocks.hash(password.clone()).await?)
            }
            _ => None,
        };
        let groups = match &self.groups {
            Some(groups) => GroupIds {
                any: groups.clone(),
            },
            None => before.groups.clone(),
        };
        Ok(Access {
            visibility,
            groups,
            password_hash,
            ..before
        })
    }
}

/// A body, parted into what is definition and what stands beside it.
pub(super) fn part(body: Value) -> ProblemResult<(Map<String, Value>, Beside)> {
    let Value::Object(mut map) = body else {
        return Err(Problem::field("body", "must be an object"));
    };
    if serde_json::to_string(&map).map_or(0, |text| text.len()) > LONGEST {
        return Err(Problem::field("body", "must not be longer than a mebibyte"));
    }
    let mut own: Map<String, Value> = Map::new();
    for name in BESIDE {
        if let Some(value) = map.remove(name) {
            own.insert(name.to_owned(), value);
        }
    }
    let rating = match own.remove("rating") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(rating)) => Some(Some(rating)),
        Some(_) => return Err(Problem::field("rating", "must be a rating such as PG-13")),
    };
    let visibility: Option<String> = text(&mut own, "visibility")?;
    let visibility = match visibility {
        None => None,
        Some(word) => Some(Visibility::parse(&word).ok_or_else(|| {
            let words: Vec<_> = Visibility::ALL.iter().map(|v| v.as_str()).collect();
            Problem::field("visibility", format!("must be one of {}", words.join(", ")))
        })?),
    };
    let password = text(&mut own, "password")?.filter(|password| !password.is_empty());
    let groups = match own.remove("groups") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let mut groups: Vec<String> = read("groups", value)?;
            if groups.iter().any(|id| Id::parse("group", id).is_err()) {
                return Err(Problem::field("groups", "must be ids of groups"));
            }
            groups.sort_unstable();
            groups.dedup();
            Some(groups)
        }
    };
    let beside = Beside {
        visibility,
        groups,
        password,
        rating,
    };
    Ok((map, beside))
}

fn text(own: &mut Map<String, Value>, name: &'static str) -> ProblemResult<Option<String>> {
    match own.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::field(name, "must be a text")),
    }
}

/// Reads a definition; what cannot be read is refused with the path of the field.
pub(super) fn definition(mut map: Map<String, Value>) -> ProblemResult<definition::Channel> {
    // What is null is not there.
    map.retain(|_, value| !value.is_null());
    read("body", Value::Object(map))
}

/// Reads a value; what cannot be read is refused with the path of the field within it.
pub(super) fn read<T: DeserializeOwned>(whole: &str, value: Value) -> ProblemResult<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { whole.to_owned() } else { path };
        Problem::field(field, format!("cannot be read: {}", error.inner()))
    })
}

/// A definition with a merge patch (RFC 7396, of its first level) applied.
pub(super) fn merged(
    before: &definition::Channel,
    patch: &Map<String, Value>,
) -> ProblemResult<definition::Channel> {
    let whole = serde_json::to_value(before);
    let Ok(Value::Object(mut whole)) = whole else {
        return Err(Problem::internal(&"a definition is no object"));
    };
    for (name, value) in patch {
        if value.is_null() {
            whole.remove(name);
        } else {
            whole.insert(name.clone(), value.clone());
        }
    }
    definition(whole)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_named_by_their_path() {
        let field = |body| {
            let (map, _) = part(body).unwrap();
            definition(map).unwrap_err().errors[0].field.clone()
        };
        let least = json!({"number": 1, "name": "A", "rules": {"year": {"from": "x"}}});
        assert_eq!(field(least), "rules.year");
        let block =
            json!({"number": 1, "name": "A", "programme": [{"name": "b", "from": "25:00"}]});
        assert_eq!(field(block), "programme[0].from");
        assert_eq!(field(json!({"number": 1, "name": "A", "rule": {}})), "rule");
        assert_eq!(field(json!({"name": "A"})), "body");
    }

    #[test]
    fn a_patch_replaces_what_it_names() {
        let least = json!({"number": 1, "name": "A", "rules": {"tags": ["a"]}, "language": "de"});
        let before = definition(part(least).unwrap().0).unwrap();
        let patch = json!({"name": "B", "language": null, "rules": {"genres": ["c"]}});
        let (patch, beside) = part(patch).unwrap();
        assert!(!beside.opens());
        let after = merged(&before, &patch).unwrap();
        assert_eq!((after.name.as_str(), after.language), ("B", None));
        let rules = after.rules.unwrap();
        assert!(rules.tags.is_empty() && rules.genres == ["c"]);
    }

    #[test]
    fn what_stands_beside_is_read() {
        let (map, beside) = part(json!({"visibility": "members", "rating": null})).unwrap();
        assert!(map.is_empty());
        assert_eq!(beside.visibility, Some(Visibility::Members));
        assert_eq!(beside.rating, Some(None));
        for body in [
            json!([]),
            json!({"visibility": "all"}),
            json!({"groups": ["x"]}),
            json!({"password": 7}),
        ] {
            assert!(part(body.clone()).is_err(), "{body}");
        }
    }
}

//! What a row of a table says about which video.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::credits::NewCredit;
use crate::{DetailsPatch, FieldError};

/// Which video a row is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// `video_…`
    pub id: Option<String>,
    /// The uploaded file's own name.
    pub filename: Option<String>,
    /// The title, where neither of them is given.
    pub title: Option<String>,
    /// The year, by which videos of one title are told apart.
    pub release_year: Option<i32>,
    /// An address elsewhere: a video that is not there yet is added.
    pub video_url: Option<String>,
    /// The same for HLS.
    pub hls_url: Option<String>,
}

/// What a row says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// About which video.
    pub target: Target,
    /// What of it.
    pub patch: DetailsPatch,
    /// Cast and crew, if the row has any.
    pub credits: Option<Vec<NewCredit>>,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
}

/// What separates the words of a list in one cell.
const BETWEEN: [char; 2] = ['|', ';'];

/// Reads a row. Texts stand for numbers, booleans and lists where these are
/// meant, so that a spreadsheet can say all that JSON can.
pub fn read(record: Map<String, Value>) -> Result<Row, Vec<FieldError>> {
    let mut row = Row::default();
    let mut patch = Map::new();
    let mut ids: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut people: Vec<NewCredit> = Vec::new();
    let mut any_credit = false;
    let mut errors = Vec::new();
    for (name, value) in record {
        let name = known_as(&name);
        match name {
            "id" | "video_id" => row.target.id = text(&value),
            "filename" => row.target.filename = text(&value),
            "video_url" => row.target.video_url = text(&value),
            "hls_url" => row.target.hls_url = text(&value),
            "tmdb_id" | "imdb_id" | "tvdb_id" => {
                ids.insert(name.trim_end_matches("_id").to_owned(), text(&value));
            }
            "external_ids" => {
                match serde_json::from_value::<BTreeMap<String, Option<String>>>(value) {
                    Ok(more) => ids.extend(more),
                    Err(_) => errors.push(FieldError::new(name, "must be an object of texts")),
                }
            }
            "tags" | "genres" | "languages" => {
                patch.insert(name.to_owned(), list(value));
            }
            "is_public" => match truth(&value) {
                Some(truth) => {
                    patch.insert(name.to_owned(), json!(truth));
                }
                None => errors.push(FieldError::new(name, "must be true or false")),
            },
            "season_number" | "episode_number" | "episode_number_end" | "release_year" => {
                match number(&value) {
                    Ok(number) => {
                        if name == "release_year" {
                            row.target.release_year = number;
                        }
                        patch.insert(name.to_owned(), json!(number));
                    }
                    Err(()) => errors.push(FieldError::new(name, "must be a whole number")),
                }
            }
            "credits" => match serde_json::from_value::<Vec<NewCredit>>(value) {
                Ok(list) => {
                    any_credit = true;
                    people.extend(list);
                }
                Err(error) => errors.push(FieldError::new(name, error.to_string())),
            },
            "cast" | "actors" => {
                any_credit = true;
                people.extend(cast(&value));
            }
            "director" | "writer" | "producer" | "composer" | "teacher" => {
                any_credit = true;
                let names = words(&value);
                // The crew stands in front of the cast.
                let at = people
                    .iter()
                    .position(|c| c.role.is_none())
                    .unwrap_or(people.len());
                let crew = names.into_iter().map(|person| NewCredit {
                    name: Some(person),
                    role: Some(name.to_owned()),
                    ..NewCredit::default()
                });
                let crew: Vec<NewCredit> = crew.collect();
                people.splice(at..at, crew);
            }
            "title" | "description" | "uploader_id" | "category" | "content_type"
            | "show_title" | "genre" | "rating" | "sort_title" | "original_title" | "tagline"
            | "release_date" | "studio" | "show_id" | "extra_of" | "extra_kind" => {
                let value = match value {
                    Value::Number(number) => Value::String(number.to_string()),
                    other => other,
                };
                if name == "title" {
                    row.target.title = text(&value);
                }
                patch.insert(name.to_owned(), value);
            }
            other => row.ignored.push(other.chars().take(64).collect()),
        }
    }
    if !ids.is_empty() {
        patch.insert("external_ids".to_owned(), json!(ids));
    }
    match serde_json::from_value(Value::Object(patch)) {
        Ok(read) => row.patch = read,
        Err(error) => errors.push(FieldError::new("row", error.to_string())),
    }
    row.credits = any_credit.then_some(people);
    if row.target == Target::default() {
        errors.push(FieldError::new(
            "id",
            "or filename, title, video_url or hls_url must be given",
        ));
    }
    if errors.is_empty() {
        Ok(row)
    } else {
        Err(errors)
    }
}

/// The column by the name that the API has for it.
fn known_as(name: &str) -> &str {
    match name {
        "year" => "release_year",
        "season" => "season_number",
        "episode" => "episode_number",
        "episode_end" | "last_episode" => "episode_number_end",
        "show" | "series" => "show_title",
        "overview" | "plot" | "synopsis" | "summary" => "description",
        "mpaa" | "content_rating" | "certification" => "rating",
        "type" => "content_type",
        "language" => "languages",
        "released" | "premiered" => "release_date",
        "file" | "file_name" => "filename",
        "public" => "is_public",
        "directors" => "director",
        "writers" => "writer",
        other => other,
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        },
        Value::Number(number) => Some(number.as_i64()? != 0),
        _ => None,
    }
}

fn number(value: &Value) -> Result<Option<i32>, ()> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => {
            let number = number.as_i64().and_then(|n| n.try_into().ok());
            number.map(Some).ok_or(())
        }
        Value::String(text) => text.trim().parse().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// The words of a cell: `Drama | Comedy`, or `Drama, Comedy`.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let split: Vec<&str> = if text.contains(BETWEEN) {
                text.split(BETWEEN).collect()
            } else {
                text.split(',').collect()
            };
            split
                .into_iter()
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        }
        Value::Array(items) => items.iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}

fn list(value: Value) -> Value {
    match value {
        Value::String(_) => json!(words(&value)),
        Value::Null => json!([]),
        other => other,
    }
}

/// `Halina Reijn as Sintel | Thom Hoffman`.
fn cast(value: &Value) -> Vec<NewCredit> {
    words(value)
        .into_iter()
        .map(|part| {
            let (name, character) = match part.split_once(" as ") {
                Some((name, character)) => (name.trim(), Some(character.trim().to_owned())),
                None => (part.as_str(), None),
            };
            NewCredit {
                name: Some(name.to_owned()),
                character,
                ..NewCredit::default()
            }
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn record(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_spreadsheet_says_what_json_says() {
        let row = read(record(json!({
            "title": "Sintel", "year": "2010", "genres": "Fantasy | Short",
            "public": "yes", "director": "Colin Levy", "cast": "Halina Reijn as Sintel; Thom Hoffman",
            "tmdb_id": "45745", "overview": "A girl", "colour": "red",
        })))
        .unwrap();
        assert_eq!(row.target.title.as_deref(), Some("Sintel"));
        assert_eq!(row.target.release_year, Some(2010));
        assert_eq!(
            row.patch.genres,
            Some(vec!["Fantasy".to_owned(), "Short".to_owned()])
        );
        assert_eq!(row.patch.is_public, Some(true));
        assert_eq!(row.patch.description.as_deref(), Some("A girl"));
        assert_eq!(row.ignored, ["colour"]);
        let credits = row.credits.unwrap();
        let names: Vec<_> = credits
            .iter()
            .map(|c| {
                (
                    c.name.as_deref().unwrap(),
                    c.role.as_deref(),
                    c.character.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("Colin Levy", Some("director"), None),
                ("Halina Reijn", None, Some("Sintel")),
                ("Thom Hoffman", None, None)
            ]
        );
    }

    #[test]
    fn every_wrong_value_is_named() {
        let errors = read(record(json!({
            "title": "x", "year": "soon", "is_public": "perhaps", "external_ids": 5, "credits": "me",
        })))
        .unwrap_err();
        let mut fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["credits", "external_ids", "is_public", "release_year"]
        );
        let errors = read(record(json!({ "genre": "Drama" }))).unwrap_err();
        assert_eq!(errors[0].field, "id");
        // null clears, as in the API.
        let row = read(record(
            json!({ "id": "video_x", "genre": null, "release_year": null }),
        ))
        .unwrap();
        assert_eq!(row.patch.genre, Some(None));
        assert_eq!(row.patch.release_year, Some(None));
    }
}

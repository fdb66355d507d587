//! Definitions that are refused, each with the path of what is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use matinee_channels::{ChannelError, definition::Channel};
use rstest::rstest;

fn problems(json: &str) -> Vec<String> {
    let channel: Channel = serde_json::from_str(json).unwrap();
    match channel.validate() {
        Ok(()) => Vec::new(),
        Err(ChannelError::Invalid(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_least_is_enough() {
    assert!(
        problems(r#"{"number": 1, "name": "Comedy", "rules": {"tags": ["comedy"]}}"#).is_empty()
    );
}

#[rstest]
#[case(r#"{"number": 0, "name": " "}"#, &["number: must be from 1 to 9999", "name: must have from 1 to 100 characters",
    "rules: either these or a programme must say what is shown"])]
#[case(r#"{"number": 1, "name": "a", "rules": {}, "time_zone": "Mars/Base", "slug": "No Way", "language": "x"}"#,
    &["slug: must be of small letters, digits and hyphens, at most 64",
      "time_zone: there is no time zone `Mars/Base`; one is `Europe/Berlin`",
      "language: is no language tag (BCP 47)"])]
#[case(r#"{"number": 1, "name": "a", "rules": {"any": [{"tags": ["a"]}, {"year": {"from": 1960, "to": 1950}}], "not": {}}}"#,
    &["rules.not: matches everything, so nothing is left", "rules.any[1].year: nothing is from 1960 to 1950"])]
#[case(r#"{"number": 1, "name": "a", "rules": {"all": [{"tags": ["a"]}], "not": {"tags": ["a"]}}}"#,
    &["rules.not: is what must hold, so nothing is left"])]
#[case(r#"{"number": 1, "name": "a", "rules": {}, "filler": {"lists": ["a"]},
    "lists": {"a": {"lists": ["b"]}, "b": {"lists": ["a"], "items": ["x"]}, "c": {"lists": ["nowhere"]}}}"#,
    &["lists.a: contains itself: a → b → a", "lists.b: contains itself: b → a → b",
      "lists.c.lists[0]: there is no list `nowhere`"])]
#[case(r#"{"number": 1, "name": "a", "programme": [
    {"name": "one", "rules": {}, "from": "24:00", "days": []},
    {"name": "one", "from": "20:00", "to": "20:00", "pad_to_minutes": 7, "no_repeat_hours": 1000},
    {"name": "two", "rules": {}, "entries": [{"source": {"items": ["a"]}, "count": 0}],
     "dates": [{"from": "12-24", "to": "2026-01-01"}]}]}"#,
    &["programme[0].days: name at least one day", "programme[0].from: a day begins at 00:00",
      "programme[1].name: is taken: each block needs a name of its own",
      "programme[1].to: must not be when it begins", "programme[1]: needs rules, items, shows, playlists or lists",
      "programme[1].no_repeat_hours: must be from 0 to 168", "programme[1].pad_to_minutes: must divide a day: 5, 10, 15, 30, 60 …",
      "programme[2].dates[0]: both days need a year, or neither",
      "programme[2].entries: stand in place of rules, items, shows, playlists and lists",
      "programme[2].entries[0].count: must be from 1 to 100"])]
#[case(r#"{"number": 1, "name": "a", "rules": {}, "events": [
    {"name": "e", "at": "20:00"}, {"name": "f", "at": "20:00", "live": {"item": "", "minutes": 0}}],
    "ads": {"seconds": 1, "every_minutes": 1}, "watershed": {"from": "21:00", "to": "21:00", "min_age": 0}}"#,
    &["events[0].source: what is shown?", "events[1].live.minutes: must be from 1 to 1440",
      "events[1].live.item: which broadcast?", "ads.every_minutes: must be from 2 to 240",
      "ads.seconds: must be from 5 to 900", "watershed.to: must not be when it begins",
      "watershed.min_age: must be from 1 to 21"])]
fn what_is_wrong_is_named(#[case] json: &str, #[case] wanted: &[&str]) {
    assert_eq!(problems(json), wanted);
}

#[rstest]
#[case(
    r#"{"number": 1, "name": "a", "rules": {"tag": ["comedy"]}}"#,
    "unknown field `tag`"
)]
#[case(
    r#"{"number": 1, "name": "a", "programme": [{"name": "b", "from": "25:00"}]}"#,
    "HH:MM"
)]
#[case(
    r#"{"number": 1, "name": "a", "programme": [{"name": "b", "days": ["someday"]}]}"#,
    "`someday` is no day"
)]
#[case(r#"{"number": 1, "name": "a", "programme": [{"name": "b", "dates": [{"from": "02-30", "to": "03-01"}]}]}"#, "MM-DD")]
fn what_cannot_be_read_is_told(#[case] json: &str, #[case] wanted: &str) {
    let error = serde_json::from_str::<Channel>(json)
        .unwrap_err()
        .to_string();
    assert!(error.contains(wanted), "{error}");
}

#[test]
fn depth_and_number_of_rules_are_bounded() {
    let nest = |depth: usize| format!("{}{{}}{}", r#"{"all":["#.repeat(depth), "]}".repeat(depth));
    let of = |rules: String| {
        problems(&format!(
            r#"{{"number": 1, "name": "a", "rules": {rules}}}"#
        ))
    };
    assert!(of(nest(15)).is_empty());
    assert_eq!(of(nest(16)).len(), 1);
    let many = format!(r#"{{"any": [{}]}}"#, vec!["{}"; 300].join(","));
    assert_eq!(of(many), ["rules: has 301 rules in it, at most 256 may be"]);
}

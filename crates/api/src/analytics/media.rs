//! What players say of themselves beside their requests for media (CMCD).

use http::request::Parts;
use http::{HeaderMap, Method};
use matinee_analytics::{Asked, cmcd};

use super::nameless;
use crate::AppState;
use crate::http::caller::client_ip;

/// The headers of CMCD, in the order in which they are read.
const HEADERS: [&str; 4] = ["cmcd-session", "cmcd-object", "cmcd-request", "cmcd-status"];

/// Takes what a player says of itself when it asks for a part of a video or of a broadcast. It
/// costs a look at the query and the headers, and nobody waits for what becomes of it.
pub(crate) fn tell(state: &AppState, parts: &Parts, subject: &str) {
    say(state, parts, subject, None, false);
}

/// The same of a part that is asked for as one of a channel.
pub(crate) fn tell_on(state: &AppState, parts: &Parts, subject: &str, channel: &str) {
    say(state, parts, subject, Some(channel), false);
}

/// The same when it asks for a playlist of a channel: its session is on that.
pub(crate) fn tune(state: &AppState, parts: &Parts, channel: &str) {
    say(state, parts, channel, None, true);
}

/// Whether a player says anything of itself.
pub(crate) fn says(parts: &Parts) -> bool {
    parts.method == Method::GET
        && (parts.uri.query().and_then(cmcd::in_query).is_some()
            || HEADERS.iter().any(|name| parts.headers.contains_key(*name)))
}

fn say(state: &AppState, parts: &Parts, subject: &str, channel: Option<&str>, is_list: bool) {
    if !says(parts) {
        return;
    }
    let in_query = parts.uri.query().and_then(cmcd::in_query);
    state.analytics.asked(|| Asked {
        subject: subject.to_owned(),
        channel: channel.map(str::to_owned),
        is_list,
        encoded: in_query.is_some(),
        cmcd: in_query.map_or_else(
            || in_headers(&parts.headers),
            |text| text.chars().take(3 * cmcd::TEXT_MAX).collect(),
        ),
        client: matinee_analytics::who::Client {
            addr: client_ip(parts, &state.config),
            ..nameless(&parts.headers)
        },
    });
}

fn in_headers(headers: &HeaderMap) -> String {
    let values = HEADERS
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok());
    let mut text = values.collect::<Vec<_>>().join(",");
    text.truncate(text.floor_char_boundary(cmcd::TEXT_MAX));
    text
}

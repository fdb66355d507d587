//! Reading what only some settings have.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use matinee_api::access::Quota;

use crate::config::value::{list, number, parse};
use crate::config::{Config, Wrong};

/// `role=value` pairs, each read into its role's quota.
pub(super) fn quotas(
    config: &mut Config,
    value: &str,
    read: impl Fn(&mut Quota, &str) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    for pair in list(value) {
        let (role, amount) = pair.split_once('=').ok_or(Wrong)?;
        let quota = match role.trim() {
            "creator" => &mut config.limits.quotas.creator,
            "moderator" => &mut config.limits.quotas.moderator,
            _ => return Err(Wrong),
        };
        read(quota, amount.trim())?;
    }
    Ok(())
}

/// x264's, from the fastest.
pub(super) const PRESETS: &[&str] = &[
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
];

pub(super) fn host(value: &str) -> Result<IpAddr, Wrong> {
    if value == "localhost" {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    parse(value.trim_start_matches('[').trim_end_matches(']'))
}

pub(super) fn text(value: &str, max: usize) -> Result<String, Wrong> {
    let length = value.chars().count();
    if (1..=max).contains(&length) && !value.chars().any(char::is_control) {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

pub(super) fn optional<T>(
    value: &str,
    read: impl Fn(&str) -> Result<T, Wrong>,
) -> Result<Option<T>, Wrong> {
    if value.is_empty() {
        Ok(None)
    } else {
        read(value).map(Some)
    }
}

pub(super) fn choice<T: Copy>(value: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    choices
        .iter()
        .find(|(word, _)| value.eq_ignore_ascii_case(word))
        .map(|(_, choice)| *choice)
        .ok_or(Wrong)
}

pub(super) fn one_of(value: &str, words: &[&str]) -> Result<String, Wrong> {
    let choices: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    choice(value, &choices).map(str::to_owned)
}

pub(super) fn origin(value: &str) -> Result<String, Wrong> {
    if value == "*" {
        return Ok(value.to_owned());
    }
    let url = url::Url::parse(value).map_err(|_| Wrong)?;
    let origin = url.origin();
    if origin.is_tuple() && url.path() == "/" {
        Ok(origin.ascii_serialization())
    } else {
        Err(Wrong)
    }
}

/// A folder or file, from the root on: what runs in other folders must find it too.
pub(super) fn folder(value: &str) -> Result<PathBuf, Wrong> {
    std::path::absolute(text(value, 4096)?).map_err(|_| Wrong)
}

pub(super) fn storage(value: &str) -> Result<String, Wrong> {
    if value.contains("://") {
        return text(value, 4096);
    }
    folder(value)?
        .into_os_string()
        .into_string()
        .map_err(|_| Wrong)
}

/// An address of Redis.
pub(super) fn redis(value: &str) -> Result<String, Wrong> {
    let url = url::Url::parse(value).map_err(|_| Wrong)?;
    let sound = matches!(url.scheme(), "redis" | "rediss") && url.host().is_some();
    sound.then(|| value.to_owned()).ok_or(Wrong)
}

/// An address and how many of its bits count, such as `10.0.0.0/8`.
pub(super) fn network(value: &str) -> Result<String, Wrong> {
    let (address, bits) = value.split_once('/').ok_or(Wrong)?;
    let most = if address.contains(':') { 128 } else { 32 };
    parse::<IpAddr>(address)?;
    number::<u8>(bits, 0..=most)?;
    Ok(value.to_owned())
}

/// A STUN or TURN server (RFC 7064, RFC 7065).
pub(super) fn ice_server(value: &str) -> Result<String, Wrong> {
    let (scheme, rest) = value.split_once(':').ok_or(Wrong)?;
    let known = matches!(scheme, "stun" | "stuns" | "turn" | "turns");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]?=_".contains(&b);
    if known && (1..=255).contains(&rest.len()) && rest.bytes().all(plain) {
        Ok(value.to_owned())
    } else {
        Err(Wrong)
    }
}

pub(super) fn format_name(value: &str) -> Result<String, Wrong> {
    let word = value.trim_start_matches('.').to_ascii_lowercase();
    if !word.is_empty() && word.len() <= 8 && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(word)
    } else {
        Err(Wrong)
    }
}

pub(super) fn nonempty<T>(values: &[T]) -> Result<(), Wrong> {
    if values.is_empty() {
        Err(Wrong)
    } else {
        Ok(())
    }
}

pub(super) fn at_least(length: Duration, seconds: u64) -> Result<Duration, Wrong> {
    if length >= Duration::from_secs(seconds) {
        Ok(length)
    } else {
        Err(Wrong)
    }
}

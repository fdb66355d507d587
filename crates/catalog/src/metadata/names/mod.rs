//! What a file's name and folders say about what is in it, by the conventions
//! that Kodi, Jellyfin and Plex users share. A pure function of the path.

mod episodes;
mod words;

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a panic is a failed test")]
mod tests;

use std::collections::BTreeMap;

use crate::limits;
use episodes::Found;
use words::{clean, ids_of, year_of};

/// The longest path that is looked at, in bytes; what is before is left out.
const PATH_MAX: usize = 4096;

/// What a path says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The film's or the episode's title. An episode may have none.
    pub title: Option<String>,
    /// The year of a film, or the one in a show's name.
    pub year: Option<i32>,
    /// Set for an episode.
    pub episode: Option<EpisodeName>,
    /// Set for a trailer and the like: one of [`limits::EXTRA_KINDS`].
    pub extra: Option<&'static str>,
    /// Of an extra: the title and year of what it comes with.
    pub of: Option<(String, Option<i32>)>,
    /// Such as `Director's Cut`.
    pub edition: Option<String>,
    /// Names in other databases that stand in braces: `tmdb` → `603`.
    pub external_ids: BTreeMap<String, String>,
}

/// What a path says about an episode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EpisodeName {
    /// The show's name, without its year.
    pub show: String,
    /// From 0 (specials).
    pub season: Option<i32>,
    /// From 0.
    pub number: Option<i32>,
    /// The last of several episodes in one file.
    pub last: Option<i32>,
    /// The day that a daily show was shown, as `2024-03-01`.
    pub date: Option<String>,
}

/// Reads the path of a film, relative to the folder that is scanned; its parts
/// are separated by `/` or `\`.
pub fn read(path: &str) -> Named {
    let path = tail(path, PATH_MAX);
    let mut parts: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != "." && *part != "..")
        .collect();
    let Some(file) = parts.pop() else {
        return Named::default();
    };
    let stem = stem(file);
    let (stem, mut extra) = words::extra_suffix(stem);
    if let Some(kind) = parts.last().and_then(|folder| words::extra_folder(folder)) {
        extra = extra.or(Some(kind));
        parts.pop();
    }
    let season_folder = parts
        .last()
        .and_then(|folder| episodes::season_folder(folder));
    let show_folder = match season_folder {
        Some(_) => parts.len().checked_sub(2).and_then(|n| parts.get(n)),
        None => parts.last(),
    };
    let found = episodes::find(stem, season_folder);
    let mut ids = ids_of(stem);
    let mut named = match found {
        Some(found) if extra.is_none() => {
            if let Some(folder) = show_folder {
                // A folder's id is the show's, not the episode's.
                let shows = ids_of(folder);
                ids.extend(
                    shows
                        .into_iter()
                        .map(|(name, id)| (format!("show_{name}"), id)),
                );
            }
            episode(stem, &found, season_folder, show_folder.copied())
        }
        _ => film(stem, parts.last().copied(), extra.is_some()),
    };
    if named.episode.is_none()
        && let Some(folder) = parts.last()
        && extra.is_none()
        && clean(folder).year.is_some()
        && clean(folder).title.to_lowercase()
            == named.title.as_deref().unwrap_or_default().to_lowercase()
    {
        for (name, id) in ids_of(folder) {
            ids.entry(name).or_insert(id);
        }
    }
    if extra.is_some()
        && let Some(folder) = parts.last()
    {
        let whole = clean(folder);
        named.of = Some((whole.title, whole.year)).filter(|(title, _)| !title.is_empty());
    }
    named.extra = extra;
    named.external_ids = ids;
    named.title = named.title.map(shortened).filter(|title| !title.is_empty());
    named
}

fn shortened(title: String) -> String {
    if title.chars().count() <= limits::TITLE_MAX {
        return title;
    }
    title.chars().take(limits::TITLE_MAX).collect()
}

/// The last bytes of a text, from a character's beginning on.
fn tail(text: &str, max: usize) -> &str {
    let mut start = text.len().saturating_sub(max);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// A file's name without its extension.
fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && (2..=5).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_alphanumeric())
                && !extension.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => file,
    }
}

fn film(stem: &str, folder: Option<&str>, extra: bool) -> Named {
    let mut own = clean(stem);
    if let Some(folder) = folder.filter(|_| own.year.is_none()) {
        let whole = clean(folder);
        let (a, b) = (own.title.to_lowercase(), whole.title.to_lowercase());
        let generic = matches!(
            a.as_str(),
            "" | "movie" | "film" | "video" | "main" | "feature"
        );
        let akin = !b.is_empty() && (a.starts_with(&b) || b.starts_with(&a));
        // An extra keeps its own title: it is not the film.
        if whole.year.is_some() && !extra && (generic || akin) {
            own.title = whole.title;
            own.year = whole.year;
        }
    }
    Named {
        title: Some(own.title),
        year: own.year,
        edition: own.edition,
        ..Named::default()
    }
}

fn episode(stem: &str, found: &Found, season: Option<i32>, folder: Option<&str>) -> Named {
    let before = clean(stem.get(..found.start).unwrap_or_default());
    let after = clean_title(stem.get(found.end..).unwrap_or_default());
    let whole = folder.map(clean).filter(|folder| !folder.title.is_empty());
    // Where there are season folders, the folder above them is the show's; else
    // what stands in front of the number, and the folder only if nothing does.
    let show = match (season, whole) {
        (Some(_), Some(folder)) => folder,
        (_, Some(folder)) if before.title.is_empty() => folder,
        (_, Some(folder)) if folder.title.eq_ignore_ascii_case(&before.title) => words::Cleaned {
            year: before.year.or(folder.year),
            ..before
        },
        _ => before,
    };
    Named {
        title: Some(after).filter(|title| !title.is_empty()),
        year: show.year,
        episode: Some(EpisodeName {
            show: shortened(show.title),
            season: found.season.or(season),
            number: found.number,
            last: found.last.filter(|last| Some(*last) > found.number),
            date: found.date.clone(),
        }),
        ..Named::default()
    }
}

/// An episode's title, from behind its number.
fn clean_title(rest: &str) -> String {
    let rest = rest.trim_start_matches([' ', '.', '-', '_', ':', ']', ')']);
    if words::begins_with_junk(rest) {
        return String::new();
    }
    let cleaned = clean(rest);
    // A year in an episode's title is part of it.
    match (year_of(rest), cleaned.year) {
        (Some(_), Some(year)) if !rest.contains(&format!("({year})")) => {
            let whole = words::clean_without_year(rest);
            if whole.is_empty() {
                cleaned.title
            } else {
                whole
            }
        }
        _ => cleaned.title,
    }
}

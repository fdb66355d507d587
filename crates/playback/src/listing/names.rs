//! What people read in a player's menus.

use std::collections::HashSet;
use std::sync::Arc;

use matinee_catalog::{Rendition, RenditionKind};
use matinee_media::language;

use crate::presentation::Presentation;
use crate::tracks::Track;

/// Names and paths in the order of the things they belong to.
#[derive(Debug)]
pub(crate) struct Names {
    /// The audio renditions' names.
    pub audios: Vec<String>,
    /// The subtitles' paths, seen from the multivariant playlist, and names.
    pub subtitles: Vec<(String, String)>,
}

impl Names {
    pub(crate) fn new(
        presentation: &Presentation,
        renditions: &[(Arc<Rendition>, Arc<Track>)],
    ) -> Self {
        let mut taken = HashSet::new();
        let audios = renditions
            .iter()
            .filter(|(rendition, _)| rendition.kind == RenditionKind::Audio)
            .map(|(rendition, track)| {
                let label = named(rendition.label.as_deref());
                let language = rendition.language.as_deref().filter(|&tag| tag != "und");
                let name = label.or(language.map(spoken)).unwrap_or("Audio");
                // Names are unique among those that can be exchanged for each
                // other (RFC 8216bis §4.4.6.1.1), that is, per codec and channels.
                let info = track.index.info();
                let group = format!("{}/{}", info.codec_string, info.channels);
                unique(name, &group, &mut taken)
            })
            .collect();
        let mut taken = HashSet::new();
        let subtitles = presentation
            .parts
            .subtitles
            .iter()
            .map(|subtitle| {
                let name = named(Some(&subtitle.label)).unwrap_or(spoken(&subtitle.language));
                let path = format!("subtitles/{}", subtitle.id);
                (path, unique(name, "", &mut taken))
            })
            .collect();
        Self { audios, subtitles }
    }
}

/// What people call a language; its tag, if it has no name here.
fn spoken(tag: &str) -> &str {
    language::name(tag).unwrap_or(tag)
}

fn named(label: Option<&str>) -> Option<&str> {
    label.map(str::trim).filter(|label| !label.is_empty())
}

/// The name, with a number behind it if the group has it already.
fn unique(name: &str, group: &str, taken: &mut HashSet<(String, String)>) -> String {
    let mut tried = name.to_owned();
    let mut n = 1;
    while !taken.insert((group.to_owned(), tried.clone())) {
        n += 1;
        tried = format!("{name} {n}");
    }
    tried
}

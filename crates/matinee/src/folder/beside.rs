//! What a folder says about the films in it: their names, NFO files, pictures
//! and subtitles.
//!
//! Everything here may be done again: what is there already stays as it is, so
//! that an import that was cut off is gone on with.

use std::path::{Path, PathBuf};

use matinee_api::AppState;
use matinee_catalog::metadata::names::{self, Named};
use matinee_catalog::metadata::nfo::{self, NFO_MAX, Nfo, NfoKind};
use matinee_catalog::metadata::rows::Target;
use matinee_catalog::metadata::sidecars::{self, Sidecar};
use matinee_catalog::{
    DetailsPatch, Edit, NewCredit, Origin, SeasonDetails, ShowPatch, Subject, Subtitle,
};
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_ingest::artwork::{MAX_BYTES, NewArtwork};
use matinee_ingest::uploads::Metadata;
use matinee_media::language;
use matinee_media::webvtt::{self, MAX_SUBTITLE_SIZE};

/// Files of one folder that are looked at.
const FILES_MAX: usize = 20_000;

/// What there is to say about a film.
#[derive(Debug, Default)]
pub struct Beside {
    /// What its name says.
    pub named: Named,
    /// What its NFO file says.
    nfo: Option<Nfo>,
    /// The last of the episodes that it speaks of.
    nfo_last: Option<i32>,
    /// The folder of the show, above the season's.
    show_folder: Option<PathBuf>,
    pictures: Vec<(PathBuf, &'static str)>,
    subtitles: Vec<(PathBuf, Sidecar)>,
    /// What could not be read, in words.
    pub warnings: Vec<String>,
}

fn files_in(folder: &Path) -> Vec<String> {
    let Ok(read) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = read
        .filter_map(Result::ok)
        .take(FILES_MAX)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

fn read_limited(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path)
        .map_err(|error| error.to_string())?
        .len();
    if size > most {
        return Err(format!("it is larger than {} KiB", most >> 10));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// The same where nothing may block.
async fn files_of(folder: &Path) -> Vec<String> {
    let folder = folder.to_owned();
    let read = tokio::task::spawn_blocking(move || files_in(&folder));
    read.await.unwrap_or_default()
}

/// The same where nothing may block.
async fn load(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || read_limited(&path, most));
    read.await.map_err(|error| error.to_string())?
}

impl Beside {
    /// What the name of a film at `path` says, somewhere below `root`.
    pub fn names(root: &Path, path: &Path) -> Named {
        // The folder that is named counts as well: `import "Film (2008)"`.
        let above = root.parent().filter(|_| root != path).unwrap_or(root);
        let relative = path.strip_prefix(above).unwrap_or(path);
        names::read(&relative.to_string_lossy())
    }

    /// Looks at a film at `path`, somewhere below `root`; blocks.
    pub fn of(root: &Path, path: &Path, is_film: impl Fn(&Path) -> bool) -> Self {
        let mut beside = Self {
            named: Self::names(root, path),
            ..Self::default()
        };
        let Some(folder) = path.parent() else {
            return beside;
        };
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let files = files_in(folder);
        let films = files.iter().filter(|name| is_film(Path::new(name)));
        let alone = films
            .filter(|name| names::read(name).extra.is_none())
            .count()
            <= 1
            && beside.named.episode.is_none()
            && beside.named.extra.is_none();
        for name in &files {
            match sidecars::of_film(&stem, name, alone) {
                Some(Sidecar::Nfo) if beside.nfo.is_none() => beside.nfo(&folder.join(name)),
                Some(Sidecar::Picture { kind, .. }) => {
                    let kind = match kind {
                        // Beside an episode, a picture of its name is a moment of it.
                        "poster" if beside.named.episode.is_some() => "still",
                        kind => kind,
                    };
                    beside.pictures.push((folder.join(name), kind));
                }
                Some(subtitle @ Sidecar::Subtitle { .. }) => {
                    beside.subtitles.push((folder.join(name), subtitle));
                }
                _ => {}
            }
        }
        if alone {
            for subs in ["Subs", "subs", "Subtitles", "subtitles"] {
                let folder = folder.join(subs);
                for name in files_in(&folder) {
                    if let Some(subtitle) = sidecars::in_subtitle_folder(&name) {
                        beside.subtitles.push((folder.join(name), subtitle));
                    }
                }
            }
        }
        if beside.named.episode.is_some() {
            beside.show_folder = [Some(folder), folder.parent()]
                .into_iter()
                .flatten()
                .find(|folder| {
                    folder.join("tvshow.nfo").is_file() || folder.join("poster.jpg").is_file()
                })
                .map(Path::to_owned);
        }
        beside
    }

    fn nfo(&mut self, path: &Path) {
        let read = read_limited(path, NFO_MAX as u64)
            .and_then(|bytes| nfo::read(&bytes).map_err(|error| error.to_string()));
        match read {
            Ok(mut all) => {
                all.retain(|nfo| nfo.kind != NfoKind::Show);
                // One that speaks of several episodes speaks of a range.
                self.nfo_last = all.iter().filter_map(|nfo| nfo.episode).max();
                self.nfo = all.into_iter().next();
            }
            Err(reason) => self.warnings.push(format!("{}: {reason}", path.display())),
        }
    }

    /// What is said with the upload itself.
    pub fn metadata(&self, into: &mut Metadata) {
        let named = &self.named;
        into.title.clone_from(&named.title);
        into.release_year = named.year.filter(|_| named.episode.is_none());
        into.content_type = Some("movie".to_owned());
        if let Some(kind) = named.extra {
            let kind = if kind == "trailer" { "trailer" } else { "clip" };
            into.content_type = Some(kind.to_owned());
        }
        if let Some(episode) = &named.episode {
            into.content_type = Some("episode".to_owned());
            into.show_title = Some(episode.show.clone()).filter(|show| !show.is_empty());
            into.season_number = episode.season;
            into.episode_number = episode.number;
            into.episode_number_end = episode.last;
            into.release_date.clone_from(&episode.date);
            if into.title.is_none() {
                into.title = episode.number.map(|number| format!("Episode {number}"));
            }
        }
        let Some(nfo) = &self.nfo else { return };
        let over = |slot: &mut Option<String>, value: &Option<String>| {
            if value.is_some() {
                slot.clone_from(value);
            }
        };
        over(&mut into.title, &nfo.title);
        over(&mut into.original_title, &nfo.original_title);
        over(&mut into.sort_title, &nfo.sort_title);
        over(&mut into.tagline, &nfo.tagline);
        over(&mut into.release_date, &nfo.date);
        over(&mut into.studio, &nfo.studio);
        over(&mut into.rating, &nfo.rating);
        over(
            &mut into.description,
            &nfo.plot.clone().or(nfo.outline.clone()),
        );
        over(&mut into.show_title, &nfo.show_title);
        into.release_year = nfo.year.or(into.release_year);
        into.season_number = nfo.season.or(into.season_number);
        if nfo.episode.is_some() {
            let last = self.nfo_last.max(into.episode_number_end);
            into.episode_number = nfo.episode;
            into.episode_number_end = last.filter(|last| Some(*last) > nfo.episode);
        }
        into.genres.clone_from(&nfo.genres);
        into.tags.clone_from(&nfo.tags);
        if nfo.kind == NfoKind::Music {
            into.content_type = Some("music".to_owned());
        }
    }

    /// Does the rest, once there is a video.
    pub async fn apply(&mut self, state: &AppState, video_id: &str) -> anyhow::Result<()> {
        let edit = Edit {
            via: Some("import"),
            ..Edit::default()
        };
        let video = state.catalog.get(video_id).await?;
        // What a person has edited since is theirs.
        if video.revision == 1 {
            self.collections(state, video_id, &edit).await?;
            self.details(state, video_id, &edit).await?;
        }
        let pictures = std::mem::take(&mut self.pictures);
        for (path, kind) in pictures {
            self.picture(state, (Subject::Video, video_id), &path, kind, None)
                .await?;
        }
        self.subtitles(state, video_id).await?;
        if let (Some(folder), Some(show_id)) = (self.show_folder.take(), video.show_id) {
            self.show(state, &folder, &show_id, &edit).await?;
        }
        Ok(())
    }

    async fn details(&self, state: &AppState, video_id: &str, edit: &Edit) -> anyhow::Result<()> {
        let nfo = self.nfo.as_ref();
        let mut ids = self.named.external_ids.clone();
        ids.retain(|name, _| !name.starts_with("show_"));
        ids.extend(nfo.iter().flat_map(|nfo| nfo.external_ids.clone()));
        let mut patch = DetailsPatch {
            external_ids: Some(ids.into_iter().map(|(k, v)| (k, Some(v))).collect()),
            ..DetailsPatch::default()
        };
        if let Some(kind) = self.named.extra
            && let Some(film) = self.film_of_extra(state).await?
            && film != video_id
        {
            patch.extra_of = Some(Some(film));
            patch.extra_kind = Some(Some(kind.to_owned()));
        }
        let credits: Vec<NewCredit> = nfo.iter().flat_map(|nfo| credits_of(nfo)).collect();
        if credits.is_empty() {
            state.catalog.edit(video_id, patch, edit).await?;
        } else {
            state
                .catalog
                .edit_with_credits(video_id, patch, credits, edit)
                .await?;
        }
        Ok(())
    }

    /// Puts a film into the collections that its NFO file names.
    async fn collections(
        &self,
        state: &AppState,
        video_id: &str,
        edit: &Edit,
    ) -> anyhow::Result<()> {
        let sets = self.nfo.iter().flat_map(|nfo| &nfo.sets);
        for set in sets.filter(|_| self.named.extra.is_none()) {
            let owner = state.accounts.operator().await?.id.to_string();
            state
                .catalog
                .collect(set, video_id, Some(owner), edit)
                .await?;
        }
        Ok(())
    }

    /// The film that an extra comes with, by the folder's name.
    async fn film_of_extra(&self, state: &AppState) -> anyhow::Result<Option<String>> {
        let Some((title, year)) = self.named.of.clone() else {
            return Ok(None);
        };
        let target = Target {
            title: Some(title),
            release_year: year,
            ..Target::default()
        };
        let found = state.catalog.find_target(&target).await?;
        let mut films = found.into_iter().filter(|video| video.extra_of.is_none());
        Ok(films.next().map(|video| video.id))
    }

    async fn picture(
        &mut self,
        state: &AppState,
        (subject, id): (Subject, &str),
        path: &Path,
        kind: &'static str,
        season: Option<i32>,
    ) -> anyhow::Result<()> {
        let bytes = match load(path, MAX_BYTES).await {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.warnings.push(format!("{}: {reason}", path.display()));
                return Ok(());
            }
        };
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let there = state.catalog.artwork_of(subject, id).await?;
        let known = there
            .iter()
            .any(|one| one.kind == kind && one.season_number == season && one.size_bytes == size);
        if known {
            return Ok(());
        }
        let new = NewArtwork {
            subject,
            subject_id: id.to_owned(),
            season_number: season,
            kind: kind.to_owned(),
            is_primary: false,
            language: None,
            origin: "file".to_owned(),
        };
        if let Err(error) = state.artworks.keep(new, bytes.into()).await {
            self.warnings.push(format!("{}: {error}", path.display()));
        }
        Ok(())
    }

    async fn subtitles(&mut self, state: &AppState, video_id: &str) -> anyhow::Result<()> {
        let there = state.catalog.parts(video_id).await?.subtitles;
        for (path, sidecar) in std::mem::take(&mut self.subtitles) {
            let Sidecar::Subtitle {
                language,
                label,
                forced,
                hearing_impaired,
                default,
            } = sidecar
            else {
                continue;
            };
            let label = label
                .unwrap_or_else(|| language::name(&language).unwrap_or("Subtitles").to_owned());
            let known = there.iter().any(|track| {
                track.origin == Origin::Upload
                    && (
                        track.language.as_str(),
                        track.label.as_str(),
                        track.forced,
                        track.hearing_impaired,
                    ) == (language.as_str(), label.as_str(), forced, hearing_impaired)
            });
            if known {
                continue;
            }
            let vtt = load(&path, MAX_SUBTITLE_SIZE as u64)
                .await
                .and_then(|bytes| subtitle(&bytes));
            let vtt = match vtt {
                Ok(vtt) => vtt,
                Err(reason) => {
                    self.warnings.push(format!("{}: {reason}", path.display()));
                    continue;
                }
            };
            let id = Id::new("subtitle").to_string();
            let key = BlobKey::new(format!("videos/{video_id}/subtitles/{id}.vtt"))?;
            state.blobs.put(&key, vtt.into()).await?;
            let row = Subtitle {
                id,
                video_id: video_id.to_owned(),
                language,
                label,
                forced,
                is_default: default,
                hearing_impaired,
                key: key.as_str().to_owned(),
                created_at: now_micros(),
                origin: Origin::Upload,
            };
            state.catalog.add_subtitle(row).await?;
        }
        Ok(())
    }

    async fn show(
        &mut self,
        state: &AppState,
        folder: &Path,
        show_id: &str,
        edit: &Edit,
    ) -> anyhow::Result<()> {
        for name in files_of(folder).await {
            let path = folder.join(&name);
            match sidecars::of_show(&name) {
                Some(Sidecar::Picture { kind, season }) => {
                    self.picture(state, (Subject::Show, show_id), &path, kind, season)
                        .await?;
                }
                Some(Sidecar::Nfo) => {
                    let show = state.catalog.show(show_id).await?;
                    let read = load(&path, NFO_MAX as u64)
                        .await
                        .and_then(|bytes| nfo::read(&bytes).map_err(|error| error.to_string()));
                    match read {
                        // What a person has edited since is theirs.
                        Ok(all) if show.revision == 1 => {
                            if let Some(nfo) = all.iter().find(|nfo| nfo.kind == NfoKind::Show) {
                                let credits = credits_of(nfo).collect();
                                let patch = show_patch(nfo);
                                state
                                    .catalog
                                    .edit_show_with_credits(show_id, patch, credits, edit)
                                    .await?;
                            }
                        }
                        Ok(_) => {}
                        Err(reason) => self.warnings.push(format!("{}: {reason}", path.display())),
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A subtitle file as WebVTT.
fn subtitle(bytes: &[u8]) -> Result<String, String> {
    webvtt::read(bytes)
        .map(|(_, vtt)| vtt.to_string())
        .map_err(|error| error.to_string())
}

fn credits_of(nfo: &Nfo) -> impl Iterator<Item = NewCredit> {
    nfo.credits.iter().map(|credit| NewCredit {
        name: Some(credit.name.clone()),
        role: Some(credit.role.to_owned()),
        character: credit.character.clone(),
        ..NewCredit::default()
    })
}

fn show_patch(nfo: &Nfo) -> ShowPatch {
    let status = match nfo.status.as_deref() {
        Some("Ended") => Some("ended"),
        Some("Continuing" | "Returning Series") => Some("returning"),
        _ => None,
    };
    let seasons = nfo.seasons.iter().map(|(number, title)| SeasonDetails {
        number: *number,
        title: Some(title.clone()),
        ..SeasonDetails::default()
    });
    let ids = nfo.external_ids.iter();
    ShowPatch {
        title: nfo.title.clone(),
        original_title: nfo.original_title.clone().map(Some),
        sort_title: nfo.sort_title.clone().map(Some),
        overview: nfo.plot.clone(),
        tagline: nfo.tagline.clone().map(Some),
        studio: nfo.studio.clone().map(Some),
        release_date: nfo.date.clone().map(Some),
        release_year: nfo.year.map(Some),
        status: status.map(|word| Some(word.to_owned())),
        rating: nfo.rating.clone().map(Some),
        genres: (!nfo.genres.is_empty()).then(|| nfo.genres.clone()),
        tags: (!nfo.tags.is_empty()).then(|| nfo.tags.clone()),
        external_ids: Some(ids.map(|(k, v)| (k.clone(), Some(v.clone()))).collect()),
        seasons: (!nfo.seasons.is_empty()).then(|| seasons.collect()),
        ..ShowPatch::default()
    }
}

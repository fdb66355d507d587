//! Pictures and subtitles that lie beside a film, by the names that Kodi,
//! Jellyfin and Plex users give them. A pure function of the names.

/// What a file beside a film is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sidecar {
    /// A picture.
    Picture {
        /// One of [`crate::ARTWORK_KINDS`].
        kind: &'static str,
        /// Of which season; none for the title itself.
        season: Option<i32>,
    },
    /// Subtitles.
    Subtitle {
        /// BCP 47; `und` when the name does not tell.
        language: String,
        /// What the name says besides: a title of the track.
        label: Option<String>,
        /// Whether they only translate what is foreign in the film.
        forced: bool,
        /// Whether they also describe sounds.
        hearing_impaired: bool,
        /// Whether players show them unless told otherwise.
        default: bool,
    },
    /// What an NFO file says.
    Nfo,
}

/// Endings of pictures that are read.
const PICTURES: [&str; 4] = ["jpg", "jpeg", "png", "webp"];
/// Endings of subtitles that are read.
pub const SUBTITLES: [&str; 4] = ["srt", "vtt", "ass", "ssa"];

fn picture_kind(word: &str) -> Option<&'static str> {
    Some(match word {
        "poster" | "folder" | "cover" | "movie" | "show" | "default" => "poster",
        "fanart" | "backdrop" | "background" | "art" => "backdrop",
        "logo" | "clearlogo" => "logo",
        "banner" => "banner",
        "thumb" | "landscape" | "still" => "still",
        _ => return None,
    })
}

/// What the file of this name is to a film whose file's name, without its
/// extension, is `stem`. `alone` says that the folder holds no other film, so
/// that `poster.jpg` can be nobody else's.
pub fn of_film(stem: &str, name: &str, alone: bool) -> Option<Sidecar> {
    let (head, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let mine = after(head, stem);
    if ending == "nfo" {
        let shared = alone && head.eq_ignore_ascii_case("movie");
        return (mine == Some("") || shared).then_some(Sidecar::Nfo);
    }
    if SUBTITLES.contains(&ending.as_str()) {
        let rest = match mine {
            Some(rest) if rest.is_empty() || rest.starts_with(['.', '_', '-']) => rest,
            _ => return None,
        };
        return Some(subtitle(rest));
    }
    if !PICTURES.contains(&ending.as_str()) {
        return None;
    }
    let lowered = head.to_ascii_lowercase();
    let word = match mine {
        Some("") => "default",
        Some(rest) => rest.strip_prefix(['-', '.', '_'])?,
        None if alone => lowered.as_str(),
        None => return None,
    };
    // "backdrop2" and "fanart-1" are further ones of the same kind.
    let word = word.to_ascii_lowercase();
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let kind = picture_kind(word.trim_end_matches(['-', '_']))?;
    // Beside an episode, a picture of its name shows a moment of it.
    Some(Sidecar::Picture { kind, season: None })
}

/// What the file of this name, in a show's folder, is to the show.
pub fn of_show(name: &str) -> Option<Sidecar> {
    let (head, ending) = name.rsplit_once('.')?;
    let (head, ending) = (head.to_ascii_lowercase(), ending.to_ascii_lowercase());
    if ending == "nfo" {
        return (head == "tvshow").then_some(Sidecar::Nfo);
    }
    if !PICTURES.contains(&ending.as_str()) {
        return None;
    }
    if let Some(rest) = head.strip_prefix("season") {
        let (number, word) = rest.split_once('-').unwrap_or((rest, "poster"));
        let season = match number.trim() {
            "-specials" | "specials" => 0,
            number => number.parse().ok().filter(|n| (0..=10_000).contains(n))?,
        };
        return Some(Sidecar::Picture {
            kind: picture_kind(word)?,
            season: Some(season),
        });
    }
    Some(Sidecar::Picture {
        kind: picture_kind(head.trim_end_matches(|c: char| c.is_ascii_digit()))?,
        season: None,
    })
}

/// Subtitles in a folder of their own (`Subs`): `2_English.srt`, `eng.srt`.
pub fn in_subtitle_folder(name: &str) -> Option<Sidecar> {
    let (head, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    SUBTITLES
        .contains(&ending.as_str())
        .then(|| subtitle(&format!(".{head}")))
}

/// What a name has behind another, in any case of ASCII letters.
fn after<'a>(name: &'a str, stem: &str) -> Option<&'a str> {
    let head = name.get(..stem.len())?;
    head.eq_ignore_ascii_case(stem).then(|| &name[stem.len()..])
}

fn subtitle(rest: &str) -> Sidecar {
    let mut language = None;
    let (mut forced, mut hearing_impaired, mut default) = (false, false, false);
    let mut label: Vec<&str> = Vec::new();
    for word in rest
        .split(['.', '_', ' ', '[', ']', '(', ')'])
        .flat_map(|part| {
            // "en-US" is one word, "-forced" another.
            let part = part.trim_matches('-');
            if tag(part).is_some() {
                vec![part]
            } else {
                part.split('-').collect()
            }
        })
        .filter(|word| !word.is_empty())
    {
        match word.to_ascii_lowercase().as_str() {
            "forced" | "foreign" => forced = true,
            "sdh" | "cc" | "hi" if language.is_some() || word != "hi" => hearing_impaired = true,
            "default" => default = true,
            _ if language.is_none() && tag(word).is_some() => language = tag(word),
            _ if word.chars().all(|c| c.is_ascii_digit()) => {}
            _ => label.push(word),
        }
    }
    let label = label.join(" ");
    let label: String = label.chars().filter(|c| !c.is_control()).take(64).collect();
    Sidecar::Subtitle {
        language: language.unwrap_or_else(|| "und".to_owned()),
        label: (!label.is_empty()).then_some(label),
        forced,
        hearing_impaired,
        default,
    }
}

/// The language tag of a word: `en`, `eng`, `English`, `pt-BR`.
fn tag(word: &str) -> Option<String> {
    let lowered = word.to_ascii_lowercase();
    let (primary, region) = match lowered.split_once('-') {
        Some((primary, region)) => (primary, Some(region)),
        None => (lowered.as_str(), None),
    };
    let known = LANGUAGES.iter().find(|names| names.contains(&primary))?;
    match region {
        None => Some(known[0].to_owned()),
        Some(region) if matches!(region.len(), 2..=4) && primary.len() <= 3 => {
            let sound = region.bytes().all(|b| b.is_ascii_alphanumeric());
            let region = match region.len() {
                2 => region.to_ascii_uppercase(),
                4 => region[..1].to_ascii_uppercase() + &region[1..],
                _ => region.to_owned(),
            };
            sound.then(|| format!("{}-{region}", known[0]))
        }
        Some(_) => None,
    }
}

/// ISO 639-1, 639-2 (both kinds) and English names of the languages that
/// subtitles mostly come in.
const LANGUAGES: [&[&str]; 48] = [
    &["en", "eng", "english"],
    &["de", "ger", "deu", "german", "deutsch"],
    &["fr", "fre", "fra", "french", "français"],
    &["es", "spa", "spanish", "español", "castellano"],
    &["it", "ita", "italian", "italiano"],
    &["pt", "por", "portuguese", "português"],
    &["nl", "dut", "nld", "dutch", "nederlands"],
    &["pl", "pol", "polish", "polski"],
    &["ru", "rus", "russian"],
    &["uk", "ukr", "ukrainian"],
    &["cs", "cze", "ces", "czech"],
    &["sk", "slo", "slk", "slovak"],
    &["hu", "hun", "hungarian", "magyar"],
    &["ro", "rum", "ron", "romanian"],
    &["bg", "bul", "bulgarian"],
    &["hr", "hrv", "croatian"],
    &["sr", "srp", "serbian"],
    &["sl", "slv", "slovenian"],
    &["bs", "bos", "bosnian"],
    &["el", "gre", "ell", "greek"],
    &["tr", "tur", "turkish", "türkçe"],
    &["ar", "ara", "arabic"],
    &["he", "heb", "hebrew"],
    &["fa", "per", "fas", "persian", "farsi"],
    &["hi", "hin", "hindi"],
    &["bn", "ben", "bengali"],
    &["ta", "tam", "tamil"],
    &["te", "tel", "telugu"],
    &["ur", "urd", "urdu"],
    &["zh", "chi", "zho", "chinese", "mandarin"],
    &["ja", "jpn", "japanese"],
    &["ko", "kor", "korean"],
    &["vi", "vie", "vietnamese"],
    &["th", "tha", "thai"],
    &["id", "ind", "indonesian"],
    &["ms", "may", "msa", "malay"],
    &["tl", "tgl", "fil", "filipino", "tagalog"],
    &["sv", "swe", "swedish", "svenska"],
    &["no", "nor", "nob", "norwegian", "norsk"],
    &["da", "dan", "danish", "dansk"],
    &["fi", "fin", "finnish", "suomi"],
    &["is", "ice", "isl", "icelandic"],
    &["et", "est", "estonian"],
    &["lv", "lav", "latvian"],
    &["lt", "lit", "lithuanian"],
    &["ca", "cat", "catalan"],
    &["eu", "baq", "eus", "basque"],
    &["gl", "glg", "galician"],
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Film (2008).srt", "und", "")]
    #[case("Film (2008).en.srt", "en", "")]
    #[case("Film (2008).eng.forced.srt", "en", "f")]
    #[case("Film (2008).en.sdh.srt", "en", "h")]
    #[case("Film (2008).English.cc.vtt", "en", "h")]
    #[case("Film (2008).hi.srt", "hi", "")]
    #[case("Film (2008).en.hi.srt", "en", "h")]
    #[case("Film (2008).pt-br.default.ass", "pt-BR", "d")]
    #[case("Film (2008).zh-hans.srt", "zh-Hans", "")]
    #[case("film (2008).DE.Forced.SRT", "de", "f")]
    #[case("Film (2008)-fr-forced.srt", "fr", "f")]
    fn subtitles(#[case] name: &str, #[case] language: &str, #[case] flags: &str) {
        let found = of_film("Film (2008)", name, false);
        assert_eq!(
            found,
            Some(Sidecar::Subtitle {
                language: language.to_owned(),
                label: None,
                forced: flags.contains('f'),
                hearing_impaired: flags.contains('h'),
                default: flags.contains('d'),
            })
        );
    }

    #[rstest]
    #[case("Film-poster.jpg", false, "poster")]
    #[case("Film.jpg", false, "poster")]
    #[case("Film-fanart.png", false, "backdrop")]
    #[case("Film-backdrop2.webp", false, "backdrop")]
    #[case("Film-clearlogo.png", false, "logo")]
    #[case("Film-thumb.jpg", false, "still")]
    #[case("poster.jpg", true, "poster")]
    #[case("folder.JPG", true, "poster")]
    #[case("fanart.jpeg", true, "backdrop")]
    #[case("landscape.jpg", true, "still")]
    fn pictures(#[case] name: &str, #[case] alone: bool, #[case] kind: &'static str) {
        let found = of_film("Film", name, alone);
        assert_eq!(found, Some(Sidecar::Picture { kind, season: None }));
    }

    #[rstest]
    #[case("poster.jpg", false)]
    #[case("holiday.jpg", true)]
    #[case("Film 2.en.srt", true)]
    #[case("Other.srt", true)]
    #[case("Film.exe", true)]
    #[case("Film-poster.svg", true)]
    #[case("poster", true)]
    fn what_is_somebody_else_s(#[case] name: &str, #[case] alone: bool) {
        let told = of_film("Film", name, alone);
        let other = matches!(&told, Some(Sidecar::Subtitle { label: Some(_), .. }));
        assert!(told.is_none() || other, "{told:?}");
    }

    #[test]
    fn shows_and_their_seasons() {
        let picture = |kind, season| Some(Sidecar::Picture { kind, season });
        assert_eq!(of_show("poster.jpg"), picture("poster", None));
        assert_eq!(of_show("season01-poster.jpg"), picture("poster", Some(1)));
        assert_eq!(of_show("season-specials-poster.jpg"), None);
        assert_eq!(of_show("seasonx-poster.jpg"), None);
        assert_eq!(of_show("season2-banner.png"), picture("banner", Some(2)));
        assert_eq!(of_show("tvshow.nfo"), Some(Sidecar::Nfo));
        assert_eq!(of_show("notes.nfo"), None);
        assert_eq!(of_film("Film", "movie.nfo", true), Some(Sidecar::Nfo));
        assert_eq!(of_film("Film", "Film.nfo", false), Some(Sidecar::Nfo));
        let Some(Sidecar::Subtitle { language, .. }) = in_subtitle_folder("2_English.srt") else {
            panic!("no subtitle")
        };
        assert_eq!(language, "en");
    }

    proptest! {
        #[test]
        fn no_name_is_too_strange(stem in ".{0,20}", name in ".{0,60}") {
            let _ = of_film(&stem, &name, true);
            let _ = of_show(&name);
            let _ = in_subtitle_folder(&name);
        }
    }
}

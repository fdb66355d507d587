//! Languages as files name them (ISO 639-2) and as the web does (BCP 47).

/// Three-letter codes, bibliographic and terminological, whose language has a two-letter code.
const CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("alb", "sq"),
    ("sqi", "sq"),
    ("amh", "am"),
    ("ara", "ar"),
    ("arm", "hy"),
    ("hye", "hy"),
    ("aze", "az"),
    ("baq", "eu"),
    ("eus", "eu"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bos", "bs"),
    ("bul", "bg"),
    ("bur", "my"),
    ("mya", "my"),
    ("cat", "ca"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("cze", "cs"),
    ("ces", "cs"),
    ("dan", "da"),
    ("dut", "nl"),
    ("nld", "nl"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fao", "fo"),
    ("fin", "fi"),
    ("fre", "fr"),
    ("fra", "fr"),
    ("geo", "ka"),
    ("kat", "ka"),
    ("ger", "de"),
    ("deu", "de"),
    ("gle", "ga"),
    ("glg", "gl"),
    ("gre", "el"),
    ("ell", "el"),
    ("guj", "gu"),
    ("hau", "ha"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("ibo", "ig"),
    ("ice", "is"),
    ("isl", "is"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kaz", "kk"),
    ("khm", "km"),
    ("kin", "rw"),
    ("kir", "ky"),
    ("kor", "ko"),
    ("kur", "ku"),
    ("lao", "lo"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("ltz", "lb"),
    ("mac", "mk"),
    ("mkd", "mk"),
    ("mal", "ml"),
    ("mao", "mi"),
    ("mri", "mi"),
    ("mar", "mr"),
    ("may", "ms"),
    ("msa", "ms"),
    ("mlg", "mg"),
    ("mlt", "mt"),
    ("mon", "mn"),
    ("nep", "ne"),
    ("nno", "nn"),
    ("nob", "nb"),
    ("nor", "no"),
    ("ori", "or"),
    ("pan", "pa"),
    ("per", "fa"),
    ("fas", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("pus", "ps"),
    ("roh", "rm"),
    ("rum", "ro"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slo", "sk"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("som", "so"),
    ("spa", "es"),
    ("srp", "sr"),
    ("sun", "su"),
    ("swa", "sw"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgk", "tg"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tib", "bo"),
    ("bod", "bo"),
    ("tir", "ti"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("wel", "cy"),
    ("cym", "cy"),
    ("xho", "xh"),
    ("yid", "yi"),
    ("yor", "yo"),
    ("zul", "zu"),
];

/// The BCP 47 tag for what a file says; none for `und` and for what is no language.
pub(crate) fn bcp47(code: &str) -> Option<String> {
    let code = code.trim();
    let lower = code.to_ascii_lowercase();
    if matches!(
        lower.as_str(),
        "und" | "mis" | "mul" | "zxx" | "qaa" | "unk"
    ) {
        return None;
    }
    if let Some((_, short)) = CODES.iter().find(|(long, _)| *long == lower) {
        return Some((*short).to_owned());
    }
    let mut parts = code.split('-');
    let primary = parts.next()?;
    let sound = (2..=3).contains(&primary.len())
        && primary.chars().all(|c| c.is_ascii_alphabetic())
        && code.len() <= 35
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        });
    sound.then(|| {
        let (first, rest) = code.split_at(primary.len());
        format!("{}{rest}", first.to_ascii_lowercase())
    })
}

/// What speakers of English call a language; the tag itself where that is not listed here.
pub fn language_name(tag: &str) -> &str {
    let primary = tag.split('-').next().unwrap_or(tag);
    NAMES
        .iter()
        .find(|(code, _)| *code == primary)
        .map_or(if tag == "und" { "Unknown" } else { tag }, |(_, name)| name)
}

const NAMES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("ms", "Malay"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("eng", Some("en"))]
    #[case("GER", Some("de"))]
    #[case("deu", Some("de"))]
    #[case("en", Some("en"))]
    #[case("pt-BR", Some("pt-BR"))]
    #[case("gsw", Some("gsw"))]
    #[case("und", None)]
    #[case("", None)]
    #[case("english", None)]
    #[case("e\"n", None)]
    #[case("en-\r\nX: y", None)]
    fn codes_become_tags(#[case] code: &str, #[case] tag: Option<&str>) {
        assert_eq!(bcp47(code).as_deref(), tag);
    }
}

//! Languages: files tell them by three letters (ISO 639-2), playlists want the shortest code there
//! is (BCP 47, RFC 5646 §2.2.1), and people want a name.

/// Two letters (ISO 639-1), three letters (ISO 639-2/T), three letters by the English name
/// (ISO 639-2/B), the English name.
#[rustfmt::skip]
const LANGUAGES: [(&str, &str, &str, &str); 182] = [
    ("aa", "aar", "aar", "Afar"),
    ("ab", "abk", "abk", "Abkhazian"),
    ("af", "afr", "afr", "Afrikaans"),
    ("ak", "aka", "aka", "Akan"),
    ("am", "amh", "amh", "Amharic"),
    ("ar", "ara", "ara", "Arabic"),
    ("an", "arg", "arg", "Aragonese"),
    ("as", "asm", "asm", "Assamese"),
    ("av", "ava", "ava", "Avaric"),
    ("ae", "ave", "ave", "Avestan"),
    ("ay", "aym", "aym", "Aymara"),
    ("az", "aze", "aze", "Azerbaijani"),
    ("ba", "bak", "bak", "Bashkir"),
    ("bm", "bam", "bam", "Bambara"),
    ("be", "bel", "bel", "Belarusian"),
    ("bn", "ben", "ben", "Bengali"),
    ("bi", "bis", "bis", "Bislama"),
    ("bo", "bod", "tib", "Tibetan"),
    ("bs", "bos", "bos", "Bosnian"),
    ("br", "bre", "bre", "Breton"),
    ("bg", "bul", "bul", "Bulgarian"),
    ("ca", "cat", "cat", "Catalan"),
    ("cs", "ces", "cze", "Czech"),
    ("ch", "cha", "cha", "Chamorro"),
    ("ce", "che", "che", "Chechen"),
    ("cv", "chv", "chv", "Chuvash"),
    ("kw", "cor", "cor", "Cornish"),
    ("co", "cos", "cos", "Corsican"),
    ("cr", "cre", "cre", "Cree"),
    ("cy", "cym", "wel", "Welsh"),
    ("da", "dan", "dan", "Danish"),
    ("de", "deu", "ger", "German"),
    ("dv", "div", "div", "Dhivehi"),
    ("dz", "dzo", "dzo", "Dzongkha"),
    ("el", "ell", "gre", "Greek"),
    ("en", "eng", "eng", "English"),
    ("eo", "epo", "epo", "Esperanto"),
    ("et", "est", "est", "Estonian"),
    ("eu", "eus", "baq", "Basque"),
    ("ee", "ewe", "ewe", "Ewe"),
    ("fo", "fao", "fao", "Faroese"),
    ("fa", "fas", "per", "Persian"),
    ("fj", "fij", "fij", "Fijian"),
    ("fi", "fin", "fin", "Finnish"),
    ("fr", "fra", "fre", "French"),
    ("fy", "fry", "fry", "Western Frisian"),
    ("ff", "ful", "ful", "Fulah"),
    ("gd", "gla", "gla", "Scottish Gaelic"),
    ("ga", "gle", "gle", "Irish"),
    ("gl", "glg", "glg", "Galician"),
    ("gv", "glv", "glv", "Manx"),
    ("gn", "grn", "grn", "Guarani"),
    ("gu", "guj", "guj", "Gujarati"),
    ("ht", "hat", "hat", "Haitian Creole"),
    ("ha", "hau", "hau", "Hausa"),
    ("he", "heb", "heb", "Hebrew"),
    ("hz", "her", "her", "Herero"),
    ("hi", "hin", "hin", "Hindi"),
    ("ho", "hmo", "hmo", "Hiri Motu"),
    ("hr", "hrv", "hrv", "Croatian"),
    ("hu", "hun", "hun", "Hungarian"),
    ("hy", "hye", "arm", "Armenian"),
    ("ig", "ibo", "ibo", "Igbo"),
    ("io", "ido", "ido", "Ido"),
    ("ii", "iii", "iii", "Sichuan Yi"),
    ("iu", "iku", "iku", "Inuktitut"),
    ("ie", "ile", "ile", "Interlingue"),
    ("ia", "ina", "ina", "Interlingua"),
    ("id", "ind", "ind", "Indonesian"),
    ("ik", "ipk", "ipk", "Inupiaq"),
    ("is", "isl", "ice", "Icelandic"),
    ("it", "ita", "ita", "Italian"),
    ("jv", "jav", "jav", "Javanese"),
    ("ja", "jpn", "jpn", "Japanese"),
    ("kl", "kal", "kal", "Kalaallisut"),
    ("kn", "kan", "kan", "Kannada"),
    ("ks", "kas", "kas", "Kashmiri"),
    ("ka", "kat", "geo", "Georgian"),
    ("kr", "kau", "kau", "Kanuri"),
    ("kk", "kaz", "kaz", "Kazakh"),
    ("km", "khm", "khm", "Khmer"),
    ("ki", "kik", "kik", "Kikuyu"),
    ("rw", "kin", "kin", "Kinyarwanda"),
    ("ky", "kir", "kir", "Kyrgyz"),
    ("kv", "kom", "kom", "Komi"),
    ("kg", "kon", "kon", "Kongo"),
    ("ko", "kor", "kor", "Korean"),
    ("kj", "kua", "kua", "Kuanyama"),
    ("ku", "kur", "kur", "Kurdish"),
    ("lo", "lao", "lao", "Lao"),
    ("la", "lat", "lat", "Latin"),
    ("lv", "lav", "lav", "Latvian"),
    ("li", "lim", "lim", "Limburgish"),
    ("ln", "lin", "lin", "Lingala"),
    ("lt", "lit", "lit", "Lithuanian"),
    ("lb", "ltz", "ltz", "Luxembourgish"),
    ("lu", "lub", "lub", "Luba-Katanga"),
    ("lg", "lug", "lug", "Ganda"),
    ("mh", "mah", "mah", "Marshallese"),
    ("ml", "mal", "mal", "Malayalam"),
    ("mr", "mar", "mar", "Marathi"),
    ("mk", "mkd", "mac", "Macedonian"),
    ("mg", "mlg", "mlg", "Malagasy"),
    ("mt", "mlt", "mlt", "Maltese"),
    ("mn", "mon", "mon", "Mongolian"),
    ("mi", "mri", "mao", "Maori"),
    ("ms", "msa", "may", "Malay"),
    ("my", "mya", "bur", "Burmese"),
    ("na", "nau", "nau", "Nauru"),
    ("nv", "nav", "nav", "Navajo"),
    ("nr", "nbl", "nbl", "South Ndebele"),
    ("nd", "nde", "nde", "North Ndebele"),
    ("ng", "ndo", "ndo", "Ndonga"),
    ("ne", "nep", "nep", "Nepali"),
    ("nl", "nld", "dut", "Dutch"),
    ("nn", "nno", "nno", "Norwegian Nynorsk"),
    ("nb", "nob", "nob", "Norwegian Bokmål"),
    ("no", "nor", "nor", "Norwegian"),
    ("ny", "nya", "nya", "Chichewa"),
    ("oc", "oci", "oci", "Occitan"),
    ("oj", "oji", "oji", "Ojibwa"),
    ("or", "ori", "ori", "Odia"),
    ("om", "orm", "orm", "Oromo"),
    ("os", "oss", "oss", "Ossetian"),
    ("pa", "pan", "pan", "Punjabi"),
    ("pi", "pli", "pli", "Pali"),
    ("pl", "pol", "pol", "Polish"),
    ("pt", "por", "por", "Portuguese"),
    ("ps", "pus", "pus", "Pashto"),
    ("qu", "que", "que", "Quechua"),
    ("rm", "roh", "roh", "Romansh"),
    ("ro", "ron", "rum", "Romanian"),
    ("rn", "run", "run", "Rundi"),
    ("ru", "rus", "rus", "Russian"),
    ("sg", "sag", "sag", "Sango"),
    ("sa", "san", "san", "Sanskrit"),
    ("si", "sin", "sin", "Sinhala"),
    ("sk", "slk", "slo", "Slovak"),
    ("sl", "slv", "slv", "Slovenian"),
    ("se", "sme", "sme", "Northern Sami"),
    ("sm", "smo", "smo", "Samoan"),
    ("sn", "sna", "sna", "Shona"),
    ("sd", "snd", "snd", "Sindhi"),
    ("so", "som", "som", "Somali"),
    ("st", "sot", "sot", "Southern Sotho"),
    ("es", "spa", "spa", "Spanish"),
    ("sq", "sqi", "alb", "Albanian"),
    ("sc", "srd", "srd", "Sardinian"),
    ("sr", "srp", "srp", "Serbian"),
    ("ss", "ssw", "ssw", "Swati"),
    ("su", "sun", "sun", "Sundanese"),
    ("sw", "swa", "swa", "Swahili"),
    ("sv", "swe", "swe", "Swedish"),
    ("ty", "tah", "tah", "Tahitian"),
    ("ta", "tam", "tam", "Tamil"),
    ("tt", "tat", "tat", "Tatar"),
    ("te", "tel", "tel", "Telugu"),
    ("tg", "tgk", "tgk", "Tajik"),
    ("tl", "tgl", "tgl", "Tagalog"),
    ("th", "tha", "tha", "Thai"),
    ("ti", "tir", "tir", "Tigrinya"),
    ("to", "ton", "ton", "Tonga"),
    ("tn", "tsn", "tsn", "Tswana"),
    ("ts", "tso", "tso", "Tsonga"),
    ("tk", "tuk", "tuk", "Turkmen"),
    ("tr", "tur", "tur", "Turkish"),
    ("tw", "twi", "twi", "Twi"),
    ("ug", "uig", "uig", "Uyghur"),
    ("uk", "ukr", "ukr", "Ukrainian"),
    ("ur", "urd", "urd", "Urdu"),
    ("uz", "uzb", "uzb", "Uzbek"),
    ("ve", "ven", "ven", "Venda"),
    ("vi", "vie", "vie", "Vietnamese"),
    ("vo", "vol", "vol", "Volapük"),
    ("wa", "wln", "wln", "Walloon"),
    ("wo", "wol", "wol", "Wolof"),
    ("xh", "xho", "xho", "Xhosa"),
    ("yi", "yid", "yid", "Yiddish"),
    ("yo", "yor", "yor", "Yoruba"),
    ("za", "zha", "zha", "Zhuang"),
    ("zh", "zho", "chi", "Chinese"),
    ("zu", "zul", "zul", "Zulu"),
];

fn find(tag: &str) -> Option<&'static (&'static str, &'static str, &'static str, &'static str)> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().find(|(two, three, by_name, _)| {
        [two, three, by_name]
            .into_iter()
            .any(|code| code.eq_ignore_ascii_case(primary))
    })
}

/// The tag in BCP 47's shortest form: `eng` is `en`, `ger-AT` is `de-AT`; what is unknown stays.
/// `None` for tags that name no language (`und`, `mul`, `zxx`, `mis`) or are no tags.
pub fn to_bcp47(tag: &str) -> Option<String> {
    let tag = tag.trim();
    let plain = (2..=35).contains(&tag.len())
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let rest = tag.find(['-', '_']).map_or("", |at| &tag[at..]);
    let primary = &tag[..tag.len() - rest.len()];
    let nameless = ["und", "mul", "zxx", "mis"]
        .iter()
        .any(|code| code.eq_ignore_ascii_case(primary));
    if !plain || nameless || !(2..=8).contains(&primary.len()) {
        return None;
    }
    let primary = find(tag).map_or_else(|| primary.to_ascii_lowercase(), |row| row.0.to_owned());
    Some(primary + &rest.replace('_', "-"))
}

/// A well-formed language tag (RFC 5646 §2.1) with the usual use of capitals and the primary
/// language in its shortest form (§2.2.1): `ENG-us` is `en-US`, `zh-hans-tw` is `zh-Hans-TW`. `und`
/// is one; grandfathered tags such as `i-klingon` are not.
///
/// `None` for what is no tag: a subtag out of place or twice, a two-letter language that does not
/// exist, an extension without content.
pub fn canonical(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let ascii = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !ascii || tag.len() > 64 {
        return None;
    }
    let parts: Vec<&str> = tag.split('-').collect();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (&primary, rest) = parts.split_first()?;
    let lower = primary.to_ascii_lowercase();
    // Longer ones could be registered; none is, and most are words such as `german`.
    if !(2..=3).contains(&lower.len()) || !letters(&lower) {
        return if lower == "x" {
            private_use(rest, String::from("x"))
        } else {
            None
        };
    }
    let mut out = match find(&lower) {
        Some(row) => row.0.to_owned(),
        // Two letters are all given out; three are so many that none is looked up.
        None if lower.len() == 2 => return None,
        None => lower,
    };
    // What may still come: extended languages, script, region, variants, extensions.
    let mut stage = 0;
    let mut extended = 0;
    let mut variants: Vec<String> = Vec::new();
    let mut singletons: Vec<String> = Vec::new();
    let mut rest = rest;
    while let Some((&part, after)) = rest.split_first() {
        let lower = part.to_ascii_lowercase();
        out.push('-');
        match part.len() {
            3 if letters(part) && stage == 0 && extended < 3 => {
                extended += 1;
                out.push_str(&lower);
            }
            4 if letters(part) && stage < 1 => {
                stage = 1;
                out.push_str(&part[..1].to_ascii_uppercase());
                out.push_str(&lower[1..]);
            }
            2 | 3
                if stage < 2
                    && (part.len() == 2) == letters(part)
                    && (letters(part) || digits(part)) =>
            {
                stage = 2;
                out.push_str(&part.to_ascii_uppercase());
            }
            5..=8 if stage < 4 && !variants.contains(&lower) => {
                stage = 3;
                out.push_str(&lower);
                variants.push(lower);
            }
            4 if stage < 4 && digits(&part[..1]) && !variants.contains(&lower) => {
                stage = 3;
                out.push_str(&lower);
                variants.push(lower);
            }
            1 if lower == "x" => {
                out.push('x');
                return private_use(after, out);
            }
            1 if !singletons.contains(&lower) => {
                stage = 4;
                let count = after
                    .iter()
                    .take_while(|sub| (2..=8).contains(&sub.len()))
                    .count();
                if count == 0 {
                    return None;
                }
                out.push_str(&lower);
                for sub in &after[..count] {
                    out.push('-');
                    out.push_str(&sub.to_ascii_lowercase());
                }
                singletons.push(lower);
                rest = &after[count..];
                continue;
            }
            _ => return None,
        }
        rest = after;
    }
    Some(out)
}

fn private_use(parts: &[&str], mut out: String) -> Option<String> {
    if parts.is_empty() || !parts.iter().all(|part| (1..=8).contains(&part.len())) {
        return None;
    }
    for part in parts {
        out.push('-');
        out.push_str(&part.to_ascii_lowercase());
    }
    Some(out)
}

/// The three letters that MP4 files tell a language by (ISO 639-2/T).
pub fn to_iso639_2(tag: &str) -> Option<&'static str> {
    find(tag).map(|row| row.1)
}

/// The English name of a language, if it is one of the 180-odd with a two-letter code.
pub fn name(tag: &str) -> Option<&'static str> {
    find(tag).map(|row| row.3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("eng", Some("en"))]
    #[case("GER", Some("de"))]
    #[case("deu-AT", Some("de-AT"))]
    #[case("pt_BR", Some("pt-BR"))]
    #[case("en", Some("en"))]
    #[case("haw", Some("haw"))]
    #[case("und", None)]
    #[case("mul", None)]
    #[case("", None)]
    #[case("a", None)]
    #[case("en\"", None)]
    fn shortest_tags(#[case] tag: &str, #[case] wanted: Option<&str>) {
        assert_eq!(to_bcp47(tag).as_deref(), wanted);
    }

    #[rstest::rstest]
    #[case("en", Some("en"))]
    #[case("ENG-us", Some("en-US"))]
    #[case("zh-hans-tw", Some("zh-Hans-TW"))]
    #[case("es-419", Some("es-419"))]
    #[case("sl-rozaj-biske", Some("sl-rozaj-biske"))]
    #[case("de-1996", Some("de-1996"))]
    #[case("pt_BR", Some("pt-BR"))]
    #[case("und", Some("und"))]
    #[case("haw", Some("haw"))]
    #[case("zh-yue-HK", Some("zh-yue-HK"))]
    #[case("de-u-co-phonebk", Some("de-u-co-phonebk"))]
    #[case("en-x-whatever", Some("en-x-whatever"))]
    #[case("x-me", Some("x-me"))]
    #[case("", None)]
    #[case("e", None)]
    #[case("qq", None)]
    #[case("english language", None)]
    #[case("en--US", None)]
    #[case("en-US-US", None)]
    #[case("en-u", None)]
    #[case("en-x", None)]
    #[case("de-1996-1996", None)]
    #[case("en-US-Latn", None)]
    #[case("en\"onload", None)]
    fn tags(#[case] tag: &str, #[case] wanted: Option<&str>) {
        assert_eq!(canonical(tag).as_deref(), wanted);
        if let Some(tag) = wanted {
            assert_eq!(canonical(tag).as_deref(), Some(tag));
        }
    }

    #[test]
    fn codes_are_unique_and_name_themselves() {
        for (two, three, by_name, name) in LANGUAGES {
            for code in [two, three, by_name] {
                assert_eq!(super::name(code), Some(name));
                assert_eq!(to_iso639_2(code), Some(three));
            }
        }
    }
}

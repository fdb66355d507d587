//! Content ratings: what the many systems say, as the age from which a title is
//! fit to be watched.
//!
//! A profile's ceiling is such an age. A title that nobody has rated, or whose
//! rating is of no known system, counts as being for adults wherever there is a
//! ceiling: a child's profile errs on the safe side.

/// The age at which people are grown up, and what an unrated title counts as
/// under a ceiling.
pub const UNRATED: u8 = 18;
/// The greatest age level.
pub const LEVEL_MAX: u8 = 21;

/// One system of ratings.
#[derive(Debug)]
pub struct System {
    /// Its short name, such as `MPA`.
    pub name: &'static str,
    /// Where it is used, as ISO 3166-1 alpha-2.
    pub countries: &'static [&'static str],
    /// Each rating, and the age from which it lets people watch.
    pub ratings: &'static [(&'static str, u8)],
}

macro_rules! systems {
    ($($name:literal [$($country:literal)*]: $($rating:literal = $age:literal),+;)+) => {
        /// The systems that are known. Where the same word means different ages
        /// in different countries, a rating without a country counts as the
        /// greatest of them.
        pub const SYSTEMS: &[System] = &[$(System {
            name: $name,
            countries: &[$($country),*],
            ratings: &[$(($rating, $age)),+],
        }),+];
    };
}

systems! {
    "MPA" ["US"]: "G" = 0, "PG" = 8, "PG-13" = 13, "R" = 17, "NC-17" = 18, "X" = 18, "M/PG" = 8;
    "TV" ["US"]: "TV-Y" = 0, "TV-Y7" = 7, "TV-Y7-FV" = 7, "TV-G" = 0, "TV-PG" = 8, "TV-14" = 14,
        "TV-MA" = 17;
    "BBFC" ["GB"]: "U" = 0, "Uc" = 0, "PG" = 8, "12" = 12, "12A" = 12, "15" = 15, "18" = 18,
        "R18" = 18;
    "IFCO" ["IE"]: "G" = 0, "PG" = 8, "12A" = 12, "12" = 12, "15A" = 15, "15" = 15, "16" = 16,
        "18" = 18;
    "FSK" ["DE"]: "FSK 0" = 0, "FSK 6" = 6, "FSK 12" = 12, "FSK 16" = 16, "FSK 18" = 18,
        "FSK-0" = 0, "FSK-6" = 6, "FSK-12" = 12, "FSK-16" = 16, "FSK-18" = 18;
    "PEGI" ["EU"]: "PEGI 3" = 3, "PEGI 7" = 7, "PEGI 12" = 12, "PEGI 16" = 16, "PEGI 18" = 18,
        "PEGI-3" = 3, "PEGI-7" = 7, "PEGI-12" = 12, "PEGI-16" = 16, "PEGI-18" = 18;
    "ACB" ["AU"]: "E" = 0, "G" = 0, "P" = 0, "C" = 5, "PG" = 8, "M" = 15, "MA15+" = 15,
        "MA 15+" = 15, "AV15+" = 15, "R18+" = 18, "R 18+" = 18, "X18+" = 18;
    "OFLC" ["NZ"]: "G" = 0, "PG" = 8, "M" = 16, "R13" = 13, "RP13" = 13, "R15" = 15, "R16" = 16,
        "RP16" = 16, "R18" = 18, "RP18" = 18;
    "CHVRS" ["CA"]: "G" = 0, "PG" = 8, "14A" = 14, "14+" = 14, "18A" = 18, "18+" = 18, "R" = 18,
        "A" = 18, "C" = 0, "C8" = 8;
    "RCQ" ["CA"]: "13+" = 13, "16+" = 16;
    "CNC" ["FR"]: "TP" = 0, "Tous publics" = 0, "-10" = 10, "-12" = 12, "-16" = 16, "-18" = 18;
    "Kijkwijzer" ["NL" "BE"]: "AL" = 0, "6" = 6, "9" = 9, "12" = 12, "14" = 14, "16" = 16,
        "18" = 18;
    "ICAA" ["ES"]: "A" = 0, "APTA" = 0, "7" = 7, "12" = 12, "16" = 16, "18" = 18;
    "MiC" ["IT"]: "T" = 0, "6+" = 6, "14+" = 14, "18+" = 18, "VM14" = 14, "VM18" = 18;
    "SE" ["SE"]: "Btl" = 0, "7" = 7, "11" = 11, "15" = 15;
    "NO" ["NO"]: "A" = 0, "6" = 6, "9" = 9, "12" = 12, "15" = 15, "18" = 18;
    "FI" ["FI"]: "S" = 0, "K-7" = 7, "K-12" = 12, "K-16" = 16, "K-18" = 18;
    "DK" ["DK"]: "A" = 0, "7" = 7, "11" = 11, "15" = 15;
    "Eirin" ["JP"]: "G" = 0, "PG12" = 12, "R15+" = 15, "R18+" = 18;
    "KMRB" ["KR"]: "All" = 0, "12" = 12, "15" = 15, "18" = 18, "19" = 19;
    "CBFC" ["IN"]: "U" = 0, "U/A 7+" = 7, "U/A 13+" = 13, "U/A 16+" = 16, "UA" = 12, "U/A" = 12,
        "A" = 18, "S" = 18;
    "ClassInd" ["BR"]: "L" = 0, "10" = 10, "12" = 12, "14" = 14, "16" = 16, "18" = 18;
    "RARS" ["RU"]: "0+" = 0, "6+" = 6, "12+" = 12, "16+" = 16, "18+" = 18;
    "IMDA" ["SG"]: "G" = 0, "PG" = 8, "PG13" = 13, "NC16" = 16, "M18" = 18, "R21" = 21;
    "FPB" ["ZA"]: "A" = 0, "PG" = 8, "7-9 PG" = 7, "10-12 PG" = 10, "13" = 13, "16" = 16,
        "18" = 18, "X18" = 18;
}

/// The age from which a title of this rating is fit to be watched; `None` if
/// the rating is of no system that is known.
///
/// Case, and the space or hyphen in `FSK 12`, do not matter. A country may come
/// in front, as in `DE:16`, `us:PG-13` or `GB-15`.
pub fn level(rating: &str) -> Option<u8> {
    let text = rating.trim();
    for separator in [':', '-', '/'] {
        if let Some((country, rest)) = text.split_once(separator)
            && country.len() == 2
            && let Some(level) = level_in(Some(country.trim()), rest.trim())
        {
            return Some(level);
        }
    }
    level_in(None, text).or_else(|| bare_age(text))
}

fn level_in(country: Option<&str>, rating: &str) -> Option<u8> {
    let wanted = plain(rating);
    if wanted.is_empty() {
        return None;
    }
    SYSTEMS
        .iter()
        .filter(|system| {
            country.is_none_or(|country| {
                let here = |c: &&str| c.eq_ignore_ascii_case(country);
                system.countries.iter().any(here)
            })
        })
        .flat_map(|system| {
            system.ratings.iter().map(move |(name, age)| {
                // `FSK 12` is also written `12` where the country is said.
                let bare = plain(name);
                let bare = match country {
                    Some(_) => bare
                        .strip_prefix(&plain(system.name))
                        .unwrap_or(&bare)
                        .to_owned(),
                    None => bare,
                };
                (bare, plain(name), *age)
            })
        })
        .filter(|(bare, name, _)| *bare == wanted || *name == wanted)
        .map(|(_, _, age)| age)
        .max()
}

/// An age alone, as in `16` or `16+`.
fn bare_age(text: &str) -> Option<u8> {
    let age: u8 = text.strip_suffix('+').unwrap_or(text).parse().ok()?;
    (age <= LEVEL_MAX).then_some(age)
}

/// The letters, digits and signs that tell ratings apart.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '+')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("G", Some(0))]
    #[case("PG", Some(8))]
    #[case("pg-13", Some(13))]
    #[case("PG13", Some(13))]
    #[case("R", Some(18))]
    #[case("US:R", Some(17))]
    #[case("TV-MA", Some(17))]
    #[case("TV-Y7", Some(7))]
    #[case("FSK 12", Some(12))]
    #[case("fsk-12", Some(12))]
    #[case("DE:16", Some(16))]
    #[case("DE-FSK 6", Some(6))]
    #[case("GB-15", Some(15))]
    #[case("12A", Some(12))]
    #[case("PEGI 18", Some(18))]
    #[case("MA15+", Some(15))]
    #[case("R21", Some(21))]
    #[case("-16", Some(16))]
    #[case("K-7", Some(7))]
    #[case("18+", Some(18))]
    #[case("3", Some(3))]
    #[case("A", Some(18))]
    #[case("ES:A", Some(0))]
    #[case("Not Rated", None)]
    #[case("Unrated", None)]
    #[case("NR", None)]
    #[case("", None)]
    #[case("99", None)]
    fn levels(#[case] rating: &str, #[case] expected: Option<u8>) {
        assert_eq!(level(rating), expected);
    }

    proptest! {
        #[test]
        fn any_text_has_a_level_within_bounds_or_none(text in ".{0,40}") {
            prop_assert!(level(&text).is_none_or(|level| level <= LEVEL_MAX));
        }
    }
}

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn year(text: &str) -> Option<i32> {
    text.parse().ok()
}

/// Path, title, year.
#[rstest]
#[case("Big Buck Bunny (2008).mkv", "Big Buck Bunny", "2008")]
#[case("Big Buck Bunny (2008)/Big Buck Bunny.mkv", "Big Buck Bunny", "2008")]
#[case("Big Buck Bunny (2008)/movie.mkv", "Big Buck Bunny", "2008")]
#[case(
    "Big.Buck.Bunny.2008.1080p.BluRay.x264-GROUP.mkv",
    "Big Buck Bunny",
    "2008"
)]
#[case("big_buck_bunny_2008_720p.mp4", "big buck bunny", "2008")]
#[case("Tears.of.Steel.2160p.WEB-DL.DDP5.1.H.265.mkv", "Tears of Steel", "")]
#[case("Tears of Steel.mp4", "Tears of Steel", "")]
#[case("Tears of Steel [1080p].mp4", "Tears of Steel", "")]
#[case("Tears of Steel [2012].mp4", "Tears of Steel", "2012")]
#[case("[2012] Tears of Steel.mp4", "Tears of Steel", "2012")]
#[case("1917 (2019).mkv", "1917", "2019")]
#[case("1917.2019.1080p.mkv", "1917", "2019")]
#[case("1984.mkv", "1984", "")]
#[case("2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", "1968")]
#[case(
    "2001.A.Space.Odyssey.1968.2160p.UHD.mkv",
    "2001 A Space Odyssey",
    "1968"
)]
#[case("Blade.Runner.2049.2017.1080p.mkv", "Blade Runner 2049", "2017")]
#[case("Blade Runner 2049.mkv", "Blade Runner 2049", "")]
#[case("2012.2009.720p.mkv", "2012", "2009")]
#[case("Wonder Woman 1984 (2020).mkv", "Wonder Woman 1984", "2020")]
#[case("(500) Days of Summer (2009).mkv", "(500) Days of Summer", "2009")]
#[case(
    "Mr. Smith Goes to Washington (1939).avi",
    "Mr. Smith Goes to Washington",
    "1939"
)]
#[case("Dr.Strangelove.1964.REMASTERED.1080p.mkv", "Dr Strangelove", "1964")]
#[case("S1m0ne (2002).mkv", "S1m0ne", "2002")]
#[case("Se7en.1995.mkv", "Se7en", "1995")]
#[case(
    "Ocean's Eleven (2001) [imdbid-tt0240772].mkv",
    "Ocean's Eleven",
    "2001"
)]
#[case(
    "The Matrix (1999) {tmdb-603}/The Matrix (1999) {tmdb-603} [Bluray-1080p].mkv",
    "The Matrix",
    "1999"
)]
#[case("Das Boot (1981) - Director's Cut.mkv", "Das Boot", "1981")]
#[case("Charlotte's Web (2006).mkv", "Charlotte's Web", "2006")]
#[case("Charlotte's Web.mkv", "Charlotte's Web", "")]
#[case("Dual.2022.1080p.WEB.h264.mkv", "Dual", "2022")]
#[case("東京物語 (1953).mkv", "東京物語", "1953")]
#[case("Amélie.2001.FRENCH.720p.mkv", "Amélie", "2001")]
#[case(
    "Movies/Sci-Fi/Alien (1979)/Alien.1979.Directors.Cut.mkv",
    "Alien",
    "1979"
)]
#[case("Best of 2008/Some Film.mkv", "Some Film", "")]
#[case("film.tar", "film", "")]
#[case("My Holiday 2019 in Italy.mp4", "My Holiday 2019 in Italy", "")]
#[case("Lecture notes v1.2.mp4", "Lecture notes v1.2", "")]
#[case("..mkv", "", "")]
#[case("noextension", "noextension", "")]
fn films(#[case] path: &str, #[case] title: &str, #[case] then: &str) {
    let named = read(path);
    assert_eq!(named.title.as_deref().unwrap_or_default(), title);
    assert_eq!(named.year, year(then));
    assert_eq!(named.episode, None);
    assert_eq!(named.extra, None);
}

/// Path, show, season, first and last episode, title.
#[rstest]
#[case(
    "The Wire - S01E02 - The Detail.mkv",
    "The Wire",
    1,
    2,
    0,
    "The Detail"
)]
#[case(
    "The.Wire.S01E02.The.Detail.720p.HDTV.x264-GRP.mkv",
    "The Wire",
    1,
    2,
    0,
    "The Detail"
)]
#[case("the.wire.s01e02.mkv", "the wire", 1, 2, 0, "")]
#[case("The Wire/Season 01/S01E02.mkv", "The Wire", 1, 2, 0, "")]
#[case(
    "The Wire/Season 1/The Wire - 1x02 - The Detail.mkv",
    "The Wire",
    1,
    2,
    0,
    "The Detail"
)]
#[case(
    "The Wire (2002)/Season 01/02 - The Detail.mkv",
    "The Wire",
    1,
    2,
    0,
    "The Detail"
)]
#[case(
    "The Wire/Season 1/102 The Detail.mkv",
    "The Wire",
    1,
    2,
    0,
    "The Detail"
)]
#[case("The Wire/Staffel 3/Folge 4.mkv", "The Wire", 3, 4, 0, "")]
#[case("The Wire/S03/e04.mkv", "The Wire", 3, 4, 0, "")]
#[case(
    "The Wire/Specials/S00E01 - Making Of.mkv",
    "The Wire",
    0,
    1,
    0,
    "Making Of"
)]
#[case("Show S01E01E02.mkv", "Show", 1, 1, 2, "")]
#[case("Show S01E01-E03 - Three.mkv", "Show", 1, 1, 3, "Three")]
#[case("Show S01E01-02.mkv", "Show", 1, 1, 2, "")]
#[case("Show - 1x01-1x02 - Pilot.mkv", "Show", 1, 1, 2, "Pilot")]
#[case("Show.1x01x02.mkv", "Show", 1, 1, 2, "")]
#[case("24.S01E02.1080p.mkv", "24", 1, 2, 0, "")]
#[case("Show S01E02 - 24 Hours.mkv", "Show", 1, 2, 0, "24 Hours")]
#[case("Show.S01E02.1080p.mkv", "Show", 1, 2, 0, "")]
#[case("Show S01.E02.mkv", "Show", 1, 2, 0, "")]
#[case("Show s2024e100.mkv", "Show", 2024, 100, 0, "")]
#[case("Show Season 2 Episode 5 - Title.mkv", "Show", 2, 5, 0, "Title")]
#[case("Show (2005)/Show.S02E05.mkv", "Show", 2, 5, 0, "")]
#[case("Doctor Who (2005) - S01E01 - Rose.mkv", "Doctor Who", 1, 1, 0, "Rose")]
#[case("Show/S02E05.mkv", "Show", 2, 5, 0, "")]
#[case("Show - S01E05 - 1984.mkv", "Show", 1, 5, 0, "1984")]
#[case("Show\\Season 2\\Show S02E07 Ünïcode.mkv", "Show", 2, 7, 0, "Ünïcode")]
#[case("Show {tvdb-79126}/Season 01/Show S01E01.mkv", "Show", 1, 1, 0, "")]
#[case(
    "Show/Season 1 - The Port/03. Hot Shots.mkv",
    "Show",
    1,
    3,
    0,
    "Hot Shots"
)]
fn episodes(
    #[case] path: &str,
    #[case] show: &str,
    #[case] season: i32,
    #[case] number: i32,
    #[case] last: i32,
    #[case] title: &str,
) {
    let named = read(path);
    let episode = named.episode.expect("an episode");
    assert_eq!(episode.show, show);
    assert_eq!(
        (episode.season, episode.number),
        (Some(season), Some(number))
    );
    assert_eq!(episode.last.unwrap_or_default(), last);
    assert_eq!(named.title.as_deref().unwrap_or_default(), title);
}

/// Path, show, number, title: the season is not told.
#[rstest]
#[case("[Group] Some Show - 12 [1080p].mkv", "Some Show", 12, "")]
#[case("[Group] Some Show - 03v2 (720p) [ABCD1234].mkv", "Some Show", 3, "")]
#[case("Rust Course/Lesson 4 - Borrowing.mp4", "Rust Course", 4, "Borrowing")]
#[case("Rust Course/Lecture 10.mp4", "Rust Course", 10, "")]
#[case("Show Episode 7.mkv", "Show", 7, "")]
#[case("Show/Ep. 7 - Title.mkv", "Show", 7, "Title")]
fn episodes_without_a_season(
    #[case] path: &str,
    #[case] show: &str,
    #[case] number: i32,
    #[case] title: &str,
) {
    let named = read(path);
    let episode = named.episode.expect("an episode");
    assert_eq!((episode.show.as_str(), episode.season), (show, None));
    assert_eq!(episode.number, Some(number));
    assert_eq!(named.title.as_deref().unwrap_or_default(), title);
}

#[rstest]
#[case(
    "The Daily Show - 2024-03-01 - Guest.mkv",
    "The Daily Show",
    "2024-03-01",
    "Guest"
)]
#[case(
    "the.daily.show.2024.03.01.720p.mkv",
    "the daily show",
    "2024-03-01",
    ""
)]
#[case("News 01.03.2024.mp4", "News", "2024-03-01", "")]
fn daily_shows(#[case] path: &str, #[case] show: &str, #[case] date: &str, #[case] title: &str) {
    let named = read(path);
    let episode = named.episode.expect("an episode");
    assert_eq!(episode.show, show);
    assert_eq!(episode.date.as_deref(), Some(date));
    assert_eq!(episode.season, Some(2024));
    assert_eq!(named.title.as_deref().unwrap_or_default(), title);
}

#[rstest]
#[case("Film (2008)/Film (2008)-trailer.mp4", "trailer", "Film")]
#[case("Film (2008)/Film.trailer.mp4", "trailer", "Film")]
#[case("Film (2008)/trailers/Teaser One.mp4", "trailer", "Teaser One")]
#[case(
    "Film (2008)/Behind The Scenes/How it was made.mkv",
    "behind_the_scenes",
    "How it was made"
)]
#[case("Film (2008)/The Stunt-featurette.mkv", "featurette", "The Stunt")]
#[case("Film (2008)/Extras/Bloopers.mkv", "other", "Bloopers")]
#[case("trailer.mp4", "trailer", "trailer")]
fn extras(#[case] path: &str, #[case] kind: &str, #[case] title: &str) {
    let named = read(path);
    assert_eq!(named.extra, Some(kind));
    assert_eq!(named.title.as_deref(), Some(title));
    assert_eq!(named.episode, None);
}

#[rstest]
#[case("The Big Short (2015).mkv")]
#[case("Love Scene.mkv")]
#[case("Trailer Park Boys.mkv")]
fn titles_with_such_words_are_no_extras(#[case] path: &str) {
    assert_eq!(read(path).extra, None);
}

#[test]
fn editions_and_other_databases_ids_are_told() {
    let named = read("Blade Runner (1982) {edition-Final Cut} {tmdb-78}.mkv");
    assert_eq!(named.edition.as_deref(), Some("Final Cut"));
    assert_eq!(named.external_ids["tmdb"], "78");
    assert_eq!(named.title.as_deref(), Some("Blade Runner"));
    let named = read("Alien.1979.Directors.Cut.1080p.mkv");
    assert_eq!(named.edition.as_deref(), Some("Director's Cut"));
    let named = read("Show {tvdb-79126}/Season 01/Show S01E01.mkv");
    assert_eq!(named.external_ids["show_tvdb"], "79126");
    let evil = read("Film [tmdbid-../../etc/passwd].mkv");
    assert!(evil.external_ids.is_empty());
}

proptest! {
    #[test]
    fn no_name_is_too_strange(path in "(?s).{0,300}") {
        let named = read(&path);
        let sane = |text: &str| text.chars().count() <= limits::TITLE_MAX
            && !text.chars().any(char::is_control);
        prop_assert!(named.title.as_deref().is_none_or(sane), "{:?}", named.title);
        if let Some(episode) = named.episode {
            prop_assert!(sane(&episode.show), "{:?}", episode.show);
        }
    }

    #[test]
    fn what_is_written_is_read(
        show in "[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8}){0,2}",
        season in 0..100_i32,
        number in 0..1000_i32,
        dotted in any::<bool>(),
    ) {
        prop_assume!(words::clean(&show).title == show);
        let mut name = format!("{show} S{season:02}E{number:02} Title 1080p x264.mkv");
        if dotted {
            name = name.replace(' ', ".");
        }
        let named = read(&name);
        let episode = named.episode.expect("an episode");
        prop_assert_eq!(episode.show, show);
        prop_assert_eq!((episode.season, episode.number), (Some(season), Some(number)));
        prop_assert_eq!(named.title.as_deref(), Some("Title"));
    }
}

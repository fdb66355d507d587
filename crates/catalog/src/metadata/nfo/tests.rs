//! What NFO files say, and what they may not do.

use proptest::prelude::*;

use super::*;

#[test]
fn a_film_s_file_is_read() {
    let text = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<movie>
  <title>Sintel &amp; the Dragon</title><originaltitle>Sintel</originaltitle>
  <sorttitle>Sintel 1</sorttitle><year>2010</year><premiered>2010-09-27</premiered>
  <plot><![CDATA[A girl <searches> a dragon.]]></plot><tagline>Find him&#33;</tagline>
  <mpaa>US:Rated PG-13 / US:PG-13</mpaa><studio>Blender</studio><studio>Other</studio>
  <genre>Fantasy / Short</genre><genre>Fantasy</genre><tag>open movie</tag>
  <set><name>Open Movies</name><overview>All</overview></set>
  <uniqueid type="tmdb" default="true">45745</uniqueid><id>tt1727587</id>
  <credits>Esther Wouda</credits><director>Colin Levy</director>
  <actor><name>Second</name><role>Shaman</role><order>1</order></actor>
  <actor><name>Halina Reijn</name><role>Sintel</role><order>0</order></actor>
  <fileinfo><streamdetails><video><title>not this</title></video></streamdetails></fileinfo>
</movie>
https://www.themoviedb.org/movie/45745"#;
    let all = read(text.as_bytes()).unwrap();
    let [film] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(film.kind, NfoKind::Movie);
    assert_eq!(film.title.as_deref(), Some("Sintel & the Dragon"));
    assert_eq!(film.plot.as_deref(), Some("A girl <searches> a dragon."));
    assert_eq!(film.tagline.as_deref(), Some("Find him!"));
    assert_eq!(film.rating.as_deref(), Some("PG-13"));
    assert_eq!(film.studio.as_deref(), Some("Blender"));
    assert_eq!(film.genres, ["Fantasy", "Short"]);
    assert_eq!(film.sets, ["Open Movies"]);
    assert_eq!(
        (film.year, film.date.as_deref()),
        (Some(2010), Some("2010-09-27"))
    );
    assert_eq!(film.external_ids["tmdb"], "45745");
    assert_eq!(film.external_ids["imdb"], "tt1727587");
    let credits: Vec<(&str, &str)> = film
        .credits
        .iter()
        .map(|c| (c.name.as_str(), c.role))
        .collect();
    assert_eq!(
        credits,
        [
            ("Esther Wouda", "writer"),
            ("Colin Levy", "director"),
            ("Halina Reijn", "actor"),
            ("Second", "actor")
        ]
    );
}

#[test]
fn several_episodes_stand_one_after_the_other() {
    let text = "<episodedetails><title>One</title><season>1</season><episode>1</episode></episodedetails>\n<episodedetails><title>Two</title><season>1</season><episode>2</episode><aired>2008-01-20</aired></episodedetails>";
    let all = read(text.as_bytes()).unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|e| (e.title.as_deref(), e.episode))
        .collect();
    assert_eq!(told, [(Some("One"), Some(1)), (Some("Two"), Some(2))]);
    let show = read(b"<tvshow><title>The Wire</title><status>Ended</status><namedseason number=\"2\">The Port</namedseason></tvshow>").unwrap();
    assert_eq!(show[0].seasons[&2], "The Port");
}

#[test]
fn bombs_do_not_go_off() {
    use std::fmt::Write as _;
    let mut laughs = String::from("<?xml version=\"1.0\"?><!DOCTYPE movie [<!ENTITY a0 \"ha\">");
    for n in 1..20 {
        let before = format!("&a{};", n - 1).repeat(10);
        write!(laughs, "<!ENTITY a{n} \"{before}\">").unwrap();
    }
    laughs.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]>");
    laughs.push_str("<movie><title>&a19;Bomb&file;</title></movie>");
    let film = &read(laughs.as_bytes()).unwrap()[0];
    assert_eq!(film.title.as_deref(), Some("Bomb"));

    let deep = "<movie>".to_owned() + &"<a>".repeat(100_000);
    read(deep.as_bytes()).unwrap();
    let long = format!(
        "<movie><title>{}</title><plot>x</plot></movie>",
        "x".repeat(1 << 20)
    );
    let film = &read(long.as_bytes()).unwrap()[0];
    assert_eq!(film.title, None);
    assert_eq!(film.plot.as_deref(), Some("x"));
    let many = "<movie>".to_owned() + &"<genre>x</genre>".repeat(100_000) + "</movie>";
    assert_eq!(read(many.as_bytes()).unwrap()[0].genres, ["x"]);
    let directors: Vec<String> = (0..5000)
        .map(|n| format!("<director>d{n}</director>"))
        .collect();
    let people = format!("<movie>{}</movie>", directors.concat());
    assert_eq!(read(people.as_bytes()).unwrap()[0].credits.len(), LIST_MAX);
    assert_eq!(read(&vec![b' '; NFO_MAX + 1]), Err(NfoError::TooLarge));
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    for (text, title) in [
        ("<movie><title>Half</title><plot>It breaks o", "Half"),
        (
            "<movie><title>Wrong</titel><year>2000</year></movie>",
            "Wrong",
        ),
        ("<movie><title>Amp & Sand</title></movie>", "Amp & Sand"),
        ("\u{feff}<movie><title>Mark</title></movie>", "Mark"),
    ] {
        let read = read(text.as_bytes()).unwrap();
        let told = read[0].title.clone().unwrap_or_default();
        assert!(told.starts_with(&title[..3]), "{text}: {told}");
    }
    for text in [
        "",
        "https://www.imdb.com/title/tt1",
        "<html></html>",
        "\0\0\0",
        "{}",
    ] {
        assert_eq!(read(text.as_bytes()), Err(NfoError::Unknown), "{text}");
    }
    let latin = b"<movie><title>Am\xe9lie</title></movie>";
    assert_eq!(read(latin).unwrap()[0].title.as_deref(), Some("Amélie"));
    let mut wide = vec![0xff, 0xfe];
    for unit in "<movie><title>Ünï</title></movie>".encode_utf16() {
        wide.extend(unit.to_le_bytes());
    }
    assert_eq!(read(&wide).unwrap()[0].title.as_deref(), Some("Ünï"));
}

proptest! {
    #[test]
    fn nothing_makes_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&bytes);
    }

    #[test]
    fn nor_do_documents(inside in "(<[a-z!?/\\[]{0,8}>?|&[a-z#0-9]{0,5};?|[a-z \\]]{0,5}){0,60}") {
        let _ = read(format!("<movie>{inside}</movie>").as_bytes());
    }
}

//! Folders as people keep them: names, NFO files, pictures and text beside the
//! films; and an import that is cut off.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use matinee_catalog::metadata::rows::Target;
use matinee_catalog::{
    Catalog, CollectionItem, Origin, Page, ShowFilter, Sight, Subject, TitleOrder, TitleQuery,
    Video,
};
use matinee_engines::db::{DatabaseUrl, Db};
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};

use super::{command, film, matinee};

fn put(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn picture(path: &Path) {
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=200x300",
        ])
        .args(["-frames:v", "1"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

/// A film in a folder of its own.
fn film_at(films: &Path, path: &str) -> PathBuf {
    let path = films.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    film(&path);
    path
}

async fn library(data: &Path) -> Catalog {
    let db = Db::open(&DatabaseUrl::Sqlite(data.join("matinee.db"))).await;
    Catalog::new(db.unwrap())
}

async fn titled(catalog: &Catalog, title: &str) -> Video {
    let target = Target {
        title: Some(title.to_owned()),
        ..Target::default()
    };
    let mut found = catalog.find_target(&target).await.unwrap();
    found.retain(|video| video.extra_of.is_none());
    assert_eq!(found.len(), 1, "{title}: {found:?}");
    found.into_iter().next().unwrap()
}

fn every(sight: &Sight) -> TitleQuery<'_> {
    TitleQuery {
        sight,
        words: None,
        order: TitleOrder::default(),
        from: Page::First,
        limit: 100,
    }
}

/// Every collection, with the titles in it, in order.
async fn collections(catalog: &Catalog) -> Vec<(String, Vec<String>)> {
    let sight = Sight::everything();
    let page = catalog.list_collections(every(&sight)).await.unwrap();
    let mut all = Vec::new();
    for one in page.rows {
        let items = catalog.collection_items(&sight, &one.id).await.unwrap();
        let titles = items.into_iter().map(|item| match item {
            CollectionItem::Video(video) => video.title,
            CollectionItem::Show(show) => show.title,
        });
        all.push((one.title, titles.collect()));
    }
    all
}

const SRT: &str = "1\n00:00:00,100 --> 00:00:01,000\nFind him\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beside_a_film_comes_in_with_it() {
    let data = tempfile::tempdir().unwrap();
    let films = tempfile::tempdir().unwrap();
    let root = films.path();
    let sintel = film_at(root, "Sintel (2010)/Sintel (2010) {tmdb-45745}.mp4");
    let beside = sintel.parent().unwrap();
    put(
        &sintel.with_extension("nfo"),
        "<movie><title>Sintel</title><plot>A girl searches a dragon.</plot><year>2010</year>\
         <mpaa>PG-13</mpaa><studio>Blender</studio><genre>Fantasy / Short</genre>\
         <set><name>Open Movies</name></set><director>Colin Levy</director>\
         <actor><name>Halina Reijn</name><role>Sintel</role></actor></movie>",
    );
    put(&sintel.with_extension("de.forced.srt"), SRT);
    picture(&beside.join("poster.jpg"));
    picture(&beside.join("fanart.png"));
    std::fs::copy(&sintel, beside.join("Sintel (2010)-trailer.mp4")).unwrap();

    let steel = film_at(root, "Tears of Steel (2012)/Tears of Steel (2012).mkv");
    let nfo = "<movie><set>open movies</set></movie>";
    put(&steel.with_extension("nfo"), nfo);

    let wire = film_at(root, "The Wire/Season 01/The Wire S01E01-E03.mp4");
    put(
        &root.join("The Wire/tvshow.nfo"),
        "<tvshow><title>The Wire</title><plot>Baltimore</plot><status>Ended</status></tvshow>",
    );
    picture(&root.join("The Wire/poster.jpg"));
    film_at(
        root,
        "The Wire/Season 01/The Wire S01E04E05 - Old Cases.mp4",
    );
    let told = film_at(root, "The Wire/Season 02/The Wire S02E01.mp4");
    put(
        &told.with_extension("nfo"),
        "<episodedetails><title>Ebb Tide</title><season>2</season><episode>1</episode></episodedetails>\
         <episodedetails><title>Collateral</title><season>2</season><episode>2</episode></episodedetails>",
    );

    let (said, code) = matinee(
        data.path(),
        &["import", "--no-wait", root.to_str().unwrap()],
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("6 imported"), "{said}");

    let catalog = library(data.path()).await;
    let film = titled(&catalog, "Sintel").await;
    assert_eq!(
        (
            film.release_year,
            film.rating.as_deref(),
            film.studio.as_deref()
        ),
        (Some(2010), Some("PG-13"), Some("Blender"))
    );
    assert_eq!(film.genres.0, ["Fantasy", "Short"]);
    assert_eq!(film.external_ids.0["tmdb"], "45745");
    let credits = catalog.credits(Subject::Video, &film.id).await.unwrap();
    let people: Vec<&str> = credits.iter().map(|c| c.person.name.as_str()).collect();
    assert_eq!(people, ["Colin Levy", "Halina Reijn"]);
    let parts = catalog.parts(&film.id).await.unwrap();
    let kinds: Vec<&str> = parts.artwork.iter().map(|a| a.kind.as_str()).collect();
    assert!(
        kinds.contains(&"poster") && kinds.contains(&"backdrop"),
        "{kinds:?}"
    );
    let texts: Vec<_> = parts
        .subtitles
        .iter()
        .map(|s| (s.language.as_str(), s.forced, s.origin == Origin::Upload))
        .collect();
    assert_eq!(texts, [("de", true, true)]);
    assert_eq!(
        collections(&catalog).await,
        [(
            "Open Movies".to_owned(),
            vec!["Sintel".to_owned(), "Tears of Steel".to_owned()]
        )],
        "one collection, whatever the case of its name, and no trailer in it"
    );

    let page = catalog
        .list_shows(every(&Sight::everything()), &ShowFilter::default())
        .await
        .unwrap();
    let [show] = page.rows.as_slice() else {
        panic!("{:?}", page.rows)
    };
    assert_eq!(
        (show.overview.as_str(), show.status.as_deref()),
        ("Baltimore", Some("ended"))
    );
    let art = catalog.artwork_of(Subject::Show, &show.id).await.unwrap();
    assert_eq!(art.len(), 1);
    let episodes = catalog
        .episodes(&Sight::everything(), &show.id)
        .await
        .unwrap();
    let ranges: Vec<_> = episodes
        .iter()
        .map(|e| (e.season_number, e.episode_number, e.episode_number_end))
        .collect();
    assert_eq!(
        ranges,
        [
            (Some(1), Some(1), Some(3)),
            (Some(1), Some(4), Some(5)),
            (Some(2), Some(1), Some(2)),
        ]
    );
    assert!(wire.is_file(), "what is imported stays where it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_beside_a_film_are_left_out() {
    let data = tempfile::tempdir().unwrap();
    let films = tempfile::tempdir().unwrap();
    let root = films.path();
    let secret = root.join("secret.txt");
    put(&secret, "nobody is to read this");
    let film = film_at(root, "Bomb (2001)/Bomb (2001).mp4");
    let mut laughs = "<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..20 {
        let before = format!("&a{};", n - 1).repeat(10);
        write!(laughs, "<!ENTITY a{n} \"{before}\">").unwrap();
    }
    let address = secret.display();
    put(
        &film.with_extension("nfo"),
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE movie [{laughs}\
             <!ENTITY file SYSTEM \"file://{address}\">]>\
             <movie><title>&a19;Bomb&file;</title><plot>&file;Quiet &lt;script&gt;</plot></movie>"
        ),
    );
    let beside = film.parent().unwrap();
    put(
        &beside.join("poster.jpg"),
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    );
    put(&film.with_extension("en.srt"), [0xff, 0x00, 0x13, 0x37]);
    // A link out of the folder is not followed, and a name is but a name.
    std::os::unix::fs::symlink("/etc", beside.join("etc.mp4")).unwrap();
    film_at(root, "a..%2f..%2fetc;rm -rf '$HOME' (1999).mp4");

    let folder = root.to_str().unwrap();
    let (said, code) = matinee(data.path(), &["import", "--no-wait", folder]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("2 imported"), "{said}");
    for left in ["poster.jpg", "en.srt"] {
        let told = said
            .lines()
            .any(|line| line.contains("left out") && line.contains(left));
        assert!(told, "{left}: {said}");
    }
    let catalog = library(data.path()).await;
    let video = titled(&catalog, "Bomb").await;
    assert_eq!(video.description, "Quiet <script>");
    let parts = catalog.parts(&video.id).await.unwrap();
    assert!(parts.artwork.is_empty() && parts.subtitles.is_empty());
}

/// Films in a row, each with a text, a picture and the same collection.
fn row_of_films(root: &Path, count: usize) {
    let first = film_at(root, "Film 00 (2000)/Film 00 (2000).mp4");
    picture(&root.join("poster.jpg"));
    for n in 0..count {
        let path = root.join(format!("Film {n:02} (2000)/Film {n:02} (2000).mp4"));
        let beside = path.parent().unwrap();
        std::fs::create_dir_all(beside).unwrap();
        if n > 0 {
            std::fs::copy(&first, &path).unwrap();
        }
        put(&path.with_extension("en.srt"), SRT);
        std::fs::copy(root.join("poster.jpg"), beside.join("poster.jpg")).unwrap();
        let nfo = "<movie><set>In a row</set><tag>kept</tag><id>tt0000001</id></movie>";
        put(&path.with_extension("nfo"), nfo);
    }
    std::fs::remove_file(root.join("poster.jpg")).unwrap();
}

/// Imports until so many films are told of, and is stopped there.
fn cut_off(data: &Path, folder: &str, after: usize, signal: Signal) {
    let mut child = command(data, &["import", "--no-wait", folder])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines
        .by_ref()
        .map_while(Result::ok)
        .filter(|line| line.trim_start().starts_with("imported"))
        .take(after)
        .count();
    assert_eq!(told, after, "it ended by itself");
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
    child.wait().unwrap();
    drop(lines);
}

#[rstest]
#[case(Signal::KILL)]
#[case(Signal::INT)]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_cut_off_goes_on(#[case] signal: Signal) {
    const FILMS: usize = 16;
    let data = tempfile::tempdir().unwrap();
    let films = tempfile::tempdir().unwrap();
    row_of_films(films.path(), FILMS);
    let folder = films.path().to_str().unwrap();
    for after in [1, 2, 1] {
        cut_off(data.path(), folder, after, signal);
    }
    let (said, code) = matinee(data.path(), &["import", "--no-wait", folder]);
    assert_eq!(code, 0, "{said}");
    assert!(said.matches("there already").count() > 4, "{said}");
    // Once more: nothing is left to do.
    let (said, code) = matinee(data.path(), &["import", "--no-wait", folder]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(&format!("0 imported, {FILMS} there already")),
        "{said}"
    );

    let catalog = library(data.path()).await;
    let mut expected = Vec::new();
    for n in 0..FILMS {
        let video = titled(&catalog, &format!("Film {n:02}")).await;
        let parts = catalog.parts(&video.id).await.unwrap();
        let held = (parts.artwork.len(), parts.subtitles.len());
        assert_eq!(held, (1, 1), "{}", video.title);
        assert_eq!(video.tags.0, ["kept"]);
        assert_eq!(video.external_ids.0["imdb"], "tt0000001");
        expected.push(video.title);
    }
    let held = collections(&catalog).await;
    let [(name, items)] = held.as_slice() else {
        panic!("{held:?}")
    };
    assert_eq!((name.as_str(), items), ("In a row", &expected));
}

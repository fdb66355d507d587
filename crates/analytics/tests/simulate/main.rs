//! An audience whose truth is known: titles by Zipf's law, several time zones, events that come
//! twice, late and out of order, and programs that end in the middle. What is counted has to be
//! exactly that; different viewers within two per cent, percentiles within one.
//!
//! `MATINEE_TEST_PLAYS` makes the audience larger, `MATINEE_TEST_SEED` another one.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap
)]

mod ads;
mod age;
mod keys;
mod privacy;
mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use matinee_analytics::report::Stretch;
use matinee_analytics::rollup::EVERYTHING;
use matinee_analytics::who::Client;
use matinee_analytics::{Analytics, AnalyticsDeps, AnalyticsOptions, Timeframe};
use matinee_catalog::{Catalog, Details, NewVideo};
use matinee_engines::db::{Db, migrate};
use matinee_engines::hot::{Hot, MemoryHot};
use matinee_engines::testing::databases;
use matinee_engines::time::now_micros;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const TITLES: usize = 40;
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// SplitMix64: the same audience each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn given(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// What must come out.
#[derive(Default)]
struct Truth {
    views: BTreeMap<String, i64>,
    /// When each view was (UTC microseconds).
    viewed: HashMap<String, Vec<i64>>,
    plays: u64,
    watched_ms: u64,
    viewers: BTreeSet<u64>,
    startups: Vec<u32>,
    /// How far each play of a title went, in seconds.
    lengths: HashMap<String, Vec<u64>>,
    stall_ms: u64,
    /// Of each play, how much of it the picture stood still.
    stood: Vec<f64>,
    ads: ads::Truth,
}

impl Truth {
    /// The most viewed of a window that ends at this instant, as a leaderboard has them.
    fn board(&self, frame: Timeframe, now: i64) -> Vec<(String, i64)> {
        let (unit, count) = match frame {
            Timeframe::Hour => (MINUTE, 60),
            Timeframe::Day => (MINUTE, 24 * 60),
            Timeframe::Week => (HOUR, 7 * 24),
            Timeframe::Month => (HOUR, 30 * 24),
            Timeframe::Year => (24 * HOUR, 365),
            Timeframe::AllTime => (MINUTE, i64::MAX / MINUTE),
        };
        let since = now / unit - count;
        let within = |at: &&i64| **at / unit > since;
        let counted = self.viewed.iter().map(|(title, viewed)| {
            let views = viewed.iter().filter(within).count() as i64;
            (title.clone(), views)
        });
        let mut board: Vec<(String, i64)> = counted.filter(|(_, views)| *views > 0).collect();
        board.sort_by(|a, b| (b.1, &b.0).cmp(&(a.1, &a.0)));
        board
    }
}

/// A batch of one viewer's: how many events, and the body that holds them.
type Batch = (u64, usize, Vec<u8>);

/// What one viewer tells, a batch after the other. Different viewers tell at the same time.
type Told = Vec<Batch>;

fn batch(viewer: u64, events: &[Value]) -> Batch {
    let body = serde_json::to_vec(&json!({ "events": events })).unwrap();
    (viewer, events.len(), body)
}

/// How many viewers tell at the same time.
const AT_ONCE: usize = 32;

fn rfc3339(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .unwrap()
        .to_string()
}

/// Everything that the audience tells, in the order in which it arrives.
fn audience(titles: &[String], plays: u64, dice: &mut Dice) -> (Truth, Vec<Told>) {
    let mut truth = Truth::default();
    let mut all: Vec<Told> = Vec::new();
    let weights: Vec<f64> = (1..=titles.len()).map(|rank| 1.0 / rank as f64).collect();
    let whole: f64 = weights.iter().sum();
    let now = now_micros();
    // Nobody watches the same title twice by accident: only where it is meant.
    let mut seen: BTreeSet<(u64, usize)> = BTreeSet::new();
    for number in 0..plays {
        let mut at = dice.share() * whole;
        let title = weights
            .iter()
            .position(|w| {
                at -= w;
                at < 0.0
            })
            .unwrap_or(0);
        let mut viewer = dice.below(plays / 2 + 1);
        while !seen.insert((viewer, title)) {
            viewer += plays;
        }
        // Over the last nine days, more in the evening, in three time zones; a tenth of them just now.
        let zone = dice.below(3) as i64 * 8;
        let mut started = now - HOUR - (dice.share() * 9.0 * 24.0 * HOUR as f64) as i64;
        if dice.below(2) == 0 {
            started -= (started / HOUR + zone).rem_euclid(24) * HOUR / 3;
        }
        let just_now = dice.below(10) == 0;
        if just_now {
            started = now - (dice.share() * 2.0 * HOUR as f64) as i64;
        }
        let enough = dice.below(4) != 0;
        // Pages that are loaded anew: plays, and views only once an hour has passed since the
        // last. Others come back a good while later, and again: the first of these is no view,
        // the second is one.
        let mut starts = vec![started];
        if enough && !just_now {
            match dice.below(10) {
                0 | 1 => starts.push(started + 10 * MINUTE),
                2 => starts.extend([started + 40 * MINUTE, started + 80 * MINUTE]),
                _ => {}
            }
            starts.retain(|at| *at < now);
        }
        let mut events = Vec::new();
        let mut last: Option<i64> = None;
        for (again, started) in starts.into_iter().enumerate() {
            let seconds = match (again, enough) {
                (0, true) => 30 + dice.below(400),
                (0, false) => dice.below(30),
                _ => 60,
            };
            let startup = 100 + dice.below(3000) as u32;
            let play = format!("p{number}-{again}");
            let told = told(&play, &titles[title], started, seconds, startup, dice);
            let stalled: u64 = told.iter().filter_map(|e| e["duration_ms"].as_u64()).sum();
            truth.stall_ms += stalled;
            if seconds > 0 || stalled > 0 {
                let stalled = stalled as f64;
                truth
                    .stood
                    .push(stalled / (stalled + seconds as f64 * 1000.0));
            }
            truth.startups.push(startup);
            truth.plays += 1;
            truth.watched_ms += seconds * 1000;
            let lengths = truth.lengths.entry(titles[title].clone()).or_default();
            lengths.push(seconds);
            if enough && last.is_none_or(|last| started - last >= HOUR) {
                last = Some(started);
                *truth.views.entry(titles[title].clone()).or_default() += 1;
                let viewed = truth.viewed.entry(titles[title].clone()).or_default();
                viewed.push(started);
            }
            events.extend(told);
            if again == 0 {
                let title = &titles[title];
                let shown = ads::told(number, viewer, &play, title, started, &mut truth.ads);
                events.extend(shown);
            }
        }
        truth.viewers.insert(viewer);
        // Out of order, within a play and from one to the other.
        for from in (1..events.len()).rev() {
            events.swap(from, dice.below(from as u64 + 1) as usize);
        }
        let half = events.len() / 2;
        let rest = events.split_off(half);
        // A tenth comes twice, in another batch.
        let mut batches = Vec::with_capacity(3);
        if dice.below(10) == 0 {
            batches.push(batch(viewer, &rest));
        }
        batches.push(batch(viewer, &events));
        batches.push(batch(viewer, &rest));
        batches.retain(|(_, events, _)| *events > 0);
        all.push(batches);
    }
    (truth, all)
}

fn told(
    play: &str,
    title: &str,
    started: i64,
    seconds: u64,
    startup: u32,
    dice: &mut Dice,
) -> Vec<Value> {
    let event = |kind: &str, number: u64, at: i64| {
        json!({ "id": format!("{play}/{number}"), "type": kind, "play_id": play,
            "video_id": title, "at": rfc3339(at) })
    };
    let mut all = vec![event("play", 0, started)];
    let mut first = event("first_frame", 1, started + i64::from(startup) * 1000);
    first["startup_ms"] = startup.into();
    all.push(first);
    let (mut from, mut number) = (0, 2);
    while from < seconds {
        let to = (from + 10).min(seconds);
        let mut beat = event("heartbeat", number, started + to as i64 * 1_000_000);
        beat["watched"] = json!([[from, to]]);
        beat["height"] = 720.into();
        all.push(beat);
        (from, number) = (to, number + 1);
    }
    if dice.below(6) == 0 {
        let mut stall = event("stall", number, started + 1_000_000);
        stall["duration_ms"] = (100 + dice.below(2000)).into();
        all.push(stall);
    }
    all
}

struct House {
    db: Db,
    folder: tempfile::TempDir,
    /// Hot state that outlives a start; without it each has its own in memory.
    hot: Option<Arc<dyn Hot>>,
}

impl House {
    /// The service as it is after a start: nothing is in memory.
    async fn open(&self) -> Analytics {
        self.open_with(AnalyticsOptions::default()).await
    }

    async fn open_with(&self, options: AnalyticsOptions) -> Analytics {
        let analytics = Analytics::new(AnalyticsDeps {
            db: self.db.clone(),
            hot: self
                .hot
                .clone()
                .unwrap_or_else(|| Arc::new(MemoryHot::default())),
            folder: self.folder.path().join("events"),
            secret: [7; 32],
            node: Some("here".into()),
            options,
        });
        analytics.open().await.unwrap();
        analytics
    }
}

async fn library(db: &Db) -> Vec<String> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all.extend(matinee_analytics::migrations());
    migrate(db, all).await.unwrap();
    // Streams belong to another crate; all that is asked here is whose they are.
    let streams =
        "CREATE TABLE streams (id VARCHAR(80) PRIMARY KEY, owner VARCHAR(80), title TEXT)";
    db.write().execute_unprepared(streams).await.unwrap();
    let channels = "CREATE TABLE channels (id VARCHAR(80) PRIMARY KEY)";
    db.write().execute_unprepared(channels).await.unwrap();
    let catalog = Catalog::new(db.clone());
    let mut titles = Vec::new();
    for number in 0..TITLES {
        let new = NewVideo {
            details: Details {
                title: format!("Title {number}"),
                ..Details::default()
            },
            external_video_url: Some("https://example.com/film.mp4".into()),
            ..NewVideo::default()
        };
        titles.push(catalog.create(new).await.unwrap().id);
    }
    let ten_minutes = "UPDATE videos SET duration_ms = 600000";
    db.write().execute_unprepared(ten_minutes).await.unwrap();
    titles
}

fn client(viewer: u64) -> Client {
    Client {
        viewer_key: Some(format!("profile_{viewer}")),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".into(),
        ..Client::default()
    }
}

async fn check(analytics: &Analytics, truth: &Truth, when: &str) {
    for frame in Timeframe::ALL {
        let (board, at) = analytics.top(frame, 0, 1000).await.unwrap();
        // It was worked out a moment before it was dated.
        let wanted = [at, at - 5_000_000].map(|at| truth.board(frame, at));
        assert!(
            wanted.contains(&board),
            "{when}: {}: {board:?} {wanted:?}",
            frame.as_str()
        );
        if frame == Timeframe::AllTime {
            let views: i64 = board.iter().map(|(_, views)| views).sum();
            assert_eq!(views, truth.views.values().sum::<i64>(), "{when}");
        }
    }
    for (title, views) in &truth.views {
        // What is known of a video is kept for a moment, and windows slide on meanwhile.
        let earliest = now_micros() - 25_000_000;
        let counted = analytics.views(title).await.unwrap();
        assert_eq!((counted.total, counted.month), (*views, *views), "{when}");
        for (frame, counted) in [
            (Timeframe::Hour, counted.hour),
            (Timeframe::Day, counted.day),
            (Timeframe::Week, counted.week),
            (Timeframe::Year, counted.year),
        ] {
            let of = |now: i64| {
                let board = truth.board(frame, now);
                board
                    .iter()
                    .find(|(of, _)| of == title)
                    .map_or(0, |(_, n)| *n)
            };
            let (least, most) = (of(now_micros()), of(earliest));
            assert!(
                (least..=most).contains(&counted),
                "{when}: {}: {least} {counted} {most}",
                frame.as_str()
            );
        }
    }
    ads::check(analytics, &truth.ads, when).await;
    let stretch = Stretch::new(None, None, None).unwrap();
    let report = analytics.report(EVERYTHING, stretch).await.unwrap();
    let figures = &report.whole;
    assert_eq!(
        figures.all.views as i64,
        truth.views.values().sum::<i64>(),
        "{when}"
    );
    assert_eq!(figures.all.plays, truth.plays, "{when}");
    assert_eq!(figures.all.watched_ms, truth.watched_ms, "{when}");
    assert_eq!(figures.quality.stall_ms, truth.stall_ms, "{when}");
    let of_points: u64 = report.series.iter().map(|(_, point)| point.all.plays).sum();
    assert_eq!(of_points, truth.plays, "{when}");
    let uniques = figures.viewers.0.count() as f64 / truth.viewers.len() as f64;
    assert!((uniques - 1.0).abs() < 0.02, "{when}: {uniques}");
    let mut startups = truth.startups.clone();
    startups.sort_unstable();
    for share in [0.5, 0.9, 0.95, 0.99] {
        let exact = f64::from(startups[((startups.len() - 1) as f64 * share) as usize]);
        let told = figures.quality.startup.quantile(share).unwrap();
        assert!(
            (told / exact - 1.0).abs() < 0.01,
            "{when}: {share}: {told} {exact}"
        );
    }
    let mut stood = truth.stood.clone();
    stood.sort_unstable_by(f64::total_cmp);
    for share in [0.5, 0.9, 0.95, 0.99] {
        let exact = stood[((stood.len() - 1) as f64 * share) as usize];
        let told = figures.quality.rebuffer.quantile(share).unwrap() / 1e6;
        assert!(
            (told - exact).abs() <= exact * 0.01,
            "{when}: {share}: {told} {exact}"
        );
    }
}

/// Tells batches one after the other; yields how many events, and how many came twice.
async fn tell(analytics: Analytics, batches: Told) -> (usize, usize) {
    let (mut events, mut twice) = (0, 0);
    for (viewer, count, body) in batches {
        let accepted = analytics.take_in(&body, &client(viewer), None).await;
        let accepted = accepted.unwrap();
        assert_eq!(accepted.accepted, count);
        events += count;
        twice += accepted.duplicates.len();
    }
    (events, twice)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audience_is_counted_as_it_was() {
    let plays = given("MATINEE_TEST_PLAYS", 400);
    let seed = given("MATINEE_TEST_SEED", 20_261_122);
    for (name, test) in databases().await.unwrap() {
        eprintln!("{name}: {plays} plays of seed {seed}");
        let titles = library(&test.db).await;
        let mut dice = Dice(seed);
        let (truth, batches) = audience(&titles, plays, &mut dice);
        let house = House {
            db: test.db.clone(),
            folder: tempfile::tempdir().unwrap(),
            // Where nodes share a database they share hot state.
            hot: match name {
                "sqlite" => None,
                _ => keys::redis().map(|(hot, ..)| hot),
            },
        };
        let mut analytics = house.open().await;
        let mut duplicates = 0;
        let mut events = 0;
        for some in batches.chunks(AT_ONCE) {
            let mut telling = tokio::task::JoinSet::new();
            for told in some.iter().cloned() {
                telling.spawn(tell(analytics.clone(), told));
            }
            while let Some(told) = telling.join_next().await {
                let (told, twice) = told.unwrap();
                events += told;
                duplicates += twice;
            }
            match dice.below((batches.len() / AT_ONCE / 4).max(5) as u64) {
                0 => {
                    // Everything that was in memory is gone, and the log is read on from where
                    // the database says.
                    drop(analytics);
                    analytics = house.open().await;
                }
                1 => {
                    analytics.apply_waiting().await.unwrap();
                }
                2 => {
                    // The log is told all over again.
                    let again = "DELETE FROM event_checkpoints";
                    test.db.write().execute_unprepared(again).await.unwrap();
                }
                _ => {}
            }
        }
        eprintln!("{events} events, {duplicates} of them seen to come twice");
        assert!(duplicates > 0);
        analytics.refresh().await.unwrap();
        check(&analytics, &truth, "as it came").await;
        let analytics = {
            drop(analytics);
            house.open().await
        };
        check(&analytics, &truth, "with nothing in hot state").await;
        let made = analytics.recompute().await.unwrap();
        assert_eq!(made.plays as u64, truth.plays);
        check(&analytics, &truth, "made anew").await;
        retained(&analytics, &truth).await;
        forgotten(&analytics, &truth, &test.db).await;
    }
}

/// The curves of titles are those of their plays, which all begin at the beginning.
async fn retained(analytics: &Analytics, truth: &Truth) {
    let stretch = Stretch::new(None, None, None).unwrap();
    for (title, lengths) in truth.lengths.iter().take(10) {
        let figures = analytics.report(title, stretch).await.unwrap().whole;
        for part in 0..100 {
            // From half of a hundredth on, of ten minutes.
            let needed = part as u64 * 6 + 3;
            let reached = lengths.iter().filter(|seconds| **seconds >= needed).count();
            let told = figures.parts.get(part).copied().unwrap_or(0);
            assert_eq!(told, reached as u64, "{title}: {part}");
        }
        assert!(figures.replays.iter().all(|times| *times == 0));
    }
}

/// Whoever wants to be forgotten is; what they watched stays.
async fn forgotten(analytics: &Analytics, truth: &Truth, db: &Db) {
    let keys: Vec<String> = truth
        .viewers
        .iter()
        .take(100)
        .map(|v| format!("profile_{v}"))
        .collect();
    assert!(!analytics.of_viewers(&keys).await.unwrap().is_empty());
    analytics.forget_viewers(&keys).await.unwrap();
    assert!(analytics.of_viewers(&keys).await.unwrap().is_empty());
    analytics.tidy().await.unwrap();
    let all: HashMap<String, i64> = analytics
        .top(Timeframe::AllTime, 0, 1000)
        .await
        .unwrap()
        .0
        .into_iter()
        .collect();
    assert_eq!(all.values().sum::<i64>(), truth.views.values().sum::<i64>());
    db.ping().await.unwrap();
}

#[tokio::test]
async fn what_stands_beside_requests_never_waits() {
    let test = matinee_engines::testing::sqlite().await.unwrap();
    let titles = library(&test.db).await;
    let house = House {
        db: test.db.clone(),
        folder: tempfile::tempdir().unwrap(),
        hot: None,
    };
    let analytics = house.open().await;
    let ask = |n: u32| {
        let subject = titles[0].clone();
        analytics.asked(move || matinee_analytics::Asked {
            subject,
            channel: None,
            is_list: false,
            cmcd: format!("br%3D{n}%2Cd%3D4000%2Cot%3Dv%2Csid%3D%22s%22"),
            encoded: true,
            client: client(1),
        });
    };
    // Nobody carries yet: what there is no room for is dropped, and nobody waits.
    (0..20_000).for_each(|n| ask(n + 1));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (analytics, stop) = (analytics.clone(), stop.clone());
        async move { analytics.run(stop).await }
    });
    let all = 8192;
    let stretch = Stretch::new(None, None, None).unwrap();
    let report = loop {
        analytics.refresh().await.unwrap();
        let report = analytics.report(&titles[0], stretch).await.unwrap();
        if report.whole.quality.rated_ms == all * 4000 {
            break report;
        }
        tokio::task::yield_now().await;
    };
    stop.cancel();
    running.await.unwrap();
    assert_eq!(report.whole.all.plays, 1);
    assert_eq!(
        report.whole.quality.switches,
        all - 1,
        "each asked for another rung"
    );
}

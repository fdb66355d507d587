#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;

use std::sync::atomic::{AtomicBool, Ordering};

use matinee_media::live;
use proptest::prelude::*;
use str0m::media::Direction;
use tokio::net::UdpSocket;

use super::*;
use crate::broadcast::{Directives, Options, Track};
use crate::testing::{Notebook, station};
use client::{Client as Browser, Running};

const HERE: Client = Client {
    from: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    found_at: None,
};

/// Short segments, so that tests are.
fn short() -> Options {
    Options {
        packaging: live::Options {
            part_ms: 200,
            segment_ms: 400,
            target_s: 6,
        },
        grace: Duration::from_millis(100),
        ..Options::default()
    }
}

fn quick() -> RtcOptions {
    RtcOptions {
        refusal: Duration::ZERO,
        ..RtcOptions::default()
    }
}

struct House {
    desk: Arc<Notebook>,
    broadcasts: Arc<Broadcasts>,
    rtc: Rtc,
    address: SocketAddr,
    stop: CancellationToken,
}

impl House {
    async fn open(options: RtcOptions) -> Self {
        let (desk, broadcasts) = station(short());
        let rtc = Rtc::new(broadcasts.clone(), options);
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        rtc.hear(socket).unwrap();
        let stop = CancellationToken::new();
        let (serving, until) = (rtc.clone(), stop.clone());
        tokio::spawn(async move { serving.serve(until).await });
        Self {
            desk,
            broadcasts,
            rtc,
            address,
            stop,
        }
    }

    async fn publish(&self, key: &str) -> (Answer, Running) {
        let (browser, offer) = Browser::offer(Direction::SendOnly).await;
        let answer = self.rtc.publish(key, &offer, HERE).await.unwrap();
        let running = browser.run(&answer.sdp);
        (answer, running)
    }

    /// Waits until there are so many segments of pictures.
    async fn segments(&self, count: u64) -> String {
        let broadcast = self.broadcasts.get("stream_1").unwrap();
        let first = u64::try_from(broadcast.began_at() / 1_000_000).unwrap();
        let mut last = String::new();
        // One after another, as players ask.
        for n in 0..count {
            let directives = Directives {
                msn: Some(first + n),
                ..Directives::default()
            };
            let text = broadcast.playlist(Track::Video, directives, "").await;
            last = String::from_utf8(text.unwrap().plain.to_vec()).unwrap();
        }
        last
    }
}

#[tokio::test]
async fn a_browser_publishes_and_is_asked_for_keyframes() {
    let house = House::open(quick()).await;
    let (answer, browser) = house.publish("key-1").await;
    assert!(
        answer
            .sdp
            .contains(&format!(" {} typ host", house.address.port()))
    );
    assert!(answer.sdp.contains("stereo=1"), "{}", answer.sdp);
    assert_eq!(house.desk.wait_for(1).await, ["stream_1 on"]);
    let playlist = house.segments(3).await;
    // Each segment begins with a keyframe, and the browser sends none by itself.
    assert!(browser.asked.load(Ordering::Relaxed) >= 3, "{playlist}");
    assert!(!playlist.contains("EXT-X-DISCONTINUITY\n"), "{playlist}");
    let health = house.broadcasts.get("stream_1").unwrap().health();
    assert_eq!(health.protocol, "whip");
    assert_eq!(health.video_codec.as_deref(), Some("avc1.42c00b"));
    assert_eq!(health.audio_codec.as_deref(), Some("opus"));
    assert_eq!(health.width, Some(320));
    assert_eq!(health.warnings, [""; 0]);
    // Rubbish changes nothing.
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for n in 0..200_u8 {
        let rubbish: Vec<u8> = (0..n).map(|b| b.wrapping_mul(n)).collect();
        stranger.send_to(&rubbish, house.address).await.unwrap();
    }
    // The window of a shared program changes its size.
    browser.larger.store(true, Ordering::Relaxed);
    let changed = house.segments(6).await;
    assert!(changed.contains("EXT-X-DISCONTINUITY\n"), "{changed}");
    let health = house.broadcasts.get("stream_1").unwrap().health();
    assert_eq!(health.width, Some(640));
    // It says that it ends.
    assert!(!house.rtc.end(Kind::Watch, &answer.id).await);
    assert!(house.rtc.end(Kind::Publish, &answer.id).await);
    assert_eq!(house.desk.told(), ["stream_1 on", "stream_1 Ended"]);
    assert!(!house.rtc.knows(Kind::Publish, &answer.id));
}

#[tokio::test]
async fn a_browser_that_vanishes_is_waited_for() {
    let options = RtcOptions {
        idle: Duration::from_millis(300),
        ..quick()
    };
    let house = House::open(options).await;
    let (answer, browser) = house.publish("key-1").await;
    house.desk.wait_for(1).await;
    drop(browser);
    let told = house.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Vanished"]);
    assert!(!house.rtc.knows(Kind::Publish, &answer.id));
}

#[tokio::test]
async fn a_newer_one_takes_over_as_soon_as_it_is_connected() {
    let house = House::open(quick()).await;
    let (first, _one) = house.publish("key-1").await;
    house.desk.wait_for(1).await;
    // Whoever only says hello takes nothing over.
    let (_, offer) = Browser::offer(Direction::SendOnly).await;
    house.rtc.publish("key-1", &offer, HERE).await.unwrap();
    house.segments(2).await;
    assert!(house.rtc.knows(Kind::Publish, &first.id));
    let (second, _two) = house.publish("key-1").await;
    while house.rtc.knows(Kind::Publish, &first.id) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(house.rtc.end(Kind::Publish, &second.id).await);
    assert_eq!(house.desk.told(), ["stream_1 on", "stream_1 Ended"]);
}

#[tokio::test]
async fn keys_come_first_and_places_are_given_back() {
    let options = RtcOptions {
        per_address: 1,
        setup: Duration::from_millis(100),
        ..quick()
    };
    let house = House::open(options).await;
    // Nothing is made of what they offer.
    let refused = house.rtc.publish("key-9", "rubbish", HERE).await;
    assert_eq!(refused, Err(NoSession::Refused(Refused::UnknownKey)));
    let (_, offer) = Browser::offer(Direction::SendOnly).await;
    let answer = house.rtc.publish("key-1", &offer, HERE).await.unwrap();
    let full = house.rtc.publish("key-1", &offer, HERE).await;
    assert_eq!(full, Err(NoSession::Full));
    // It never connects.
    while house.rtc.knows(Kind::Publish, &answer.id) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (_, receives) = Browser::offer(Direction::RecvOnly).await;
    for offer in ["", "v=0\r\n", &receives] {
        let refused = house.rtc.publish("key-1", offer, HERE).await;
        assert!(matches!(refused, Err(NoSession::Offer(_))), "{offer}");
    }
    assert_eq!(house.desk.told(), [""; 0]);
    house.stop.cancel();
}

struct Yes(AtomicBool);

#[async_trait::async_trait]
impl Pulse for Yes {
    async fn beat(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The next frame of pictures that somebody receives, and whether sound came before it.
async fn seen(viewer: &mut Running) -> (str0m::media::MediaData, bool) {
    let mut heard = false;
    loop {
        let data = viewer.received.recv().await.unwrap();
        if data.params.spec().codec == str0m::format::Codec::H264 {
            return (data, heard);
        }
        heard = true;
    }
}

#[tokio::test]
async fn somebody_watches_at_once_until_they_may_not() {
    let options = RtcOptions {
        beat: Duration::from_millis(50),
        ..quick()
    };
    let house = House::open(options).await;
    let (publisher, _browser) = house.publish("key-1").await;
    house.desk.wait_for(1).await;
    let broadcast = house.broadcasts.get("stream_1").unwrap();
    assert!(broadcast.goes_out_at_once());
    let mut watching = Vec::new();
    for _ in 0..2 {
        let (viewer, offer) = Browser::offer(Direction::RecvOnly).await;
        let pulse = Arc::new(Yes(true.into()));
        let answer = house
            .rtc
            .watch(broadcast.clone(), &offer, HERE, pulse.clone());
        let answer = answer.unwrap();
        watching.push((viewer.run(&answer.sdp), answer, pulse));
    }
    let [(one, first, may), (two, second, _)] = &mut watching[..] else {
        unreachable!()
    };
    for viewer in [&mut *one, &mut *two] {
        // Nothing before a keyframe, and all of it after.
        let (begin, _) = seen(viewer).await;
        assert!(begin.is_keyframe() && begin.data.len() > 3000);
        let mut heard = false;
        for _ in 0..20 {
            let (picture, sound) = seen(viewer).await;
            assert!(picture.contiguous);
            heard |= sound;
        }
        assert!(heard);
    }
    // Who has lost something asks, and gets a keyframe soon.
    while one.received.try_recv().is_ok() {}
    one.ask.send(()).unwrap();
    while !seen(one).await.0.is_keyframe() {}
    may.0.store(false, Ordering::Relaxed);
    while house.rtc.knows(Kind::Watch, &first.id) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // The other one goes on until the broadcast ends.
    seen(two).await;
    assert!(house.rtc.knows(Kind::Watch, &second.id));
    assert!(house.rtc.end(Kind::Publish, &publisher.id).await);
    while house.rtc.knows(Kind::Watch, &second.id) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (_, offer) = Browser::offer(Direction::RecvOnly).await;
    let over = house
        .rtc
        .watch(broadcast, &offer, HERE, Arc::new(Yes(true.into())));
    assert_eq!(over, Err(NoSession::NotAtOnce));
}

#[tokio::test]
async fn a_viewer_who_takes_nothing_any_more_is_let_go_and_the_others_see_on() {
    let options = RtcOptions {
        idle: Duration::from_secs(3),
        ..quick()
    };
    let house = House::open(options).await;
    let (_publisher, _browser) = house.publish("key-1").await;
    house.desk.wait_for(1).await;
    let broadcast = house.broadcasts.get("stream_1").unwrap();
    let mut watching = Vec::new();
    for _ in 0..2 {
        let (viewer, offer) = Browser::offer(Direction::RecvOnly).await;
        let pulse = Arc::new(Yes(true.into()));
        let answer = house.rtc.watch(broadcast.clone(), &offer, HERE, pulse);
        let answer = answer.unwrap();
        watching.push((viewer.run(&answer.sdp), answer.id));
    }
    for (viewer, _) in &mut watching {
        assert!(seen(viewer).await.0.is_keyframe());
    }
    let (gone, id) = watching.remove(0);
    drop(gone);
    let (other, other_id) = &mut watching[0];
    while house.rtc.knows(Kind::Watch, &id) {
        // All that the other one sees meanwhile is whole.
        assert!(seen(other).await.0.contiguous);
    }
    assert!(house.rtc.knows(Kind::Watch, other_id));
    assert!(seen(other).await.0.contiguous);
}

#[test]
fn nothing_that_is_offered_harms() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = RtcOptions {
            publishers: 1_000_000,
            per_address: 1_000_000,
            ..quick()
        };
        let house = House::open(options).await;
        let (_, offer) = Browser::offer(Direction::SendOnly).await;
        let lines: Vec<&str> = offer.lines().collect();
        let change = (0..lines.len(), 0..lines.len(), ".{0,12}", 0..4_u8);
        let changes = proptest::collection::vec(change, 1..4);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 200,
            ..ProptestConfig::default()
        });
        let tokio = tokio::runtime::Handle::current();
        runner
            .run(&changes, |changes| {
                let mut changed: Vec<String> =
                    lines.iter().map(|line| (*line).to_owned()).collect();
                for (at, other, text, how) in changes {
                    match how {
                        0 => changed[at].clear(),
                        1 => changed[at] = lines[other].to_owned(),
                        2 => changed[at].push_str(&text),
                        _ => {
                            let keep = changed[at].split(':').next().unwrap_or_default().to_owned();
                            changed[at] = format!("{keep}:{text}");
                        }
                    }
                }
                let offer = changed.join("\r\n");
                let _guard = tokio.enter();
                if let Ok(offer) = sdp::read(&offer, Way::In) {
                    let heard = house.rtc.0.heard.get().unwrap();
                    let place = house.rtc.0.publishers.enter(HERE.from).unwrap();
                    let _ = house.rtc.begin(heard, Kind::Publish, &offer, HERE, place);
                }
                Ok(())
            })
            .unwrap();
    });
}

/// What browsers say of themselves, as it is and changed in many ways.
#[test]
fn what_browsers_have_offered_is_read_however_it_is_changed() {
    use super::sdp::{MAX_OFFER, Way, put_candidates, put_stereo, read};
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/sdp");
    for (name, bytes) in crate::corpus::files(folder) {
        let text = String::from_utf8(bytes).unwrap();
        let offer = read(&text, Way::In).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(offer.offered.video && offer.offered.audio, "{name}");
        assert!(!offer.text.contains("candidate"), "{name}");
    }
    for (name, bytes) in crate::corpus::variants(folder) {
        let text = String::from_utf8_lossy(&bytes);
        for way in [Way::In, Way::Out] {
            if let Ok(offer) = read(&text, way) {
                assert!(offer.text.len() <= MAX_OFFER + 4096, "{name} grows");
            }
        }
        put_stereo(&put_candidates(&text, &[], None));
    }
}

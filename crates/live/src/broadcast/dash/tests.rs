#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::broadcast::{Feed, Options};
use crate::testing::{admitted, programme, small_header, sound_header, station};

/// Every track stays in the manifest, whichever is the first to begin the next segment.
#[tokio::test(start_paused = true)]
async fn no_track_leaves_the_manifest_while_another_begins_a_segment() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    for tag in [small_header(0), sound_header(0)] {
        feed.tag(tag).await.unwrap();
    }
    let broadcast = broadcasts.get("stream_1").unwrap();
    for (n, tag) in programme(0, 12_000, true, true).into_iter().enumerate() {
        feed.tag(tag).await.unwrap();
        // From the third second on.
        if n < 200 {
            continue;
        }
        let manifest = broadcast.manifest("").await.unwrap();
        let manifest = std::str::from_utf8(&manifest.plain).unwrap();
        for track in ["video", "audio"] {
            let mark = format!("<Representation id=\"{track}\"");
            let (_, own) = manifest.split_once(&mark).expect(track);
            let (own, _) = own.split_once("</Representation>").unwrap();
            assert!(own.contains("<S "), "{track}: {manifest}");
        }
    }
}

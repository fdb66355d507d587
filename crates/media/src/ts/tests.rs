#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

/// A transport packet of this track, filled up with the adaptation field.
fn packet(pid: u16, begins: bool, counter: u8, payload: &[u8]) -> Vec<u8> {
    let room = packet::LEN - 4;
    assert!(payload.len() <= room);
    let [high, low] = pid.to_be_bytes();
    let fill = room - payload.len();
    let adaptation = if fill > 0 { 0x20 } else { 0 };
    let mut out = vec![0x47, high | if begins { 0x40 } else { 0 }, low];
    out.push(adaptation | 0x10 | counter & 0x0f);
    if fill > 0 {
        out.push(u8::try_from(fill - 1).unwrap());
        if fill > 1 {
            out.push(0);
            out.resize(4 + fill, 0xff);
        }
    }
    out.extend_from_slice(payload);
    out
}

/// A section in a packet of its own.
fn section(pid: u16, counter: u8, table: u8, version: u8, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(5 + body.len() + 4).unwrap().to_be_bytes();
    let mut all = vec![table, 0xb0 | len[0], len[1], 0, 1];
    all.extend([0xc1 | version << 1, 0, 0]);
    all.extend_from_slice(body);
    let crc = psi::crc32(&all);
    all.extend(crc.to_be_bytes());
    packet(pid, true, counter, &[&[0], &all[..]].concat())
}

fn pat(counter: u8, pmt: u16) -> Vec<u8> {
    let [high, low] = pmt.to_be_bytes();
    section(psi::PAT_PID, counter, 0, 0, &[0, 1, 0xe0 | high, low])
}

fn pmt(pid: u16, counter: u8, version: u8, streams: &[(u8, u16)]) -> Vec<u8> {
    let mut body = vec![0xe1, 0, 0xf0, 0];
    for (kind, pid) in streams {
        let [high, low] = pid.to_be_bytes();
        body.extend([*kind, 0xe0 | high, low, 0xf0, 0]);
    }
    section(pid, counter, 2, version, &body)
}

/// A frame of AAC at 48 kHz in a packet of its elementary stream.
fn sound(pid: u16, counter: u8, pts: u64, body: &[u8]) -> Vec<u8> {
    let len = u8::try_from(7 + body.len()).unwrap();
    let adts = [0xff, 0xf1, 0x4c, 0x80, len >> 3, len << 5 | 0x1f, 0xfc];
    let part = |shift: u32, bits: u64| u8::try_from(pts >> shift & bits).unwrap();
    let stamp = [
        0x21 | part(30, 7) << 1,
        part(22, 0xff),
        part(15, 0x7f) << 1 | 1,
        part(7, 0xff),
        part(0, 0x7f) << 1 | 1,
    ];
    let told = 3 + 5 + u16::from(len);
    let mut pes = vec![0, 0, 1, 0xc0];
    pes.extend(told.to_be_bytes());
    pes.extend([0x80, 0x80, 5]);
    pes.extend(stamp);
    pes.extend(adts);
    pes.extend_from_slice(body);
    packet(pid, true, counter, &pes)
}

fn heard(events: &[Event]) -> Vec<i64> {
    let times = events.iter().filter_map(|event| match event {
        Event::Packet {
            time_us,
            packet:
                Packet {
                    content: crate::flv::Content::Frame(_),
                    ..
                },
            ..
        } => Some(*time_us),
        _ => None,
    });
    times.collect()
}

#[test]
fn tracks_are_followed_where_they_go() {
    let mut demuxer = Demuxer::new();
    let adts = psi::TYPE_ADTS;
    assert!(demuxer.feed(&sound(0x101, 0, 0, &[1; 40])).is_empty());
    demuxer.feed(&pat(0, 0x1000));
    demuxer.feed(&pmt(0x1000, 0, 0, &[(adts, 0x101)]));
    let events = demuxer.feed(&sound(0x101, 0, 90_000, &[1; 40]));
    // Whoever says how long it is is not waited for.
    assert_eq!(heard(&events), [1_000_000]);
    assert!(matches!(&events[0], Event::Packet { packet, .. }
        if packet.content == crate::flv::Content::Config(Bytes::from_static(&[0x11, 0x90]))));
    // Sent again, it is one frame.
    let again = demuxer.feed(&sound(0x101, 0, 90_000, &[1; 40]));
    assert_eq!(heard(&again), [] as [i64; 0]);
    // The track moves, and then the map does.
    demuxer.feed(&pmt(0x1000, 1, 1, &[(adts, 0x102)]));
    assert!(demuxer.feed(&sound(0x101, 1, 180_000, &[1; 40])).is_empty());
    assert_eq!(
        heard(&demuxer.feed(&sound(0x102, 9, 180_000, &[1; 40]))),
        [2_000_000]
    );
    demuxer.feed(&pat(1, 0x1001));
    demuxer.feed(&pmt(0x1001, 0, 0, &[(adts, 0x103)]));
    assert_eq!(
        heard(&demuxer.feed(&sound(0x103, 3, 270_000, &[1; 40]))),
        [3_000_000]
    );
    // A map that is damaged is none.
    let mut broken = pmt(0x1001, 1, 1, &[(adts, 0x104)]);
    *broken.last_mut().unwrap() ^= 1;
    demuxer.feed(&broken);
    assert_eq!(
        heard(&demuxer.feed(&sound(0x103, 4, 360_000, &[1; 40]))),
        [4_000_000]
    );
}

#[test]
fn a_picture_without_end_is_let_go() {
    let mut demuxer = Demuxer::new();
    demuxer.feed(&pat(0, 0x1000));
    demuxer.feed(&pmt(0x1000, 0, 0, &[(psi::TYPE_AVC, 0x100)]));
    let head = [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1];
    demuxer.feed(&packet(0x100, true, 0, &head));
    let mut refused = 0;
    let count = pes::MAX_PICTURE / 184 + 10;
    for n in 1..=count {
        let more = packet(0x100, false, u8::try_from(n % 16).unwrap(), &[7; 184]);
        let events = demuxer.feed(&more);
        refused += events.len();
        let open = demuxer.pictures.as_ref().unwrap().pes.held();
        assert!(open <= pes::MAX_PICTURE);
    }
    assert_eq!(refused, 1);
}

#[test]
fn cues_are_heard_with_the_time_that_they_hold_for() {
    let mut demuxer = Demuxer::new();
    demuxer.feed(&pat(0, 0x1000));
    let tracks = [(psi::TYPE_ADTS, 0x101), (cues::TYPE_CUES, 0x1f0)];
    demuxer.feed(&pmt(0x1000, 0, 0, &tracks));
    let said = |counter: u8, section: &[u8]| {
        let payload = [&[0], section].concat();
        packet(0x1f0, true, counter, &payload)
    };
    let at_once = scte35::splice_insert(&Cue {
        event_id: 3,
        out: true,
        duration_ms: Some(30_000),
        auto_return: false,
    });
    // Before there is a clock there is nothing that could be broken.
    assert!(demuxer.feed(&said(0, &at_once)).is_empty());
    demuxer.feed(&sound(0x101, 0, 900_000, &[1; 40]));
    let heard = |events: Vec<Event>| match &events[..] {
        [
            Event::Cue {
                time_us,
                cue,
                section,
            },
        ] => (*time_us, cue.event_id, section.clone()),
        other => panic!("{other:?}"),
    };
    let (at, event, section) = heard(demuxer.feed(&said(1, &at_once)));
    assert_eq!((at, event), (10_000_000, 3));
    assert_eq!(section, at_once);
    // The first example of the standard (§14.2): at 21,514.559 s.
    let text = "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000000000A0008435545490000013562DBA30A";
    let timed = hex::decode(text).unwrap();
    let (at, event, section) = heard(demuxer.feed(&said(2, &timed)));
    assert_eq!((at / 1000, event), (21_514_559, 0x4800_008f));
    assert_eq!(section, timed);
    // It moves nothing else, and what is damaged says nothing.
    let mut damaged = timed;
    damaged[20] ^= 1;
    assert!(demuxer.feed(&said(3, &damaged)).is_empty());
    demuxer.feed(&sound(0x101, 1, 990_000, &[1; 40]));
    assert_eq!(heard(demuxer.feed(&said(4, &at_once))).0, 11_000_000);
}

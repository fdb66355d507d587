#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("00:00:01.500", Some(1500))]
#[case("01:02.003", Some(62_003))]
#[case("100:00:00.000", Some(360_000_000))]
#[case("00:00:01,5", Some(1500))]
#[case("0:0:1.05", Some(1050))]
#[case("00:00:01", Some(1000))]
#[case("1.5", None)]
#[case("a:b.c", None)]
#[case("99999999999:00:00.000", None)]
#[case("", None)]
#[case("00:00:01.", None)]
#[case("00:00:01.é12", None)]
fn timestamps(#[case] text: &str, #[case] wanted: Option<u64>) {
    assert_eq!(Timestamp::parse(text).map(|stamp| stamp.0), wanted);
}

#[test]
fn a_file_with_everything() {
    let text = "\u{feff}WEBVTT - made by hand\r\nKind: captions\r\n\r\nNOTE\r\nnothing to see\r\n\r\n\
                STYLE\r\n::cue { color: lime }\r\n\r\nSTYLE\r\n::cue { background: url(http://x) }\r\n\r\n\
                1\r\n00:01.000 --> 00:02.000 line:0 align:start\r\n<i>Hello</i>\r\nthere\r\n\r\n\
                00:00:03.000 --> 00:00:02.000\r\nbackwards\r\n\r\n\
                00:00:05.000 --> 00:00:06.500\r\n&amp; bye\r\n";
    let vtt = WebVtt::parse(text).unwrap();
    assert_eq!(vtt.blocks, ["STYLE\n::cue { color: lime }"]);
    assert_eq!(vtt.cues.len(), 2);
    assert_eq!(vtt.cues[0].id, "1");
    assert_eq!(vtt.cues[0].settings, "line:0 align:start");
    assert_eq!(vtt.cues[0].text, "<i>Hello</i>\nthere");
    assert_eq!(vtt.end_ms(), 6500);
    insta::assert_snapshot!(vtt.to_string());
    assert_eq!(WebVtt::parse(&vtt.to_string()).unwrap(), vtt);
}

#[rstest]
#[case("")]
#[case("WEBVTTX\n\n")]
#[case("1\n00:00:01,000 --> 00:00:02,000\nHi\n")]
#[case("<html>")]
fn what_is_no_webvtt(#[case] text: &str) {
    assert!(matches!(
        WebVtt::parse(text),
        Err(MediaError::NotThisFormat { .. })
    ));
}

#[test]
fn a_segment_holds_what_is_to_be_seen_in_it() {
    let cue = |start_ms, end_ms, text: &str| Cue {
        id: String::new(),
        start_ms,
        end_ms,
        settings: String::new(),
        text: text.to_owned(),
    };
    let vtt = WebVtt {
        blocks: Vec::new(),
        cues: vec![
            cue(0, 4000, "before"),
            cue(3000, 5000, "across"),
            cue(8000, 9000, "after"),
        ],
    };
    let segment = vtt.segment(4000, 8000);
    assert!(
        segment.contains("across") && !segment.contains("before") && !segment.contains("after")
    );
    assert!(segment.starts_with("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n"));
    assert!(vtt.segment(20_000, 24_000).starts_with("WEBVTT\n"));
}

#[rstest]
#[case::styles("<b>a</b> <i>b</i> <u>c</u>", "<b>a</b> <i>b</i> <u>c</u>", "")]
#[case::colour("<font color=\"#FFFF00\">a</font>", "<c.yellow>a</c>", "")]
#[case::other_colour("<font color=#123456>a</font> b", "a b", "")]
#[case::nested_wrongly("<i><b>a</i></b>", "<i><b>a</b></i>", "")]
#[case::never_closed("<i>a", "<i>a</i>", "")]
#[case::escapes("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2", "")]
#[case::entities("a &amp; b", "a &amp; b", "")]
#[case::top("{\\an8}a", "a", "line:0")]
#[case::corner("{\\an7}a", "a", "line:0 position:5% align:left")]
#[case::override_italic("{\\i1}a{\\i0}b", "<i>a</i>b", "")]
#[case::other_override("{\\fad(1,2)}a", "a", "")]
#[case::unknown_tag("<3 <script>x</script>", "&lt;3 &lt;script&gt;x&lt;/script&gt;", "")]
#[case::brace("{a}", "{a}", "")]
fn subrip_markup(#[case] line: &str, #[case] text: &str, #[case] settings: &str) {
    let vtt = from_srt(&format!("1\n00:00:01,000 --> 00:00:02,000\n{line}\n\n")).unwrap();
    assert_eq!(
        (vtt.cues[0].text.as_str(), vtt.cues[0].settings.as_str()),
        (text, settings)
    );
}

#[test]
fn subrip_as_it_is_found_in_the_wild() {
    let srt = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500 X1:0 X2:10\r\nfirst\r\n\r\nstill first\r\n\r\n\
               2\r\n0:0:3.5 --> 0:0:4,0\r\n1984\r\n2\r\n\r\n\r\n\
               3\r\n00:00:06,000 --> 00:00:05,000\r\nbackwards\r\n\r\n\
               00:00:08,000 --> 00:00:09,000\r\nno number";
    let cues = from_srt(srt).unwrap().cues;
    let texts: Vec<&str> = cues.iter().map(|cue| cue.text.as_str()).collect();
    assert_eq!(texts, ["first\nstill first", "1984\n2", "no number"]);
    assert_eq!((cues[1].start_ms, cues[1].end_ms), (3500, 4000));
    assert!(from_srt("just text").is_err());
}

#[test]
fn encodings() {
    assert_eq!(decode_text(b"\xef\xbb\xbfna\xc3\xafve"), "naïve");
    assert_eq!(decode_text(b"na\xefve \x80"), "naïve €");
    assert_eq!(decode_text(b"\xff\xfeh\0\xe9\0"), "hé");
    assert_eq!(decode_text(b"\xfe\xff\0h\0\xe9"), "hé");
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC*|([0-9:.,]{0,14}( --> )?|\n|WEBVTT\n\n|<[a-z/]{0,5}>|\\{\\\\[a-z0-9]{0,4}\\}|&|é){0,40}") {
        let _ = WebVtt::parse(&text);
        let _ = from_srt(&text);
        let _ = decode_text(text.as_bytes());
    }

    #[test]
    fn what_is_written_is_read_again(
        cues in proptest::collection::vec((0u64..10_000_000, 1u64..100_000, "[a-zA-Zäöü <>&;/]{0,20}[a-z]"), 0..20)
    ) {
        let mut srt = String::new();
        for (n, (start, len, text)) in cues.iter().enumerate() {
            let _ = write!(srt, "{}\n{} --> {}\n{text}\n\n", n + 1, Timestamp(*start), Timestamp(start + len));
        }
        if let Ok(vtt) = from_srt(&srt) {
            prop_assert_eq!(vtt.cues.len(), cues.len());
            prop_assert_eq!(WebVtt::parse(&vtt.to_string()).unwrap(), vtt);
        }
    }
}

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const ASS: &str = include_str!("../../tests/data/film.ass");
const SSA: &str = include_str!("../../tests/data/film.ssa");
const SRT: &str = include_str!("../../tests/data/film.srt");

#[test]
fn substation_alpha() {
    let vtt = from_ass(ASS).unwrap();
    insta::assert_snapshot!(vtt.to_string());
    assert_eq!(WebVtt::parse(&vtt.to_string()).unwrap(), vtt);
    assert_eq!(vtt.clone().sanitized(), vtt, "what we write is sane");
}

#[test]
fn the_older_substation_alpha() {
    insta::assert_snapshot!(from_ass(SSA).unwrap().to_string());
}

#[test]
fn subrip_of_every_kind() {
    let (format, vtt) = read(SRT.as_bytes()).unwrap();
    assert_eq!(format, SubtitleFormat::SubRip);
    insta::assert_snapshot!(vtt.to_string());
}

#[rstest]
#[case::bold(r"{\b1}a{\b0}b", "<b>a</b>b", "")]
#[case::weight(r"{\b700}a", "<b>a</b>", "")]
#[case::overlap(r"{\b1}a{\i1}b{\b0}c", "<b>a<i>b</i></b><i>c</i>", "")]
#[case::unclosed(r"{\i1}a", "<i>a</i>", "")]
#[case::together(r"{\i1\b1}a{\r}b", "<b><i>a</i></b>b", "")]
#[case::colour(r"{\c&H00FFFF&}a", "<c.yellow>a</c>", "")]
#[case::other_colour(r"{\c&H123456&}a", "a", "")]
#[case::colour_back(r"{\1c&H0000FF&}a{\c}b", "<c.red>a</c>b", "")]
#[case::top(r"{\an8}a", "a", "line:0")]
#[case::first_counts(r"{\an8}a{\an2}b", "ab", "line:0")]
#[case::old_top(r"{\a6}a", "a", "line:0")]
#[case::placed(r"{\pos(192,72)}a", "a", "line:25% position:50%")]
#[case::far_out(r"{\pos(-9999,99999)}a", "a", "line:100% position:0%")]
#[case::no_place(r"{\pos(a,b)}a", "a", "")]
#[case::breaks(r"a\Nb\nc\hd", "a\nb c\u{a0}d", "")]
#[case::no_empty_line(r"a\N\Nb", "a\nb", "")]
#[case::drawing(r"{\p1}m 0 0 l 1 1{\p0}a", "a", "")]
#[case::karaoke(r"{\k20}a{\k30}b", "ab", "")]
#[case::markup("1 < 2 & <script>", "1 &lt; 2 &amp; &lt;script&gt;", "")]
#[case::never_closed(r"{a", "{a", "")]
#[case::backslash(r"a\b", r"a\b", "")]
#[case::comment("{just a note}a", "a", "")]
#[case::umlaut(r"ä\Nö{\b1}ü", "ä\nö<b>ü</b>", "")]
fn overrides(#[case] line: &str, #[case] text: &str, #[case] settings: &str) {
    let script = format!("[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{line}\n");
    let vtt = from_ass(&script).unwrap();
    let cue = &vtt.cues[0];
    assert_eq!((cue.text.as_str(), cue.settings.as_str()), (text, settings));
}

#[rstest]
#[case("plain", "plain")]
#[case("<b>a</b><i>b</i><u>c</u>", "<b>a</b><i>b</i><u>c</u>")]
#[case("<c.yellow.bg_blue>a</c>", "<c.yellow.bg_blue>a</c>")]
#[case("<v Fred & Co>Hi", "<v Fred &amp; Co>Hi</v>")]
#[case("<lang en-GB>colour</lang>", "<lang en-GB>colour</lang>")]
#[case("<ruby>a<rt>b</rt></ruby>", "<ruby>a<rt>b</rt></ruby>")]
#[case("<00:00:05.000>later", "<00:00:05.000>later")]
#[case("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
#[case("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;")]
#[case("<b onclick=x>a</b>", "<b>a</b>")]
#[case("<i>a</b>b", "<i>ab</i>")]
#[case("<v \"><script>x", "<v>&lt;script&gt;x</v>")]
#[case("a < b > c & d", "a &lt; b &gt; c &amp; d")]
#[case(
    "&lt;b&gt; &amp; &nbsp;&#60;&#x3e;&unknown;",
    "&lt;b&gt; &amp; \u{a0}&lt;&gt;&amp;unknown;"
)]
#[case("a\n\nb\n", "a\nb")]
#[case("\u{202e}abc\0\u{7}", "abc")]
fn cue_text(#[case] text: &str, #[case] expected: &str) {
    let vtt = WebVtt {
        blocks: Vec::new(),
        cues: vec![Cue {
            id: "1".to_owned(),
            start_ms: 0,
            end_ms: 1000,
            settings: "line:0 onload:x align:middle line:5 position:10%,line-left".to_owned(),
            text: text.to_owned(),
        }],
    };
    let sane = vtt.sanitized();
    assert_eq!(sane.cues[0].text, expected);
    assert_eq!(
        sane.cues[0].settings,
        "line:0 align:center position:10%,line-left"
    );
    assert_eq!(sane.clone().sanitized(), sane);
}

#[rstest]
#[case("STYLE\n::cue { color: lime }", true)]
#[case("STYLE\n::cue(b) { background: u\\72l(http://x) }", false)]
#[case("STYLE\n@import 'x';\n::cue{}", false)]
#[case("STYLE\nbody { display: none }", false)]
#[case("REGION\nid:a width:40%\nonload:x", true)]
fn blocks(#[case] block: &str, #[case] stays: bool) {
    let vtt = WebVtt {
        blocks: vec![block.to_owned()],
        cues: Vec::new(),
    };
    let blocks = vtt.sanitized().blocks;
    assert_eq!(blocks.len(), usize::from(stays));
    assert!(!blocks.concat().contains("onload"));
}

#[test]
fn every_kind_is_told_by_what_it_holds() {
    let format = |bytes: &[u8]| read(bytes).map(|(format, _)| format).ok();
    let wide: Vec<u8> = SRT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = ASS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(format(ASS.as_bytes()), Some(SubtitleFormat::SubStation));
    assert_eq!(format(SSA.as_bytes()), Some(SubtitleFormat::SubStation));
    assert_eq!(
        format(&wide),
        Some(SubtitleFormat::SubRip),
        "no byte order mark"
    );
    assert_eq!(format(&big), Some(SubtitleFormat::SubStation));
    assert_eq!(
        format(b"\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"),
        Some(SubtitleFormat::WebVtt)
    );
    let latin = b"1\n00:00:01,000 --> 00:00:02,000\nna\xefve caf\xe9\n";
    assert_eq!(read(latin).unwrap().1.cues[0].text, "naïve café");
    for nothing in [
        &b""[..],
        b"WEBVTT\n\n",
        b"just text",
        b"\x89PNG\r\n\x1a\n",
        b"[Events]\n",
        b"<html><script>alert(1)</script></html>",
    ] {
        assert_eq!(format(nothing), None);
    }
    assert!(matches!(
        read(&vec![b'a'; MAX_SUBTITLE_SIZE + 1]),
        Err(MediaError::TooLarge { .. })
    ));
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_grows(
        bytes in proptest::collection::vec(any::<u8>(), 0..400)
    ) {
        if let Ok((_, vtt)) = read(&bytes) {
            prop_assert!(vtt.to_string().len() < 100 * bytes.len() + 1000);
        }
    }

    #[test]
    fn hostile_scripts(
        lines in "(\\[Events\\]\n|\\[V4\\+ Styles\\]\n|Format: [a-zA-Z, ]{0,40}\n|Style: [a-z0-9,&H]{0,60}\n|Dialogue: [0-9],0:00:0[0-9].00,0:00:0[0-9].50,[a-z]{0,4},[a-z<]{0,4},0,0,0,,([a-z<>&é]{0,5}|\\{?\\\\[a-z0-9(),&H-]{0,12}\\}?|\\\\N){0,8}\n){0,12}"
    ) {
        let text = format!("[Events]\n{lines}");
        let vtt = from_ass(&text).unwrap();
        for cue in &vtt.cues {
            prop_assert!(cue.end_ms > cue.start_ms);
            prop_assert!(!cue.text.contains("\n\n") && !cue.text.contains("-->"));
        }
        prop_assert_eq!(WebVtt::parse(&vtt.to_string()).unwrap().cues.len(), vtt.cues.len());
        let sane = vtt.clone().sanitized();
        prop_assert_eq!(sane.cues.len(), vtt.cues.len());
    }

    #[test]
    fn sane_text_stays_sane(text in "(<[/a-z. \"=]{0,12}>|&[a-z#0-9]{0,6};?|[<>&]|[a-zé \n]){0,40}") {
        let vtt = WebVtt {
            blocks: Vec::new(),
            cues: vec![Cue {
                id: String::new(),
                start_ms: 0,
                end_ms: 1,
                settings: String::new(),
                text,
            }],
        };
        let once = vtt.sanitized();
        for cue in &once.cues {
            // Every element that is left is one of WebVTT's.
            for tag in cue.text.split('<').skip(1) {
                let name = tag.trim_start_matches('/');
                let end = name.find(['>', '.', ' ']).unwrap();
                prop_assert!(["b", "i", "u", "c", "v", "lang", "ruby", "rt"].contains(&&name[..end]));
            }
        }
        prop_assert_eq!(once.clone().sanitized(), once);
    }
}

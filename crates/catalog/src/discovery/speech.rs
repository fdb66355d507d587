//! What is said in a video: cues, joined into passages that can be found.

use matinee_engines::search::{Document, FieldKind, FieldSpec, IndexSchema};
use matinee_media::webvtt::{Cue, WebVtt};
use serde_json::{Map, json};

use crate::Subtitle;

/// The index of what is said.
pub(super) const PASSAGES: &str = "passages";
/// The longest passage in bytes. Excerpts show such a text whole, so that the
/// place of a word in it tells its cue.
const PASSAGE: usize = 150;
/// A silence of so many milliseconds ends a passage.
const SILENCE: u64 = 8_000;
/// The most passages of one text track.
const PASSAGES_MAX: usize = 5_000;

/// Some cues that are searched as one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    /// Their texts, joined by spaces.
    pub text: String,
    /// Where in the text a cue begins, and when, in milliseconds.
    pub cues: Vec<(usize, u64)>,
    /// When the last one ends, in milliseconds.
    pub end_ms: u64,
}

pub(super) fn schema() -> IndexSchema {
    let field = |name: &str, kind| FieldSpec {
        name: name.to_owned(),
        kind,
    };
    IndexSchema {
        version: 1,
        fields: vec![
            field("text", FieldKind::Text { boost: 1.0 }),
            field("video", FieldKind::Keyword),
            field("start", FieldKind::Number),
        ],
    }
}

/// The passages of a file; of one that cannot be read there are none.
pub(super) fn passages(vtt: &str) -> Vec<Passage> {
    let Ok(file) = WebVtt::parse(vtt) else {
        return Vec::new();
    };
    let mut all: Vec<Passage> = Vec::new();
    for cue in &file.cues {
        if all.len() >= PASSAGES_MAX {
            break;
        }
        let text = spoken(cue);
        if text.is_empty() {
            continue;
        }
        match all.last_mut() {
            // Roll-up captions say everything twice.
            Some(last) if last.text.ends_with(&text) => last.end_ms = cue.end_ms,
            Some(last)
                if last.text.len() + 1 + text.len() <= PASSAGE
                    && cue.start_ms.saturating_sub(last.end_ms) < SILENCE =>
            {
                last.text.push(' ');
                last.cues.push((last.text.len(), cue.start_ms));
                last.text.push_str(&text);
                last.end_ms = cue.end_ms;
            }
            _ => all.push(Passage {
                cues: vec![(0, cue.start_ms)],
                end_ms: cue.end_ms,
                text: text[..text.floor_char_boundary(2000)].to_owned(),
            }),
        }
    }
    all
}

/// A cue's text without markup, on one line.
fn spoken(cue: &Cue) -> String {
    let mut text = String::with_capacity(cue.text.len());
    let mut markup = false;
    for c in cue.text.chars() {
        match c {
            '<' => markup = true,
            '>' if markup => markup = false,
            _ if markup => {}
            _ => text.push(c),
        }
    }
    for (name, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&amp;", "&"),
    ] {
        if text.contains(name) {
            text = text.replace(name, c);
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The documents of a text track's passages.
pub(super) fn documents(track: &Subtitle, passages: &[Passage]) -> Vec<Document> {
    let language = (track.language != "und").then(|| track.language.clone());
    let document = |(n, passage): (usize, &Passage)| {
        let start = passage.cues.first().map_or(0, |(_, start)| *start);
        let mut fields = Map::new();
        fields.insert("text".into(), json!(passage.text));
        fields.insert("video".into(), json!(track.video_id));
        fields.insert("start".into(), json!(i64::try_from(start).unwrap_or(0)));
        fields.insert("end".into(), json!(passage.end_ms));
        fields.insert("cues".into(), json!(passage.cues));
        fields.insert("language".into(), json!(track.language));
        fields.insert("subtitle".into(), json!(track.id));
        Document {
            id: format!("{}/{n}", track.id),
            language: language.clone(),
            fields,
        }
    };
    passages.iter().enumerate().map(document).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_joined_until_somebody_falls_silent() {
        let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Rick>Here's &amp; <i>looking</i>\nat you,\n\n\
            00:02.500 --> 00:03.000\nkid.\n\n00:30.000 --> 00:31.000\nPlay it.\n";
        let found = passages(vtt);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text, "Here's & looking at you, kid.");
        assert_eq!(found[0].cues, [(0, 1000), (25, 2500)]);
        assert_eq!(found[1].cues, [(0, 30_000)]);
        assert!(passages("no such file").is_empty());
    }

    #[test]
    fn a_hostile_file_is_bounded() {
        let mut vtt = String::from("WEBVTT\n\n");
        for n in 0..20_000 {
            let (minutes, seconds) = (n / 6, n % 6 * 10);
            let cue = format!("{minutes:02}:{seconds:02}.000 --> {minutes:02}:{seconds:02}.500");
            vtt.push_str(&cue);
            vtt.push_str("\nline <<<<\n\n");
        }
        assert!(passages(&vtt).len() <= PASSAGES_MAX);
    }
}

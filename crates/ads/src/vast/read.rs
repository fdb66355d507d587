//! From elements to advertisements.

use super::tree::{Element, read as tree};
use super::{Ad, AdBreak, Answer, Linear, MediaFile, Offset, Source, Vast, VastError};
use crate::decide::Tracking;

/// The most advertisements of one answer.
const ADS_MAX: usize = 30;
/// The most addresses for one event.
const TOLD_MAX: usize = 20;
/// The longest address, in bytes.
const URL_MAX: usize = 4000;
/// The most files of one advertisement.
const FILES_MAX: usize = 50;
/// The longest name, in characters.
const NAME_MAX: usize = 100;
/// The most breaks of a film.
const BREAKS_MAX: usize = 60;

/// Reads an answer.
pub fn parse(bytes: &[u8]) -> Result<Answer, VastError> {
    let root = tree(bytes)?;
    match root.name.as_str() {
        "vast" | "videoadservingtemplate" => Ok(Answer::Vast(vast(&root))),
        "vmap" => Ok(Answer::Vmap(vmap(&root))),
        _ => Err(VastError::Foreign),
    }
}

fn vast(root: &Element) -> Vast {
    let mut ads: Vec<Ad> = root.all("ad").take(ADS_MAX).filter_map(ad).collect();
    // A pod is shown in its order; what is none stands behind it.
    ads.sort_by_key(|ad| ad.sequence.unwrap_or(u32::MAX));
    Vast {
        ads,
        errors: addresses(root, "error"),
    }
}

fn address(text: &str) -> Option<String> {
    let fits = text.len() <= URL_MAX
        && (text.starts_with("http://") || text.starts_with("https://"))
        && !text.contains(char::is_whitespace)
        && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

fn addresses(element: &Element, name: &str) -> Vec<String> {
    let all = element.all(name).filter_map(|one| address(one.text()));
    all.take(TOLD_MAX).collect()
}

fn short(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    text.chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX)
        .collect()
}

fn add(tracking: &mut Tracking, event: &str, more: Vec<String>) {
    if more.is_empty() {
        return;
    }
    let all = tracking.entry(event.to_owned()).or_default();
    all.extend(more);
    all.truncate(TOLD_MAX);
}

/// The events that are passed on, by VAST's names in lower case.
fn event(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "start" => "start",
        "firstquartile" => "first_quartile",
        "midpoint" => "midpoint",
        "thirdquartile" => "third_quartile",
        "complete" => "complete",
        "skip" => "skip",
        "mute" => "mute",
        "unmute" => "unmute",
        "pause" => "pause",
        "resume" => "resume",
        _ => return None,
    })
}

fn ad(element: &Element) -> Option<Ad> {
    let (body, wraps) = match (element.child("inline"), element.child("wrapper")) {
        (Some(inline), _) => (inline, None),
        (None, Some(wrapper)) => {
            let next = wrapper
                .child("vastadtaguri")
                .or(wrapper.child("vastadtagurl"));
            (wrapper, Some(address(next?.text())?))
        }
        (None, None) => return None,
    };
    let mut tracking = Tracking::new();
    add(&mut tracking, "impression", addresses(body, "impression"));
    add(&mut tracking, "error", addresses(body, "error"));
    let mut linear = None;
    let mut click_url = None;
    let creatives = body.child("creatives");
    for creative in creatives
        .into_iter()
        .flat_map(|all| all.all("creative"))
        .take(FILES_MAX)
    {
        let Some(element) = creative.child("linear") else {
            continue;
        };
        for told in element
            .child("trackingevents")
            .into_iter()
            .flat_map(|all| all.all("tracking"))
        {
            let name = told.attribute("event").and_then(event);
            if let (Some(name), Some(url)) = (name, address(told.text())) {
                add(&mut tracking, name, vec![url]);
            }
        }
        if let Some(clicks) = element.child("videoclicks") {
            add(&mut tracking, "click", addresses(clicks, "clicktracking"));
            let through = clicks.child("clickthrough");
            click_url = click_url.or_else(|| address(through?.text()));
        }
        if linear.is_none() && wraps.is_none() {
            linear = Some(Linear {
                universal_id: universal_id(creative),
                duration_ms: element
                    .child("duration")
                    .and_then(|d| milliseconds(d.text())),
                media: media(element),
            });
        }
    }
    Some(Ad {
        id: short(element.attribute("id")),
        sequence: element.attribute("sequence").and_then(|n| n.parse().ok()),
        wraps,
        title: short(body.child("adtitle").map(Element::text)),
        advertiser: short(body.child("advertiser").map(Element::text)),
        category: short(body.child("category").map(Element::text)),
        linear,
        tracking,
        click_url,
    })
}

fn universal_id(creative: &Element) -> Option<String> {
    let named = creative.child("universaladid");
    if let Some(element) = named {
        let registry = element.attribute("idregistry").unwrap_or("unknown");
        let value = Some(element.text()).filter(|text| !text.is_empty());
        let value = value.or(element.attribute("idvalue"))?;
        let known = !value.is_empty() && !value.eq_ignore_ascii_case("unknown");
        if known {
            return Some(format!("{}:{}", short(Some(registry)), short(Some(value))));
        }
    }
    let id = creative.attribute("adid").filter(|id| !id.is_empty())?;
    Some(format!("adid:{}", short(Some(id))))
}

fn media(linear: &Element) -> Vec<MediaFile> {
    let Some(files) = linear.child("mediafiles") else {
        return Vec::new();
    };
    let number = |file: &Element, name: &str| {
        let number = file.attribute(name).and_then(|n| n.parse::<f64>().ok());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the range of the type"
        )]
        let number = number.unwrap_or(0.0).clamp(0.0, 1e9) as u32;
        number
    };
    files
        .children
        .iter()
        .filter(|file| matches!(file.name.as_str(), "mediafile" | "mezzanine"))
        // Programs (VPAID) are no pictures.
        .filter(|file| file.attribute("apiframework").is_none_or(str::is_empty))
        .filter_map(|file| {
            Some(MediaFile {
                url: address(file.text())?,
                kind: short(file.attribute("type")).to_ascii_lowercase(),
                width: number(file, "width"),
                height: number(file, "height"),
                kbps: number(file, "bitrate").max(number(file, "maxbitrate")),
                mezzanine: file.name == "mezzanine",
            })
        })
        .take(FILES_MAX)
        .collect()
}

/// The file that an advertisement is made from: the mezzanine if it is no larger than a film's,
/// else the best that is a single file.
pub fn pick(files: &[MediaFile]) -> Option<&MediaFile> {
    let single = |file: &&MediaFile| {
        matches!(
            file.kind.as_str(),
            "" | "video/mp4"
                | "video/webm"
                | "video/quicktime"
                | "video/x-matroska"
                | "video/mpeg"
                | "video/3gpp"
        )
    };
    let usable = || {
        files
            .iter()
            .filter(single)
            .filter(|file| file.width <= 4096)
    };
    let rank = |file: &&MediaFile| (file.height.min(1080), file.kbps, file.mezzanine);
    usable().max_by_key(rank)
}

/// Reads `hh:mm:ss` or `hh:mm:ss.mmm`.
fn milliseconds(text: &str) -> Option<u64> {
    let mut parts = text.trim().split(':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (s, fraction) = s.split_once('.').unwrap_or((s, ""));
    let (h, m, s): (u64, u64, u64) = (h.parse().ok()?, m.parse().ok()?, s.parse().ok()?);
    if h > 99 || m > 59 || s > 59 || fraction.len() > 9 {
        return None;
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let ms: u64 = digits.parse().ok()?;
    Some(((h * 60 + m) * 60 + s) * 1000 + ms)
}

/// How many whole seconds a time as `hh:mm:ss` is; none when it is none.
pub fn seconds(text: &str) -> Option<u64> {
    milliseconds(text).map(|ms| ms / 1000)
}

fn vmap(root: &Element) -> Vec<AdBreak> {
    root.all("adbreak")
        .filter(|one| {
            let kinds = one.attribute("breaktype").unwrap_or("linear");
            kinds
                .split(',')
                .any(|kind| kind.trim().eq_ignore_ascii_case("linear"))
        })
        .filter_map(|one| {
            Some(AdBreak {
                at: offset(one.attribute("timeoffset")?)?,
                source: source(one.child("adsource")),
            })
        })
        .take(BREAKS_MAX)
        .collect()
}

fn offset(text: &str) -> Option<Offset> {
    if let Some(percent) = text.strip_suffix('%') {
        let percent: f64 = percent.parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1000"
        )]
        return (0.0..=100.0)
            .contains(&percent)
            .then_some(Offset::Share((percent * 10.0) as u32));
    }
    match text {
        "start" => Some(Offset::Start),
        "end" => Some(Offset::End),
        _ => milliseconds(text).map(Offset::At),
    }
}

fn source(element: Option<&Element>) -> Source {
    let Some(element) = element else {
        return Source::Nothing;
    };
    let inner = element
        .at(&["vastaddata", "vast"])
        .or(element.at(&["vastdata", "vast"]));
    if let Some(inner) = inner {
        return Source::Here(vast(inner));
    }
    let there = element
        .child("adtaguri")
        .and_then(|one| address(one.text()));
    there.map_or(Source::Nothing, Source::There)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POD: &str = r#"<?xml version="1.0"?>
<VAST version="4.2" xmlns="http://www.iab.com/VAST">
  <Ad id="b" sequence="2"><Wrapper>
    <VASTAdTagURI><![CDATA[ https://ads.example/next?a=1&b=2 ]]></VASTAdTagURI>
    <Impression>https://ads.example/i?x=1&amp;y=2</Impression>
  </Wrapper></Ad>
  <Ad id="a" sequence="1"><InLine>
    <AdTitle>Tea</AdTitle><Advertiser>Leaf</Advertiser>
    <Error>https://ads.example/e?[ERRORCODE]</Error>
    <Creatives><Creative adId="x">
      <UniversalAdId idRegistry="Ad-ID">CNPA0484000H</UniversalAdId>
      <Linear><Duration>00:00:15.500</Duration>
        <TrackingEvents><Tracking event="firstQuartile">https://ads.example/q</Tracking>
          <Tracking event="strange">https://ads.example/s</Tracking></TrackingEvents>
        <VideoClicks><ClickThrough>https://leaf.example/</ClickThrough></VideoClicks>
        <MediaFiles>
          <Mezzanine type="video/mp4" width="1920" height="1080">https://ads.example/m.mp4</Mezzanine>
          <MediaFile type="application/javascript" apiFramework="VPAID">https://ads.example/v.js</MediaFile>
          <MediaFile type="video/mp4" width="640" height="360" bitrate="500">javascript:alert(1)</MediaFile>
          <MediaFile type="application/x-mpegURL" width="1920" height="1080">https://ads.example/a.m3u8</MediaFile>
          <InteractiveCreativeFile apiFramework="SIMID">https://ads.example/s.html</InteractiveCreativeFile>
        </MediaFiles></Linear></Creative></Creatives>
  </InLine></Ad>
</VAST>"#;

    #[test]
    fn a_pod_is_read_in_its_order() {
        let Ok(Answer::Vast(read)) = parse(POD.as_bytes()) else {
            panic!("it is VAST");
        };
        let ids: Vec<&str> = read.ads.iter().map(|ad| ad.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        let first = &read.ads[0];
        let linear = first.linear.as_ref().unwrap();
        assert_eq!(linear.universal_id.as_deref(), Some("Ad-ID:CNPA0484000H"));
        assert_eq!(linear.duration_ms, Some(15_500));
        assert_eq!(
            pick(&linear.media).unwrap().url,
            "https://ads.example/m.mp4"
        );
        assert_eq!(linear.media.len(), 2, "neither programs nor scripts");
        assert_eq!(first.tracking["first_quartile"], ["https://ads.example/q"]);
        assert!(!first.tracking.contains_key("strange"));
        assert_eq!(first.click_url.as_deref(), Some("https://leaf.example/"));
        let next = read.ads[1].wraps.as_deref();
        assert_eq!(next, Some("https://ads.example/next?a=1&b=2"));
        assert_eq!(
            read.ads[1].tracking["impression"],
            ["https://ads.example/i?x=1&y=2"]
        );
    }

    #[test]
    fn breaks_are_read() {
        let text = r#"<vmap:VMAP xmlns:vmap="http://www.iab.net/videosuite/vmap" version="1.0">
            <vmap:AdBreak timeOffset="start" breakType="linear"><vmap:AdSource>
              <vmap:AdTagURI templateType="vast3">https://ads.example/pre</vmap:AdTagURI></vmap:AdSource></vmap:AdBreak>
            <vmap:AdBreak timeOffset="00:10:00.250" breakType="linear"><vmap:AdSource>
              <vmap:VASTAdData><VAST version="3.0"/></vmap:VASTAdData></vmap:AdSource></vmap:AdBreak>
            <vmap:AdBreak timeOffset="50%" breakType="nonlinear"/>
            <vmap:AdBreak timeOffset="75%" breakType="linear"/>
            <vmap:AdBreak timeOffset="soon" breakType="linear"/>
          </vmap:VMAP>"#;
        let Ok(Answer::Vmap(breaks)) = parse(text.as_bytes()) else {
            panic!("it is VMAP");
        };
        let at: Vec<Offset> = breaks.iter().map(|one| one.at).collect();
        assert_eq!(at, [Offset::Start, Offset::At(600_250), Offset::Share(750)]);
        assert_eq!(
            breaks[0].source,
            Source::There("https://ads.example/pre".to_owned())
        );
        assert_eq!(breaks[1].source, Source::Here(Vast::default()));
    }

    #[test]
    fn what_is_hostile_is_harmless() {
        let bomb = r#"<!DOCTYPE v [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
            <!ENTITY x SYSTEM "file:///etc/passwd">]>
            <VAST><Ad id="1"><InLine><AdTitle>&b;&x;</AdTitle></InLine></Ad></VAST>"#;
        let Ok(Answer::Vast(read)) = parse(bomb.as_bytes()) else {
            panic!("it is VAST");
        };
        assert_eq!(read.ads[0].title, "");
        let deep = "<VAST>".to_owned() + &"<a>".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
        let wide = "<VAST>".to_owned() + &"<a/>".repeat(100_000);
        assert!(parse(wide.as_bytes()).is_err());
        assert!(parse(&vec![b' '; super::super::SIZE_MAX + 1]).is_err());
        for text in ["", "no", "<html></html>", "</VAST>", "{\"a\":1}"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        /// No bytes make it panic.
        #[test]
        fn anything_is_survived(noise in prop::collection::vec((0usize..POD.len(), any::<u8>()), 0..40), cut in 0usize..POD.len()) {
            let mut bytes = POD.as_bytes().to_vec();
            for (at, byte) in noise { bytes[at] = byte; }
            bytes.truncate(cut);
            let _ = parse(&bytes);
        }
    }
}

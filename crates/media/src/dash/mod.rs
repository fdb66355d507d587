//! MPEG-DASH manifests (ISO/IEC 23009-1): of videos, and of what is on the air.

mod live;
mod xml;

pub use live::{LiveKind, LiveManifest, LivePeriod, LiveSegment, LiveSet};

use crate::{
    codec::Codec,
    error::{MediaError, Result},
    index::{Layout, MediaKind, RenditionIndex},
    language::to_bcp47,
    presentation::{Presentation, StoryboardRendition, SubtitleRendition, VideoRendition, names},
};
use xml::{Attributes, Value, Xml};

/// The media type of manifests.
pub const CONTENT_TYPE: &str = "application/dash+xml";

/// How segments are addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addressing {
    /// By number, with a `SegmentTimeline` of exact durations.
    #[default]
    Number,
    /// As byte ranges of each rendition's file, in a `SegmentList`; for renditions in the
    /// [`Layout::Cmaf`] layout only.
    Ranges,
    /// As ranges where the layout allows it, by number elsewhere.
    RangesWherePossible,
}

/// Writes the manifest of a video.
///
/// Errors: [`MediaError::Unsupported`] when ranges are asked of a rendition whose segments are no
/// ranges of its file.
pub fn manifest(presentation: &Presentation<'_>, addressing: Addressing) -> Result<String> {
    let videos = presentation.videos.iter().map(|video| video.index);
    let audios = presentation.audios.iter().map(|audio| audio.index);
    let indices = || videos.clone().chain(audios.clone());
    let duration_ms = indices()
        .map(RenditionIndex::duration_ms)
        .max()
        .unwrap_or(0);
    let longest_s = indices()
        .map(RenditionIndex::target_duration_s)
        .max()
        .unwrap_or(1);
    let profile = match addressing {
        Addressing::Number => "urn:mpeg:dash:profile:isoff-live:2011",
        Addressing::Ranges | Addressing::RangesWherePossible => {
            "urn:mpeg:dash:profile:isoff-main:2011"
        }
    };
    let mut xml = Xml::new();
    xml.open(
        "MPD",
        &[
            ("xmlns", &"urn:mpeg:dash:schema:mpd:2011"),
            ("profiles", &profile),
            ("type", &"static"),
            ("mediaPresentationDuration", &seconds(duration_ms)),
            ("minBufferTime", &format_args!("PT{longest_s}S")),
        ],
    );
    xml.open(
        "Period",
        &[
            ("id", &0),
            ("start", &"PT0S"),
            ("duration", &seconds(duration_ms)),
        ],
    );
    let mut id = 0u32;
    for set in video_sets(presentation) {
        write_video_set(&mut xml, id, &set, presentation.suffix, addressing)?;
        id += 1;
    }
    for group in presentation.audio_groups() {
        let default = group.default_member();
        for (n, audio) in group.members.iter().enumerate() {
            let language = audio.language.and_then(to_bcp47);
            let mut attributes: Attributes<'_> = vec![
                ("id", &id),
                ("contentType", &"audio"),
                ("mimeType", &"audio/mp4"),
                ("segmentAlignment", &"true"),
                ("startWithSAP", &1),
            ];
            attributes.extend(language.as_ref().map(|l| ("lang", l as Value<'_>)));
            xml.open("AdaptationSet", &attributes);
            xml.text("Label", audio.name);
            if audio.describes_video {
                descriptor(
                    &mut xml,
                    "Accessibility",
                    "urn:tva:metadata:cs:AudioPurposeCS:2007",
                    "1",
                );
            }
            // ISO/IEC 23009-1, 5.8.5.5.
            let role = match audio {
                _ if n == default => "main",
                audio if audio.commentary => "commentary",
                audio if audio.describes_video => "description",
                _ => "alternate",
            };
            descriptor(&mut xml, "Role", "urn:mpeg:dash:role:2011", role);
            let representation = Representation {
                path: audio.path,
                index: audio.index,
                suffix: presentation.suffix,
                addressing,
            };
            representation.write(&mut xml)?;
            xml.close("AdaptationSet");
            id += 1;
        }
    }
    for subtitle in &presentation.subtitles {
        write_subtitles(&mut xml, id, subtitle, presentation.suffix);
        id += 1;
    }
    if let Some(storyboard) = &presentation.storyboard {
        write_storyboard(&mut xml, id, storyboard, presentation.suffix);
    }
    xml.close("Period");
    xml.close("MPD");
    Ok(xml.out)
}

/// Pictures of one codec family and dynamic range can be switched among each other.
fn video_sets<'p, 'a>(presentation: &'p Presentation<'a>) -> Vec<Vec<&'p VideoRendition<'a>>> {
    let mut sets: Vec<Vec<&VideoRendition<'_>>> = Vec::new();
    for video in &presentation.videos {
        let info = video.index.info();
        if info.kind != MediaKind::Video {
            continue;
        }
        let alike = |set: &&mut Vec<&VideoRendition<'_>>| {
            set.first().is_some_and(|first| {
                let other = first.index.info();
                other.codec == info.codec && other.video_range() == info.video_range()
            })
        };
        match sets.iter_mut().find(alike) {
            Some(set) => set.push(video),
            None => sets.push(vec![video]),
        }
    }
    sets
}

fn write_video_set(
    xml: &mut Xml,
    id: u32,
    set: &[&VideoRendition<'_>],
    suffix: &str,
    addressing: Addressing,
) -> Result<()> {
    let infos = set.iter().map(|video| video.index.info());
    let max_width = infos.clone().map(|info| info.width).max().unwrap_or(0);
    let max_height = infos.clone().map(|info| info.height).max().unwrap_or(0);
    // Aligned means: segment n of each begins at the same instant.
    let aligned = set
        .windows(2)
        .all(|pair| aligned(pair[0].index, pair[1].index));
    xml.open(
        "AdaptationSet",
        &[
            ("id", &id),
            ("contentType", &"video"),
            ("mimeType", &"video/mp4"),
            ("segmentAlignment", &aligned),
            ("startWithSAP", &1),
            ("maxWidth", &max_width),
            ("maxHeight", &max_height),
        ],
    );
    if let Some(colour) = set.first().and_then(|video| video.index.info().colour)
        && colour.transfer > 1
    {
        let codes = [
            ("ColourPrimaries", colour.primaries),
            ("TransferCharacteristics", colour.transfer),
            ("MatrixCoefficients", colour.matrix),
        ];
        for (name, code) in codes {
            let scheme = format!("urn:mpeg:mpegB:cicp:{name}");
            descriptor(xml, "SupplementalProperty", &scheme, &code.to_string());
        }
    }
    descriptor(xml, "Role", "urn:mpeg:dash:role:2011", "main");
    for video in set {
        let representation = Representation {
            path: video.path,
            index: video.index,
            suffix,
            addressing,
        };
        representation.write(xml)?;
    }
    xml.close("AdaptationSet");
    Ok(())
}

fn aligned(a: &RenditionIndex, b: &RenditionIndex) -> bool {
    let (scale_a, scale_b) = (
        u128::from(a.info().timescale),
        u128::from(b.info().timescale),
    );
    // A sixtieth of a second: less than a frame.
    let slack = scale_a * scale_b / 60;
    a.segment_count() == b.segment_count()
        && a.segments().iter().zip(b.segments()).all(|(a, b)| {
            (u128::from(a.start) * scale_b).abs_diff(u128::from(b.start) * scale_a) <= slack
        })
}

struct Representation<'a> {
    path: &'a str,
    index: &'a RenditionIndex,
    suffix: &'a str,
    addressing: Addressing,
}

impl Representation<'_> {
    fn write(&self, xml: &mut Xml) -> Result<()> {
        let info = self.index.info();
        let bandwidth = self.index.peak_bandwidth_bps();
        let mut attributes: Attributes<'_> = vec![
            ("id", &self.path as Value<'_>),
            ("codecs", &info.codec_string),
            ("bandwidth", &bandwidth),
        ];
        let sar;
        if info.kind == MediaKind::Video {
            attributes.push(("width", &info.width));
            attributes.push(("height", &info.height));
            if let Some(rate) = &info.frame_rate {
                attributes.push(("frameRate", rate));
            }
            // Width is as shown, so that pixels are square here whatever the stream says.
            sar = "1:1";
            attributes.push(("sar", &sar));
        } else {
            attributes.push(("audioSamplingRate", &info.sample_rate));
        }
        xml.open("Representation", &attributes);
        if info.kind == MediaKind::Audio {
            channel_configuration(xml, info.codec, info.channels);
        }
        match self.addressing {
            Addressing::RangesWherePossible if self.index.layout() == Layout::Cmaf => {
                self.write_list(xml)?;
            }
            Addressing::Number | Addressing::RangesWherePossible => self.write_template(xml),
            Addressing::Ranges => self.write_list(xml)?,
        }
        xml.close("Representation");
        Ok(())
    }

    fn write_template(&self, xml: &mut Xml) {
        // A dollar sign begins an identifier in templates, and two stand for one.
        let escape = |text: &str| text.replace('$', "$$");
        let (path, suffix) = (escape(self.path), escape(self.suffix));
        xml.open(
            "SegmentTemplate",
            &[
                ("timescale", &self.index.info().timescale),
                ("startNumber", &0),
                (
                    "initialization",
                    &format_args!("{path}/{}{suffix}", names::INIT),
                ),
                ("media", &format_args!("{path}/$Number$.m4s{suffix}")),
            ],
        );
        self.write_timeline(xml);
        xml.close("SegmentTemplate");
    }

    fn write_list(&self, xml: &mut Xml) -> Result<()> {
        if self.index.layout() != Layout::Cmaf {
            return Err(MediaError::Unsupported(
                "byte ranges of a file that is not CMAF",
            ));
        }
        xml.text(
            "BaseURL",
            &format!("{}/{}{}", self.path, names::FILE, self.suffix),
        );
        xml.open(
            "SegmentList",
            &[("timescale", &self.index.info().timescale)],
        );
        let init = self.index.init_segment().len();
        xml.empty(
            "Initialization",
            &[("range", &format_args!("0-{}", init.saturating_sub(1)))],
        );
        self.write_timeline(xml);
        for segment in self.index.segments() {
            let (start, end) = (segment.bytes.start, segment.bytes.end.saturating_sub(1));
            xml.empty(
                "SegmentURL",
                &[("mediaRange", &format_args!("{start}-{end}"))],
            );
        }
        xml.close("SegmentList");
        Ok(())
    }

    /// Equal neighbours are written once, with a count of repetitions.
    fn write_timeline(&self, xml: &mut Xml) {
        xml.open("SegmentTimeline", &[]);
        let mut expected = None;
        let segments = self.index.segments();
        let mut n = 0;
        while let Some(segment) = segments.get(n) {
            let repeated = segments[n + 1..]
                .iter()
                .take_while(|next| next.duration == segment.duration)
                .count();
            let mut attributes: Attributes<'_> = Vec::new();
            if expected != Some(segment.start) {
                attributes.push(("t", &segment.start));
            }
            attributes.push(("d", &segment.duration));
            if repeated > 0 {
                attributes.push(("r", &repeated));
            }
            xml.empty("S", &attributes);
            n += repeated + 1;
            expected = segments.get(n - 1).map(|last| last.start + last.duration);
        }
        xml.close("SegmentTimeline");
    }
}

/// `AudioChannelConfiguration`: Dolby's own scheme for its codecs, else the code points of
/// ISO/IEC 23091-3.
fn channel_configuration(xml: &mut Xml, codec: Codec, channels: u16) {
    const ELEMENT: &str = "AudioChannelConfiguration";
    if matches!(codec, Codec::Ac3 | Codec::Eac3) {
        // One bit a speaker: L, C, R, Ls, Rs, … and LFE in the last.
        let speakers = match channels {
            1 => "4000",
            2 => "A000",
            6 => "F801",
            8 => "FA01",
            _ => "",
        };
        if !speakers.is_empty() {
            let scheme = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";
            descriptor(xml, ELEMENT, scheme, speakers);
            return;
        }
    }
    let code = if channels == 8 { 12 } else { channels };
    descriptor(
        xml,
        ELEMENT,
        "urn:mpeg:mpegB:cicp:ChannelConfiguration",
        &code.to_string(),
    );
}

fn write_subtitles(xml: &mut Xml, id: u32, subtitle: &SubtitleRendition<'_>, suffix: &str) {
    let language = subtitle.language.and_then(to_bcp47);
    let mut attributes: Attributes<'_> = vec![
        ("id", &id),
        ("contentType", &"text"),
        ("mimeType", &"text/vtt"),
    ];
    attributes.extend(language.as_ref().map(|l| ("lang", l as Value<'_>)));
    xml.open("AdaptationSet", &attributes);
    xml.text("Label", subtitle.name);
    if subtitle.hearing_impaired {
        descriptor(
            xml,
            "Accessibility",
            "urn:tva:metadata:cs:AudioPurposeCS:2007",
            "2",
        );
    }
    let role = match (subtitle.forced, subtitle.hearing_impaired) {
        (true, _) => "forced-subtitle",
        (false, true) => "caption",
        (false, false) => "subtitle",
    };
    descriptor(xml, "Role", "urn:mpeg:dash:role:2011", role);
    xml.open(
        "Representation",
        &[("id", &subtitle.path), ("bandwidth", &256)],
    );
    xml.text(
        "BaseURL",
        &format!("{}/{}{suffix}", subtitle.path, names::SUBTITLES),
    );
    xml.close("Representation");
    xml.close("AdaptationSet");
}

/// Tiled thumbnails (DASH-IF Interoperability Points §6.2.6).
fn write_storyboard(xml: &mut Xml, id: u32, storyboard: &StoryboardRendition<'_>, suffix: &str) {
    let sheets = storyboard.sheets;
    let duration_ms = sheets.sheet_duration_ms();
    let bandwidth = storyboard
        .largest_sheet_bytes
        .saturating_mul(8000)
        .div_ceil(duration_ms.max(1));
    xml.open(
        "AdaptationSet",
        &[
            ("id", &id),
            ("contentType", &"image"),
            ("mimeType", &"image/jpeg"),
        ],
    );
    xml.empty(
        "SegmentTemplate",
        &[
            ("timescale", &1000),
            ("startNumber", &0),
            ("duration", &duration_ms),
            (
                "media",
                &format_args!("{}{}", storyboard.uri_template, suffix.replace('$', "$$")),
            ),
        ],
    );
    xml.open(
        "Representation",
        &[
            ("id", &"storyboard"),
            ("bandwidth", &bandwidth),
            ("width", &sheets.tile_width.saturating_mul(sheets.columns)),
            ("height", &sheets.tile_height.saturating_mul(sheets.rows)),
        ],
    );
    let tiles = format!("{}x{}", sheets.columns, sheets.rows);
    descriptor(
        xml,
        "EssentialProperty",
        "http://dashif.org/guidelines/thumbnail_tile",
        &tiles,
    );
    xml.close("Representation");
    xml.close("AdaptationSet");
}

/// `xs:duration` in seconds with milliseconds.
fn seconds(ms: u64) -> String {
    format!("PT{}.{:03}S", ms / 1000, ms % 1000)
}

fn descriptor(xml: &mut Xml, element: &str, scheme: &str, value: &str) {
    xml.empty(element, &[("schemeIdUri", &scheme), ("value", &value)]);
}

#[cfg(test)]
mod tests;

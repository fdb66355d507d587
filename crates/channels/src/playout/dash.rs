//! The manifest of a channel as MPEG-DASH (ISO/IEC 23009-1): one period for each slot.

use super::{
    names,
    reel::{Laid, View},
    sources::{audio, slate_codec, video},
    text::{instant, number, seconds, xml},
};
use crate::{
    definition::Format,
    library::{Item, SLATE_PATH, VideoRendition},
};

/// Writes the manifests of a channel.
///
/// Periods begin at their slots' instants and are named by their slots' numbers, in every
/// manifest and on every node. Subtitles are left to HLS.
#[derive(Clone, Copy, Debug)]
pub struct DashWriter<'a> {
    /// The channel's form.
    pub format: &'a Format,
    /// What every address of media begins with, without a slash at its end.
    pub root: &'a str,
    /// What every address ends with: a query, or nothing.
    pub suffix: &'a str,
    /// See [`MediaWriter::shift_ms`](super::MediaWriter::shift_ms).
    pub shift_ms: i64,
    /// Where players ask what time it is, if anywhere.
    pub clock_url: Option<&'a str>,
}

impl DashWriter<'_> {
    /// Writes the manifest of a view behind what is in the buffer: dynamic as long as more will
    /// come, static when it is complete.
    pub fn write(&self, out: &mut String, view: &View<'_>) {
        let depth = (view.end - view.start()).unsigned_abs();
        let target = self.format.target_ms().unsigned_abs();
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" ");
        out.push_str("profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" minBufferTime=\"");
        duration(out, target);
        if view.complete {
            out.push_str("\" type=\"static\" mediaPresentationDuration=\"");
            duration(out, depth);
        } else {
            // Periods begin at instants, so time begins where instants do.
            out.push_str(
                "\" type=\"dynamic\" availabilityStartTime=\"1970-01-01T00:00:00Z\" publishTime=\"",
            );
            instant(out, view.end + self.shift_ms);
            out.push_str("\" minimumUpdatePeriod=\"");
            duration(out, target / 2);
            out.push_str("\" timeShiftBufferDepth=\"");
            duration(out, depth);
            out.push_str("\" suggestedPresentationDelay=\"");
            duration(out, (3 * target).min(depth));
        }
        out.push_str("\">\n");
        let origin = if view.complete {
            view.start()
        } else {
            -self.shift_ms
        };
        for (laid, begin, end) in view.slots() {
            if let Some(item) = laid.item {
                self.period(out, view, &laid, item, (begin, end), origin);
            }
        }
        if let Some(url) = self.clock_url.filter(|_| !view.complete) {
            out.push_str("<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-iso:2014\" value=\"");
            xml(out, url);
            out.push_str("\"/>\n");
        }
        out.push_str("</MPD>\n");
    }

    fn period(
        &self,
        out: &mut String,
        view: &View<'_>,
        laid: &Laid<'_>,
        item: &Item,
        span: (u32, u32),
        origin: i64,
    ) {
        // Where a whole presentation begins within a slot, its first period does.
        let skipped = if view.complete {
            laid.offset(span.0)
        } else {
            0
        };
        let start = laid.slot.start + i64::from(skipped) - origin;
        out.push_str("<Period id=\"p");
        number(out, laid.ordinal);
        out.push_str("\" start=\"");
        duration(out, start.unsigned_abs());
        // A broadcast may still cut short what is on: its length is told when it is over.
        if view.complete || laid.slot.end() <= view.end {
            out.push_str("\" duration=\"");
            duration(out, (laid.offset(span.1) - skipped).into());
        }
        out.push_str("\">\n");
        let offset = laid.item_offset() + skipped;
        self.pictures(out, laid, item, span, offset);
        for track in 0..self.format.audio_tracks.len().max(1) {
            self.sound(out, laid, item, span, offset, track);
        }
        out.push_str("</Period>\n");
    }

    fn pictures(
        &self,
        out: &mut String,
        laid: &Laid<'_>,
        item: &Item,
        span: (u32, u32),
        offset: u32,
    ) {
        out.push_str("<AdaptationSet id=\"0\" contentType=\"video\" mimeType=\"video/mp4\" segmentAlignment=\"true\" startWithSAP=\"1\">\n");
        let mut last: Option<&VideoRendition> = None;
        if laid.withheld {
            self.slate(out, laid, span, offset);
        }
        for rung in self.format.rungs.iter().filter(|_| !laid.withheld) {
            let Some(found) = video(item, self.format, rung) else {
                continue;
            };
            // Two rungs may come to one rendition; it is listed once.
            if last.is_some_and(|last| last.path == found.path) {
                continue;
            }
            last = Some(found);
            out.push_str("<Representation id=\"");
            xml(out, &rung.name);
            out.push_str("\" bandwidth=\"");
            number(out, rung.bandwidth);
            out.push_str("\" codecs=\"");
            xml(out, &rung.codec);
            out.push_str("\" width=\"");
            number(out, found.width.into());
            out.push_str("\" height=\"");
            number(out, found.height.into());
            out.push_str("\">");
            self.template(out, &found.path, laid, span, offset);
            out.push_str("</Representation>\n");
        }
        out.push_str("</AdaptationSet>\n");
    }

    fn sound(
        &self,
        out: &mut String,
        laid: &Laid<'_>,
        item: &Item,
        span: (u32, u32),
        offset: u32,
        track: usize,
    ) {
        out.push_str("<AdaptationSet id=\"");
        number(out, 1 + track as u64);
        out.push_str("\" contentType=\"audio\" mimeType=\"audio/mp4\" segmentAlignment=\"true\" startWithSAP=\"1\"");
        if let Some(track) = self.format.audio_tracks.get(track) {
            out.push_str(" lang=\"");
            xml(out, &track.language);
            out.push('"');
        }
        out.push_str(">\n<Representation id=\"audio-");
        number(out, track as u64);
        out.push_str("\" bandwidth=\"200000\" codecs=\"");
        out.push_str(self.format.audio_codec());
        out.push_str("\" audioSamplingRate=\"");
        number(out, self.format.sample_rate.into());
        out.push_str("\">");
        match audio(item, self.format, track).filter(|_| !laid.withheld) {
            Some(found) => self.template(out, &found.path, laid, span, offset),
            None => self.silence(out, laid, span, offset),
        }
        out.push_str("</Representation>\n</AdaptationSet>\n");
    }

    fn template(
        &self,
        out: &mut String,
        path: &str,
        laid: &Laid<'_>,
        span: (u32, u32),
        offset: u32,
    ) {
        out.push_str("<SegmentTemplate timescale=\"1000\" presentationTimeOffset=\"");
        number(out, offset.into());
        out.push_str("\" startNumber=\"");
        number(out, u64::from(laid.slot.first + span.0));
        for (name, file) in [("initialization", "init.mp4"), ("media", "$Number$.m4s")] {
            out.push_str("\" ");
            out.push_str(name);
            out.push_str("=\"");
            for part in [self.root, "/", path, "/", file, self.suffix] {
                xml(out, part);
            }
        }
        out.push_str("\">");
        timeline(out, laid, span);
        out.push_str("</SegmentTemplate>");
    }

    /// The slate in place of pictures that must not be shown.
    fn slate(&self, out: &mut String, laid: &Laid<'_>, span: (u32, u32), offset: u32) {
        let codec = slate_codec(self.format);
        let known = self.format.rungs.first();
        out.push_str("<Representation id=\"slate\" bandwidth=\"200000\" codecs=\"");
        xml(out, known.map_or("", |rung| &rung.codec));
        out.push_str("\" width=\"1280\" height=\"720\">");
        self.timed(out, &format!("{SLATE_PATH}/{codec}"), laid, span, offset);
        out.push_str("</Representation>\n");
    }

    fn silence(&self, out: &mut String, laid: &Laid<'_>, span: (u32, u32), offset: u32) {
        let (rate, channels) = (self.format.sample_rate, self.format.channels);
        let path = format!("{}/{rate}-{channels}", names::SILENCE);
        self.timed(out, &path, laid, span, offset);
    }

    /// Segments that are named by time and length, which no template can tell.
    fn timed(&self, out: &mut String, path: &str, laid: &Laid<'_>, span: (u32, u32), offset: u32) {
        let address = |out: &mut String| {
            xml(out, self.root);
            out.push('/');
            xml(out, path);
            out.push('/');
        };
        out.push_str("<SegmentList timescale=\"1000\" presentationTimeOffset=\"");
        number(out, offset.into());
        out.push_str("\"><Initialization sourceURL=\"");
        address(out);
        out.push_str("init.mp4");
        xml(out, self.suffix);
        out.push_str("\"/>");
        timeline(out, laid, span);
        for segment in span.0..span.1 {
            let (from, to) = (laid.offset(segment), laid.offset(segment + 1));
            out.push_str("<SegmentURL media=\"");
            address(out);
            number(out, u64::from(laid.item_offset() + from));
            out.push('-');
            number(out, u64::from(to - from));
            out.push_str(".m4s");
            xml(out, self.suffix);
            out.push_str("\"/>");
        }
        out.push_str("</SegmentList>");
    }
}

/// Runs of equally long segments.
fn timeline(out: &mut String, laid: &Laid<'_>, span: (u32, u32)) {
    out.push_str("<SegmentTimeline>");
    let mut segment = span.0;
    while segment < span.1 {
        let at = laid.offset(segment);
        let length = laid.offset(segment + 1) - at;
        let mut more = 0u32;
        while segment + more + 1 < span.1
            && laid.offset(segment + more + 2) - laid.offset(segment + more + 1) == length
        {
            more += 1;
        }
        out.push_str("<S t=\"");
        number(out, u64::from(laid.item_offset() + at));
        out.push_str("\" d=\"");
        number(out, length.into());
        if more > 0 {
            out.push_str("\" r=\"");
            number(out, more.into());
        }
        out.push_str("\"/>");
        segment += more + 1;
    }
    out.push_str("</SegmentTimeline>");
}

fn duration(out: &mut String, ms: u64) {
    out.push_str("PT");
    seconds(out, ms);
    out.push('S');
}

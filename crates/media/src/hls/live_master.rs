//! The multivariant playlist of a broadcast (RFC 8216bis §4.4.6): what comes in is what goes out,
//! as the first variant; others are its pictures in smaller sizes. The sound is apart.

use super::attributes::Tag;
use crate::presentation::names;

/// What newer attributes of the playlist need (RFC 8216bis §7).
const VERSION: u32 = 9;

/// The group of the sound.
const SOUND: &str = "sound";

/// The pictures of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveVideo<'a> {
    /// As RFC 6381 has it.
    pub codec_string: &'a str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Frames a second, if that has been seen yet.
    pub frame_rate: Option<f64>,
    /// Where its playlist is, without a slash at the end.
    pub path: &'a str,
}

/// The sound of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveAudio<'a> {
    /// As RFC 6381 has it.
    pub codec_string: &'a str,
    /// How many speakers it is for.
    pub channels: u16,
    /// Where its playlist is, without a slash at the end.
    pub path: &'a str,
}

/// The pictures of a broadcast in another size than the encoder's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveRung<'a> {
    /// The pictures.
    pub video: LiveVideo<'a>,
    /// Bits a second at most, with the sound, as far as has been seen.
    pub peak_bps: u64,
    /// Bits a second on average.
    pub average_bps: u64,
}

/// What a broadcast offers, to be written as a multivariant playlist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveMaster<'a> {
    /// Pictures, if there are any.
    pub video: Option<LiveVideo<'a>>,
    /// Sound, if there is any.
    pub audio: Option<LiveAudio<'a>>,
    /// Bits a second at most, of what the encoder sends, as far as has been seen.
    pub peak_bps: u64,
    /// Bits a second on average.
    pub average_bps: u64,
    /// The same pictures in other sizes.
    pub rungs: &'a [LiveRung<'a>],
    /// Appended to every URI.
    pub suffix: &'a str,
}

impl LiveMaster<'_> {
    /// Writes the playlist.
    ///
    /// It does not promise that segments are independent: an encoder may send keyframes so
    /// seldom that some have to begin without.
    pub fn write(&self) -> String {
        let mut out = format!("#EXTM3U\n#EXT-X-VERSION:{VERSION}\n");
        let uri = |path| format!("{path}/{}{}", names::PLAYLIST, self.suffix);
        let Some(video) = &self.video else {
            if let Some(audio) = &self.audio {
                variant(audio.codec_string, self.peak_bps, self.average_bps).end(&mut out);
                out.push_str(&uri(audio.path));
                out.push('\n');
            }
            return out;
        };
        if let Some(audio) = &self.audio {
            Tag::new("EXT-X-MEDIA")
                .plain("TYPE", "AUDIO")
                .quoted("GROUP-ID", SOUND)
                .quoted("NAME", "Sound")
                .yes_no("DEFAULT", true)
                .yes_no("AUTOSELECT", true)
                .quoted("CHANNELS", &audio.channels.to_string())
                .quoted("URI", &uri(audio.path))
                .end(&mut out);
        }
        let source = (video, self.peak_bps, self.average_bps);
        let rungs = self.rungs.iter();
        let rungs = rungs.map(|rung| (&rung.video, rung.peak_bps, rung.average_bps));
        for (video, peak_bps, average_bps) in std::iter::once(source).chain(rungs) {
            let codecs = match &self.audio {
                Some(audio) => format!("{},{}", video.codec_string, audio.codec_string),
                None => video.codec_string.to_owned(),
            };
            let size = format!("{}x{}", video.width, video.height);
            let mut tag = variant(&codecs, peak_bps, average_bps).plain("RESOLUTION", size);
            if let Some(rate) = video.frame_rate {
                tag = tag.plain("FRAME-RATE", format_args!("{rate:.3}"));
            }
            if self.audio.is_some() {
                tag = tag.quoted("AUDIO", SOUND);
            }
            tag.end(&mut out);
            out.push_str(&uri(video.path));
            out.push('\n');
        }
        out
    }
}

fn variant(codecs: &str, peak_bps: u64, average_bps: u64) -> Tag {
    Tag::new("EXT-X-STREAM-INF")
        .plain("BANDWIDTH", peak_bps.max(1))
        .plain("AVERAGE-BANDWIDTH", average_bps.max(1))
        .quoted("CODECS", codecs)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::hls::tests::oracle;

    const VIDEO: LiveVideo<'_> = LiveVideo {
        codec_string: "avc1.64001f",
        width: 1280,
        height: 720,
        frame_rate: Some(29.97),
        path: "video",
    };
    const AUDIO: LiveAudio<'_> = LiveAudio {
        codec_string: "mp4a.40.2",
        channels: 2,
        path: "audio",
    };

    #[rstest]
    #[case::both(
        Some(VIDEO),
        Some(AUDIO),
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"Sound\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio/media.m3u8?token=t\"\n\
         #EXT-X-STREAM-INF:BANDWIDTH=3000,AVERAGE-BANDWIDTH=2000,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO=\"sound\"\n\
         video/media.m3u8?token=t\n"
    )]
    #[case::pictures(
        Some(LiveVideo { frame_rate: None, ..VIDEO }),
        None,
        "#EXT-X-STREAM-INF:BANDWIDTH=3000,AVERAGE-BANDWIDTH=2000,CODECS=\"avc1.64001f\",RESOLUTION=1280x720\n\
         video/media.m3u8?token=t\n"
    )]
    #[case::sound(
        None,
        Some(AUDIO),
        "#EXT-X-STREAM-INF:BANDWIDTH=3000,AVERAGE-BANDWIDTH=2000,CODECS=\"mp4a.40.2\"\n\
         audio/media.m3u8?token=t\n"
    )]
    fn each_kind_of_broadcast(
        #[case] video: Option<LiveVideo<'_>>,
        #[case] audio: Option<LiveAudio<'_>>,
        #[case] wanted: &str,
    ) {
        let master = LiveMaster {
            video,
            audio,
            peak_bps: 3000,
            average_bps: 2000,
            rungs: &[],
            suffix: "?token=t",
        };
        let head = "#EXTM3U\n#EXT-X-VERSION:9\n";
        assert_eq!(master.write(), format!("{head}{wanted}"));
        // Others read it, too.
        let (_, uris) = oracle(&master.write());
        assert_eq!(uris.len(), 1);
    }

    #[test]
    fn smaller_sizes_stand_beside_the_source() {
        let small = LiveVideo {
            codec_string: "avc1.64001e",
            width: 640,
            height: 360,
            path: "360p",
            ..VIDEO
        };
        let rungs = [LiveRung {
            video: small,
            peak_bps: 900,
            average_bps: 800,
        }];
        let master = LiveMaster {
            video: Some(VIDEO),
            audio: Some(AUDIO),
            peak_bps: 3000,
            average_bps: 2000,
            rungs: &rungs,
            suffix: "",
        };
        let written = master.write();
        assert!(written.ends_with(
            "RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO=\"sound\"\nvideo/media.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO=\"sound\"\n360p/media.m3u8\n"
        ));
        assert_eq!(oracle(&written).1.len(), 2);
    }
}

//! The containers that may be opened, and how their everyday names map to ffmpeg's demuxers.
//!
//! A demuxer that is not named here can never be chosen: the list goes to every ffprobe and
//! ffmpeg run as `-format_whitelist`. Playlist, concatenation, device and image demuxers
//! (hls, dash, concat, image2, lavfi, sdp, rtsp …) are left out on purpose, because they open
//! further files or addresses that the uploaded bytes name.

/// One everyday container name and the ffmpeg demuxer that reads it.
struct Format {
    /// Names as used in `SUPPORTED_FORMATS` and in file extensions.
    names: &'static [&'static str],
    /// A component of ffprobe's `format_name`.
    demuxer: &'static str,
}

const FORMATS: &[Format] = &[
    Format {
        names: &["mp4", "m4v", "mov", "qt", "3gp", "3g2", "mj2", "m4a", "f4v"],
        demuxer: "mov",
    },
    Format {
        names: &["mkv", "webm", "mka", "mk3d"],
        demuxer: "matroska",
    },
    Format {
        names: &["avi", "divx"],
        demuxer: "avi",
    },
    Format {
        names: &["wmv", "asf", "wma"],
        demuxer: "asf",
    },
    Format {
        names: &["flv"],
        demuxer: "flv",
    },
    Format {
        names: &["ts", "mts", "m2ts", "mpegts"],
        demuxer: "mpegts",
    },
    Format {
        names: &["mpg", "mpeg", "vob", "ps"],
        demuxer: "mpeg",
    },
    Format {
        names: &["ogv", "ogg", "ogm"],
        demuxer: "ogg",
    },
    Format {
        names: &["mxf"],
        demuxer: "mxf",
    },
    Format {
        names: &["nut"],
        demuxer: "nut",
    },
    Format {
        names: &["rm", "rmvb"],
        demuxer: "rm",
    },
    Format {
        names: &["dv"],
        demuxer: "dv",
    },
    Format {
        names: &["ivf"],
        demuxer: "ivf",
    },
    Format {
        names: &["y4m"],
        demuxer: "yuv4mpegpipe",
    },
];

/// The value of `-format_whitelist`: every container demuxer that is safe to open.
///
/// It is wider than `SUPPORTED_FORMATS`, so that a refused MPEG-TS file is refused by name
/// ("mpegts files are not accepted here") and not as garbage. Audio containers are in it for
/// the same reason.
pub const DEMUXER_WHITELIST: &str = "mov,matroska,avi,asf,flv,live_flv,mpegts,mpeg,mpegvideo,ogg,\
     mxf,nut,rm,dv,ivf,yuv4mpegpipe,mp3,wav,flac,aac,h264,hevc,m4v,gif,w64,aiff,amr,ac3,eac3,caf";

/// The value of `-protocol_whitelist`.
pub const PROTOCOL_WHITELIST: &str = "file,pipe";

/// The everyday names that `SUPPORTED_FORMATS` may hold.
pub fn known_names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().flat_map(|format| format.names).copied()
}

/// Whether `name` (case-insensitive, without a dot) is a container this crate knows.
pub fn is_known(name: &str) -> bool {
    known_names().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a file that ffprobe calls `format_name` (such as `mov,mp4,m4a,3gp,3g2,mj2`) belongs
/// to one of the `accepted` everyday names (such as `mkv`).
///
/// Containers that share a demuxer (MP4 and MOV, Matroska and WebM) are accepted together.
pub fn accepts(accepted: &[String], format_name: &str) -> bool {
    FORMATS
        .iter()
        .filter(|format| {
            accepted.iter().any(|name| {
                format
                    .names
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name.trim()))
            })
        })
        .any(|format| format_name.split(',').any(|part| part == format.demuxer))
}

/// A name that people know for ffprobe's `format_name`, in the upper-case form of the API's
/// `format` field: `MP4`, `MKV`, `WEBM` … The container's own brand decides between twins.
pub fn display_name(format_name: &str, major_brand: Option<&str>, webm: bool) -> String {
    let first = format_name.split(',').next().unwrap_or(format_name);
    match first {
        "mov" if major_brand.is_some_and(|brand| brand.trim() == "qt") => "MOV".into(),
        "mov" => "MP4".into(),
        "matroska" if webm => "WEBM".into(),
        "matroska" => "MKV".into(),
        "asf" => "WMV".into(),
        "mpegts" => "TS".into(),
        "mpeg" => "MPG".into(),
        other => other.to_ascii_uppercase(),
    }
}

/// Whether these codecs are those of WebM, the subset of Matroska that browsers play.
pub fn is_webm<'a>(codecs: impl IntoIterator<Item = &'a str>) -> bool {
    codecs
        .into_iter()
        .all(|codec| matches!(codec, "vp8" | "vp9" | "av1" | "vorbis" | "opus"))
}

/// What the first bytes of an unreadable file look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Something that is no video; a noun with its article.
    Like(&'static str),
    /// A container of film or sound: the file is damaged rather than foreign.
    Media(&'static str),
    /// Nothing that we know.
    Unknown,
}

/// Recognises common kinds of files by their first bytes, for the words of a refusal.
pub fn describe(head: &[u8]) -> Looks {
    const OTHERS: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7-Zip archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
        (b"\x7fELF", "a program"),
        (b"MZ", "a program"),
        (b"#!", "a script"),
        (b"SQLite format 3", "a database"),
        (b"#EXTM3U", "a playlist, not the video itself"),
        (b"<!DOCTYPE html", "a web page"),
        (b"<html", "a web page"),
        (b"<?xml", "an XML document"),
    ];
    const MEDIA: &[(usize, &[u8], &str)] = &[
        (4, b"ftyp", "MP4"),
        (4, b"moov", "MOV"),
        (4, b"mdat", "MOV"),
        (4, b"wide", "MOV"),
        (0, b"\x1a\x45\xdf\xa3", "Matroska"),
        (0, b"FLV", "FLV"),
        (0, b"\x30\x26\xb2\x75", "WMV"),
        (0, b"OggS", "Ogg"),
        (8, b"AVI ", "AVI"),
    ];
    if let Some((_, _, name)) = MEDIA
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
    {
        return Looks::Media(name);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Looks::Like("a WebP picture");
    }
    if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Looks::Like(name);
    }
    let text = !head.is_empty()
        && match std::str::from_utf8(head) {
            Ok(text) => text,
            // The piece may end within a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or("\0")
            }
            Err(_) => "\0",
        }
        .chars()
        .all(|c| !c.is_control() || c.is_ascii_whitespace());
    if text {
        Looks::Like("a text file")
    } else {
        Looks::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn accepted() -> Vec<String> {
        "mp4,avi,mov,wmv,flv,webm,mkv"
            .split(',')
            .map(str::to_owned)
            .collect()
    }

    #[rstest]
    #[case("mov,mp4,m4a,3gp,3g2,mj2", true)]
    #[case("matroska,webm", true)]
    #[case("asf", true)]
    #[case("flv", true)]
    #[case("avi", true)]
    #[case("mpegts", false)]
    #[case("hls", false)]
    #[case("mp3", false)]
    fn supported_formats_are_judged_by_demuxer(#[case] probed: &str, #[case] expected: bool) {
        assert_eq!(accepts(&accepted(), probed), expected);
    }

    #[test]
    fn nothing_that_opens_other_files_is_listed() {
        for dangerous in [
            "hls", "dash", "concat", "image2", "lavfi", "sdp", "rtsp", "tee",
        ] {
            assert!(
                !DEMUXER_WHITELIST
                    .split(',')
                    .any(|name| name.trim() == dangerous)
            );
        }
    }

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n", Looks::Like("a PNG picture"))]
    #[case(b"Dear diary,\n", Looks::Like("a text file"))]
    #[case("déjà v\u{fc}".as_bytes(), Looks::Like("a text file"))]
    #[case(b"\0\0\0\x20ftypisom", Looks::Media("MP4"))]
    #[case(b"\x1a\x45\xdf\xa3", Looks::Media("Matroska"))]
    #[case(b"\0\x01\x02\x03", Looks::Unknown)]
    #[case(b"", Looks::Unknown)]
    fn foreign_files_are_named(#[case] head: &[u8], #[case] looks: Looks) {
        assert_eq!(describe(head), looks);
    }
}

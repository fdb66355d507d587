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
}

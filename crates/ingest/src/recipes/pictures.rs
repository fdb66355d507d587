//! Stills: candidates for the poster, and the sheets of the storyboard.

use std::path::Path;
use std::time::Duration;

use crate::ffmpeg::Run;
use crate::probe::SourceInfo;

/// The longest side of a thumbnail, in pixels.
const THUMBNAIL_SIDE: u32 = 1280;
/// Sides of the tiny grey picture by which a candidate is judged.
pub const JUDGED: (usize, usize) = (64, 36);
/// The greatest number of candidates.
const CANDIDATES: usize = 6;

/// The instants that candidates are taken from: spread over the film, away from titles and
/// credits, and never two within half a second.
pub fn instants(film: Duration) -> Vec<Duration> {
    let shares = [0.10, 0.25, 0.40, 0.55, 0.70, 0.85];
    let mut instants: Vec<Duration> = Vec::with_capacity(CANDIDATES);
    for share in shares {
        let at = film.mul_f64(share);
        let apart = instants
            .last()
            .is_none_or(|last| at.saturating_sub(*last) >= Duration::from_millis(500));
        if apart {
            instants.push(at);
        }
    }
    instants
}

/// Scales to the size as seen, with the longest side at most [`THUMBNAIL_SIDE`].
pub fn thumbnail_size(source: &SourceInfo) -> (u32, u32) {
    let (width, height) = source.video.display_size();
    let longest = width.max(height).max(1);
    let scale = (f64::from(THUMBNAIL_SIDE) / f64::from(longest)).min(1.0);
    let even = |side: u32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 2 and THUMBNAIL_SIDE"
        )]
        let half = (f64::from(side) * scale / 2.0).round().max(1.0) as u32;
        half * 2
    };
    (even(width), even(height))
}

/// Brings high dynamic range near to what a JPEG can show; exact tone mapping is for films.
fn tame(source: &SourceInfo) -> &'static str {
    if source.video.hdr.is_some() {
        ",eq=gamma=1.6:saturation=1.5"
    } else {
        ""
    }
}

/// A run that takes one candidate: the JPEG `{name}.jpg` and, for judging, `{name}.grey`.
pub fn candidate(
    run: &mut Run,
    path: &Path,
    source: &SourceInfo,
    at: Duration,
    keyframes_only: bool,
    name: &str,
) {
    run.arg("-ss").arg(format!("{:.3}", at.as_secs_f64()));
    run.args(["-threads", "1"]);
    if keyframes_only {
        // Whatever keyframe comes next is as good as the very instant, and needs one decode.
        run.args(["-skip_frame", "nokey", "-noaccurate_seek"]);
    }
    run.input(path);
    let (width, height) = thumbnail_size(source);
    let (judged_width, judged_height) = JUDGED;
    run.arg("-filter_complex").arg(format!(
        "[0:{}]scale={width}:{height}:flags=bicubic:out_range=pc,setsar=1{},split[a][b];\
         [b]scale={judged_width}:{judged_height}:flags=area,format=gray[g]",
        source.video.index,
        tame(source),
    ));
    run.args([
        "-map",
        "[a]",
        "-frames:v",
        "1",
        "-q:v",
        "4",
        "-pix_fmt",
        "yuvj420p",
        "-f",
        "mjpeg",
    ]);
    run.output(&format!("{name}.jpg"));
    run.args(["-map", "[g]", "-frames:v", "1", "-f", "rawvideo"]);
    run.output(&format!("{name}.grey"));
}

/// How good a poster the picture makes that [`candidate`] left as grey pixels: 0 for black, white
/// or empty, more for a well-lit picture with much in it.
pub fn score(grey: &[u8]) -> f64 {
    let (width, height) = JUDGED;
    if grey.len() < width * height {
        return 0.0;
    }
    let grey = &grey[..width * height];
    let count = grey.len() as f64;
    let mean = grey.iter().map(|&g| f64::from(g)).sum::<f64>() / count;
    let variance = grey
        .iter()
        .map(|&g| (f64::from(g) - mean).powi(2))
        .sum::<f64>()
        / count;
    let edges: f64 = grey
        .chunks_exact(width)
        .flat_map(|row| row.windows(2))
        .map(|pair| f64::from(pair[0].abs_diff(pair[1])))
        .sum::<f64>()
        / count;
    // Best in the middle, nothing at the ends.
    let light = (1.0 - ((mean - 120.0) / 120.0).powi(2)).max(0.0);
    light * (variance.sqrt() + 4.0 * edges)
}

/// The geometry of a storyboard's sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheets {
    /// Milliseconds from one picture to the next.
    pub interval_ms: u64,
    /// Width of a picture in pixels.
    pub tile_width: u32,
    /// Height of a picture in pixels.
    pub tile_height: u32,
    /// Pictures in a row.
    pub columns: u32,
    /// Rows in a sheet.
    pub rows: u32,
}

/// Adds the making of sheets `sheet-001.jpg` and so on.
pub fn storyboard(
    run: &mut Run,
    path: &Path,
    source: &SourceInfo,
    sheets: Sheets,
    keyframes_only: bool,
) {
    if keyframes_only {
        run.args(["-skip_frame", "nokey"]);
    }
    run.input(path);
    run.arg("-filter_complex").arg(format!(
        "[0:{}]fps=fps=1000/{}:start_time=0:round=near,scale={}:{}:flags=fast_bilinear:out_range=pc,\
         setsar=1{},tile={}x{}[s]",
        source.video.index,
        sheets.interval_ms,
        sheets.tile_width,
        sheets.tile_height,
        tame(source),
        sheets.columns,
        sheets.rows,
    ));
    run.args([
        "-map", "[s]", "-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "image2",
    ]);
    run.output("sheet-%03d.jpg");
}

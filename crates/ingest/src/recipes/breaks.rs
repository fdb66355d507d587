//! Where a film may be broken for advertisements: where its picture is black, and where it is cut
//! in silence.

use std::path::Path;

use crate::ffmpeg::Run;
use crate::probe::SourceInfo;

/// What one reading leaves, each a file of ffmpeg's `metadata` filter.
pub const FILES: [&str; 5] = [
    "black-start.txt",
    "black-end.txt",
    "cuts.txt",
    "silence-start.txt",
    "silence-end.txt",
];

/// Nothing is black or silent for less than so many seconds.
const LEAST_S: &str = "0.3";
/// So near to each other, in milliseconds, a cut and a silence are one place.
const TOGETHER_MS: i64 = 150;
/// And two places are one.
const APART_MS: i64 = 2000;
/// More of one kind are not looked at: each cut is held against all silences.
const INSTANTS_MAX: usize = 20_000;

/// A run that looks through a whole film: small, ten pictures a second.
pub fn scan(run: &mut Run, path: &Path, source: &SourceInfo) {
    run.film(source.film()).input(path);
    let print = |key: &str, file: &str| format!("metadata=print:key=lavfi.{key}:file={file}");
    run.args(["-map", &format!("0:{}", source.video.index)]);
    run.arg("-vf").arg(format!(
        "fps=10,scale=160:90:flags=fast_bilinear,scdet=t=8,{},blackdetect=d={LEAST_S}:pix_th=0.08,{},{}",
        print("scd.time", FILES[2]),
        print("black_start", FILES[0]),
        print("black_end", FILES[1]),
    ));
    run.args(["-f", "null", "-"]);
    if let Some(audio) = source.audio.first() {
        run.args(["-map", &format!("0:{}", audio.index)]);
        run.arg("-af").arg(format!(
            "aresample=8000,silencedetect=n=-50dB:d={LEAST_S},a{},a{}",
            print("silence_start", FILES[3]),
            print("silence_end", FILES[4]),
        ));
        run.args(["-f", "null", "-"]);
    }
}

/// The instants in such a file, in milliseconds.
fn instants(text: &str) -> Vec<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a film is shorter than a year"
    )]
    let ms = |seconds: f64| (seconds.clamp(0.0, 3e7) * 1000.0).round() as i64;
    text.lines()
        .filter_map(|line| line.strip_prefix("lavfi.")?.split_once('='))
        .filter_map(|(_, value)| value.trim().parse::<f64>().ok())
        .filter(|seconds| seconds.is_finite())
        .map(ms)
        .take(INSTANTS_MAX)
        .collect()
}

/// The places that [`FILES`] tell of, in their order: milliseconds from the beginning, ascending.
pub fn places(files: &[String; 5]) -> Vec<i64> {
    let [black_start, black_end, cuts, silence_start, silence_end] =
        files.each_ref().map(|text| instants(text));
    let mut out: Vec<i64> = black_start
        .iter()
        .zip(&black_end)
        .map(|(start, end)| i64::midpoint(*start, *end))
        .collect();
    let silent = |at: i64| {
        silence_start
            .iter()
            .zip(&silence_end)
            .any(|(start, end)| (start - TOGETHER_MS..=end + TOGETHER_MS).contains(&at))
    };
    let blacks = out.clone();
    let quiet = cuts.into_iter().filter(|&at| {
        silent(at)
            && blacks
                .iter()
                .all(|black| black.abs_diff(at) > APART_MS.unsigned_abs())
    });
    out.extend(quiet);
    out.sort_unstable();
    out.dedup_by(|later, earlier| *later - *earlier < APART_MS);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(key: &str, all: &[&str]) -> String {
        let line = |at: &&str| format!("frame:1    pts:1       pts_time:{at}\nlavfi.{key}={at}\n");
        all.iter().map(line).collect()
    }

    #[test]
    fn black_pictures_and_cuts_in_silence_are_places() {
        let files = [
            file("black_start", &["20", "900.5"]),
            file("black_end", &["21", "901.5"]),
            // At a black picture's end, in the middle of speech, and in a silence.
            file("scd.time", &["21", "30", "41"]),
            file("silence_start", &["20.016", "40.6"]),
            file("silence_end", &["21.01", "41.6"]),
        ];
        assert_eq!(places(&files), [20_500, 41_000, 901_000]);
        assert!(places(&Default::default()).is_empty());
        let odd = file("black_start", &["nan", "x", "-5"]);
        assert_eq!(instants(&odd), [0]);
    }
}

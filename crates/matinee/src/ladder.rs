//! Smaller sizes of broadcasts, made by the ffmpeg that is there for films.

use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use matinee_ingest::config::BitrateCaps;
use matinee_ingest::ffmpeg::{Piped, PipedChild, Run, Runner};
use matinee_ingest::ladder::bitrate_cap_kbps;
use matinee_live::ladder::{Child, Mill, MillError, Rung, Work};

/// The largest size that is made while a broadcast goes on, in lines: above it one picture takes
/// longer than there is time for on most machines.
const HIGHEST: u32 = 1080;
/// How many sizes are made.
const MOST: usize = 4;
/// How much smaller than the source a size has to be.
const SMALLER: f64 = 0.9;
/// How long one child may work: longer than broadcasts usually last. Then it is begun anew.
const TIME: Duration = Duration::from_hours(24);
/// Its niceness: a broadcast comes first, work on files last.
const NICE: i32 = 5;

/// Makes smaller sizes by ffmpeg, confined as for uploads.
pub struct LiveMill {
    /// Runs it.
    pub runner: Runner,
    /// The heights that may be made.
    pub heights: Vec<u32>,
    /// How many bits they may take.
    pub caps: BitrateCaps,
    /// x264's name of how thoroughly.
    pub preset: String,
    /// Processor cores of this machine.
    pub cores: usize,
}

#[async_trait]
impl Mill for LiveMill {
    fn plan(&self, width: u32, height: u32) -> Vec<Rung> {
        let short = width.min(height);
        let mut heights: Vec<u32> = self
            .heights
            .iter()
            .copied()
            .filter(|lines| *lines <= HIGHEST && f64::from(*lines) <= f64::from(short) * SMALLER)
            .collect();
        heights.sort_unstable_by(|a, b| b.cmp(a));
        heights.dedup();
        heights.truncate(MOST);
        let rung = |lines: u32| {
            Some(Rung {
                lines: u16::try_from(lines).ok()?,
                width: scaled(width, lines, short),
                height: scaled(height, lines, short),
                max_kbps: bitrate_cap_kbps(&self.caps, lines),
            })
        };
        heights.into_iter().filter_map(rung).collect()
    }

    async fn start(&self, rungs: &[Rung]) -> Result<Work, MillError> {
        let run = self.run(rungs);
        let Piped {
            stdin,
            stdout,
            child,
        } = self.runner.pipe(&run).await?;
        Ok(Work {
            input: Box::pin(stdin),
            output: Box::pin(stdout),
            child: Box::new(Miller(child)),
        })
    }
}

impl LiveMill {
    /// One decode, one picture after the other; each size made of the next larger one.
    fn run(&self, rungs: &[Rung]) -> Run {
        let mut run = Run::ffmpeg_between_pipes();
        run.nice = Some(NICE);
        run.time_limit = Some(TIME);
        // The times stay as they are: they are what sizes are cut by. Nothing is looked at for
        // longer than it takes to know the size.
        run.args(["-copyts", "-analyzeduration", "0", "-probesize", "65536"]);
        // Decoding in threads would hold back a picture for each.
        run.args(["-threads", "1", "-f", "mp4", "-i", "pipe:0"]);
        run.arg("-filter_complex").arg(graph(rungs));
        run.args(["-fps_mode", "passthrough"]);
        let threads = (self.cores / 2).clamp(1, 4).to_string();
        for (nth, rung) in rungs.iter().enumerate() {
            let max = format!("{}k", rung.max_kbps);
            run.arg("-map").arg(format!("[v{nth}]"));
            for (name, value) in [("-maxrate", &max), ("-bufsize", &max)] {
                run.arg(format!("{name}:v:{nth}")).arg(value);
            }
        }
        run.args(["-c:v", "libx264", "-preset", &self.preset]);
        run.args(["-tune", "zerolatency", "-crf", "23", "-profile:v", "high"]);
        run.args(["-bf", "0", "-threads", &threads]);
        // Keyframes where the source has some, and nowhere else.
        run.args(["-force_key_frames", "source", "-forced-idr", "1"]);
        run.args(["-g", "100000", "-sc_threshold", "0", "-an"]);
        run.args(["-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"]);
        run.args(["-mpegts_copyts", "1", "-f", "mpegts", "pipe:1"]);
        run
    }
}

/// The filter graph, with an output `[v{n}]` for each size.
fn graph(rungs: &[Rung]) -> String {
    let mut graph = "[0:v:0]".to_owned();
    for (nth, rung) in rungs.iter().enumerate() {
        let _ = write!(
            graph,
            "scale={}:{}:flags=bicubic:out_range=tv,format=yuv420p",
            rung.width, rung.height
        );
        if nth + 1 < rungs.len() {
            let _ = write!(graph, ",split=2[v{nth}][n{nth}];[n{nth}]");
        } else {
            let _ = write!(graph, "[v{nth}]");
        }
    }
    graph
}

/// A side of a picture whose shorter one is to have so many lines: even.
fn scaled(side: u32, lines: u32, short: u32) -> u32 {
    let short = u64::from(short.max(1));
    let halves = (u64::from(side) * u64::from(lines) + short) / (2 * short);
    u32::try_from(halves * 2).unwrap_or(u32::MAX).max(2)
}

struct Miller(PipedChild);

#[async_trait]
impl Child for Miller {
    async fn end(self: Box<Self>) -> String {
        self.0.end().await
    }
}

#[cfg(test)]
mod tests {
    use matinee_ingest::ffmpeg::RunnerConfig;
    use rstest::rstest;

    use super::*;

    fn mill(heights: &[u32]) -> LiveMill {
        LiveMill {
            runner: Runner::new(RunnerConfig::default()),
            heights: heights.to_vec(),
            caps: BitrateCaps::default(),
            preset: "veryfast".to_owned(),
            cores: 2,
        }
    }

    #[rstest]
    #[case::full((1920, 1080), &[(720, 1280, 720), (480, 854, 480), (360, 640, 360), (240, 426, 240)])]
    #[case::upright((720, 1280), &[(480, 480, 854), (360, 360, 640), (240, 240, 426)])]
    #[case::nothing_is_made_larger((854, 480), &[(360, 640, 360), (240, 428, 240)])]
    #[case::nor_nearly_the_same((650, 366), &[(240, 426, 240)])]
    #[case::huge((3840, 2160), &[(1080, 1920, 1080), (720, 1280, 720), (480, 854, 480), (360, 640, 360)])]
    #[case::wide((1920, 800), &[(720, 1728, 720), (480, 1152, 480), (360, 864, 360), (240, 576, 240)])]
    #[case::tiny((320, 180), &[])]
    fn sizes_are_smaller_than_the_source(
        #[case] (width, height): (u32, u32),
        #[case] wanted: &[(u16, u32, u32)],
    ) {
        let rungs = mill(&[240, 360, 480, 720, 1080, 1440, 2160]).plan(width, height);
        let sizes: Vec<(u16, u32, u32)> = rungs
            .iter()
            .map(|rung| (rung.lines, rung.width, rung.height))
            .collect();
        assert_eq!(sizes, wanted);
        assert!(rungs.iter().all(|rung| rung.max_kbps >= 64));
    }

    #[test]
    fn each_size_is_made_of_the_next_larger_one() {
        let rungs = mill(&[720, 360]).plan(1920, 1080);
        assert_eq!(
            graph(&rungs),
            "[0:v:0]scale=1280:720:flags=bicubic:out_range=tv,format=yuv420p,split=2[v0][n0];\
             [n0]scale=640:360:flags=bicubic:out_range=tv,format=yuv420p[v1]"
        );
    }
}

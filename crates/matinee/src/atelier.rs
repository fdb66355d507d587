//! Pictures and sound of stages, decoded and coded by the ffmpeg that is there for films.

use std::time::Duration;

use async_trait::async_trait;
use matinee_ingest::ffmpeg::{Piped, PipedChild, Run, Runner};
use matinee_live::ladder::{Child, MillError, Work};
use matinee_live::stage::Size;
use matinee_live::stage::atelier::{Atelier, Coded, Form};

/// How long one child may work: longer than people stay on a stage. Then it is begun anew.
const TIME: Duration = Duration::from_hours(24);
/// What is read before a decoder begins: enough to know what it is.
const PROBED: &str = "2048";
/// The same of a transport stream, whose tables come first.
const PROBED_TRANSPORT: &str = "65536";
/// Of the sound.
const BITRATE: &str = "128k";

/// Works by ffmpeg, confined as for uploads.
pub struct StageAtelier {
    /// Runs it.
    pub runner: Runner,
    /// x264's name of how thoroughly.
    pub preset: String,
    /// Processor cores of this machine.
    pub cores: usize,
}

impl StageAtelier {
    async fn begin(&self, run: &Run) -> Result<Work, MillError> {
        let Piped {
            stdin,
            stdout,
            child,
        } = self.runner.pipe(run).await?;
        Ok(Work {
            input: Box::pin(stdin),
            output: Box::pin(stdout),
            child: Box::new(Ended(child)),
        })
    }
}

fn run() -> Run {
    let mut run = Run::ffmpeg_between_pipes();
    run.time_limit = Some(TIME);
    run
}

/// A run that decodes what comes, without holding anything back.
fn decoding(coded: Coded, plain: &str) -> Run {
    let mut run = run();
    let (format, probed) = match coded {
        Coded::WebRtc => (plain, PROBED),
        Coded::Transport => ("mpegts", PROBED_TRANSPORT),
    };
    if coded == Coded::WebRtc {
        // What encoders send may be decoded in another order than it is shown.
        run.args(["-flags", "low_delay"]);
    }
    run.args(["-analyzeduration", "0"]);
    run.args(["-probesize", probed, "-threads", "1"]);
    run.args(["-f", format, "-i", "pipe:0"]);
    run
}

/// Pictures of any shape inside one of this size.
fn inside(size: Size) -> String {
    let Size { width, height } = size;
    format!(
        "scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=tv,\
         pad={width}:{height}:-1:-1,setsar=1,format=yuv420p"
    )
}

#[async_trait]
impl Atelier for StageAtelier {
    async fn see(&self, coded: Coded, size: Size) -> Result<Work, MillError> {
        let mut run = decoding(coded, "h264");
        run.args(["-an", "-vf", &inside(size), "-fps_mode", "passthrough"]);
        run.args(["-f", "rawvideo", "pipe:1"]);
        self.begin(&run).await
    }

    async fn hear(&self, coded: Coded) -> Result<Work, MillError> {
        let mut run = decoding(coded, "ogg");
        run.args(["-vn", "-ar", "48000", "-ac", "2", "-f", "s16le"]);
        run.args(["-flush_packets", "1", "pipe:1"]);
        self.begin(&run).await
    }

    async fn code_pictures(&self, form: Form) -> Result<Work, MillError> {
        let mut run = run();
        let Size { width, height } = form.size;
        let max = format!("{}k", form.max_kbps);
        let threads = (self.cores / 2).clamp(1, 4).to_string();
        run.args(["-analyzeduration", "0", "-probesize", "32"]);
        run.args(["-f", "rawvideo", "-pix_fmt", "yuv420p"]);
        run.args(["-s", &format!("{width}x{height}")]);
        run.args(["-framerate", &form.fps.to_string(), "-i", "pipe:0"]);
        run.args(["-an", "-fps_mode", "passthrough", "-c:v", "libx264"]);
        run.args(["-preset", &self.preset, "-tune", "zerolatency"]);
        // In the order in which they are shown, so that they may be watched by WebRTC too.
        run.args(["-bf", "0", "-profile:v", "high", "-threads", &threads]);
        run.args(["-crf", "23", "-maxrate", &max, "-bufsize", &max]);
        run.args(["-g", &form.keyframes.to_string(), "-sc_threshold", "0"]);
        run.args(["-forced-idr", "1", "-color_range", "tv"]);
        run.args(["-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"]);
        run.args(["-f", "mpegts", "pipe:1"]);
        self.begin(&run).await
    }

    async fn code_sound(&self) -> Result<Work, MillError> {
        let mut run = run();
        run.args(["-analyzeduration", "0", "-probesize", "32"]);
        run.args(["-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "pipe:0"]);
        run.args(["-vn", "-c:a", "libopus", "-b:a", BITRATE]);
        run.args(["-frame_duration", "20", "-page_duration", "20000"]);
        run.args(["-f", "ogg", "-flush_packets", "1", "pipe:1"]);
        self.begin(&run).await
    }
}

struct Ended(PipedChild);

#[async_trait]
impl Child for Ended {
    async fn end(self: Box<Self>) -> String {
        self.0.end().await
    }
}

//! The slate of channels, painted by the ffmpeg that is there for films.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use matinee_engines::id::Id;
use matinee_ingest::ffmpeg::{Run, Runner};
use matinee_linear::media::{Painter, PainterError};
use matinee_media::codec::Codec;
use tokio_util::sync::CancellationToken;

/// How long it may take, on a machine that is busy.
const TIME: Duration = Duration::from_mins(1);
/// The largest file that is believed.
const MOST: u64 = 8 << 20;

/// Dark and quiet, and a few bytes.
const PICTURE: &str = "color=c=0x1a1d26:s=1280x720:r=25:d=1,format=yuv420p";

/// Paints the slate by ffmpeg, confined as for uploads.
pub struct Easel {
    /// Runs it.
    pub runner: Runner,
    /// The folder for work in progress.
    pub work_dir: PathBuf,
}

#[async_trait]
impl Painter for Easel {
    async fn paint(&self, codec: Codec) -> Result<Bytes, PainterError> {
        let folder = self.work_dir.join("slates");
        let folder = folder.join(Id::new("slate").to_string());
        tokio::fs::create_dir_all(&folder).await?;
        let folder = Gone(folder);
        let mut run = Run::ffmpeg(&folder.0);
        run.args(["-f", "lavfi", "-i", PICTURE]);
        run.args(["-frames:v", "25", "-threads", "1", "-an"]);
        match codec {
            Codec::Avc => run
                .args(["-c:v", "libx264", "-preset", "medium", "-crf", "23"])
                .args(["-profile:v", "high", "-bf", "0"]),
            Codec::Hevc => run
                .args(["-c:v", "libx265", "-preset", "medium", "-crf", "26"])
                .args([
                    "-x265-params",
                    "bframes=0:log-level=error",
                    "-tag:v",
                    "hvc1",
                ]),
            Codec::Av1 => run
                .args(["-c:v", "libsvtav1", "-preset", "10", "-crf", "40"])
                .args(["-svtav1-params", "pred-struct=1"]),
            _ => return Err("there is no slate in this codec".into()),
        };
        run.args(["-g", "25", "-video_track_timescale", "12800"]);
        run.args(["-bitexact", "-movflags"]);
        run.args(["+frag_keyframe+empty_moov+default_base_moof+delay_moov"]);
        run.args(["-f", "mp4"]);
        run.output("slate.mp4");
        run.time_limit = Some(TIME);
        run.file_bytes = Some(MOST);
        let cancel = CancellationToken::new();
        self.runner.run(&run, &cancel, |_| {}).await?;
        Ok(tokio::fs::read(folder.0.join("slate.mp4")).await?.into())
    }
}

/// A folder that goes with this value.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        // A small file; what remains is found in the folder for work in progress.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

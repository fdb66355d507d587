//! Pictures of broadcasts, taken by the ffmpeg that is there for films.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use matinee_engines::id::Id;
use matinee_ingest::ffmpeg::{Run, Runner};
use matinee_live::stills::{Camera, CameraError, STILL_MAX};
use tokio_util::sync::CancellationToken;

/// How long one picture may take, on a machine that is busy.
const TIME: Duration = Duration::from_secs(20);

/// The longest side, in pixels: what a card in a list needs on a fine screen.
const SIDE: u32 = 854;

/// Takes pictures by ffmpeg, confined as for uploads.
pub struct Darkroom {
    /// Runs it.
    pub runner: Runner,
    /// The folder for work in progress.
    pub work_dir: PathBuf,
}

#[async_trait]
impl Camera for Darkroom {
    async fn still(&self, media: Bytes) -> Result<Bytes, CameraError> {
        let folder = self.work_dir.join("stills");
        let folder = folder.join(Id::new("still").to_string());
        tokio::fs::create_dir_all(&folder).await?;
        let folder = Gone(folder);
        let source = folder.0.join("keyframe.mp4");
        tokio::fs::write(&source, &media).await?;
        let mut run = Run::ffmpeg(&folder.0);
        run.args(["-threads", "1"]).input(&source);
        run.args(["-map", "0:v:0", "-frames:v", "1", "-threads", "1"]);
        run.arg("-vf").arg(format!(
            "scale='max(2,trunc(iw*sar/2)*2)':'max(2,trunc(ih/2)*2)',\
             scale='min({SIDE},iw)':'min({SIDE},ih)':force_original_aspect_ratio=decrease\
             :force_divisible_by=2:flags=bicubic:out_range=pc,setsar=1"
        ));
        run.args(["-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "mjpeg"]);
        run.output("still.jpg");
        run.time_limit = Some(TIME);
        run.file_bytes = Some(STILL_MAX);
        let cancel = CancellationToken::new();
        self.runner.run(&run, &cancel, |_| {}).await?;
        let jpeg = tokio::fs::read(folder.0.join("still.jpg")).await?;
        if jpeg.is_empty() {
            return Err("nothing came of it".into());
        }
        Ok(jpeg.into())
    }
}

/// A folder that goes with this value: whoever waits for a picture may stop waiting.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        // A few small files; what remains is found in the folder for work in progress.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

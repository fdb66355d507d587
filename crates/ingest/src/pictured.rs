//! Pictures for what is sound alone, so that it can be watched like everything else: a wave that
//! follows the sound.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use matinee_media::mp4;
use tokio_util::sync::CancellationToken;

use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::service::Ingest;

/// What is drawn: small and slow enough to cost little, whatever it is the sound of.
const WAVE: &str = "[0:a:0]showwaves=s=1280x720:mode=cline:rate=10:scale=sqrt:colors=0xffb454,\
                    format=yuv420p[v]";

impl Ingest {
    /// Gives a recorded MP4 file pictures if it has none but has sound; the sound stays as it is.
    /// The file is exchanged as a whole, or not at all. Gives whether it was.
    ///
    /// Errors: what ffmpeg says, and those of the disk.
    pub async fn give_pictures(&self, path: &Path) -> Result<bool> {
        let asked = path.to_owned();
        let sounding = tokio::task::spawn_blocking(move || sound_alone(&asked)).await;
        let Some(film) = sounding.unwrap_or_default() else {
            return Ok(false);
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        let (Some(name), Ok(folder)) = (path.file_stem(), folder.canonicalize()) else {
            return Ok(false);
        };
        let drawn = format!("{}.pictured", name.to_string_lossy());
        let mut run = Run::ffmpeg(&folder);
        run.film(film)
            .input(&folder.join(path.file_name().unwrap_or(name)));
        run.args(["-filter_complex", WAVE, "-map", "[v]", "-map", "0:a:0"]);
        run.args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "28"]);
        run.args(["-g", "20", "-c:a", "copy", "-f", "mp4"]);
        run.output(&drawn);
        let made = folder.join(drawn);
        let outcome = self
            .runner()
            .run(&run, &CancellationToken::new(), |_| {})
            .await;
        match outcome {
            Ok(_) => tokio::fs::rename(&made, path)
                .await
                .map_err(|source| IngestError::io("writing", path, source))?,
            Err(error) => {
                let _ = tokio::fs::remove_file(&made).await;
                return Err(error);
            }
        }
        Ok(true)
    }
}

/// How long the sound of a file lasts that has nothing else.
fn sound_alone(path: &Path) -> Option<Duration> {
    let movie = mp4::read(&mut BufReader::new(File::open(path).ok()?)).ok()?;
    if movie.video().is_some() {
        return None;
    }
    let sound = movie.tracks.first()?;
    let last = sound.samples.len().checked_sub(1)?;
    let last = sound.samples.get(last)?;
    let seconds = (last.dts as f64) / f64::from(sound.timescale.max(1));
    Duration::try_from_secs_f64(seconds).ok()
}

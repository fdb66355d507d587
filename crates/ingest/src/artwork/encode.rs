//! Pixels into WebP and AVIF, by the ffmpeg that is there for films anyway.

use std::time::Duration;

use image::DynamicImage;
use matinee_engines::id::Id;
use tokio_util::sync::CancellationToken;

use super::{ArtworkError, Artworks, Encoding, Result};
use crate::error::IngestError;
use crate::ffmpeg::{Capabilities, Run};

/// How long one picture may take.
const TIME: Duration = Duration::from_mins(1);
/// The largest file that a picture becomes.
const FILE_MAX: u64 = 32 << 20;
/// Encoders of AV1, the best for single pictures first, with what makes each
/// fast and good enough.
const AV1: [(&str, &[&str]); 3] = [
    (
        "libaom-av1",
        &[
            "-cpu-used",
            "8",
            "-crf",
            "30",
            "-b:v",
            "0",
            "-still-picture",
            "1",
        ],
    ),
    ("libsvtav1", &["-preset", "10", "-crf", "35"]),
    ("librav1e", &["-speed", "9", "-qp", "100"]),
];

impl Artworks {
    async fn capabilities(&self) -> Result<&Capabilities> {
        let inner = &self.inner;
        inner
            .capabilities
            .get_or_try_init(|| Capabilities::detect(&inner.runner))
            .await
            .map_err(failed)
    }

    /// Encodes pixels in a folder of their own, which is gone afterwards.
    pub(super) async fn by_ffmpeg(
        &self,
        picture: DynamicImage,
        encoding: Encoding,
    ) -> Result<Vec<u8>> {
        let known = &self.capabilities().await?.encoders;
        let codec: Vec<&str> = match encoding {
            Encoding::Avif => {
                let found = AV1.iter().find(|(name, _)| known.contains(*name));
                let (name, options) = found.ok_or(ArtworkError::NoEncoder("AVIF"))?;
                std::iter::once(*name)
                    .chain(options.iter().copied())
                    .collect()
            }
            _ if known.contains("libwebp") => {
                vec!["libwebp", "-quality", "82", "-compression_level", "4"]
            }
            _ => return Err(ArtworkError::NoEncoder("WebP")),
        };
        let folder = self.inner.work_dir.join("pictures");
        let folder = folder.join(Id::new("picture").to_string());
        tokio::fs::create_dir_all(&folder).await.map_err(io)?;
        let made = self.encode_in(&folder, picture, encoding, &codec).await;
        if let Err(error) = tokio::fs::remove_dir_all(&folder).await {
            tracing::warn!(%error, "a folder of a picture remains");
        }
        made
    }

    async fn encode_in(
        &self,
        folder: &std::path::Path,
        picture: DynamicImage,
        encoding: Encoding,
        codec: &[&str],
    ) -> Result<Vec<u8>> {
        let alpha = picture.color().has_alpha();
        let size = format!("{}x{}", picture.width(), picture.height());
        let pixels = folder.join("pixels");
        tokio::fs::write(&pixels, picture.into_bytes())
            .await
            .map_err(io)?;
        let mut run = Run::ffmpeg(folder);
        run.args(["-f", "rawvideo", "-protocol_whitelist", "file"]);
        run.args(["-pix_fmt", if alpha { "rgba" } else { "rgb24" }]);
        run.args(["-s", size.as_str(), "-i"]);
        let mut address = std::ffi::OsString::from("file:");
        address.push(&pixels);
        run.arg(address);
        run.reads.push(pixels);
        match (encoding, alpha) {
            // AVIF keeps what is transparent as a second picture in grey.
            (Encoding::Avif, true) => {
                run.args([
                    "-filter_complex",
                    "[0:v]split[a][b];[a]scale=out_color_matrix=bt709:out_range=pc,format=yuv420p[c];[b]alphaextract,format=gray[d]",
                    "-map",
                    "[c]",
                    "-map",
                    "[d]",
                ]);
            }
            (Encoding::Avif, false) => {
                run.args([
                    "-vf",
                    "scale=out_color_matrix=bt709:out_range=pc,format=yuv420p",
                ]);
            }
            _ => {}
        }
        if encoding == Encoding::Avif {
            run.args(["-color_range", "pc", "-colorspace", "bt709"]);
            run.args(["-color_primaries", "bt709", "-color_trc", "iec61966-2-1"]);
        }
        run.arg("-c:v").args(codec.iter().copied());
        run.args(["-frames:v", "1"]);
        let name = format!("out.{}", encoding.extension());
        run.output(&name);
        run.time_limit = Some(TIME);
        run.file_bytes = Some(FILE_MAX);
        let cancel = CancellationToken::new();
        self.inner
            .runner
            .run(&run, &cancel, |_| {})
            .await
            .map_err(failed)?;
        let made = tokio::fs::read(folder.join(name)).await.map_err(io)?;
        if made.is_empty() {
            return Err(ArtworkError::Failed("nothing came of it".to_owned()));
        }
        Ok(made)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn failed(error: IngestError) -> ArtworkError {
    ArtworkError::Failed(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn io(error: std::io::Error) -> ArtworkError {
    ArtworkError::Failed(error.to_string())
}

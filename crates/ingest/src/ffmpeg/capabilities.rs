//! What the installed ffmpeg was built with.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use super::{Run, Runner, Tool};
use crate::config::VideoCodec;
use crate::error::Result;

/// The version, encoders and filters of the installed ffmpeg.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The version as it names itself, such as `7.1.1`.
    pub version: String,
    /// Names of encoders, such as `libx264`.
    pub encoders: BTreeSet<String>,
    /// Names of filters, such as `zscale`.
    pub filters: BTreeSet<String>,
}

impl Capabilities {
    /// Asks the installed ffmpeg. Fails when there is none.
    pub async fn detect(runner: &Runner) -> Result<Self> {
        let ask = async |what: &str| -> Result<String> {
            let mut run = Run::new(Tool::Ffmpeg);
            run.arg("-hide_banner").arg(what);
            let printed = runner.capture(&run, &CancellationToken::new()).await?;
            Ok(String::from_utf8_lossy(&printed).into_owned())
        };
        Ok(Self {
            version: version(&ask("-version").await?),
            encoders: names(&ask("-encoders").await?),
            filters: names(&ask("-filters").await?),
        })
    }

    /// What is needed and absent, in words; empty when processing can work.
    pub fn missing(&self, extra: &[VideoCodec]) -> Vec<String> {
        let wanted = std::iter::once(VideoCodec::H264)
            .chain(extra.iter().copied())
            .map(VideoCodec::encoder)
            .chain(["aac"]);
        let encoders = wanted
            .filter(|name| !self.encoders.contains(*name))
            .map(|name| format!("the encoder {name}"));
        let filters = [
            "scale",
            "fps",
            "split",
            "bwdif",
            "tonemap",
            "ebur128",
            "aresample",
        ]
        .into_iter()
        .filter(|name| !self.filters.contains(*name))
        .map(|name| format!("the filter {name}"));
        encoders.chain(filters).collect()
    }

    /// Whether it has a filter of this name.
    pub fn has_filter(&self, name: &str) -> bool {
        self.filters.contains(name)
    }

    /// Whether it has an encoder of this name.
    pub fn has_encoder(&self, name: &str) -> bool {
        self.encoders.contains(name)
    }
}

/// The word behind `ffmpeg version`.
fn version(text: &str) -> String {
    text.split_whitespace()
        .nth(2)
        .unwrap_or("unknown")
        .to_owned()
}

/// The second word of each line whose first is made of flags (`V....D libx264   …`).
fn names(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let flags = words.next()?;
            let name = words.next()?;
            let listed = (3..=6).contains(&flags.len())
                && flags.chars().all(|c| c == '.' || c.is_ascii_uppercase());
            (listed && name != "=").then(|| name.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_ffmpeg_prints_them() {
        let found = names(
            "Encoders:\n V..... = Video\n A..... = Audio\n ------\n V....D libx264              libx264 H.264\n A..... aac                  AAC\n",
        );
        assert_eq!(found, ["aac", "libx264"].map(str::to_owned).into());
        let found = names(
            "Filters:\n  T.. = Timeline support\n TSC zscale            V->V       Apply\n ... fps   V->V  Force\n",
        );
        assert_eq!(found, ["fps", "zscale"].map(str::to_owned).into());
        assert_eq!(
            version("ffmpeg version 5.1.9-0+deb12u1 Copyright"),
            "5.1.9-0+deb12u1"
        );
    }
}

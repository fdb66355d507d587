//! A broadcast as a DASH manifest tells it.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use matinee_engines::time::now_micros;
use matinee_media::dash::{LiveKind, LiveManifest, LivePeriod, LiveSegment, LiveSet};

use super::ring::Ring;
use super::slot::{Coding, Run};
use super::{Broadcast, Rendition, Text, Track};
use crate::{LiveError, Result};

impl Broadcast {
    /// The DASH manifest, `suffix` at the end of each address. Waits for the first part.
    ///
    /// Errors: [`LiveError::TooLate`] when none comes.
    pub async fn manifest(&self, suffix: &str) -> Result<Text> {
        self.wait(|ring| {
            let begun = ring.runs.iter().any(|run| ring.is_settled(run));
            (ring.has_ended() || (begun && !ring.awaits_rungs())).then_some(())
        })
        .await?;
        let now = now_micros();
        let frame_rate = self.meter.lock().frame_rate();
        let ring = self.ring.read();
        let options = self.options();
        let window_ms = u64::try_from(options.window.as_millis()).unwrap_or(u64::MAX);
        let manifest = LiveManifest {
            began_at: self.began_at(),
            now,
            window_ms,
            part_ms: options.packaging.part_ms,
            segment_ms: options.packaging.segment_ms,
            target_s: options.packaging.target_s,
            periods: ring.periods(frame_rate, options.packaging.segment_ms),
            ended: ring.has_ended(),
            suffix,
        };
        Ok(Text {
            plain: manifest.write().into(),
            gzip: None,
            // Whatever has changed or not: the time has.
            version: u64::try_from(now).unwrap_or(0),
        })
    }

    /// Part `n` of a segment, which is waited for if it is to come; `None` when the segment has
    /// no more.
    ///
    /// Errors: [`LiveError::NotFound`] for a segment that is not there and does not come next,
    /// [`LiveError::TooLate`] after three target durations.
    pub async fn chunk(
        &self,
        of: impl Into<Rendition>,
        msn: u64,
        n: usize,
    ) -> Result<Option<Bytes>> {
        let of = of.into();
        self.wait(|ring| {
            let Some(piece) = ring.piece(of, msn) else {
                let next = !ring.has_ended() && ring.next(of).0 == msn;
                return (!next).then_some(Err(LiveError::NotFound("segment")));
            };
            if let Some((_, bytes)) = piece.parts.get(n) {
                return Some(Ok(Some(bytes.clone())));
            }
            if piece.gap.is_some() || (piece.parts.is_empty() && ring.has_ended()) {
                return Some(Err(LiveError::NotFound("segment")));
            }
            (piece.whole || ring.has_ended()).then_some(Ok(None))
        })
        .await?
    }
}

impl Ring {
    /// The runs that have something listed.
    fn periods(&self, frame_rate: Option<f64>, segment_ms: u32) -> Vec<LivePeriod<'_>> {
        // Players do not look for tracks that join a period later.
        let newest = self.runs.back().map(|run| run.number);
        let settled = self.runs.iter().filter(|run| {
            let awaits = newest == Some(run.number) && self.awaits_rungs();
            self.has_ended() || (self.is_settled(run) && !awaits)
        });
        let runs = settled.map(|run| LivePeriod {
            run: run.number,
            id: run.number.into(),
            wall: run.wall,
            start: run.from,
            sets: self
                .renditions()
                .filter_map(|of| self.set(run, of, frame_rate, segment_ms))
                .collect(),
        });
        runs.filter(|period| !period.sets.is_empty()).collect()
    }

    /// Pictures in all sizes, the source's first, and sound.
    fn renditions(&self) -> impl Iterator<Item = Rendition> {
        let rungs = self.rungs.offered();
        let rungs = rungs.map(|rung| Rendition::Rung(rung.lines));
        std::iter::once(Track::Video.into())
            .chain(rungs)
            .chain(std::iter::once(Track::Audio.into()))
    }

    /// Whether each track of a run has begun, or has nothing to begin with.
    fn is_settled(&self, run: &Run) -> bool {
        Track::ALL.into_iter().all(|track| {
            let mut own = self.slots.iter().filter(|slot| slot.run == run.number);
            run.coding[track.index()].is_none()
                || own.any(|slot| {
                    let piece = slot.piece(track);
                    !piece.parts.is_empty() || piece.gap.is_some()
                })
        })
    }

    /// What is listed of a track in a run, from its last gap on: segments are numbered without
    /// gaps.
    fn set<'a>(
        &'a self,
        run: &'a Run,
        of: Rendition,
        frame_rate: Option<f64>,
        segment_ms: u32,
    ) -> Option<LiveSet<'a>> {
        let coding = run.coded(of)?;
        let mut segments: Vec<LiveSegment> = Vec::new();
        let (mut first_msn, mut bandwidth_bps, mut missing) = (0, 0, false);
        let listed = self.first_listed()..;
        let unlisted = usize::try_from(self.first_listed() - self.first()).unwrap_or(0);
        for (msn, slot) in listed.zip(self.slots.iter().skip(unlisted)) {
            if slot.run != run.number {
                continue;
            }
            let piece = slot.piece(of);
            if piece.parts.is_empty() {
                // Nothing came, or nothing yet: of the newest segment one track begins first.
                missing = true;
                continue;
            }
            if missing || segments.is_empty() {
                segments.clear();
                first_msn = msn;
                missing = false;
            }
            let so_far = piece.duration();
            let duration = if piece.whole {
                let bits = piece.weight() as u64 * 8_000_000;
                bandwidth_bps = bandwidth_bps.max(bits / so_far.max(1));
                so_far
            } else {
                // As long as the one before, if it does not become longer.
                let usual = segments.last().map(|last| last.duration);
                usual.unwrap_or(u64::from(segment_ms) * 1000).max(so_far)
            };
            segments.push(LiveSegment {
                start: piece.span.0,
                duration,
            });
        }
        // What comes next has not begun yet.
        let kind = kind(coding, frame_rate)?;
        (!segments.is_empty()).then(|| LiveSet {
            path: of.name(),
            kind,
            codec_string: &coding.entry.codec_string,
            bandwidth_bps: match of {
                _ if bandwidth_bps > 0 => bandwidth_bps,
                Rendition::Source(_) => self.bandwidth().0,
                Rendition::Rung(lines) => {
                    self.rungs.get(lines).map_or(1, |rung| rung.bandwidth().0)
                }
            },
            first_msn,
            segments,
        })
    }
}

fn kind(coding: &Coding, frame_rate: Option<f64>) -> Option<LiveKind> {
    if let Some(video) = &coding.entry.video {
        return Some(LiveKind::Video {
            width: video.width.into(),
            height: video.height.into(),
            frame_rate,
        });
    }
    coding.entry.audio.map(|audio| LiveKind::Audio {
        channels: audio.channels,
        sample_rate: audio.sample_rate,
    })
}

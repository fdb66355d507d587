//! Clips: stretches of a broadcast, cut out where its segments begin and end.

use bytes::Bytes;
use matinee_media::cmaf::Retimer;
use matinee_media::live::file_head;

use super::ring::{PLAYLIST_TIMESCALE, Ring};
use super::slot::{Coding, Slot};
use super::track::Track;
use crate::{LiveError, Result};

/// A stretch of a broadcast as a file: what it begins with, and its fragments as they lie in
/// memory.
#[derive(Debug, Clone)]
pub struct Clip {
    /// One after another they are an MP4.
    pub pieces: Vec<Bytes>,
    /// How long they are together, in bytes.
    pub size: u64,
    /// When it begins, in UTC microseconds.
    pub begins_at: i64,
    /// How long it is, in microseconds.
    pub micros: u64,
}

impl Ring {
    /// The segments that have something between these instants (in UTC microseconds), from the
    /// first that can be decoded by itself on. Where the coding changes, the clip ends.
    ///
    /// Errors: [`LiveError::NotFound`] if nothing whole is there any more, or yet.
    pub(super) fn clip(&self, from: i64, to: i64) -> Result<Clip> {
        let mut slots = self
            .slots
            .iter()
            .filter(|slot| {
                let (begins, ends) = self.instants(slot);
                self.is_whole(slot) && ends > from && begins < to
            })
            .skip_while(|slot| !self.begins_anew(slot))
            .peekable();
        let nothing = || LiveError::NotFound("stretch of the broadcast");
        let first = slots.peek().copied().ok_or_else(nothing)?;
        let base = first.begins();
        let head = self.head(first.run);
        let mut clip = Clip {
            pieces: vec![head.clone()],
            size: head.len() as u64,
            begins_at: self.instants(first).0,
            micros: 0,
        };
        let mut sequence = 1;
        for slot in slots {
            if slot.run != first.run && self.head(slot.run) != head {
                break;
            }
            for track in Track::ALL {
                let Some(timescale) = self.coded(slot.run, track).map(|of| of.timescale) else {
                    continue;
                };
                // Up, since the segment's own instant was rounded down: exactly its first tick.
                let ticks = u128::from(base) * u128::from(timescale);
                let ticks = ticks.div_ceil(u128::from(PLAYLIST_TIMESCALE));
                let mut retimer = Retimer {
                    shift: i64::try_from(ticks).map_or(i64::MIN, |ticks| -ticks),
                    next_sequence: sequence,
                };
                for (_, part) in &slot.piece(track).parts {
                    let [moof, rest] = retimed(&mut retimer, part)?;
                    clip.size += part.len() as u64;
                    clip.pieces.extend([moof, rest]);
                }
                sequence = retimer.next_sequence;
            }
            clip.micros = (slot.begins() + slot.duration()).saturating_sub(base);
        }
        Ok(clip)
    }

    /// Whether nothing is added to a slot any more.
    fn is_whole(&self, slot: &Slot) -> bool {
        let settled = |track| slot.piece(track).whole || self.coded(slot.run, track).is_none();
        Track::ALL.into_iter().all(settled)
    }

    /// When a slot begins and ends, in UTC microseconds.
    fn instants(&self, slot: &Slot) -> (i64, i64) {
        let run = self.runs.iter().find(|run| run.number == slot.run);
        let wall = run.map_or(0, |run| run.wall);
        let begins = wall.saturating_add_unsigned(slot.begins());
        (begins, begins.saturating_add_unsigned(slot.duration()))
    }

    /// Whether decoding can begin with a slot.
    fn begins_anew(&self, slot: &Slot) -> bool {
        let pictures = self.coded(slot.run, Track::Video).is_some();
        let first = slot.piece(Track::Video).parts.first();
        !pictures || first.is_some_and(|(part, _)| part.independent)
    }

    /// What goes before the parts of a run.
    fn head(&self, run: u32) -> Bytes {
        let [video, sound] = Track::ALL.map(|track| self.coded(run, track).map(|of| &of.entry));
        file_head(video, sound)
    }

    /// How a track is coded in a run, if the run has it.
    fn coded(&self, run: u32, track: Track) -> Option<&Coding> {
        let run = self.runs.iter().find(|other| other.number == run)?;
        run.coding[track.index()].as_ref()
    }
}

/// A fragment of a clip: its head moved in time, and the rest as it is.
fn retimed(retimer: &mut Retimer, part: &Bytes) -> Result<[Bytes; 2]> {
    let broken = || LiveError::Hopeless("a part of the broadcast is broken");
    let len = part.first_chunk::<4>().ok_or_else(broken)?;
    let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| broken())?;
    let (moof, _) = part.split_at_checked(len).ok_or_else(broken)?;
    let mut moof = moof.to_vec();
    retimer.retime(&mut moof)?;
    Ok([moof.into(), part.slice(len..)])
}

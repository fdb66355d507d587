//! Encoding that survives being killed: what is whole stays, and the next run goes on after it.
//!
//! ffmpeg writes each rung into a growing fragmented file. A fragment is a segment, whole or
//! absent. After a kill, all rungs are cut back to the number of segments that every one of them
//! has; the next run starts at that boundary, writes files of its own, and their fragments are
//! appended, retimed. `state.json` says how far the first files are known to be good, and is
//! replaced in one stroke, so that a kill in the middle of any of this costs nothing either.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use matinee_media::cmaf::{self, Retimer};
use serde::{Deserialize, Serialize};

use super::context::{blocking, make_folder, remove_folder};
use super::grid;
use super::publish::new_id;
use crate::error::{IngestError, Result};
use crate::ladder::Ladder;
use crate::recipes::video::{Encoding, file_name};

const STATE: &str = "state.json";

/// What is kept beside the files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    ladder: Ladder,
    preset: String,
    hardware: crate::config::Hardware,
    /// The rungs that are made together, as indices into the ladder's, and their renditions' ids.
    rungs: Vec<(usize, String)>,
    /// So many segments of the first files are known to be good.
    base: u64,
    /// Everything is encoded; the first files hold it.
    finished: bool,
}

/// An encoding of some rungs, begun or to begin.
pub(super) struct Encode {
    folder: PathBuf,
    encoding: Encoding,
    state: State,
    rungs: Vec<usize>,
}

/// What [`Encode::resume`] found.
pub(super) enum Progressed {
    /// There is film left to encode, from [`Encode::offset`] on.
    Part,
    /// Nothing is left.
    Whole,
}

impl Encode {
    /// Takes up what lies in the folder if it is the same work, or begins anew.
    pub(super) async fn open(
        folder: &Path,
        ladder: &Ladder,
        encoding: &Encoding,
        rungs: &[usize],
    ) -> Result<Self> {
        let kept = tokio::fs::read(folder.join(STATE)).await.ok();
        let kept = kept.and_then(|text| serde_json::from_slice::<State>(&text).ok());
        let same = kept.filter(|state| {
            state.ladder == *ladder
                && state.preset == encoding.preset
                && state.hardware == encoding.hardware
                && rungs
                    .iter()
                    .all(|rung| state.rungs.iter().any(|(at, _)| at == rung))
        });
        let begun = same.is_some();
        let state = same.unwrap_or_else(|| State {
            ladder: ladder.clone(),
            preset: encoding.preset.clone(),
            hardware: encoding.hardware,
            rungs: rungs.iter().map(|&at| (at, new_id())).collect(),
            base: 0,
            finished: false,
        });
        let encode = Self {
            folder: folder.to_owned(),
            encoding: encoding.clone(),
            rungs: state.rungs.iter().map(|(at, _)| *at).collect(),
            state,
        };
        if !begun {
            remove_folder(folder).await;
            make_folder(folder).await?;
            encode.save().await?;
        }
        Ok(encode)
    }

    pub(super) fn is_finished(&self) -> bool {
        self.state.finished
    }

    pub(super) fn ladder(&self) -> &Ladder {
        &self.state.ladder
    }

    pub(super) fn encoding(&self) -> &Encoding {
        &self.encoding
    }

    /// The rungs that are made together, the largest first.
    pub(super) fn rungs(&self) -> &[usize] {
        &self.rungs
    }

    /// The rendition that a rung becomes.
    pub(super) fn id(&self, rung: usize) -> &str {
        self.state
            .rungs
            .iter()
            .find(|(at, _)| *at == rung)
            .map_or("", |(_, id)| id)
    }

    /// The file that holds a rung from its beginning.
    pub(super) fn file(&self, rung: usize) -> PathBuf {
        self.folder.join(file_name(rung, ""))
    }

    /// What distinguishes the files of the next run.
    pub(super) fn suffix(&self) -> String {
        suffix(self.state.base)
    }

    /// The instant at which the next run begins.
    pub(super) fn offset(&self) -> Duration {
        Duration::from_micros(self.state.ladder.boundary_us(self.state.base))
    }

    /// The names of what is made, for people.
    pub(super) fn note(&self) -> String {
        let names: Vec<&str> = self
            .rungs
            .iter()
            .map(|&at| self.state.ladder.rungs[at].name.as_str())
            .collect();
        names.join(", ")
    }

    /// Brings the files of attempts before into one whole state.
    pub(super) async fn resume(&mut self, film: Duration) -> Result<Progressed> {
        let (folder, state, rungs) = (self.folder.clone(), self.state.clone(), self.rungs.clone());
        let base = blocking(move || gather(&folder, &state, &rungs, true)).await?;
        self.set_base(base).await?;
        let frame = Duration::from_secs_f64(1.0 / self.state.ladder.frame_rate.value());
        let left = film.saturating_sub(self.offset());
        Ok(if base > 0 && left < frame.mul_f64(1.5) {
            Progressed::Whole
        } else {
            Progressed::Part
        })
    }

    /// Joins what the last run has made to what was there, and marks the work finished.
    pub(super) async fn finish(&mut self) -> Result<()> {
        let (folder, state, rungs) = (self.folder.clone(), self.state.clone(), self.rungs.clone());
        blocking(move || gather(&folder, &state, &rungs, false)).await?;
        self.state.finished = true;
        self.save().await
    }

    async fn set_base(&mut self, base: u64) -> Result<()> {
        let before = self.state.base;
        self.state.base = base;
        self.save().await?;
        // Files of another base are nothing to anybody now.
        if before > 0 {
            for &rung in &self.rungs {
                let _ = tokio::fs::remove_file(self.folder.join(file_name(rung, &suffix(before))))
                    .await;
            }
        }
        Ok(())
    }

    async fn save(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.state)
            .map_err(|error| IngestError::Internal(error.to_string()))?;
        let path = self.folder.join(STATE);
        blocking(move || {
            let fresh = path.with_extension("new");
            let failed = |source| IngestError::io("writing", &path, source);
            let mut file = File::create(&fresh).map_err(failed)?;
            file.write_all(&text).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            std::fs::rename(&fresh, &path).map_err(failed)
        })
        .await
    }
}

fn suffix(base: u64) -> String {
    if base == 0 {
        String::new()
    } else {
        format!("-from-{base}")
    }
}

/// Makes the first files hold everything that is whole. With `even`, only as many segments as
/// every rung has, so that a next run can go on with all of them. Gives back how many segments
/// the shortest has.
fn gather(folder: &Path, state: &State, rungs: &[usize], even: bool) -> Result<u64> {
    let mut scans = Vec::with_capacity(rungs.len());
    for &rung in rungs {
        let first = folder.join(file_name(rung, ""));
        let Some(scanned) = readable(&first) else {
            return Ok(0);
        };
        scans.push((rung, first, scanned));
    }
    if state.base == 0 {
        if !even {
            return Ok(0);
        }
        let whole = scans
            .iter()
            .map(|(rung, _, scan)| whole_segments(scan, state.ladder.rungs[*rung].gop))
            .min()
            .unwrap_or(0);
        for (_, file, scan) in &scans {
            cut_to(file, scan, whole)?;
        }
        return Ok(whole as u64);
    }
    let base = usize::try_from(state.base).unwrap_or(usize::MAX);
    let mut parts = Vec::with_capacity(scans.len());
    for (rung, first, scan) in scans {
        if scan.fragments().len() < base {
            return Ok(0);
        }
        cut_to(&first, &scan, base)?;
        let next = folder.join(file_name(rung, &suffix(state.base)));
        parts.push((rung, first, readable(&next).map(|scan| (next, scan))));
    }
    let added = parts
        .iter()
        .map(|(rung, _, part)| {
            part.as_ref().map_or(0, |(_, scan)| {
                whole_segments(scan, state.ladder.rungs[*rung].gop)
            })
        })
        .min()
        .unwrap_or(0);
    for (_, first, part) in parts {
        let Some((next, scan)) = part else { continue };
        let most = if even { added } else { scan.fragments().len() };
        if most > 0 {
            join(&first, &next, &scan, most)?;
        }
    }
    Ok(state.base + added as u64)
}

/// A file's complete fragments; none when there is not even a beginning.
fn readable(file: &Path) -> Option<cmaf::Scan> {
    grid::scan(file)
        .ok()
        .filter(|scan| !scan.fragments().is_empty())
}

/// How many of the first fragments are whole segments. ffmpeg leaves a short one behind when it
/// ends in an orderly way in the middle, as on a full disk.
fn whole_segments(scan: &cmaf::Scan, gop: u32) -> usize {
    let samples = scan.samples().len();
    let fragments = scan.fragments();
    fragments
        .iter()
        .enumerate()
        .take_while(|(at, fragment)| {
            let end = fragments
                .get(at + 1)
                .map_or(samples, |next| next.first_sample);
            end - fragment.first_sample == gop
        })
        .count()
}

/// Cuts a file behind so many of its fragments.
fn cut_to(file: &Path, scan: &cmaf::Scan, fragments: usize) -> Result<()> {
    let end = match fragments
        .checked_sub(1)
        .and_then(|last| scan.fragments().get(last))
    {
        Some(last) => last.bytes.end,
        None => 0,
    };
    let failed = |source| IngestError::io("cutting", file, source);
    let opened = OpenOptions::new().write(true).open(file).map_err(failed)?;
    opened.set_len(end).map_err(failed)?;
    opened.sync_all().map_err(failed)
}

/// Appends the first `most` fragments of `next` to `first`, with times going on.
fn join(first: &Path, next: &Path, scan: &cmaf::Scan, most: usize) -> Result<()> {
    let before = grid::scan(first)?;
    if !before.can_continue_with(scan) {
        return Err(IngestError::Internal(
            "the encoder changed between two attempts".into(),
        ));
    }
    cut_to(next, scan, most)?;
    let scan = grid::scan(next)?;
    let point = before.resume_point();
    let mut retimer = Retimer {
        shift: i64::try_from(point.decode_time).unwrap_or(i64::MAX),
        next_sequence: point.sequence.saturating_add(1),
    };
    let reading = |source| IngestError::io("reading", next, source);
    let writing = |source| IngestError::io("writing", first, source);
    let mut input = BufReader::new(File::open(next).map_err(reading)?);
    let output = OpenOptions::new()
        .append(true)
        .open(first)
        .map_err(writing)?;
    let mut output = BufWriter::with_capacity(1 << 20, output);
    cmaf::append(&mut input, &scan, &mut retimer, &mut output)?;
    output.flush().map_err(writing)?;
    output.get_ref().sync_all().map_err(writing)
}

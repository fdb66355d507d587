//! Writes a broadcast's parts into files as they come.

use std::io;
use std::path::Path;

use bytes::Bytes;
use matinee_engines::id::Id;
use matinee_media::cmaf::Retimer;
use matinee_media::codec::SampleEntry;
use matinee_media::index::MediaKind;
use matinee_media::live::{self, Part};
use matinee_media::rescale;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Anchor, Recordings, Take, mark_of};

/// Parts that may wait for the disk: more than a minute of them.
const QUEUE: usize = 256;

enum Piece {
    Run(Run),
    Part(Part),
}

/// A run begins.
#[derive(Clone)]
struct Run {
    /// What goes before its parts.
    head: Bytes,
    /// When it is.
    anchor: Anchor,
    /// Ticks a second of pictures and of sound.
    timescales: [u32; 2],
}

/// Records a broadcast. It never keeps the broadcast waiting: a disk that is full or too slow
/// ends the recording, with what has been written by then.
#[derive(Debug)]
pub(crate) struct Recorder {
    pieces: Option<mpsc::Sender<Piece>>,
    writer: JoinHandle<()>,
    stream_id: String,
}

impl Recorder {
    /// Begins to record a stream's broadcast.
    pub(crate) fn start(recordings: Recordings, stream_id: String) -> Self {
        let (pieces, rest) = mpsc::channel(QUEUE);
        Self {
            pieces: Some(pieces),
            writer: tokio::spawn(write(recordings, stream_id.clone(), rest)),
            stream_id,
        }
    }

    /// A run begins now, with these tracks.
    pub(crate) fn begin(
        &mut self,
        video: Option<&SampleEntry>,
        sound: Option<&SampleEntry>,
        now: Anchor,
    ) {
        let timescale = |entry: Option<&SampleEntry>| entry.map_or(1, live::timescale);
        self.send(Piece::Run(Run {
            head: live::file_head(video, sound),
            anchor: now,
            timescales: [timescale(video), timescale(sound)],
        }));
    }

    /// A part of it is there.
    pub(crate) fn part(&mut self, part: Part) {
        self.send(Piece::Part(part));
    }

    fn send(&mut self, piece: Piece) {
        let Some(pieces) = &self.pieces else { return };
        if pieces.try_send(piece).is_err() {
            tracing::error!(
                stream = self.stream_id,
                "the disk does not keep up: the recording ends here, the broadcast goes on"
            );
            self.pieces = None;
        }
    }

    /// The broadcast is over. Done when the recording is a video.
    pub(crate) async fn finish(mut self) {
        self.pieces = None;
        // A panic of the writer has been told by then.
        let _ = self.writer.await;
    }
}

/// A file that is being written.
struct Open {
    take: Take,
    mark: File,
    file: File,
    head: Bytes,
    /// How many ticks of pictures and of sound had gone by when the file began: in it they begin
    /// at zero, as a film's do.
    before: [u64; 2],
    fragments: u32,
}

impl Open {
    /// Appends a part.
    async fn part(&mut self, part: &Part) -> io::Result<()> {
        let before = match part.kind {
            MediaKind::Video => self.before[0],
            MediaKind::Audio => self.before[1],
        };
        let mut retimer = Retimer {
            // What was held back for a first keyframe may begin a moment before its run.
            shift: -i64::try_from(before.min(part.start)).unwrap_or(0),
            next_sequence: self.fragments,
        };
        let (mut moof, data) = split(&part.data);
        retimer.retime(&mut moof).map_err(io::Error::other)?;
        self.fragments = retimer.next_sequence;
        self.file.write_all(&moof).await?;
        append(&mut self.file, data).await
    }

    /// Notes when another run begins. Without it only what is found by the
    /// clock is misplaced.
    async fn note(&mut self, run: Anchor) {
        self.take.timeline.push(run);
        if let Err(error) = append(&mut self.mark, run.line().as_bytes()).await {
            tracing::warn!(%error, "when a run of a recording began was not noted");
        }
    }
}

/// A part's `moof`, and what follows it.
fn split(part: &[u8]) -> (Vec<u8>, &[u8]) {
    let size = part
        .first_chunk()
        .map_or(0, |size| u32::from_be_bytes(*size));
    let (moof, rest) = part.split_at((size as usize).min(part.len()));
    (moof.to_vec(), rest)
}

async fn write(recordings: Recordings, stream_id: String, mut pieces: mpsc::Receiver<Piece>) {
    let mut run: Option<Run> = None;
    let mut open: Option<Open> = None;
    while let Some(piece) = pieces.recv().await {
        let part = match piece {
            Piece::Run(next) => {
                if let Some(open) = open.as_mut().filter(|open| open.head == next.head) {
                    open.note(next.anchor).await;
                }
                run = Some(next);
                continue;
            }
            Piece::Part(part) => part,
        };
        let Some(run) = &run else { continue };
        if let Some(other) = open.take_if(|open| open.head != run.head) {
            finish(&recordings, other).await;
        }
        let written = match &mut open {
            Some(open) => open.part(&part).await,
            None => match begin(&recordings, &stream_id, run).await {
                Ok(begun) => open.insert(begun).part(&part).await,
                Err(error) => Err(error),
            },
        };
        if let Err(error) = written {
            tracing::error!(
                stream = stream_id,
                %error,
                "the recording ends here, the broadcast goes on"
            );
            break;
        }
    }
    drop(pieces);
    if let Some(open) = open {
        finish(&recordings, open).await;
    }
}

async fn begin(recordings: &Recordings, stream_id: &str, run: &Run) -> io::Result<Open> {
    tokio::fs::create_dir_all(&recordings.folder).await?;
    let mut take = recordings.take(stream_id, Id::new("video").as_str());
    take.timeline.push(run.anchor);
    // First the mark: a file without one would be forgotten.
    let mut mark = File::create(mark_of(&take.path)).await?;
    append(&mut mark, run.anchor.line().as_bytes()).await?;
    mark.sync_all().await?;
    let mut file = File::create(&take.path).await?;
    append(&mut file, &run.head).await?;
    let media = u64::try_from(run.anchor.media).unwrap_or(0);
    Ok(Open {
        take,
        mark,
        file,
        head: run.head.clone(),
        before: run.timescales.map(|ticks| rescale(media, 1_000_000, ticks)),
        fragments: 1,
    })
}

/// Hands bytes to the operating system: a kill of the server does not take them back.
async fn append(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).await?;
    file.flush().await
}

async fn finish(recordings: &Recordings, open: Open) {
    let Open { take, file, .. } = open;
    if let Err(error) = file.sync_all().await {
        tracing::error!(%error, "a recording was not written to the end");
    }
    drop(file);
    // A write that failed in its middle.
    let path = take.path.clone();
    let cut = tokio::task::spawn_blocking(move || super::whole::cut(Path::new(&path))).await;
    if let Ok(Err(error)) = cut {
        tracing::error!(%error, "a recording cannot be read");
    }
    recordings.keep(&take).await;
}

//! Writes a broadcast's parts into files as they come.

use std::io;
use std::path::Path;

use bytes::Bytes;
use matinee_engines::id::Id;
use matinee_media::{codec::SampleEntry, live};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Anchor, Recordings, Take, mark_of};

/// Parts that may wait for the disk: more than a minute of them.
const QUEUE: usize = 256;

enum Piece {
    /// A run begins: what goes before its parts, and when it is.
    Run(Bytes, Anchor),
    Part(Bytes),
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
        self.send(Piece::Run(live::file_head(video, sound), now));
    }

    /// A part of it is there.
    pub(crate) fn part(&mut self, data: Bytes) {
        self.send(Piece::Part(data));
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
}

impl Open {
    /// Notes when another run begins. Without it only what is found by the
    /// clock is misplaced.
    async fn note(&mut self, run: Anchor) {
        self.take.timeline.push(run);
        if let Err(error) = append(&mut self.mark, run.line().as_bytes()).await {
            tracing::warn!(%error, "when a run of a recording began was not noted");
        }
    }
}

async fn write(recordings: Recordings, stream_id: String, mut pieces: mpsc::Receiver<Piece>) {
    let mut head = Bytes::new();
    let mut run = Anchor { at: 0, media: 0 };
    let mut open: Option<Open> = None;
    while let Some(piece) = pieces.recv().await {
        let part = match piece {
            Piece::Run(next, now) => {
                (head, run) = (next, now);
                if let Some(open) = open.as_mut().filter(|open| open.head == head) {
                    open.note(run).await;
                }
                continue;
            }
            Piece::Part(part) => part,
        };
        if let Some(other) = open.take_if(|open| open.head != head) {
            finish(&recordings, other).await;
        }
        let written = match &mut open {
            Some(open) => append(&mut open.file, &part).await,
            None => match begin(&recordings, &stream_id, &head, run).await {
                Ok(mut begun) => {
                    let written = append(&mut begun.file, &part).await;
                    open = Some(begun);
                    written
                }
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

async fn begin(
    recordings: &Recordings,
    stream_id: &str,
    head: &Bytes,
    run: Anchor,
) -> io::Result<Open> {
    tokio::fs::create_dir_all(&recordings.folder).await?;
    let mut take = recordings.take(stream_id, Id::new("video").as_str());
    take.timeline.push(run);
    // First the mark: a file without one would be forgotten.
    let mut mark = File::create(mark_of(&take.path)).await?;
    append(&mut mark, run.line().as_bytes()).await?;
    mark.sync_all().await?;
    let mut file = File::create(&take.path).await?;
    append(&mut file, head).await?;
    Ok(Open {
        take,
        mark,
        file,
        head: head.clone(),
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
